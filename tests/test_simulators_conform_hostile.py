"""What a terminal writes harms neither the tool nor who reads its report; a trial that ends early leaves nothing."""

from __future__ import annotations

import asyncio
import io
import json
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from faulty_terminal import HEALTHY, Box, recorded
from mosquitto_process import MosquittoProcess, Peer
from rich.console import Console
from test_simulators_conform import QUICK
from typer.testing import CliRunner

from firmware_contracts import config
from firmware_contracts.config import Config
from firmware_contracts.topics import DownTopic
from muckline.cli import app
from simulators.conform.html_report import encode_page
from simulators.conform.json_report import encode_verdict
from simulators.conform.live import Trial, conform
from simulators.conform.observed import Log, Message, observe
from simulators.conform.script import SCRIPT
from simulators.conform.terminal_report import print_verdict
from simulators.conform.verdict import Verdict, judge

UP = "muck/v1/320412/truck/T1/up/"
CONFIG = str(DownTopic("320412", "truck", "B1", "config"))
ESCAPES = "\x1b]0;owned\x07\x1b[2J"


def judged_with(topic: str, document: dict[str, Any]) -> Verdict:
    carried = recorded(HEALTHY)[:60]
    return judge(observe("T1", "capture", [*carried, Message(carried[-1].at_ms, topic, json.dumps(document).encode())]))


def printed(verdict: Verdict) -> str:
    out = io.StringIO()
    print_verdict(verdict, Console(file=out, width=200))
    return out.getvalue()


@pytest.mark.parametrize("kind", [{"a": 1}, [[]], 7, None, True])
def test_an_event_whose_type_is_no_word_is_a_finding(kind: Any) -> None:
    event = {"seq": 1, "time_ms": 1_772_438_400_000, "type": kind}
    verdict = judged_with(UP + "event/json", {"v": 1, "epoch": 1, "events": [event]})
    assert verdict.exit_code == 1


@pytest.mark.parametrize("item", [{ESCAPES: 1}, {"faults": [ESCAPES]}, {"x" * 50_000: 1}])
def test_a_report_moves_no_cursor_and_has_an_end(item: dict[str, Any]) -> None:
    fix = {"seq": 900, "time_ms": 1_772_438_400_000, "lat": 31.7, "lon": 119.9} | item
    verdict = judged_with(UP + "report/json", {"v": 1, "epoch": 1, "fixes": [fix]})
    out = printed(verdict)
    assert verdict.of("breaks")
    assert "\x1b" not in out
    assert "\x07" not in out
    assert len(out) < 30_000
    json.loads(encode_verdict(verdict))
    assert b"\x1b" not in encode_page(verdict)


async def ended_early(mosquitto: MosquittoProcess, timing: Any, name: str) -> tuple[Log, Box]:
    """Hold a trial of the step with settings and stop it as Ctrl-C does once the terminal has them."""
    box, stop = Box(HEALTHY, "B1", mosquitto.address), asyncio.Event()
    async with box.living():
        trial = Trial("B1", [step for step in SCRIPT if step.name == name], timing)
        held = asyncio.create_task(conform(mosquitto.address, trial, stop))
        for _ in range(1200):
            await asyncio.sleep(0.05)
            if box.cab.moving_s == QUICK.config_interval_s or (name == "listen" and trial.bench is not None):
                break
        stop.set()
        log = await held
        await asyncio.sleep(0.5)
    return log, box


@pytest.mark.services
def test_an_interrupted_trial_passes_nobody(tmp_path: Path) -> None:
    with MosquittoProcess(tmp_path) as mosquitto:
        log, _ = asyncio.run(ended_early(mosquitto, replace(QUICK, listen_s=60.0), "listen"))
    verdict = judge(log)
    assert (verdict.exit_code, verdict.of("breaks")) == (2, [])
    assert "ended before it was through" in printed(verdict)


@pytest.mark.services
def test_an_interrupted_trial_takes_its_settings_back_from_the_terminal(tmp_path: Path) -> None:
    left_behind = config.encode(Config("conform-1-config", 1_900_000_000_000, {"report": {"moving_s": 77}}))
    with MosquittoProcess(tmp_path) as mosquitto:
        with Peer(mosquitto.address) as killed_before:
            killed_before.publish(CONFIG, [left_behind], retain=True)
        _, box = asyncio.run(ended_early(mosquitto, replace(QUICK, config_s=60.0), "config"))
        assert box.cab.moving_s is None
        with Peer(mosquitto.address, CONFIG) as later:
            time.sleep(0.5)
            assert later.received == []


def test_a_report_that_cannot_be_written_is_told_before_the_trial(tmp_path: Path) -> None:
    began = time.monotonic()
    result = CliRunner().invoke(app, ["conform", "--device", "B1", "--html", str(tmp_path / "none" / "r.html")])
    assert result.exit_code == 2
    assert "can be written" in " ".join(result.output.replace("│", " ").split())
    assert time.monotonic() - began < QUICK.first_word_s
