"""Zones by the rule that they are for, and which of them are in force at an instant.

Every rule has an index of its own, so that a question meets only its zones; several that lie over each other are all
found. A zone is in force within its dates and weekly windows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rules_engine.geodesy import metres_per_degree
from rules_engine.polygons import PolygonIndex
from rules_engine.polygons_grid import FloatArray, Rings
from rules_engine.time_windows import TimeWindows
from rules_engine.world_documents import ZoneProperties, from_ms, to_ms
from rules_engine.world_error import WorldError

IntArray = NDArray[np.integer[Any]]
RULES = ("forbidden", "control", "speed", "parking")
KMH = 1 / 3.6


@dataclass(frozen=True)
class RuleZones:
    """The zones of one rule, Z of them in the order of the documents; columns of shape (Z,).

    Attributes:
        zone: Row among all zones of the world.
        zone_ids: Names.
        names: What people call them, None where not given.
        orders: The control orders that they belong to, likewise.
        areas: Where they are.
        borders: Their outlines, as areas without inside.
        limit_mps: Speed limit, NaN where none. [m/s]
        valid_from_ms: When they come into force, and `valid_to_ms` when they no longer are.
        windows: Row of the world's time windows.
        hold_s: How long until it counts, NaN where the rule's limit decides. [s]
        margin_m: How deep inside it counts, likewise. [m]
        depth_m: Half their area over their outline: about a quarter of the width of a strip, an eighth of a square's
            side. [m]
        weekly: The world's time windows.
    """

    zone: NDArray[np.int32]
    zone_ids: list[str]
    names: list[str | None]
    orders: list[str | None]
    areas: PolygonIndex
    borders: PolygonIndex
    limit_mps: NDArray[np.float64]
    valid_from_ms: NDArray[np.int64]
    valid_to_ms: NDArray[np.int64]
    windows: NDArray[np.int32]
    hold_s: NDArray[np.float64]
    margin_m: NDArray[np.float64]
    depth_m: NDArray[np.float64]
    weekly: TimeWindows

    def __len__(self) -> int:
        return len(self.zone)

    def any_valid(self, first_ms: int, last_ms: int) -> bool:
        """Return whether some zone's dates meet a span of time, both ends included."""
        return bool(((self.valid_from_ms <= last_ms) & (self.valid_to_ms > first_ms)).any())

    def active(self, zone: IntArray, time_ms: IntArray) -> NDArray[np.bool_]:
        """Return whether each of some zones of this rule is in force at each instant, shape (N,)."""
        in_force: NDArray[np.bool_] = (self.valid_from_ms[zone] <= time_ms) & (time_ms < self.valid_to_ms[zone])
        in_force &= self.weekly.allowed(self.windows[zone], time_ms)
        return in_force

    def holding(
        self, lat_deg: FloatArray, lon_deg: FloatArray, time_ms: IntArray
    ) -> tuple[NDArray[np.intp], NDArray[np.int32]]:
        """Return every (fix, zone) with the fix in a zone then in force, sorted by fix and zone, each of shape (P,)."""
        held = (self.areas.query(lat_deg, lon_deg) >= 0).nonzero()[0] if len(self) else np.empty(0, np.intp)
        fix, zone, distance_m = self.areas.pairs_within(lat_deg[held], lon_deg[held], 0.0)
        fix = held[fix]
        chosen = (distance_m == 0.0) & self.active(zone, time_ms[fix])
        return fix[chosen], zone[chosen]

    def near_border(
        self, lat_deg: FloatArray, lon_deg: FloatArray, zone: IntArray, margin_m: FloatArray
    ) -> NDArray[np.bool_]:
        """Return whether each fix is nearer than a margin to the outline of its zone; NaN is not, shape (P,)."""
        near = np.zeros(len(lat_deg), np.bool_)
        fix, border, distance_m = self.borders.pairs_within(lat_deg, lon_deg, margin_m)
        same = (border == zone[fix]) & (distance_m < margin_m[fix])
        near[fix[same]] = True
        return near


