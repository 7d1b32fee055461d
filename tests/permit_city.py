"""A city in which permits are applied for: two companies, two districts, a site in each, trucks, a permit in force."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

NOW = datetime.now(UTC).replace(microsecond=0)


def at(days: float) -> str:
    return (NOW + timedelta(days=days)).isoformat()


def area(west_deg: float, size_deg: float = 0.002) -> dict[str, Any]:
    east_deg, north_deg = west_deg + size_deg, 31.7 + size_deg
    ring = [[west_deg, 31.7], [east_deg, 31.7], [east_deg, north_deg], [west_deg, north_deg], [west_deg, 31.7]]
    return {"type": "Polygon", "coordinates": [ring]}


def feature(key: str, name: str, west_deg: float, size_deg: float = 0.002, **more: Any) -> dict[str, Any]:
    properties = {key: name, "name": f"名称 {name}", **more}
    return {"type": "Feature", "properties": properties, "geometry": area(west_deg, size_deg)}


def collection(*features: dict[str, Any]) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": list(features)}


LINE = {"type": "LineString", "coordinates": [[119.901, 31.701], [119.921, 31.701]]}
WORLD: dict[str, Any] = {
    "companies": [{"company_id": "C1", "name": "甲运输"}, {"company_id": "C2", "name": "乙运输"}],
    "vehicles": [
        {"vehicle_id": "V1", "plate": "苏D00001", "company_id": "C1"},
        {"vehicle_id": "V2", "plate": "苏D00002", "company_id": "C1"},
        {"vehicle_id": "V9", "plate": "苏D00009", "company_id": "C2"},
    ],
    "districts": collection(feature("district_id", "WEST", 119.89, 0.1), feature("district_id", "EAST", 120.09, 0.1)),
    "sites": collection(feature("site_id", "S1", 119.9, declared_m3=10_000), feature("site_id", "S2", 120.1)),
    "dump_points": collection(
        feature("dump_point_id", "P1", 119.92, capacity_m3=9_000), feature("dump_point_id", "P2", 120.12)
    ),
    "corridors": collection(
        {"type": "Feature", "properties": {"corridor_id": "K1", "half_width_m": 60}, "geometry": LINE}
    ),
    "permits": [
        {
            "permit_id": "R1",
            "company_id": "C1",
            "vehicle_ids": ["V1"],
            "site_id": "S1",
            "dump_point_ids": ["P1"],
            "corridor_ids": ["K1"],
            "valid_from": at(-30),
            "valid_to": at(30),
            "quota_m3": 4_000,
        },
        {"permit_id": "R9", "company_id": "C2", "vehicle_ids": ["V9"], "site_id": "S2", "dump_point_ids": ["P2"]},
    ],
}
ASKED: dict[str, Any] = {
    "vehicle_ids": ["V2"],
    "site_id": "S1",
    "dump_point_ids": ["P1"],
    "corridor_ids": ["K1"],
    "valid_from": at(-1),
    "valid_to": at(60),
    "windows": [{"from": "20:00", "to": "06:00"}],
    "spoil": "工程渣土",
    "quota_m3": 3_000,
    "note": "基坑土方外运",
}
