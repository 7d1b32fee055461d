"""`muckline conform` passes the reference terminal and finds every seeded fault by the check that is meant for it."""

from __future__ import annotations

import asyncio
import json
import re
import time
from base64 import b64decode
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import pytest
from acknowledging_platform import AcknowledgingPlatform
from click.testing import Result
from conftest import Broker
from faulty_terminal import HEALTHY, HOUR_MS, LIVING, RECORDED, Box, Fault, all_faults, recorded
from mosquitto_process import MosquittoProcess, Peer
from typer.testing import CliRunner

from firmware_contracts import config
from firmware_contracts.config import Config
from firmware_contracts.topics import DownTopic
from muckline.cli import app
from simulators.capture import write_capture
from simulators.conform.checks import CHECKS
from simulators.conform.contract_pages import FOLDER, PAGES
from simulators.conform.html_report import encode_page
from simulators.conform.live import NotJudgedError, Trial, conform
from simulators.conform.observed import Log, observe
from simulators.conform.proxy import LinkProxy
from simulators.conform.script import SCRIPT, planned
from simulators.conform.timing import Timing
from simulators.conform.verdict import Verdict, judge
from simulators.terminal import TerminalLimits

QUICK = Timing(
    listen_s=1.2,
    withhold_s=4.8,
    partial_s=2.8,
    other_epoch_s=2.8,
    repeat_s=0.8,
    refuse_s=2.8,
    command_s=1.6,
    config_s=5.0,
    antenna_s=1.4,
    power_s=1.6,
    cut_s=1.2,
    settle_s=0.6,
    return_s=1.5,
    first_word_s=10.0,
    retry_first_most_s=1.8,
    retry_least_s=0.3,
    grace_s=1.0,
    reply_s=1.5,
    connect_least_s=0.1,
    config_interval_s=1,
)
ROOT = Path(__file__).parents[1]
AT_ONCE = 12  # short trials beside the long ones; more would make one another late
FULL = tuple(step.name for step in SCRIPT)
# Held side by side, to take half as long.
HALVES = {
    "first": ("listen", "withhold", "partial", "other_epoch", "repeat", "antenna"),
    "second": ("listen", "refuse", "commands", "config", "power", "cut"),
}
NEWEST_FIRST = TerminalLimits(newest_first=True)
HEALTHY_BOXES = {
    "healthy json": HEALTHY,
    "healthy nmea": Fault("", "nmea"),
    "healthy bin": Fault("", "bin"),
    "healthy washer": Fault("", kind="washer"),
}


def breaches(verdict: Verdict) -> dict[str, str]:
    return {one.check.id: one.findings[0].en for one in verdict.of("breaks")}


def judged(fault: Fault) -> Verdict:
    return judge(observe("T1", "capture", recorded(fault)))


@pytest.mark.parametrize(
    "fault", [*HEALTHY_BOXES.values(), Fault("", kind="gate"), Fault("", limits=NEWEST_FIRST, minutes=8.0)]
)
def test_a_recording_of_a_sound_terminal_has_no_breach(fault: Fault) -> None:
    verdict = judged(replace(fault, minutes=11.0))
    assert breaches(verdict) == {}
    assert (verdict.word, verdict.exit_code) == ("no_breach_in_capture", 0)
    assert len(verdict.of("conforms")) >= 15


@pytest.mark.parametrize("name", RECORDED)
def test_a_fault_shows_in_a_recording(name: str) -> None:
    fault = RECORDED[name]
    verdict = judged(fault)
    assert fault.found_by in breaches(verdict), breaches(verdict)
    severity = next(check.severity for check in CHECKS if check.id == fault.found_by)
    assert verdict.exit_code == 1 or severity == "should"


def test_every_check_has_a_fault_that_it_finds() -> None:
    covered = {fault.found_by for _, fault in all_faults()}
    without = {check.id for check in CHECKS} - covered
    # A shifted map cannot be seen at all; a late reply is a matter of seconds that a quick trial does not have, and so
    # is the rhythm that a repeated locate breaks (test_simulators_conform_logs).
    assert without == {"gcj02", "reply_soon", "once_only"}


