"""What one truck's past looks like in answers: stays, gaps, passages, and all of it at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray
from psycopg.rows import DictRow
from pydantic import AwareDatetime, BaseModel, ConfigDict

from api.case_answer import Case
from api.event_answer import EventAnswer, Point
from api.resources.trips import Trip
from storage.queries.vehicle_history import PlaceOfStay
from storage.times import utc
from supervision.history.gaps import Gap
from supervision.history.stays import Stays

Column = NDArray[Any]


class Stay(BaseModel):
    """A place where the truck stood for a while.

    Attributes:
        stay_s: How long. [s]
        position: The middle of its fixes.
        fixes: How many there are; few for the time say that the terminal slept.
        site_id: The site whose outline it lies in, null for none.
        dump_point_id: Likewise.
    """

    start: AwareDatetime
    end: AwareDatetime
    stay_s: float
    position: Point
    fixes: int
    site_id: str | None
    dump_point_id: str | None


class GapOfTrack(BaseModel):
    """A time in which nothing was heard.

    Attributes:
        from_position: Where it was heard last, null where the range begins in silence or there was no position.
        to_position: Where it was heard again, null where it was not yet.
        distance_m: Between the two. [m]
        missing_records: How many records its terminal counted meanwhile that are not here; null where its count was
            lost or the gap has no two ends. 0 says that it was off; more says that records may still come.
    """

    start: AwareDatetime
    end: AwareDatetime
    gap_s: float
    from_position: Point | None
    to_position: Point | None
    distance_m: float | None
    missing_records: int | None


class PassageOfVehicle(BaseModel):
    """The truck at a washer or a gate.

    Attributes:
        plate_read: As the device read it.
        body: What else the device reported, in the members of its contract.
    """

    device: str
    device_kind: str
    site_id: str | None
    dump_point_id: str | None
    type: str
    time: AwareDatetime
    epoch: int
    seq: int
    received_at: AwareDatetime
    plate_read: str | None
    body: dict[str, Any]


class OfVehicle(BaseModel):
    """A part of one truck's past.

    Attributes:
        start: Of the range that was looked at.
        end: Likewise; now where it was open.
    """

    vehicle_id: str
    plate: str | None
    start: AwareDatetime
    end: AwareDatetime


class StayList(OfVehicle):
    """Stays in the order of time."""

    stays: list[Stay]
    next: None


class GapList(OfVehicle):
    """Gaps in the order of time."""

    gaps: list[GapOfTrack]
    next: None


class WashPage(OfVehicle):
    """Passages of washers, newest first."""

    washes: list[PassageOfVehicle]
    next: str | None


class GatePassagePage(OfVehicle):
    """Passages of gates, newest first."""

    gate_passages: list[PassageOfVehicle]
    next: str | None


class VehicleEventPage(OfVehicle):
    """Events, those that began last come first."""

    events: list[EventAnswer]
    next: str | None


class VehicleCasePage(OfVehicle):
    """Cases, those opened last come first."""

    cases: list[Case]
    next: str | None


class History(OfVehicle):
    """Everything known of one truck in a range, each part as its own address gives it.

    Attributes:
        truncated: Parts of which only the newest are here; their own addresses give the rest in pages.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "vehicle_id": "T1",
                "plate": "苏D12345",
                "start": "2026-05-01T12:00:00Z",
                "end": "2026-05-02T00:00:00Z",
                "trips": [],
                "stays": [
                    {
                        "start": "2026-05-01T12:31:00Z",
                        "end": "2026-05-01T12:45:20Z",
                        "stay_s": 860.0,
                        "position": {"type": "Point", "coordinates": [119.9712, 31.7721]},
                        "fixes": 86,
                        "site_id": "S1",
                        "dump_point_id": None,
                    }
                ],
                "events": [],
                "cases": [],
                "washes": [],
                "gate_passages": [],
                "gaps": [
                    {
                        "start": "2026-05-01T15:00:00Z",
                        "end": "2026-05-01T15:20:00Z",
                        "gap_s": 1200.0,
                        "from_position": {"type": "Point", "coordinates": [119.9712, 31.7721]},
                        "to_position": {"type": "Point", "coordinates": [119.9812, 31.7721]},
                        "distance_m": 948.0,
                        "missing_records": 120,
                    }
                ],
                "truncated": [],
            }
        }
    )

    trips: list[Trip]
    stays: list[Stay]
    events: list[EventAnswer]
    cases: list[Case]
    washes: list[PassageOfVehicle]
    gate_passages: list[PassageOfVehicle]
    gaps: list[GapOfTrack]
    truncated: list[str]


def stay_answers(columns: Mapping[str, Column], found: Stays, places: Sequence[PlaceOfStay]) -> list[dict[str, Any]]:
    """Return the members of `Stay` of each stay found in a track."""
    time_ms = columns["fix_time_ms"]
    place_ids = {(place.number, place.place_kind): place.place_id for place in places}
    return [
        {
            "start": _time(time_ms[first]),
            "end": _time(time_ms[last]),
            "stay_s": float(time_ms[last] - time_ms[first]) / 1000,
            "position": _point(found.lon_deg[number], found.lat_deg[number]),
            "fixes": int(last - first + 1),
            "site_id": place_ids.get((number, "site")),
            "dump_point_id": place_ids.get((number, "dump_point")),
        }
        for number, (first, last) in enumerate(zip(found.first, found.last, strict=True))
    ]


def gap_answer(columns: Mapping[str, Column], gap: Gap) -> dict[str, Any]:
    """Return the members of `GapOfTrack`."""
    return {
        "start": _time(gap.start_ms),
        "end": _time(gap.end_ms),
        "gap_s": gap.gap_s,
        "from_position": _position(columns, gap.before),
        "to_position": _position(columns, gap.after),
        "distance_m": None if gap.way_m is None else round(gap.way_m, 1),
        "missing_records": gap.missing,
    }


def passage_answer(row: DictRow) -> dict[str, Any]:
    """Return the members of `PassageOfVehicle`."""
    return {("time" if name == "event_time" else name): value for name, value in row.items()}


def _time(time_ms: Any) -> datetime:
    return utc(int(time_ms))


def _position(columns: Mapping[str, Column], row: int | None) -> dict[str, Any] | None:
    if row is None or np.isnan(columns["lat_deg"][row]):
        return None
    return _point(columns["lon_deg"][row], columns["lat_deg"][row])


def _point(lon_deg: float, lat_deg: float) -> dict[str, Any]:
    return {"type": "Point", "coordinates": (round(float(lon_deg), 7), round(float(lat_deg), 7))}
