"""Tracks written by hand: one truck, one act after the other, in the small city of `oracles.tracks`."""

from __future__ import annotations

import numpy as np

from oracles.tracks import LAT, LON, M_LAT, M_LON, PLACES
from rules_engine.carry import Carry
from rules_engine.engine import evaluate
from rules_engine.event import Event, Trip
from rules_engine.fix_batch import FixBatch, Mark
from rules_engine.world import World

START_MS = 1_790_000_000_000
CLOSED, HALF, OPEN = 0, 1, 2
NAN = float("nan")


class Scene:
    """A truck that is told what to do; every sensor can be taken away with NaN or -1."""

    def __init__(self, vehicle: int = 0, interval_s: float = 10.0, at: str | tuple[float, float] = "S1") -> None:
        self.vehicle, self.interval_s = vehicle, interval_s
        self.place = PLACES[at] if isinstance(at, str) else at
        self.time_s, self.load_kg, self.lift_deg, self.cover, self.hdop = 0.0, 0.0, 0.0, CLOSED, 1.0
        self.rows: list[tuple[float, ...]] = []

    def fix(self, speed_mps: float = 0.0, mark: Mark = Mark.FIX) -> None:
        east, north = self.place
        lat, lon = LAT + north * M_LAT, LON + east * M_LON
        self.rows.append((self.time_s, mark, lat, lon, speed_mps, self.hdop, self.load_kg, self.lift_deg, self.cover))
        self.time_s += self.interval_s

    def stand(self, duration_s: float) -> Scene:
        for _ in range(round(duration_s / self.interval_s)):
            self.fix(0.1)
        return self

    def load(self, to_kg: float, duration_s: float = 120.0) -> Scene:
        return self.ramp(to_kg, duration_s)

    def ramp(self, to_kg: float, duration_s: float, speed_mps: float = 0.2, *, lift_deg: float = 0.0) -> Scene:
        """Let the load change evenly, the bed raised meanwhile or not."""
        steps = max(1, round(duration_s / self.interval_s))
        step_kg = (to_kg - self.load_kg) / steps
        self.lift_deg = lift_deg
        for _ in range(steps):
            self.load_kg += step_kg
            self.fix(speed_mps)
        self.lift_deg = min(self.lift_deg, 0.0)
        return self

    def drive(self, to: str | tuple[float, float], speed_mps: float = 12.0, lost_kg: float = 0.0) -> Scene:
        """Drive in a straight line, losing load evenly on the way."""
        start, end = np.array(self.place), np.array(PLACES[to] if isinstance(to, str) else to)
        steps = max(1, round(float(np.hypot(*(end - start))) / (speed_mps * self.interval_s)))
        for step in range(1, steps + 1):
            east, north = start + (end - start) * step / steps
            self.place = (float(east), float(north))
            self.load_kg -= lost_kg / steps
            self.fix(speed_mps)
        return self

    def washed(self) -> Scene:
        kept = self.place, self.load_kg, self.lift_deg, self.cover, self.hdop, self.interval_s
        self.place, self.load_kg, self.lift_deg, self.cover, self.hdop = (NAN, NAN), NAN, NAN, -1, NAN
        self.interval_s = 0.0
        self.fix(NAN, Mark.WASHED)
        self.place, self.load_kg, self.lift_deg, self.cover, self.hdop, self.interval_s = kept
        return self

    def wait(self, silence_s: float) -> Scene:
        self.time_s += silence_s
        return self

    def batch(self) -> FixBatch:
        time_s, mark, lat, lon, speed, hdop, load, lift, cover = np.array(self.rows).T
        n = len(time_s)
        fixes = FixBatch.of_columns(
            vehicle=np.full(n, self.vehicle, np.int32),
            fix_time_ms=START_MS + np.round(time_s * 1000).astype(np.int64),
            epoch=np.full(n, 1),
            seq=np.arange(n),
            mark=mark.astype(np.int8),
            lat_deg=lat,
            lon_deg=lon,
            speed_mps=speed.astype(np.float32),
            hdop=hdop.astype(np.float32),
            load_kg=load.astype(np.float32),
            load_ratio=np.full(n, np.nan, np.float32),
            lift_deg=lift.astype(np.float32),
            cover=cover.astype(np.int8),
            ignition=np.full(n, -1, np.int8),
            faults=np.zeros(n, np.int32),
        )
        return fixes.take(fixes.key_order())

    def judge(self, world: World) -> tuple[list[Event], list[Trip]]:
        """Return what is found in the whole track."""
        judgement = evaluate(self.batch(), world, Carry())
        assert not judgement.late.any()
        return judgement.events, judgement.trips

    def kinds(self, world: World) -> list[str]:
        """Return the kinds of events found, sorted."""
        return sorted(event.kind for event in self.judge(world)[0])


def loaded(vehicle: int = 0, interval_s: float = 10.0, load_kg: float = 15_000.0) -> Scene:
    """Return a truck that was loaded at its site and is about to leave."""
    return Scene(vehicle, interval_s).stand(60).load(load_kg).stand(30)
