"""What OpenAPI says about registers, made of their descriptions."""

from __future__ import annotations

from typing import Any

from supervision.registers.table import Register

_GEOMETRIES = {"area": ["Polygon", "MultiPolygon"], "line": ["LineString"]}
_SQUARE = [[[119.95, 31.8], [119.953, 31.8], [119.953, 31.802], [119.95, 31.8]]]
_EXAMPLE_GEOMETRIES = {
    "area": {"type": "Polygon", "coordinates": _SQUARE},
    "line": {"type": "LineString", "coordinates": _SQUARE[0][:2]},
}


def example(register: Register) -> dict[str, Any]:
    """Return an item of a register as somebody might send it."""
    item = {field.name: field.example for field in register.fields if field.example is not None}
    if register.geometry is not None:
        item["geometry"] = _EXAMPLE_GEOMETRIES[register.geometry]
    if register.name == "permits":
        item |= {"company_id": "C1", "quota_trips": 500}
    return item


def item_schema(register: Register, *, answer: bool) -> dict[str, Any]:
    """Return the JSON schema of an item, as answered or as sent."""
    properties = {field.name: field.schema() for field in register.fields}
    required = [field.name for field in register.fields if field.required]
    if register.geometry is not None:
        properties["geometry"] = _geometry_schema(register.geometry)
        required.append("geometry")
    about_version = "Number of its last change. Sent back, the change is refused when somebody changed it meanwhile."
    properties["version"] = {"type": "integer", "description": about_version}
    if answer:
        required.append("version")
        properties |= {name: {"description": "Computed; nobody writes it."} for name in register.computed}
    schema = {"type": "object", "properties": properties, "required": required, "title": register.en}
    return schema | ({"example": example(register) | ({"version": 812} if answer else {})})


def change_schema(register: Register) -> dict[str, Any]:
    """Return the JSON schema of a merge patch."""
    return item_schema(register, answer=False) | {"required": []}


def page_schema(register: Register) -> dict[str, Any]:
    """Return the JSON schema of a page of items."""
    properties = {
        list_name(register): {"type": "array", "items": item_schema(register, answer=True)},
        "next": {"type": ["string", "null"], "description": "Path of the page after this one."},
    }
    return {"type": "object", "properties": properties, "required": list(properties)}


def list_name(register: Register) -> str:
    """Return the member that holds the items of a page."""
    return register.name.replace("-", "_")


def _geometry_schema(geometry: str) -> dict[str, Any]:
    return {
        "type": "object",
        "description": "GeoJSON geometry; positions are [longitude, latitude]. [deg]",
        "properties": {"type": {"enum": _GEOMETRIES[geometry]}, "coordinates": {"type": "array"}},
        "required": ["type", "coordinates"],
    }


def body(schema: dict[str, Any], media_types: tuple[str, ...] = ("application/json",)) -> dict[str, Any]:
    """Return `openapi_extra` of a route that reads its body itself."""
    return {"requestBody": {"required": True, "content": {each: {"schema": schema} for each in media_types}}}


def answers(schema: dict[str, Any], status: int = 200, media_type: str = "application/json") -> dict[int | str, Any]:
    """Return `responses` of a route."""
    return {status: {"description": "Done", "content": {media_type: {"schema": schema}}}}
