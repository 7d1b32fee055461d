"""A small city and random tracks through it: eventful, noisy, with everything that sensors and terminals get wrong."""

from __future__ import annotations

from typing import Any

import numpy as np

from rules_engine.fix_batch import FixBatch, Mark
from rules_engine.world import World

LAT, LON = 31.7, 119.95
M_LAT, M_LON = 1 / 110_900, 1 / 94_800  # degrees a metre, near enough here
PLACES = {"S1": (0.0, 0.0), "S2": (6000.0, 500.0), "D1": (3000.0, 0.0), "D2": (3000.0, 3000.0)}
HALF_M = 150.0


def city() -> World:
    """Return two sites, two dump points, roads between them, and trucks with and without permits."""
    return World.from_documents(city_documents())


def city_documents() -> dict[str, Any]:
    """Return the documents of that city."""
    return {
        "companies": [{"company_id": "C1", "name": "one"}],
        "vehicles": [
            {"vehicle_id": "T0", "company_id": "C1", "capacity_kg": 16_000},
            {"vehicle_id": "T1", "company_id": "C1", "capacity_kg": 60_000},
            {"vehicle_id": "T2", "company_id": "C1"},
            {"vehicle_id": "T3", "company_id": "C1", "capacity_kg": 16_000},
        ],
        "sites": _areas("site_id", "S"),
        "dump_points": _areas("dump_point_id", "D"),
        "corridors": {
            "type": "FeatureCollection",
            "features": [
                _line("K1", [PLACES["S1"], (1500.0, 0.0), PLACES["D1"]], 60.0),
                _line("K2", [PLACES["S1"], (0.0, 3000.0), PLACES["D2"]], None),
                _line("K3", [PLACES["S2"], PLACES["D1"]], 200.0),
            ],
        },
        "permits": [
            _permit("P0", "S1", ["D1"], ["K1", "K2"], vehicles=["T0", "T1"], binding="load"),
            _permit("P1", "S2", ["D1", "D2"], ["K3"], vehicles=["T0"], binding="load")
            | {"limits": {"route_deviation.leave_above_m": 40.0}},
            _permit("P2", None, ["D2"], ["K1"], vehicles=["T3"], binding="period"),
        ],
    }


def _areas(id_name: str, initial: str) -> dict[str, object]:
    features = []
    for name, (east, north) in PLACES.items():
        if name.startswith(initial):
            corners = [(-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1)]
            ring = [_lon_lat(east + x * HALF_M, north + y * HALF_M) for x, y in corners]
            geometry = {"type": "Polygon", "coordinates": [ring]}
            features.append({"type": "Feature", "properties": {id_name: name, "name": name}, "geometry": geometry})
    return {"type": "FeatureCollection", "features": features}


def _line(name: str, points: list[tuple[float, float]], half_width_m: float | None) -> dict[str, object]:
    properties = {"corridor_id": name, "name": name, "half_width_m": half_width_m}
    geometry = {"type": "LineString", "coordinates": [_lon_lat(*point) for point in points]}
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def _permit(
    name: str, site: str | None, dumps: list[str], corridors: list[str], *, vehicles: list[str], binding: str
) -> dict[str, object]:
    return {
        "permit_id": name,
        "company_id": "C1",
        "site_id": site,
        "dump_point_ids": dumps,
        "corridor_ids": corridors,
        "vehicle_ids": vehicles,
        "valid_from": "2026-01-01T00:00:00+08:00",
        "valid_to": "2027-01-01T00:00:00+08:00",
        "binding": binding,
    }


def _lon_lat(east_m: float, north_m: float) -> list[float]:
    return [LON + east_m * M_LON, LAT + north_m * M_LAT]


class Drive:
    """Draws one truck's day, activity after activity, and then takes readings of it as a terminal would."""

    def __init__(self, rng: np.random.Generator, capacity_kg: float) -> None:
        self.rng, self.capacity_kg = rng, capacity_kg
        self.place = np.array(PLACES[str(rng.choice(["S1", "S2"]))])
        self.load_kg, self.cover = 0.0, 0
        self.interval_s = float(rng.choice([0.5, 2.0, 5.0, 10.0, 10.0, 30.0, 60.0]))
        self.time_s = float(rng.uniform(0, 100))
        self.samples: list[tuple[float, ...]] = []

    def sample(self, speed_mps: float, lift_deg: float = 0.0) -> None:
        jitter = self.rng.choice([0.0, 0.0, 0.3])
        self.samples.append((self.time_s, *self.place, speed_mps, self.load_kg, lift_deg, self.cover))
        self.time_s += self.interval_s * (1 + jitter * self.rng.uniform(-1, 1))

    def during(self, duration_s: float) -> int:
        return max(1, min(60, round(duration_s / self.interval_s)))

    def stand(self) -> None:
        for _ in range(self.during(self.rng.choice([10, 40, 150, 400]))):
            self.sample(float(self.rng.uniform(0, 1)))

    def load(self) -> None:
        rounds = self.during(self.rng.choice([60, 150]))
        step_kg = (self.capacity_kg * self.rng.uniform(0.3, 1.2) - self.load_kg) / rounds
        for _ in range(rounds):
            self.load_kg += max(step_kg, 0.0)
            self.sample(float(self.rng.uniform(0, 0.5)))

    def unload(self) -> None:
        if self.rng.random() < 0.4:
            self.time_s += 900
            self.place = np.array(PLACES[str(self.rng.choice(["D1", "D2"]))])
        rounds = self.during(self.rng.choice([20, 40, 90]))
        left = self.rng.choice([0.0, 0.0, 0.5, 0.8, 1.0])
        lift_deg = self.rng.choice([0.0, 12.0, 40.0])
        step_kg = self.load_kg * (1 - left) / rounds
        for _ in range(rounds):
            self.load_kg = max(self.load_kg - step_kg, 0.0)
            self.sample(float(self.rng.uniform(0, 1.5)), lift_deg)

    def drive(self) -> None:
        target = np.array(PLACES[str(self.rng.choice(list(PLACES)))])
        if self.rng.random() < 0.3:
            target = self.place + self.rng.uniform(-20_000, 20_000, 2)
        detour_m = float(self.rng.choice([0.0, 0.0, 30.0, 90.0, 400.0]))
        leak = float(self.rng.choice([1.0, 1.0, 0.9995, 0.998])) ** self.interval_s
        speed_mps = float(self.rng.choice([3.0, 8.0, 15.0]))
        for step in range(int(self.rng.integers(20, 200))):
            way = target - self.place
            length_m = float(np.hypot(*way))
            if length_m < 50:
                break
            self.place = self.place + way / length_m * min(speed_mps * self.interval_s, length_m)
            self.place[1] += detour_m * self.rng.uniform(0.2, 0.4) * (1 if step < 8 else 0)
            self.load_kg *= leak
            self.sample(speed_mps * float(self.rng.uniform(0.7, 1.3)))

    def act(self) -> None:
        activity = self.rng.choice(["stand", "load", "drive", "drive", "unload", "cover", "gap"])
        if activity == "cover":
            self.cover = int(self.rng.choice([0, 1, 2, 2]))
        elif activity == "gap":
            self.time_s += float(self.rng.choice([30, 90, 700, 5000]))
        else:
            getattr(self, activity)()


