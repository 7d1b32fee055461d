"""The city and its fleet as world documents: what a bureau would have on file about them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from simulators.city import City, Place
from simulators.fleet import Truck
from simulators.instant import rfc3339
from simulators.permit_documents import company_id, permit_documents
from simulators.plane import FloatArray, rectangle
from simulators.streets import ARTERIAL_MPS, EXPRESSWAY_MPS, STREET_MPS
from simulators.zones import Zone

Feature = dict[str, Any]
ROAD_CLASSES = {EXPRESSWAY_MPS: "expressway", ARTERIAL_MPS: "fast", STREET_MPS: "ordinary", 0.0: "ordinary"}


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
        "companies": [{"company_id": company_id(n), "name": f"Haulier {n + 1}"} for n in company_ids],
        "vehicles": [_vehicle(truck) for truck in fleet],
        "terminals": [*(_truck_terminal(city, truck) for truck in fleet), *_place_terminals(city)],
        "sites": _collection(_place_feature(city, place, "site_id") for place in city.sites),
        "dump_points": _collection(_place_feature(city, place, "dump_point_id") for place in city.dump_points),
        "corridors": _collection(_corridor_features(city)),
        "zones": _collection(_zone_feature(city, zone, start) for zone in city.zones),
        "districts": _collection(_district_features(city)),
        "permits": permit_documents(city, fleet, start),
        "limits": {"city": {}},
    } | _law_documents(city)


def _vehicle(truck: Truck) -> dict[str, Any]:
    return {
        "vehicle_id": truck.vehicle_id,
        "plate": truck.plate,
        "company_id": company_id(truck.company),
        "capacity_kg": truck.capacity_kg,
        "tare_kg": truck.tare_kg,
        **({} if truck.tag is None else {"tag": truck.tag}),
    }


def _truck_terminal(city: City, truck: Truck) -> dict[str, Any]:
    assignment = {"vehicle_id": truck.vehicle_id, "from": None, "to": None}
    spoken = {"protocol": "jt808", "phone": truck.phone, "vendor": truck.vendor} if truck.phone else {}
    return _terminal(city, truck.terminal_id, "truck", assignments=[assignment], **spoken)


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
    properties: dict[str, Any] = {id_name: place.place_id, "name": place.name, "district_id": district_id}
    if place.window is not None:
        properties["work_windows"] = [place.window.document()]
    return _feature("Polygon", [city.plane.coordinates(place.fence_m)], properties)


def _corridor_features(city: City) -> Iterable[Feature]:
    for corridor in [*city.corridors, *([city.works.detour] if city.works else [])]:
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


def _zone_feature(city: City, zone: Zone, start: datetime) -> Feature:
    properties: dict[str, Any] = {"zone_id": zone.zone_id, "name": zone.name, "rule": zone.rule}
    if zone.limit_kmh is not None:
        properties["limit_kmh"] = zone.limit_kmh
    if zone.valid_s is not None:
        instants = [rfc3339(start + timedelta(seconds=at_s)) for at_s in zone.valid_s]
        properties |= {"valid_from": instants[0], "valid_to": instants[1], "order": zone.name}
    if zone.windows:
        properties["windows"] = [window.document() for window in zone.windows]
    return _feature("Polygon", [city.plane.coordinates(zone.ring_m)], properties)


def _law_documents(city: City) -> dict[str, Any]:
    """Return the roads and the city's hours, where it has them on file."""
    documents: dict[str, Any] = {}
    if city.law is not None:
        documents["roads"] = _collection(_road_features(city))
    if city.plan.haul_window is not None:
        windows = [city.plan.haul_window.document()]
        documents["city"] = {"utc_offset_h": city.plan.utc_offset_h, "haul_windows": windows}
    return documents


def _road_features(city: City) -> Iterable[Feature]:
    for (here, there), limit_mps in city.streets.speed_limit_mps.items():
        road_class = next(word for least_mps, word in ROAD_CLASSES.items() if limit_mps >= least_mps)
        properties: dict[str, Any] = {"road_id": f"R{here}-{there}", "road_class": road_class}
        # Every second street says its limit itself; the others leave it to their class where that is its own.
        if (here + there) % 2 or limit_mps not in ROAD_CLASSES:
            properties["limit_kmh"] = round(limit_mps * 3.6)
        line = city.streets.crossings_m[[here, there]]
        yield _feature("LineString", city.plane.coordinates(line), properties)
