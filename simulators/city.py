"""A city: streets, building sites with washers, dump points with gates, a corridor from each site to its dump.

The streets are a generated grid, or those of an OpenStreetMap extract. Everything is drawn from a generator that is
passed in, so one seed is one city.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import msgspec
import numpy as np

from simulators.osm_streets import OsmError, read_streets
from simulators.plane import FloatArray, Plane, length_m, point_at, rectangle
from simulators.plots import NoPlotError, Plot, find_plots
from simulators.speed_law import SpeedLaw
from simulators.streets import StreetNetwork, generate_streets, street_of
from simulators.windows import DayWindow
from simulators.zones import Zone, remote_zones, slow_street, zone_beside

SITE_M = (160.0, 130.0)  # two city blocks' worth of a building pit
DUMP_POINT_M = (260.0, 200.0)


class CityPlan(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a scenario says about its city.

    `roads` puts classes and speed limits on file; `haul_window` (hours of the local day) allows hauling only then, and
    a share `site_windows` of the sites has a window of its own. Zones are drawn as far as there is room for them.
    `works_s` is when a stretch of the first corridor is dug up and a temporary corridor leads around it. `osm` is the
    path of an OpenStreetMap extract (.osm.pbf) whose streets are taken instead of a generated grid; the city lies where
    they lie.
    """

    region: str = "320412"  # Changzhou, Wujin
    lat_deg: float = 31.70
    lon_deg: float = 119.95
    columns: int = 12
    rows: int = 10
    spacing_m: float = 700.0
    sites: int = 4
    dump_points: int = 3
    half_width_m: float = 100.0
    roads: bool = False
    forbidden_zones: int = 0
    zones_beside: int = 0
    control_orders: int = 0
    orders_s: tuple[float, float] = (0.0, 86_400.0)
    slow_streets: int = 0
    haul_window: DayWindow | None = None
    site_windows: float = 0.0
    works_s: tuple[float, float] | None = None
    utc_offset_h: float = 8.0
    osm: str | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """A building site or a dump point: a fenced rectangle beside a crossing, entered through one gate.

    Attributes:
        place_id: Its id in the world documents.
        name: What people call it.
        crossing: The crossing that its gate road leads to.
        centre_m: Where trucks stand inside it, shape (2,). [m]
        gate_m: Where they drive in and out, shape (2,). [m]
        fence_m: Its boundary, closed, shape (5, 2). [m]
        window: When work is allowed there, None where only the city says so.
    """

    place_id: str
    name: str
    crossing: int
    centre_m: FloatArray
    gate_m: FloatArray
    fence_m: FloatArray
    window: DayWindow | None = None


@dataclass(frozen=True, slots=True)
class Corridor:
    """The permitted route from a site to its dump point."""

    corridor_id: str
    name: str
    site: Place
    dump_point: Place
    crossings: list[int]
    line_m: FloatArray
    half_width_m: float


@dataclass(frozen=True, slots=True)
class RoadWorks:
    """A stretch of a corridor that is dug up for a while, and the corridor that leads around it meanwhile.

    Attributes:
        detour: The temporary corridor, from the same site to the same dump point.
        from_s: When the works begin, from the scenario's start. [s]
        to_s: When they end. [s]
    """

    detour: Corridor
    from_s: float
    to_s: float


@dataclass(frozen=True, slots=True)
class City:
    """All that stands still; `corridors[i]` starts at `sites[i]`.

    Attributes:
        region: Administrative code.
        plane: Where it lies.
        streets: Its streets.
        sites: Building sites.
        dump_points: Dump points.
        corridors: One for each site.
        zones: Areas with rules.
        plan: What it was drawn from.
        works: Road works on the first corridor, None without.
        law: How fast one may drive, None where nobody says.
    """

    region: str
    plane: Plane
    streets: StreetNetwork
    sites: list[Place]
    dump_points: list[Place]
    corridors: list[Corridor]
    zones: list[Zone]
    plan: CityPlan
    works: RoadWorks | None = None
    law: SpeedLaw | None = None

    def window_of(self, site: Place) -> DayWindow | None:
        """Return when hauling from a site is allowed, None for always: the site's word goes before the city's."""
        return site.window or self.plan.haul_window


