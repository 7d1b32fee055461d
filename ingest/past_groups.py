"""The pasts of some trucks judged again side by side by the world in force, compared with what is stored, and put in.

A group's rows are judged together, a day of each truck at a time: a call of the engine then has enough to do, and the
checkpoints, one a day, stand where stored ones stood, so that what did not change need not be written again. What is
judged, and how far, is one of two:

    whole       from a checkpoint to the last row. Everything found is put in, and the checkpoints with it; the rows
                after the newest one are left to ingest, which alone may replace the carry that goes on.
    a part      events of some rules or of a span. They change alone: the carry that goes on is not touched, so what
                is under way at the newest checkpoint is left as it is.

docs/decisions/0007-rejudging-history.md says why.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Self

import numpy as np
from psycopg import Connection

from ingest.checkpoints import checkpoint_of
from ingest.past_changes import Asked, Change, changes_between, keep_evidence
from rules_engine.carry import Carry
from rules_engine.carry_alive import mean_the_same
from rules_engine.engine import evaluate
from rules_engine.world import World
from storage import event_rows, history, trip_rows
from storage.checkpoints import checkpoint_before
from storage.history import NEVER_MS, NOBODY_MS
from storage.judged_rows import ReadFrom, read_rows
from storage.rejudge import JudgedPart, Waiting, ask, replace_judgement
from storage.washers import read_heard
from storage.write_batch import Checkpoint

GROUP = 16  # trucks judged side by side: a day of each at 10 s is 140,000 rows, 15 MB


@dataclass(slots=True)
class GroupResult:
    """What judging a group gave.

    Attributes:
        changes: Asked for, by truck.
        trucks: How many were judged.
        rows: How many of their rows.
        left_to_ingest: Trucks whose newest rows ingest is to judge again.
        read_s: Time spent reading rows, and likewise judging and the rest.
    """

    changes: list[Change] = field(default_factory=list)
    trucks: int = 0
    rows: int = 0
    left_to_ingest: list[int] = field(default_factory=list)
    read_s: float = 0.0
    judge_s: float = 0.0
    write_s: float = 0.0

    def add(self, other: Self) -> None:
        """Take another group's result in."""
        for each in fields(self):
            setattr(self, each.name, getattr(self, each.name) + getattr(other, each.name))


@dataclass(slots=True)
class _Truck:
    """How far one truck is."""

    vehicle_no: int
    vehicle: int
    start: Checkpoint | None
    stops: list[Checkpoint]
    parts: list[JudgedPart] = field(default_factory=list)
    agreed: list[Checkpoint] = field(default_factory=list)
    done: int = 0
    until: Checkpoint | None = None
    is_over: bool = False

    @property
    def position(self) -> Checkpoint | None:
        return self.stops[self.done - 1] if self.done else self.start

    @property
    def newest(self) -> Checkpoint | None:
        """Return the checkpoint up to which a part changes anything."""
        return self.until or (self.stops[-1] if self.stops else None)

    @property
    def next_stop(self) -> Checkpoint | None:
        return self.stops[self.done] if self.done < len(self.stops) else None


def judge_group(connection: Connection, world: World, vehicle_nos: Sequence[int], asked: Asked) -> GroupResult:
    """Judge the pasts of some trucks again, and put in what came of it unless that was not asked for.

    Each truck is written in one transaction; whoever is killed on the way has judged some trucks and not others.
    """
    with history.claimed_pasts(connection, () if asked.is_dry else vehicle_nos):
        return _Group(connection, world, asked).judge(vehicle_nos)