def zones_by_rule(
    zones: Sequence[ZoneProperties],
    areas: Sequence[Sequence[Rings]],
    windows: NDArray[np.int32],
    weekly: TimeWindows,
    previous: Mapping[str, RuleZones],
) -> dict[str, RuleZones]:
    """Return the zones of each rule.

    Args:
        zones: What the documents say of each zone.
        areas: Its polygons, closed rings each.
        windows: Row of its time windows.
        weekly: The world's time windows.
        previous: Those of the world before, to take unchanged geometry from.

    Raises:
        WorldError: A zone lacks what its rule needs, or ends before it begins.
    """
    for zone in zones:
        _check(zone)
    by_rule = {}
    for rule in RULES:
        rows = [row for row, zone in enumerate(zones) if zone.rule == rule]
        by_rule[rule] = _of_rule(
            np.array(rows, np.int32),
            [zones[row] for row in rows],
            [areas[row] for row in rows],
            (weekly, windows[rows] if rows else windows[:0]),
            previous.get(rule),
        )
    return by_rule


def _of_rule(
    rows: NDArray[np.int32],
    zones: list[ZoneProperties],
    areas: list[Sequence[Rings]],
    hours: tuple[TimeWindows, NDArray[np.int32]],
    previous: RuleZones | None,
) -> RuleZones:
    index = PolygonIndex.build(areas, previous.areas if previous else None)
    kept = previous is not None and index is previous.areas
    borders = previous.borders if previous and kept else PolygonIndex.build([_outline(area) for area in areas])
    return RuleZones(
        zone=rows,
        zone_ids=[zone.zone_id for zone in zones],
        names=[zone.name for zone in zones],
        orders=[zone.order for zone in zones],
        areas=index,
        borders=borders,
        limit_mps=_column([zone.limit_kmh for zone in zones]) * KMH,
        valid_from_ms=np.array([from_ms(zone.valid_from) for zone in zones], np.int64),
        valid_to_ms=np.array([to_ms(zone.valid_to) for zone in zones], np.int64),
        windows=hours[1],
        hold_s=_column([zone.hold_s for zone in zones]),
        margin_m=_column([zone.margin_m for zone in zones]),
        depth_m=np.array([_depth_m(area) for area in areas], np.float64),
        weekly=hours[0],
    )


def _check(zone: ZoneProperties) -> None:
    if zone.rule == "speed" and zone.limit_kmh is None:
        raise WorldError("zones", zone.zone_id, "a limit_kmh, as its rule is speed", "none")
    if from_ms(zone.valid_from) >= to_ms(zone.valid_to):
        raise WorldError("zones", zone.zone_id, "valid_to after valid_from", f"{zone.valid_to}")


def _column(values: list[float | None]) -> NDArray[np.float64]:
    return np.array([np.nan if value is None else value for value in values], np.float64)


def _outline(area: Sequence[Rings]) -> list[Rings]:
    """Return the rings of an area as areas without inside: there, and back the same way."""
    return [[np.concatenate((ring, ring[-2::-1]))] for polygon in area for ring in polygon]


def _depth_m(area: Sequence[Rings]) -> float:
    """Return half of an area's surface over the length of its outline. [m]"""
    surface = outline = 0.0
    for polygon in area:
        for place, ring in enumerate(polygon):
            metres_lat, metres_lon = metres_per_degree(ring[:1, 1])
            east, north = (ring[:, 0] - ring[0, 0]) * metres_lon, (ring[:, 1] - ring[0, 1]) * metres_lat
            doubled = float(east[:-1] @ north[1:] - east[1:] @ north[:-1])
            surface += abs(doubled) / 2 if place == 0 else -abs(doubled) / 2
            outline += float(np.hypot(np.diff(east), np.diff(north)).sum())
    return surface / outline / 2 if outline else 0.0
