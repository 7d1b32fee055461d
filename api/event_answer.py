"""An event as lists, single answers and the stream give it out: the same members everywhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict
from pydantic.config import JsonDict

from api.masking import masked_members
from api.viewer import Viewer

EXAMPLE: JsonDict = {
    "event_id": "8f14e45f-ceea-567d-9d3a-6d7c2b1f0a11",
    "kind": "illegal_dumping",
    "severity": 3,
    "subject_kind": "vehicle",
    "subject_id": "T1",
    "vehicle_id": "T1",
    "plate": "苏D12345",
    "start": "2026-05-01T13:20:10Z",
    "confirmed_at": "2026-05-01T13:20:40Z",
    "end": "2026-05-01T13:21:30Z",
    "status": "over",
    "position": {"type": "Point", "coordinates": [119.9712, 31.7721]},
    "opening": {"load_before_kg": 15200.0, "load_after_kg": 3100.0, "rule_version": 1},
    "closing": {"lost_kg": 14800.0},
    "world_version": "b61e",
    "first_fix": {"epoch": 7, "seq": 4711},
    "found_at": "2026-05-01T13:20:41.120Z",
    "back_dated": False,
    "withdrawn_at": None,
    "change_no": 1234,
}


class Point(BaseModel):
    """A GeoJSON point."""

    type: Literal["Point"]
    coordinates: tuple[float, float]


class FirstFix(BaseModel):
    """Which record of the truck's terminal began the event."""

    epoch: int
    seq: int


class EventAnswer(BaseModel):
    """What a rule found, with its evidence.

    Attributes:
        event_id: The same whenever the same episode is found again.
        severity: 0 a fact, 1 notice, 2 warning, 3 critical.
        subject_kind: What it is about: a truck, or a washer, gate, site or dump point.
        subject_id: Which one.
        vehicle_id: The truck, null where it is about none.
        status: `open` goes on, `over` has ended, `withdrawn` did not hold once late records had come.
        opening: What was known when it was confirmed: numbers, thresholds in force, rule's version.
        closing: What is known of the whole episode.
        back_dated: Found so long after it began that nobody was paged.
        change_no: Grows with every change of any event.
    """

    model_config = ConfigDict(json_schema_extra={"example": EXAMPLE})

    event_id: UUID
    kind: str
    severity: int
    subject_kind: Literal["vehicle", "washer", "gate", "site", "dump_point"]
    subject_id: str
    vehicle_id: str | None
    plate: str | None
    start: AwareDatetime
    confirmed_at: AwareDatetime
    end: AwareDatetime | None
    status: Literal["open", "over", "withdrawn"]
    position: Point | None
    opening: dict[str, Any]
    closing: dict[str, Any] | None
    world_version: str
    first_fix: FirstFix
    found_at: AwareDatetime
    back_dated: bool
    withdrawn_at: AwareDatetime | None
    change_no: int


def event_answer(row: Mapping[str, Any], viewer: Viewer | None = None) -> dict[str, Any]:
    """Return the members of `EventAnswer` from a row of `storage.queries.events`, masked for a viewer."""
    if viewer is not None:
        row = masked_members(viewer, row)
    lon_deg, lat_deg = row["lon_deg"], row["lat_deg"]
    return {
        "event_id": row["event_id"],
        "kind": row["kind"],
        "severity": row["severity"],
        "subject_kind": row["subject_kind"],
        "subject_id": row["subject_id"],
        "vehicle_id": row["vehicle_id"],
        "plate": row["plate"],
        "start": row["start_time"],
        "confirmed_at": row["confirmed_at"],
        "end": row["end_time"],
        "status": _status(row),
        "position": None if lon_deg is None else {"type": "Point", "coordinates": (lon_deg, lat_deg)},
        "opening": row["opening"],
        "closing": row["closing"],
        "world_version": row["world_version"],
        "first_fix": {"epoch": row["epoch"], "seq": row["seq"]},
        "found_at": row["found_at"],
        "back_dated": row["back_dated"],
        "withdrawn_at": row["withdrawn_at"],
        "change_no": row["change_no"],
    }


def _status(row: Mapping[str, Any]) -> str:
    if row["withdrawn_at"] is not None:
        return "withdrawn"
    return "open" if row["end_time"] is None else "over"
