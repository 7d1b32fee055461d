"""What each truck's past still means: one structured row per vehicle, of a fixed length whatever the past.

A row is assembled from the blocks that stages and rules declare; its bytes are a checkpoint of its vehicle, good for
any process whose `layout` is the same. Blocks lie apart from each other (`carry_blocks`), so that what a batch does
not ask for is not read, and what it does not change is not copied. Nothing here knows what a block means.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Self

import numpy as np
from numpy.typing import NDArray

from rules_engine.carry_blocks import Block, DenseBlock, SparseBlock
from rules_engine.carry_rows import UNSET_MS, Rows, carried, duplicate, picked, repeated, whole
from rules_engine.context import CLOCK
from rules_engine.fix_batch import BoolArray, IntArray
from rules_engine.gaps import OWN
from rules_engine.load_level import LEVEL
from rules_engine.load_state import LOAD_STATE
from rules_engine.motion import MOTION
from rules_engine.rules import RULES
from rules_engine.stays import STAYS
from rules_engine.trips import TRIP
from rules_engine.unloading import UNLOADING

# Version of the stages before the rules; counts up whenever one of them judges differently.
FACTS_VERSION = 2

BLOCKS: dict[str, Rows] = {
    "clock": CLOCK,
    "load_state": LOAD_STATE,
    "level": LEVEL,
    "motion": MOTION,
    "unloading": UNLOADING,
    "trip": TRIP,
    "stays": STAYS,
    "gaps": OWN,
    **{rule.name: rule.carry for rule in RULES if rule.carry is not None},
}
# A truck never seen.
INITIAL = carried([(name, block.dtype) for name, block in BLOCKS.items()], **BLOCKS)
CARRY_DTYPE = INITIAL.dtype
_VERSIONS = [(rule.name, rule.version) for rule in RULES]
LAYOUT = hashlib.sha256(repr((CARRY_DTYPE.descr, FACTS_VERSION, _VERSIONS)).encode()).hexdigest()[:16]


# These rules keep something of nearly every truck; the others' blocks say nothing of most trucks. Below some size a row
# takes hardly more than to know that there is none.
OF_EVERYONE = ("spillage", "sensor_fault", "fatigue")
SPARSE_ABOVE_BYTES = 32
SPARSE = {
    rule.name
    for rule in RULES
    if rule.name not in OF_EVERYONE and rule.carry is not None and rule.carry.dtype.itemsize > SPARSE_ABOVE_BYTES
}
# Blocks that say how long to be quiet after an event (`episodes.MUTED`): nothing, once the truck has newer rows.
QUIETED = {name for name in SPARSE if {"quiet_ms", "mute_s"} <= set(BLOCKS[name].dtype.names or ())}
# Where each block stands in a row: blocks are whole words long, so there is nothing between them.
PLACES = {name: (CARRY_DTYPE.fields[name][1], block.dtype.itemsize) for name, block in BLOCKS.items()}  # type: ignore[index]


class Carried(Mapping[str, Rows]):
    """Blocks of the carry of some vehicles, each copied from it when it is first asked for, shape (T,)."""

    def __init__(self, blocks: Mapping[str, Block], vehicles: NDArray[np.int32]) -> None:
        self.vehicles = vehicles
        self._blocks = blocks
        self._taken: dict[str, Rows] = {}

    def __getitem__(self, name: str) -> Rows:
        rows = self._taken.get(name)
        if rows is None:
            rows = self._taken[name] = self._blocks[name].take(self.vehicles)
            if name in QUIETED:
                _forget_quiet(rows, self["clock"])
        return rows

    def idle(self, name: str) -> bool:
        """Return whether a block surely says nothing of any of the vehicles; cheaper than to look at it."""
        return self._blocks[name].idle(self.vehicles)

    def says(self, name: str) -> BoolArray:
        """Return of which of the vehicles a block may say something, shape (T,)."""
        return self._blocks[name].says(self.vehicles)

    def part(self, name: str, tracks: NDArray[np.intp]) -> Rows:
        """Return a copy of a block's rows of some of the vehicles."""
        taken = self._taken.get(name)
        return self._blocks[name].take(self.vehicles[tracks]) if taken is None else picked(taken, tracks)

    def __iter__(self) -> Iterator[str]:
        return iter(BLOCKS)

    def __len__(self) -> int:
        return len(BLOCKS)


class Changed(Mapping[str, Rows]):
    """The same after a batch: a block is copied when it is first asked for, to be written; others stay as they were."""

    def __init__(self, before: Carried) -> None:
        self.before = before
        self.blocks: dict[str, Rows] = {}
        self.parts: dict[str, tuple[NDArray[np.intp], Rows]] = {}

    def __getitem__(self, name: str) -> Rows:
        block = self.blocks.get(name)
        if block is None:
            block = self.blocks[name] = duplicate(self.before[name])
            if name in self.parts:
                tracks, rows = self.parts.pop(name)
                whole(block)[tracks] = whole(rows)
        return block

    def part(self, name: str, tracks: NDArray[np.intp]) -> Rows | None:
        """Return the rows of some tracks, each once, to be written; the block's other rows stay as they were.

        None where rows of the block were asked for before: it is then to be written as a whole.
        """
        if name in self.blocks or name in self.parts:
            return None
        rows = self.before.part(name, tracks)
        self.parts[name] = tracks, rows
        return rows

    def changes(self) -> Iterator[tuple[str, NDArray[np.intp] | slice, Rows]]:
        """Yield by name of its block which tracks' rows have changed, and to what."""
        for name, block in self.blocks.items():
            yield name, slice(None), block
        for name, (tracks, rows) in self.parts.items():
            yield name, tracks, rows

    def __iter__(self) -> Iterator[str]:
        return iter(BLOCKS)

    def __len__(self) -> int:
        return len(BLOCKS)


