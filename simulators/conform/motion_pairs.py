"""Neighbouring fixes of a moving terminal, and what their positions say of speed and course.

A flat earth serves: neighbours are seconds apart. Positions are metres off, so that single pairs mean nothing and the
median of many does.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from math import atan2, cos, degrees, hypot, radians
from typing import NamedTuple

from simulators.conform.observed import Log, Row

METRES_PER_DEG = 111_195.0
LONGEST_S = 30.0  # a truck turns too much in longer
LEAST_MOVED_M = 1.0  # below it the bearing is noise
MOVING_MPS = 3.0


class Pair(NamedTuple):
    """Two neighbours: by how much time, way and direction they differ."""

    before: Row
    after: Row
    seconds: float
    metres: float
    bearing_deg: float


def pairs(log: Log) -> Iterator[Pair]:
    """Yield neighbours in seq and epoch that both have a position, at most half a minute apart."""
    for before, after in pairwise(log.track):
        a, b = before.fix, after.fix
        seconds = (b.fix_time_ms - a.fix_time_ms) / 1000
        if a.epoch != b.epoch or b.seq - a.seq != 1 or not 0.0 < seconds <= LONGEST_S:
            continue
        east_m = (b.lon_deg - a.lon_deg) * METRES_PER_DEG * cos(radians(a.lat_deg))
        north_m = (b.lat_deg - a.lat_deg) * METRES_PER_DEG
        if east_m == east_m and north_m == north_m:  # noqa: PLR0124  # NaN, a missing position, differs from itself
            yield Pair(before, after, seconds, hypot(east_m, north_m), degrees(atan2(east_m, north_m)) % 360.0)


def turn_deg(from_deg: float, to_deg: float) -> float:
    """Return by how much two directions differ, [0, 180]."""
    return abs((to_deg - from_deg + 180.0) % 360.0 - 180.0)
