"""Recorded trucks through the running stack, and whether it found what `muckline detect` finds in the same capture."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import psycopg

from muckline.demo import POLL_S, Stack
from rules_engine.event import Event
from rules_engine.world import World
from simulators.detect import Detection, detect
from simulators.importers import ImportOptions, ImportReport, import_folder
from simulators.instant import from_milliseconds, parse_instant
from simulators.live import unix_ms
from simulators.replay import ReplayResult, Span, replay
from simulators.world_folder import read_world

STILL_S = 20.0  # ingest takes thousands of fixes a second, and waits 30 s at most for a database that is away
# Evidence that is told with an event; the API gives all of it.
TOLD = ("site_id", "dump_point_id", "load_before_kg", "load_kg", "max_distance_m", "corridor_ids")


@dataclass(frozen=True)
class Recorded:
    """An imported recording and what the rules find in it.

    Attributes:
        documents: Its world.
        capture: Its messages.
        span: Their first and last.
        report: What the import took, left out and decided.
        expected: What must come out of the stack, judged without it.
    """

    documents: dict[str, Any]
    capture: Path
    span: Span
    report: ImportReport
    expected: Detection


@dataclass(frozen=True)
class Found:
    """What came out of the stack.

    Attributes:
        fixes: Fixes stored.
        events: Events as the API gives them, in order of their start.
        missing: Events that were expected and did not come.
        strange: Ids of events that came and were not expected.
    """

    fixes: int
    events: list[dict[str, Any]]
    missing: list[Event]
    strange: list[str]


def read_recording(folder: Path, out: Path, *, without_dump_zones: bool) -> Recorded:
    """Import a folder of recorded traces that is named after its source, and judge it.

    Args:
        folder: The recording.
        out: An empty folder for what is made of it.
        without_dump_zones: Forget the dump points.

    Raises:
        ImporterError: It holds no recording that is known.
    """
    options = ImportOptions(unix_ms(), without_dump_zones)
    report = import_folder(folder.resolve().name, folder, out, options)
    documents, capture = read_world(out / "world"), out / "capture.ndjson.gz"
    expected = detect(capture, World.from_documents(documents))
    return Recorded(documents, capture, Span.of(capture), report, expected)


async def send(stack: Stack, recorded: Recorded, told: Callable[[int], None]) -> ReplayResult:
    """Publish the capture as fast as the broker takes it.

    Raises:
        ReplayError: The broker was lost.
    """
    return await replay(recorded.capture, stack.broker, span=recorded.span, speed=float("inf"), told=told)


def wait_until_judged(stack: Stack, recorded: Recorded) -> int:
    """Return how many fixes are stored: once all are and none waits to be judged again, or nothing moves any more."""
    before = (-1, -1)
    still_since = time.monotonic()
    while True:
        stack.check()
        fixes, waiting = _progress(stack.database_url, recorded)
        done = fixes >= recorded.expected.fixes and not waiting
        if done or time.monotonic() - still_since > STILL_S:
            return fixes
        if (fixes, waiting) != before:
            before, still_since = (fixes, waiting), time.monotonic()
        time.sleep(POLL_S)


def _progress(database_url: str, recorded: Recorded) -> tuple[int, int]:
    """Return how many fixes of the recorded trucks are stored, and how many trucks wait to be judged again."""
    trucks = [truck["vehicle_id"] for truck in recorded.documents["vehicles"]]
    with psycopg.connect(database_url) as connection:
        row = connection.execute(
            "select (select count(*) from fixes join vehicles using (vehicle_no) where vehicle_id = any(%s)),"
            " (select count(*) from rejudge_queue)",
            [trucks],
        ).fetchone()
    return row or (0, 0)


def compare(stack: Stack, recorded: Recorded, fixes: int) -> Found:
    """Return what the API shows of the recorded trucks against what was expected; silences that go on are left out."""
    trucks = {truck["vehicle_id"] for truck in recorded.documents["vehicles"]}
    events = [event for event in _pages(stack, recorded.expected.events) if event["vehicle_id"] in trucks]
    events = [event for event in events if not _goes_on(event["kind"], event["closing"])]
    ends = {event["event_id"]: event["end"] and parse_instant(event["end"]) for event in events}
    expected = {
        str(event.event_id): event for event in recorded.expected.events if not _goes_on(event.kind, event.closing)
    }
    return Found(
        fixes=fixes,
        events=events[::-1],
        missing=[event for name, event in expected.items() if ends.get(name, 0) != event.end_ms],
        strange=[name for name in ends if name not in expected],
    )


def _goes_on(kind: str, closing: dict[str, Any] | None) -> bool:
    """Return whether an event is a silence that goes on: a job tells of it later, as long as nothing comes after it."""
    return kind == "offline" and closing is None


def _pages(stack: Stack, expected: list[Event]) -> Iterator[dict[str, Any]]:
    """Yield every event since the first that is expected, the latest first."""
    since = {"datetime": f"{from_milliseconds(expected[0].start.fix_time_ms)}/.."} if expected else {}
    page = stack.get(f"/v1/events?{urlencode({'limit': 1000, **since})}")
    yield from page["events"]
    while page["next"]:
        page = stack.get(page["next"].removeprefix(stack.api_url))
        yield from page["events"]


def event_line(event: dict[str, Any]) -> str:
    """Return an event as the API gave it, with some of its evidence, as one line."""
    opening = event["opening"]
    evidence = (f"{name} {_plain(opening[name])}" for name in TOLD if opening.get(name) is not None)
    return f"{event['start']}  {event['kind']:<15} {event['vehicle_id']:<15} {', '.join(evidence)}"


def _plain(value: Any) -> str:
    if isinstance(value, list):
        return " ".join(map(str, value))
    return f"{value:,.0f}" if isinstance(value, float) else str(value)
