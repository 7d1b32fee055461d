"""What an incident is, and what incidents of every theme are built from.

An incident changes one ordinary haul cycle. Each stays well clear of the doubtful: a deviation lasts minutes beyond any
tolerance, a near miss ends minutes short of it. The numbers are those of drivers and machines, never of a rule.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from simulators.city import City, Corridor
from simulators.fleet import SENSORS, Sensor, Truck
from simulators.haul import Cycle
from simulators.plane import FloatArray, cut, length_m, sideways
from simulators.steps import CRUISE_EMPTY_MPS, CRUISE_LOADED_MPS, YARD_MPS, Drive, Step, Wash

Change = Callable[[Cycle, Truck, City, np.random.Generator], Cycle]

FAR_FROM_PLACES_M = 350.0  # no fence, margin or GPS excursion reaches this far


class NoRoomError(ValueError):
    """An incident that cannot be on this corridor or in this city."""


@dataclass(frozen=True, slots=True)
class Incident:
    """What happens, and what the truck's terminal must have on board for it to be seen, or to be tempting.

    Attributes:
        change: Turns an ordinary cycle into one with the incident.
        sensors: A truck for which it is staged has exactly these sensors.
        violation: True where something must be found, False for a near miss.
        needs: Which sensors a truck must have to be drawn for it.
        long: It takes an hour or more, too long for the end of a shift.
        of_permit: It is what it is only by a permit's word.
    """

    change: Change
    sensors: frozenset[Sensor] = SENSORS
    violation: bool = False
    needs: frozenset[Sensor] = frozenset()
    long: bool = False
    of_permit: bool = False


def haul_line(cycle: Cycle) -> FloatArray:
    """Return the corridor from gate to gate."""
    return cycle.corridor.line_m[1:-1]


def leaving(truck: Truck, corridor: Corridor) -> tuple[Step, ...]:
    """Return the steps from the yard to the street, loaded."""
    return (Drive(corridor.line_m[:2], YARD_MPS), Wash(truck))


def returning(line_m: FloatArray, corridor: Corridor) -> tuple[Step, ...]:
    """Return the steps from a line's end back to its start and into the yard, empty."""
    return (Drive(line_m[::-1], CRUISE_EMPTY_MPS), Drive(corridor.line_m[1::-1], YARD_MPS))


def lonely_m(line_m: FloatArray, city: City, rng: np.random.Generator) -> float:
    """Return a distance along a line, in its middle part, that is far from every site, dump point and zone.

    Raises:
        NoRoomError: There is none.
    """
    total_m = length_m(line_m)
    places = np.array([place.centre_m for place in (*city.sites, *city.dump_points)])
    for at_m in rng.permutation(np.linspace(0.3, 0.75, 19)) * total_m:
        place = sideways(line_m, at_m, 0.0)
        if np.hypot(*(places - place).T).min() > FAR_FROM_PLACES_M and not _near_zone(place, city):
            return float(at_m)
    raise NoRoomError("expected a stretch of the corridor far from every site, dump point and zone, got none")


def _near_zone(place: FloatArray, city: City) -> bool:
    areas = [zone.ring_m for zone in city.zones if zone.rule in ("forbidden", "control")]
    return any(((place > ring.min(axis=0) - 40.0) & (place < ring.max(axis=0) + 40.0)).all() for ring in areas)


def interrupted(cycle: Cycle, truck: Truck, at_m: float, *steps: Step) -> Cycle:
    """Return the cycle with steps put in where the load has come some way along the corridor. [m]"""
    haul = haul_line(cycle)
    return replace(
        cycle,
        haul=(
            *leaving(truck, cycle.corridor),
            Drive(cut(haul, 0.0, at_m), CRUISE_LOADED_MPS),
            *steps,
            Drive(cut(haul, at_m, length_m(haul)), CRUISE_LOADED_MPS),
            *cycle.haul[3:],
        ),
    )


def interrupted_home(cycle: Cycle, at_m: float, *steps: Step) -> Cycle:
    """Return the cycle with steps put in on the way back, at a distance along the corridor from the site. [m]"""
    haul = haul_line(cycle)
    homeward = (Drive(cut(haul, at_m, length_m(haul))[::-1], CRUISE_EMPTY_MPS), *steps)
    return replace(cycle, back=(*cycle.back[:2], *homeward, *returning(cut(haul, 0.0, at_m), cycle.corridor)))
