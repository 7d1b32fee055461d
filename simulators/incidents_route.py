"""Incidents of the way: off the corridor, past its end, into closed areas; and ways that only look wrong."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np

from simulators.city import City, Corridor, Place
from simulators.fleet import Truck
from simulators.haul import Cycle
from simulators.incident import NoRoomError, haul_line, interrupted, leaving, lonely_m, returning
from simulators.plane import FloatArray, cut, distance_to_line_m, length_m, point_at, sideways
from simulators.steps import CRUISE_EMPTY_MPS, CRUISE_LOADED_MPS, YARD_MPS, Drive, Search, Stand, Step, Tip
from simulators.streets import street_of
from simulators.zones import Zone

EXCURSIONS = 64  # ways that are tried: all of a grid's, while real streets have a thousand corners within reach


def wrong_dump_point(cycle: Cycle, truck: Truck, city: City, rng: np.random.Generator) -> Cycle:
    """Tip at a dump point that the permit does not name, far off the corridor."""
    corridor = cycle.corridor
    ways = [_way_to(city, corridor, place) for place in city.dump_points if place is not corridor.dump_point]
    ways = [way for way in ways if not _crosses_zone(way, city)]
    if not ways:
        raise NoRoomError("expected a second dump point and an open way to it, got none")
    haul = max(ways, key=lambda way: _straying(way, corridor))
    return replace(
        cycle,
        haul=(*leaving(truck, corridor), Drive(haul[:-1], CRUISE_LOADED_MPS), Drive(haul[-2:], YARD_MPS)),
        tip=(Stand(float(rng.uniform(60.0, 120.0))), Tip("illegal_dumping", staged=True)),
        back=(Drive(haul[:-3:-1], YARD_MPS), *returning(haul[:-1], corridor)),
    )


def _way_to(city: City, corridor: Corridor, place: Place) -> FloatArray:
    crossings = city.streets.way(corridor.site.crossing, place.crossing)
    return np.vstack([corridor.line_m[1], city.streets.crossings_m[crossings], place.gate_m, place.centre_m])


def _straying(way_m: FloatArray, corridor: Corridor) -> tuple[bool, float]:
    """Return how well a way strays: whether it leaves the corridor once and for good, and for how long. [m]"""
    along_m = np.linspace(0.0, length_m(way_m), int(length_m(way_m) / 20.0))
    outside = distance_to_line_m(point_at(way_m, along_m), corridor.line_m) > corridor.half_width_m
    return bool(np.diff(outside).sum() == 1), float(outside.sum() * 20.0)


def route_deviation(cycle: Cycle, truck: Truck, city: City, rng: np.random.Generator) -> Cycle:
    """Leave the corridor for a place several blocks away, stand there for minutes, and come back the same way."""
    corridor, streets = cycle.corridor, city.streets
    leave = len(corridor.crossings) // 3
    away = _excursion(city, corridor, corridor.crossings[leave])
    before = np.vstack([corridor.line_m[1], streets.crossings_m[corridor.crossings[: leave + 1]]])
    after = np.vstack([streets.crossings_m[corridor.crossings[leave:]], corridor.line_m[-2]])
    return replace(
        cycle,
        haul=(
            *leaving(truck, corridor),
            Drive(np.vstack([before, away[1:]]), CRUISE_LOADED_MPS),
            Stand(float(rng.uniform(240.0, 360.0))),
            Drive(np.vstack([away[:0:-1], after]), CRUISE_LOADED_MPS),
            *cycle.haul[3:],
        ),
    )


def past_the_end(cycle: Cycle, truck: Truck, city: City, rng: np.random.Generator) -> Cycle:
    """Drive on past the permitted dump point, wait several blocks further, and come back to it after all."""
    corridor, streets = cycle.corridor, city.streets
    away = _excursion(city, corridor, corridor.crossings[-1])
    before = np.vstack([corridor.line_m[1], streets.crossings_m[corridor.crossings]])
    return replace(
        cycle,
        haul=(
            *leaving(truck, corridor),
            Drive(np.vstack([before, away[1:]]), CRUISE_LOADED_MPS),
            Stand(float(rng.uniform(240.0, 420.0))),
            Drive(np.vstack([away[::-1], corridor.line_m[-2]]), CRUISE_LOADED_MPS),
            *cycle.haul[3:],
        ),
    )


def _excursion(city: City, corridor: Corridor, start: int) -> FloatArray:
    """Return the way from a crossing of the corridor to one several blocks away, that strays best and crosses no zone.

    Raises:
        NoRoomError: Every way stays within the corridor or leads through a closed area.
    """
    streets = city.streets
    avoid = frozenset(street_of(a, b) for a, b in pairwise(corridor.crossings))
    reach_m = np.hypot(*(streets.crossings_m - streets.crossings_m[start]).T)
    near = np.flatnonzero((reach_m > 600.0) & (reach_m < 1_700.0)).tolist()
    near = near[:: len(near) // EXCURSIONS + 1]
    ways = [streets.crossings_m[streets.way(start, target, avoid)] for target in near]
    ways = [way for way in ways if not _crosses_zone(way, city)]
    away = max(ways, key=lambda way: _straying(way, corridor), default=None)
    if away is None or _straying(away, corridor)[1] < 400.0:
        raise NoRoomError("expected a way out of the corridor, got none")
    return away


def _crosses_zone(way_m: FloatArray, city: City) -> bool:
    places = point_at(way_m, np.linspace(0.0, length_m(way_m), int(length_m(way_m) / 30.0) + 2))
    rings = [zone.ring_m for zone in city.zones if zone.rule in ("forbidden", "control")]
    return any(((places > ring.min(axis=0)) & (places < ring.max(axis=0))).all(axis=1).any() for ring in rings)


def forbidden_zone(cycle: Cycle, truck: Truck, city: City, rng: np.random.Generator) -> Cycle:  # noqa: ARG001
    """On the way home, look for an address in a closed area at a walking horse's pace, and come back."""
    return _through(cycle, city, rng, [zone for zone in city.zones if zone.rule == "forbidden" and zone.crossing >= 0])