def test_every_sentence_stands_in_the_contract() -> None:
    """The sections that findings point to are there, under these titles, in both languages."""
    for language in ("en", "zh"):
        text = (ROOT / FOLDER / f"{language}.md").read_text()
        missing = [p for p in PAGES.values() if f"## {p.number}. {getattr(p, language)}\n" not in text]
        assert missing == []
    assert {check.part for check in CHECKS} <= set(PAGES)
    assert PAGES["resend"].where("en") == "docs/contract/en.md#5-commit-acknowledgements"


def test_a_backlog_that_is_still_coming_is_no_gap() -> None:
    """Live records overtake a backlog of hours, of which a part came before the recording ended."""
    carried = recorded(HEALTHY)
    backlog = [replace(one, at_ms=carried[-1].at_ms - 20_000 + 10 * number) for number, one in enumerate(carried[:60])]
    hour_later = [replace(one, at_ms=one.at_ms + HOUR_MS) for one in backlog]
    live = [replace(one, at_ms=one.at_ms + HOUR_MS) for one in carried[120:]]
    assert "seq_gap" not in breaches(judge(observe("T1", "capture", [*live, *hour_later])))
    assert "seq_gap" in breaches(judge(observe("T1", "capture", [*carried[:8], *carried[14:]])))


async def trial_of(
    fault: Fault, device: str, mosquitto: MosquittoProcess, steps: tuple[str, ...], timing: Timing = QUICK
) -> Log:
    proxy = LinkProxy(mosquitto.address.host, mosquitto.port)
    async with proxy.serve(0):
        port = proxy.port if fault.through_proxy else mosquitto.port
        box = Box(fault, device, type(mosquitto.address)(port=port))
        async with box.living():
            trial = Trial(device, [step for step in SCRIPT if step.name in steps], timing)
            trial.told = lambda bench: box.do(bench.asks_for) if bench is not None else None
            name = f"muckline-conform-{device}"
            return await conform(mosquitto.address, trial, asyncio.Event(), proxy=proxy, client_name=name)


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Verdict]:
    """Return what came of all trials, held at once on one broker: sound terminals walk the whole script."""
    sound = {
        f"{name}, {half} half": replace(one, through_proxy=True, steps=steps)
        for name, one in HEALTHY_BOXES.items()
        for half, steps in HALVES.items()
    }
    boxes = sound | LIVING

    async def all_at_once(mosquitto: MosquittoProcess) -> list[Log]:
        short = asyncio.Semaphore(AT_ONCE)

        async def held(number: int, fault: Fault) -> Log:
            async with short if fault.found_by else nullcontext():
                return await trial_of(fault, f"B{number}", mosquitto, fault.steps)

        return await asyncio.gather(*(held(number, fault) for number, fault in enumerate(boxes.values())))

    with MosquittoProcess(tmp_path_factory.mktemp("broker")) as mosquitto:
        logs = asyncio.run(all_at_once(mosquitto))
    return {name: judge(log) for name, log in zip(boxes, logs, strict=True)}


@pytest.mark.services
@pytest.mark.parametrize("half", HALVES)
@pytest.mark.parametrize("name", HEALTHY_BOXES)
def test_a_sound_terminal_passes_every_step(name: str, half: str, verdicts: dict[str, Verdict]) -> None:
    verdict = verdicts[f"{name}, {half} half"]
    assert breaches(verdict) == {}
    assert [mark.name for mark in verdict.log.steps] == [step for step in FULL if step in HALVES[half]]
    passed = {one.check.id for one in verdict.of("conforms")}
    assert driven_by(HALVES[half], verdict.log.kind) <= passed
    # What came before the first step was acknowledged too: it does not come again within it.
    key, heard = next(iter(verdict.log.deliveries.items()))
    assert verdict.log.acked_ms[key] - heard[0].at_ms < 700
    assert verdict.word == "incomplete"  # each half leaves out what the other tries


@pytest.mark.services
def test_a_trial_without_its_core_is_incomplete(verdicts: dict[str, Verdict]) -> None:
    halves = [verdicts[f"healthy json, {half} half"] for half in HALVES]
    lacking = [{need.en.partition(":")[0] for need in verdict.lacking} for verdict in halves]
    assert lacking == [{"refused_set_aside", "refused_alone", "reply_given"}, {"keeps_unacknowledged", "keeps_unnamed"}]
    assert [verdict.exit_code for verdict in halves] == [2, 2]
    first, second = halves
    both = {one.check.id: one for one in (*first.outcomes, *second.outcomes) if one.status != "not_tried"}
    assert replace(first, outcomes=tuple(both.values())).word == "conforms"


