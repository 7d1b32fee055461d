"""Spillage (抛洒滴漏): load lost on the road with the bed down, told apart from the sensor's wander and from dumping.

No sensor tells it directly, so it is looked for in levels: the mean load over two minutes of driving. Once a minute is
over, the level of it and the one before is compared with the highest level of the ten minutes before. The loss must be
a share of the load and a mass, must exceed what this truck's levels do anyway (how much they *rise* tells that: a loss
never makes them rise), and must still be there a minute later.

Only driving counts. Where the truck stood for long, raised its bed, was loaded or unloaded, the comparison starts anew.
One event per load.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rules_engine import minutes as minutes_of_driving
from rules_engine.episodes import HELD, at, carried, find
from rules_engine.event import Event, FixKey
from rules_engine.fix_batch import BoolArray
from rules_engine.minutes import KEPT, MINUTE_MS, MINUTES, Minutes
from rules_engine.rules.rule import Facts, Rule

NAME = "spillage"
VERSION = 1
OPEN = 2
WARNING, CRITICAL = 2, 3


@dataclass(frozen=True)
class SpillageLimits:
    """Thresholds of spillage; docs/rules.md tells their origin."""

    lost_share: float = 0.05
    lost_kg: float = 500.0
    wander_factor: float = 4.0
    least_rises: float = 3
    within_min: float = 10
    least_fixes: float = 3
    stand_s: float = 120.0


STANDING = carried(HELD)
CARRY = carried(
    [
        ("minutes", MINUTES.dtype),
        ("standing", STANDING.dtype),
        ("rises_kg", "i8"),
        ("rises", "i4"),
        ("less", "?"),
        ("told", "?"),
    ]
)
CARRY["minutes"], CARRY["standing"] = MINUTES, STANDING


@dataclass(frozen=True)
class _Levels:
    """Levels of two minutes each, one per minute that is over, each of shape (B,).

    Attributes:
        kg: Mean load of the minute and the one before, NaN where they do not make a level. [kg]
        peak_kg: Highest level before it that it is compared with, NaN where there is none. [kg]
        peak_minute: When that was.
    """

    kg: NDArray[np.float64]
    peak_kg: NDArray[np.float64]
    peak_minute: NDArray[np.int32]


def judge(facts: Facts) -> list[Event]:
    """Return the spillages of a batch."""
    context = facts.context
    before: Any = context.before[NAME]
    after: Any = context.after[NAME]
    limits = context.limits(NAME, SpillageLimits(), facts.trips.permit)
    driving = facts.load.heavy & facts.load.known & ~facts.motion.slow & ~facts.motion.lifted
    rows = np.flatnonzero(driving)
    new_load, anew = _starts_anew(facts, limits)
    minutes = minutes_of_driving.follow(
        context,
        rows,
        facts.load.load_kg[rows],
        context.fixes.cover[rows] == OPEN,
        anew,
        before["minutes"],
        after["minutes"],
    )
    loads_before = np.searchsorted(new_load, context.tracks.start)
    loads = np.searchsorted(new_load, context.tracks.stop) - loads_before
    after["told"][loads > 0] = False
    after["less"][np.searchsorted(anew, context.tracks.stop) > np.searchsorted(anew, context.tracks.start)] = False
    if not minutes.is_new.any():
        return []
    load_of = _load_of(minutes, new_load, anew, context.tracks.start, loads_before)
    return _spillages(facts, limits, minutes, load_of, loads)


def _starts_anew(facts: Facts, limits: SpillageLimits) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the rows from which on a truck has another load, and those from which on levels are compared anew."""
    context, motion = facts.context, facts.motion
    before: Any = context.before
    tracks, unloaded = context.tracks, facts.unloadings.confirm_row
    standing = find(motion.slow, ~motion.slow, before[NAME]["standing"], STANDING, tracks, hold_s=limits.stand_s, news_only=True)
    standing.store(context.after[NAME]["standing"])  # type: ignore[call-overload]
    new_load = np.union1d(facts.load.changed, unloaded[unloaded >= 0])
    parts = [new_load, standing.confirm_row]
    if motion.lifted.any():
        parts.append(np.flatnonzero(motion.lifted & ~tracks.previous(motion.lifted, before["motion"]["lifted"])))
    return new_load, np.unique(np.concatenate(parts))


