"""Stays: where a truck stood for a while, from its fixes alone. Pure.

The rules engine follows stays only of trucks without sensors, and only as far as a rule needs them; here every truck's
are found again from its track whenever somebody asks, so that they cannot disagree with the fixes beside them. A
silence that begins and ends in the same place belongs to a stay: terminals are switched off with the engine.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rules_engine.geodesy import distance_m

FloatArray = NDArray[np.floating[Any]]


@dataclass(frozen=True)
class StayLimits:
    """What counts as a stay.

    Attributes:
        standing_below_mps: Receivers of standing trucks tell up to a metre a second. [m/s]
        radius_m: Fixes of a standing truck scatter so far, between high buildings too. [m]
        merge_s: Moving up in a queue for no longer does not end a stay. [s]
        least_s: Shorter ones are traffic lights. [s]
    """

    standing_below_mps: float = 1.5
    radius_m: float = 60.0
    merge_s: float = 60.0
    least_s: float = 120.0


@dataclass(frozen=True)
class Stays:
    """Stays in time order, each field of shape (S,).

    Attributes:
        first: Index of the first fix.
        last: Index of the last one.
        lat_deg: Middle of its fixes. [deg]
        lon_deg: Likewise. [deg]
    """

    first: NDArray[np.intp]
    last: NDArray[np.intp]
    lat_deg: NDArray[np.float64]
    lon_deg: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.first)


def stays(
    time_ms: NDArray[np.int64],
    lat_deg: FloatArray,
    lon_deg: FloatArray,
    speed_mps: FloatArray,
    limits: StayLimits | None = None,
) -> Stays:
    """Return the stays of one truck.

    Args:
        time_ms: Ascending, shape (N,). [ms]
        lat_deg: NaN where there was no position, likewise. [deg]
        lon_deg: Likewise. [deg]
        speed_mps: NaN where not told: then the way from the fix before decides. [m/s]
        limits: Thresholds.
    """
    limits = limits or StayLimits()
    placed = np.flatnonzero(~np.isnan(lat_deg))
    time_s, lat, lon = time_ms[placed] / 1000, lat_deg[placed], lon_deg[placed]
    slow = _standing(time_s, lat, lon, speed_mps[placed], limits)
    rows = np.flatnonzero(slow)
    if len(rows) == 0:
        nothing = np.empty(0)
        return Stays(placed[:0], placed[:0], nothing, nothing)
    way_m = distance_m(lat[rows[:-1]], lon[rows[:-1]], lat[rows[1:]], lon[rows[1:]])
    drove = (np.diff(rows) > 1) & (np.diff(time_s[rows]) > limits.merge_s)
    starts = np.flatnonzero(np.append(True, drove | (way_m > limits.radius_m)))
    ends = np.append(starts[1:], len(rows)) - 1
    long = time_s[rows[ends]] - time_s[rows[starts]] >= limits.least_s
    first, last = rows[starts[long]], rows[ends[long]]
    middles = [(np.median(lat[a : b + 1]), np.median(lon[a : b + 1])) for a, b in zip(first, last, strict=True)]
    middle = np.array(middles).reshape(-1, 2)
    return Stays(placed[first], placed[last], middle[:, 0], middle[:, 1])


def _standing(
    time_s: FloatArray, lat: FloatArray, lon: FloatArray, speed_mps: FloatArray, limits: StayLimits
) -> NDArray[np.bool_]:
    """Return which fixes are those of a standing truck."""
    way_m = distance_m(lat[:-1], lon[:-1], lat[1:], lon[1:])
    passed_s = np.maximum(np.diff(time_s), 1.0)
    went = np.append(np.nan, way_m / passed_s) if len(time_s) else speed_mps
    standing: NDArray[np.bool_] = np.where(np.isnan(speed_mps), went, speed_mps) < limits.standing_below_mps
    return standing
