"""What each truck's past still means: one structured row per vehicle, a fixed few hundred bytes whatever the past.

A row is assembled from the blocks that stages and rules declare. `rows[v].tobytes()` is a checkpoint of vehicle v, good
for any process whose `layout` is the same. Nothing here knows what a block means.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from rules_engine.carry_rows import Rows, carried, picked, whole
from rules_engine.context import CLOCK
from rules_engine.fix_batch import IntArray
from rules_engine.load_level import LEVEL
from rules_engine.load_state import LOAD_STATE
from rules_engine.motion import MOTION
from rules_engine.rules import RULES
from rules_engine.trips import TRIP
from rules_engine.unloading import UNLOADING

# Version of the stages before the rules; counts up whenever one of them judges differently.
FACTS_VERSION = 1

BLOCKS: dict[str, Rows] = {
    "clock": CLOCK,
    "load_state": LOAD_STATE,
    "level": LEVEL,
    "motion": MOTION,
    "unloading": UNLOADING,
    "trip": TRIP,
    **{rule.name: rule.carry for rule in RULES if rule.carry is not None},
}
# A truck never seen.
INITIAL = carried([(name, block.dtype) for name, block in BLOCKS.items()], **BLOCKS)
CARRY_DTYPE = INITIAL.dtype
_VERSIONS = [(rule.name, rule.version) for rule in RULES]
LAYOUT = hashlib.sha256(repr((CARRY_DTYPE.descr, FACTS_VERSION, _VERSIONS)).encode()).hexdigest()[:16]


def copy_of(rows: Rows) -> Rows:
    """Return a copy of carry rows."""
    return whole(rows).copy().view(CARRY_DTYPE)


@dataclass(frozen=True, slots=True)
class CarryUpdate:
    """New carry rows of some vehicles, each once: `vehicles` (T,), `rows` (T,)."""

    vehicles: NDArray[np.int32]
    rows: Rows


class Carry:
    """Carry rows of all vehicles, in `rows`; grows when a vehicle beyond its end is written."""

    layout = LAYOUT

    def __init__(self, vehicles: int = 0) -> None:
        self.rows: Rows = np.full(vehicles, INITIAL)

    def of(self, vehicles: IntArray) -> Rows:
        """Return a copy of the rows of some vehicles, shape (T,)."""
        if not len(vehicles) or vehicles.max() < len(self.rows):
            return picked(self.rows, vehicles)
        known = vehicles < len(self.rows)
        rows = np.full(len(vehicles), INITIAL)
        whole(rows)[known] = whole(self.rows)[vehicles[known]]
        return rows

    def apply(self, update: CarryUpdate) -> None:
        """Take over what a judgement made of some vehicles; to be called once it is committed."""
        if not len(update.vehicles):
            return
        lacking = int(update.vehicles.max()) + 1 - len(self.rows)
        if lacking > 0:
            self.rows = np.concatenate((self.rows, np.full(lacking + len(self.rows) // 2, INITIAL)))
        whole(self.rows)[update.vehicles] = whole(update.rows)

    def checkpoint(self, vehicle: int) -> bytes:
        """Return the row of one vehicle as bytes."""
        return self.of(np.array([vehicle])).tobytes()

    def restore(self, vehicle: int, checkpoint: bytes | None) -> None:
        """Set the row of one vehicle from such bytes, or as if it had never been seen.

        Raises:
            ValueError: The bytes are no row of this layout.
        """
        row = np.full(1, INITIAL)
        if checkpoint is not None:
            if len(checkpoint) != CARRY_DTYPE.itemsize:
                raise ValueError(f"expected {CARRY_DTYPE.itemsize} bytes of layout {LAYOUT}, got {len(checkpoint)}")
            row = np.frombuffer(checkpoint, CARRY_DTYPE)
        self.apply(CarryUpdate(np.array([vehicle], np.int32), row))

    def copy(self) -> Self:
        """Return a carry that changes on its own."""
        other = type(self)()
        other.rows = copy_of(self.rows)
        return other
