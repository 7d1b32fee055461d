"""Twin of rules_engine.rules.overspeed and speed_limits."""

from __future__ import annotations

import math

import numpy as np

from oracles.condition import ConditionOracle, Episode
from oracles.row import ACCURACY, Row
from rules_engine.geodesy import Segments, metres_per_degree
from rules_engine.roads import CLASSES
from rules_engine.rules.overspeed import CRITICAL, NAME, NOTICE, VERSION, WARNING
from rules_engine.rules.rule import Telling
from rules_engine.speed_limits import KMH, OverspeedLimits
from rules_engine.world import World

LIMITS = OverspeedLimits()
CLASS_KMH = dict(zip(CLASSES, (LIMITS.expressway_kmh, LIMITS.fast_kmh, LIMITS.ordinary_kmh), strict=True))


class OverspeedOracle:
    def __init__(self, world: World) -> None:
        self.world = world
        features = world.documents.get("roads", {"features": []})["features"]
        self.lines = [np.array(feature["geometry"]["coordinates"]) for feature in features]
        self.condition = ConditionOracle(
            _telling,
            world.version,
            extrema={"speed_mps": max, "share": max},
            hold_s=LIMITS.hold_s,
            min_fixes=LIMITS.min_fixes,
            mute_s=LIMITS.mute_s,
        )

    def step(self, row: Row, permit: int) -> None:
        if not row.trusted or not row.speed_told:
            return
        speed_mps = float(row.speed_mps)
        limit_kmh, by, zone, road = self.limit(row, permit)
        too_fast = speed_mps > limit_kmh / KMH * (1 + LIMITS.over_share)
        believed = speed_mps <= ACCURACY.jump_above_mps and not row.implied_mps < LIMITS.moved_share * speed_mps
        self.condition.step(
            row,
            too_fast and believed,
            speed_mps < limit_kmh / KMH,
            {"speed_mps": speed_mps, "share": float(np.float32(speed_mps / (limit_kmh / KMH)))},
            {"limit_kmh": limit_kmh, "by": by, "zone": zone, "road": road},
            between=not too_fast,
        )

    def limit(self, row: Row, permit: int) -> tuple[float, str, str | None, tuple[str, str] | None]:
        """Return the limit [km/h], what set it, and the zone or road that did."""
        lat_deg, lon_deg, time_ms = np.array([row.lat_deg]), np.array([row.lon_deg]), np.array([row.time_ms])
        zones = self.world.zones_of("speed")
        within = [
            (float(zones.limit_mps[zone]) * KMH, zone)
            for _, zone, distance_m in zip(*zones.areas.pairs_within(lat_deg, lon_deg, 0.0), strict=True)
            if distance_m == 0 and zones.active(np.array([zone]), time_ms)[0]
        ]
        if within:
            limit_kmh, zone = min(within)
            return limit_kmh, "zone", zones.zone_ids[zone], None
        own_kmh = self.world.limits.permits.get(permit, {}).get("overspeed.limit_kmh")
        if own_kmh is not None:
            return own_kmh, "permit", None, None
        best: tuple[float, str, str | None, tuple[str, str] | None] | None = None
        roads = self.world.roads
        for road, line in enumerate(self.lines):
            if _distance_m(row, line) > LIMITS.road_reach_m:
                continue
            road_class, limit_kmh = CLASSES[roads.road_class[road]], float(roads.limit_kmh[road])
            by = "road_class" if math.isnan(limit_kmh) else "road"
            limit_kmh = CLASS_KMH[road_class] if math.isnan(limit_kmh) else limit_kmh
            if best is None or limit_kmh > best[0]:
                best = (limit_kmh, by, None, (roads.road_ids[road], road_class))
        return best or (LIMITS.limit_kmh, "everywhere", None, None)


def _distance_m(row: Row, line: np.ndarray) -> float:
    """Return the distance from a line that is straight in longitude and latitude, as GeoJSON draws it. [m]"""
    metres_lat, metres_lon = metres_per_degree(row.lat_deg)
    east_m, north_m = (line[:, 0] - row.lon_deg) * metres_lon, (line[:, 1] - row.lat_deg) * metres_lat
    return float(Segments.through(east_m, north_m).distance_m(np.zeros(1), np.zeros(1)).min())


def _telling(episode: Episode, over: bool) -> Telling:
    road_id, road_class = episode.noted["road"] or (None, None)
    opening = {
        "rule_version": VERSION,
        "max_speed_mps": episode.first["speed_mps"],
        "limit_kmh": float(np.float32(episode.noted["limit_kmh"])),
        "by": episode.noted["by"],
        "zone_id": episode.noted["zone"],
        "road_id": road_id,
        "road_class": road_class,
        "over_share": float(np.float32(LIMITS.over_share)),
        "hold_s": LIMITS.hold_s,
    }
    closing = {
        "max_speed_mps": episode.best["speed_mps"],
        "duration_s": episode.duration_s,
        "fixes": episode.count,
    }
    excess = (episode.best if over else episode.first)["share"] - 1
    grades = ((LIMITS.extreme_over_share, CRITICAL), (np.float32(LIMITS.severe_over_share), WARNING))
    severity = next((grade for least, grade in grades if excess > least), NOTICE)
    return Telling(NAME, severity, opening, closing, episode.last_ms, over)
