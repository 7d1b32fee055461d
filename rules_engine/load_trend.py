"""Levels of a load while driving, two minutes each, and how they compare with those of the minutes before.

A level is the mean of a minute and the one before it in the same run. What a truck carries is a dozen levels, and how
much and how often its levels have risen, which tells how its sensor wanders: a loss never makes a level rise.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rules_engine.carry_rows import carried
from rules_engine.fix_batch import BoolArray
from rules_engine.minutes import NO_MINUTE, Minutes
from rules_engine.tracks import at

# Levels kept: those of ten minutes, and the two that end where the next one begins.
KEPT = 12
TREND = carried(
    [("level_kg", "f8", KEPT), ("rises_kg", "i8"), ("minute", "i4", KEPT), ("rises", "i4")], minute=NO_MINUTE
)
TREND["level_kg"] = np.nan


@dataclass(frozen=True)
class Trend:
    """The level that each minute ends with, and what it is compared with, each of shape (B,).

    Attributes:
        level_kg: Mean load of the minute and the one before, NaN where they do not make a level. [kg]
        peak_kg: Highest level before it that shares no minute with it, NaN where there is none. [kg]
        peak_minute: When that was.
        rises_kg: By how much this truck's levels have risen by then, from one level to the next that shares no minute
            with it; what was before the truck last started anew counts half, and so on. [kg]
        rises: How often.
        joined: Whether there is a minute before it in its run.
        resumed: Whether that one was in an earlier batch.
    """

    level_kg: NDArray[np.float64]
    peak_kg: NDArray[np.float64]
    peak_minute: NDArray[np.int32]
    rises_kg: NDArray[np.int64]
    rises: NDArray[np.int64]
    joined: BoolArray
    resumed: BoolArray


def follow(minutes: Minutes, *, least_fixes: Any, within_min: Any, last: Any, before: Any, after: Any) -> Trend:
    """Return the levels of a batch's minutes and write their part of the carry.

    Args:
        minutes: What came to its end in the batch.
        least_fixes: Readings that make a level, a number or shape (B,).
        within_min: How far back levels are compared, likewise, at most ten. [min]
        last: Each truck's last minute before the batch, rows of `MINUTE`, shape (T,).
        before: The carry, rows of `TREND`, shape (T,).
        after: The same to be written.
    """
    track, minute = minutes.track, minutes.sums["minute"]
    place = _place_in_run(minutes)
    resumable = (minutes.run == 0) & (last["minute"][track] != NO_MINUTE)
    resumed = resumable & (place == 0)
    level_kg = _level_kg(minutes, last, resumed, least_fixes)
    kept_kg, kept_minute = before["level_kg"], before["minute"]
    peak_kg, peak_minute = _peak_in_batch(minutes, level_kg, place, within_min)
    reaching = (resumable & (place < KEPT)).nonzero()[0]
    if len(reaching):
        _raise_to_kept(
            peak_kg,
            peak_minute,
            reaching,
            kept_kg=kept_kg[track[reaching]],
            kept_minute=kept_minute[track[reaching]],
            earliest=minute[reaching] - at(within_min, reaching),
            place=place[reaching],
        )
    earlier_kg = np.where(minutes.joined(2), _shifted(level_kg, 2), np.nan)
    for back in (0, 1):
        here = (resumable & (place == back)).nonzero()[0]
        earlier_kg[here] = kept_kg[track[here], KEPT - 2 + back]
    rises_kg, rises = _rises(minutes, level_kg - earlier_kg, place, resumable, before=before, after=after)
    _keep(minutes, level_kg, place, resumable, before=before, after=after)
    return Trend(level_kg, peak_kg, peak_minute, rises_kg, rises, (place > 0) | resumed, resumed)


def forget(trucks: BoolArray, after: Any) -> None:
    """Clear the levels of trucks that started anew; how their sensors wander stays known."""
    # the newest level stands last, so that nothing is to be cleared where there is none
    rows = (trucks & (after["minute"][:, -1] != NO_MINUTE)).nonzero()[0]
    if len(rows):
        after["level_kg"][rows], after["minute"][rows] = np.nan, NO_MINUTE


def _shifted(values: NDArray[Any], back: int) -> NDArray[Any]:
    shifted = np.empty_like(values)
    shifted[back:], shifted[:back] = values[: len(values) - back], 0
    return shifted


def _place_in_run(minutes: Minutes) -> NDArray[np.intp]:
    """Return how many minutes of the batch each has before it in its truck's run."""
    place = np.arange(len(minutes))
    return place - np.maximum.accumulate(np.where(minutes.joined(1), 0, place))


def _level_kg(minutes: Minutes, last: Any, resumed: BoolArray, least_fixes: Any) -> NDArray[np.float64]:
    sums, joined = minutes.sums, minutes.joined(1)
    total_kg = np.where(joined, _shifted(sums["sum_kg"], 1), 0)
    count = np.where(joined, _shifted(sums["count"], 1), 0)
    from_last = resumed.nonzero()[0]
    total_kg[from_last] = last["sum_kg"][minutes.track[from_last]]
    count[from_last] = last["count"][minutes.track[from_last]]
    enough = (joined | resumed) & (count + sums["count"] >= least_fixes)
    return np.where(enough, (total_kg + sums["sum_kg"]) / (count + sums["count"]), np.nan)


