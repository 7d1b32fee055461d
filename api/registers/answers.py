"""Items of registers as answers: flat JSON, GeoJSON or CSV, masked for the role, in the system that was asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from psycopg.rows import DictRow

from api.crs import Crs, shown_geometry, shown_position
from api.masking import names_in_full, plates_in_full, shown_driver, shown_plate
from api.viewer import Viewer
from supervision.registers.items import Item, flat
from supervision.registers.table import Register

GEOJSON = "application/geo+json"


def item_answer(register: Register, viewer: Viewer, row: DictRow, crs: Crs) -> Item:
    """Return one row of `storage.queries.registers` as an answer."""
    # A world folder may bring a member that is null; it is answered as one that is not there.
    given = {name: value for name, value in flat(register, row["item"]).items() if value is not None}
    item: Item = {"geometry": None} | given | row["extra"] if register.geometry else given | row["extra"]
    for field in register.fields:
        if field.private is not None and isinstance(item.get(field.name), str):
            item[field.name] = _masked(field.private, viewer, item[field.name])
    if register.geometry is not None:
        item["geometry"] = shown_geometry(item["geometry"], crs)
    if crs != "wgs84" and _has_place(item):
        item["lon_deg"], item["lat_deg"] = shown_position(item["lon_deg"], item["lat_deg"], crs)
    return item | {"version": row["version"]}


def hidden_members(register: Register, viewer: Viewer) -> dict[str, str]:
    """Return the plates and names of people that a viewer is shown in part only, and which they are."""
    full = {"plate": plates_in_full(viewer), "name": names_in_full(viewer)}
    return {
        field.name: field.private for field in register.fields if field.private and not full.get(field.private, True)
    }


def _has_place(item: Mapping[str, Any]) -> bool:
    return all(isinstance(item.get(name), int | float) for name in ("lon_deg", "lat_deg"))


def _masked(private: str, viewer: Viewer, text: str) -> str | None:
    if private == "plate":
        return shown_plate(viewer, text)
    if private == "name":
        return shown_driver(viewer, text)
    return text if shown_driver(viewer, "张三") == "张三" else f"***{text[-2:]}"


def collection(register: Register, items: Iterable[Item], **members: Any) -> Item:
    """Return items as a GeoJSON FeatureCollection; those without a place have no geometry."""
    features = [_feature(register, item) for item in items]
    return {"type": "FeatureCollection", "features": features, **members}


def _feature(register: Register, item: Item) -> Item:
    if register.geometry is not None:
        geometry = item.get("geometry")
    else:
        geometry = {"type": "Point", "coordinates": [item["lon_deg"], item["lat_deg"]]} if _has_place(item) else None
    properties = {name: value for name, value in item.items() if name != "geometry"}
    return {"type": "Feature", "id": item[register.id_name], "properties": properties, "geometry": geometry}


def has_places(register: Register) -> bool:
    """Tell whether a register's items can stand on a map."""
    return register.geometry is not None or register.field("lon_deg") is not None
