"""The promise, without a database: events and trips depend on the set of rows, whatever way they came.

A store in plain Python keeps what the real one keeps (rows, checkpoints, what was found and how far its truck had been
judged then) and is worked by the same judging of the past. Rows come shuffled, repeated, late by any time, in batches
cut anywhere, and the process is killed between any two of them.
"""

from __future__ import annotations

import bisect
import dataclasses
from collections.abc import Iterator
from itertools import pairwise
from typing import Any
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles.tracks import city, random_track

from ingest import history
from ingest.checkpoints import checkpoint_of
from ingest.history import TruckJudge
from rules_engine.carry import Carry
from rules_engine.engine import evaluate
from rules_engine.event import Event, Trip
from rules_engine.fix_batch import FixBatch
from rules_engine.world import World
from storage.write_batch import Checkpoint
from tests.stored_past import long_track

CAPACITIES_KG = (16_000, 60_000, 15_500, 16_000)
HOUR_MS = 3_600_000
NEVER_MS = 2**62
WORLD = city()

Key = tuple[int, int, int, int]


@pytest.fixture(autouse=True, scope="module")
def small_parts() -> Iterator[None]:
    """Judge the past in parts that are small against these tracks, so that there are many of them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(history, "PART_ROWS", 60)
        patch.setattr(history, "FIRST_READ_ROWS", 90)
        patch.setattr(history, "READ_ROWS", 200)
        yield


def all_rows(rng: np.random.Generator) -> FixBatch:
    """Return the rows of some trucks in the order of time: what really happened."""
    tracks = [random_track(rng, int(v), CAPACITIES_KG[v]) for v in rng.permutation(4)[: rng.integers(1, 4)]]
    rows = FixBatch.concatenate(tracks)
    return rows.take(np.lexsort((rows.seq, rows.epoch, rows.mark, rows.fix_time_ms)))


@dataclasses.dataclass
class Told:
    """What was told of one event: the newest opening and closing, and how far its truck had been judged at each."""

    opening: Event
    opened_to_ms: int
    closing: Event | None = None
    closed_to_ms: int = NEVER_MS


@dataclasses.dataclass
class Past:
    """All that is stored of one truck."""

    keys: list[Key] = dataclasses.field(default_factory=list)
    rows: list[int] = dataclasses.field(default_factory=list)
    checkpoints: dict[Key, Checkpoint] = dataclasses.field(default_factory=dict)
    events: dict[UUID, Told] = dataclasses.field(default_factory=dict)
    trips: dict[UUID, dict[int, Trip]] = dataclasses.field(default_factory=dict)
    waits: tuple[int, int] | None = None

    def tell(self, judged_to_ms: int, events: list[Event], trips: list[Trip]) -> None:
        for event in events:
            told = self.events.setdefault(event.event_id, Told(event, judged_to_ms))
            told.opening = event
            if event.closing is not None:
                told.closing, told.closed_to_ms = event, judged_to_ms
        for trip in trips:
            self.trips.setdefault(trip.trip_id, {})[judged_to_ms] = trip

    def take_back(self, since_ms: int, until_ms: int) -> None:
        """Forget what was told in between; what is found again is told again."""
        self.events = {name: t for name, t in self.events.items() if not since_ms < t.opened_to_ms <= until_ms}
        for told in self.events.values():
            if since_ms < told.closed_to_ms <= until_ms:
                told.closing, told.closed_to_ms = None, NEVER_MS
        for states in self.trips.values():
            for judged_to_ms in [at for at in states if since_ms < at <= until_ms]:
                del states[judged_to_ms]


class Platform:
    """Ingest and its database, in memory."""

    def __init__(self, rows: FixBatch, world: World, rng: np.random.Generator) -> None:
        self.all, self.world, self.rng = rows, world, rng
        self.pasts = [Past() for _ in range(4)]
        self.carry = Carry(4)
        self.early_ends = 0

    def batch(self, index: np.ndarray[Any, Any]) -> None:
        """Judge and store some rows; those older than what was judged wait."""
        rows = self.all.take(index)
        order = rows.key_order()
        rows, index = rows.take(order), index[order]
        judgement = evaluate(rows, self.world, self.carry)
        self.carry.apply(judgement.update)
        judged_to_ms = dict.fromkeys(range(4), 0)
        for n, row in enumerate(index.tolist()):
            vehicle, key = int(rows.vehicle[n]), self.key(row)
            judged_to_ms[vehicle] = max(judged_to_ms[vehicle], key[0])
            past = self.pasts[vehicle]
            at = bisect.bisect_left(past.keys, key)
            if at < len(past.keys) and past.keys[at] == key:
                continue
            past.keys.insert(at, key)
            past.rows.insert(at, row)
            if judgement.late[n]:
                first, last = past.waits or (key[0], key[0])
                past.waits = min(first, key[0]), max(last, key[0])
        for vehicle, past in enumerate(self.pasts):
            name = self.world.vehicle_ids[vehicle]
            events = [event for event in judgement.events if event.vehicle_id == name]
            past.tell(judged_to_ms[vehicle], events, [t for t in judgement.trips if t.vehicle_id == name])
        for n, vehicle in enumerate(judgement.update.vehicles.tolist()):
            if self.rng.random() < 0.5:
                self.keep(vehicle, checkpoint_of(vehicle, judgement.update.rows[n : n + 1]))

    def kill(self) -> None:
        """Lose what was in memory, and bring it back from what is stored."""
        self.carry = Carry(4)
        for vehicle, past in enumerate(self.pasts):
            newest = past.checkpoints[max(past.checkpoints)] if past.checkpoints else None
            self.carry.restore(vehicle, newest.row if newest else None)
            rows = self.read(vehicle, newest, len(past.rows))
            if len(rows):
                self.carry.apply(evaluate(rows, self.world, self.carry).update)

    def judge_again(self, vehicle: int) -> None:
        past = self.pasts[vehicle]
        if past.waits is None:
            return
        (first_ms, last_ms), past.waits = past.waits, None
        before = self.carry.checkpoint(vehicle)
        starts = [key for key in past.checkpoints if key[0] < first_ms and self.is_last_of_its_instant(past, key)]
        start = past.checkpoints[max(starts)] if starts else None
        stored = [past.checkpoints[key] for key in sorted(past.checkpoints) if key[0] > last_ms]
        judge = TruckJudge(vehicle, self.world, self.carry)
        found = judge.past(lambda after, limit: self.read(vehicle, after, limit), start, stored)
        since_ms = start.fix_time_ms if start else -1
        until_ms = found.until.fix_time_ms if found.until else NEVER_MS - 1
        past.take_back(since_ms, until_ms)
        for name in [key for key in past.checkpoints if since_ms < key[0] and key[0] < until_ms]:
            del past.checkpoints[name]
        for part in found.parts:
            past.tell(part.judged_to_ms, part.events, part.trips)
            if part.checkpoint is not None:
                self.keep(vehicle, part.checkpoint)
        if found.until is not None:
            self.carry.restore(vehicle, before)
            self.early_ends += 1

    def keep(self, vehicle: int, checkpoint: Checkpoint) -> None:
        key = (checkpoint.fix_time_ms, checkpoint.mark, checkpoint.epoch, checkpoint.seq)
        self.pasts[vehicle].checkpoints[key] = checkpoint

    def read(self, vehicle: int, after: Checkpoint | None, limit: int) -> FixBatch:
        past = self.pasts[vehicle]
        at = 0
        if after is not None:
            at = bisect.bisect_right(past.keys, (after.fix_time_ms, after.mark, after.epoch, after.seq))
        return self.all.take(np.array(past.rows[at : at + limit], np.intp))

    def is_last_of_its_instant(self, past: Past, key: Key) -> bool:
        at = bisect.bisect_right(past.keys, key)
        return at == len(past.keys) or past.keys[at][0] > key[0]

    def key(self, row: int) -> Key:
        rows = self.all
        return int(rows.fix_time_ms[row]), int(rows.mark[row]), int(rows.epoch[row]), int(rows.seq[row])

    def found(self) -> list[str]:
        """Return the final events and trips as text, because NaN differs from itself."""
        events = [told.closing or told.opening for past in self.pasts for told in past.events.values()]
        trips = [states[max(states)] for past in self.pasts for states in past.trips.values() if states]
        return sorted(repr(item) for item in [*events, *trips])


def expected(rows: FixBatch, world: World) -> list[str]:
    """Return what one batch in order finds."""
    judgement = evaluate(rows.take(rows.key_order()), world, Carry(4))
    return sorted(repr(item) for item in [*judgement.events, *judgement.trips])


def in_order(rows: FixBatch, rng: np.random.Generator) -> np.ndarray[Any, Any]:  # noqa: ARG001
    return np.arange(len(rows))


def shuffled_within_hours(rows: FixBatch, rng: np.random.Generator) -> np.ndarray[Any, Any]:
    return np.argsort(rows.fix_time_ms + rng.uniform(0, rng.choice([0.05, 0.5, 3.0]) * HOUR_MS, len(rows)))


def a_stretch_uploaded_late(rows: FixBatch, rng: np.random.Generator) -> np.ndarray[Any, Any]:
    """One truck's blind zone: its rows come in the end, or piece by piece among the later ones."""
    first = rng.integers(0, len(rows))
    blind = (rows.vehicle == rows.vehicle[first]) & (np.arange(len(rows)) >= first)
    blind &= rows.fix_time_ms < rows.fix_time_ms[first] + rng.choice([0.1, 1.0, 12.0]) * HOUR_MS
    arrival = np.arange(len(rows), dtype=float)
    arrival[blind] += rng.uniform(0, len(rows)) * rng.random(int(blind.sum())) + len(rows) / 4
    return np.argsort(arrival)


