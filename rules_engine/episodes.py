"""Edges, runs, dwell, hysteresis and debounce of many vehicles at once, carried over batch borders.

A rule says on which rows its condition holds (`on`) and on which it does not (`off`); rows that decide neither way
(between two thresholds, position lost, sensor absent) leave everything as it was, which is all that hysteresis needs.
The runs of `on` are the episodes. What an unfinished episode still means is a structured row per vehicle, so that
cutting a vehicle's rows into batches anywhere gives the same episodes: every value here is a comparison, a count or an
extremum of the rows, never a sum whose rounding could depend on the cut.

Only pure array code lives here; no thresholds and no names of rules.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rules_engine.fix_batch import BoolArray, IntArray

Rows = NDArray[np.void]  # structured rows

# "No time yet". Far enough from the ends of int64 that a duration can be added to it.
UNSET_MS = -(2**62)

# What an unfinished run of a condition means later on; how long it must hold is settled where it starts.
HELD = [("since_ms", "i8"), ("confirmed_ms", "i8"), ("hold_s", "f8"), ("min_fixes", "i4"), ("count", "i4")]
# The same for a run that becomes an event: when it was last seen, and the fix it started at.
EPISODE = [
    *HELD,
    ("last_ms", "i8"),
    ("epoch", "i8"),
    ("seq", "i8"),
    ("lat_deg", "f8"),
    ("lon_deg", "f8"),
    ("world", "S16"),
]


def carried(fields: list[Any], **values: Any) -> Rows:
    """Return the carry row of a vehicle never seen: a structured scalar, times unset, places unknown, else `values`."""
    row = np.zeros((), _without_gaps(np.dtype(fields, align=True)))
    for name in row.dtype.names or ():
        if name.endswith("_ms"):
            row[name] = UNSET_MS
        elif name in ("lat_deg", "lon_deg"):
            row[name] = np.nan
    for name, value in values.items():
        row[name] = value
    return row


def _without_gaps(dtype: np.dtype[np.void]) -> np.dtype[np.void]:
    """Return an aligned dtype, whole words long, whose padding is named: NumPy copies what has a name, so rows compare
    as bytes. Nested dtypes come before smaller fields.
    """
    named: list[tuple[str, Any]] = []
    end = 0
    for name in dtype.names or ():
        field_type, offset = dtype.fields[name][:2]  # type: ignore[index]
        if offset > end:
            named.append((f"_{end}", np.dtype((np.void, offset - end))))
        named.append((name, field_type))
        end = offset + field_type.itemsize
    if end % 8:
        named.append((f"_{end}", np.dtype((np.void, -end % 8))))
    return np.dtype(named)


def whole(rows: Rows) -> NDArray[np.void]:
    """Return structured rows as words without fields, the same memory: NumPy copies these at once, others by field."""
    return rows.view(np.dtype((np.void, rows.dtype.itemsize)))


def picked(rows: Rows, index: NDArray[Any]) -> Rows:
    """Return a copy of the rows that an index array or mask picks."""
    return whole(rows)[index].view(rows.dtype)


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
    def of(self) -> NDArray[np.intp]:
        """Return the track of each row, shape (N,)."""
        return np.repeat(np.arange(len(self.start)), self.stop - self.start)

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
        return np.repeat(values, self.stop - self.start)

    @property
    def last(self) -> NDArray[np.intp]:
        """Return the last row of each track; for tracks that all have rows."""
        return self.stop - 1

    def previous(self, values: NDArray[Any], before: NDArray[Any]) -> NDArray[Any]:
        """Return the value of the row before, that of `before` (T,) at the first row of a track, shape (N,)."""
        shifted = np.empty_like(values)
        shifted[1:] = values[:-1]
        filled = self.stop > self.start
        shifted[self.start[filled]] = before[filled]
        return shifted

    def row_at(self, track: IntArray, time_ms: IntArray) -> NDArray[np.intp]:
        """Return each track's first row at or after a time, `stop` where none is."""
        earliest, span = self.span_ms
        return np.searchsorted(self.order, np.clip(time_ms - earliest, 0, span - 1) + track * span)

    def pick(self, rows: NDArray[np.intp]) -> Tracks:
        """Return the tracks as they run through a choice of rows, ascending."""
        return Tracks(np.searchsorted(rows, self.start), np.searchsorted(rows, self.stop), self.time_ms[rows])


def at(limit: Any, rows: Any) -> Any:
    """Return a limit on some rows, of one that is a number or has shape (N,)."""
    return limit[rows] if np.ndim(limit) else limit


def latch(on: BoolArray, off: BoolArray, before: BoolArray, tracks: Tracks) -> BoolArray:
    """Return for each row whether the last row that decided said `on`; `before` (T,) holds until one decides."""
    decides = on | off
    if decides.all():
        return on
    state = on.copy()
    filled = tracks.stop > tracks.start
    first = tracks.start[filled]
    state[first] = np.where(decides[first], on[first], before[filled])
    decides[first] = True
    last = np.maximum.accumulate(np.where(decides, np.arange(len(on)), 0))
    return state[last]


