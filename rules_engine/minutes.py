"""Minutes of driving under load, summed exactly: whole kilograms per absolute minute of one truck.

A minute is over once the truck has a row of a later minute, or starts anew (a loading, an unloading, a long stand). Sums
of integers do not depend on how the rows were cut into batches. What a truck carries is the minute that goes on, and
the minutes before it since it last started anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rules_engine.context import Context
from rules_engine.episodes import Rows, carried, picked, ranges, whole
from rules_engine.fix_batch import BoolArray

MINUTE_MS = 60_000
NO_MINUTE = -1
# The minutes before the one that goes on: enough to compare two of them with two that are ten minutes older.
KEPT = 12

# Whole minutes since 1970, readings and their sum, the first fix, and whether the cover was seen open.
_MINUTE = [
    ("sum_kg", "i8"),
    ("start_ms", "i8"),
    ("epoch", "i8"),
    ("seq", "i8"),
    ("lat_deg", "f8"),
    ("lon_deg", "f8"),
    ("minute", "i4"),
    ("count", "i4"),
    ("open", "?"),
]
NONE = carried(_MINUTE, minute=NO_MINUTE)
MINUTES = carried(
    [
        ("current", NONE.dtype),
        ("last", NONE.dtype),
        ("sum_kg", "i8", KEPT),
        ("minute", "i4", KEPT),
        ("count", "i4", KEPT),
    ],
    minute=NO_MINUTE,
)
MINUTES["current"], MINUTES["last"] = NONE, NONE


@dataclass(frozen=True)
class Minutes:
    """Minutes that are over, in the order of trucks and time, each field of shape (B,).

    Attributes:
        track: Truck of each.
        run: How often its truck had started anew in this batch before it.
        is_new: Whether it came to its end in this batch; the others are what was carried.
        sums: Rows of the dtype of `NONE`; the first fix is known of new minutes and of the last carried one only.
    """

    track: NDArray[np.intp]
    run: NDArray[np.intp]
    is_new: BoolArray
    sums: Rows

    def __len__(self) -> int:
        return len(self.track)

    def take(self, chosen: NDArray[Any]) -> Minutes:
        """Return some of them."""
        return Minutes(self.track[chosen], self.run[chosen], self.is_new[chosen], picked(self.sums, chosen))


def follow(
    context: Context,
    rows: NDArray[np.intp],
    load_kg: NDArray[np.int32],
    is_open: BoolArray,
    anew: NDArray[np.intp],
    before: Any,
    after: Any,
) -> Minutes:
    """Return the minutes of the trucks for which one came to its end, and write their part of the carry.

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
    runs_before = np.searchsorted(anew, tracks.start)
    fresh = _fresh(context, rows, load_kg, is_open, np.searchsorted(anew, rows, "right"))
    fresh.run[:] -= runs_before[fresh.track]
    fresh = _with_carried(fresh, before["current"])
    last_run = np.searchsorted(anew, tracks.stop) - runs_before
    last_minute = context.fixes.fix_time_ms[tracks.last] // MINUTE_MS
    goes_on = _is_last(fresh.track) & (fresh.run == last_run[fresh.track])
    goes_on &= fresh.sums["minute"] == last_minute[fresh.track]
    current = fresh.take(goes_on)
    whole(after["current"])[:] = whole(NONE)
    whole(after["current"])[current.track] = whole(current.sums)
    over = fresh.take(~goes_on)
    minutes = _after_kept(over, before)
    _keep(minutes.take(minutes.run == last_run[minutes.track]), last_run > 0, after)
    return minutes


