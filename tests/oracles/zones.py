"""Twins of the rules on where and when trucks may drive: rules_engine.rules.forbidden_zone, control_order,
out_of_hours, no_permit and suspicious_loading, all together.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import numpy as np

from oracles.condition import ConditionOracle, Episode
from oracles.found import Found
from oracles.load_state import LoadStateOracle
from oracles.row import Row, rows_of
from oracles.trips import TripsOracle
from oracles.unloading import LevelOracle, MotionOracle, UnloadingOracle
from rules_engine.event import FixKey
from rules_engine.fix_batch import FixBatch
from rules_engine.geodesy import metres_per_degree
from rules_engine.load_state import EMPTY, HEAVY, LoadStateLimits
from rules_engine.rules import forbidden_zone, no_permit, out_of_hours, suspicious_loading
from rules_engine.rules.rule import Telling
from rules_engine.world import World

ZONE, HOURS = forbidden_zone.ForbiddenZoneLimits(), out_of_hours.OutOfHoursLimits()
PERMIT, LOADING = no_permit.NoPermitLimits(), suspicious_loading.SuspiciousLoadingLimits()


def instant(text: str | None, absent_ms: float) -> float:
    """Return an instant of a document. [ms]"""
    return absent_ms if text is None else datetime.fromisoformat(text).timestamp() * 1000


def is_open(windows: list[dict[str, Any]] | None, time_ms: float, utc_offset_h: float) -> bool:
    """Return whether an instant is in one of some documented windows, of today or begun yesterday; None is always."""
    if windows is None:
        return True
    local = datetime.fromtimestamp(time_ms / 1000, UTC) + timedelta(hours=utc_offset_h)
    minute = local.hour * 60 + local.minute
    for window in windows:
        begin, end = (int(clock[:2]) * 60 + int(clock[3:]) for clock in (window["from"], window["to"]))
        days = window.get("days") or range(1, 8)
        end = end if end > begin else end + 1440
        today, yesterday = local.isoweekday(), (local - timedelta(days=1)).isoweekday()
        if (today in days and begin <= minute < end) or (yesterday in days and begin <= minute + 1440 < end):
            return True
    return False


def depth_m(lat_deg: float, lon_deg: float, rings: list[list[list[float]]]) -> float:
    """Return how far inside a polygon a place is, negative outside: ray casting, and the nearest of all edges. [m]"""
    (metres_lat, metres_lon), inside, nearest_m = metres_per_degree(lat_deg), False, math.inf
    for ring in rings:
        for (lon_a, lat_a), (lon_b, lat_b) in pairwise(ring):
            if (lat_a > lat_deg) != (lat_b > lat_deg):
                inside ^= lon_deg < (lon_b - lon_a) * (lat_deg - lat_a) / (lat_b - lat_a) + lon_a
            ax, ay = (lon_a - lon_deg) * metres_lon, (lat_a - lat_deg) * metres_lat
            dx, dy = (lon_b - lon_a) * metres_lon, (lat_b - lat_a) * metres_lat
            part = min(max(-(ax * dx + ay * dy) / (dx * dx + dy * dy), 0.0), 1.0)
            nearest_m = min(nearest_m, math.hypot(ax + part * dx, ay + part * dy))
    return float(nearest_m if inside else -nearest_m)


class ZoneOracle:
    """Zones here are single polygons; the margin of each is given by its document or is the limit's."""

    def __init__(self, world: World, name: str, rule: str) -> None:
        self.world, self.name = world, name
        features = world.documents.get("zones", {}).get("features", [])
        self.zones = [f for f in features if f["properties"].get("rule") == rule]
        self.offset_h = world.documents.get("city", {}).get("utc_offset_h", 8)
        self.condition = ConditionOracle(
            self._telling,
            world.version,
            extrema={"zone": lambda first, _: first},
            min_fixes=ZONE.min_fixes,
            mute_s=ZONE.mute_s,
        )
        self.out_ms: int | None = None

    def step(self, row: Row) -> None:
        if not row.trusted:
            return
        inside = [(depth_m(row.lat_deg, row.lon_deg, z["geometry"]["coordinates"]), z) for z in self.zones]
        inside = [(deep_m, z) for deep_m, z in inside if deep_m >= 0 and self._in_force(z["properties"], row.time_ms)]
        deep = [z for deep_m, z in inside if deep_m >= z["properties"].get("margin_m", ZONE.margin_m)]
        if inside:
            self.out_ms = None
        elif self.out_ms is None:
            self.out_ms = row.time_ms
        on = bool(deep) and bool(row.speed_mps > ZONE.above_mps)
        if on and self.condition.episode is None:
            self.condition.hold_s = deep[0]["properties"].get("hold_s", ZONE.hold_s)
        off = self.out_ms is not None and row.time_ms - self.out_ms >= ZONE.clear_s * 1000
        values = {"zone": deep[0] if deep else None}
        self.condition.step(row, on, off, values, between=self.out_ms is not None)

    def _in_force(self, properties: dict[str, Any], time_ms: int) -> bool:
        dated = (
            instant(properties.get("valid_from"), -math.inf) <= time_ms < instant(properties.get("valid_to"), math.inf)
        )
        return dated and is_open(properties.get("windows"), time_ms, self.offset_h)

    def _telling(self, episode: Episode, over: bool) -> Telling:
        properties = episode.first["zone"]["properties"]
        opening = {
            "rule_version": forbidden_zone.VERSION,
            "zone_id": properties["zone_id"],
            "zone_name": properties.get("name"),
            "order": properties.get("order"),
            "above_mps": float(np.float32(ZONE.above_mps)),
            "hold_s": float(episode.hold_s),
            "min_fixes": ZONE.min_fixes,
        }
        closing = {"duration_s": episode.duration_s, "fixes": episode.count}
        return Telling(self.name, int(ZONE.severity), opening, closing, episode.last_ms, over)


