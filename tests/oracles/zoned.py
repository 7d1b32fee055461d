"""The small city of `oracles.tracks` with zones, hours and permits that end, so that tracks through it break them."""

from __future__ import annotations

from typing import Any

from oracles.tracks import LAT, LON, M_LAT, M_LON, city
from rules_engine.world import World

# Scenes begin on Monday 2026-09-21, 22:13 by the city's clock.
EVENING = {"from": "18:00", "to": "23:00"}


def square(east_m: float, north_m: float, half_m: float, half_north_m: float | None = None) -> dict[str, Any]:
    """Return a rectangle around a place."""
    half_north_m = half_north_m or half_m
    corners = [(-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1)]
    ring = [[LON + (east_m + x * half_m) * M_LON, LAT + (north_m + y * half_north_m) * M_LAT] for x, y in corners]
    return {"type": "Polygon", "coordinates": [ring]}


def zone(zone_id: str, geometry: dict[str, Any], **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "properties": {"zone_id": zone_id, **properties}, "geometry": geometry}


def collection(*features: dict[str, Any]) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": list(features)}


def zoned_city(**documents: Any) -> World:
    """Return the city with these documents in place of its own."""
    return World.from_documents(city().documents | documents)


def strict_city() -> World:
    """Return a city in which much is forbidden: for random tracks."""
    own = city().documents
    sites = [
        feature | {"properties": feature["properties"] | windows}
        for feature, windows in zip(
            own["sites"]["features"], ({"work_windows": [{"from": "06:00", "to": "22:00"}]}, {}), strict=True
        )
    ]
    permits = [
        own["permits"][0] | {"valid_to": "2026-09-21T21:30:00+08:00"},
        own["permits"][1] | {"windows": [{"from": "20:00", "to": "05:00", "days": [1, 3, 5]}]},
        own["permits"][2],
        own["permits"][0] | {"permit_id": "P9", "valid_from": "2026-09-22T01:00:00+08:00", "vehicle_ids": ["T1"]},
    ]
    zones = collection(
        zone("F1", square(1500, 0, 700), rule="forbidden", name="old town"),
        zone("F2", square(2000, 300, 900), rule="forbidden", hold_s=40, windows=[EVENING]),
        zone("O1", square(3000, 1500, 1600), rule="control", order="2026-3", valid_to="2026-09-22T00:30:00+08:00"),
        zone("X1", square(1500, 0, 3000)),
    )
    return zoned_city(
        sites=collection(*sites),
        permits=permits,
        zones=zones,
        city={"utc_offset_h": 8, "haul_windows": [{"from": "06:00", "to": "22:20"}]},
    )
