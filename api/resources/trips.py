"""`/v1/vehicles/{vehicle_id}/trips`: haul cycles, from loading to dumping."""

from __future__ import annotations

from functools import partial
from typing import Literal
from uuid import UUID

from fastapi import APIRouter, Request, Response
from psycopg.rows import DictRow
from pydantic import AwareDatetime, BaseModel, ConfigDict

from api.answers import json_answer
from api.audit import looked
from api.errors import (
    BadCursorError,
    BadIntervalError,
    NaiveTimeError,
    PageTooLargeError,
    VehicleNotFoundError,
    problem_responses,
)
from api.pages import decode_cursor, next_link
from api.parameters import CursorQuery, IntervalQuery, LimitQuery, VehicleIdPath, WithdrawnQuery
from api.services import ServicesDependency
from api.times import parse_time
from api.vehicle_lookup import known_vehicle
from api.viewer import Tracker
from storage.queries.trips import read_trips

router = APIRouter(tags=["vehicles"])


class Trip(BaseModel):
    """One haul cycle as far as it is known; a time is null while it was not reached.

    Attributes:
        trip_id: The same whenever the same trip is found again.
        permit_id: The permit that the trip was bound to when loaded.
        load_kg: Mass carried. [kg]
        gate_in_at: When the gate of a dump point saw it enter.
        weighed_kg: Net mass that the gate weighed. [kg]
        ending: What became of the load, null while it is on its way: delivered to a permitted dump point, dumped
            elsewhere, returned to a site, or lost from sight.
        inferred: Whether loading was concluded from a stay, for want of sensors.
        withdrawn_at: When late records made it untrue.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "trip_id": "0f6b2d55-30a5-5a0c-a6c3-0b7c1d2e3f40",
                "start": "2026-05-01T12:31:00Z",
                "site_id": "S1",
                "permit_id": "P1",
                "corridor_id": "C1",
                "loading_start": "2026-05-01T12:31:00Z",
                "loaded_at": "2026-05-01T12:42:10Z",
                "washed_at": "2026-05-01T12:44:00Z",
                "left_site_at": "2026-05-01T12:45:20Z",
                "unloading_start": "2026-05-01T13:20:10Z",
                "unloading_end": "2026-05-01T13:21:00Z",
                "dump_point_id": "D1",
                "end": None,
                "load_kg": 15200.0,
                "gate_in_at": "2026-05-01T13:18:00Z",
                "gate_out_at": None,
                "gate_dump_point_id": "D1",
                "weighed_kg": 15100.0,
                "ending": "delivered",
                "inferred": False,
                "world_version": "b61e",
                "withdrawn_at": None,
            }
        }
    )

    trip_id: UUID
    start: AwareDatetime
    site_id: str | None
    permit_id: str | None
    corridor_id: str | None
    loading_start: AwareDatetime | None
    loaded_at: AwareDatetime
    washed_at: AwareDatetime | None
    left_site_at: AwareDatetime | None
    unloading_start: AwareDatetime | None
    unloading_end: AwareDatetime | None
    dump_point_id: str | None
    end: AwareDatetime | None
    load_kg: float | None
    gate_in_at: AwareDatetime | None
    gate_out_at: AwareDatetime | None
    gate_dump_point_id: str | None
    weighed_kg: float | None
    ending: Literal["delivered", "dumped", "returned", "lost"] | None
    inferred: bool
    world_version: str
    withdrawn_at: AwareDatetime | None


class TripPage(BaseModel):
    """Trips, newest first."""

    trips: list[Trip]
    next: str | None


@router.get(
    "/v1/vehicles/{vehicle_id}/trips",
    response_model=TripPage,
    summary="Trips of a vehicle",
    responses=problem_responses(
        VehicleNotFoundError, NaiveTimeError, BadIntervalError, BadCursorError, PageTooLargeError
    ),
)
async def trips(
    request: Request,
    services: ServicesDependency,
    viewer: Tracker,
    *,
    vehicle_id: VehicleIdPath,
    interval: IntervalQuery,
    limit: LimitQuery,
    cursor: CursorQuery = None,
    withdrawn: WithdrawnQuery = False,
) -> Response:
    """Return the trips that started in the range, newest first."""
    before = decode_cursor(cursor, (parse_time, UUID))
    async with looked(services, viewer, "look_trips", vehicle_id, interval.start, interval.end):
        vehicle = await services.database.read(partial(known_vehicle, vehicle_id=vehicle_id, viewer=viewer))
    rows = await services.database.read(
        partial(
            read_trips,
            vehicle_nos=vehicle["vehicle_nos"],
            start=interval.start,
            end=interval.end,
            withdrawn=withdrawn,
            before=before,
            limit=limit,
        )
    )
    link = next_link(request, rows, limit, lambda row: (row["start_time"], row["trip_id"]))
    return json_answer({"trips": [trip_answer(row) for row in rows], "next": link})


def trip_answer(row: DictRow) -> dict[str, object]:
    """Return the members of `Trip` from a row of `storage.queries.trips`."""
    renamed = {"start_time": "start", "end_time": "end"}
    return {renamed.get(name, name): value for name, value in row.items()}
