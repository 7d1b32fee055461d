"""Judging one truck's past again: from a checkpoint on, in parts, and no further than a difference reaches. Pure.

A judgement depends on the rows and the carry alone. So where the carry means again what a stored checkpoint meant, and
no row after that has changed, everything later would come out as it did: judging ends there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from ingest.checkpoints import checkpoint_of
from rules_engine.carry import Carry
from rules_engine.carry_alive import mean_the_same
from rules_engine.device_log import NOBODY_HEARD, Heard
from rules_engine.engine import evaluate
from rules_engine.fix_batch import FixBatch
from rules_engine.world import World
from storage.rejudge import JudgedPart
from storage.write_batch import Checkpoint

PART_ROWS = 2000  # five hours of a truck at 10 s: a checkpoint each, and a call of the engine in well under 10 ms
FIRST_READ_ROWS = 2 * PART_ROWS  # a late record far back mostly concerns an hour or two
READ_ROWS = 25 * PART_ROWS  # 5 MB at once, however far back a late record reaches

# Returns a truck's rows after a checkpoint, None for its first row on, and at most so many.
Read = Callable[[Checkpoint | None, int], FixBatch]


@dataclass(slots=True)
class Past:
    """What judging a truck's past gave.

    Attributes:
        parts: What each stretch of rows gave, in order.
        rows: How many rows were judged.
        until: The stored checkpoint at which the carry was as stored; None where judging went on to the last row.
    """

    parts: list[JudgedPart] = field(default_factory=list)
    rows: int = 0
    until: Checkpoint | None = None


@dataclass(frozen=True, slots=True)
class TruckJudge:
    """Judges one truck's rows, moving its carry on.

    Attributes:
        vehicle: The truck's row in the world and in the carry.
        world: What is permitted.
        carry: Of this and perhaps other trucks.
        heard: When the washers were.
    """

    vehicle: int
    world: World
    carry: Carry
    heard: Heard = NOBODY_HEARD

    def past(self, read: Read, start: Checkpoint | None, stored: Sequence[Checkpoint]) -> Past:
        """Judge the truck's rows after `start`, from where its carry then was.

        Args:
            read: Where the rows come from.
            start: Where to begin, None for the truck's first row.
            stored: Checkpoints, in order, after which no row has changed since they were made.
        """
        self.carry.restore(self.vehicle, start.row if start else None)
        past, after, limit = Past(), start, FIRST_READ_ROWS
        while True:
            rows = read(after, limit)
            is_all = len(rows) < limit
            self._judge(rows, _stops(rows, stored, is_all=is_all), past)
            if is_all or past.until is not None:
                return past
            after, limit = past.parts[-1].checkpoint, READ_ROWS

    def part(self, rows: FixBatch) -> JudgedPart:
        """Judge the truck's next rows, at least one, and return what they gave."""
        judgement = evaluate(rows, self.world, self.carry, self.heard)
        self.carry.apply(judgement.update)
        row = self.carry.of(np.array([self.vehicle]))
        checkpoint = checkpoint_of(int(self.world.vehicle_no[self.vehicle]), row)
        return JudgedPart(int(rows.fix_time_ms[-1]), judgement.events, judgement.trips, checkpoint)

    def _judge(self, rows: FixBatch, stops: dict[int, Checkpoint], past: Past) -> None:
        at = 0
        for end in _ends(np.array(sorted(stops), np.intp), len(rows)):
            part = self.part(rows.take(slice(at, end)))
            past.rows += end - at
            at = end
            if end in stops and mean_the_same(self.carry.checkpoint(self.vehicle), stops[end].row, self.world):
                past.until = stops[end]
                part = replace(part, checkpoint=None)  # there is one
            past.parts.append(part)
            if past.until is not None:
                return


def _ends(stops: NDArray[np.intp], count: int) -> Iterator[int]:
    """Yield where each part ends: at the first stops one by one, then at ever fewer of them.

    A difference mostly reaches an hour or a trip; one that does not should not cost a call of the engine an hour.
    """
    at, patience = 0, 1
    while at < count:
        within = stops[(stops > at) & (stops <= at + PART_ROWS)]
        if len(within):
            at = int(within[min(patience, len(within)) - 1])
            patience *= 2
        else:
            at = min(at + PART_ROWS, count)
        yield at


def _stops(rows: FixBatch, stored: Sequence[Checkpoint], *, is_all: bool) -> dict[int, Checkpoint]:
    """Return the checkpoints at which judging may end, by how many rows there are up to them.

    One that shares its instant with a later row is left out: what was given out at that instant could have been given
    before it or after it, and by time alone nobody could tell.
    """
    stops = {}
    ends = np.searchsorted(rows.fix_time_ms, [each.fix_time_ms for each in stored], side="right").tolist()
    for checkpoint, end in zip(stored, ends, strict=True):
        if end == 0 or (end == len(rows) and not is_all):
            continue
        last = (rows.fix_time_ms[end - 1], rows.mark[end - 1], rows.epoch[end - 1], rows.seq[end - 1])
        if last == (checkpoint.fix_time_ms, checkpoint.mark, checkpoint.epoch, checkpoint.seq):
            stops[end] = checkpoint
    return stops