class _Group:
    """One group on its way."""

    def __init__(self, connection: Connection, world: World, asked: Asked) -> None:
        self._connection, self._world, self._asked = connection, world, asked
        self._carry = Carry(len(world.vehicle_ids))
        self._heard = read_heard(connection)
        self._result = GroupResult()

    def judge(self, vehicle_nos: Sequence[int]) -> GroupResult:
        self._result.trucks = len(vehicle_nos)
        vehicle_of = {int(number): vehicle for vehicle, number in enumerate(self._world.vehicle_no)}
        trucks = [self._begin(vehicle_no, vehicle_of[vehicle_no]) for vehicle_no in vehicle_nos]
        while going := [truck for truck in trucks if not truck.is_over]:
            self._step(going)
        began_s = time.monotonic()
        for truck in trucks:
            self._settle(truck)
        self._result.write_s = time.monotonic() - began_s
        return self._result

    def _begin(self, vehicle_no: int, vehicle: int) -> _Truck:
        start = None
        if self._asked.from_ms is not None:
            start = checkpoint_before(self._connection, vehicle_no, self._asked.from_ms, Carry.layout)
        self._carry.restore(vehicle, start.row if start else None)
        stops = history.daily_checkpoints(self._connection, vehicle_no, start, Carry.layout)
        return _Truck(vehicle_no, vehicle, start, stops)

    def _step(self, going: list[_Truck]) -> None:
        """Judge each truck's rows up to its next stop, or to the last row where there is none."""
        world, result = self._world, self._result
        began_s = time.monotonic()
        wanted = [ReadFrom(truck.vehicle_no, truck.vehicle, truck.position, truck.next_stop) for truck in going]
        rows = read_rows(self._connection, wanted, world)
        read_s = time.monotonic()
        judgement = evaluate(rows, world, self._carry, self._heard)
        self._carry.apply(judgement.update)
        result.rows += len(rows)
        result.read_s += read_s - began_s

        ends = np.searchsorted(rows.vehicle, [truck.vehicle for truck in going], side="right")
        gave = {world.vehicle_ids[truck.vehicle]: JudgedPart(0, [], [], None) for truck in going}
        for event in judgement.events:
            gave[event.vehicle_id].events.append(event)
        for trip in judgement.trips:
            gave[trip.vehicle_id].trips.append(trip)
        for truck, end in zip(going, ends.tolist(), strict=True):
            part = gave[world.vehicle_ids[truck.vehicle]]
            if end and rows.vehicle[end - 1] == truck.vehicle:
                checkpoint = checkpoint_of(truck.vehicle_no, self._carry.of(np.array([truck.vehicle])))
                truck.parts.append(JudgedPart(int(rows.fix_time_ms[end - 1]), part.events, part.trips, checkpoint))
            self._advance(truck)
        result.judge_s += time.monotonic() - read_s

    def _advance(self, truck: _Truck) -> None:
        """Go on to the next stop, or end: at the last row, or where a part that is past its span agrees with the stored
        past.
        """
        stop = truck.next_stop
        if stop is None:
            truck.is_over = True
            return
        truck.done += 1
        reached = truck.parts[-1].checkpoint if truck.parts else None
        if reached is None or not mean_the_same(reached.row, stop.row, self._world):
            return
        truck.agreed.append(stop)
        if self._asked.to_ms is not None and stop.fix_time_ms >= self._asked.to_ms:
            truck.until, truck.is_over = stop, True

    def _settle(self, truck: _Truck) -> None:
        """Compare what was found of a truck with what is stored, and write what is to be written."""
        numbers = {self._world.vehicle_ids[truck.vehicle]: truck.vehicle_no}
        given = [(part.judged_to_ms, event) for part in truck.parts for event in part.events]
        travelled = [(part.judged_to_ms, trip) for part in truck.parts for trip in part.trips]
        found = history.event_findings(event_rows.event_documents(given, numbers))
        found += history.trip_findings(trip_rows.trip_documents(travelled, numbers))
        until_ms = truck.until.fix_time_ms if truck.until else NEVER_MS
        stored = history.found_before(self._connection, truck.vehicle_no, truck.start, until_ms)
        newest_ms = truck.newest.fix_time_ms if truck.newest else -1
        changes = changes_between(stored, found, self._asked, newest_ms=newest_ms, agrees=truck.until is not None)
        self._result.changes += [replace(change, vehicle_no=truck.vehicle_no) for change in changes]
        if self._asked.is_dry:
            return
        if self._asked.is_whole:
            keep_evidence([event for _, event in given], stored, changes)
            self._put_in(truck, is_changed=bool(changes))
            self._result.left_to_ingest.append(truck.vehicle_no)
        else:
            self._put_in_some(truck, [change for change in changes if not change.is_left])

    def _put_in(self, truck: _Truck, *, is_changed: bool) -> None:
        """Put the whole of what was found in, up to the newest checkpoint, and leave the rest to ingest."""
        newest = truck.stops[-1] if truck.stops else None
        known = newest or truck.start
        with self._connection.transaction():
            # First, as a batch lets trucks wait before it writes its events: else each could wait for the other.
            ask(self._connection, truck.vehicle_no, known.fix_time_ms + 1 if known else 0, None)
            if newest and (is_changed or len(truck.agreed) < len(truck.stops)):
                replace_judgement(
                    self._connection,
                    Waiting(truck.vehicle_no, 0, -1),
                    truck.start,
                    [part for part in truck.parts if part.judged_to_ms <= newest.fix_time_ms],
                    found_at_ms=time.time_ns() // 1_000_000,
                    page_within_ms=NOBODY_MS,
                    world_version=self._world.version,
                    until=newest,
                )

    def _put_in_some(self, truck: _Truck, changes: list[Change]) -> None:
        """Put in only these changes, and forget the checkpoints that do not lead to them."""
        newest = truck.newest
        if not changes or newest is None:
            return
        last = [] if newest in truck.agreed else [newest]
        history.replace_some(
            self._connection,
            truck.vehicle_no,
            [truck.start, *truck.agreed, *last],
            written=[change.after for change in changes if change.after],
            withdrawn=[change.before for change in changes if change.before and not change.after],
            found_at_ms=time.time_ns() // 1_000_000,
            world_version=self._world.version,
        )
