"""Random days of hauling, most by trucks without sensors: loaded in a site, away, delivered or dumped, and back.

The act and what it is not: queues, jams, red lights, lunch, a night in a parking zone, a passage that sensors missed.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from oracles.scenes import START_MS
from oracles.tracks import HALF_M, LAT, LON, M_LAT, M_LON, PLACES, city
from rules_engine.fix_batch import FixBatch, Mark
from rules_engine.world import World

PARKED = (2000.0, -900.0)
GATES = {"D1": 0, "D2": 1, "S1": 2}


def gated_city() -> World:
    """Return the small city with gates at its dump points and at one site, and a parking zone."""
    east, north = PARKED
    corners = [(-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1)]
    ring = [[LON + (east + x * HALF_M) * M_LON, LAT + (north + y * HALF_M) * M_LAT] for x, y in corners]
    zone = {
        "type": "Feature",
        "properties": {"zone_id": "Z1", "name": "Z1", "rule": "parking"},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }
    terminals = [
        {"terminal_id": f"G{place}", "kind": "gate", "region": "320412"}
        | ({"dump_point_id": place} if place.startswith("D") else {"site_id": place})
        for place in GATES
    ]
    zones = {"type": "FeatureCollection", "features": [zone]}
    return World.from_documents({**city().documents, "zones": zones, "terminals": terminals})


@dataclass
class Haul:
    """One truck's day; times in seconds, places in metres east and north of the city's origin."""

    rng: np.random.Generator
    vehicle: int
    interval_s: float
    noise_m: float
    time_s: float = 0.0
    place: tuple[float, float] = PLACES["S1"]
    load_kg: float = 0.0
    rows: list[tuple[float, float, float, float, float, float]] = field(default_factory=list)
    marks: list[tuple[float, int, int, float]] = field(default_factory=list)

    def fix(self, speed_mps: float, lift_deg: float = 0.0) -> None:
        east, north = np.array(self.place) + self.noise_m * self.rng.standard_normal(2)
        self.rows.append((self.time_s, LAT + north * M_LAT, LON + east * M_LON, speed_mps, self.load_kg, lift_deg))
        self.time_s += self.interval_s * float(self.rng.uniform(0.9, 1.1))

    def stand(self, duration_s: float, lift_deg: float = 0.0) -> None:
        for _ in range(max(1, round(duration_s / self.interval_s))):
            self.fix(float(self.rng.uniform(0, 0.6)), lift_deg)

    def drive(self, to: tuple[float, float], speed_mps: float = 11.0) -> None:
        start, end = np.array(self.place), np.array(to)
        steps = max(1, round(float(np.hypot(*(end - start))) / (speed_mps * self.interval_s)))
        for step in range(1, steps + 1):
            east, north = start + (end - start) * step / steps
            self.place = (float(east), float(north))
            self.fix(speed_mps * float(self.rng.uniform(0.8, 1.2)))

    def creep(self, way_m: float) -> None:
        """Stop and go towards the east, as in a jam."""
        for _ in range(max(1, round(way_m / (1.5 * self.interval_s)))):
            self.place = (self.place[0] + 1.5 * self.interval_s, self.place[1])
            self.fix(float(self.rng.uniform(0.0, 2.6)))

    def silence(self, duration_s: float) -> None:
        self.time_s += duration_s

    def mark(self, mark: Mark, place: str, weight_kg: float = float("nan")) -> None:
        self.marks.append((self.time_s, mark, GATES[place], weight_kg))

    def load(self, site: str, duration_s: float) -> None:
        self.place = PLACES[site]
        self.stand(duration_s / 2)
        self.load_kg = 15_000.0
        self.stand(duration_s / 2)

    def unload(self, duration_s: float) -> None:
        self.stand(duration_s / 3)
        self.stand(duration_s / 3, lift_deg=40.0)
        self.load_kg = 0.0
        self.stand(duration_s / 3)

    def batch(self, *, load: bool, lift: bool) -> FixBatch:
        """Return the rows; without a sensor nobody reads it."""
        columns = np.array(self.rows)
        n, marks = len(columns), np.array(self.marks).reshape(-1, 4)
        known = {"lat_deg": columns[:, 1], "lon_deg": columns[:, 2], "speed_mps": columns[:, 3]}
        known |= {"load_kg": columns[:, 4]} if load else {}
        known |= {"lift_deg": columns[:, 5]} if lift else {}
        fixes = FixBatch.of_columns(
            np.full(n, self.vehicle, np.int32), _ms(columns[:, 0]), epoch=np.full(n, 3), seq=np.arange(n), **known
        )
        m = len(marks)
        gates = FixBatch.of_columns(
            np.full(m, self.vehicle, np.int32),
            _ms(marks[:, 0]),
            epoch=np.full(m, 9),
            seq=np.arange(m),
            mark=marks[:, 1],
            device=marks[:, 2],
            weight_kg=marks[:, 3],
        )
        rows = FixBatch.concatenate([fixes, gates])
        return rows.take(rows.key_order())


def _ms(time_s: np.ndarray) -> np.ndarray:
    return START_MS + np.round(time_s * 1000).astype(np.int64)


def random_day(rng: np.random.Generator, vehicle: int) -> FixBatch:
    """Return a truck's day of a few cycles, most of them without sensors, with whatever comes in between."""
    interval_s = float(rng.choice([5.0, 10.0, 10.0, 30.0]))
    haul = Haul(rng, vehicle, interval_s, float(rng.choice([0.0, 4.0, 15.0])))
    for _ in range(int(rng.integers(1, 5))):
        _cycle(haul, rng)
    batch = haul.batch(load=bool(rng.random() < 0.2), lift=bool(rng.random() < 0.3))
    if rng.random() < 0.3:
        _cut_the_wires(rng, batch)
    return batch


