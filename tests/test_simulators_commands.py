"""The commands around captures, as a person types them."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest
import typer
from mosquitto_process import MosquittoProcess
from typer.testing import CliRunner

from muckline.commands.detect import detect
from muckline.commands.record import record
from muckline.commands.replay import parse_speed, replay
from muckline.commands.score import score
from muckline.commands.simulate import simulate
from muckline.settings import read_settings
from simulators.capture import read_capture

app = typer.Typer()
for command in (simulate, detect, score, replay, record):
    app.command()(command)


@app.callback()
def root(context: typer.Context, broker_port: int = 0) -> None:
    context.obj = read_settings(None, ["broker.host=127.0.0.1", f"broker.port={broker_port}"] if broker_port else [])


def typed(*words: object) -> str:
    result = CliRunner().invoke(app, [str(word) for word in words], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def refused(*words: object) -> str:
    result = CliRunner().invoke(app, [str(word) for word in words])
    assert result.exit_code not in (0, None)
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return " ".join(result.output.replace("│", " ").split())


@pytest.fixture(scope="module")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("simulated")
    told = typed("simulate", "demo", "--out", out, "--hours", 0, "--trucks", 30, "--seed", 2)
    assert told.startswith("30 trucks, ")
    return out


def test_simulated_judged_and_scored(simulated: Path) -> None:
    events = simulated / "events.ndjson"
    events.write_text(typed("detect", simulated / "capture.ndjson.gz", "--world", simulated / "world"))
    kinds = {json.loads(line)["kind"] for line in events.read_text().splitlines()}
    assert {"illegal_dumping", "route_deviation", "spillage", "loading", "trip"} <= kinds
    report = json.loads(typed("score", events, simulated / "truth.ndjson", "--json"))
    figures = {row["kind"]: row for row in report["rules"]}
    assert figures["illegal_dumping"]["recall"] == 1.0
    assert figures["illegal_dumping"]["recall_interval"][0] < 1.0
    assert report["truck_days"] == pytest.approx(30 * 1500 / 86_400)
    table = typed("score", events, simulated / "truth.ndjson")
    assert "illegal_dumping" in table
    assert "truck-days" in table
    assert json.loads(typed("score", simulated, "--json")) == report, "a folder of runs is its runs"


def test_a_family_is_drawn_simulated_and_scored(tmp_path: Path) -> None:
    for seed in (1, 2):
        typed("simulate", "family:everyday", "--out", tmp_path / str(seed), "--hours", 5, "--trucks", 3, "--seed", seed)
        capture, world = tmp_path / str(seed) / "capture.ndjson.gz", tmp_path / str(seed) / "world"
        (tmp_path / str(seed) / "events.ndjson").write_text(typed("detect", capture, "--world", world))
    report = json.loads(typed("score", tmp_path, "--json"))
    assert report["runs"] == 2
    assert report["truck_days"] == pytest.approx(2 * 3 * 5 / 24)
    loading = next(row for row in report["rules"] if row["kind"] == "loading")
    assert loading["happened"] > 5


def test_trips_can_be_left_out(simulated: Path) -> None:
    told = typed("detect", simulated / "capture.ndjson.gz", "--world", simulated / "world", "--no-trips")
    assert {json.loads(line)["kind"] for line in told.splitlines()} >= {"loading"}
    assert '"kind":"trip"' not in told


def test_mistakes_are_told_in_words(simulated: Path, tmp_path: Path) -> None:
    assert "expected city, demo, fault_drill, near_misses" in refused("simulate", "dmeo", "--out", tmp_path)
    assert "expected --out DIR, or --live" in refused("simulate", "demo")
    assert "expected --live for JT/T 808" in refused("simulate", "demo", "--out", tmp_path, "--bridge", "127.0.0.1:1")
    assert "expected HOST:PORT" in refused("simulate", "city", "--live", "--bridge", "nowhere")
    bridged = tmp_path / "bridged.toml"
    bridged.write_text('title = "t"\nstart = 2026-03-02T06:00:00Z\n[fleet]\ntrucks = 4\njt808 = 0.5\n')
    assert "expected --bridge HOST:PORT for the 2 trucks" in refused("simulate", bridged, "--live")
    assert "trucks for what is staged" in refused("simulate", "demo", "--out", tmp_path, "--trucks", 1)
    broken = tmp_path / "broken.ndjson"
    broken.write_text("nonsense\n")
    assert "line 1" in refused("detect", broken, "--world", simulated / "world")
    assert "expected a family of everyday" in refused("simulate", "family:none", "--out", tmp_path)
    assert "expected folders of runs, or pairs" in refused("score", broken)
    assert "got no run" in refused("score", tmp_path)
    assert "line 1" in refused("score", broken, simulated / "truth.ndjson")
    assert "Cannot judge" in refused("detect", simulated / "capture.ndjson.gz", "--world", tmp_path)


@pytest.mark.parametrize(("text", "factor"), [("1", 1.0), ("10x", 10.0), ("1000", 1000.0), ("max", float("inf"))])
def test_speeds(text: str, factor: float) -> None:
    assert parse_speed(text) == factor


@pytest.mark.parametrize("text", ["0", "0.5", "1001", "-3", "nan", "fast", ""])
def test_speeds_that_are_none(text: str) -> None:
    with pytest.raises(typer.BadParameter, match="expected a speed of 1 to 1000, or max"):
        parse_speed(text)


@pytest.mark.services
def test_replayed_into_now_and_recorded(simulated: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.ndjson.gz"
    with MosquittoProcess(tmp_path) as mosquitto:
        recorder = subprocess.Popen(
            [sys.executable, "-c", RECORD, str(mosquitto.port), str(copy)], cwd=Path(__file__).parent
        )
        while "muck/v1/+/+/+/up/#" not in mosquitto.log():
            assert recorder.poll() is None
            time.sleep(0.05)
        told = typed(
            "--broker-port",
            mosquitto.port,
            "replay",
            simulated / "capture.ndjson.gz",
            "--speed",
            "max",
            "--shift",
            "now",
        )
        time.sleep(1.0)
        recorder.terminate()
        assert recorder.wait(60) == 0
    assert "times moved by" in told
    sent, received = list(read_capture(simulated / "capture.ndjson.gz")), list(read_capture(copy))
    assert [message.topic for message in received] == [message.topic for message in sent]
    assert f"{len(sent)} messages" in told


RECORD = """
import sys
from test_simulators_commands import app
app(["--broker-port", sys.argv[1], "record", "--out", sys.argv[2]])
"""
