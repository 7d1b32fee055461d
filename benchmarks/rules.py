"""How fast the rules judge, beside the way a plain program would. `python -m benchmarks.rules`

The peer answers the same questions with the tools at hand: shapely's STRtree for sites and dump points, its distance to
each truck's corridor, made from arrays, and a loop over the fixes with the state of each truck in a dict. It knows load
state, trips, unloading by lift and load, deviation, uncovered haul and spillage by the minute, and finds about as many
events as the engine does (printed); it knows nothing of late rows, absent sensors, jumps, margins, limits by place, or
evidence. All judge the same batches in turn, one core, with the cyclic garbage collector off for all.
"""

from __future__ import annotations

import gc
import statistics
import time
from collections import Counter, deque
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
import shapely

from benchmarks.machine import machine_line
from rules_engine.carry import Carry
from rules_engine.engine import evaluate
from rules_engine.fix_batch import FixBatch
from rules_engine.world import World

TRUCKS, SITES, DUMPS = 2_000, 300, 200
VERTICES = 200  # a polyline along streets has one every 80 m
SPAN_M, HALF_WIDTH_M = 30_000.0, 100.0
LAT_DEG, LON_DEG = 31.7, 119.95
DEG_PER_M_NORTH, DEG_PER_M_EAST = 1 / 110_900, 1 / 94_800
INTERVAL_S, CAPACITY_KG = 10, 16_000.0
START_MS = 1_790_000_000_000


@dataclass
class Scene:
    """A city of trucks that haul day and night, or stand: columns of shape (trucks, fixes)."""

    world: World
    sites: list[shapely.Polygon]
    dumps: list[shapely.Polygon]
    corridors: list[shapely.LineString]
    route_of: np.ndarray
    columns: dict[str, np.ndarray]

    def batch(self, first: int, stop: int, trucks: int = TRUCKS) -> FixBatch:
        """Return fixes first..stop of each of the first trucks."""
        n = (stop - first) * trucks
        columns = {name: np.ascontiguousarray(c[:trucks, first:stop]).ravel() for name, c in self.columns.items()}
        return FixBatch.of_columns(
            vehicle=np.repeat(np.arange(trucks, dtype=np.int32), stop - first),
            epoch=np.ones(n, np.int64),
            seq=np.tile(np.arange(first, stop), trucks),
            mark=np.zeros(n, np.int8),
            hdop=np.ones(n, np.float32),
            load_ratio=np.full(n, np.nan, np.float32),
            ignition=np.ones(n, np.int8),
            faults=np.zeros(n, np.int32),
            **columns,
        )


def draw_scene(rng: np.random.Generator, fixes: int) -> Scene:
    """Return a city in which two trucks in five haul in cycles of 30 to 60 minutes and the others stand."""
    site_m, dump_m = rng.uniform(0, SPAN_M, (SITES, 2)), rng.uniform(0, SPAN_M, (DUMPS, 2))
    routes = [_route(rng, site_m[k], dump_m[k % DUMPS]) for k in range(SITES)]
    route_of = np.arange(TRUCKS) % SITES
    days = [_day(rng, routes[k], fixes, parked=truck % 5 > 1) for truck, k in enumerate(route_of)]
    east, north, speed, load, lift, cover = np.moveaxis(np.array(days), 1, 0)
    noise = rng.standard_normal((4, TRUCKS, fixes))
    time_ms = START_MS + np.arange(fixes) * INTERVAL_S * 1000 + rng.integers(0, INTERVAL_S * 1000, TRUCKS)[:, None]
    columns = {
        "fix_time_ms": time_ms,
        "lat_deg": LAT_DEG + (north + 5 * noise[0]) * DEG_PER_M_NORTH,
        "lon_deg": LON_DEG + (east + 5 * noise[1]) * DEG_PER_M_EAST,
        "speed_mps": (speed * (1 + 0.1 * noise[2])).astype(np.float32),
        "load_kg": np.rint(load * (1 + 0.01 * noise[3])).astype(np.float32),
        "lift_deg": lift.astype(np.float32),
        "cover": cover.astype(np.int8),
    }
    world, shapes = _world(site_m, dump_m, routes, route_of)
    return Scene(world, *shapes, route_of, columns)


