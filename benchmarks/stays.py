"""Where trucks stood, beside movingpandas and trackintel on the same tracks. `python -m benchmarks.stays`

Tracks of stops of some minutes and drives between them, 5 m of noise on every fix, ten seconds apart. Each method finds
the stays of two minutes and more; printed are fixes per second, and how many of the true stays each one found. Ours
knows the speed that a terminal tells, the peers only places. They are no part of the project: without them
(`pip install movingpandas trackintel`) only our own figure is printed. One core, CPU time.
"""

from __future__ import annotations

import importlib.util
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmarks.haul_scene import DEG_PER_M_EAST, DEG_PER_M_NORTH, INTERVAL_S, LAT_DEG, LON_DEG, START_MS
from benchmarks.machine import machine_line
from rules_engine import load_state, motion, stands
from rules_engine.carry import Carry, Changed
from rules_engine.context import Context
from rules_engine.fix_batch import FixBatch
from rules_engine.tracks import Tracks
from rules_engine.world import World
from rules_engine.world_keys import keys_of

TRUCKS, STOPS, PEER_TRUCKS = 100, 20, 5
LEAST_S, DIAMETER_M = 120, 60.0


@dataclass(frozen=True)
class Drawn:
    """Tracks, and each true stay as truck, first and last instant. [ms]"""

    fixes: FixBatch
    truth: list[tuple[int, int, int]]


def draw(rng: np.random.Generator) -> Drawn:
    """Return tracks of trucks that stop and drive in turn."""
    vehicle, time_ms, east, north, speed = [], [], [], [], []
    truth: list[tuple[int, int, int]] = []
    for truck in range(TRUCKS):
        place, now = rng.uniform(0, 20_000, 2), START_MS
        for _ in range(STOPS):
            stop_n, drive_n = int(rng.integers(15, 90)), int(rng.integers(20, 90))
            step = rng.uniform(80, 150) * np.array([np.cos(angle := rng.uniform(0, 6.28)), np.sin(angle)])
            places = np.concatenate((np.tile(place, (stop_n, 1)), place + step * np.arange(1, drive_n + 1)[:, None]))
            times = now + np.arange(stop_n + drive_n) * INTERVAL_S * 1000
            truth.append((truck, int(times[0]), int(times[stop_n - 1])))
            vehicle.append(np.full(len(times), truck))
            time_ms.append(times)
            east.append(places[:, 0])
            north.append(places[:, 1])
            speed.append(np.repeat([0.3, float(np.hypot(*step)) / INTERVAL_S], [stop_n, drive_n]))
            place, now = places[-1], int(times[-1]) + INTERVAL_S * 1000
    n = sum(map(len, vehicle))
    noise = rng.normal(0, 5, (2, n))
    fixes = FixBatch.of_columns(
        np.concatenate(vehicle).astype(np.int32),
        np.concatenate(time_ms),
        seq=np.arange(n),
        lat_deg=LAT_DEG + (np.concatenate(north) + noise[0]) * DEG_PER_M_NORTH,
        lon_deg=LON_DEG + (np.concatenate(east) + noise[1]) * DEG_PER_M_EAST,
        speed_mps=np.concatenate(speed) * rng.uniform(0.8, 1.2, n),
    )
    return Drawn(fixes, truth)


def ours(fixes: FixBatch, world: World) -> list[tuple[int, int, int]]:
    """Return the stands of two minutes and more."""
    edges = np.concatenate(([0], (np.diff(fixes.vehicle) != 0).nonzero()[0] + 1, [len(fixes)]))
    tracks = Tracks(edges[:-1], edges[1:], fixes.fix_time_ms)
    before = Carry(TRUCKS).before(fixes.vehicle[tracks.start])
    context = Context(fixes, tracks, before.vehicles, world, keys_of(world), before, Changed(before))
    found = stands.follow(context, load_state.follow(context), motion.follow(context), np.empty(0, np.intp))
    first_ms = fixes.fix_time_ms[found.first]
    last_ms = fixes.fix_time_ms[found.stop - 1 - found.ended]
    long = (last_ms - first_ms >= LEAST_S * 1000).nonzero()[0]
    vehicle = context.vehicle[found.track[long]]
    return list(zip(vehicle.tolist(), first_ms[long].tolist(), last_ms[long].tolist(), strict=True))


