"""A city of 10,000 trucks for the benchmarks of the rules: 1,000 areas, 1,000 corridors of up to 2,000 vertices.

Two trucks in five haul in cycles of 30 to 60 minutes, the others stand. A tenth of the hauls leaks, a tenth has the
cover open, a tenth leaves its corridor; washers see the trucks leave. The world has zones of every rule, roads, haul
windows, and corridors with dates, so that every rule of the catalogue has something to look at.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from rules_engine.fix_batch import MISSING, FixBatch, Mark
from rules_engine.world import World

TRUCKS, SITES, DUMPS, ZONES, CORRIDORS, ROADS = 10_000, 500, 300, 200, 1_000, 200
FEWEST_VERTICES, MOST_VERTICES = 50, 2_000
SPAN_M, HALF_WIDTH_M = 30_000.0, 100.0
LAT_DEG, LON_DEG = 31.7, 119.95
DEG_PER_M_NORTH, DEG_PER_M_EAST = 1 / 110_900, 1 / 94_800
INTERVAL_S, CAPACITY_KG = 10, 16_000.0
SPEED_MPS = 9.5
START_MS = 1_790_000_000_000
NIGHT = [{"from": "22:00", "to": "05:00"}]


@dataclass(frozen=True)
class Size:
    """How large a city is."""

    trucks: int = TRUCKS
    sites: int = SITES
    dumps: int = DUMPS
    zones: int = ZONES
    corridors: int = CORRIDORS


@dataclass
class Scene:
    """A city and what its trucks tell: columns of shape (trucks, fixes)."""

    world: World
    sites: list[shapely.Polygon]
    dumps: list[shapely.Polygon]
    corridors: list[shapely.LineString]
    route_of: np.ndarray
    site_of: np.ndarray
    dump_of: np.ndarray
    columns: dict[str, np.ndarray]

    def batch(self, first: int, stop: int, trucks: slice | int) -> FixBatch:
        """Return fixes first..stop of each of some trucks, a slice of them or as many from the first on."""
        chosen = slice(0, trucks) if isinstance(trucks, int) else trucks
        vehicle = np.arange(len(self.route_of), dtype=np.int32)[chosen]
        n = (stop - first) * len(vehicle)
        columns = {name: np.ascontiguousarray(c[chosen, first:stop]).ravel() for name, c in self.columns.items()}
        return FixBatch.of_columns(
            vehicle=np.repeat(vehicle, stop - first),
            epoch=np.ones(n, np.int64),
            seq=np.tile(np.arange(first, stop), len(vehicle)),
            **columns,
        )


def draw_scene(rng: np.random.Generator, fixes: int, size: Size | None = None) -> Scene:
    """Return a city with so many fixes of each truck."""
    size = size or Size()
    site_m, dump_m = rng.uniform(0, SPAN_M, (size.sites, 2)), rng.uniform(0, SPAN_M, (size.dumps, 2))
    number = np.arange(size.corridors)
    routes = [_route(rng, site_m[k % size.sites], dump_m[k % size.dumps]) for k in number]
    route_of = np.arange(size.trucks) % size.corridors
    days = [_day(rng, routes[k], fixes, parked=truck % 5 > 1) for truck, k in enumerate(route_of)]
    world, shapes = _world(rng, size, site_m, dump_m, routes, route_of)
    places = route_of % size.sites, route_of % size.dumps
    return Scene(world, *shapes, route_of, *places, _columns(rng, np.array(days, np.float32)))


def _columns(rng: np.random.Generator, days: np.ndarray) -> dict[str, np.ndarray]:
    """Return what terminals tell of days of shape (trucks, 7, fixes): all but a time missing where a washer saw one."""
    trucks, _, fixes = days.shape
    east, north, speed, load, lift, cover, mark = np.moveaxis(days, 1, 0)
    noise = rng.standard_normal((4, trucks, fixes), np.float32)
    phase_ms = rng.integers(0, INTERVAL_S * 1000, trucks)[:, None]
    columns: dict[str, np.ndarray] = {
        "lat_deg": LAT_DEG + (north + 5.0 * noise[0]).astype(np.float64) * DEG_PER_M_NORTH,
        "lon_deg": LON_DEG + (east + 5.0 * noise[1]).astype(np.float64) * DEG_PER_M_EAST,
        "speed_mps": speed * (1 + np.float32(0.1) * noise[2]),
        "load_kg": np.rint(load * (1 + np.float32(0.01) * noise[3])),
        "lift_deg": lift.copy(),
        "cover": cover.astype(np.int8),
        "hdop": np.full((trucks, fixes), 0.9, np.float32),
        "satellites": np.full((trucks, fixes), 12, np.int16),
        "ignition": np.ones((trucks, fixes), np.int8),
        "main_power": np.ones((trucks, fixes), np.int8),
    }
    seen = mark == Mark.WASHED
    for name, column in columns.items():
        column[seen] = MISSING[name][1]
    columns["mark"] = mark.astype(np.int8)
    columns["fix_time_ms"] = START_MS + np.arange(fixes) * INTERVAL_S * 1000 + phase_ms
    return columns


def _route(rng: np.random.Generator, start_m: np.ndarray, end_m: np.ndarray) -> np.ndarray:
    """Return a line that bends every few hundred metres, drawn with few vertices or with many."""
    vertices = round(float(np.exp(rng.uniform(np.log(FEWEST_VERTICES), np.log(MOST_VERTICES)))))
    along = np.linspace(0, 1, vertices)
    bends = np.linspace(0, 1, 42)
    points = start_m + (end_m - start_m) * along[:, None]
    for axis in (0, 1):
        aside = np.append(np.append(0, rng.normal(0, 150, 40)), 0)
        points[:, axis] += np.interp(along, bends, aside)
    return points


def _day(rng: np.random.Generator, route: np.ndarray, fixes: int, *, parked: bool) -> np.ndarray:
    """Return east, north, speed, load, lift, cover and mark of one truck, shape (7, fixes)."""
    if parked:
        place = rng.uniform(0, SPAN_M, 2)
        return np.repeat(np.array([[*place, 0.1, 0.0, 0.0, 0.0, 0.0]]).T, fixes, 1)
    parts: list[np.ndarray] = []
    while sum(part.shape[1] for part in parts) < 2 * fixes:
        parts += _cycle(rng, route)
    day = np.concatenate(parts, 1)
    begin = int(rng.integers(0, day.shape[1] - fixes))
    return day[:, begin : begin + fixes]


def _cycle(rng: np.random.Generator, route: np.ndarray) -> list[np.ndarray]:
    along = np.append(0, np.cumsum(np.hypot(*np.diff(route, axis=0).T)))
    n = max(20, int(along[-1] / (SPEED_MPS * INTERVAL_S)))
    at_m = np.linspace(0, along[-1], n)
    east, north = np.interp(at_m, along, route[:, 0]), np.interp(at_m, along, route[:, 1])
    out_load = np.full(n, 15_000.0)
    if rng.random() < 0.1:  # a leaking load
        out_load *= np.clip(1 - 0.15 * (np.arange(n) - n // 3) / 30, 0.85, 1)
    out_cover = np.full(n, 2.0 if rng.random() < 0.1 else 0.0)
    away = np.zeros(n)
    if rng.random() < 0.1 and n > 60:  # a detour
        away[20:50] = 400.0
    loading = _stand(route[0], np.append(np.zeros(15), np.linspace(0, 15_000, 15)), np.zeros(30))
    washed = np.append(loading[:6, -1:], [[Mark.WASHED]], 0)
    left = np.concatenate((np.full(8, out_load[-1]), np.linspace(out_load[-1], 0, 5), np.zeros(7)))
    dumping = _stand(route[-1], left, np.repeat([0.0, 40.0, 0.0], [7, 7, 6]))
    none = np.zeros(n)
    out = np.array([east, north + away, np.full(n, SPEED_MPS), out_load, none, out_cover, none])
    back = np.array([east[::-1], north[::-1], np.full(n, SPEED_MPS), none, none, none, none])
    return [loading, washed, out, dumping, back]


def _stand(place: np.ndarray, load: np.ndarray, lift: np.ndarray) -> np.ndarray:
    n = len(load)
    return np.array([np.full(n, place[0]), np.full(n, place[1]), np.full(n, 0.2), load, lift, np.zeros(n), np.zeros(n)])


def _world(  # noqa: PLR0917 - all that was drawn
    rng: np.random.Generator,
    size: Size,
    site_m: np.ndarray,
    dump_m: np.ndarray,
    routes: list[np.ndarray],
    route_of: np.ndarray,
) -> tuple[World, tuple[list[Any], list[Any], list[Any]]]:
    sites, dumps = [_square(c, 150) for c in site_m], [_square(c, 200) for c in dump_m]
    corridors = [shapely.LineString([_lon_lat(point) for point in route]) for route in routes]
    trucks_of: list[list[str]] = [[] for _ in routes]
    for truck, k in enumerate(route_of.tolist()):
        trucks_of[k].append(f"V{truck}")
    permits = [
        {
            "permit_id": f"P{k}",
            "site_id": f"S{k % size.sites}",
            "dump_point_ids": [f"D{k % size.dumps}"],
            "corridor_ids": [f"K{k}"],
            "vehicle_ids": vehicle_ids,
            "max_load_kg": 16_500.0,
        }
        for k, vehicle_ids in enumerate(trucks_of)
    ]
    documents = {
        "vehicles": [{"vehicle_id": f"V{k}", "capacity_kg": CAPACITY_KG} for k in range(size.trucks)],
        "terminals": [{"terminal_id": f"W{k}", "kind": "washer", "site_id": f"S{k}"} for k in range(size.sites)],
        "sites": _features("site_id", "S", sites),
        "dump_points": _features("dump_point_id", "D", dumps),
        "zones": _zones(rng, size.zones),
        "roads": _roads(rng),
        "city": {"haul_windows": [{"from": "05:00", "to": "23:30"}]},
        "corridors": _features("corridor_id", "K", corridors),
        "permits": permits,
    }
    return World.from_documents(documents), (sites, dumps, corridors)


def _zones(rng: np.random.Generator, count: int) -> dict[str, Any]:
    shapes = [
        _square(c, r) for c, r in zip(rng.uniform(0, SPAN_M, (count, 2)), rng.uniform(100, 400, count), strict=True)
    ]
    collection = _features("zone_id", "Z", shapes)
    for k, feature in enumerate(collection["features"]):
        rule = ("forbidden", "control", "speed", "parking")[k % 4]
        feature["properties"] |= {"rule": rule} | ({"limit_kmh": 40.0} if rule == "speed" else {"windows": NIGHT})
    return collection


def _roads(rng: np.random.Generator) -> dict[str, Any]:
    ends = rng.uniform(0, SPAN_M, (ROADS, 2, 2))
    lines = [shapely.LineString([_lon_lat(point) for point in _route(rng, *pair)]) for pair in ends]
    collection = _features("road_id", "R", lines)
    for k, feature in enumerate(collection["features"]):
        feature["properties"]["road_class"] = ("expressway", "fast", "ordinary")[k % 3]
    return collection


def _square(centre_m: np.ndarray, half_m: float) -> shapely.Polygon:
    return shapely.box(*_lon_lat(centre_m - half_m), *_lon_lat(centre_m + half_m))


def _lon_lat(place_m: np.ndarray) -> tuple[float, float]:
    return float(LON_DEG + place_m[0] * DEG_PER_M_EAST), float(LAT_DEG + place_m[1] * DEG_PER_M_NORTH)


def _features(id_name: str, initial: str, shapes: list[Any]) -> dict[str, Any]:
    features = [
        {"type": "Feature", "properties": {id_name: f"{initial}{k}"}, "geometry": shapely.geometry.mapping(shape)}
        for k, shape in enumerate(shapes)
    ]
    return {"type": "FeatureCollection", "features": features}