def _fresh(
    context: Context, rows: NDArray[np.intp], load_kg: NDArray[np.int32], is_open: BoolArray, run: NDArray[np.intp]
) -> Minutes:
    """Return the minutes that the batch's rows make."""
    track = context.tracks.of[rows]
    minute = context.fixes.fix_time_ms[rows] // MINUTE_MS
    begins = np.ones(len(rows), np.bool_)
    begins[1:] = (minute[1:] != minute[:-1]) | (track[1:] != track[:-1]) | (run[1:] != run[:-1])
    first = np.flatnonzero(begins)
    sums = np.full(len(first), NONE)
    if len(first):
        sums["sum_kg"] = np.add.reduceat(load_kg.astype(np.int64), first)
        sums["open"] = np.logical_or.reduceat(is_open, first)
    sums["count"] = np.diff(first, append=len(rows))
    sums["minute"] = minute[first]
    sums["start_ms"] = context.fixes.fix_time_ms[rows[first]]
    for name, column in context.origins.take(rows[first])._asdict().items():
        sums[name] = column
    return Minutes(track[first], run[first], np.ones(len(first), np.bool_), sums)


def _with_carried(fresh: Minutes, current: Rows) -> Minutes:
    """Return the minutes with those that were going on: added to the first of their truck, or before it."""
    going_on = current["minute"] != NO_MINUTE
    is_first = np.ones(len(fresh), np.bool_)
    is_first[1:] = fresh.track[1:] != fresh.track[:-1]
    same = is_first & (fresh.run == 0) & going_on[fresh.track]
    same &= fresh.sums["minute"] == current["minute"][fresh.track]
    joined = np.flatnonzero(same)
    carried_sums = picked(current, fresh.track[joined])
    for name in ("sum_kg", "count", "open"):
        carried_sums[name] += fresh.sums[name][joined]
    whole(fresh.sums)[joined] = whole(carried_sums)
    alone = going_on.copy()
    alone[fresh.track[joined]] = False
    return _merged(np.flatnonzero(alone), picked(current, alone), fresh)


def _merged(track: NDArray[np.intp], sums: Rows, minutes: Minutes, *, is_new: bool = True) -> Minutes:
    """Return minutes with earlier ones of the run that their trucks were in before."""
    both = Minutes(
        np.concatenate((track, minutes.track)),
        np.concatenate((np.zeros(len(track), np.intp), minutes.run)),
        np.concatenate((np.full(len(track), is_new), minutes.is_new)),
        np.concatenate((whole(sums), whole(minutes.sums))).view(sums.dtype),
    )
    return both.take(np.argsort(both.track, kind="stable"))


def _is_last(track: NDArray[np.intp]) -> BoolArray:
    last = np.ones(len(track), np.bool_)
    last[:-1] = track[1:] != track[:-1]
    return last


def _after_kept(over: Minutes, before: Any) -> Minutes:
    """Return the minutes that are over with the kept ones of their trucks before them."""
    concerned = np.unique(over.track)
    kept = picked(before, concerned)
    which, place = np.nonzero(kept["minute"] != NO_MINUTE)
    sums = np.full(len(which), NONE)
    for name in ("sum_kg", "minute", "count"):
        sums[name] = kept[name][which, place]
    newest = place == KEPT - 1
    whole(sums)[newest] = whole(kept["last"])[which[newest]]
    return _merged(concerned[which], sums, over, is_new=False)


def _keep(minutes: Minutes, started_anew: BoolArray, after: Any) -> None:
    """Write the newest minutes of the run that each truck is in into the carry."""
    cleared = started_anew.copy()
    cleared[minutes.track] = True
    for name in ("sum_kg", "minute", "count", "last"):
        after[name][cleared] = MINUTES[name]
    stop = np.flatnonzero(_is_last(minutes.track)) + 1
    start = np.append(0, stop)[:-1]
    length = np.minimum(stop - start, KEPT)
    newest = ranges(stop - length, stop)
    place = newest - np.repeat(stop, length) + KEPT
    for name in ("sum_kg", "minute", "count"):
        after[name][minutes.track[newest], place] = minutes.sums[name][newest]
    whole(after["last"])[minutes.track[stop - 1]] = whole(minutes.sums)[stop - 1]