def by_movingpandas(fixes: FixBatch) -> list[tuple[int, int, int]]:
    """Return what its stop detector finds."""
    import movingpandas  # type: ignore[import-not-found]
    import pandas as pd  # type: ignore[import-untyped]

    table = pd.DataFrame(
        {
            "truck": fixes.vehicle,
            "t": pd.to_datetime(fixes.fix_time_ms, unit="ms"),
            "x": fixes.lon_deg,
            "y": fixes.lat_deg,
        }
    )
    tracks = movingpandas.TrajectoryCollection(table, "truck", t="t", x="x", y="y", crs="EPSG:4326")
    detector = movingpandas.TrajectoryStopDetector(tracks)
    stops = detector.get_stop_segments(max_diameter=DIAMETER_M, min_duration=pd.Timedelta(seconds=LEAST_S))
    return [
        (int(str(stop.id).split("_")[0]), _ms(stop.get_start_time()), _ms(stop.get_end_time()))
        for stop in stops.trajectories
    ]


def by_trackintel(fixes: FixBatch) -> list[tuple[int, int, int]]:
    """Return what its stay point detection finds."""
    import geopandas  # type: ignore[import-not-found]
    import pandas as pd
    import trackintel  # type: ignore[import-not-found]

    table = geopandas.GeoDataFrame(
        {"user_id": fixes.vehicle, "tracked_at": pd.to_datetime(fixes.fix_time_ms, unit="ms", utc=True)},
        geometry=geopandas.points_from_xy(fixes.lon_deg, fixes.lat_deg),
        crs="EPSG:4326",
    )
    positions = trackintel.Positionfixes(table)
    _, stays = positions.generate_staypoints(
        method="sliding", dist_threshold=DIAMETER_M, time_threshold=LEAST_S / 60, gap_threshold=15
    )
    return [(int(stay.user_id), _ms(stay.started_at), _ms(stay.finished_at)) for stay in stays.itertuples(index=False)]


def _ms(instant: Any) -> int:
    return round(instant.timestamp() * 1000)


def share_found(truth: list[tuple[int, int, int]], found: list[tuple[int, int, int]]) -> float:
    """Return the share of true stays of which some found one covers at least half."""
    by_truck: dict[int, list[tuple[int, int]]] = {}
    for truck, first_ms, last_ms in found:
        by_truck.setdefault(truck, []).append((first_ms, last_ms))
    hits = 0
    for truck, first_ms, last_ms in truth:
        overlaps = [min(last_ms, b) - max(first_ms, a) for a, b in by_truck.get(truck, [])]
        hits += max(overlaps, default=0) >= (last_ms - first_ms) / 2
    return hits / len(truth)


def measure(name: str, drawn: Drawn, trucks: int, find: Callable[[FixBatch], list[tuple[int, int, int]]]) -> float:
    """Print a method's speed and finds on some of the trucks, and return fixes per second."""
    fixes = drawn.fixes.take(drawn.fixes.vehicle < trucks)
    truth = [stay for stay in drawn.truth if stay[0] < trucks]
    best_s, found = np.inf, []
    for _ in range(2):
        began = time.process_time()
        found = find(fixes)
        best_s = min(best_s, time.process_time() - began)
    rate = len(fixes) / best_s
    print(f"  {name:14s} {rate:14,.0f} fixes/s   {len(found)} stays, {share_found(truth, found):.0%} of the true ones")
    return rate


def main() -> None:
    """Print each method's speed and the ratios."""
    print(machine_line())
    drawn = draw(np.random.default_rng(3))
    world = World.from_documents({"vehicles": [{"vehicle_id": f"V{k}"} for k in range(TRUCKS)]})
    print(f"{len(drawn.fixes):,} fixes, {len(drawn.truth)} stays; peers on {PEER_TRUCKS} of {TRUCKS} trucks")
    our_rate = measure("ours", drawn, TRUCKS, lambda fixes: ours(fixes, world))
    for name, find in (("movingpandas", by_movingpandas), ("trackintel", by_trackintel)):
        if importlib.util.find_spec(name) is None:
            print(f"  {name} is not installed: no comparison")
            continue
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of the peers' own dependencies
            print(f"    ours / {name}: {our_rate / measure(name, drawn, PEER_TRUCKS, find):,.0f} x")


if __name__ == "__main__":
    main()