def _cycle(haul: Haul, rng: np.random.Generator) -> None:
    site = str(rng.choice(["S1", "S1", "S2"]))
    haul.load(site, float(rng.choice([100, 240, 500, 900])))
    haul.drive((haul.place[0], haul.place[1] + 400.0))
    for _ in range(int(rng.integers(0, 3))):
        _on_the_way(haul, rng)
    _somewhere(haul, rng)
    for _ in range(int(rng.integers(0, 2))):
        _on_the_way(haul, rng)
    if rng.random() < 0.8:
        haul.drive(PLACES[str(rng.choice(["S1", "S1", "S2"]))])
        haul.stand(float(rng.choice([30, 200, 400])))


def _somewhere(haul: Haul, rng: np.random.Generator) -> None:
    where = str(rng.choice(["D1", "D1", "D2", "wild", "nowhere"]))
    if where == "wild":
        haul.drive((float(rng.uniform(-2000, 4000)), float(rng.uniform(-3000, 2500))))
        haul.unload(float(rng.choice([60, 120, 300, 5000])))
    elif where != "nowhere":
        haul.drive(PLACES[where])
        if rng.random() < 0.4:
            haul.mark(Mark.GATE_IN, where, float(rng.choice([np.nan, 15_000.0, 11_000.0])))
        haul.unload(float(rng.choice([40, 120, 300])))
        if rng.random() < 0.4:
            haul.mark(Mark.GATE_OUT, str(rng.choice([where, "S1"])))


def _on_the_way(haul: Haul, rng: np.random.Generator) -> None:
    what = str(rng.choice(["light", "jam", "lunch", "parked", "blind zone", "night", "site", "lift test"]))
    haul.drive((haul.place[0] + 300.0, haul.place[1] - 200.0))
    if what == "light":
        haul.stand(float(rng.choice([40, 100, 150])))
    elif what == "jam":
        haul.creep(float(rng.choice([100, 400])))
    elif what == "lunch":
        haul.stand(float(rng.choice([600, 1500])))
    elif what == "parked":
        haul.drive(PARKED)
        haul.stand(1200)
    elif what == "lift test":
        haul.stand(float(rng.choice([20, 60])), lift_deg=float(rng.choice([12.0, 40.0])))
    elif what == "blind zone":
        haul.silence(float(rng.choice([200, 900])))
        haul.place = (haul.place[0] + 500.0, haul.place[1])
    elif what == "night":
        haul.stand(60)
        haul.silence(float(rng.choice([4000, 20_000])))
        haul.stand(60)
    else:
        haul.drive(PLACES["S2"])


def _cut_the_wires(rng: np.random.Generator, batch: FixBatch) -> None:
    first = int(rng.integers(0, len(batch)))
    batch.load_kg[first:] = np.nan
    if rng.random() < 0.6:
        batch.lift_deg[first:] = np.nan