def _load_of(
    minutes: Minutes,
    new_load: NDArray[np.intp],
    anew: NDArray[np.intp],
    start: NDArray[np.intp],
    loads_before: NDArray[np.intp],
) -> NDArray[np.intp]:
    """Return how often its truck had another load in this batch before each minute, shape (B,)."""
    loads = np.append(0, np.searchsorted(new_load, anew, "right"))
    of_run = loads[np.searchsorted(anew, start)[minutes.track] + minutes.run] - loads_before[minutes.track]
    return np.where(minutes.run > 0, of_run, 0)


def _spillages(
    facts: Facts, limits: SpillageLimits, minutes: Minutes, load_of: NDArray[np.intp], loads: NDArray[np.intp]
) -> list[Event]:
    """Return the spillages that the minutes tell, the first of each load."""
    before: Any = facts.context.before[NAME]
    after: Any = facts.context.after[NAME]
    row = _judged_row(facts, minutes)
    levels = _levels(minutes, at(limits.least_fixes, row), at(limits.within_min, row))
    rises_kg, rises = _rises(minutes, levels, before, after)
    wander_kg = np.where(rises >= at(limits.least_rises, row), rises_kg / np.maximum(rises, 1), 0.0)
    least_kg = np.maximum(at(limits.lost_share, row) * levels.peak_kg, at(limits.lost_kg, row))
    least_kg = np.maximum(least_kg, at(limits.wander_factor, row) * wander_kg)
    less = levels.peak_kg - levels.kg >= least_kg
    is_newest = np.ones(len(minutes), np.bool_)
    is_newest[:-1] = (minutes.track[1:] != minutes.track[:-1]) | minutes.is_new[1:]
    carried_ones = np.flatnonzero(is_newest & ~minutes.is_new)
    less[carried_ones] = before["less"][minutes.track[carried_ones]]
    _keep_less(facts, minutes, less)
    found = np.flatnonzero(less & np.append(False, less[:-1]) & _joined(minutes, 1) & minutes.is_new)
    load = minutes.track[found] * (int(loads.max()) + 1) + load_of[found]
    found = found[np.unique(load, return_index=True)[1]]
    track = minutes.track[found]
    already = (load_of[found] == 0) & before["told"][track]
    after["told"][track[load_of[found] == loads[track]]] = True
    return [_event(facts, minutes, levels, float(least_kg[i]), i) for i in found[~already].tolist()]


def _judged_row(facts: Facts, minutes: Minutes) -> NDArray[np.intp]:
    """Return a row of the batch where the limits for each minute are read: the first one after it was over."""
    tracks = facts.context.tracks
    row = tracks.row_at(minutes.track, (minutes.sums["minute"].astype(np.int64) + 1) * MINUTE_MS)
    return np.minimum(row, tracks.last[minutes.track])


def _joined(minutes: Minutes, back: int) -> BoolArray:
    """Return whether each minute has another one so many places before it in its truck's run."""
    joined = np.zeros(len(minutes), np.bool_)
    joined[back:] = (minutes.track[back:] == minutes.track[:-back]) & (minutes.run[back:] == minutes.run[:-back])
    return joined


def _shifted(values: NDArray[Any], back: int, absent: Any) -> NDArray[Any]:
    shifted = np.full_like(values, absent)
    shifted[back:] = values[:-back]
    return shifted


def _levels(minutes: Minutes, least_fixes: Any, within_min: Any) -> _Levels:
    sums = minutes.sums
    count = (sums["count"] + _shifted(sums["count"], 1, 0)).astype(np.int64)
    sum_kg = sums["sum_kg"] + _shifted(sums["sum_kg"], 1, 0)
    kg = np.where(_joined(minutes, 1) & (count >= least_fixes), sum_kg / count, np.nan)
    peak_kg = np.full(len(minutes), np.nan)
    peak_minute = np.zeros(len(minutes), np.int32)
    minute = sums["minute"]
    for back in range(2, min(KEPT - 1, len(minutes))):
        earlier_kg, earlier = _shifted(kg, back, np.nan), _shifted(minute, back, 0)
        within = _joined(minutes, back) & (minute - earlier <= within_min)
        higher = within & ~(earlier_kg <= peak_kg) & ~np.isnan(earlier_kg)
        peak_kg = np.where(higher, earlier_kg, peak_kg)
        peak_minute = np.where(higher, earlier, peak_minute)
    return _Levels(kg, peak_kg, peak_minute)


