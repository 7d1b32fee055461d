"""Spillage (抛洒滴漏): load lost on the road with the bed down, told apart from the sensor's wander and from dumping.

No sensor tells it directly, so it is looked for in levels: the mean load over two minutes of driving. Once a minute is
over, the level of it and the one before is compared with the highest level of the ten minutes before. The loss must be
a share of the load and a mass, must exceed what this truck's levels do anyway (how much they *rise* tells that: a loss
never makes them rise), and must still be there two minutes later.

Only driving counts. Where the truck stood for long, raised its bed, was loaded or unloaded, or its load was not known
for long, the comparison starts anew.
One event per load.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rules_engine import load_trend
from rules_engine import minutes as minutes_of_driving
from rules_engine.carry_rows import carried
from rules_engine.episodes import SETTLED, settle
from rules_engine.event import Event, FixKey
from rules_engine.fix_batch import BoolArray
from rules_engine.load_trend import TREND, Trend
from rules_engine.minutes import MINUTE_MS, MINUTES, NO_MINUTE, Minutes
from rules_engine.rules.rule import Facts, Rule
from rules_engine.tracks import at

NAME = "spillage"
VERSION = 1
OPEN = 2
WARNING, CRITICAL = 2, 3
# Minutes in a row that must end with less: three span levels that share no minute, so what comes back was not lost.
LASTING = 3


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


STANDING = carried(SETTLED)
CARRY = carried(
    [
        ("minutes", MINUTES.dtype),
        ("trend", TREND.dtype),
        ("standing", STANDING.dtype),
        ("less", "i4"),
        ("told", "i4"),
    ]
)
CARRY["minutes"], CARRY["trend"], CARRY["standing"] = MINUTES, TREND, STANDING


def judge(facts: Facts) -> list[Event]:
    """Return the spillages of a batch."""
    context = facts.context
    before: Any = context.before[NAME]
    after: Any = context.after[NAME]
    limits = facts.limits(NAME, SpillageLimits())
    new_load, anew = _starts_anew(facts, limits)
    rows = (facts.load.heavy & facts.load.known & ~facts.motion.slow & ~facts.motion.lifted).nonzero()[0]
    minutes = minutes_of_driving.follow(
        context,
        rows,
        load_kg=facts.load.load_kg[rows],
        is_open=context.fixes.cover[rows] == OPEN,
        anew=anew,
        before=before["minutes"],
        after=after["minutes"],
    )
    start, stop = context.tracks.start, context.tracks.stop
    events = _spillages(facts, limits, minutes, new_load, anew) if len(minutes) else []
    told_of = {(int(minutes.track[i]), int(load)) for i, load, _ in events}
    loads = new_load.searchsorted(stop) - new_load.searchsorted(start)
    after["told"][loads > 0] = False
    for track, load in told_of:
        if load == loads[track]:
            after["told"][track] = True
    lost = after["minutes"]["last"]["minute"] == NO_MINUTE
    load_trend.forget(lost, after["trend"])
    after["less"][lost] = 0
    return [event for _, _, event in events]


def _starts_anew(facts: Facts, limits: SpillageLimits) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the rows from which on a truck has another load, and those from which on levels are compared anew."""
    context, motion = facts.context, facts.motion
    before: Any = context.before
    tracks, unloaded = context.tracks, facts.unloadings.confirm_row
    standing = settle(motion.slow, ~motion.slow, before[NAME]["standing"], STANDING, tracks, hold_s=limits.stand_s)
    after: Any = context.after[NAME]["standing"]
    standing.store(after)
    stood = standing.confirm_row
    new_load = _ascending([facts.load.changed, unloaded[unloaded >= 0]])
    parts = [new_load, stood[motion.slow[stood]], facts.levels.resumed]
    if motion.lifted.any():
        parts.append((motion.lifted & ~tracks.previous(motion.lifted, before["motion"]["lifted"])).nonzero()[0])
    return new_load, _ascending(parts)


def _ascending(parts: list[NDArray[np.intp]]) -> NDArray[np.intp]:
    """Return all rows of some lists, each once, ascending."""
    rows = np.concatenate(parts)
    rows.sort()
    return rows[np.append(True, rows[1:] != rows[:-1])] if len(rows) else rows


