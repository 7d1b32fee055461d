"""The exchange's documents as JSON Schema (2020-12), published at `/v1/exchange/schema`. Pure."""

from __future__ import annotations

from typing import Any

from supervision.exchange.documents import FORMAT

Schema = dict[str, Any]

TIME: Schema = {"type": "string", "format": "date-time"}
TIME_OR_NULL: Schema = {"type": ["string", "null"], "format": "date-time"}
TEXT: Schema = {"type": "string"}
TEXT_OR_NULL: Schema = {"type": ["string", "null"]}
UUID: Schema = {"type": "string", "format": "uuid"}
SEVERITY: Schema = {
    "type": "integer",
    "minimum": 0,
    "maximum": 3,
    "description": "0 fact, 1 notice, 2 warning, 3 critical",
}
KG: Schema = {"type": ["number", "null"], "minimum": 0, "description": "Mass. [kg]"}
FLAG: Schema = {"type": "boolean"}
POINT: Schema = {
    "description": "GeoJSON point, WGS 84; null where it is not known.",
    "oneOf": [
        {"type": "null"},
        {
            "type": "object",
            "required": ["type", "coordinates"],
            "properties": {
                "type": {"const": "Point"},
                "coordinates": {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2},
            },
        },
    ],
}
SUBJECT: Schema = {
    "subject_kind": {"type": "string", "description": "vehicle, washer, gate, site, dump_point, or place of a report."},
    "subject_id": TEXT_OR_NULL,
    "vehicle_id": TEXT_OR_NULL,
    "plate": {"type": ["string", "null"], "description": "In full, or masked where the reader's role asks for it."},
    "company_id": TEXT_OR_NULL,
    "district_id": TEXT_OR_NULL,
}

DATA_SCHEMAS: dict[str, Schema] = {
    "event": {
        "event_id": UUID,
        "kind": {"type": "string", "description": "GET /v1/kinds lists them."},
        "severity": SEVERITY,
        **SUBJECT,
        "start": TIME,
        "confirmed_at": TIME,
        "end": TIME_OR_NULL,
        "position": POINT,
        "opening": {"type": "object", "description": "What was known when it was confirmed; members differ by kind."},
        "closing": {"type": ["object", "null"]},
        "found_at": TIME,
        "back_dated": FLAG,
        "withdrawn_at": TIME_OR_NULL,
    },
    "case": {
        "case_id": UUID,
        "case_no": TEXT,
        "kind": TEXT,
        "severity": SEVERITY,
        "status": {"enum": ["new", "acknowledged", "assigned", "handled", "verified", "closed", "false_positive"]},
        "source": {"enum": ["event", "hotline", "patrol", "inbox"]},
        **SUBJECT,
        "start": TIME,
        "end": TIME_OR_NULL,
        "position": POINT,
        "opened_at": TIME,
        "due_at": TIME,
        "acknowledged_at": TIME_OR_NULL,
        "handled_at": TIME_OR_NULL,
        "ended_at": TIME_OR_NULL,
        "updated_at": TIME,
        "events": {"type": "array", "items": UUID},
    },
    "trip": {
        "trip_id": UUID,
        "vehicle_id": TEXT,
        "plate": SUBJECT["plate"],
        "company_id": TEXT_OR_NULL,
        "start": TIME,
        "site_id": TEXT_OR_NULL,
        "permit_id": TEXT_OR_NULL,
        "corridor_id": TEXT_OR_NULL,
        "loading_start": TIME_OR_NULL,
        "loaded_at": TIME,
        "washed_at": TIME_OR_NULL,
        "left_site_at": TIME_OR_NULL,
        "unloading_start": TIME_OR_NULL,
        "unloading_end": TIME_OR_NULL,
        "dump_point_id": TEXT_OR_NULL,
        "end": TIME_OR_NULL,
        "load_kg": KG,
        "gate_in_at": TIME_OR_NULL,
        "gate_out_at": TIME_OR_NULL,
        "gate_dump_point_id": TEXT_OR_NULL,
        "weighed_kg": KG,
        "ending": {"enum": ["delivered", "dumped", "returned", "lost", None]},
        "inferred": FLAG,
        "withdrawn_at": TIME_OR_NULL,
    },
    "manifest": {
        "manifest_no": TEXT,
        "status": {"enum": ["issued", "out", "closed", "void"]},
        "permit_id": TEXT_OR_NULL,
        "vehicle_id": TEXT,
        "plate": SUBJECT["plate"],
        "company_id": TEXT_OR_NULL,
        "driver_id": TEXT_OR_NULL,
        "site_id": TEXT,
        "dump_point_id": TEXT,
        "material": TEXT_OR_NULL,
        "planned_kg": KG,
        "issued_at": TIME,
        "out_at": TIME_OR_NULL,
        "in_at": TIME_OR_NULL,
        "void_at": TIME_OR_NULL,
    },
    "score": {
        "entry_no": {"type": "integer", "minimum": 1},
        "subject_kind": {"enum": ["company", "vehicle", "driver"]},
        "subject_id": TEXT,
        "plate": {"type": ["string", "null"], "description": "Of a vehicle; else null."},
        "points": {"type": "number", "description": "Deducted; negative: given back."},
        "at": TIME,
        "event_time": TIME,
        "case_id": {"type": ["string", "null"], "format": "uuid"},
        "kind": TEXT_OR_NULL,
        "reverses": {"type": ["integer", "null"], "description": "The entry_no of what is given back."},
        "reason": TEXT,
    },
}


def schema() -> Schema:
    """Return the schema of one document; further members may come, readers ignore what they do not know."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Document of the Muckline exchange",
        "type": "object",
        "required": ["id", "type", "version", "format", "region", "deleted", "data"],
        "properties": {
            "id": {"type": "string", "description": "Stable: the same thing always has the same id."},
            "type": {"type": "string"},
            "version": {"type": "integer", "minimum": 1, "description": "The greater one of two is the newer."},
            "format": {"const": FORMAT},
            "region": {"type": ["string", "null"], "pattern": "^[0-9]{6}$"},
            "deleted": {"type": "boolean", "description": "It turned out not to have been; forget it."},
            "data": {"type": "object"},
        },
        "allOf": [
            {
                "if": {"properties": {"type": {"const": name}}},
                "then": {"properties": {"data": {"$ref": f"#/$defs/{name}"}}},
            }
            for name in DATA_SCHEMAS
        ],
        "$defs": {
            name: {"type": "object", "required": sorted(properties), "properties": properties}
            for name, properties in DATA_SCHEMAS.items()
        },
    }
