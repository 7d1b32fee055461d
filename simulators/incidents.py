"""What a scenario can let happen: each violation, and each near miss that must raise nothing.

An incident changes one ordinary haul cycle. A new one is a function and a row of `INCIDENTS`. Each stays well clear of
the doubtful: a deviation lasts minutes beyond any tolerance, a near miss ends minutes short of it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from firmware_contracts.columns import Cover, Fault
from simulators.city import City, Corridor, Place
from simulators.effects import CoverOpen, GpsExcursion, Leak, LoadWander, TornWire
from simulators.fleet import SENSORS, Sensor, Truck
from simulators.haul import (
    CRUISE_EMPTY_MPS,
    CRUISE_LOADED_MPS,
    YARD_MPS,
    Cycle,
    Drive,
    LiftTest,
    Stand,
    Step,
    Tip,
    Wash,
    with_effect,
)
from simulators.plane import FloatArray, cut, distance_to_line_m, length_m, point_at, sideways
from simulators.streets import street_of

Change = Callable[[Cycle, Truck, City, np.random.Generator], Cycle]

FAR_FROM_PLACES_M = 350.0  # no fence, margin or GPS excursion reaches this far


@dataclass(frozen=True, slots=True)
class Incident:
    """What happens, and what the truck's terminal must have on board for it to be seen, or to be tempting.

    Attributes:
        change: Turns an ordinary cycle into one with the incident.
        sensors: Exactly these sensors.
        violation: True where something must be found, False for a near miss.
    """

    change: Change
    sensors: frozenset[Sensor] = SENSORS
    violation: bool = False


def _haul(cycle: Cycle) -> FloatArray:
    """Return the corridor from gate to gate."""
    return cycle.corridor.line_m[1:-1]


def _leaving(truck: Truck, corridor: Corridor) -> tuple[Step, ...]:
    return (Drive(corridor.line_m[:2], YARD_MPS), Wash(truck))


def _returning(line_m: FloatArray, corridor: Corridor) -> tuple[Step, ...]:
    return (Drive(line_m[::-1], CRUISE_EMPTY_MPS), Drive(corridor.line_m[1::-1], YARD_MPS))


def _lonely_m(line_m: FloatArray, city: City, rng: np.random.Generator) -> float:
    """Return a distance along a line, in its middle part, that is far from every site and dump point.

    Raises:
        ValueError: There is none.
    """
    total_m = length_m(line_m)
    places = np.array([place.centre_m for place in (*city.sites, *city.dump_points)])
    for at_m in rng.permutation(np.linspace(0.35, 0.75, 17)) * total_m:
        if np.hypot(*(places - sideways(line_m, at_m, 0.0)).T).min() > FAR_FROM_PLACES_M:
            return float(at_m)
    raise ValueError("expected a stretch of the corridor far from every site and dump point, got none")


def _illegal_dumping(cycle: Cycle, truck: Truck, city: City, rng: np.random.Generator) -> Cycle:
    """Tip in a field 45 m beside the corridor."""
    haul = _haul(cycle)
    at_m = _lonely_m(haul, city, rng)
    driven = cut(haul, 0.0, at_m)
    aside = np.vstack([driven[-1], sideways(haul, at_m, float(rng.choice([-45.0, 45.0])))])
    return replace(
        cycle,
        haul=(*_leaving(truck, cycle.corridor), Drive(driven, CRUISE_LOADED_MPS), Drive(aside, YARD_MPS)),
        tip=(Stand(float(rng.uniform(5.0, 20.0))), Tip("illegal_dumping", staged=True)),
        back=(Drive(aside[::-1], YARD_MPS), *_returning(driven, cycle.corridor)),
    )


def _wrong_dump_point(cycle: Cycle, truck: Truck, city: City, rng: np.random.Generator) -> Cycle:
    """Tip at a dump point that the permit does not name, far off the corridor."""
    corridor = cycle.corridor
    ways = [_way_to(city, corridor, place) for place in city.dump_points if place is not corridor.dump_point]
    haul = max(ways, key=lambda way: _straying(way, corridor))
    return replace(
        cycle,
        haul=(*_leaving(truck, corridor), Drive(haul[:-1], CRUISE_LOADED_MPS), Drive(haul[-2:], YARD_MPS)),
        tip=(Stand(float(rng.uniform(60.0, 120.0))), Tip("illegal_dumping", staged=True)),
        back=(Drive(haul[:-3:-1], YARD_MPS), *_returning(haul[:-1], corridor)),
        deviates=True,
    )


def _way_to(city: City, corridor: Corridor, place: Place) -> FloatArray:
    crossings = city.streets.way(corridor.site.crossing, place.crossing)
    return np.vstack([corridor.line_m[1], city.streets.crossings_m[crossings], place.gate_m, place.centre_m])


def _straying(way_m: FloatArray, corridor: Corridor) -> tuple[bool, float]:
    """Return how well a way strays: whether it leaves the corridor once and for good, and for how long. [m]"""
    along_m = np.linspace(0.0, length_m(way_m), int(length_m(way_m) / 20.0))
    outside = distance_to_line_m(point_at(way_m, along_m), corridor.line_m) > corridor.half_width_m
    return bool(np.diff(outside).sum() == 1), float(outside.sum() * 20.0)


def _route_deviation(cycle: Cycle, truck: Truck, city: City, rng: np.random.Generator) -> Cycle:
    """Leave the corridor for a place several blocks away, stand there for minutes, and come back the same way."""
    corridor, streets = cycle.corridor, city.streets
    leave = len(corridor.crossings) // 3
    start = corridor.crossings[leave]
    avoid = frozenset(street_of(a, b) for a, b in pairwise(corridor.crossings))
    reach_m = np.hypot(*(streets.crossings_m - streets.crossings_m[start]).T)
    near = np.flatnonzero((reach_m > 600.0) & (reach_m < 1_700.0)).tolist()
    ways = [streets.crossings_m[streets.way(start, target, avoid)] for target in near]
    away = max(ways, key=lambda way: _straying(way, corridor))
    before = np.vstack([corridor.line_m[1], streets.crossings_m[corridor.crossings[: leave + 1]]])
    after = np.vstack([streets.crossings_m[corridor.crossings[leave:]], corridor.line_m[-2]])
    return replace(
        cycle,
        haul=(
            *_leaving(truck, corridor),
            Drive(np.vstack([before, away[1:]]), CRUISE_LOADED_MPS),
            Stand(float(rng.uniform(240.0, 360.0))),
            Drive(np.vstack([away[:0:-1], after]), CRUISE_LOADED_MPS),
            *cycle.haul[3:],
        ),
        deviates=True,
    )


def _short_excursion(cycle: Cycle, truck: Truck, city: City, rng: np.random.Generator) -> Cycle:
    """Drive 240 m down a side road, stand for half a minute and come back: a wrong turn."""
    haul = _haul(cycle)
    at_m = _lonely_m(haul, city, rng)
    first, rest = cut(haul, 0.0, at_m), cut(haul, at_m, length_m(haul))
    aside = np.vstack([first[-1], sideways(haul, at_m, float(rng.choice([-240.0, 240.0])))])
    return replace(
        cycle,
        haul=(
            *_leaving(truck, cycle.corridor),
            Drive(first, CRUISE_LOADED_MPS),
            Drive(aside, 9.0),
            Stand(30.0, staged=True),
            Drive(aside[::-1], 9.0),
            Drive(rest, CRUISE_LOADED_MPS),
            *cycle.haul[3:],
        ),
    )


def _traffic_jam(cycle: Cycle, truck: Truck, city: City, rng: np.random.Generator) -> Cycle:
    """Crawl for several minutes on a service road 55 m beside the corridor's line."""
    haul = _haul(cycle)
    at_m = min(_lonely_m(haul, city, rng), length_m(haul) - 500.0)
    first, rest = cut(haul, 0.0, at_m), cut(haul, at_m + 400.0, length_m(haul))
    beside = np.array([sideways(haul, at, 55.0) for at in np.linspace(at_m + 20.0, at_m + 380.0, 10)])
    return replace(
        cycle,
        haul=(
            *_leaving(truck, cycle.corridor),
            Drive(first, CRUISE_LOADED_MPS),
            Stand(5.0, staged=True),
            Drive(np.vstack([first[-1], beside, rest[0]]), 1.6, light_share=0.6),
            Drive(rest, CRUISE_LOADED_MPS),
            *cycle.haul[3:],
        ),
    )