@dataclass(frozen=True)
class CarryUpdate:
    """New carry rows of some vehicles, each once: `vehicles` (T,), and what `after` them is of each block."""

    vehicles: NDArray[np.int32]
    after: Changed

    @cached_property
    def rows(self) -> Rows:
        """Return the whole rows, shape (T,)."""
        return self.rows_of(np.arange(len(self.vehicles)))

    def rows_of(self, which: NDArray[np.intp]) -> Rows:
        """Return the whole rows of some of the vehicles."""
        if not len(which):
            return _assembled({name: repeated(block, 0) for name, block in BLOCKS.items()})
        blocks = {name: picked(self._block(name), which) for name in BLOCKS}
        for name in QUIETED:
            _forget_quiet(blocks[name], blocks["clock"])
        return _assembled(blocks)

    def _block(self, name: str) -> Rows:
        is_changed = name in self.after.blocks or name in self.after.parts
        return self.after[name] if is_changed else self.after.before[name]


class Carry:
    """Carry of all vehicles; grows when a vehicle beyond its end is written."""

    layout = LAYOUT

    def __init__(self, vehicles: int = 0) -> None:
        self.blocks: dict[str, Block] = {
            name: (SparseBlock if name in SPARSE else DenseBlock)(block, vehicles) for name, block in BLOCKS.items()
        }

    def __len__(self) -> int:
        return len(self.blocks["clock"])

    @property
    def rows(self) -> Rows:
        """Return the whole rows of all vehicles, a copy."""
        return self.of(np.arange(len(self)))

    @property
    def nbytes(self) -> int:
        """Return the memory that all vehicles take."""
        return sum(block.nbytes for block in self.blocks.values())

    def before(self, vehicles: NDArray[np.int32]) -> Carried:
        """Return what is carried of some vehicles, block by block; to be used before the next `apply`."""
        return Carried(self.blocks, vehicles)

    def of(self, vehicles: IntArray) -> Rows:
        """Return the whole rows of some vehicles, a copy, shape (T,)."""
        return _assembled(self.before(np.asarray(vehicles, np.int32)))

    def apply(self, update: CarryUpdate) -> None:
        """Take over what a judgement made of some vehicles; to be called once it is committed."""
        if len(update.vehicles):
            self._reach(int(update.vehicles.max()) + 1)
            for name, tracks, rows in update.after.changes():
                make_room = partial(self._free_quiet, name) if name in QUIETED else None
                self.blocks[name].put(update.vehicles[tracks], rows, make_room)

    def checkpoint(self, vehicle: int) -> bytes:
        """Return the row of one vehicle as bytes."""
        return self.of(np.array([vehicle])).tobytes()

    def restore(self, vehicle: int, checkpoint: bytes | None) -> None:
        """Set the row of one vehicle from such bytes, or as if it had never been seen.

        Raises:
            ValueError: The bytes are no row of this layout.
        """
        if checkpoint is not None and len(checkpoint) != CARRY_DTYPE.itemsize:
            raise ValueError(f"expected {CARRY_DTYPE.itemsize} bytes of layout {LAYOUT}, got {len(checkpoint)}")
        self._reach(vehicle + 1)
        for name, (start, size) in PLACES.items():
            content = BLOCKS[name].tobytes() if checkpoint is None else checkpoint[start : start + size]
            self.blocks[name].put(np.array([vehicle]), np.frombuffer(content, BLOCKS[name].dtype))

    def copy(self) -> Self:
        """Return a carry that changes on its own."""
        other = type(self)()
        other.blocks = {name: block.copy() for name, block in self.blocks.items()}
        return other

    def _free_quiet(self, name: str) -> None:
        """Let go of a block's rows that only say until when to be quiet, and that is over."""
        block = self.blocks[name]
        if isinstance(block, SparseBlock):
            vehicles = block.vehicles
            rows = block.take(vehicles)
            _forget_quiet(rows, self.blocks["clock"].take(vehicles))
            block.put(vehicles, rows)

    def _reach(self, vehicles: int) -> None:
        """Grow to at least so many vehicles."""
        lacking = vehicles - len(self)
        if lacking > 0:
            more = lacking + len(self) // 2
            for block in self.blocks.values():
                block.grow(more)


def _forget_quiet(rows: Rows, clock: Rows) -> None:
    """Clear until when to be quiet where that is over: no row that is still to come can be before it."""
    over = (rows["quiet_ms"] <= clock["fix_time_ms"]).nonzero()[0]
    rows["quiet_ms"][over] = UNSET_MS


def _assembled(blocks: Mapping[str, Rows]) -> Rows:
    rows = np.empty((len(blocks["clock"]), CARRY_DTYPE.itemsize), np.uint8)
    for name, (start, size) in PLACES.items():
        rows[:, start : start + size] = blocks[name].view(np.uint8).reshape(-1, size)
    return rows.view(CARRY_DTYPE).reshape(-1)
