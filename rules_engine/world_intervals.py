"""Which value was in force for a group at an instant: one lookup for a whole column of questions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

IntArray = NDArray[np.integer[Any]]

# Stand for "since ever" and "for ever"; no fix is that old or that new.
EVER_MS = -(2**53)
NEVER_MS = 2**53


class Interval(NamedTuple):
    """A value in force for one group from an instant up to, and not including, another."""

    group: int
    from_ms: int
    to_ms: int
    value: int


@dataclass(frozen=True, slots=True)
class IntervalTable:
    """Disjoint pieces of time per group, sorted by (group, time).

    Where intervals of a group overlap, the one that began last is in force, and of two that began together the one
    given last.
    """

    instants_ms: NDArray[np.int64]
    key: NDArray[np.int64]
    group: NDArray[np.int64]
    to_ms: NDArray[np.int64]
    value: NDArray[np.int32]

    @classmethod
    def build(cls, intervals: Iterable[Interval]) -> IntervalTable:
        """Return the table of intervals; one that ends before it begins holds nothing."""
        ordered = sorted((i for i in intervals if i.from_ms < i.to_ms), key=lambda i: (i.group, i.from_ms))
        pieces = [piece for _, group in groupby(ordered, lambda i: i.group) for piece in _disjoint(list(group))]
        columns = np.array(pieces, np.int64).reshape(-1, 4)
        group, from_ms, to_ms, value = columns.T
        instants_ms = np.unique(from_ms)
        key = group * (len(instants_ms) + 1) + np.searchsorted(instants_ms, from_ms, "right")
        return cls(instants_ms, key, group, to_ms.copy(), value.astype(np.int32))

    def lookup(self, group: IntArray, time_ms: IntArray) -> NDArray[np.int32]:
        """Return the value in force for each group at each instant, -1 where there is none, shape (N,)."""
        if not len(self.key):
            return np.full(np.shape(group), -1, np.int32)
        piece, begun = self._begun(group, time_ms)
        return np.where(begun & (time_ms < self.to_ms[piece]), self.value[piece], np.int32(-1))

    def throughout(self, group: IntArray, first_ms: IntArray, last_ms: IntArray) -> NDArray[np.bool_]:
        """Return whether one value is in force for each group from one instant to another, both included, shape (N,).

        A False may also mean that one value follows upon another.
        """
        if not len(self.key):
            return np.zeros(np.shape(group), np.bool_)
        piece, begun = self._begun(group, first_ms)
        last_piece, _ = self._begun(group, last_ms)
        covered: NDArray[np.bool_] = begun & (piece == last_piece) & (last_ms < self.to_ms[piece])
        return covered

    def newest(self, group: IntArray, time_ms: IntArray) -> NDArray[np.int32]:
        """Return the value that is in force for each group at each instant, else was last, -1 for none, shape (N,)."""
        if not len(self.key):
            return np.full(np.shape(group), -1, np.int32)
        piece, begun = self._begun(group, time_ms)
        return np.where(begun, self.value[piece], np.int32(-1))

    def _begun(self, group: IntArray, time_ms: IntArray) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
        """Return the last piece that began at or before each instant, and whether it is of the group."""
        group = np.asarray(group, np.int64)
        key = group * (len(self.instants_ms) + 1) + np.searchsorted(self.instants_ms, time_ms, "right")
        piece = np.searchsorted(self.key, key, "right") - 1
        return piece, (piece >= 0) & (self.group[piece] == group)


def _disjoint(intervals: list[Interval]) -> Iterable[Interval]:
    """Yield the pieces of one group's intervals, sorted by beginning, in which one of them is in force."""
    instants = sorted({i.from_ms for i in intervals} | {i.to_ms for i in intervals})
    open_: list[Interval] = []
    begun = 0
    for from_ms, to_ms in pairwise(instants):
        while begun < len(intervals) and intervals[begun].from_ms <= from_ms:
            open_.append(intervals[begun])
            begun += 1
        open_ = [i for i in open_ if i.to_ms > from_ms]
        if open_:
            yield Interval(open_[-1].group, from_ms, to_ms, open_[-1].value)
