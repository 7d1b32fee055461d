"""Times of day at which something holds, local to the city: what permits, sites and orders write on their papers."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, NamedTuple

HOUR_S = 3600.0
DAY_S = 24 * HOUR_S


class DayWindow(NamedTuple):
    """From one hour of the day to another; an end that is not after the start lies on the next day. [h]"""

    from_h: float
    to_h: float

    @property
    def length_h(self) -> float:
        """Return how long it lasts. [h]"""
        return (self.to_h - self.from_h) % 24.0 or 24.0

    def document(self) -> dict[str, Any]:
        """Return it as the world documents write it."""
        return {"from": clock(self.from_h), "to": clock(self.to_h)}


def clock(hour: float) -> str:
    """Return an hour of the day as HH:MM."""
    minutes = round(hour * 60.0) % (24 * 60)
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def local_hour(start: datetime, utc_offset_h: float, at_s: float) -> float:
    """Return the hour of the day in a city, in [0, 24). [h]

    Args:
        start: When second 0 is.
        utc_offset_h: The city's clock against UTC. [h]
        at_s: The second.
    """
    when = start + timedelta(seconds=at_s, hours=utc_offset_h) - (start.utcoffset() or timedelta())
    return when.hour + when.minute / 60.0 + when.second / HOUR_S


def seconds_until(hour: float, target_h: float) -> float:
    """Return the time from an hour of the day to the next time that it is another. [s]"""
    return ((target_h - hour) % 24.0) * HOUR_S