def three_times(rows: FixBatch, rng: np.random.Generator) -> np.ndarray[Any, Any]:
    again = np.repeat(np.arange(len(rows)), 3)
    return again[np.argsort(again + rng.choice([5, 100, 2000]) * rng.random(len(again)))]


WAYS = [in_order, shuffled_within_hours, a_stretch_uploaded_late, three_times]


def arrive(platform: Platform, order: np.ndarray[Any, Any], cuts: list[int], rng: np.random.Generator) -> None:
    """Let rows arrive in batches, with kills and the judging of what waits wherever they fall."""
    edges = sorted({0, len(order), *(cut % (len(order) + 1) for cut in cuts)})
    for start, stop in pairwise(edges):
        platform.batch(order[start:stop])
        if rng.random() < 0.3:
            platform.kill()
        if rng.random() < 0.5:
            platform.judge_again(int(rng.integers(0, 4)))
    for vehicle in range(4):
        platform.judge_again(vehicle)


@pytest.mark.parametrize("way", WAYS)
@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32), cuts=st.lists(st.integers(0, 5000), max_size=25))
def test_the_way_that_rows_come_changes_nothing(way: Any, seed: int, cuts: list[int]) -> None:
    world, rng = WORLD, np.random.default_rng(seed)
    rows = all_rows(rng)
    platform = Platform(rows, world, rng)
    arrive(platform, way(rows, rng), cuts, rng)
    assert platform.found() == expected(rows, world)
    ended = platform.carry.rows.tobytes()
    platform.kill()
    assert platform.carry.rows.tobytes() == ended, "a restart takes the trucks up where they were"


def test_judging_mostly_ends_where_the_carry_is_again_what_it_was() -> None:
    """The property above says that ending early is right; this says that it happens."""
    ends = rounds = 0
    for seed in range(12):
        rng = np.random.default_rng(seed)
        rows = long_track(rng, 0, CAPACITIES_KG[0], 6)
        platform = Platform(rows, WORLD, rng)
        late = np.zeros(len(rows), np.bool_)
        first = len(rows) // 5
        late[first : first + 5] = True
        order = np.concatenate([np.flatnonzero(~late), np.flatnonzero(late)])
        arrive(platform, order, list(range(0, len(rows), 20)), np.random.default_rng(1))
        ends += platform.early_ends
        rounds += 1
    assert ends >= rounds / 2, f"expected at least half of {rounds} late stretches to end early, got {ends}"