def _peak_in_batch(
    minutes: Minutes, level_kg: NDArray[np.float64], place: NDArray[np.intp], within_min: Any
) -> tuple[NDArray[np.float64], NDArray[np.int32]]:
    minute = np.ascontiguousarray(minutes.sums["minute"])
    # what is no level is lower than every one
    known_kg = np.where(np.isnan(level_kg), -np.inf, level_kg)
    peak_kg, peak_minute = np.full(len(minutes), -np.inf), np.zeros(len(minutes), np.int32)
    for back in range(2, min(KEPT - 2, int(place.max())) + 1):
        earlier_kg, earlier = known_kg[:-back], minute[:-back]
        higher = earlier_kg > peak_kg[back:]
        higher &= place[back:] >= back
        higher &= minute[back:] - earlier <= at(within_min, slice(back, None))
        np.copyto(peak_kg[back:], earlier_kg, where=higher)
        np.copyto(peak_minute[back:], earlier, where=higher)
    peak_kg[peak_kg == -np.inf] = np.nan
    return peak_kg, peak_minute


def _raise_to_kept(
    peak_kg: NDArray[np.float64],
    peak_minute: NDArray[np.int32],
    here: NDArray[np.intp],
    *,
    kept_kg: NDArray[np.float64],
    kept_minute: NDArray[np.int32],
    earliest: NDArray[Any],
    place: NDArray[np.intp],
) -> None:
    """Raise peaks to the levels kept of the truck, where these are higher; of equal ones the newest counts."""
    usable = (kept_minute >= earliest[:, None]) & ~np.isnan(kept_kg)
    usable[:, -1] &= place > 0
    values = np.where(usable, kept_kg, -np.inf)[:, ::-1]
    best = values.argmax(1)
    row = np.arange(len(here))
    best_kg = values[row, best]
    higher = (best_kg > -np.inf) & ~(best_kg <= peak_kg[here])
    peak_kg[here[higher]] = best_kg[higher]
    peak_minute[here[higher]] = kept_minute[:, ::-1][row, best][higher]


def _rises(
    minutes: Minutes,
    rise_kg: NDArray[np.float64],
    place: NDArray[np.intp],
    resumable: BoolArray,
    *,
    before: Any,
    after: Any,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    rose = rise_kg > 0
    rise = np.rint(np.where(rose, rise_kg, 0.0)).astype(np.int64)
    so_far_kg, so_far = rise.cumsum(), rose.cumsum()
    begins = (place == 0).nonzero()[0]
    track = minutes.track[begins]
    total_kg = np.append(so_far_kg[begins[1:] - 1], so_far_kg[-1:])
    total = np.append(so_far[begins[1:] - 1], so_far[-1:])
    before_kg, before_times = (so_far_kg - rise)[begins], (so_far - rose)[begins]
    base_kg, base = before["rises_kg"][track], before["rises"][track].astype(np.int64)
    fresh = ~resumable[begins]
    if fresh.any():
        _halve(
            track,
            fresh,
            total_kg=total_kg - before_kg,
            total=total - before_times,
            base_kg=base_kg,
            base=base,
        )
    run = (place == 0).cumsum() - 1
    rises_kg = so_far_kg + (base_kg - before_kg)[run]
    rises = so_far + (base - before_times)[run]
    newest = minutes.newest()
    after["rises_kg"][minutes.track[newest]], after["rises"][minutes.track[newest]] = rises_kg[newest], rises[newest]
    return rises_kg, rises


def _halve(
    track: NDArray[np.intp],
    fresh: BoolArray,
    *,
    total_kg: NDArray[np.int64],
    total: NDArray[np.int64],
    base_kg: NDArray[np.int64],
    base: NDArray[np.int64],
) -> None:
    """Set what each run starts with: half of what was known by the end of the one before, where it starts anew."""
    follows = np.append(False, track[1:] == track[:-1])
    first = fresh & ~follows
    base_kg[first] //= 2
    base[first] //= 2
    for run in follows.nonzero()[0].tolist():
        known_kg, known = base_kg[run - 1] + total_kg[run - 1], base[run - 1] + total[run - 1]
        base_kg[run], base[run] = (known_kg // 2, known // 2) if fresh[run] else (known_kg, known)


def _keep(
    minutes: Minutes,
    level_kg: NDArray[np.float64],
    place: NDArray[np.intp],
    resumable: BoolArray,
    *,
    before: Any,
    after: Any,
) -> None:
    """Write the newest levels of the run that each truck's last minute was in."""
    newest = minutes.newest()
    track = minutes.track[newest]
    place = place[newest]
    back = KEPT - 1 - np.arange(KEPT)
    row = np.maximum(newest[:, None] - back, 0)
    in_batch = back <= place[:, None]
    column = np.minimum(np.arange(KEPT) + place[:, None] + 1, KEPT - 1)
    kept_kg = np.where(resumable[newest][:, None], before["level_kg"][track[:, None], column], np.nan)
    kept_minute = np.where(resumable[newest][:, None], before["minute"][track[:, None], column], NO_MINUTE)
    after["level_kg"][track] = np.where(in_batch, level_kg[row], kept_kg)
    after["minute"][track] = np.where(in_batch, minutes.sums["minute"][row], kept_minute)
