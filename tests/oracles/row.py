"""One row of one truck, with what is known of it from the rows before."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from rules_engine.accuracy import GNSS_FAULTS, AccuracyLimits
from rules_engine.event import FixKey
from rules_engine.fix_batch import FixBatch
from rules_engine.geodesy import distance_m
from rules_engine.readings import ReadingLimits
from rules_engine.world import World

NAN = float("nan")
ACCURACY, READINGS = AccuracyLimits(), ReadingLimits()


@dataclass
class Row:
    vehicle: int
    time_ms: int
    epoch: int
    seq: int
    mark: int
    device: int
    lat_deg: float
    lon_deg: float
    speed_mps: float
    hdop: float
    load_kg: int | None
    lift_deg: float
    lift_told_deg: float  # whether it can be true or not
    cover: int
    # Last known place at or before this row, and before it.
    place: tuple[float, float]
    implied_mps: float
    silence_ms: float  # since the last known place
    gap_ms: float  # since the row before
    site: int
    in_place: bool
    trusted: bool  # its place, and the speed that came with it
    load_ratio_only: bool
    speed_told: bool
    ignition: int
    weight_kg: float

    @property
    def key(self) -> FixKey:
        return FixKey(self.time_ms, self.epoch, self.seq)

    @property
    def located(self) -> bool:
        return not math.isnan(self.lat_deg)


def rows_of(track: FixBatch, world: World, capacity_kg: float) -> Iterator[Row]:
    """Yield the rows of one truck's track."""
    site = world.sites.query(track.lat_deg, track.lon_deg)
    in_dump_point = world.dump_points.within_margin(track.lat_deg, track.lon_deg, 0.0) >= 0
    in_site = world.sites.within_margin(track.lat_deg, track.lon_deg, 0.0) >= 0
    place, place_ms, before_ms = (NAN, NAN), None, None
    for i in range(len(track)):
        time_ms, lat_deg, lon_deg = int(track.fix_time_ms[i]), float(track.lat_deg[i]), float(track.lon_deg[i])
        silence_ms = math.inf if place_ms is None else time_ms - place_ms
        implied_mps = NAN
        if place_ms is not None and not math.isnan(lat_deg) and silence_ms > 0:
            implied_mps = float(distance_m(*place, lat_deg, lon_deg)) * 1000 / silence_ms
        if not math.isnan(lat_deg):
            place, place_ms = (lat_deg, lon_deg), time_ms
        speed_mps = track.speed_mps[i]
        if math.isnan(speed_mps):
            speed_mps = np.float32(implied_mps)
        yield Row(
            vehicle=int(track.vehicle[i]),
            time_ms=time_ms,
            epoch=int(track.epoch[i]),
            seq=int(track.seq[i]),
            mark=int(track.mark[i]),
            device=int(track.device[i]),
            lat_deg=lat_deg,
            lon_deg=lon_deg,
            speed_mps=speed_mps,
            hdop=float(track.hdop[i]),
            load_kg=_load_kg(float(track.load_kg[i]), float(track.load_ratio[i]), capacity_kg),
            lift_deg=_lift_deg(float(track.lift_deg[i])),
            lift_told_deg=float(track.lift_deg[i]),
            cover=int(track.cover[i]),
            place=place,
            implied_mps=implied_mps,
            silence_ms=silence_ms,
            gap_ms=math.inf if before_ms is None else time_ms - before_ms,
            site=int(site[i]),
            in_place=bool(in_site[i] or in_dump_point[i]),
            trusted=_trusted(track, i, implied_mps),
            speed_told=not math.isnan(track.speed_mps[i]),
            load_ratio_only=math.isnan(float(track.load_kg[i])),
            ignition=int(track.ignition[i]),
            weight_kg=float(track.weight_kg[i]),
        )
        before_ms = time_ms


def _trusted(track: FixBatch, i: int, implied_mps: float) -> bool:
    few_satellites = 0 <= track.satellites[i] < ACCURACY.satellites_below
    bad = track.hdop[i] > ACCURACY.hdop_above or few_satellites or int(track.faults[i]) & GNSS_FAULTS != 0
    return not bad and not math.isnan(track.lat_deg[i]) and not implied_mps > ACCURACY.jump_above_mps


def _load_kg(load_kg: float, load_ratio: float, capacity_kg: float) -> int | None:
    share = load_ratio if math.isnan(load_kg) else load_kg / capacity_kg
    if share < READINGS.least_share or share > READINGS.most_share:
        return None
    if not math.isnan(load_kg):
        return round(max(load_kg, 0.0))
    if not math.isnan(load_ratio):
        return round(max(load_ratio, 0.0) * capacity_kg)
    return None


def _lift_deg(lift_deg: float) -> float:
    return NAN if lift_deg < READINGS.least_lift_deg or lift_deg > READINGS.most_lift_deg else lift_deg


class Run:
    """A condition that has held since some row, confirmed once it has held long enough."""

    def __init__(self, row: Row, hold_s: float, min_fixes: int) -> None:
        self.start, self.place = row.key, row.place
        self.hold_s, self.min_fixes = hold_s, min_fixes
        self.count = 0
        self.last_ms = row.time_ms
        self.confirmed_ms: int | None = None

    def add(self, row: Row) -> bool:
        """Count one more row and return whether it is the one that confirms."""
        self.count += 1
        self.last_ms = row.time_ms
        due = row.time_ms - self.start.fix_time_ms >= round(self.hold_s * 1000) and self.count >= self.min_fixes
        if self.confirmed_ms is None and due:
            self.confirmed_ms = row.time_ms
            return True
        return False


class Held:
    """Runs of a condition; says on which rows it has just held long enough."""

    def __init__(self, hold_s: float, min_fixes: int = 1) -> None:
        self.hold_s, self.min_fixes = hold_s, min_fixes
        self.run: Run | None = None

    def step(self, row: Row, on: bool, off: bool) -> bool:
        if on:
            self.run = self.run or Run(row, self.hold_s, self.min_fixes)
            return self.run.add(row)
        if off:
            self.run = None
        return False


class Latch:
    """The last thing that was decided."""

    def __init__(self) -> None:
        self.state = False

    def step(self, on: bool, off: bool) -> bool:
        self.state = True if on else False if off else self.state
        return self.state