@dataclass
class Haul:
    """What a truck carries on a row: whether it hauls, as measured or presumed, under which permit, from which site."""

    hauls: bool
    heavy: bool
    permit: int
    site: int

    @classmethod
    def of(cls, load: LoadStateOracle, trips: TripsOracle) -> Haul:
        permits, permit = trips.world.permits, trips.permit
        site = trips._site if trips._open else -1
        if permit >= 0 and permits.period[permit]:
            site = int(permits.site[permit])
        presumed = trips._open and trips._hauling and not trips._unloaded and trips.trips[-1].inferred
        heavy = load.state == HEAVY
        return cls(heavy or (presumed and load.state != EMPTY), heavy, permit, site)


def known_by(heavy: bool) -> dict[str, Any]:
    return {"by": ["load"] if heavy else ["stay"], "confidence": 1.0 if heavy else 0.6}


class OutOfHoursOracle:
    def __init__(self, world: World) -> None:
        documents = world.documents
        city = documents.get("city", {})
        self.world, self.offset_h, self.of_city = world, city.get("utc_offset_h", 8), city.get("haul_windows")
        sites = documents.get("sites", {}).get("features", [])
        self.of_site = [site["properties"].get("work_windows") for site in sites]
        self.of_permit = [permit.get("windows") for permit in documents.get("permits", [])]
        self.condition = ConditionOracle(
            self._telling, world.version, extrema={"what": lambda first, _: first}, mute_s=HOURS.mute_s
        )

    def step(self, row: Row, haul: Haul, load: LoadStateOracle, trips: TripsOracle) -> None:
        by, windows = self._windows(haul.permit, haul.site)
        allowed = self._may(windows, row.time_ms)
        drives = row.trusted and not row.in_place and bool(row.speed_mps > np.float32(HOURS.above_mps))
        early = load.loading is not None and self._early(load.loading.start, *trips.loading_place)
        noted = {"permit": haul.permit, "site": haul.site, "by": by, "heavy": haul.heavy}
        if early:
            site, permit = trips.loading_place
            noted |= {"permit": permit, "site": site, "by": self._windows(permit, site)[0]}
        self.condition.hold_s, self.condition.min_fixes = (0, 1) if early else (HOURS.hold_s, HOURS.min_fixes)
        on = early or (haul.hauls and drives and not allowed)
        self.condition.step(row, on, not haul.hauls or allowed, {"what": "loading" if early else "hauling"}, noted)

    def _early(self, start: FixKey, site: int, permit: int) -> bool:
        own = self.of_site[site] if site >= 0 else None
        of_permit = self.of_permit[permit] if permit >= 0 else None
        return own is not None and not self._may(of_permit or own, start.fix_time_ms)

    def _windows(self, permit: int, site: int) -> tuple[str, Any]:
        if permit >= 0 and self.of_permit[permit] is not None:
            return "permit", self.of_permit[permit]
        if site >= 0 and self.of_site[site] is not None:
            return "site", self.of_site[site]
        return "city", self.of_city

    def _may(self, windows: Any, time_ms: int) -> bool:
        earlier_ms = time_ms - HOURS.grace_s * 1000
        return is_open(windows, time_ms, self.offset_h) or is_open(windows, earlier_ms, self.offset_h)

    def _telling(self, episode: Episode, over: bool) -> Telling:
        local = datetime.fromtimestamp(episode.since_ms / 1000, UTC) + timedelta(hours=self.offset_h)
        permit, site = episode.noted["permit"], episode.noted["site"]
        opening = {
            "rule_version": out_of_hours.VERSION,
            "what": episode.first["what"],
            **known_by(episode.noted["heavy"]),
            "hours_of": episode.noted["by"],
            "local_time": local.strftime("%H:%M"),
            "permit_id": self.world.permits.permit_ids[permit] if permit >= 0 else None,
            "site_id": self.world.site_ids[site] if site >= 0 else None,
            "hold_s": float(episode.hold_s),
            "grace_s": HOURS.grace_s,
        }
        closing = {"duration_s": episode.duration_s, "fixes": episode.count}
        return Telling("out_of_hours", 2 if episode.noted["heavy"] else 1, opening, closing, episode.last_ms, over)


