"""Twin of rules_engine.stays."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from oracles.row import Row
from rules_engine.event import FixKey
from rules_engine.geodesy import distance_m, metres_per_degree
from rules_engine.stays import StayLimits
from rules_engine.trips import TripLimits
from rules_engine.world import World

LIMITS, TRIP = StayLimits(), TripLimits()


@dataclass
class Stay:
    kind: str  # "site", "dump point" or "wild"
    start: FixKey
    place: tuple[float, float]
    count: int = 0
    far_m: float = 0.0
    told: bool = False
    end_ms: int = 0


class StaysOracle:
    """Says on each row what the stays of a truck without sensors tell."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.arrived: Stay | None = None
        self.stopped: Stay | None = None
        self.dwelt: Stay | None = None
        self.departed: Stay | None = None
        self.unseen = False
        self.blind = False
        self._sensed_ms = self._load_told_ms = -math.inf
        self._stay: Stay | None = None
        self._dwell: Stay | None = None
        self._driving = False
        self._place: tuple[float, float] | None = None
        self._place_ms = 0

    def step(self, row: Row, slow: bool) -> None:
        self.arrived = self.stopped = self.dwelt = self.departed = None
        self.unseen = False
        if row.load_kg is not None or not math.isnan(row.lift_deg):
            self._sensed_ms = row.time_ms
        if row.load_kg is not None:
            self._load_told_ms = row.time_ms
        self.blind = row.time_ms - self._sensed_ms > LIMITS.blind_s * 1000
        unweighed = row.time_ms - self._load_told_ms > LIMITS.blind_s * 1000
        if unweighed and row.located:
            self._look(row, slow)
        elif not unweighed:
            self._stay = self._dwell = None
            self._driving = False
        if row.located:
            self._place, self._place_ms = (row.lat_deg, row.lon_deg), row.time_ms

    def _look(self, row: Row, slow: bool) -> None:
        if self.blind and self._place is not None and row.time_ms - self._place_ms >= LIMITS.unseen_s * 1000:
            way_m = float(distance_m(*self._place, row.lat_deg, row.lon_deg))
            self.unseen = way_m >= LIMITS.unseen_m
        kind = self._kind(row, slow)
        if kind is None:
            return
        stay = self._stay
        if stay is not None and stay.kind != kind:
            self._over(stay, row)
            stay = None
        if stay is None and kind != "nowhere":
            stay = Stay(kind, row.key, (row.lat_deg, row.lon_deg))
        self._stay = stay
        if stay is not None:
            self._stays(stay, row)
        driving = not slow and row.site < 0
        if driving and self._driving and self._dwell is not None:
            self.departed, self._dwell = self._dwell, None
        if self.dwelt is not None:
            self._dwell = self.dwelt
        self._driving = driving

    def _kind(self, row: Row, slow: bool) -> str | None:
        lat_deg, lon_deg = np.array([row.lat_deg]), np.array([row.lon_deg])
        if self.blind and self.world.dump_points.within_margin(lat_deg, lon_deg, TRIP.dump_margin_m)[0] >= 0:
            return "dump point"
        if not slow:
            return "nowhere"
        if row.site >= 0:
            return "site"
        if self.world.sites.within_margin(lat_deg, lon_deg, TRIP.site_margin_m)[0] >= 0:
            return None
        if not self.blind or self.world.zones_of("parking").areas.query(lat_deg, lon_deg)[0] >= 0:
            return "nowhere"
        return "wild"

    def _stays(self, stay: Stay, row: Row) -> None:
        stay.count += 1
        metres = metres_per_degree(stay.place[0])
        north_m, east_m = (row.lat_deg - stay.place[0]) * metres[0], (row.lon_deg - stay.place[1]) * metres[1]
        stay.far_m = max(stay.far_m, math.sqrt(north_m * north_m + east_m * east_m))
        hold_s = LIMITS.load_s if stay.kind == "site" else LIMITS.unload_s
        lasted = row.time_ms - stay.start.fix_time_ms >= hold_s * 1000 and stay.count >= 2
        if lasted and not stay.told and stay.kind != "wild":
            stay.told = True
            if stay.kind == "site":
                self.dwelt = stay
            else:
                self.arrived = stay

    def _over(self, stay: Stay, row: Row) -> None:
        stayed_s = (row.time_ms - stay.start.fix_time_ms) / 1000
        in_time = LIMITS.stop_s <= stayed_s <= LIMITS.stop_until_s and stay.count >= 2
        narrow = stay.kind == "dump point" or np.float32(stay.far_m) <= LIMITS.radius_m
        if self.blind and stay.kind != "site" and in_time and narrow:
            stay.end_ms = row.time_ms
            self.stopped = stay