def _route(rng: np.random.Generator, start_m: np.ndarray, end_m: np.ndarray) -> np.ndarray:
    points = start_m + (end_m - start_m) * np.linspace(0, 1, VERTICES)[:, None]
    points[1:-1] += rng.normal(0, 20, (VERTICES - 2, 2))
    return points


def _day(rng: np.random.Generator, route: np.ndarray, fixes: int, *, parked: bool) -> np.ndarray:
    """Return east, north, speed, load, lift and cover of one truck, shape (6, fixes)."""
    if parked:
        return np.repeat([[rng.uniform(0, SPAN_M)], [rng.uniform(0, SPAN_M)], [0.1], [0.0], [0.0], [0.0]], fixes, 1)
    parts: list[np.ndarray] = []
    while sum(part.shape[1] for part in parts) < 2 * fixes:
        parts += _cycle(rng, route)
    day = np.concatenate(parts, 1)
    begin = int(rng.integers(0, day.shape[1] - fixes))
    return day[:, begin : begin + fixes]


def _cycle(rng: np.random.Generator, route: np.ndarray) -> list[np.ndarray]:
    along = np.append(0, np.cumsum(np.hypot(*np.diff(route, axis=0).T)))
    n = max(20, int(along[-1] / (12 * INTERVAL_S)))
    at_m = np.linspace(0, along[-1], n)
    east, north = np.interp(at_m, along, route[:, 0]), np.interp(at_m, along, route[:, 1])
    out_load = np.full(n, 15_000.0)
    if rng.random() < 0.1:  # a leaking load
        out_load *= np.clip(1 - 0.15 * (np.arange(n) - n // 3) / 30, 0.85, 1)
    out_cover = np.full(n, 2.0 if rng.random() < 0.1 else 0.0)
    away = np.zeros(n)
    if rng.random() < 0.1 and n > 60:  # a detour
        away[20:50] = 400.0
    loading = _stand(route[0], np.append(np.zeros(15), np.linspace(0, 15_000, 15)), np.zeros(30), np.zeros(30))
    left = np.concatenate((np.full(8, out_load[-1]), np.linspace(out_load[-1], 0, 5), np.zeros(7)))
    dumping = _stand(route[-1], left, np.repeat([0.0, 40.0, 0.0], [7, 7, 6]), np.zeros(20))
    out = np.array([east, north + away, np.full(n, 12.0), out_load, np.zeros(n), out_cover])
    back = np.array([east[::-1], north[::-1], np.full(n, 12.0), np.zeros(n), np.zeros(n), np.zeros(n)])
    return [loading, out, dumping, back]


def _stand(place: np.ndarray, load: np.ndarray, lift: np.ndarray, cover: np.ndarray) -> np.ndarray:
    n = len(load)
    return np.array([np.full(n, place[0]), np.full(n, place[1]), np.full(n, 0.2), load, lift, cover])


def _world(
    site_m: np.ndarray, dump_m: np.ndarray, routes: list[np.ndarray], route_of: np.ndarray
) -> tuple[World, tuple[list[Any], list[Any], list[Any]]]:
    sites = [shapely.box(*_lon_lat(c - 150), *_lon_lat(c + 150)) for c in site_m]
    dumps = [shapely.box(*_lon_lat(c - 200), *_lon_lat(c + 200)) for c in dump_m]
    corridors = [shapely.LineString([_lon_lat(point) for point in route]) for route in routes]
    permits = [
        {
            "permit_id": f"P{k}",
            "site_id": f"S{k}",
            "dump_point_ids": [f"D{k % DUMPS}"],
            "corridor_ids": [f"K{k}"],
            "vehicle_ids": [f"V{truck}" for truck in np.flatnonzero(route_of == k)],
        }
        for k in range(SITES)
    ]
    documents = {
        "vehicles": [{"vehicle_id": f"V{truck}", "capacity_kg": CAPACITY_KG} for truck in range(TRUCKS)],
        "sites": _features("site_id", "S", sites),
        "dump_points": _features("dump_point_id", "D", dumps),
        "corridors": _features("corridor_id", "K", corridors),
        "permits": permits,
    }
    return World.from_documents(documents), (sites, dumps, corridors)


def _lon_lat(place_m: np.ndarray) -> tuple[float, float]:
    return float(LON_DEG + place_m[0] * DEG_PER_M_EAST), float(LAT_DEG + place_m[1] * DEG_PER_M_NORTH)


def _features(id_name: str, initial: str, shapes: list[Any]) -> dict[str, Any]:
    features = [
        {"type": "Feature", "properties": {id_name: f"{initial}{k}"}, "geometry": shapely.geometry.mapping(shape)}
        for k, shape in enumerate(shapes)
    ]
    return {"type": "FeatureCollection", "features": features}


@dataclass(slots=True)
class TruckState:
    """What the peer remembers of a truck."""

    heavy: bool | None = None
    heavy_since: int = 0
    empty_since: int = 0
    on_trip: bool = False
    at_site: bool = False
    slow: bool = False
    peak: float = 0.0
    last_load: float = 0.0
    unloaded: bool = False
    signs_since: int = 0
    away_since: int = 0
    away_fixes: int = 0
    away_told: bool = False
    bare_since: int = 0
    bare_told: bool = False
    minute: int = 0
    minute_sum: float = 0.0
    minute_count: int = 0
    minutes: deque[tuple[float, int]] = field(default_factory=lambda: deque(maxlen=12))
    less: int = 0
    spilled: bool = False


class Peer:
    """The same questions, answered with shapely and a dict.

    The plain peer asks the distance of every fix. The careful one first leaves out the trucks that cannot be on a trip,
    as someone who has profiled the plain one would.
    """

    def __init__(self, scene: Scene, *, careful: bool) -> None:
        self.careful = careful
        # In metres, so that its distances are metres too.
        self.sites = shapely.STRtree(scene.sites)
        self.dumps = shapely.STRtree(scene.dumps)
        scale = np.array([1 / DEG_PER_M_EAST, 1 / DEG_PER_M_NORTH])
        corridors = [shapely.transform(line, lambda xy: xy * scale) for line in scene.corridors]
        self.scale = scale
        self.route_of = scene.route_of
        self.corridor_of = np.array(corridors, object)[scene.route_of]
        shapely.prepare(self.corridor_of)
        self.states: dict[int, TruckState] = {}

    def evaluate(self, fixes: FixBatch) -> list[dict[str, Any]]:
        """Return the events of a batch."""
        lon_lat = np.column_stack((fixes.lon_deg, fixes.lat_deg))
        points = shapely.points(lon_lat)
        in_site, in_dump = np.zeros(len(fixes), bool), np.zeros(len(fixes), bool)
        at_end = np.zeros(len(fixes), bool)  # the site the truck loads at, or the dump point it may use
        for tree, inside, own in ((self.sites, in_site, self.route_of), (self.dumps, in_dump, self.route_of % DUMPS)):
            fix, place = tree.query(points, "intersects")
            inside[fix] = True
            at_end[fix[place == own[fixes.vehicle[fix]]]] = True
        away_m = np.zeros(len(fixes))
        asked = self._maybe_on_trip(fixes) if self.careful else np.arange(len(fixes))
        ways = self.corridor_of[fixes.vehicle[asked]]
        away_m[asked] = shapely.distance(shapely.points(lon_lat[asked] * self.scale), ways)
        events: list[dict[str, Any]] = []
        states = self.states
        for truck, now, speed, load, lift, cover, site, dump, end, away in zip(
            fixes.vehicle.tolist(),
            fixes.fix_time_ms.tolist(),
            fixes.speed_mps.tolist(),
            fixes.load_kg.tolist(),
            fixes.lift_deg.tolist(),
            fixes.cover.tolist(),
            in_site.tolist(),
            in_dump.tolist(),
            at_end.tolist(),
            away_m.tolist(),
            strict=True,
        ):
            state = states.get(truck)
            if state is None:
                state = states[truck] = TruckState()
            self._step(state, truck, now, speed, load, lift, cover, site, dump, end, away, events)
        return events

    def _maybe_on_trip(self, fixes: FixBatch) -> np.ndarray:
        """Return the rows of trucks that are on a trip or are seen loaded in the batch."""
        maybe = np.zeros(TRUCKS, bool)
        maybe[[truck for truck, state in self.states.items() if state.on_trip]] = True
        maybe[fixes.vehicle[fixes.load_kg >= 0.4 * CAPACITY_KG]] = True
        return np.flatnonzero(maybe[fixes.vehicle])

    def _step(  # noqa: PLR0912, PLR0917 - one step, as a plain program has it
        self,
        s: TruckState,
        truck: int,
        now: int,
        speed: float,
        load: float,
        lift: float,
        cover: int,
        site: bool,
        dump: bool,
        end: bool,
        away: float,
        events: list[dict[str, Any]],
    ) -> None:
        new_load = False
        if load >= 0.4 * CAPACITY_KG:
            s.empty_since = 0
            s.heavy_since = s.heavy_since or now
            if not s.heavy and now - s.heavy_since >= 10_000:
                if s.heavy is False:
                    s.on_trip = True
                    events.append({"kind": "loading", "truck": truck, "since": s.heavy_since, "at": now, "load": load})
                s.heavy = new_load = True
        elif load <= 0.2 * CAPACITY_KG:
            s.heavy_since = 0
            s.empty_since = s.empty_since or now
            if s.heavy is not False and now - s.empty_since >= 10_000:
                s.heavy, new_load = False, True
        s.at_site = site
        was_slow = s.slow
        s.slow = speed < 10 / 3.6 or (s.slow and speed <= 15 / 3.6)
        if s.slow or was_slow:
            if s.slow and (not was_slow or new_load):
                s.peak, s.unloaded, s.signs_since = s.last_load, False, 0
            s.peak = max(s.peak, min(load, s.last_load))
            if s.peak >= 0.25 * CAPACITY_KG and (lift >= 15 or load <= 0.6 * s.peak):
                s.signs_since = s.signs_since or now
                if not s.unloaded and now - s.signs_since >= 10_000:
                    s.unloaded = new_load = True
                    s.on_trip = False
                    kind = "unloading" if dump else "illegal_dumping"
                    events.append(
                        {"kind": kind, "truck": truck, "since": s.signs_since, "at": now, "peak": s.peak, "lift": lift}
                    )
            else:
                s.signs_since = 0
        s.last_load = load
        if s.on_trip and not end and away > HALF_WIDTH_M:
            s.away_since = s.away_since or now
            s.away_fixes += 1
            if not s.away_told and s.away_fixes >= 3 and now - s.away_since >= 180_000:
                s.away_told = True
                events.append(
                    {"kind": "route_deviation", "truck": truck, "since": s.away_since, "at": now, "away": away}
                )
        elif not s.on_trip or end or away <= 0.8 * HALF_WIDTH_M:
            s.away_since = s.away_fixes = 0
            s.away_told = False
        if s.heavy and cover == 2 and not site and not dump:
            if speed > 5 / 3.6:
                s.bare_since = s.bare_since or now
                if not s.bare_told and now - s.bare_since >= 30_000:
                    s.bare_told = True
                    events.append(
                        {"kind": "uncovered_haul", "truck": truck, "since": s.bare_since, "at": now, "speed": speed}
                    )
        elif s.bare_since:
            s.bare_since, s.bare_told = 0, False
        self._spill(s, truck, now, load, new_load, events)

    def _spill(  # noqa: PLR0917
        self, s: TruckState, truck: int, now: int, load: float, new_load: bool, events: list[dict[str, Any]]
    ) -> None:
        minute = now // 60_000
        if s.minute_count and minute != s.minute:
            s.minutes.append((s.minute_sum, s.minute_count))
            s.minute_sum, s.minute_count = 0.0, 0
            self._judge_minutes(s, truck, now, events)
        if new_load:
            s.minutes.clear()
            s.minute_sum, s.minute_count, s.less, s.spilled = 0.0, 0, 0, False
        if s.heavy and not s.slow:
            s.minute = minute
            s.minute_sum += load
            s.minute_count += 1

    def _judge_minutes(self, s: TruckState, truck: int, now: int, events: list[dict[str, Any]]) -> None:
        minutes = list(s.minutes)
        levels = [(a + b) / (n + m) if n + m >= 3 else 0.0 for (a, n), (b, m) in pairwise(minutes)]
        if len(levels) < 3:
            return
        peak = max(levels[:-2])
        rises = [b - a for a, b in zip(levels, levels[2:], strict=False) if b > a]
        bound = max(0.05 * peak, 500.0, 4 * sum(rises) / len(rises) if len(rises) >= 3 else 0.0)
        less = peak - levels[-1] >= bound
        s.less = s.less + 1 if less else 0
        if s.less >= 3 and not s.spilled:
            s.spilled = True
            events.append({"kind": "spillage", "truck": truck, "at": now, "peak": peak, "bound": bound})


def compare(scene: Scene, fixes_each: int, trucks: int, batches: int) -> None:
    """Judge the same batches with all three, in turn, and print the medians of CPU time without the first batch."""
    carry, plain, careful = Carry(trucks), Peer(scene, careful=False), Peer(scene, careful=True)
    took_s: dict[str, list[float]] = {"ours": [], "plain": [], "careful": []}
    found: Counter[str] = Counter()
    peer_found: Counter[str] = Counter()
    for k in range(batches):
        batch = scene.batch(k * fixes_each, (k + 1) * fixes_each, trucks)
        began = time.process_time()
        judgement = evaluate(batch, scene.world, carry)
        carry.apply(judgement.update)
        took_s["ours"].append(time.process_time() - began)
        found.update(event.kind for event in judgement.events if _told_now(event, batch))
        for name, peer in (("plain", plain), ("careful", careful)):
            began = time.process_time()
            events = peer.evaluate(batch)
            took_s[name].append(time.process_time() - began)
        peer_found.update(event["kind"] for event in events)
    n = fixes_each * trucks
    ours_s, plain_s, careful_s = (statistics.median(seconds[1:]) for seconds in took_s.values())
    print(
        f"  batches of {n:>7,}: ours {ours_s * 1e3:6.2f} ms (best {min(took_s['ours'][1:]) * 1e3:.2f}, "
        f"{n / ours_s / 1e6:.2f} M fixes/s), peer {plain_s * 1e3:6.1f} ms: {plain_s / ours_s:.1f}x, "
        f"careful peer {careful_s * 1e3:6.1f} ms: {careful_s / ours_s:.1f}x"
    )
    print(f"    events: ours {dict(sorted(found.items()))}\n            peer {dict(sorted(peer_found.items()))}")


def _told_now(event: Any, batch: FixBatch) -> bool:
    """Return whether an event was confirmed in this batch; otherwise it is only closed in it."""
    confirmed_ms: int = event.confirmed_ms
    return event.kind == "spillage" or confirmed_ms >= int(batch.fix_time_ms[batch.vehicle == 0][0]) - 10_000


def main() -> None:
    """Compare in three sizes of batch."""
    print(f"{machine_line()}, shapely {shapely.__version__}")
    scene = draw_scene(np.random.default_rng(7), 500)
    gc.collect()
    gc.disable()
    compare(scene, 1, 1_000, 200)
    compare(scene, 10, 2_000, 40)
    compare(scene, 50, 2_000, 10)


if __name__ == "__main__":
    main()
