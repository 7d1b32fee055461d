"""Streets of an OpenStreetMap extract that a heavy truck may drive on, as crossings and straight streets between them.

Every node of a drivable way is a crossing, so that streets bend as they do in the extract. One-way streets are kept for
the way out; the way back follows the same line, on the other carriageway a few metres off. Only the largest part in
which every crossing can be reached from every other is kept: an extract cuts streets off at its border.

Data (c) OpenStreetMap contributors, ODbL; none of it is part of this package. The reader is osmium.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from simulators.plane import FloatArray, Plane
from simulators.streets import Street, StreetNetwork, largest_connected, street_of

if TYPE_CHECKING:
    from osmium.osm import Way

CLASS_KMH = {
    "motorway": 80.0,
    "motorway_link": 50.0,
    "trunk": 80.0,
    "trunk_link": 50.0,
    "primary": 60.0,
    "primary_link": 40.0,
    "secondary": 50.0,
    "secondary_link": 40.0,
    "tertiary": 40.0,
    "tertiary_link": 40.0,
    "unclassified": 40.0,
    "residential": 30.0,
    "living_street": 20.0,
    "road": 40.0,
}
"""Limits where no sign is mapped. What is not listed (service roads, tracks, paths) is no street for a haul. [km/h]"""

TRUCK_KMH = (5.0, 80.0)  # no truck is allowed more, whatever stands on the sign; "walk" is not less
KMH_PER_MPH = 1.609344
ACCESS_KEYS = ("hgv", "motor_vehicle", "vehicle", "access")  # the first that is mapped has the say
CLOSED = frozenset({"no", "private", "agricultural", "forestry", "emergency", "military"})
MAX_CROSSINGS = 300_000  # a city of ten million; ways are searched in Python, a second each at this size
DEGREE = 1e7  # osmium's units

_SPEED = re.compile(r"(\d+(?:\.\d+)?) ?(km/h|kmh|kph|mph)?")

Place = tuple[int, int]  # longitude and latitude in units of osmium: nodes at one place are one crossing


class OsmError(ValueError):
    """An extract of which no streets can be made; says what was expected and what came."""


class _Leg(NamedTuple):
    """A straight piece of a way, in the direction that it is mapped."""

    start: Place
    end: Place
    limit_mps: float
    forwards: bool
    backwards: bool


def read_streets(path: Path) -> tuple[Plane, StreetNetwork]:
    """Return the streets of an extract and the plane that they lie on, its origin in their middle.

    Raises:
        OsmError: There is no such file, it is no PBF, or it has no streets that a truck could drive on.
    """
    if not path.is_file():
        raise OsmError("expected an OpenStreetMap extract (.osm.pbf), got no such file")
    crossings: dict[Place, int] = {}
    neighbours: list[set[int]] = []
    limits: dict[Street, float] = {}
    for leg in _legs(path):
        here, there = (crossings.setdefault(place, len(crossings)) for place in (leg.start, leg.end))
        neighbours.extend(set() for _ in range(len(crossings) - len(neighbours)))
        if len(crossings) > MAX_CROSSINGS:
            raise OsmError(f"expected at most {MAX_CROSSINGS} crossings, got more; cut a smaller extract")
        street = street_of(here, there)
        limits[street] = max(limits.get(street, 0.0), leg.limit_mps)
        if leg.forwards:
            neighbours[here].add(there)
        if leg.backwards:
            neighbours[there].add(here)
    if not limits:
        raise OsmError("expected streets that a truck may drive on, got none")
    return _on_plane(np.array(list(crossings), np.float64) / DEGREE, [sorted(ways) for ways in neighbours], limits)


def _on_plane(
    lon_lat_deg: FloatArray, neighbours: list[list[int]], limits: dict[Street, float]
) -> tuple[Plane, StreetNetwork]:
    whole = largest_connected(StreetNetwork(lon_lat_deg, neighbours, limits))
    if not whole.speed_limit_mps:
        raise OsmError("expected streets that lead there and back, got only one-way streets that end somewhere")
    low, high = whole.crossings_m.min(axis=0), whole.crossings_m.max(axis=0)
    lon_deg, lat_deg = ((low + high) / 2.0).tolist()
    plane = Plane(lat_deg, lon_deg)
    per_lat_m, per_lon_m = plane.metres_per_degree
    crossings_m = (whole.crossings_m - [lon_deg, lat_deg]) * [per_lon_m, per_lat_m]
    return plane, StreetNetwork(crossings_m, whole.neighbours, whole.speed_limit_mps)


def _legs(path: Path) -> Iterator[_Leg]:
    try:
        import osmium
    except ImportError as error:
        raise OsmError("expected the package osmium, got none: pip install 'muckline[osm]'") from error
    try:
        ways = osmium.FileProcessor(osmium.io.File(str(path), "pbf")).with_locations()
        ways.with_filter(osmium.filter.EntityFilter(osmium.osm.WAY)).with_filter(osmium.filter.KeyFilter("highway"))
        for way in ways:
            yield from _legs_of(way)  # type: ignore[arg-type]  # the filter lets nothing else pass
    except RuntimeError as error:
        raise OsmError(f"expected an OpenStreetMap extract in PBF format, got something else: {error}") from error


def _legs_of(way: Way) -> Iterator[_Leg]:
    tags = dict(way.tags)
    kmh = CLASS_KMH.get(tags["highway"])
    if kmh is None or is_closed(tags) or tags.get("area") == "yes":
        return
    limit_mps = limit_kmh(tags, kmh) / 3.6
    forwards, backwards = directions(tags)
    # A node beyond the border of the extract has no place: the way is torn there.
    places = [(node.location.x, node.location.y) if node.location.valid() else None for node in way.nodes]
    for start, end in pairwise(places):
        if start is not None and end is not None and start != end:
            yield _Leg(start, end, limit_mps, forwards, backwards)


def is_closed(tags: Mapping[str, str]) -> bool:
    """Return whether a way is closed to heavy trucks."""
    return next((tags[key] in CLOSED for key in ACCESS_KEYS if key in tags), False)


def limit_kmh(tags: Mapping[str, str], usual_kmh: float) -> float:
    """Return what a truck may drive: the sign where there is one, else what is usual on such a way. [km/h]"""
    sign = _SPEED.fullmatch(tags.get("maxspeed:hgv") or tags.get("maxspeed") or "")
    if sign is None:
        return usual_kmh
    kmh = float(sign[1]) * (KMH_PER_MPH if sign[2] == "mph" else 1.0)
    return min(max(kmh, TRUCK_KMH[0]), TRUCK_KMH[1])


def directions(tags: Mapping[str, str]) -> tuple[bool, bool]:
    """Return whether a way may be driven as it is mapped, and against it."""
    told = tags.get("oneway", "")
    if told in ("-1", "reverse"):
        return False, True
    implied = tags.get("junction") in ("roundabout", "circular") or tags["highway"] in ("motorway", "motorway_link")
    return True, not (told in ("yes", "true", "1") or (implied and told != "no"))
