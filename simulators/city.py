"""A small city: streets, building sites with washers, dump points with gates, a corridor from each site to its dump.

Everything is drawn from a generator that is passed in, so one seed is one city.
"""

from __future__ import annotations

from dataclasses import dataclass

import msgspec
import numpy as np

from simulators.plane import FloatArray, Plane, rectangle
from simulators.streets import StreetNetwork, generate_streets

SITE_M = (160.0, 130.0)  # two city blocks' worth of a building pit
DUMP_POINT_M = (260.0, 200.0)


class CityPlan(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a scenario says about its city."""

    region: str = "320412"  # Changzhou, Wujin
    lat_deg: float = 31.70
    lon_deg: float = 119.95
    columns: int = 12
    rows: int = 10
    spacing_m: float = 700.0
    sites: int = 4
    dump_points: int = 3
    half_width_m: float = 100.0


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
    """

    place_id: str
    name: str
    crossing: int
    centre_m: FloatArray
    gate_m: FloatArray
    fence_m: FloatArray


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
class City:
    """All that stands still; `corridors[i]` starts at `sites[i]`."""

    region: str
    plane: Plane
    streets: StreetNetwork
    sites: list[Place]
    dump_points: list[Place]
    corridors: list[Corridor]


def generate_city(rng: np.random.Generator, plan: CityPlan) -> City:
    """Return a city with sites in its inner blocks, dump points at its border and a corridor for each site.

    Raises:
        ValueError: The grid has fewer blocks than places.
    """
    streets = generate_streets(rng, plan.columns, plan.rows, plan.spacing_m)
    blocks = [(x, y) for y in range(plan.rows - 1) for x in range(plan.columns - 1)]
    border = [block for block in blocks if block[0] in (0, plan.columns - 2) or block[1] in (0, plan.rows - 2)]
    inner = [block for block in blocks if block not in set(border)]
    if len(border) < plan.dump_points or len(inner) < plan.sites or not (plan.sites and plan.dump_points):
        raise ValueError(
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
    corridors = [_corridor(streets, site, _dump_for(site, dump_points), plan.half_width_m) for site in sites]
    return City(plan.region, Plane(plan.lat_deg, plan.lon_deg), streets, sites, dump_points, corridors)


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