class CityError(ValueError):
    """A city that cannot be; says what was expected and what came."""


@dataclass(frozen=True, slots=True)
class _Ground:
    """Streets, and where the places beside them lie."""

    plane: Plane
    streets: StreetNetwork
    sites: list[Place]
    dump_points: list[Place]


def generate_city(rng: np.random.Generator, plan: CityPlan) -> City:
    """Return a city with a corridor for each site, on streets of its own or on those of an extract.

    Raises:
        CityError: There is no room for the places, or no streets can be made of the extract.
    """
    ground = _grid(rng, plan) if plan.osm is None else _extract(rng, plan, Path(plan.osm))
    streets, sites, dump_points = ground.streets, ground.sites, ground.dump_points
    corridors = [_corridor(streets, site, _dump_for(site, dump_points), plan.half_width_m) for site in sites]
    sites = [_with_window(rng, plan, site) for site in sites]
    corridors = [replace(corridor, site=site) for corridor, site in zip(corridors, sites, strict=True)]
    works = None if plan.works_s is None else _works(streets, corridors[0], plan.works_s)
    busy = [*corridors, works.detour] if works else corridors
    zones = _zones(rng, plan, streets, busy, [*sites, *dump_points])
    slow = [(zone.ring_m, zone.limit_kmh / 3.6) for zone in zones if zone.limit_kmh is not None]
    law = SpeedLaw.of(streets, slow) if plan.roads else None
    return City(plan.region, ground.plane, streets, sites, dump_points, corridors, zones, plan, works, law)


def _grid(rng: np.random.Generator, plan: CityPlan) -> _Ground:
    """Return a generated grid with sites in its inner blocks and dump points at its border."""
    streets = generate_streets(rng, plan.columns, plan.rows, plan.spacing_m, expressways=plan.roads)
    blocks = [(x, y) for y in range(plan.rows - 1) for x in range(plan.columns - 1)]
    border = [block for block in blocks if block[0] in (0, plan.columns - 2) or block[1] in (0, plan.rows - 2)]
    inner = [block for block in blocks if block not in set(border)]
    if len(border) < plan.dump_points or len(inner) < plan.sites or not (plan.sites and plan.dump_points):
        raise CityError(
            f"expected room for {plan.sites} sites and {plan.dump_points} dump points, got {len(blocks)} blocks"
        )
    sites = [
        _place(streets, plan, inner[k], place_id=f"S{n:02d}", name=f"Site {n}", size_m=SITE_M)
        for n, k in enumerate(rng.choice(len(inner), plan.sites, replace=False), 1)
    ]
    dump_points = [
        _place(streets, plan, border[k], place_id=f"D{n:02d}", name=f"Dump point {n}", size_m=DUMP_POINT_M)
        for n, k in enumerate(rng.choice(len(border), plan.dump_points, replace=False), 1)
    ]
    return _Ground(Plane(plan.lat_deg, plan.lon_deg), streets, sites, dump_points)


def _extract(rng: np.random.Generator, plan: CityPlan, path: Path) -> _Ground:
    """Return the streets of an OpenStreetMap extract with places on free ground beside them."""
    if not (plan.sites and plan.dump_points):
        raise CityError(f"expected a site and a dump point, got {plan.sites} and {plan.dump_points}")
    try:
        plane, streets = read_streets(path)
        sites, dump_points = find_plots(rng, streets, (plan.sites, SITE_M), (plan.dump_points, DUMP_POINT_M))
    except (OsmError, NoPlotError) as error:
        raise CityError(f"{path}: {error}") from error
    return _Ground(
        plane,
        streets,
        [_place_on(plot, f"S{n:02d}", f"Site {n}") for n, plot in enumerate(sites, 1)],
        [_place_on(plot, f"D{n:02d}", f"Dump point {n}") for n, plot in enumerate(dump_points, 1)],
    )


def _place_on(plot: Plot, place_id: str, name: str) -> Place:
    return Place(place_id, name, plot.crossing, plot.centre_m, plot.gate_m, plot.fence_m)


def _with_window(rng: np.random.Generator, plan: CityPlan, site: Place) -> Place:
    """Return the site, perhaps with a window that opens later and closes earlier than the city's."""
    if plan.haul_window is None or rng.random() >= plan.site_windows:
        return site
    low, high = plan.haul_window
    return replace(site, window=DayWindow((low + 1.0) % 24.0, (high - 1.0) % 24.0))