class NoPermitOracle:
    def __init__(self, world: World, vehicle: int) -> None:
        self.world, self.offset_h = world, world.documents.get("city", {}).get("utc_offset_h", 8)
        own = (
            world.vehicle_ids[vehicle],
            world.company_ids[world.company[vehicle]] if world.company[vehicle] >= 0 else "",
        )
        self.permits = [p for p in world.documents.get("permits", []) if self._names(p, *own)]
        self.condition = ConditionOracle(self._telling, world.version, hold_s=PERMIT.hold_s, min_fixes=PERMIT.min_fixes)
        self.asked = bool(world.permits.permit_ids)

    @staticmethod
    def _names(permit: dict[str, Any], vehicle_id: str, company_id: str) -> bool:
        vehicle_ids = permit.get("vehicle_ids")
        return permit.get("company_id") == company_id if vehicle_ids is None else vehicle_id in vehicle_ids

    def step(self, row: Row, haul: Haul) -> None:
        site_id = self.world.site_ids[haul.site] if haul.site >= 0 and haul.permit < 0 else None
        what = None
        if haul.hauls and self.asked:
            now = [p for ms in (row.time_ms, row.time_ms - PERMIT.grace_s * 1000) for p in self._valid(ms)]
            if not now:
                what = "no_permit"
            elif site_id is not None and all(p.get("site_id") not in (None, site_id) for p in now):
                what = "wrong_site"
        drives = row.located and not row.in_place and bool(row.speed_mps > np.float32(PERMIT.above_mps))
        newest = self._newest(row.time_ms)
        noted = {"what": what, "permit": newest, "site": haul.site, "heavy": haul.heavy}
        self.condition.step(row, what is not None and drives, what is None, noted=noted)

    def _valid(self, time_ms: float) -> list[dict[str, Any]]:
        return [
            p
            for p in self.permits
            if instant(p.get("valid_from"), -math.inf) <= time_ms < instant(p.get("valid_to"), math.inf)
        ]

    def _newest(self, time_ms: int) -> dict[str, Any] | None:
        begun = [p for p in self.permits if instant(p.get("valid_from"), -math.inf) <= time_ms]
        valid = self._valid(time_ms)
        if valid:
            return max(valid, key=lambda p: (instant(p.get("valid_from"), -math.inf), self.permits.index(p)))
        return max(begun, key=self._end, default=None)

    def _end(self, permit: dict[str, Any]) -> tuple[float, float, int]:
        ends, begins = instant(permit.get("valid_to"), math.inf), instant(permit.get("valid_from"), -math.inf)
        return ends, begins, self.permits.index(permit)

    def _telling(self, episode: Episode, over: bool) -> Telling:
        permit, site = episode.noted["permit"], episode.noted["site"]
        valid_to = permit.get("valid_to") if permit else None
        opening = {
            "rule_version": no_permit.VERSION,
            "what": episode.noted["what"],
            **known_by(episode.noted["heavy"]),
            "permit_id": permit["permit_id"] if permit else None,
            "permit_valid_to_ms": None if valid_to is None else round(instant(valid_to, 0)),
            "site_id": self.world.site_ids[site] if site >= 0 else None,
            "local_day": self._day(episode.since_ms),
            "hold_s": PERMIT.hold_s,
            "grace_s": PERMIT.grace_s,
        }
        closing = {"duration_s": episode.duration_s, "fixes": episode.count}
        severity = (3 if episode.noted["what"] == "no_permit" else 2) - (not episode.noted["heavy"])
        return Telling("no_permit", severity, opening, closing, episode.last_ms, over)

    def _day(self, time_ms: int) -> str:
        return str((datetime.fromtimestamp(time_ms / 1000, UTC) + timedelta(hours=self.offset_h)).date())

    def of_days(self) -> list[Found]:
        """Return the first event of each day."""
        first: dict[str, Found] = {}
        for found in sorted(self.condition.found, key=lambda found: found.start):
            first.setdefault(self._day(found.start.fix_time_ms), found)
        return list(first.values())


