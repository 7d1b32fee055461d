"""Rows of many vehicles side by side: which belong to which, and what can be said of each run of rows at once.

Only pure array code lives here; no thresholds and no names of rules.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rules_engine.fix_batch import BoolArray, IntArray


@dataclass(frozen=True)
class Tracks:
    """Which of N rows belong to which of T tracks, each a run of rows in time order.

    Attributes:
        start: First row of each track, ascending, shape (T,).
        stop: One past its last row; equal to `start` for a track without rows.
        time_ms: Time of each row, ascending within a track, shape (N,). [ms]
    """

    start: NDArray[np.intp]
    stop: NDArray[np.intp]
    time_ms: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.start)

    @cached_property
    def rows(self) -> NDArray[np.intp]:
        """Return every row, shape (N,)."""
        return np.arange(len(self.time_ms))

    @cached_property
    def length(self) -> NDArray[np.intp]:
        """Return how many rows each track has, shape (T,)."""
        return self.stop - self.start

    @cached_property
    def single(self) -> bool:
        """Return whether every track has one row."""
        return len(self.start) == len(self.time_ms) and self.filled

    @cached_property
    def filled(self) -> bool:
        """Return whether every track has a row."""
        return bool(self.length.all())

    @cached_property
    def of(self) -> NDArray[np.intp]:
        """Return the track of each row, shape (N,)."""
        return np.repeat(np.arange(len(self.start)), self.length)

    @cached_property
    def span_ms(self) -> tuple[int, int]:
        """Return the earliest time and how much later the latest is, one millisecond more."""
        if not len(self.time_ms):
            return 0, 1
        earliest = int(self.time_ms.min())
        return earliest, int(self.time_ms.max()) - earliest + 2

    @cached_property
    def order(self) -> NDArray[np.int64]:
        """Return a number that sorts by (track, time), ascending, shape (N,)."""
        earliest, span = self.span_ms
        return self.time_ms - earliest + self.of * span

    def spread(self, values: NDArray[Any]) -> NDArray[Any]:
        """Return a value of each track, shape (T,), on each of its rows, shape (N,)."""
        return values.copy() if self.single else values.repeat(self.length)

    @cached_property
    def last(self) -> NDArray[np.intp]:
        """Return the last row of each track; for tracks that all have rows."""
        return self.stop - 1

    def previous(self, values: NDArray[Any], before: NDArray[Any]) -> NDArray[Any]:
        """Return the value of the row before, that of `before` (T,) at the first row of a track, shape (N,)."""
        if self.single:
            return before.astype(values.dtype)
        shifted = np.empty_like(values)
        shifted[1:] = values[:-1]
        if self.filled:
            shifted[self.start] = before
        else:
            filled = self.length > 0
            shifted[self.start[filled]] = before[filled]
        return shifted

    def any(self, mask: BoolArray) -> BoolArray:
        """Return whether a mask holds on some row of each track, shape (T,)."""
        if self.single:
            return mask.copy()
        if not mask.any():
            return np.zeros(len(self), np.bool_)
        if self.filled:
            held: BoolArray = np.logical_or.reduceat(mask, self.start)
            return held
        held = np.zeros(len(self), np.bool_)
        held[self.of[mask.nonzero()[0]]] = True
        return held

    def row_before(self, rows: NDArray[np.intp]) -> NDArray[np.intp]:
        """Return for each of some rows, ascending, the last row of its track before it that is not one of them.

        -1 where there is none.
        """
        at_start = rows == self.start[self.of[rows]]
        begins = at_start.copy()
        begins[:1] = True
        begins[1:] |= rows[1:] != rows[:-1] + 1
        first = begins.nonzero()[0]
        source = np.where(at_start[first], -1, rows[first] - 1)
        return source.repeat(np.append(first[1:], len(rows)) - first)

    def row_at(self, track: IntArray, time_ms: IntArray) -> NDArray[np.intp]:
        """Return each track's first row at or after a time, `stop` where none is."""
        earliest, span = self.span_ms
        return self.order.searchsorted(np.minimum(np.maximum(time_ms - earliest, 0), span - 1) + track * span)

    def among(self, which: NDArray[np.intp]) -> tuple[NDArray[np.intp], Tracks]:
        """Return the rows of some of the tracks, ascending, and these tracks as they run through them."""
        length = self.length[which]
        rows, stop = ranges(self.start[which], self.stop[which]), length.cumsum()
        return rows, Tracks(stop - length, stop, self.time_ms[rows])

    def pick(self, rows: NDArray[np.intp]) -> Tracks:
        """Return the tracks as they run through a choice of rows, ascending."""
        return Tracks(rows.searchsorted(self.start), rows.searchsorted(self.stop), self.time_ms[rows])


def at(limit: Any, rows: Any) -> Any:
    """Return a limit on some rows, of one that is a number or has shape (N,)."""
    return limit[rows] if isinstance(limit, np.ndarray) and limit.ndim else limit


def latch(on: BoolArray, off: BoolArray, before: BoolArray, tracks: Tracks) -> BoolArray:
    """Return for each row whether the last row that decided said `on`; `before` (T,) holds until one decides."""
    decides = on | off
    if decides.all():
        return on
    state = on.copy()
    undecided = (~decides).nonzero()[0]
    source = tracks.row_before(undecided)
    state[undecided] = np.where(source >= 0, on[source], before[tracks.of[undecided]])
    return state


def stepwise(before: NDArray[Any], rows: IntArray, values: NDArray[Any], tracks: Tracks) -> NDArray[Any]:
    """Return on each row the value set last: `before` (T,) until then, `values[i]` from `rows[i]` on; rows ascend."""
    if not len(rows):
        return tracks.spread(before)
    # each step comes after the start of its track and the steps before it
    is_step = np.zeros(len(tracks) + len(rows), np.bool_)
    is_step[tracks.start.searchsorted(rows, "right") + np.arange(len(rows))] = True
    place, value = np.empty(len(is_step), np.intp), np.empty(len(is_step), before.dtype)
    place[is_step], value[is_step] = rows, values
    is_start = ~is_step
    place[is_start], value[is_start] = tracks.start, before
    return value.repeat(np.append(place[1:], len(tracks.time_ms)) - place)


def reduce_slices(
    ufunc: np.ufunc, values: NDArray[Any], first: IntArray, stop: IntArray, empty: NDArray[Any]
) -> NDArray[Any]:
    """Return ufunc over values[first:stop] of each slice, that of `empty` (R,) where it has no rows.

    Slices ascend and do not overlap.
    """
    result = empty.copy()
    filled = (stop > first).nonzero()[0]
    if len(filled):
        edges = np.empty(2 * len(filled), np.intp)
        edges[::2], edges[1::2] = first[filled], stop[filled]
        edges = edges[:-1] if edges[-1] == len(values) else edges
        result[filled] = ufunc.reduceat(values, edges)[::2]
    return result


def ranges(first: IntArray, stop: IntArray) -> NDArray[np.intp]:
    """Return every row of every slice, in order."""
    length = stop - first
    after = length.cumsum()
    rows: NDArray[np.intp] = np.arange(length.sum()) + (first - after + length).repeat(length)
    return rows
