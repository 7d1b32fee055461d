"""Documents of the exchange: rows in, the same JSON for feed, webhooks and MQTT alerts. Pure.

A document's `id` is stable; its `version` grows with every change. Members are only ever added: a member that would
change its meaning gets a new name, and `format` counts up only when something has to be taken away.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from supervision.masking import Mask, masked_members

FORMAT = 1

Row = Mapping[str, Any]
Document = dict[str, Any]


def document(document_type: str, row: Row, masks: Mapping[str, Mask]) -> Document:
    """Return a row as a document.

    Args:
        document_type: A key of `DATA`.
        row: Of `storage.queries.exchange_rows`.
        masks: Of the reader's role (`supervision.masking.masks_of`); empty for who is given everything.
    """
    id_column, data = DATA[document_type]
    content = data(row)
    content["plate"] = row["plate"]
    if masks:
        content = masked_members(content, masks)
    return {
        "id": f"{document_type}:{row[id_column]}",
        "type": document_type,
        "version": row["change_no"],
        "format": FORMAT,
        "region": row["region"],
        "deleted": row.get("withdrawn_at") is not None,
        "data": content,
    }


def _event(row: Row) -> Document:
    return {
        "event_id": row["event_id"],
        "kind": row["kind"],
        "severity": row["severity"],
        "subject_kind": row["subject_kind"],
        "subject_id": row["subject_id"],
        "vehicle_id": row["vehicle_id"],
        "company_id": row["company_id"],
        "district_id": row["district_id"],
        "start": row["start_time"],
        "confirmed_at": row["confirmed_at"],
        "end": row["end_time"],
        "position": _point(row),
        "opening": row["opening"],
        "closing": row["closing"],
        "found_at": row["found_at"],
        "back_dated": row["back_dated"],
        "withdrawn_at": row["withdrawn_at"],
    }


def _case(row: Row) -> Document:
    return {
        "case_id": row["case_id"],
        "case_no": row["case_no"],
        "kind": row["kind"],
        "severity": row["severity"],
        "status": row["status"],
        "source": row["source"],
        "subject_kind": row["subject_kind"],
        "subject_id": row["subject_id"],
        "vehicle_id": row["vehicle_id"],
        "company_id": row["company_id"],
        "district_id": row["district_id"],
        "start": row["start_time"],
        "end": row["end_time"],
        "position": _point(row),
        "opened_at": row["opened_at"],
        "due_at": row["due_at"],
        "acknowledged_at": row["acknowledged_at"],
        "handled_at": row["handled_at"],
        "ended_at": row["ended_at"],
        "updated_at": row["updated_at"],
        "events": list(row["event_ids"]),
    }


def _trip(row: Row) -> Document:
    return {
        "trip_id": row["trip_id"],
        "vehicle_id": row["vehicle_id"],
        "company_id": row["company_id"],
        "start": row["start_time"],
        "site_id": row["site_id"],
        "permit_id": row["permit_id"],
        "corridor_id": row["corridor_id"],
        "loading_start": row["loading_start"],
        "loaded_at": row["loaded_at"],
        "washed_at": row["washed_at"],
        "left_site_at": row["left_site_at"],
        "unloading_start": row["unloading_start"],
        "unloading_end": row["unloading_end"],
        "dump_point_id": row["dump_point_id"],
        "end": row["end_time"],
        "load_kg": row["load_kg"],
        "gate_in_at": row["gate_in_at"],
        "gate_out_at": row["gate_out_at"],
        "gate_dump_point_id": row["gate_dump_point_id"],
        "weighed_kg": row["weighed_kg"],
        "ending": row["ending"],
        "inferred": row["inferred"],
        "withdrawn_at": row["withdrawn_at"],
    }


def _manifest(row: Row) -> Document:
    return {
        "manifest_no": row["manifest_no"],
        "status": row["status"],
        "permit_id": row["permit_id"],
        "vehicle_id": row["vehicle_id"],
        "company_id": row["company_id"],
        "driver_id": row["driver_id"],
        "site_id": row["site_id"],
        "dump_point_id": row["dump_point_id"],
        "material": row["material"],
        "planned_kg": row["planned_kg"],
        "issued_at": row["issued_at"],
        "out_at": row["out_at"],
        "in_at": row["in_at"],
        "void_at": row["void_at"],
    }


def _score(row: Row) -> Document:
    return {
        "entry_no": row["entry_no"],
        "subject_kind": row["subject_kind"],
        "subject_id": row["subject_id"],
        "points": row["points"],
        "at": row["at"],
        "event_time": row["event_time"],
        "case_id": row["case_id"],
        "kind": row["kind"],
        "reverses": row["reverses"],
        "reason": row["reason"],
    }


def _point(row: Row) -> Document | None:
    if row["lon_deg"] is None or row["lat_deg"] is None:
        return None
    return {"type": "Point", "coordinates": [row["lon_deg"], row["lat_deg"]]}


# A type of document, the column of its id, and what makes its `data`. A new type is a new row here, in the rows of
# `storage.queries.exchange_rows` and in `supervision.exchange.schema`.
DATA: dict[str, tuple[str, Callable[[Row], Document]]] = {
    "event": ("event_id", _event),
    "case": ("case_id", _case),
    "trip": ("trip_id", _trip),
    "manifest": ("manifest_no", _manifest),
    "score": ("entry_no", _score),
}
TYPES = tuple(DATA)
