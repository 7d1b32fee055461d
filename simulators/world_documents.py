"""The city and its fleet as world documents: what a bureau would have on file about them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from simulators.city import City, Place
from simulators.fleet import Truck
from simulators.instant import rfc3339
from simulators.plane import FloatArray, rectangle

Feature = dict[str, Any]
PERMIT_BEFORE = timedelta(days=90)  # history is uploaded up to 60 days late
PERMIT_AFTER = timedelta(days=365)


def washer_id(site: Place) -> str:
    """Return the device id of a site's washer."""
    return f"W-{site.place_id}"


def gate_id(dump_point: Place) -> str:
    """Return the device id of a dump point's gate."""
    return f"G-{dump_point.place_id}"


def world_documents(city: City, fleet: list[Truck], start: datetime) -> dict[str, Any]:
    """Return every world document of a simulated city by file stem.

    Args:
        city: What stands still.
        fleet: What drives.
        start: When the scenario begins; permits are valid from three months before it for a year.
    """
    company_ids = sorted({truck.company for truck in fleet})
    return {
        "companies": [{"company_id": _company(n), "name": f"Haulier {n + 1}"} for n in company_ids],
        "vehicles": [_vehicle(truck) for truck in fleet],
        "terminals": [*(_truck_terminal(city, truck) for truck in fleet), *_place_terminals(city)],
        "sites": _collection(_place_feature(city, place, "site_id") for place in city.sites),
        "dump_points": _collection(_place_feature(city, place, "dump_point_id") for place in city.dump_points),
        "corridors": _collection(_corridor_features(city)),
        "zones": _collection([]),
        "districts": _collection(_district_features(city)),
        "permits": _permits(fleet, start),
        "limits": {"city": {}},
    }


def _company(number: int) -> str:
    return f"K{number + 1:02d}"


def _vehicle(truck: Truck) -> dict[str, Any]:
    return {
        "vehicle_id": truck.vehicle_id,
        "plate": truck.plate,
        "company_id": _company(truck.company),
        "capacity_kg": truck.capacity_kg,
        "tare_kg": truck.tare_kg,
    }


def _truck_terminal(city: City, truck: Truck) -> dict[str, Any]:
    assignment = {"vehicle_id": truck.vehicle_id, "from": None, "to": None}
    return _terminal(city, truck.terminal_id, "truck", assignments=[assignment])


def _place_terminals(city: City) -> list[dict[str, Any]]:
    washers = [_terminal(city, washer_id(site), "washer", site_id=site.place_id) for site in city.sites]
    gates = [_terminal(city, gate_id(dump), "gate", dump_point_id=dump.place_id) for dump in city.dump_points]
    return washers + gates


def _terminal(city: City, terminal_id: str, kind: str, **more: Any) -> dict[str, Any]:
    empty: dict[str, Any] = {"site_id": None, "dump_point_id": None, "assignments": []}
    return {"terminal_id": terminal_id, "kind": kind, "region": city.region, "status": "active"} | empty | more


def _collection(features: Iterable[Feature]) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": list(features)}


def _feature(kind: str, coordinates: list[Any], properties: Mapping[str, Any]) -> Feature:
    geometry = {"type": kind, "coordinates": coordinates}
    return {"type": "Feature", "properties": dict(properties), "geometry": geometry}


def _place_feature(city: City, place: Place, id_name: str) -> Feature:
    district_id = "district-west" if place.centre_m[0] < 0 else "district-east"
    properties = {id_name: place.place_id, "name": place.name, "district_id": district_id}
    return _feature("Polygon", [city.plane.coordinates(place.fence_m)], properties)


def _corridor_features(city: City) -> Iterable[Feature]:
    for corridor in city.corridors:
        properties = {
            "corridor_id": corridor.corridor_id,
            "name": corridor.name,
            "half_width_m": corridor.half_width_m,
        }
        yield _feature("LineString", city.plane.coordinates(corridor.line_m), properties)


def _district_features(city: City) -> Iterable[Feature]:
    low: FloatArray = city.streets.crossings_m.min(axis=0) - 1_000.0
    high: FloatArray = city.streets.crossings_m.max(axis=0) + 1_000.0
    height_m, middle_m = float(high[1] - low[1]), float(high[1] + low[1]) / 2.0
    for name, west_m, east_m in (("west", float(low[0]), 0.0), ("east", 0.0, float(high[0]))):
        centre = np.array([(west_m + east_m) / 2.0, middle_m])
        ring = city.plane.coordinates(rectangle(centre, east_m - west_m, height_m))
        yield _feature("Polygon", [ring], {"district_id": f"district-{name}", "name": f"District {name}"})


def _permits(fleet: list[Truck], start: datetime) -> list[dict[str, Any]]:
    """Return one permit per company, corridor and way of binding."""
    groups: dict[tuple[int, str, str], list[Truck]] = {}
    for truck in fleet:
        binding = "load" if "load" in truck.sensors else "period"  # without a load sensor loading is never seen
        groups.setdefault((truck.company, truck.corridor.corridor_id, binding), []).append(truck)
    return [
        {
            "permit_id": f"P{number:04d}",
            "company_id": _company(company),
            "site_id": trucks[0].corridor.site.place_id,
            "dump_point_ids": [trucks[0].corridor.dump_point.place_id],
            "corridor_ids": [corridor_id],
            "vehicle_ids": [truck.vehicle_id for truck in trucks],
            "valid_from": rfc3339(start - PERMIT_BEFORE),
            "valid_to": rfc3339(start + PERMIT_AFTER),
            "binding": binding,
            "limits": {},
        }
        for number, ((company, corridor_id, binding), trucks) in enumerate(
            sorted(groups.items(), key=lambda g: g[0]), 1
        )
    ]