def driven_by(steps: tuple[str, ...], kind: str) -> set[str]:
    """Return the checks that such steps make possible."""
    driven = {check.id for check in CHECKS for step in steps if {f"step {step}", f"unnamed {step}"} & set(check.needs)}
    return driven - {"once_only"} if kind == "truck" else driven - {"once_only", "antenna_absent"}


def test_the_halves_are_the_whole_script() -> None:
    assert {name for names in HALVES.values() for name in names} == set(FULL)


@pytest.mark.services
@pytest.mark.parametrize("name", LIVING)
def test_a_fault_shows_when_a_terminal_is_driven(name: str, verdicts: dict[str, Verdict]) -> None:
    assert LIVING[name].found_by in breaches(verdicts[name]), breaches(verdicts[name])


def capture_of(fault: Fault, path: Path) -> Path:
    with write_capture(path) as capture:
        for message in recorded(fault):
            capture.write(message.at_ms, message.topic, message.payload)
    return path


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["conform", *map(str, arguments)])


def test_the_command_judges_a_recording_and_writes_its_report(tmp_path: Path) -> None:
    capture = capture_of(RECORDED["km/h"], tmp_path / "km.ndjson.gz")
    page, document = tmp_path / "report.html", tmp_path / "report.json"
    result = run("--device", "T1", "--capture", capture, "--html", page, "--json", document)
    assert result.exit_code == 1
    assert "DOES NOT CONFORM" in result.output
    assert "as km/h for m/s would be" in result.output
    written = json.loads(document.read_text())
    assert written["verdict"] == "does_not_conform"
    broken = next(check for check in written["checks"] if check["id"] == "speed_unit")
    assert broken["status"] == "breaks"
    assert broken["contract"]["zh"] == "docs/contract/zh.md#9-位置单位与传感器"
    assert b'"speed_mps":57.6' in b64decode(broken["findings"][0]["payload"])
    text = page.read_text()
    assert "Speed is in m/s" in text
    assert "速度单位为 m/s" in text
    assert not re.findall(r"(?:src|href|url\()\s*=?\s*[\"']?(?:https?:)?//", text), (
        "the page asks another host for something"
    )


def test_the_command_passes_a_sound_recording(tmp_path: Path) -> None:
    long = replace(HEALTHY, minutes=11.0)
    result = run("--device", "T1", "--capture", capture_of(long, tmp_path / "sound.ndjson"))
    assert result.exit_code == 0, result.output
    assert "NO BREACH IN WHAT A CAPTURE CAN SHOW" in result.output


def test_a_short_capture_is_incomplete(tmp_path: Path) -> None:
    document, page = tmp_path / "report.json", tmp_path / "report.html"
    capture = capture_of(replace(HEALTHY, minutes=1.0), tmp_path / "short.ndjson")
    result = run("--device", "T1", "--capture", capture, "--json", document, "--html", page)
    assert result.exit_code == 2, result.output
    assert "NO BREACH FOUND, BUT INCOMPLETE" in result.output
    assert "less than ten minutes" in result.output
    written = json.loads(document.read_text())
    assert written["verdict"] == "incomplete"
    assert [lack["en"] for lack in written["lacking"]] == ["the capture spans less than ten minutes"]
    assert "尚待检验" in page.read_text()


def test_nothing_heard_passes_no_check() -> None:
    verdict = judge(Log("T1", "live", [], []))
    assert (verdict.word, verdict.exit_code) == ("not_judged", 2)
    assert verdict.of("conforms") == []


def test_a_broker_that_is_not_there_is_named() -> None:
    result = CliRunner().invoke(
        app, ["--set", "broker.host=127.0.0.1", "--set", "broker.port=1", "conform", "--device", "T1"]
    )
    assert result.exit_code == 2
    assert "broker 127.0.0.1:1: " in result.output


