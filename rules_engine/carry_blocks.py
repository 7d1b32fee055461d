"""How the blocks of the carry are kept for all vehicles: every vehicle's row, or only the rows that say something.

Most trucks have no part in most rules: the block of a rule is the one of a truck never seen until a condition begins to
hold, and again once it is over. Such rows are not kept, so that memory and the time to look follow what goes on and not
the fleet. Nothing here knows what a block means.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Self

import numpy as np
from numpy.typing import NDArray

from rules_engine.carry_rows import Rows, duplicate, picked, repeated, whole
from rules_engine.fix_batch import BoolArray, IntArray

NOWHERE = -1
# So many rows are made at once, as those few that come one by one would each let the block grow.
LEAST_MORE = 8


class DenseBlock:
    """A row for every vehicle."""

    def __init__(self, initial: Rows, vehicles: int = 0) -> None:
        self.initial = initial
        self.rows = repeated(initial, vehicles)

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def nbytes(self) -> int:
        """Return the memory it takes."""
        return self.rows.nbytes

    def idle(self, vehicles: IntArray) -> bool:
        """Return whether it surely says nothing of any of some vehicles."""
        return not len(vehicles)

    def says(self, vehicles: IntArray) -> BoolArray:
        """Return of which of some vehicles it may say something."""
        return np.ones(len(vehicles), np.bool_)

    def take(self, vehicles: IntArray) -> Rows:
        """Return a copy of the rows of some vehicles; those beyond the end were never seen."""
        try:
            return picked(self.rows, vehicles)
        except IndexError:
            known = vehicles < len(self.rows)
        rows = repeated(self.initial, len(vehicles))
        whole(rows)[known] = whole(self.rows)[vehicles[known]]
        return rows

    def put(self, vehicles: IntArray, rows: Rows, make_room: Callable[[], None] | None = None) -> None:  # noqa: ARG002
        """Set the rows of some vehicles, each once and none beyond the end."""
        whole(self.rows)[vehicles] = whole(rows)

    def grow(self, more: int) -> None:
        """Make room for more vehicles."""
        rows = repeated(self.initial, len(self.rows) + more)
        whole(rows)[: len(self.rows)] = whole(self.rows)
        self.rows = rows

    def copy(self) -> Self:
        """Return a block that changes on its own."""
        other = type(self)(self.initial)
        other.rows = duplicate(self.rows)
        return other


class SparseBlock:
    """Rows of those vehicles only of which it says something: a vehicle's row is `rows[place[vehicle]]`."""

    def __init__(self, initial: Rows, vehicles: int = 0) -> None:
        self.initial = initial
        self.place = np.full(vehicles, NOWHERE, np.int32)
        self.rows = repeated(initial, 0)
        self.free = np.empty(0, np.int32)  # places of `rows` that no vehicle has
        self.words = np.frombuffer(initial.tobytes(), np.uint64)

    def __len__(self) -> int:
        return len(self.place)

    @property
    def vehicles(self) -> NDArray[np.intp]:
        """Return the vehicles of which it says something."""
        vehicles: NDArray[np.intp] = (self.place != NOWHERE).nonzero()[0]
        return vehicles

    @property
    def nbytes(self) -> int:
        """Return the memory it takes."""
        return self.place.nbytes + self.rows.nbytes + self.free.nbytes

    def idle(self, vehicles: IntArray) -> bool:
        """Return whether it surely says nothing of any of some vehicles."""
        return len(self.free) == len(self.rows) or bool((self._place_of(vehicles) == NOWHERE).all())

    def says(self, vehicles: IntArray) -> BoolArray:
        """Return of which of some vehicles it says something."""
        says: BoolArray = self._place_of(vehicles) != NOWHERE
        return says

    def take(self, vehicles: IntArray) -> Rows:
        """Return a copy of the rows of some vehicles; those beyond the end were never seen."""
        place = self._place_of(vehicles)
        kept = (place != NOWHERE).nonzero()[0]
        if len(kept) == len(place):
            return picked(self.rows, place)
        rows = repeated(self.initial, len(place))
        if len(kept):
            whole(rows)[kept] = whole(self.rows)[place[kept]]
        return rows

    def put(self, vehicles: IntArray, rows: Rows, make_room: Callable[[], None] | None = None) -> None:
        """Set the rows of some vehicles, each once and none beyond the end.

        Args:
            vehicles: Which ones.
            rows: Their rows.
            make_room: To be called before the block would grow; may let go of rows that say nothing any more.
        """
        says, place = self._says_something(rows), self.place[vehicles]
        has = place != NOWHERE
        gone, come = (has & ~says).nonzero()[0], (says & ~has).nonzero()[0]
        if make_room is not None and len(come) > len(self.free) + len(gone):
            make_room()
            self.put(vehicles, rows)
            return
        if len(gone):
            self.free = np.concatenate((self.free, place[gone]))
            self.place[vehicles[gone]] = NOWHERE
        if len(come):
            place[come] = self.place[vehicles[come]] = self._taken(len(come))
        kept = says.nonzero()[0]
        if len(kept):
            whole(self.rows)[place[kept]] = whole(rows)[kept]

    def grow(self, more: int) -> None:
        """Make room for more vehicles."""
        self.place = np.concatenate((self.place, np.full(more, NOWHERE, np.int32)))

    def copy(self) -> Self:
        """Return a block that changes on its own."""
        other = type(self)(self.initial)
        other.place, other.rows, other.free = self.place.copy(), duplicate(self.rows), self.free.copy()
        return other

    def _place_of(self, vehicles: IntArray) -> NDArray[np.int32]:
        try:
            return self.place[vehicles]
        except IndexError:
            known = vehicles < len(self.place)
        place = np.full(len(vehicles), NOWHERE, np.int32)
        place[known] = self.place[vehicles[known]]
        return place

    def _says_something(self, rows: Rows) -> BoolArray:
        """Return which rows differ from that of a vehicle never seen, bit by bit."""
        differs = whole(rows).view(np.uint64).reshape(len(rows), len(self.words)) != self.words
        # word by word of all rows: to reduce row by row takes four times as long
        says: BoolArray = np.logical_or.reduce(np.ascontiguousarray(differs.T), axis=0)
        return says

    def _taken(self, count: int) -> NDArray[np.int32]:
        """Return so many free places, of more rows if need be."""
        lacking = count - len(self.free)
        if lacking > 0:
            first, more = len(self.rows), max(lacking, LEAST_MORE, len(self.rows) // 8)
            rows = repeated(self.initial, first + more)
            whole(rows)[:first] = whole(self.rows)
            self.rows = rows
            self.free = np.concatenate((self.free, np.arange(first, first + more, dtype=np.int32)))
        taken, self.free = self.free[-count:], self.free[:-count]
        return taken


Block = DenseBlock | SparseBlock
