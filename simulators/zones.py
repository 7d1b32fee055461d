"""Zones of a simulated city: forbidden areas, dated orders, slow streets; drawn so that ordinary hauls obey them all.

Forbidden areas lie clear of every corridor by more than any receiver errs, or close beside a street that trucks use
daily; a slow street lies on a corridor, and drivers slow down in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from simulators.plane import FloatArray, course_at_deg, distance_to_line_m, length_m, rectangle, sideways
from simulators.streets import StreetNetwork
from simulators.windows import DayWindow

ZoneRule = Literal["forbidden", "control", "speed", "parking"]

CLEAR_M = 130.0  # between a remote zone and every corridor and fence
REMOTE_HALF_M = (350.0, 750.0)  # half the side of a remote zone
BESIDE_M = (60.0, 90.0)  # from a corridor's street to the edge of a zone beside it
SPACING_M = 100.0  # less than half of the smallest remote zone
SLOW_M = (420.0, 560.0)
SLOW_HALF_WIDTH_M = 60.0


@dataclass(frozen=True, slots=True)
class Zone:
    """An area with a rule.

    Attributes:
        zone_id: Its id in the world documents.
        name: What people call it.
        rule: What holds in it.
        ring_m: Its boundary, closed, shape (5, 2). [m]
        crossing: The crossing at its centre, -1 for none.
        limit_kmh: The speed allowed, of rule "speed". [km/h]
        valid_s: From and to when an order holds, from the scenario's start; None for ever. [s]
        windows: The times of day at which it holds; none is always.
    """

    zone_id: str
    name: str
    rule: ZoneRule
    ring_m: FloatArray
    crossing: int = -1
    limit_kmh: float | None = None
    valid_s: tuple[float, float] | None = None
    windows: tuple[DayWindow, ...] = ()


def remote_zones(
    rng: np.random.Generator, streets: StreetNetwork, busy_m: FloatArray, count: int
) -> list[tuple[int, FloatArray]]:
    """Return crossings far from where trucks ordinarily drive, each with a square around it; fewer where none are.

    Args:
        rng: Where chance comes from.
        streets: The streets.
        busy_m: Points of all corridors and fences, shape (N, 2). [m]
        count: How many are wanted.
    """
    chosen: list[tuple[int, FloatArray]] = []
    nearest_m = _nearest_m(streets.crossings_m, busy_m)
    for _ in range(count):
        away = nearest_m - CLEAR_M
        good = np.flatnonzero(away > REMOTE_HALF_M[0])
        if not len(good):
            break
        crossing = int(rng.choice(good))
        half_m = float(rng.uniform(REMOTE_HALF_M[0], min(REMOTE_HALF_M[1], away[crossing])))
        ring = rectangle(streets.crossings_m[crossing], 2.0 * half_m, 2.0 * half_m)
        chosen.append((crossing, ring))
        nearest_m = np.minimum(nearest_m, _nearest_m(streets.crossings_m, _inside_m(ring)))
    return chosen


def _nearest_m(crossings_m: FloatArray, points_m: FloatArray) -> FloatArray:
    """Return how far each crossing is from the nearest point, along the axis on which they are further apart. [m]

    One crossing at a time: all pairs of a city of ten thousand trucks would take gigabytes.
    """
    east_m, north_m = np.ascontiguousarray(points_m.T)
    return np.array([np.maximum(np.abs(x - east_m), np.abs(y - north_m)).min() for x, y in crossings_m])


def _inside_m(ring_m: FloatArray) -> FloatArray:
    """Return points all over a square, so that no other zone is put into it: who enters one is in no other."""
    (west, south), (east, north) = ring_m.min(0), ring_m.max(0)
    east_m, north_m = np.meshgrid(
        np.arange(west, east + SPACING_M, SPACING_M), np.arange(south, north + SPACING_M, SPACING_M)
    )
    return np.stack((east_m.ravel(), north_m.ravel()), 1)


def zone_beside(rng: np.random.Generator, line_m: FloatArray, busy_m: FloatArray) -> FloatArray | None:
    """Return a rectangle close beside a line and close to no other, None where there is no room.

    Args:
        rng: Where chance comes from.
        line_m: A corridor, shape (V, 2). [m]
        busy_m: Points of all corridors and fences, shape (N, 2). [m]
    """
    for at_m in rng.uniform(0.3, 0.7, 12) * length_m(line_m):
        course_deg = float(course_at_deg(line_m, np.array([at_m]))[0])
        width_m, depth_m, side = rng.uniform(280.0, 420.0), rng.uniform(200.0, 300.0), float(rng.choice([-1.0, 1.0]))
        beside_m = float(rng.uniform(*BESIDE_M))
        centre = sideways(line_m, float(at_m), side * (beside_m + depth_m / 2.0))
        north = abs(np.cos(np.radians(course_deg))) > 0.5
        ring = rectangle(centre, *((depth_m, width_m) if north else (width_m, depth_m)))
        low, high = ring.min(axis=0) - BESIDE_M[0] * 0.8, ring.max(axis=0) + BESIDE_M[0] * 0.8
        if not ((busy_m > low) & (busy_m < high)).all(axis=1).any():
            return ring
    return None


def slow_street(rng: np.random.Generator, line_m: FloatArray, fences_m: FloatArray) -> FloatArray | None:
    """Return a rectangle over a straight part of a line, None where every part is short or near a fence.

    Args:
        rng: Where chance comes from.
        line_m: A corridor, shape (V, 2). [m]
        fences_m: Points of all fences, shape (N, 2). [m]
    """
    long_m = float(rng.uniform(*SLOW_M))
    legs = np.hypot(*np.diff(line_m, axis=0).T)
    for leg in rng.permutation(np.flatnonzero(legs > long_m + 120.0)):
        centre = (line_m[leg] + line_m[leg + 1]) / 2.0
        east, north = np.abs(line_m[leg + 1] - line_m[leg])
        size = (long_m, 2.0 * SLOW_HALF_WIDTH_M) if east > north else (2.0 * SLOW_HALF_WIDTH_M, long_m)
        ring = rectangle(centre, *size)
        if distance_to_line_m(fences_m, ring).min() > 100.0:
            return ring
    return None