def _spillages(
    facts: Facts,
    limits: SpillageLimits,
    minutes: Minutes,
    new_load: NDArray[np.intp],
    anew: NDArray[np.intp],
) -> list[tuple[int, int, Event]]:
    """Return the spillages that the minutes tell, the first of each load: the minute, the load's number, the event."""
    before: Any = facts.context.before[NAME]
    after: Any = facts.context.after[NAME]
    row = _judged_row(facts, minutes, limits)
    trend = load_trend.follow(
        minutes,
        least_fixes=at(limits.least_fixes, row),
        within_min=at(limits.within_min, row),
        last=before["minutes"]["last"],
        before=before["trend"],
        after=after["trend"],
    )
    wander_kg = np.where(trend.rises >= at(limits.least_rises, row), trend.rises_kg / np.maximum(trend.rises, 1), 0.0)
    least_kg = np.maximum(at(limits.lost_share, row) * trend.peak_kg, at(limits.lost_kg, row))
    least_kg = np.maximum(least_kg, at(limits.wander_factor, row) * wander_kg)
    less = trend.peak_kg - trend.level_kg >= least_kg
    in_a_row = _in_a_row(minutes, trend, less, before["less"])
    newest = minutes.newest()
    after["less"][minutes.track[newest]] = in_a_row[newest]
    found = (in_a_row == LASTING).nonzero()[0]
    events: list[tuple[int, int, Event]] = []
    told: set[tuple[int, int]] = set()
    for i, load in zip(found.tolist(), _load_of(facts, minutes, found, new_load, anew).tolist(), strict=True):
        track = int(minutes.track[i])
        already = (track, load) in told or (load == 0 and bool(before["told"][track]))
        told.add((track, load))
        if not already:
            events.append((i, load, _event(facts, minutes, trend, float(least_kg[i]), i)))
    return events


def _in_a_row(minutes: Minutes, trend: Trend, less: BoolArray, before: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return how many minutes in a row, up to `LASTING`, have ended with less."""
    in_a_row, earlier = less.astype(np.int32), np.zeros(len(less), np.int32)
    resumed, joined = trend.resumed.nonzero()[0], minutes.joined(1)[1:]
    resumed_with = before[minutes.track[resumed]]
    for _ in range(LASTING - 1):
        np.multiply(in_a_row[:-1], joined, out=earlier[1:])
        earlier[resumed] = resumed_with
        in_a_row = np.where(less, np.minimum(earlier + 1, LASTING), 0).astype(np.int32)
    return in_a_row


def _load_of(
    facts: Facts, minutes: Minutes, chosen: NDArray[np.intp], new_load: NDArray[np.intp], anew: NDArray[np.intp]
) -> NDArray[np.intp]:
    """Return how often its truck had another load in this batch before each of some minutes."""
    start, run = facts.context.tracks.start[minutes.track[chosen]], minutes.run[chosen]
    began = np.append(0, anew)[np.where(run > 0, anew.searchsorted(start) + run, 0)]
    loads = new_load.searchsorted(began, "right") - new_load.searchsorted(start)
    return np.where(run > 0, loads, 0)


def _judged_row(facts: Facts, minutes: Minutes, limits: SpillageLimits) -> NDArray[np.intp]:
    """Return a row of the batch where the limits for each minute are read: the first one after it was over."""
    if not any(np.ndim(getattr(limits, field.name)) for field in fields(limits)):
        return minutes.track
    tracks = facts.context.tracks
    row = tracks.row_at(minutes.track, (minutes.sums["minute"].astype(np.int64) + 1) * MINUTE_MS)
    return np.minimum(row, tracks.last[minutes.track])


def _event(facts: Facts, minutes: Minutes, trend: Trend, least_kg: float, i: int) -> Event:
    world, track = facts.context.world, int(minutes.track[i])
    before: Any = facts.context.before[NAME]
    start = before["minutes"]["last"][track] if trend.resumed[i] else minutes.sums[i - 1]
    end_ms = (int(minutes.sums["minute"][i]) + 1) * MINUTE_MS
    uncovered = bool(minutes.sums["open"][i] | start["open"])
    peak_kg, level_kg = float(trend.peak_kg[i]), float(trend.level_kg[i])
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
            "peak_ms": (int(trend.peak_minute[i]) - 1) * MINUTE_MS,
            "level_kg": level_kg,
            "lost_kg": peak_kg - level_kg,
            "lost_above_kg": least_kg,
            "cover_open": uncovered,
        },
        closing={"lost_kg": peak_kg - level_kg},
    )


RULE = Rule(NAME, VERSION, CARRY, judge)
