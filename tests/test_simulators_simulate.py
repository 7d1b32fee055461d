"""Simulated captures: reproducible, complete, and readable by the contract's own decoder."""

from __future__ import annotations

import ast
from collections import Counter
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from firmware_contracts.decode import decode_block
from firmware_contracts.message_block import MessageBlock
from firmware_contracts.plates import normal_plate
from firmware_contracts.reading import Decoded
from firmware_contracts.topic_table import TopicTable
from simulators.capture import read_capture
from simulators.scenario import Scenario, read_scenario
from simulators.simulate import SimulateResult, simulate
from simulators.truth import read_truth
from simulators.world_folder import read_world

ROOT = Path(__file__).parents[1]
OWN = """
title = "A rough quarter of an hour"
start = 2026-03-02T06:00:00+08:00
hours = 0.25
history_s = 300

[city]
sites = 2
dump_points = 2

[fleet]
trucks = 6
json = 1
nmea = 1
bin = 1
interval_s = 3

[link]
newest_first = 0.5
blind_per_hour = 3.0
blind_minutes = [1.0, 10.0]
message_loss = 0.05
answer_loss = 0.05
battery_pulls_per_hour = 2.0

[[incident]]
kind = "illegal_dumping"
at_s = 200

[[incident]]
kind = "spillage_open"

[[incident]]
kind = "torn_load_wire"
"""


@pytest.fixture(scope="module")
def scenario(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    path = tmp_path_factory.mktemp("scenario") / "own.toml"
    path.write_text(OWN)
    return read_scenario(str(path))


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def run(scenario: Scenario, seed: int, out: Path) -> SimulateResult:
    shares: list[float] = []
    result = simulate(scenario, seed, out, shares.append)
    assert shares[-1] == 1.0
    assert shares == sorted(shares)
    return result


@pytest.fixture(scope="module")
def simulated(scenario: Scenario, tmp_path_factory: pytest.TempPathFactory) -> tuple[SimulateResult, Path]:
    out = tmp_path_factory.mktemp("simulated")
    return run(scenario, 7, out), out


def decoded(out: Path) -> Decoded:
    messages = [(m.topic, m.payload, m.received_at_ms) for m in read_capture(out / "capture.ndjson.gz")]
    return decode_block(MessageBlock.from_messages(messages), TopicTable())


def test_the_same_seed_writes_the_same_bytes(
    scenario: Scenario, simulated: tuple[SimulateResult, Path], tmp_path: Path
) -> None:
    result, out = simulated
    assert run(scenario, 7, tmp_path / "again") == result
    assert files(tmp_path / "again") == files(out)
    run(scenario, 8, tmp_path / "other")
    assert files(tmp_path / "other") != files(out)


def test_every_record_arrives_at_least_once_and_none_is_refused(simulated: tuple[SimulateResult, Path]) -> None:
    result, out = simulated
    content = decoded(out)
    assert content.rejected == []
    assert result.left == result.overwritten == 0
    fixes = content.fixes
    device = content.sender[fixes.message].tolist()
    identities = Counter(zip(device, fixes.epoch.tolist(), fixes.seq.tolist(), strict=True))
    seen = Counter((e.epoch, e.seq, content.sender[e.message]) for e in content.device_events)
    assert len(identities) + len(seen) == result.records
    assert max(identities.values()) > 1, "the losses of this scenario must repeat something"


def test_repeated_records_are_the_same_records(simulated: tuple[SimulateResult, Path]) -> None:
    content = decoded(simulated[1])
    fixes = content.fixes
    first: dict[tuple[int, int, int], tuple[object, ...]] = {}
    columns = (fixes.fix_time_ms, fixes.lat_deg, fixes.lon_deg, fixes.lift_deg, fixes.cover)
    for key, row in zip(
        zip(content.sender[fixes.message].tolist(), fixes.epoch.tolist(), fixes.seq.tolist(), strict=True),
        zip(*(column.tolist() for column in columns), strict=True),
        strict=True,
    ):
        assert repr(first.setdefault(key, row)) == repr(row)


def test_links_make_records_late_and_batteries_make_epochs(simulated: tuple[SimulateResult, Path]) -> None:
    content = decoded(simulated[1])
    fixes = content.fixes
    device = content.sender[fixes.message]
    late = [(np.diff(fixes.fix_time_ms[device == one]) < 0).any() for one in np.unique(device)]
    assert any(late)
    assert len(np.unique(fixes.epoch)) > 1


def test_captures_are_in_order_of_arrival_and_nothing_comes_before_it_happened(
    simulated: tuple[SimulateResult, Path],
) -> None:
    messages = list(read_capture(simulated[1] / "capture.ndjson.gz"))
    assert all(one.received_at_ms <= other.received_at_ms for one, other in pairwise(messages))
    content = decoded(simulated[1])
    received_at_ms = np.array([message.received_at_ms for message in messages])
    assert (content.fixes.fix_time_ms <= received_at_ms[content.fixes.message]).all()


def test_a_torn_wire_is_reported_and_its_reading_absent(simulated: tuple[SimulateResult, Path]) -> None:
    fixes = decoded(simulated[1]).fixes
    torn = (fixes.faults & 1) != 0
    assert torn.sum() > 20
    assert np.isnan(fixes.load_kg[torn]).all()


def test_a_staged_incident_begins_when_it_has_to(simulated: tuple[SimulateResult, Path], scenario: Scenario) -> None:
    truth = list(read_truth(simulated[1] / "truth.ndjson"))
    dumping = next(happening for happening in truth if happening.kind == "illegal_dumping")
    assert dumping.start_ms == int(scenario.start.timestamp() * 1000) + 200_000
    assert all(one.end_ms <= other.end_ms + 1000 for one, other in pairwise(truth)), "not written as it went"


def test_passages_are_reported_with_the_plates_of_the_world(simulated: tuple[SimulateResult, Path]) -> None:
    out = simulated[1]
    plates = {normal_plate(vehicle["plate"]) for vehicle in read_world(out / "world")["vehicles"]}
    events = decoded(out).device_events
    by_type = Counter(event.type for event in events)
    assert {"washer_passage", "gate_passage", "heartbeat"} <= set(by_type)
    assert {normal_plate(event.plate) for event in events if event.plate is not None} <= plates


def test_what_draws_the_truth_knows_nothing_of_the_rules() -> None:
    for path in (ROOT / "simulators").glob("*.py"):
        names = [
            name
            for node in ast.walk(ast.parse(path.read_text()))
            for name in (
                [node.module or ""]
                if isinstance(node, ast.ImportFrom)
                else [alias.name for alias in node.names]
                if isinstance(node, ast.Import)
                else []
            )
        ]
        assert path.name == "detect.py" or not any(name.startswith("rules_engine") for name in names), path


def test_every_truck_ends_parked_with_its_engine_off(simulated: tuple[SimulateResult, Path]) -> None:
    content = decoded(simulated[1])
    fixes = content.fixes
    device = content.sender[fixes.message]
    for one in np.unique(device):
        own = np.flatnonzero(device == one)
        last = own[np.argsort(fixes.fix_time_ms[own])[-2:]]
        assert (fixes.ignition[last] == 0).all()
        assert (fixes.speed_mps[last] < 0.5).all()