def stepwise(before: NDArray[Any], rows: IntArray, values: NDArray[Any], tracks: Tracks) -> NDArray[Any]:
    """Return on each row the value set last: `before` (T,) until then, `values[i]` from `rows[i]` on; rows ascend."""
    place = np.concatenate((tracks.start, rows))
    order = np.argsort(place, kind="stable")
    length = np.diff(place[order], append=len(tracks.time_ms))
    return np.repeat(np.concatenate((before, values.astype(before.dtype)))[order], length)


def reduce_slices(
    ufunc: np.ufunc, values: NDArray[Any], first: IntArray, stop: IntArray, empty: NDArray[Any]
) -> NDArray[Any]:
    """Return ufunc over values[first:stop] of each slice, that of `empty` (R,) where it has no rows.

    Slices ascend and do not overlap.
    """
    result = empty.copy()
    filled = np.flatnonzero(stop > first)
    if len(filled):
        edges = np.column_stack((first[filled], stop[filled])).ravel()
        edges = edges[:-1] if edges[-1] == len(values) else edges
        result[filled] = ufunc.reduceat(values, edges)[::2]
    return result


def ranges(first: IntArray, stop: IntArray) -> NDArray[np.intp]:
    """Return every row of every slice, in order."""
    length = stop - first
    offset = np.cumsum(length) - length
    return np.arange(length.sum()) + np.repeat(first - offset, length)


class Origins(NamedTuple):
    """What names and places an episode that starts on a row, each of shape (N,)."""

    epoch: NDArray[np.int64]
    seq: NDArray[np.int64]
    lat_deg: NDArray[np.float64]
    lon_deg: NDArray[np.float64]

    def take(self, rows: NDArray[np.intp]) -> Origins:
        """Return those of some rows."""
        return Origins(self.epoch[rows], self.seq[rows], self.lat_deg[rows], self.lon_deg[rows])


@dataclass(frozen=True)
class Episodes:
    """The runs of a condition that touch this batch, R of them, in the order of their rows.

    Attributes:
        tracks: The tracks of the batch.
        rows: Rows of the batch that decide, ascending, shape (D,).
        track: Track of each run, shape (R,).
        first: Its first row in this batch, as a position in `rows`.
        stop: One past its last one; equal to `first` for a carried run that the first deciding row ends.
        continued: Whether it began in an earlier batch.
        ended: Whether the condition was seen to end.
        confirm: Position in `rows` where it had held long enough, -1 where that was not in this batch.
        state: The carry row of each run after its last row in this batch, whether it goes on or not.
    """

    tracks: Tracks
    rows: NDArray[np.intp]
    track: NDArray[np.intp]
    first: NDArray[np.intp]
    stop: NDArray[np.intp]
    continued: BoolArray
    ended: BoolArray
    confirm: NDArray[np.intp]
    state: Rows
    initial: Rows = field(repr=False)

    def __len__(self) -> int:
        return len(self.track)

    @property
    def confirmed_now(self) -> BoolArray:
        """Return which runs had held long enough in this batch, shape (R,)."""
        return self.confirm >= 0

    @property
    def confirm_row(self) -> NDArray[np.intp]:
        """Return the row of the batch where each run of `confirmed_now` was confirmed."""
        return self.rows[self.confirm[self.confirmed_now]]

    @property
    def told(self) -> NDArray[np.intp]:
        """Return the runs to tell of: confirmed in this batch, or confirmed and ended."""
        return np.flatnonzero(self.confirmed_now | (self.ended & (self.state["confirmed_ms"] != UNSET_MS)))

    def fold(self, ufunc: np.ufunc, name: str, values: NDArray[Any]) -> None:
        """Keep the extremum of a column over each run in `state[name]`, as of confirmation in `state["first_" + name]`.

        Args:
            ufunc: np.maximum, np.fmax or the like: what it gives must not depend on how the run is cut.
            name: A field of the carry row.
            values: Its column on the rows that decide, shape (D,).
        """
        so_far = self.state[name].copy()
        neutral = np.broadcast_to(self.initial[name], so_far.shape)
        until_now = reduce_slices(ufunc, values, self.first, self.stop, neutral)
        until_confirmed = reduce_slices(ufunc, values, self.first, self.confirm + 1, neutral)
        self.state[name] = ufunc(so_far, until_now)
        frozen = self.state["first_" + name]
        self.state["first_" + name] = np.where(self.confirmed_now, ufunc(so_far, until_confirmed), frozen)

    def at_confirmation(self, name: str, values: Any) -> None:
        """Set a field of the runs confirmed in this batch; `values` fits shape (R,)."""
        self.state[name] = np.where(self.confirmed_now, values, self.state[name])

    def store(self, block: Rows) -> None:
        """Write into the carry, shape (T,), what the runs still mean: nothing for one that ended."""
        if len(self.track):
            going_on = np.flatnonzero(~self.ended)
            whole(block)[self.track] = whole(self.initial)
            whole(block)[self.track[going_on]] = whole(self.state)[going_on]


