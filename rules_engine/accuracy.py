"""Which fixes can be trusted with a place: a good constellation, no fault of the receiver, no jump no truck can make.

A fix that cannot be trusted decides nothing where a place or speed is asked for. After a jump the fix at the new place
is not trusted, the next one there is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rules_engine.context import Context
from rules_engine.fix_batch import BoolArray
from rules_engine.tracks import at

# GNSS, GNSS_ANTENNA_OPEN and GNSS_ANTENNA_SHORT of the contract's faults.
GNSS_FAULTS = 8 | 16 | 32
# Degrees are never longer than this; along a parallel they are shorter.
LONGEST_DEGREE_M = 111_700.0


@dataclass(frozen=True)
class AccuracyLimits:
    """Thresholds of accuracy; docs/rules.md tells their origin."""

    hdop_above: float = 10.0
    satellites_below: float = 4
    jump_above_mps: float = 60.0


@dataclass(frozen=True)
class Accuracy:
    """What the places of a batch are worth.

    Attributes:
        sound: Where the receiver had a good position, shape (N,).
        trusted: Where it is one that the truck can have driven to, likewise.
        jumped: Rows to which no truck can have driven from its last known place, ascending.
        limits: Thresholds in force.
    """

    sound: BoolArray
    trusted: BoolArray
    jumped: NDArray[np.intp]
    limits: AccuracyLimits


def follow(context: Context) -> Accuracy:
    """Return what the places of a batch are worth; nothing is carried but the clock."""
    fixes = context.fixes
    limits = context.limits("accuracy", AccuracyLimits())
    sound = ~(fixes.hdop > np.asarray(limits.hdop_above, np.float32))
    sound &= context.located
    few = fixes.satellites < np.asarray(limits.satellites_below, np.int16)
    if few.any():
        sound &= ~few | (fixes.satellites < 0)
    if fixes.faults.any():
        sound &= (fixes.faults & GNSS_FAULTS) == 0
    jumped = _jumped(context, limits)
    trusted = sound
    if len(jumped):
        trusted = sound.copy()
        trusted[jumped] = False
    return Accuracy(sound, trusted, jumped, limits)


def _jumped(context: Context, limits: AccuracyLimits) -> NDArray[np.intp]:
    fixes, tracks = context.fixes, context.tracks
    clock: Any = context.before["clock"]
    place = context.place
    degrees = np.maximum(
        np.abs(fixes.lat_deg - tracks.previous(place.lat_deg, clock["lat_deg"])),
        np.abs(fixes.lon_deg - tracks.previous(place.lon_deg, clock["lon_deg"])),
    )
    # A way is at most the sum of both directions; NaN compares as no.
    took_s = (fixes.fix_time_ms - tracks.previous(place.time_ms, clock["place_ms"])) / 1000
    far: NDArray[np.intp]
    (far,) = (degrees * (2 * LONGEST_DEGREE_M) > took_s * np.asarray(limits.jump_above_mps)).nonzero()
    if not len(far):
        return far
    jumped: NDArray[np.intp] = far[context.implied_mps(far) > at(limits.jump_above_mps, far)]
    return jumped