class SuspiciousLoadingOracle:
    def __init__(self, world: World) -> None:
        self.world = world
        self.found: list[Found] = []
        self._slow_ms: int | None = None
        self._quiet_ms = -math.inf

    def step(self, row: Row, motion: MotionOracle, load: LoadStateOracle) -> None:
        if motion.slow:
            self._slow_ms = row.time_ms
        loading = load.loading
        if loading is None or loading.empty_ms is None or self._slow_ms is None or self._slow_ms < loading.empty_ms:
            return
        if not all(map(self._nowhere, (loading.place, row.place))) or row.time_ms < self._quiet_ms:
            return
        self._quiet_ms = row.time_ms + LOADING.mute_s * 1000
        since_empty_s = (row.time_ms - loading.empty_ms) / 1000
        is_sure = since_empty_s <= LOADING.sure_within_s
        opening = {
            "rule_version": suspicious_loading.VERSION,
            "world_version": self.world.version,
            "by": ["load"],
            "confidence": 1.0 if is_sure else 0.5,
            "load_kg": float(loading.load_kg),
            "empty_below_kg": LoadStateLimits().empty_share * load.capacity_kg,
            "capacity_kg": load.capacity_kg,
            "since_empty_s": since_empty_s,
            "sure_within_s": LOADING.sure_within_s,
            "margin_m": LOADING.margin_m,
            **self._nearest_site(loading.place),
        }
        self.found.append(
            Found(
                kind="suspicious_loading",
                start=loading.start,
                confirmed_ms=row.time_ms,
                end_ms=row.time_ms,
                place=loading.place,
                severity=2 if is_sure else 1,
                opening=opening,
                closing={},
            )
        )

    def _nowhere(self, place: tuple[float, float]) -> bool:
        features = [f for name in ("sites", "dump_points") for f in self.world.documents[name]["features"]]
        depths_m = [depth_m(*place, feature["geometry"]["coordinates"]) for feature in features]
        return not math.isnan(place[0]) and all(deep_m < -LOADING.margin_m for deep_m in depths_m)

    def _nearest_site(self, place: tuple[float, float]) -> dict[str, Any]:
        features = self.world.documents["sites"]["features"]
        away_m, site_id = min(
            (-depth_m(*place, f["geometry"]["coordinates"]), f["properties"]["site_id"]) for f in features
        )
        if away_m > suspicious_loading.NEAR_M:
            return {"nearest_site_id": None, "nearest_site_m": None}
        return {"nearest_site_id": site_id, "nearest_site_m": round(away_m, 1)}


class ZonesOracles:
    def __init__(self, world: World, vehicle: int) -> None:
        self.zones = [ZoneOracle(world, "forbidden_zone", "forbidden"), ZoneOracle(world, "control_order", "control")]
        self.hours, self.permits = OutOfHoursOracle(world), NoPermitOracle(world, vehicle)
        self.loadings = SuspiciousLoadingOracle(world)
        self.found: list[Found] = []

    def step(self, row: Row, load: LoadStateOracle, motion: MotionOracle, trips: TripsOracle) -> None:
        haul = Haul.of(load, trips)
        for zone in self.zones:
            zone.step(row)
        self.hours.step(row, haul, load, trips)
        self.permits.step(row, haul)
        self.loadings.step(row, motion, load)

    def finish(self) -> None:
        for oracle in (*self.zones, self.hours, self.permits):
            oracle.condition.finish()
        for oracle in (*self.zones, self.hours):
            self.found += oracle.condition.found
        self.found += self.permits.of_days() + self.loadings.found


def judge_zones(track: FixBatch, world: World) -> list[Found]:
    """Return what these rules find in one truck's rows."""
    vehicle = int(track.vehicle[0])
    known_kg = float(world.capacity_kg[vehicle])
    capacity_kg = LoadStateLimits().assumed_capacity_kg if math.isnan(known_kg) else known_kg
    load, motion, level = LoadStateOracle(capacity_kg), MotionOracle(), LevelOracle(capacity_kg)
    unloadings, trips, zones = UnloadingOracle(capacity_kg), TripsOracle(world, vehicle), ZonesOracles(world, vehicle)
    for row in rows_of(track, world, capacity_kg):
        load.step(row)
        motion.step(row)
        level.step(row, motion)
        unloadings.step(row, motion, level, load.loading is not None)
        trips.step(row, load, unloadings, motion, level)
        zones.step(row, load, motion, trips)
    zones.finish()
    return zones.found