def find(
    on: BoolArray,
    off: BoolArray,
    before: Rows,
    initial: Rows,
    tracks: Tracks,
    *,
    hold_s: Any = 0.0,
    min_fixes: Any = 1,
    origins: Origins | None = None,
    news_only: bool = False,
) -> Episodes:
    """Return the episodes of a condition, carried ones included.

    Args:
        on: Where the condition holds, shape (N,).
        off: Where it does not, likewise; a row with neither decides nothing.
        before: What was carried, fields of `HELD` or `EPISODE` and the rule's own, shape (T,).
        initial: The carry row of no episode.
        tracks: The batch's T tracks.
        hold_s: How long it must hold to be confirmed, a number or shape (N,): what is said where it starts. [s]
        min_fixes: How many deciding fixes it takes, likewise.
        origins: Names and places of the rows, where the carry has the fields of `EPISODE`.
        news_only: Leave out the runs that were confirmed before and go on, for a condition that mostly holds. The carry
            row of a run then stays what it was when the run was confirmed.
    """
    was_on = before["since_ms"] != UNSET_MS
    if not was_on.any() and not on.any():
        return _none(tracks, initial)
    rows = np.flatnonzero(on | off)
    first, stop, continued, ended = _runs(on[rows], was_on, rows, tracks)
    track = tracks.of[rows[first]]
    if news_only:
        news = np.flatnonzero(ended | ~continued | (before["confirmed_ms"][track] == UNSET_MS))
        first, stop, continued, ended, track = first[news], stop[news], continued[news], ended[news], track[news]
    state = picked(before, track)
    begun = np.flatnonzero(~continued)
    whole(state)[begun] = whole(initial)
    row = rows[first[begun]]
    state["since_ms"][begun] = tracks.time_ms[row]
    state["hold_s"][begun], state["min_fixes"][begun] = at(hold_s, row), at(min_fixes, row)
    if origins is not None:
        for name, column in origins._asdict().items():
            state[name][begun] = column[row]
    confirm = _confirm(state, track, first, stop, rows, tracks)
    confirmed = confirm >= 0
    state["confirmed_ms"][confirmed] = tracks.time_ms[rows[confirm[confirmed]]]
    counted = np.where(confirmed, confirm + 1, stop) if news_only else stop
    state["count"] += (counted - first).astype(np.int32)
    if origins is not None:
        touched = counted > first
        state["last_ms"][touched] = tracks.time_ms[rows[counted[touched] - 1]]
    return Episodes(tracks, rows, track, first, stop, continued, ended, confirm, state, initial)


def _none(tracks: Tracks, initial: Rows) -> Episodes:
    rows, flags = np.empty(0, np.intp), np.empty(0, np.bool_)
    return Episodes(tracks, rows, rows, rows, rows, flags, flags, rows, np.empty(0, initial.dtype), initial)


def _runs(
    on: BoolArray, was_on: BoolArray, rows: NDArray[np.intp], tracks: Tracks
) -> tuple[NDArray[np.intp], NDArray[np.intp], BoolArray, BoolArray]:
    """Return first, stop, continued and ended of each run, positions in `rows`."""
    start, stop = np.searchsorted(rows, tracks.start), np.searchsorted(rows, tracks.stop)
    seen = np.flatnonzero(stop > start)
    previous = np.empty_like(on)
    previous[1:] = on[:-1]
    previous[start[seen]] = was_on[seen]
    begins, breaks = np.flatnonzero(on & ~previous), np.flatnonzero(previous & ~on)
    continuing = start[seen[was_on[seen]]]
    unfinished = stop[seen[on[stop[seen] - 1]]]
    first = np.concatenate((begins, continuing))
    order = np.argsort(first)
    # A run that goes on at the end of its track and one that the next track's first row ends stop at the same
    # position; the former comes first.
    stops = np.sort(np.concatenate((breaks * 2 + 1, unfinished * 2)))
    return first[order], stops >> 1, order >= len(begins), (stops & 1).astype(bool)


def _confirm(
    state: Rows,
    track: NDArray[np.intp],
    first: NDArray[np.intp],
    stop: NDArray[np.intp],
    rows: NDArray[np.intp],
    tracks: Tracks,
) -> NDArray[np.intp]:
    """Return where each run has held long enough, a position in `rows`, -1 where it has not or had before."""
    hold_ms = np.rint(state["hold_s"] * 1000).astype(np.int64)
    old_enough = np.searchsorted(rows, tracks.row_at(track, state["since_ms"] + hold_ms))
    enough = first + state["min_fixes"] - 1 - state["count"]
    confirm = np.maximum(np.maximum(old_enough, enough), first)
    due = (confirm < stop) & (state["confirmed_ms"] == UNSET_MS)
    return np.where(due, confirm, -1)
