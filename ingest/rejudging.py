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

from ingest.checkpoints import checkpoint_of
from ingest.database import Database
from ingest.metrics import IngestMetrics
from rules_engine.carry import Carry
from rules_engine.engine import evaluate
from rules_engine.fix_batch import FixBatch
from rules_engine.world import World
from storage.checkpoints import checkpoint_before, newest_checkpoints
from storage.judged_rows import ReadFrom, read_rows
from storage.rejudge import JudgedPart, Waiting, pending, replace_judgement

LOOK_S = 1.0  # how often the queue is looked at while it was empty
PART_ROWS = 2000  # five hours of a truck at 10 s: a checkpoint each, and a call of the engine in well under 10 ms
READ_ROWS = 25 * PART_ROWS  # 5 MB at once, however far back a late record reaches
CHECKPOINTED_GROUP = 200  # trucks whose last hours are read at once: 360 rows each at 10 s
WHOLE_GROUP = 8  # trucks of which everything is read at once: 60 days of each are 0.5 million rows, 40 MB


@dataclass(frozen=True, slots=True)
class Restored:
    """What the database knew: checkpoints started from, and rows judged after them."""

    checkpoints: int
    rows: int


def restore(connection: Connection, world: World, carry: Carry, vehicles: list[int] | None = None) -> Restored:
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
            rows = read_rows(connection, group[at : at + size])
            carry.apply(evaluate(rows, world, carry).update)
            count += len(rows)
    return Restored(sum(truck.after is not None for truck in trucks), count)


class Rejudging:
    """The trucks that wait to be judged again."""

    def __init__(self, database: Database, metrics: IngestMetrics, page_within_ms: int) -> None:
        self._database = database
        self._metrics = metrics
        self._page_within_ms = page_within_ms
        self._waiting: deque[Waiting] = deque()
        self._looked_s = -LOOK_S

    def turn(self, world: World, carry: Carry) -> bool:
        """Judge the truck that has waited longest again; return whether one waited.

        Raises:
            Stopped: Asked to stop while the database was away; the truck goes on waiting.
        """
        if not self._waiting and time.monotonic() - self._looked_s >= LOOK_S:
            self._looked_s = time.monotonic()
            self._waiting.extend(self._database.run(pending))
        self._metrics.rejudge_pending.set(len(self._waiting))
        if not self._waiting:
            return False
        waiting = self._waiting.popleft()
        vehicles = np.flatnonzero(world.vehicle_no == waiting.vehicle_no)
        if len(vehicles) == 0:  # retired: it goes on waiting in the database for the day it comes back
            return True
        self._database.run(lambda connection: self._judge_again(connection, waiting, int(vehicles[0]), world, carry))
        self._metrics.rejudged.inc()
        return True

    def _judge_again(self, connection: Connection, waiting: Waiting, vehicle: int, world: World, carry: Carry) -> None:
        start = checkpoint_before(connection, waiting.vehicle_no, waiting.from_ms, carry.layout)
        before = carry.checkpoint(vehicle)
        try:
            carry.restore(vehicle, start.row if start else None)
            parts, after, read = [], start, READ_ROWS
            while read == READ_ROWS:
                rows = read_rows(connection, [ReadFrom(waiting.vehicle_no, vehicle, after)], READ_ROWS)
                read = len(rows)
                parts += judged_parts(rows, vehicle, world, carry)
                after = parts[-1].checkpoint if parts else after
            replace_judgement(
                connection,
                waiting,
                start,
                parts,
                found_at_ms=time.time_ns() // 1_000_000,
                page_within_ms=self._page_within_ms,
                world_version=world.version,
            )
        except BaseException:
            carry.restore(vehicle, before)
            raise


def judged_parts(rows: FixBatch, vehicle: int, world: World, carry: Carry) -> list[JudgedPart]:
    """Judge one truck's rows in parts, moving its carry on, and return what each gave."""
    parts = []
    for at in range(0, len(rows), PART_ROWS):
        part = rows.take(slice(at, at + PART_ROWS))
        judgement = evaluate(part, world, carry)
        carry.apply(judgement.update)
        checkpoint = checkpoint_of(int(world.vehicle_no[vehicle]), carry.of(np.array([vehicle])))
        parts.append(JudgedPart(int(part.fix_time_ms[-1]), judgement.events, judgement.trips, checkpoint))
    return parts
