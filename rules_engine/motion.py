"""How a truck moves: standing or creeping, or not; its load bed raised, or not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

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
    lift_above_deg: float = 15.0
    lift_below_deg: float = 10.0
    lift_most_deg: float = 90.0


MOTION = carried([("slow", "?"), ("lifted", "?")])


@dataclass(frozen=True)
class Motion:
    """How the trucks move on the rows of a batch.

    Attributes:
        slow: Whether the truck stands or creeps, shape (N,).
        lifted: Whether its bed is raised; without a sensor it never is.
        limits: Thresholds in force.
    """

    slow: BoolArray
    lifted: BoolArray
    limits: MotionLimits


def follow(context: Context) -> Motion:
    """Return the motion of a batch and write its part of the carry."""
    before: Any = context.before["motion"]
    after: Any = context.after["motion"]
    limits = context.limits("motion", MotionLimits())
    slow = _slow(context, limits, before["slow"])
    lifted = _lifted(context, limits, before["lifted"])
    after["slow"], after["lifted"] = slow[context.tracks.last], lifted[context.tracks.last]
    return Motion(slow, lifted, limits)


def _slow(context: Context, limits: MotionLimits, before: BoolArray) -> BoolArray:
    """Return where a truck stands or creeps; a long silence in which it hardly moved counts, however fast it is now."""
    speed_mps = context.speed_mps
    on = speed_mps < np.float32(limits.slow_below_mps)
    off = speed_mps > np.float32(limits.slow_until_mps)
    silent = context.since_place_ms >= np.asarray(limits.silence_s) * 1000
    if silent.any():
        silent = (silent & context.located).nonzero()[0]
        hardly_moved = silent[context.implied_mps(silent) < at(limits.slow_below_mps, silent)]
        on[hardly_moved], off[hardly_moved] = True, False
    return latch(on, off, before, context.tracks)


def _lifted(context: Context, limits: MotionLimits, before: BoolArray) -> BoolArray:
    lift_deg = context.fixes.lift_deg
    on = lift_deg >= np.float32(limits.lift_above_deg)
    if not on.any() and not before.any():
        return on
    # No bed goes further: a sensor that says so is mad, and decides nothing.
    on &= lift_deg <= np.float32(limits.lift_most_deg)
    return latch(on, lift_deg < np.float32(limits.lift_below_deg), before, context.tracks)
