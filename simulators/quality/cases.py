"""Which cases of many runs are worth a picture: failures of each rule, and one clear success of each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from rules_engine.fix_batch import FixBatch
from rules_engine.world import World
from simulators.detect import captured_rows
from simulators.quality.draw import Case, draw
from simulators.score import Found
from simulators.simulate import CAPTURE_NAME, TRUTH_NAME, WORLD_NAME
from simulators.trial import EVENTS_NAME, Report, Run, read_run
from simulators.truth import FACTS, Happening
from simulators.world_folder import read_world

EACH = 2  # pictures of missed happenings and of false alarms of each rule
NEAR_MS = 30 * 60_000


@dataclass(frozen=True)
class Picture:
    """A drawn case.

    Attributes:
        kind: The rule.
        what: "missed", "false" or "found".
        run: Name of the run.
        subject_id: The truck.
        start_ms: When it began. [ms]
        path: The PNG file.
    """

    kind: str
    what: str
    run: str
    subject_id: str
    start_ms: int
    path: Path


def draw_failures(report: Report, runs: Path, out: Path, told: Callable[[], None] = lambda: None) -> list[Picture]:
    """Draw a few missed happenings and false alarms of each rule into `out`."""
    pictures = []
    for what, failures in (("missed", report.missed), ("false", report.false_alarms)):
        for kind, cases in _by_kind(failures):
            for number, (run, item) in enumerate(cases[:EACH], 1):
                pictures.append(_drawn(runs / run, item, what, out / f"{kind}-{what}-{number}.png"))
                told()
    return pictures


def draw_successes(runs: Iterable[Path], out: Path) -> list[Picture]:
    """Draw one happening of each kind that was found into `out`: the first with nothing else beside it, if any."""
    alone: dict[str, tuple[Path, Happening]] = {}
    beside: dict[str, tuple[Path, Happening]] = {}
    for folder in runs:
        run = read_run(folder / EVENTS_NAME, folder / TRUTH_NAME)
        for happening, is_alone in _found(run):
            (alone if is_alone else beside).setdefault(happening.kind, (folder, happening))
    chosen = beside | alone
    return [_drawn(*chosen[kind], "found", out / f"{kind}.png") for kind in sorted(chosen)]


def _by_kind(failures: list[tuple[str, Any]]) -> Iterator[tuple[str, list[tuple[str, Any]]]]:
    of_trucks = [(run, item) for run, item in failures if item.subject_kind == "vehicle" and item.kind not in FACTS]
    for kind in sorted({item.kind for _, item in of_trucks}):
        yield kind, [(run, item) for run, item in of_trucks if item.kind == kind]


def _found(run: Run) -> Iterator[tuple[Happening, bool]]:
    """Yield happenings that an event of their kind overlaps, and whether no other violation happened beside."""
    for happening in run.truth:
        if happening.subject_kind != "vehicle" or happening.kind == "trip" or not happening.required:
            continue
        beside = [
            other
            for other in run.truth
            if other.subject_id == happening.subject_id
            and other.kind not in FACTS
            and other is not happening
            and abs(other.start_ms - happening.start_ms) < NEAR_MS
        ]
        hit = any(
            event.kind == happening.kind
            and event.subject_id == happening.subject_id
            and abs(event.start_ms - happening.start_ms) < NEAR_MS
            for event in run.events
        )
        if hit:
            yield happening, not beside


def _drawn(folder: Path, item: Happening | Found, what: str, path: Path) -> Picture:
    world, rows, documents = _city(folder)
    truck = world.vehicle_ids.index(item.subject_id)
    track = rows.take(rows.vehicle == truck)
    run = read_run(folder / EVENTS_NAME, folder / TRUTH_NAME)
    first, last = item.start_ms - NEAR_MS, (item.end_ms or item.start_ms) + NEAR_MS
    happened = [
        (one.kind, one.start_ms, one.end_ms)
        for one in run.truth
        if one.subject_id == item.subject_id and one.kind != "trip" and one.end_ms >= first and one.start_ms <= last
    ]
    found = [
        (one.kind, one.start_ms, one.end_ms or one.confirmed_ms or one.start_ms, *_place(one))
        for one in run.events
        if one.subject_id == item.subject_id and one.kind != "trip" and first <= one.start_ms <= last
    ]
    heading = {"missed": "missed", "false": "false alarm", "found": "found"}[what]
    title = f"{item.kind}: {heading} ({folder.name}, {item.subject_id})"
    draw(Case(title, item.kind, track, documents, happened, found), path)
    return Picture(item.kind, what, folder.name, item.subject_id, item.start_ms, path)


def _place(event: Found) -> tuple[float, float]:
    if event.lat_deg is None or event.lon_deg is None:
        return float("nan"), float("nan")
    return event.lat_deg, event.lon_deg


@cache
def _city(folder: Path) -> tuple[World, FixBatch, dict[str, Any]]:
    """Return a run's world, rows and documents."""
    documents = read_world(folder / WORLD_NAME)
    world = World.from_documents(documents)
    rows = captured_rows(folder / CAPTURE_NAME, world)
    return world, rows.take(np.arange(len(rows))), documents
