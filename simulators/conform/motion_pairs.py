"""Neighbouring fixes of a terminal: what their positions say of speed and course, and what made it record the second.

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
COURSE_MPS = 2.8  # 10 km/h: below it the course is noise
# A little less than what asks for a fix at once (contract, section 7): what is rounded on the wire must not matter.
RAISED_DEG = 5.0
CHANGED_KG = 300.0
CHANGED_RATIO = 0.015
CORNER_SHARE = 0.6


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


def course_change_deg(before: Row, after: Row) -> float:
    """Return by how much the course changed, 0 where one of the two stands."""
    a, b = before.fix, after.fix
    return turn_deg(a.course_deg, b.course_deg) if min(a.speed_mps, b.speed_mps) > COURSE_MPS else 0.0


def is_prompted(log: Log, before: Row, after: Row) -> bool:
    """Return whether something else than an interval may have asked for the second: a change, or `locate`."""
    return is_changed(log, before, after) or log.is_located(after.fix.fix_time_ms)


def is_changed(log: Log, before: Row, after: Row) -> bool:
    """Return whether a corner or a change may have asked for the second; while the body is up there is always one."""
    a, b = before.fix, after.fix
    return (
        course_change_deg(before, after) > CORNER_SHARE * log.timing.corner_deg
        or any(getattr(a, name) != getattr(b, name) for name in ("cover", "ignition", "main_power", "faults", "alarms"))
        or a.lift_deg > RAISED_DEG
        or b.lift_deg > RAISED_DEG
        or abs(b.load_kg - a.load_kg) > CHANGED_KG
        or abs(b.load_ratio - a.load_ratio) > CHANGED_RATIO
    )