def _rises(minutes: Minutes, levels: _Levels, before: Any, after: Any) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return how much and how often the levels of each minute's truck have risen by then; old rises count half.

    They are halved where a truck starts anew, so that a sensor's past fades.
    """
    rise_kg = levels.kg - _shifted(levels.kg, 2, np.nan)
    rose = minutes.is_new & _joined(minutes, 2) & (rise_kg > 0)
    rise = np.rint(np.where(rose, rise_kg, 0.0)).astype(np.int64)
    begins = np.flatnonzero(~_joined(minutes, 1))
    total, count = np.add.reduceat(rise, begins).tolist(), np.add.reduceat(rose, begins, dtype=np.int64).tolist()
    base: list[tuple[int, int]] = []
    known_kg, known, of = 0, 0, -1
    for track, is_new, kg, times in zip(
        minutes.track[begins].tolist(), minutes.is_new[begins].tolist(), total, count, strict=True
    ):
        if track != of:
            known_kg, known, of = int(before["rises_kg"][track]), int(before["rises"][track]), track
        if is_new:
            known_kg, known = known_kg // 2, known // 2
        base.append((known_kg, known))
        known_kg, known = known_kg + kg, known + times
        after["rises_kg"][track], after["rises"][track] = known_kg, known
    base_kg, base_times = np.array(base, np.int64).T
    run = np.cumsum(~_joined(minutes, 1)) - 1
    so_far_kg, so_far = np.cumsum(rise), np.cumsum(rose)
    start_kg, start = (so_far_kg - rise)[begins], (so_far - rose)[begins]
    return base_kg[run] + so_far_kg - start_kg[run], base_times[run] + so_far - start[run]


def _keep_less(facts: Facts, minutes: Minutes, less: BoolArray) -> None:
    """Write into the carry whether the newest minute of each truck's run showed less."""
    after: Any = facts.context.after[NAME]
    newest = np.flatnonzero(np.append(minutes.track[1:] != minutes.track[:-1], True))
    track = minutes.track[newest]
    same_run = after["minutes"]["last"]["minute"][track] == minutes.sums["minute"][newest]
    after["less"][track] = less[newest] & same_run


def _event(facts: Facts, minutes: Minutes, levels: _Levels, least_kg: float, i: int) -> Event:
    world, track = facts.context.world, int(minutes.track[i])
    start = minutes.sums[i - 1]
    end_ms = (int(minutes.sums["minute"][i]) + 1) * MINUTE_MS
    uncovered = bool(minutes.sums["open"][i] | minutes.sums["open"][i - 1])
    peak_kg, level_kg = float(levels.peak_kg[i]), float(levels.kg[i])
    return Event(
        vehicle_id=world.vehicle_ids[facts.context.vehicle[track]],
        kind=NAME,
        start=FixKey(int(start["start_ms"]), int(start["epoch"]), int(start["seq"])),
        confirmed_ms=end_ms,
        end_ms=end_ms,
        lat_deg=float(start["lat_deg"]),
        lon_deg=float(start["lon_deg"]),
        severity=CRITICAL if uncovered else WARNING,
        opening={
            "rule_version": VERSION,
            "world_version": world.version,
            "peak_kg": peak_kg,
            "peak_ms": (int(levels.peak_minute[i]) - 1) * MINUTE_MS,
            "level_kg": level_kg,
            "lost_kg": peak_kg - level_kg,
            "lost_above_kg": least_kg,
            "cover_open": uncovered,
        },
        closing={"lost_kg": peak_kg - level_kg},
    )


RULE = Rule(NAME, VERSION, CARRY, judge)
