"""What OpenAPI says about registers, made of their descriptions; each schema has a name that routes refer to."""

from __future__ import annotations

from typing import Any

from api.registers.members import GEOMETRIES, computed_schema, field_schema
from supervision.registers.table import REGISTERS, Register

Schema = dict[str, Any]
_SQUARE = [[[119.95, 31.8], [119.953, 31.8], [119.953, 31.802], [119.95, 31.8]]]
_EXAMPLE_GEOMETRIES = {
    "area": {"type": "Polygon", "coordinates": _SQUARE},
    "line": {"type": "LineString", "coordinates": _SQUARE[0][:2]},
}
_VERSION = {
    "type": "integer",
    "description": "Number of its last change. Sent back, the change is refused when somebody changed it meanwhile.",
}
# Members that nobody needs to send and every item has.
_ALWAYS = {"permits": ("status",), "terminals": ("kind", "status")}
# Computed members that not every item of every answer has.
_SOMETIMES = ("steps", "applications", "dump_point_id")


def example(register: Register) -> dict[str, Any]:
    """Return an item of a register as somebody might send it."""
    item = {field.name: field.example for field in register.fields if field.example is not None}
    if register.geometry is not None:
        item["geometry"] = _EXAMPLE_GEOMETRIES[register.geometry]
    if register.name == "permits":
        item |= {"company_id": "C1", "quota_trips": 500}
    return item


def item_schema(register: Register, *, answer: bool) -> Schema:
    """Return the JSON schema of an item, as answered or as sent."""
    return _reference(f"{schema_name(register)}{'Item' if answer else 'Sent'}")


def change_schema(register: Register) -> Schema:
    """Return the JSON schema of a merge patch."""
    return _reference(f"{schema_name(register)}Change")


def page_schema(register: Register) -> Schema:
    """Return the JSON schema of a page of items."""
    return _reference(f"{schema_name(register)}Page")


def features_schema() -> Schema:
    """Return the JSON schema of items as GeoJSON."""
    return _reference("RegisterFeatures")


def printed_schema() -> Schema:
    """Return the JSON schema of what is printed of a permit."""
    return _reference("PrintedPermit")


def register_schemas() -> dict[str, Schema]:
    """Return each named schema of the registers."""
    named: dict[str, Schema] = {"RegisterFeatures": _FEATURES, "PrintedPermit": _printed()}
    for register in REGISTERS.values():
        name = schema_name(register)
        sent, change, page = _item(register, answer=False), _item(register, answer=False), _page(register)
        change["required"] = []
        named |= {f"{name}Item": _item(register, answer=True), f"{name}Page": page}
        named |= {f"{name}Sent": sent, f"{name}Change": change} if register.may_write else {}
    return named


def schema_name(register: Register) -> str:
    """Return what the names of a register's schemas begin with."""
    return "".join(word.capitalize() for word in register.name.split("-"))


def list_name(register: Register) -> str:
    """Return the member that holds the items of a page."""
    return register.name.replace("-", "_")


def _item(register: Register, *, answer: bool) -> Schema:
    properties = {field.name: field_schema(field, answer=answer) for field in register.fields}
    required = [field.name for field in register.fields if field.required]
    if register.geometry is not None:
        properties["geometry"] = GEOMETRIES[register.geometry]
        required.append("geometry")
    properties["version"] = _VERSION
    if answer:
        required += ["version", *_ALWAYS.get(register.name, ())]
        properties |= {name: computed_schema(name) for name in register.computed}
        required += [name for name in register.computed if name not in _SOMETIMES]
    schema: Schema = {"type": "object", "properties": properties, "required": required, "title": register.en}
    if answer:
        schema["additionalProperties"] = True  # what a world folder brought besides is kept
    return schema | {"example": example(register) | ({"version": 812} if answer else {})}


def _page(register: Register) -> Schema:
    properties = {
        list_name(register): {"type": "array", "items": item_schema(register, answer=True)},
        "next": {"type": ["string", "null"], "description": "Path of the page after this one."},
    }
    return {"type": "object", "properties": properties, "required": list(properties)}


def _printed() -> Schema:
    """Names beside ids, as far as the viewer sees them."""
    item = {name: item_schema(register, answer=True) for name, register in REGISTERS.items()}
    properties: dict[str, Schema] = {
        "permit": item["permits"],
        "company": {"anyOf": [item["companies"], {"type": "null"}]},
        "vehicles": {"type": "array", "items": item["vehicle-register"]},
        "site": {"anyOf": [item["sites"], {"type": "null"}]},
        "dump_points": {"type": "array", "items": item["dump-points"]},
        "corridors": {"type": "array", "items": item["corridors"]},
        "printed_at": {"type": "string", "format": "date-time"},
    }
    return {"type": "object", "properties": properties, "required": list(properties), "title": "A permit on paper"}


_FEATURES: Schema = {
    "type": "object",
    "title": "Items as a GeoJSON FeatureCollection",
    "properties": {
        "type": {"const": "FeatureCollection"},
        "features": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "type": {"const": "Feature"},
                    "id": {"type": "string"},
                    "properties": {"type": "object", "additionalProperties": True},
                    "geometry": {
                        "anyOf": [GEOMETRIES["area"], GEOMETRIES["line"], GEOMETRIES["point"], {"type": "null"}]
                    },
                },
                "required": ["type", "id", "properties", "geometry"],
            },
        },
        "next": {"type": ["string", "null"], "description": "Path of the page after this one; a file has none."},
    },
    "required": ["type", "features"],
}


def _reference(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def body(schema: Schema, media_types: tuple[str, ...] = ("application/json",)) -> dict[str, Any]:
    """Return `openapi_extra` of a route that reads its body itself."""
    return {"requestBody": {"required": True, "content": {each: {"schema": schema} for each in media_types}}}


def answers(schema: Schema, status: int = 200, media_type: str = "application/json") -> dict[int | str, Any]:
    """Return `responses` of a route."""
    return {status: {"description": "Done", "content": {media_type: {"schema": schema}}}}