def _beside_fence(cycle: Cycle, truck: Truck, city: City, rng: np.random.Generator) -> Cycle:  # noqa: ARG001
    """Tip 12 m outside the permitted dump point's fence, at its edge, where the slope is."""
    dump = cycle.corridor.dump_point
    edge = np.array([dump.centre_m[0] + float(rng.uniform(-60.0, 60.0)), dump.fence_m[0, 1] - 12.0])
    aside = np.vstack([dump.gate_m, edge])
    return replace(
        cycle,
        haul=(*cycle.haul[:-1], Drive(aside, YARD_MPS)),
        tip=(Tip("unloading", staged=True),),
        back=(Drive(aside[::-1], YARD_MPS), *cycle.back[1:]),
    )


def _spillage_open(cycle: Cycle, truck: Truck, city: City, rng: np.random.Generator) -> Cycle:  # noqa: ARG001
    leak = _draw_leak(rng)
    return with_effect(cycle, leak, CoverOpen(max(leak.from_s - 20, 10), leak.seconds + 60))


def _spillage_closed(cycle: Cycle, truck: Truck, city: City, rng: np.random.Generator) -> Cycle:  # noqa: ARG001
    return with_effect(cycle, _draw_leak(rng))


def _draw_leak(rng: np.random.Generator) -> Leak:
    return Leak(float(rng.uniform(0.13, 0.2)), int(rng.integers(40, 90)), int(rng.integers(180, 260)))


