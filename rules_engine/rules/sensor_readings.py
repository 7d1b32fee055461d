"""What each row says of its sensors: broken, absent though known to be there, or reading the same as before.

Sensors are bits: load, lift, cover. What is broken is bits too, in the order of `WORDS`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rules_engine.fix_batch import BoolArray, Mark
from rules_engine.rules.rule import Facts
from rules_engine.tracks import at

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
    least_share: float = -0.05
    most_share: float = 3.0
    least_lift_deg: float = -20.0
    most_lift_deg: float = 90.0
    absent_s: float = 1800.0
    absent_fixes: float = 30
    stuck_s: float = 7200.0
    stuck_fixes: float = 120
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


def broken(facts: Facts, limits: SensorFaultLimits) -> NDArray[np.uint8]:
    """Return what is broken on each row, bits of `WORDS`, shape (N,)."""
    fixes = facts.context.fixes
    suspect = np.zeros(len(fixes), np.bool_)
    if fixes.faults.any():
        suspect |= (fixes.faults & ALL_SENSORS) != 0
    if fixes.alarms.any():
        suspect |= (fixes.alarms & ALARMS) != 0
    least, most = float(np.max(limits.least_share)), float(np.min(limits.most_share))
    # No truck's bounds are within these; a kilogram more, as its own are not rounded the same way.
    capacities_kg = np.array([facts.load.capacity_kg.min(), facts.load.capacity_kg.max()])
    suspect |= fixes.load_kg < np.float32((least * capacities_kg).max() + 1)
    suspect |= fixes.load_kg > np.float32((most * capacities_kg).min() - 1)
    suspect |= (fixes.load_ratio < np.float32(least)) | (fixes.load_ratio > np.float32(most))
    suspect |= fixes.lift_deg < np.float32(np.max(limits.least_lift_deg))
    suspect |= fixes.lift_deg > np.float32(np.min(limits.most_lift_deg))
    rows = suspect.nonzero()[0]
    what = np.zeros(len(fixes), np.uint8)
    if len(rows):
        what[rows] = _what(facts, limits, rows)
    return what


def _what(facts: Facts, limits: SensorFaultLimits, rows: NDArray[np.intp]) -> NDArray[np.uint8]:
    fixes = facts.context.fixes
    share = fixes.load_kg[rows] / facts.load.capacity_kg[facts.context.tracks.of[rows]]
    share = np.where(np.isnan(share), fixes.load_ratio[rows], share)
    lift_deg = fixes.lift_deg[rows]
    what = (fixes.faults[rows] & ALL_SENSORS) | (fixes.alarms[rows] & ALARMS) << 1
    wild = (share < at(limits.least_share, rows)) | (share > at(limits.most_share, rows))
    what |= np.where(wild, LOAD_IMPLAUSIBLE, 0)
    wild = (lift_deg < at(limits.least_lift_deg, rows)) | (lift_deg > at(limits.most_lift_deg, rows))
    return (what | np.where(wild, LIFT_IMPLAUSIBLE, 0)).astype(np.uint8)


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
    context, load = facts.context, facts.load
    before: Any = context.before["level"]["reading_kg"]
    if load.known.all():
        earlier_kg = context.tracks.previous(load.load_kg, before)
        return load.load_kg == earlier_kg, load.load_kg != earlier_kg
    rows = load.known.nonzero()[0]
    reading_kg = load.load_kg[rows]
    equal = reading_kg == context.tracks.pick(rows).previous(reading_kg, before)
    same, other = np.zeros(len(load.known), np.bool_), np.zeros(len(load.known), np.bool_)
    same[rows], other[rows] = equal, ~equal
    return same, other


def at_rest(facts: Facts, limits: SensorFaultLimits, rows: NDArray[np.intp]) -> BoolArray:
    """Return whether the load reads next to nothing, as of an empty truck, on each of some rows."""
    capacity_kg = facts.load.capacity_kg[facts.context.tracks.of[rows]]
    resting: BoolArray = facts.load.load_kg[rows] <= at(limits.rest_share, rows) * capacity_kg
    return resting
