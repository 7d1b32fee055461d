"""What each row says of its sensors: broken, absent though known to be there, or reading the same as before.

Sensors are bits: load, lift, cover. What is broken is bits too, in the order of `WORDS`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rules_engine.fix_batch import BoolArray, Mark
from rules_engine.rules.rule import Facts
from rules_engine.tracks import at, latch
from rules_engine.unloading import BY_LOAD

LOAD, LIFT, COVER = 1, 2, 4
ALL_SENSORS = LOAD | LIFT | COVER
SENSORS = {LOAD: "load", LIFT: "lift", COVER: "cover"}
CASE_OPENED, UNPLUGGED, LOAD_IMPLAUSIBLE, LIFT_IMPLAUSIBLE = 8, 16, 32, 64
TAMPERED = CASE_OPENED | UNPLUGGED
# Bits of what is broken: which sensor, and how. The first three are those of the contract's faults.
WORDS = {
    LOAD: ("load", "torn"),
    LIFT: ("lift", "torn"),
    COVER: ("cover", "torn"),
    CASE_OPENED: ("case", "opened"),
    UNPLUGGED: ("any", "unplugged"),
    LOAD_IMPLAUSIBLE: ("load", "implausible"),
    LIFT_IMPLAUSIBLE: ("lift", "implausible"),
}
# CASE_OPENED and SENSOR_UNPLUGGED of the contract's alarms, one bit below ours.
ALARMS = 4 | 8


@dataclass(frozen=True)
class SensorFaultLimits:
    """Thresholds of sensor fault; docs/rules.md tells their origin."""

    hold_s: float = 60.0
    min_fixes: float = 2
    mute_s: float = 3600.0
    absent_s: float = 900.0
    absent_fixes: float = 30
    stuck_s: float = 7200.0
    stuck_fixes: float = 120
    unloaded_s: float = 300.0
    unloaded_fixes: float = 15
    rest_share: float = 0.05
    stuck_at_rest_s: float = 10_800.0
    stuck_at_rest_fixes: float = 240
    moving_above_mps: float = 10 / 3.6


class Lacking(NamedTuple):
    """Sensors that a truck is known to have, by then, and that a fix of it says nothing of.

    Attributes:
        sensors: Bits on each row, shape (N,).
        seen: Sensors that each truck is known to have, shape (T,).
    """

    sensors: NDArray[np.uint8]
    seen: NDArray[np.uint8]


def broken(facts: Facts) -> NDArray[np.uint8]:
    """Return what is broken on each row, bits of `WORDS`, shape (N,)."""
    fixes = facts.context.fixes
    what = np.zeros(len(fixes), np.uint8)
    if fixes.faults.any():
        what |= (fixes.faults & ALL_SENSORS).astype(np.uint8)
    if fixes.alarms.any():
        what |= ((fixes.alarms & ALARMS) << 1).astype(np.uint8)
    what[facts.load.wild] |= LOAD_IMPLAUSIBLE
    what[facts.motion.wild] |= LIFT_IMPLAUSIBLE
    return what


def lacking(facts: Facts, seen_before: NDArray[np.uint8]) -> Lacking:
    """Return which sensors are absent on each row of a truck that has them."""
    context, fixes = facts.context, facts.context.fixes
    present = facts.load.known.astype(np.uint8)
    present |= (~np.isnan(facts.motion.lift_deg)).view(np.uint8) << 1
    present |= (fixes.cover >= 0).view(np.uint8) << 2
    seen = seen_before | np.bitwise_or.reduceat(present, context.tracks.start)
    if (present == ALL_SENSORS).all():
        return Lacking(np.zeros(len(present), np.uint8), seen)
    sensors = context.tracks.spread(seen) & ~present
    if fixes.mark.any():
        sensors[fixes.mark != Mark.FIX] = 0
    learnt = seen != seen_before
    if learnt.any():
        rows = sensors.nonzero()[0]
        rows = rows[learnt[context.tracks.of[rows]]]
        sensors[rows] &= _seen_by(facts, present, seen_before, rows)
    return Lacking(sensors, seen)


def _seen_by(
    facts: Facts, present: NDArray[np.uint8], seen_before: NDArray[np.uint8], rows: NDArray[np.intp]
) -> NDArray[np.uint8]:
    """Return the sensors that each truck was known to have before some rows of it."""
    tracks = facts.context.tracks
    track = tracks.of[rows]
    seen = seen_before[track]
    for sensor in SENSORS:
        there = np.append((present & sensor).nonzero()[0], len(present))
        first = there[there.searchsorted(tracks.start)]
        seen |= np.where(first[track] < rows, sensor, 0).astype(np.uint8)
    return seen


def unchanged(facts: Facts) -> tuple[BoolArray, BoolArray]:
    """Return where the load reads the same as the reading before, and where it reads another."""
    load, previous_kg = facts.load, facts.levels.previous_kg
    same = load.load_kg == previous_kg
    if load.all_known:
        return same, ~same
    return same & load.known, load.known & ~same


def unloaded_since(facts: Facts, limits: SensorFaultLimits, changed: BoolArray, before: BoolArray) -> BoolArray:
    """Return where the truck must have unloaded since its load, heavy, began to read the same, shape (N,).

    Its bed was raised and the reading did not fall, or a gate saw it leave a dump point. `before` (T,) is as carried.
    What has been the same for so long that it is known to be stuck needs no such sign.
    """
    context, unloadings, fixes = facts.context, facts.unloadings, facts.context.fixes
    raised = (unloadings.confirm_row >= 0) & (unloadings.state["first_by"] & BY_LOAD == 0)
    rows = unloadings.confirm_row[raised]
    if fixes.mark.any():
        rows = np.concatenate((rows, (fixes.mark == Mark.GATE_OUT).nonzero()[0]))
    if not len(rows) and not before.any():
        return np.zeros(len(changed), np.bool_)
    rows = rows[~changed[rows]]
    reading_kg = np.where(facts.load.known[rows], facts.load.load_kg[rows], facts.levels.previous_kg[rows])
    shows = reading_kg >= at(facts.load.limits.heavy_share, rows) * facts.load.capacity_kg[context.tracks.of[rows]]
    same_ms = fixes.fix_time_ms[rows] - facts.levels.same_since_ms(rows, context)
    shows &= same_ms < np.asarray(at(limits.stuck_s, rows)) * 1000
    unloaded = np.zeros(len(changed), np.bool_)
    unloaded[rows[shows]] = True
    return latch(unloaded, changed, before, context.tracks)


def at_rest(facts: Facts, limits: SensorFaultLimits, rows: NDArray[np.intp]) -> BoolArray:
    """Return whether the load reads next to nothing, as of an empty truck, on each of some rows."""
    capacity_kg = facts.load.capacity_kg[facts.context.tracks.of[rows]]
    resting: BoolArray = facts.load.load_kg[rows] <= at(limits.rest_share, rows) * capacity_kg
    return resting