def control_order(cycle: Cycle, truck: Truck, city: City, rng: np.random.Generator) -> Cycle:  # noqa: ARG001
    """Do the same in an area that an order closes; it is a violation only while the order holds."""
    return _through(cycle, city, rng, [zone for zone in city.zones if zone.rule == "control" and zone.crossing >= 0])


def _through(cycle: Cycle, city: City, rng: np.random.Generator, zones: list[Zone]) -> Cycle:
    corridor, streets = cycle.corridor, city.streets
    if not zones:
        raise NoRoomError("expected a closed area off the corridors, got none")
    zone = zones[int(rng.integers(len(zones)))]
    reach_m = np.hypot(*(streets.crossings_m[corridor.crossings] - streets.crossings_m[zone.crossing]).T)
    leave = int(reach_m.argmin())
    way = streets.crossings_m[streets.way(corridor.crossings[leave], zone.crossing)]
    if len(way) < 2:
        raise NoRoomError("expected the area off the corridor, got it on it")
    way_m = length_m(way)
    low, high = zone.ring_m.min(axis=0), zone.ring_m.max(axis=0)
    along_m = np.linspace(0.0, way_m, int(way_m / 5.0))
    places = point_at(way, along_m)
    entry_m = float(along_m[((places > low) & (places < high)).all(axis=1)][0])
    to_border, inside = cut(way, 0.0, max(entry_m - 5.0, 1.0)), cut(way, max(entry_m - 5.0, 1.0), way_m)
    if _crosses_zone(to_border, city):
        raise NoRoomError("expected an open way to the area, got one through another")
    there = np.vstack([corridor.line_m[-2], streets.crossings_m[corridor.crossings[leave:]][::-1], to_border[1:]])
    home = np.vstack([to_border[::-1], streets.crossings_m[corridor.crossings[: leave + 1]][::-1][1:]])
    home = np.vstack([home, corridor.line_m[1]])
    return replace(
        cycle,
        back=(
            *cycle.back[:2],
            Drive(there, CRUISE_EMPTY_MPS),
            Search(zone, inside, float(rng.uniform(2.5, 4.0)), float(rng.uniform(60.0, 150.0))),
            Drive(home, CRUISE_EMPTY_MPS),
            Drive(corridor.line_m[1::-1], YARD_MPS),
        ),
    )


def short_excursion(cycle: Cycle, truck: Truck, city: City, rng: np.random.Generator) -> Cycle:
    """Drive 240 m down a side road, stand for half a minute and come back: a wrong turn."""
    haul = haul_line(cycle)
    at_m = lonely_m(haul, city, rng)
    aside = np.vstack([point_at(haul, np.array([at_m])), sideways(haul, at_m, float(rng.choice([-240.0, 240.0])))])
    return interrupted(cycle, truck, at_m, Drive(aside, 9.0), Stand(30.0, staged=True), Drive(aside[::-1], 9.0))


def traffic_jam(cycle: Cycle, truck: Truck, city: City, rng: np.random.Generator) -> Cycle:
    """Crawl for several minutes on a service road 55 m beside the corridor's line."""
    haul = haul_line(cycle)
    at_m = min(lonely_m(haul, city, rng), length_m(haul) - 500.0)
    first, rest = cut(haul, 0.0, at_m), cut(haul, at_m + 400.0, length_m(haul))
    beside = np.array([sideways(haul, at, 55.0) for at in np.linspace(at_m + 20.0, at_m + 380.0, 10)])
    return replace(
        cycle,
        haul=(
            *leaving(truck, cycle.corridor),
            Drive(first, CRUISE_LOADED_MPS),
            Stand(5.0, staged=True),
            Drive(np.vstack([first[-1], beside, rest[0]]), 1.6, light_share=0.6),
            Drive(rest, CRUISE_LOADED_MPS),
            *cycle.haul[3:],
        ),
    )


def u_turn(cycle: Cycle, truck: Truck, city: City, rng: np.random.Generator) -> Cycle:  # noqa: ARG001
    """Miss the dump point's entrance, turn 150-210 m further on, and come back to it."""
    corridor = cycle.corridor
    crossing, gate = corridor.line_m[-3], corridor.line_m[-2]
    further = gate + (gate - crossing) / np.hypot(*(gate - crossing)) * float(rng.uniform(150.0, 210.0))
    before = np.vstack([haul_line(cycle), further])
    turn: tuple[Step, ...] = (Stand(6.0, staged=True), Drive(np.vstack([further, gate]), 6.0))
    return replace(cycle, haul=(*leaving(truck, corridor), Drive(before, CRUISE_LOADED_MPS), *turn, *cycle.haul[3:]))


def detour(cycle: Cycle, truck: Truck, city: City, rng: np.random.Generator) -> Cycle:  # noqa: ARG001
    """Take the temporary corridor around the road works, there and back."""
    works = city.works
    if works is None or works.detour.site.place_id != cycle.corridor.site.place_id:
        raise NoRoomError("expected road works on the corridor, got none")
    around = works.detour.line_m[1:-1]
    return replace(
        cycle,
        detour=works.detour,
        haul=(
            *leaving(truck, cycle.corridor),
            Stand(1.0, staged=True),
            Drive(around, CRUISE_LOADED_MPS),
            *cycle.haul[3:],
        ),
        back=(*cycle.back[:2], *returning(around, cycle.corridor)),
    )