def _works(streets: StreetNetwork, corridor: Corridor, works_s: tuple[float, float]) -> RoadWorks | None:
    """Return works on the middle of a corridor, None where the way around it is no other way."""
    middle = len(corridor.crossings) // 2
    dug_up = {street_of(a, b) for a, b in pairwise(corridor.crossings[max(middle - 1, 0) : middle + 2])}
    crossings = streets.way(corridor.crossings[0], corridor.crossings[-1], frozenset(dug_up))
    if crossings == corridor.crossings:
        return None
    line = np.vstack([corridor.line_m[:2], streets.crossings_m[crossings], corridor.line_m[-2:]])
    name = f"{corridor.name}, around the works"
    detour = replace(corridor, corridor_id=f"{corridor.corridor_id}-T", name=name, crossings=crossings, line_m=line)
    return RoadWorks(detour, *works_s)


def _zones(
    rng: np.random.Generator, plan: CityPlan, streets: StreetNetwork, corridors: list[Corridor], places: list[Place]
) -> list[Zone]:
    fences = np.vstack([place.fence_m for place in places])
    busy = np.vstack([*(_dense(corridor.line_m) for corridor in corridors), *(_dense(p.fence_m) for p in places)])
    remote = remote_zones(rng, streets, busy, plan.forbidden_zones + plan.control_orders)
    zones = []
    for n, (crossing, ring) in enumerate(remote):
        # Orders and areas take turns, so that a small city has both.
        is_order = n % 2 == 1 if min(plan.forbidden_zones, plan.control_orders) else bool(plan.control_orders)
        if is_order:
            zones.append(Zone(f"Z-O{n}", f"Order {n}", "control", ring, crossing, valid_s=plan.orders_s))
        else:
            zones.append(Zone(f"Z-F{n}", f"Closed area {n}", "forbidden", ring, crossing))
    for n in range(plan.zones_beside):
        beside = zone_beside(rng, corridors[n % len(corridors)].line_m, busy)
        if beside is not None:
            zones.append(Zone(f"Z-B{n}", f"Quiet quarter {n}", "forbidden", beside))
    for n in range(plan.slow_streets):
        slow = slow_street(rng, corridors[n % len(corridors)].line_m, fences)
        if slow is not None:
            zones.append(Zone(f"Z-S{n}", f"School street {n}", "speed", slow, limit_kmh=float(rng.choice([25, 30]))))
    return zones


def _dense(line_m: FloatArray) -> FloatArray:
    """Return points no more than 25 m apart along a line."""
    total_m = length_m(line_m)
    return point_at(line_m, np.linspace(0.0, total_m, int(total_m / 25.0) + 2))


def _place(
    streets: StreetNetwork,
    plan: CityPlan,
    block: tuple[int, int],
    *,
    place_id: str,
    name: str,
    size_m: tuple[float, float],
) -> Place:
    crossing = block[1] * plan.columns + block[0]
    # The corner of the fence lies 90 m into the block, clear of the streets' corridors of trucks that only pass.
    centre = streets.crossings_m[crossing] + 90.0 + np.array(size_m) / 2.0
    gate = centre - np.array([size_m[0] / 4.0, size_m[1] / 2.0])
    return Place(place_id, name, crossing, centre, gate, rectangle(centre, *size_m))


def _dump_for(site: Place, dump_points: list[Place]) -> Place:
    """Return the dump point whose distance is nearest to 4 km: a haul of about ten minutes."""
    return min(dump_points, key=lambda dump: abs(float(np.hypot(*(dump.centre_m - site.centre_m))) - 4_000.0))


def _corridor(streets: StreetNetwork, site: Place, dump: Place, half_width_m: float) -> Corridor:
    crossings = streets.way(site.crossing, dump.crossing)
    line = np.vstack([site.centre_m, site.gate_m, streets.crossings_m[crossings], dump.gate_m, dump.centre_m])
    name = f"{site.name} to {dump.name}"
    return Corridor(f"C-{site.place_id}-{dump.place_id}", name, site, dump, crossings, line, half_width_m)
