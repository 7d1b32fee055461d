"""Which readings of load and lift can be true. What cannot counts as absent everywhere: a torn wire is no violation.

No truck carries many times its capacity, and no bed goes beyond its hinge. `sensor_fault` tells of such readings; load
state, levels, motion, and all that stands on them, never see them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rules_engine.context import Context
from rules_engine.tracks import at

NAME = "readings"


@dataclass(frozen=True)
class ReadingLimits:
    """Between what a reading can be true; docs/rules.md tells their origin."""

    least_share: float = -0.05
    most_share: float = 3.0
    least_lift_deg: float = -20.0
    most_lift_deg: float = 90.0


def wild_loads(context: Context, capacity_kg: NDArray[np.float64]) -> NDArray[np.intp]:
    """Return the rows, ascending, whose load no truck of this capacity (T,) can carry, nor any scale be off by."""
    fixes, limits = context.fixes, context.limits(NAME, ReadingLimits())
    least, most = float(np.max(limits.least_share)), float(np.min(limits.most_share))
    # No truck's bounds are within these; a kilogram more, as its own are not rounded the same way.
    capacities_kg = np.array([capacity_kg.min(), capacity_kg.max()])
    suspect = fixes.load_kg > np.float32((most * capacities_kg).min() - 1)
    suspect |= fixes.load_kg < np.float32((least * capacities_kg).max() + 1)
    if np.isnan(fixes.load_kg).any():
        suspect |= (fixes.load_ratio < np.float32(least)) | (fixes.load_ratio > np.float32(most))
    rows = suspect.nonzero()[0]
    if not len(rows):
        return rows
    share = fixes.load_kg[rows] / capacity_kg[context.tracks.of[rows]]
    share = np.where(np.isnan(share), fixes.load_ratio[rows], share)
    return rows[_outside(share, limits.least_share, limits.most_share, rows)]


def wild_lifts(context: Context) -> NDArray[np.intp]:
    """Return the rows, ascending, on which the bed would be where none goes."""
    lift_deg, limits = context.fixes.lift_deg, context.limits(NAME, ReadingLimits())
    suspect = lift_deg > np.float32(np.min(limits.most_lift_deg))
    suspect |= lift_deg < np.float32(np.max(limits.least_lift_deg))
    rows = suspect.nonzero()[0]
    return rows[_outside(lift_deg[rows], limits.least_lift_deg, limits.most_lift_deg, rows)]


def _outside(values: NDArray[Any], least: Any, most: Any, rows: NDArray[np.intp]) -> NDArray[np.bool_]:
    outside: NDArray[np.bool_] = (values < at(least, rows)) | (values > at(most, rows))
    return outside