def random_track(rng: np.random.Generator, vehicle: int, capacity_kg: float) -> FixBatch:
    """Return the rows of one truck, sorted, none repeated."""
    drive = Drive(rng, capacity_kg)
    for _ in range(int(rng.integers(2, 14))):
        drive.act()
    if not drive.samples:
        drive.stand()
    time_s, east, north, speed, load, lift, cover = np.array(drive.samples).T
    n = len(time_s)
    noise_m = rng.choice([0.0, 5.0, 40.0])
    columns = {
        "lat_deg": LAT + (north + noise_m * rng.standard_normal(n)) * M_LAT,
        "lon_deg": LON + (east + noise_m * rng.standard_normal(n)) * M_LON,
        "speed_mps": speed.astype(np.float32),
        "hdop": rng.choice(np.array([0.8, 2, 12, np.nan], np.float32), n, p=[0.6, 0.2, 0.1, 0.1]),
        "load_kg": (load * (1 + rng.choice([0.0, 0.01, 0.02]) * rng.standard_normal(n))).astype(np.float32),
        "lift_deg": lift.astype(np.float32),
        "cover": cover.astype(np.int8),
    }
    _spoil(rng, columns, n, capacity_kg)
    time_ms = 1_790_000_000_000 + np.round(time_s * 1000).astype(np.int64)
    fixes = FixBatch.of_columns(
        vehicle=np.full(n, vehicle, np.int32),
        fix_time_ms=time_ms,
        epoch=np.full(n, 7),
        seq=np.arange(n),
        mark=np.zeros(n, np.int8),
        ignition=np.full(n, -1, np.int8),
        faults=np.zeros(n, np.int32),
        **columns,
    )
    fixes = FixBatch.concatenate([fixes, _washed(rng, fixes)])
    return fixes.take(fixes.key_order())


def _spoil(rng: np.random.Generator, columns: dict[str, np.ndarray], n: int, capacity_kg: float) -> None:
    """Take away sensors, for all time or for a while, lose fixes, and put in wild readings."""
    columns["load_ratio"] = np.full(n, np.nan, np.float32)
    if rng.random() < 0.15:
        columns["load_ratio"] = (columns["load_kg"] / capacity_kg).astype(np.float32)
        columns["load_kg"] = np.full(n, np.nan, np.float32)
    for name in ("load_kg", "lift_deg", "speed_mps", "lat_deg", "cover"):
        absent = -1 if name == "cover" else np.nan
        if name != "lat_deg" and rng.random() < 0.12:
            columns[name][:] = absent
        elif rng.random() < 0.3:
            lost = rng.random(n) < rng.choice([0.02, 0.3])
            start = rng.integers(0, n)
            lost[start : start + rng.integers(0, 30)] = True
            columns[name][lost] = absent
    columns["lon_deg"][np.isnan(columns["lat_deg"])] = np.nan
    wild = rng.random(n) < 0.01
    columns["load_kg"][wild] = rng.choice([0.0, 2 * capacity_kg])
    columns["lift_deg"][rng.random(n) < 0.01] = 45.0
    columns["lat_deg"][rng.random(n) < 0.01] += 0.05


def _washed(rng: np.random.Generator, fixes: FixBatch) -> FixBatch:
    """Return rows of a wheel-washer at a few random moments."""
    n = int(rng.integers(0, 3))
    nan64, nan32 = np.full(n, np.nan), np.full(n, np.nan, np.float32)
    return FixBatch.of_columns(
        vehicle=np.full(n, fixes.vehicle[0], np.int32),
        fix_time_ms=np.sort(rng.integers(fixes.fix_time_ms[0], fixes.fix_time_ms[-1] + 1, n)),
        epoch=np.full(n, 1),
        seq=np.arange(n),
        mark=np.full(n, Mark.WASHED, np.int8),
        lat_deg=nan64,
        lon_deg=nan64.copy(),
        speed_mps=nan32,
        hdop=nan32.copy(),
        load_kg=nan32.copy(),
        load_ratio=nan32.copy(),
        lift_deg=nan32.copy(),
        cover=np.full(n, -1, np.int8),
        ignition=np.full(n, -1, np.int8),
        faults=np.zeros(n, np.int32),
    )
