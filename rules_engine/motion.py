"""How a truck moves: standing or creeping, or not; its load bed raised, or not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rules_engine import readings
from rules_engine.carry_rows import carried
from rules_engine.context import Context
from rules_engine.fix_batch import BoolArray
from rules_engine.tracks import at, latch


@dataclass(frozen=True)
class MotionLimits:
    """Thresholds of motion; docs/rules.md tells their origin."""

    slow_below_mps: float = 10 / 3.6
    slow_until_mps: float = 15 / 3.6
    silence_s: float = 60.0
    silence_m: float = 500.0
    lift_above_deg: float = 15.0
    lift_below_deg: float = 10.0


MOTION = carried([("slow", "?"), ("lifted", "?")])


@dataclass(frozen=True)
class Motion:
    """How the trucks move on the rows of a batch.

    Attributes:
        slow: Whether the truck stands or creeps, shape (N,).
        lifted: Whether its bed is raised; without a sensor it never is.
        lift_deg: What the sensor tells, NaN where nothing or what cannot be, likewise. [deg]
        wild: Rows on which it told what cannot be, ascending.
        limits: Thresholds in force.
    """

    slow: BoolArray
    lifted: BoolArray
    lift_deg: NDArray[np.float32]
    wild: NDArray[np.intp]
    limits: MotionLimits


def follow(context: Context) -> Motion:
    """Return the motion of a batch and write its part of the carry."""
    before: Any = context.before["motion"]
    after: Any = context.after["motion"]
    limits = context.limits("motion", MotionLimits())
    slow = _slow(context, limits, before["slow"])
    lift_deg, wild = context.fixes.lift_deg, readings.wild_lifts(context)
    if len(wild):
        lift_deg = lift_deg.copy()
        lift_deg[wild] = np.nan
    lifted = _lifted(context, lift_deg, limits, slow=slow, before=before["lifted"])
    after["slow"], after["lifted"] = slow[context.tracks.last], lifted[context.tracks.last]
    return Motion(slow, lifted, lift_deg, wild, limits)


def _slow(context: Context, limits: MotionLimits, before: BoolArray) -> BoolArray:
    """Return where a truck stands or creeps; a long silence in which it hardly moved counts, however fast it is now."""
    speed_mps = context.speed_mps
    on = speed_mps < np.float32(limits.slow_below_mps)
    off = speed_mps > np.float32(limits.slow_until_mps)
    silent = context.since_place_ms >= np.asarray(limits.silence_s) * 1000
    if silent.any():
        rows = (silent & context.located).nonzero()[0]
        implied_mps = context.implied_mps(rows)
        # On the average of an hour a truck creeps that drove kilometres in it.
        near = implied_mps * context.since_place_ms[rows] <= np.asarray(at(limits.silence_m, rows)) * 1000
        hardly_moved = rows[near & (implied_mps < at(limits.slow_below_mps, rows))]
        on[hardly_moved], off[hardly_moved] = True, False
    return latch(on, off, before, context.tracks)


def _lifted(
    context: Context, lift_deg: NDArray[np.float32], limits: MotionLimits, *, slow: BoolArray, before: BoolArray
) -> BoolArray:
    """Return where the bed is raised. Where nothing is told it is as it was, but down once the truck drives."""
    on = lift_deg >= np.float32(limits.lift_above_deg)
    if not on.any() and not before.any():
        return on
    off = lift_deg < np.float32(limits.lift_below_deg)
    # A sensor torn off while the bed was up would keep it up at every later stand.
    off |= np.isnan(lift_deg) & ~slow
    return latch(on, off, before, context.tracks)
