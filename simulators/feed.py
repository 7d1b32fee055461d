"""What one truck's terminal will record, drawn stretch after stretch, and when it records."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from math import isnan

import numpy as np

from firmware_contracts.fix import Fix
from simulators.cab import STANDING_MPS, Cab
from simulators.corners import turn_deg
from simulators.stretch import FixSchedule, Stretch
from simulators.timeline import Timeline

SWITCHES = ("cover", "ignition", "main_power", "faults", "alarms")  # recorded at once, whatever the interval


class Feed:
    """What one truck's terminal will record, stretch after stretch."""

    def __init__(self, stretches: Iterator[Stretch], timeline: Timeline) -> None:
        self._stretches = stretches
        self._timeline = timeline
        self._due: deque[FixSchedule] = deque()
        self._next_start_s = -np.inf
        self.ended = False

    @property
    def due_s(self) -> float:
        """When anything of it is due."""
        next_s = np.inf if self.ended else self._next_start_s
        return min(next_s, self._due[0].due_s) if self._due else next_s

    def until(self, at_s: float) -> Iterator[Stretch]:
        """Yield the stretches that begin by then; their fixes are in `take` afterwards."""
        while self._next_start_s <= at_s and not self.ended:
            stretch = next(self._stretches, None)
            if stretch is None:
                self.ended = True
                return
            self._next_start_s = stretch.end_s
            self._due.append(stretch.fixes)
            yield stretch

    def take(self, at_s: float) -> Iterator[Fix | None]:
        """Yield the fixes up to an instant, None for each that the flash fails to keep."""
        while self._due:
            yield from self._due[0].take(at_s)
            if self._due[0]:
                return
            self._due.popleft()

    def peek(self) -> Fix | None:
        """Return the fix that comes next, as far as it is drawn and kept."""
        return self._due[0].peek() if self._due else None

    def follow(self, moving_s: int | None, standing_s: int | None, corner_deg: int | None = None) -> None:
        """Record at the intervals and corners that the platform has set, from the next stretch on."""
        self._timeline.corner_deg = corner_deg
        truck = self._timeline.truck
        moving = truck.interval_s if moving_s is None else moving_s
        standing = truck.standing_interval_s if standing_s is None else standing_s
        if (moving, standing) != (truck.interval_s, truck.standing_interval_s):
            self._timeline.truck = replace(truck, interval_s=moving, standing_interval_s=standing)

    @property
    def end_s(self) -> float:
        """When its last known stretch ends."""
        return self._next_start_s


def is_due(before: Fix | None, fix: Fix, cab: Cab) -> bool:
    """Return whether a fix is recorded under the intervals that the platform has set; a switch always is."""
    interval_s = cab.standing_s if fix.speed_mps <= STANDING_MPS else cab.moving_s
    if interval_s is None or before is None or fix.fix_time_ms - before.fix_time_ms >= interval_s * 1000:
        return True
    moving = min(before.speed_mps, fix.speed_mps) > STANDING_MPS
    if cab.corner_deg is not None and moving and turn_deg(before.course_deg, fix.course_deg) > cab.corner_deg:
        return True
    return any(getattr(before, name) != getattr(fix, name) for name in SWITCHES)


def between(before: Fix, after: Fix | None, time_ms: int) -> Fix:
    """Return what a terminal measures at an instant between two of its fixes: the place on the way, the rest as before.

    Where the way is unknown, it is what it was; a fix is never older than the one before.
    """
    now_ms = max(time_ms, before.fix_time_ms)
    if after is None or after.fix_time_ms <= before.fix_time_ms or isnan(after.lat_deg):
        return before._replace(fix_time_ms=now_ms)
    share = min((now_ms - before.fix_time_ms) / (after.fix_time_ms - before.fix_time_ms), 1.0)
    lat_deg, lon_deg, speed_mps = (
        getattr(before, name) + share * (getattr(after, name) - getattr(before, name))
        for name in ("lat_deg", "lon_deg", "speed_mps")
    )
    return before._replace(fix_time_ms=now_ms, lat_deg=lat_deg, lon_deg=lon_deg, speed_mps=speed_mps)
