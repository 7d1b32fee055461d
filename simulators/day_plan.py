"""What drivers do with their day: when they begin and end, when they rest, and where they leave the truck at night."""

from __future__ import annotations

import msgspec


class DayPlan(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A working day, from the opening of the truck's haul window; shares are of truck-days.

    Attributes:
        opens_s: The first opening, from the scenario's start, where no window is on file. [s]
        hours: How long the day lasts then. [h]
        begins_min: How long after the opening the first cycle begins, least and most. [min]
        ends_h: How long before the closing the last cycle begins, least and most. [h]
        rest_after_h: How long a driver works before a rest, least and most. [h]
        rest_min: How long a rest lasts. [min]
        without_rest: Drivers who rest not at all.
        night_run: Trucks that haul once more while it is not allowed.
        keeps_load: Trucks that end the day loaded, at the roadside.
        edge_parking: Trucks that spend the night at their corridor's edge.
    """

    opens_s: float = 3_600.0
    hours: float = 14.0
    begins_min: tuple[float, float] = (4.0, 60.0)
    ends_h: tuple[float, float] = (2.2, 4.0)
    rest_after_h: tuple[float, float] = (1.6, 2.4)
    rest_min: tuple[float, float] = (28.0, 60.0)
    without_rest: float = 0.0
    night_run: float = 0.0
    keeps_load: float = 0.0
    edge_parking: float = 0.0
