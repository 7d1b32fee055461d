"""The whole way without broker and database: what the simulated city lived through is what the rules find."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from rules_engine.world import World
from simulators.capture import read_capture, write_capture
from simulators.detect import Detection, detect, event_line, event_lines, trip_line
from simulators.scenario import read_scenario
from simulators.score import RuleScore, read_events, score
from simulators.simulate import simulate
from simulators.truth import read_truth
from simulators.world_folder import read_world

VIOLATIONS = {"route_deviation", "illegal_dumping", "spillage", "uncovered_haul"}


@pytest.fixture(scope="module", params=["near_misses", "fault_drill"])
def drilled(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, World, Detection]:
    """Simulate one cycle of every truck and judge it."""
    out = tmp_path_factory.mktemp(request.param)
    simulate(read_scenario(request.param).with_changes(hours=0.1), 3, out, lambda _: None)
    world = World.from_documents(read_world(out / "world"))
    return out, world, detect(out / "capture.ndjson.gz", world)


def scores(drilled: tuple[Path, World, Detection]) -> dict[str, RuleScore]:
    out, _, detection = drilled
    path = out / "events.ndjson"
    path.write_bytes(b"".join(event_lines(detection)))
    return {row.kind: row for row in score(read_events(path), read_truth(out / "truth.ndjson"))}


def test_everything_that_happened_is_found(drilled: tuple[Path, World, Detection]) -> None:
    rows = scores(drilled)
    assert {kind for kind, row in rows.items() if row.happened} >= VIOLATIONS
    assert {kind: row.missed for kind, row in rows.items() if row.missed} == {}


def test_near_misses_raise_nothing(drilled: tuple[Path, World, Detection]) -> None:
    assert [event for row in scores(drilled).values() for event in row.false_alarms] == []


def test_events_are_found_while_they_matter(drilled: tuple[Path, World, Detection]) -> None:
    delays = {kind: row.delay_s for kind, row in scores(drilled).items()}
    assert delays["illegal_dumping"] is not None
    assert delays["illegal_dumping"][2] < 90.0
    assert delays["uncovered_haul"] is not None
    assert delays["uncovered_haul"][2] < 90.0


def test_nothing_is_refused_and_repetition_is_counted(drilled: tuple[Path, World, Detection]) -> None:
    out, _, detection = drilled
    assert sum(detection.rejected.values()) == 0
    assert (detection.repeated > 0) == ("fault_drill" in str(out))


def test_the_order_of_a_capture_does_not_matter(drilled: tuple[Path, World, Detection], tmp_path: Path) -> None:
    out, world, detection = drilled
    messages = list(read_capture(out / "capture.ndjson.gz"))
    random.Random(1).shuffle(messages)
    with write_capture(tmp_path / "shuffled.ndjson.gz") as capture:
        for message in [*messages, *messages[:500]]:
            capture.write(*message)
    shuffled = detect(tmp_path / "shuffled.ndjson.gz", world)
    assert list(map(event_line, shuffled.events)) == list(map(event_line, detection.events))
    assert list(map(trip_line, shuffled.trips)) == list(map(trip_line, detection.trips))
    assert shuffled.repeated > detection.repeated


def test_an_empty_capture_holds_nothing(drilled: tuple[Path, World, Detection], tmp_path: Path) -> None:
    with write_capture(tmp_path / "empty.ndjson"):
        pass
    detection = detect(tmp_path / "empty.ndjson", drilled[1])
    assert (detection.messages, detection.events, detection.trips) == (0, [], [])
