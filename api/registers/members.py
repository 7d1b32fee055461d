"""JSON schemas of the members of registers' items: fields of each kind, structured ones, computed ones, and shapes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, get_args

from supervision.permits.life import Kind, Status
from supervision.registers.fields import Field
from supervision.registers.permit_life import STEPS, TOLD_STEPS
from supervision.registers.table import REGISTERS

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
TIME: Schema = {"type": "string", "format": "date-time"}
NUMBER: Schema = {"type": "number"}
STATUS: Schema = next(f.schema()["anyOf"][0] for f in REGISTERS["permits"].fields if f.name == "status")


def _null_or(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


def _list(schema: Schema) -> Schema:
    return {"type": "array", "items": schema}


def _object(properties: dict[str, Schema], *, optional: tuple[str, ...] = ()) -> Schema:
    required = [name for name in properties if name not in optional]
    return {"type": "object", "properties": properties, "required": required}


_POSITION = {"type": "array", "items": NUMBER, "minItems": 2, "maxItems": 3}
_RINGS = _list(_list(_POSITION))
_ABOUT_SHAPE = "GeoJSON geometry; positions are [longitude, latitude]. [deg]"


def _shape(kind: str, coordinates: Schema) -> Schema:
    return _object({"type": {"const": kind}, "coordinates": coordinates})


GEOMETRIES: dict[str, Schema] = {
    "area": {"description": _ABOUT_SHAPE, "oneOf": [_shape("Polygon", _RINGS), _shape("MultiPolygon", _list(_RINGS))]},
    "line": {"description": _ABOUT_SHAPE, **_shape("LineString", _list(_POSITION))},
    "point": {"description": _ABOUT_SHAPE, **_shape("Point", _POSITION)},
}
_DAYS = {"type": "array", "items": {"type": "integer", "minimum": 1, "maximum": 7}, "description": "ISO; absent: all."}
_HOURS = _list(_object({"days": _DAYS, "from": TEXT, "to": TEXT}, optional=("days",)))
_TIMES = {"from": _null_or(TIME), "to": _null_or(TIME)}
_STAYS = _list(_object({"vehicle_id": TEXT, **_TIMES}, optional=("from", "to")))
# What stands in the members that a field knows only as JSON.
STRUCTURED: dict[str, Schema] = {
    "windows": _HOURS,
    "work_windows": _HOURS,
    "out_of_service": _list(_object(_TIMES, optional=("from", "to"))),
    "assignments": _STAYS,
    "limits": {"type": "object", "additionalProperties": NUMBER, "description": "Parameter of a rule: its value."},
}
_QUOTA = _object(
    {
        "unit": {"type": "string", "enum": ["trips", "t", "m3"]},
        "amount": NUMBER,
        "used": NUMBER,
        "left": NUMBER,
        "unmeasured_trips": {"type": "integer", "description": "Counted as full trucks."},
        "warning": _null_or({"type": "string", "enum": ["used_up", "nearly_used_up"]}),
    }
)
_STEP_NAME = {"type": "string", "enum": list(STEPS)}
_STEP = _object(
    {
        "step_no": {"type": "integer"},
        "at": TIME,
        "by_name": TEXT,
        "step": {"type": "string", "enum": list(TOLD_STEPS)},
        "from_status": _null_or(STATUS),
        "to_status": STATUS,
        "comment": _null_or(TEXT),
    }
)
_APPLICATION = _object(
    {
        "application_id": {"type": "string", "format": "uuid"},
        "application_no": TEXT,
        "kind": {"type": "string", "enum": list(get_args(Kind))},
        "status": {"type": "string", "enum": list(get_args(Status))},
    }
)
COMPUTED: dict[str, Schema] = {
    "terminal_ids": _list(TEXT),
    "merged_into": _null_or(TEXT),
    "kind": TEXT,
    "region": TEXT,
    "status": TEXT,
    "dump_point_id": _null_or(TEXT),
    "assignments": _STAYS,
    "in_force": {"type": "boolean"},
    "quota": _list(_QUOTA),
    "steps": _list(_STEP) | {"description": "Of one permit, not in lists; the first one first."},
    "allowed_steps": _list(_STEP_NAME),
    "applications": _list(_APPLICATION) | {"description": "Of one permit, not in lists: of it and its changes."},
}


def field_schema(field: Field, *, answer: bool = False) -> Schema:
    """Return the JSON schema of a field's values, as answered or as sent."""
    if answer:
        # It is there or it is not; who may not see it gets it masked, which is as its pattern is not.
        field = replace(field, required=True, pattern=None if field.private else field.pattern)
    schema = field.schema()
    if field.name not in STRUCTURED:
        return schema
    structured = STRUCTURED[field.name]
    kept = {name: value for name, value in schema.items() if name not in ("anyOf", "type")}
    return kept | (structured if answer else _null_or(structured))


def computed_schema(name: str) -> Schema:
    """Return the JSON schema of a member that nobody writes."""
    return {"description": "Computed; nobody writes it."} | COMPUTED.get(name, {})