def test_what_cannot_be_judged_is_said(tmp_path: Path) -> None:
    capture = capture_of(HEALTHY, tmp_path / "sound.ndjson")
    assert run("--device", "T2", "--capture", capture).exit_code == 2
    assert run("--device", "T1", "--capture", tmp_path / "none.ndjson").exit_code == 2
    assert "expected" in run("--device", "#", "--capture", capture).output
    capture.write_text("no capture")
    result = run("--device", "T1", "--capture", capture)
    assert result.exit_code == 2
    assert "line 1" in result.output


def test_markup_of_a_terminal_does_not_reach_the_page() -> None:
    fault = Fault("ranges", payload=lambda payload: payload.replace(b'"closed"', b'"<script>alert(1)</script>"'))
    page = encode_page(judged(fault)).decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


@pytest.mark.services
def test_a_terminal_that_another_platform_answers_is_not_judged(tmp_path: Path) -> None:
    async def beside_a_platform(mosquitto: MosquittoProcess) -> Log:
        async with AcknowledgingPlatform(mosquitto.address).running():
            return await trial_of(HEALTHY, "B1", mosquitto, ("listen",))

    with MosquittoProcess(tmp_path) as mosquitto, pytest.raises(NotJudgedError, match="somebody else sends ack to B1"):
        asyncio.run(beside_a_platform(mosquitto))


@pytest.mark.services
def test_a_terminal_that_is_not_there_is_not_judged(tmp_path: Path) -> None:
    async def alone(mosquitto: MosquittoProcess) -> Log:
        trial = Trial("B1", SCRIPT, replace(QUICK, first_word_s=0.5))
        return await conform(mosquitto.address, trial, asyncio.Event())

    with MosquittoProcess(tmp_path) as mosquitto, pytest.raises(NotJudgedError, match="nothing was heard from B1"):
        asyncio.run(alone(mosquitto))


@pytest.mark.services
def test_settings_of_before_come_back(tmp_path: Path) -> None:
    topic = str(DownTopic("320412", "truck", "B1", "config"))
    before = config.encode(Config("g-1", 1_900_000_000_000, {"report": {"moving_s": 1}}))
    with MosquittoProcess(tmp_path) as mosquitto:
        with Peer(mosquitto.address) as city:
            city.publish(topic, [before], retain=True)
            asyncio.run(trial_of(HEALTHY, "B1", mosquitto, ("config",), replace(QUICK, config_s=1.2)))
        with Peer(mosquitto.address, topic) as later:
            deadline = time.monotonic() + 5
            while not later.received and time.monotonic() < deadline:
                time.sleep(0.02)
            assert [message.payload for message in later.received] == [before]


def test_a_short_trial_leaves_steps_out_and_a_long_one_stretches_them() -> None:
    timing = Timing()
    steps, unchanged = planned(timing, None, has_proxy=True, has_hands=True)
    assert (tuple(step.name for step in steps), unchanged) == (FULL, timing)
    steps, _ = planned(timing, 5.0, has_proxy=True, has_hands=False)
    assert [step.name for step in steps] == ["listen", "withhold"]
    steps, stretched = planned(timing, 40.0, has_proxy=False, has_hands=False)
    assert {step.name for step in steps} == set(FULL) - {"antenna", "power", "cut"}
    assert sum(step.seconds(stretched) for step in steps) == pytest.approx(40 * 60)
    assert stretched.retry_first_most_s == timing.retry_first_most_s


@pytest.mark.services
def test_the_shipped_broker_lets_a_trial_be_held(broker: Broker) -> None:
    """Mutual TLS, one certificate for each name, and the access list: the proxy passes all of it through."""

    async def trial() -> Log:
        proxy = LinkProxy(broker.host, broker.port)
        async with proxy.serve(0):
            box = Box(HEALTHY, "B1", replace(broker.address, port=proxy.port))
            async with box.living():
                steps = [step for step in SCRIPT if step.name in {"listen", "commands", "cut"}]
                return await conform(broker.address, Trial("B1", steps, QUICK), asyncio.Event(), proxy=proxy)

    verdict = judge(asyncio.run(trial()))
    assert breaches(verdict) == {}
    passed = {one.check.id for one in verdict.of("conforms")}
    assert {"qos_1", "state_retained", "reply_given", "survives_commands", "last_will", "returns"} <= passed
