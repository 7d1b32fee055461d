"""Zones of a terminal's settings on the plane around one position: is the truck where it may not be.

A terminal has a few kilobytes and one position at a time, so this is plain arithmetic on a flat earth: right to a
metre over the few kilometres of a zone. What is a violation the platform decides, on the ellipsoid.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from math import cos, hypot, inf, radians
from typing import Any

METRES_PER_DEG = 111_195.0  # of latitude, on the mean sphere

Point = tuple[float, float]  # metres east and north of the truck


def broken_zones(zones: Iterable[Mapping[str, Any]], lat_deg: float, lon_deg: float) -> list[Mapping[str, Any]]:
    """Return the zones whose rule a position breaks: each forbidden zone it is in, the nearest corridor if in none."""
    known = list(zones)
    forbidden = [zone for zone in known if zone["kind"] == "forbidden"]
    corridors = [zone for zone in known if zone["kind"] == "corridor"]
    broken = [zone for zone in forbidden if _is_inside(_plane(zone["boundary"], lat_deg, lon_deg))]
    beyond_m = [_distance_m(_plane(one["line"], lat_deg, lon_deg)) - float(one["half_width_m"]) for one in corridors]
    if corridors and min(beyond_m) > 0.0:
        broken.append(corridors[beyond_m.index(min(beyond_m))])
    return broken


def _plane(positions: Sequence[Sequence[float]], lat_deg: float, lon_deg: float) -> list[Point]:
    east = METRES_PER_DEG * cos(radians(lat_deg))
    return [
        ((lon - lon_deg + 180.0) % 360.0 * east - 180.0 * east, (lat - lat_deg) * METRES_PER_DEG)
        for lon, lat in positions
    ]


def _is_inside(outline: list[Point]) -> bool:
    """Return whether the origin lies in a polygon: a ray to the east crosses its outline an odd number of times."""
    crossings = 0
    for (x, y), (next_x, next_y) in zip(outline, [*outline[1:], outline[0]], strict=True):
        if (y > 0.0) != (next_y > 0.0) and x - y * (next_x - x) / (next_y - y) > 0.0:
            crossings += 1
    return crossings % 2 == 1


def _distance_m(line: list[Point]) -> float:
    """Return how far the origin lies from the nearest leg of a line."""
    nearest = inf
    for (x, y), (next_x, next_y) in pairwise(line):
        dx, dy = next_x - x, next_y - y
        length = dx * dx + dy * dy
        along = 0.0 if length == 0.0 else min(max(-(x * dx + y * dy) / length, 0.0), 1.0)
        nearest = min(nearest, hypot(x + along * dx, y + along * dy))
    return nearest
