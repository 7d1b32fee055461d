"""Judging trucks' pasts: at the start to know what was carried, and again whenever a record came late.

Both go the same way: the newest checkpoint that will do, then the stored rows after it. It all happens between batches
on the pipeline's thread, where the carry stands still; a turn is one truck, so that live batches hardly wait.
"""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass

import numpy as np
from psycopg import Connection

from ingest.database import Database
from ingest.history import Read, TruckJudge
from ingest.metrics import IngestMetrics
from rules_engine.carry import Carry
from rules_engine.device_log import Heard
from rules_engine.engine import evaluate
from rules_engine.fix_batch import FixBatch
from rules_engine.world import World
from storage.checkpoints import checkpoint_before, checkpoints_after, newest_checkpoints
from storage.judged_rows import ReadFrom, read_rows
from storage.rejudge import Waiting, claim_past, pending, replace_judgement, still_pending
from storage.write_batch import Checkpoint

LOOK_S = 1.0  # how often the queue is looked at while it was empty
REST = 10.0  # a truck rests ten times as long as judging it took: its late records may still be coming, batch by batch
CHECKPOINTED_GROUP = 200  # trucks whose last hours are read at once: 360 rows each at 10 s
WHOLE_GROUP = 8  # trucks of which everything is read at once: 60 days of each are 0.5 million rows, 40 MB


@dataclass(frozen=True, slots=True)
class Restored:
    """What the database knew: checkpoints started from, and rows judged after them."""

    checkpoints: int
    rows: int


def restore(
    connection: Connection, world: World, carry: Carry, heard: Heard, vehicles: list[int] | None = None
) -> Restored:
    """Bring the carry to where the stored rows end, for some trucks or for all.

    What the rules give out on the way is in the database already: it was committed together with those rows, or waits
    in the queue of re-judgement together with a late one.
    """
    newest = {checkpoint.vehicle_no: checkpoint for checkpoint in newest_checkpoints(connection, carry.layout)}
    trucks = [
        ReadFrom(int(world.vehicle_no[vehicle]), vehicle, newest.get(int(world.vehicle_no[vehicle])))
        for vehicle in (range(len(world.vehicle_ids)) if vehicles is None else vehicles)
    ]
    for truck in trucks:
        carry.restore(truck.vehicle, truck.after.row if truck.after else None)
    count = 0
    for started, size in ((True, CHECKPOINTED_GROUP), (False, WHOLE_GROUP)):
        group = [truck for truck in trucks if (truck.after is not None) == started]
        for at in range(0, len(group), size):
            rows = read_rows(connection, group[at : at + size], world)
            carry.apply(evaluate(rows, world, carry, heard).update)
            count += len(rows)
    return Restored(sum(truck.after is not None for truck in trucks), count)


class Rejudging:
    """The trucks that wait to be judged again."""

    def __init__(self, database: Database, metrics: IngestMetrics, page_within_ms: int) -> None:
        self._database = database
        self._metrics = metrics
        self._page_within_ms = page_within_ms
        self._waiting: deque[Waiting] = deque()
        self._rests_until_s: dict[int, float] = {}
        self._looked_s = -LOOK_S

    def turn(self, world: World, carry: Carry, heard: Heard) -> bool:
        """Judge the truck that has waited longest again; return whether one did.

        Raises:
            Stopped: Asked to stop while the database was away; the truck goes on waiting.
        """
        self._look()
        while self._waiting:
            waiting = self._waiting.popleft()
            vehicles = np.flatnonzero(world.vehicle_no == waiting.vehicle_no)
            # One that is retired goes on waiting in the database for the day it comes back.
            if len(vehicles) and self._rests_until_s.get(waiting.vehicle_no, 0.0) <= time.monotonic():
                return self._judge(waiting.vehicle_no, TruckJudge(int(vehicles[0]), world, carry, heard))
        return False

    def _look(self) -> None:
        if not self._waiting and time.monotonic() - self._looked_s >= LOOK_S:
            self._looked_s = time.monotonic()
            self._waiting.extend(self._database.run(pending))
            self._rests_until_s = {n: end for n, end in self._rests_until_s.items() if end > self._looked_s}
        self._metrics.rejudge_pending.set(len(self._waiting))

    def _judge(self, vehicle_no: int, judge: TruckJudge) -> bool:
        began_s = time.monotonic()
        done = self._database.run(lambda connection: judge_again(connection, vehicle_no, judge, self._page_within_ms))
        ended_s = time.monotonic()
        self._rests_until_s[vehicle_no] = ended_s + REST * (ended_s - began_s)
        self._metrics.rejudged.inc(done)
        return done


def judge_again(connection: Connection, vehicle_no: int, judge: TruckJudge, page_within_ms: int) -> bool:
    """Judge again what a truck waits for, in one transaction that leaves the truck's carry where its rows end.

    Args:
        connection: Of the writer.
        vehicle_no: The truck.
        judge: The truck's; its carry is up to date with all rows but those that came late.
        page_within_ms: Events confirmed longer ago page nobody. [ms]

    Returns:
        False where it waits no more, or somebody else is judging its past just now.
    """
    carry, vehicle = judge.carry, judge.vehicle
    before = carry.checkpoint(vehicle)
    try:
        with connection.transaction():
            waiting = still_pending(connection, vehicle_no)
            if waiting is None or not claim_past(connection, vehicle_no):
                return False
            start = checkpoint_before(connection, vehicle_no, waiting.from_ms, carry.layout)
            stored = []
            if waiting.to_ms is not None:
                stored = checkpoints_after(connection, vehicle_no, waiting.to_ms, carry.layout)
            past = judge.past(_reader(connection, vehicle_no, judge), start, stored)
            replace_judgement(
                connection,
                waiting,
                start,
                past.parts,
                found_at_ms=time.time_ns() // 1_000_000,
                page_within_ms=page_within_ms,
                world_version=judge.world.version,
                until=past.until,
            )
    except BaseException:
        carry.restore(vehicle, before)
        raise
    if past.until is not None:  # from there on the truck's past is what it was
        carry.restore(vehicle, before)
    return True


def _reader(connection: Connection, vehicle_no: int, judge: TruckJudge) -> Read:
    def read(after: Checkpoint | None, limit_rows: int) -> FixBatch:
        return read_rows(connection, [ReadFrom(vehicle_no, judge.vehicle, after)], judge.world, limit_rows)

    return read
