"""Minutes of driving under load, summed exactly: whole kilograms per absolute minute of one truck.

A minute is over once the truck has a row of a later minute, or starts anew (a loading, an unloading, a long stand).
Sums of integers do not depend on how the rows were cut into batches. What a truck carries is the minute that goes on
and the last one that is over.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rules_engine.carry_rows import Rows, carried, picked, whole
from rules_engine.context import Context
from rules_engine.fix_batch import BoolArray

MINUTE_MS = 60_000
NO_MINUTE = -1

# Whole minutes since 1970, readings and their sum, the first fix, and whether the cover was seen open.
MINUTE = carried(
    [
        ("sum_kg", "i8"),
        ("start_ms", "i8"),
        ("epoch", "i8"),
        ("seq", "i8"),
        ("lat_deg", "f8"),
        ("lon_deg", "f8"),
        ("minute", "i4"),
        ("count", "i4"),
        ("open", "?"),
    ],
    minute=NO_MINUTE,
)
MINUTES = carried([("current", MINUTE.dtype), ("last", MINUTE.dtype)])
MINUTES["current"], MINUTES["last"] = MINUTE, MINUTE


@dataclass(frozen=True)
class Minutes:
    """Minutes that came to their end in a batch, in the order of trucks and time, each field of shape (B,).

    Attributes:
        track: Truck of each.
        run: How often its truck had started anew in this batch before it.
        sums: Rows of `MINUTE`.
    """

    track: NDArray[np.intp]
    run: NDArray[np.intp]
    sums: Rows

    def __len__(self) -> int:
        return len(self.track)

    def take(self, chosen: NDArray[Any]) -> Minutes:
        """Return some of them."""
        return Minutes(self.track[chosen], self.run[chosen], picked(self.sums, chosen))

    def joined(self, back: int) -> BoolArray:
        """Return whether each has another one so many places before it in its truck's run."""
        joined = np.zeros(len(self), np.bool_)
        joined[back:] = (self.track[back:] == self.track[:-back]) & (self.run[back:] == self.run[:-back])
        return joined

    def newest(self) -> NDArray[np.intp]:
        """Return the place of the last one of each truck."""
        last = np.ones(len(self), np.bool_)
        last[:-1] = self.track[1:] != self.track[:-1]
        return last.nonzero()[0]


def follow(
    context: Context,
    rows: NDArray[np.intp],
    *,
    load_kg: NDArray[np.int32],
    is_open: BoolArray,
    anew: NDArray[np.intp],
    before: Any,
    after: Any,
) -> Minutes:
    """Return the minutes that came to their end and write their part of the carry.

    Args:
        context: The batch.
        rows: Rows of driving with a reading, ascending, shape (M,).
        load_kg: Their readings. [kg]
        is_open: Where the cover is open.
        anew: Rows from which on their truck starts anew, ascending.
        before: The carry, rows of `MINUTES`, shape (T,).
        after: The same to be written.
    """
    tracks = context.tracks
    runs_before = anew.searchsorted(tracks.start)
    last_run = anew.searchsorted(tracks.stop) - runs_before
    minutes = _of_batch(context, rows, load_kg, is_open, anew)
    minutes.run[:] -= runs_before[minutes.track]
    minutes = _with_carried(minutes, before["current"])
    last_minute = context.fixes.fix_time_ms[tracks.last] // MINUTE_MS
    goes_on = np.zeros(len(minutes), np.bool_)
    newest = minutes.newest()
    track = minutes.track[newest]
    going_on = (minutes.run[newest] == last_run[track]) & (minutes.sums["minute"][newest] == last_minute[track])
    goes_on[newest[going_on]] = True
    whole(after["current"])[:] = whole(MINUTE)
    whole(after["current"])[track[going_on]] = whole(minutes.sums)[newest[going_on]]
    over = minutes.take((~goes_on).nonzero()[0])
    whole(after["last"])[last_run > 0] = whole(MINUTE)
    newest = over.newest()
    newest = newest[over.run[newest] == last_run[over.track[newest]]]
    whole(after["last"])[over.track[newest]] = whole(over.sums)[newest]
    return over


def _of_batch(
    context: Context, rows: NDArray[np.intp], load_kg: NDArray[np.int32], is_open: BoolArray, anew: NDArray[np.intp]
) -> Minutes:
    """Return the minutes that the batch's rows make."""
    track = context.tracks.of[rows]
    minute = context.fixes.fix_time_ms[rows] // MINUTE_MS
    begins = np.ones(len(rows), np.bool_)
    begins[1:] = minute[1:] != minute[:-1]
    begins[1:] |= track[1:] != track[:-1]
    if len(anew):
        at_anew = rows.searchsorted(anew)
        begins[at_anew[at_anew < len(rows)]] = True
    first = begins.nonzero()[0]
    sums = np.zeros(len(first), MINUTE.dtype)
    if len(first):
        sums["sum_kg"] = np.add.reduceat(load_kg, first, dtype=np.int64)
        sums["open"] = np.logical_or.reduceat(is_open, first) if is_open.any() else False
    sums["count"] = np.append(first[1:], len(rows)) - first
    sums["minute"] = minute[first]
    row = rows[first]
    sums["start_ms"] = context.fixes.fix_time_ms[row]
    for name, column in zip(context.origins._fields, context.origins.take(row), strict=True):
        sums[name] = column
    return Minutes(track[first], anew.searchsorted(row, "right"), sums)


def _with_carried(minutes: Minutes, current: Rows) -> Minutes:
    """Return the minutes with those that were going on: added to the first of their truck, or before it."""
    alone = current["minute"] != NO_MINUTE
    if not alone.any():
        return minutes
    is_first = np.ones(len(minutes), np.bool_)
    is_first[1:] = minutes.track[1:] != minutes.track[:-1]
    same = is_first & (minutes.run == 0) & (minutes.sums["minute"] == current["minute"][minutes.track])
    joined = same.nonzero()[0]
    track = minutes.track[joined]
    sums = picked(current, track)
    for name in ("sum_kg", "count", "open"):
        sums[name] += minutes.sums[name][joined]
    whole(minutes.sums)[joined] = whole(sums)
    alone[track] = False
    added = alone.nonzero()[0]
    if not len(added):
        return minutes
    both = Minutes(
        np.concatenate((added, minutes.track)),
        np.concatenate((np.zeros(len(added), np.intp), minutes.run)),
        np.concatenate((whole(current)[added], whole(minutes.sums))).view(MINUTE.dtype),
    )
    return both.take(both.track.argsort(kind="stable"))