def _uncovered_haul(cycle: Cycle, truck: Truck, city: City, rng: np.random.Generator) -> Cycle:  # noqa: ARG001
    return with_effect(cycle, CoverOpen(int(rng.integers(30, 120)), int(rng.integers(120, 300))))


def _gps_excursion(cycle: Cycle, truck: Truck, city: City, rng: np.random.Generator) -> Cycle:  # noqa: ARG001
    return with_effect(cycle, GpsExcursion(float(rng.uniform(150.0, 200.0)), int(rng.integers(60, 200)), 80))


def _load_noise(cycle: Cycle, truck: Truck, city: City, rng: np.random.Generator) -> Cycle:  # noqa: ARG001
    return with_effect(cycle, LoadWander(0.02, float(rng.uniform(90.0, 150.0))))


def _torn_load_wire(cycle: Cycle, truck: Truck, city: City, rng: np.random.Generator) -> Cycle:  # noqa: ARG001
    return with_effect(cycle, TornWire(Fault.LOAD_SENSOR, int(rng.integers(60, 120)), int(rng.integers(120, 240))))


def _lift_test_empty(cycle: Cycle, truck: Truck, city: City, rng: np.random.Generator) -> Cycle:  # noqa: ARG001
    """On the way back, stop beside the corridor and try the empty body."""
    haul = _haul(cycle)
    at_m = _lonely_m(haul, city, rng)
    homeward = (Drive(cut(haul, at_m, length_m(haul))[::-1], CRUISE_EMPTY_MPS), LiftTest())
    return replace(cycle, back=(*cycle.back[:2], *homeward, *_returning(cut(haul, 0.0, at_m), cycle.corridor)))


def _cover_open_standing(cycle: Cycle, truck: Truck, city: City, rng: np.random.Generator) -> Cycle:
    """Be inspected at the roadside: stand, open the cover, close it, drive on."""
    haul = _haul(cycle)
    at_m = _lonely_m(haul, city, rng)
    return replace(
        cycle,
        haul=(
            *_leaving(truck, cycle.corridor),
            Drive(cut(haul, 0.0, at_m), CRUISE_LOADED_MPS),
            Stand(float(rng.uniform(90.0, 180.0)), Cover.OPEN, staged=True),
            Drive(cut(haul, at_m, length_m(haul)), CRUISE_LOADED_MPS),
            *cycle.haul[3:],
        ),
    )


def _ordinary(cycle: Cycle, truck: Truck, city: City, rng: np.random.Generator) -> Cycle:  # noqa: ARG001
    """Unload at the permitted dump point, as most trucks do."""
    return replace(cycle, tip=(Tip("unloading", staged=True),))


WITHOUT_LOAD: frozenset[Sensor] = frozenset(("lift", "cover"))
WITHOUT_LIFT: frozenset[Sensor] = frozenset(("load", "cover"))

INCIDENTS: dict[str, Incident] = {
    "route_deviation": Incident(_route_deviation, violation=True),
    "illegal_dumping": Incident(_illegal_dumping, violation=True),
    "illegal_dumping_lift_only": Incident(_illegal_dumping, WITHOUT_LOAD, violation=True),
    "illegal_dumping_load_only": Incident(_illegal_dumping, WITHOUT_LIFT, violation=True),
    "wrong_dump_point": Incident(_wrong_dump_point, violation=True),
    "spillage_open": Incident(_spillage_open, violation=True),
    "spillage_closed": Incident(_spillage_closed, violation=True),
    "uncovered_haul": Incident(_uncovered_haul, violation=True),
    "traffic_jam": Incident(_traffic_jam),
    "short_excursion": Incident(_short_excursion),
    "gps_excursion": Incident(_gps_excursion),
    "dumping_beside_fence": Incident(_beside_fence),
    "load_noise": Incident(_load_noise),
    "torn_load_wire": Incident(_torn_load_wire),
    "lift_test_empty": Incident(_lift_test_empty),
    "cover_open_standing": Incident(_cover_open_standing),
    "permitted_dump": Incident(_ordinary),
    "permitted_dump_lift_only": Incident(_ordinary, WITHOUT_LOAD),
    "permitted_dump_load_only": Incident(_ordinary, WITHOUT_LIFT),
}
