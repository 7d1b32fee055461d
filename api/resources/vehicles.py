"""`/v1/vehicles`: the registry's trucks."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from psycopg.rows import DictRow
from pydantic import BaseModel, ConfigDict

from api.answers import json_answer
from api.errors import BadCursorError, PageTooLargeError, VehicleNotFoundError, problem_responses
from api.masking import plates_in_full, shown_plate
from api.pages import decode_cursor, name_part, next_link
from api.parameters import CursorQuery, LimitQuery, Name, VehicleIdPath
from api.services import ServicesDependency
from api.vehicle_lookup import known_vehicle
from api.viewer import Looker, Viewer
from storage.queries.vehicles import read_vehicles

router = APIRouter(tags=["vehicles"])


class Vehicle(BaseModel):
    """A truck of the registry.

    Attributes:
        capacity_kg: Rated load. [kg]
        tare_kg: Mass when empty. [kg]
        terminal_ids: Terminals that are in it now.
        merged_into: The truck that it became when duplicates were merged; asked for that one, its records are told too.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "vehicle_id": "T1",
                "plate": "苏D12345",
                "company_id": "C1",
                "company_name": "Dongfang Haulage",
                "capacity_kg": 15500.0,
                "tare_kg": 15400.0,
                "terminal_ids": ["T1"],
                "merged_into": None,
            }
        }
    )

    vehicle_id: str
    plate: str | None
    company_id: str | None
    company_name: str | None
    capacity_kg: float | None
    tare_kg: float | None
    terminal_ids: list[str]
    merged_into: str | None


class VehiclePage(BaseModel):
    """Vehicles in the order of their ids."""

    vehicles: list[Vehicle]
    next: str | None


@router.get(
    "/v1/vehicles",
    response_model=VehiclePage,
    summary="All vehicles",
    responses=problem_responses(BadCursorError, PageTooLargeError),
)
async def vehicles(
    request: Request,
    services: ServicesDependency,
    viewer: Looker,
    *,
    company_id: Annotated[Name | None, Query(description="Only of this company.")] = None,
    search: Annotated[Name | None, Query(description="Only where id or plate contains this.")] = None,
    limit: LimitQuery,
    cursor: CursorQuery = None,
) -> Response:
    """Return the vehicles in service."""
    key = decode_cursor(cursor, (name_part,))
    after = key[0] if key else None
    query = partial(
        read_vehicles,
        viewer=viewer.user_no,
        plates_in_full=plates_in_full(viewer),
        company_id=company_id,
        search=search,
        after=after,
        limit=limit,
    )
    rows = await services.database.read(query)
    link = next_link(request, rows, limit, lambda row: (row["vehicle_id"],))
    return json_answer({"vehicles": [vehicle_answer(viewer, row) for row in rows], "next": link})


@router.get(
    "/v1/vehicles/{vehicle_id}",
    response_model=Vehicle,
    summary="One vehicle",
    responses=problem_responses(VehicleNotFoundError),
)
async def vehicle(services: ServicesDependency, viewer: Looker, vehicle_id: VehicleIdPath) -> Response:
    """Return one vehicle, also one that is out of service and whose records are still there."""
    row = await services.database.read(partial(known_vehicle, vehicle_id=vehicle_id, viewer=viewer))
    return json_answer(vehicle_answer(viewer, row))


def vehicle_answer(viewer: Viewer, row: DictRow) -> dict[str, object]:
    """Return the members of `Vehicle` from a row of `storage.queries.vehicles`."""
    shown = {"plate": shown_plate(viewer, row["plate"])}
    return {name: value for name, value in row.items() if name not in ("vehicle_no", "vehicle_nos")} | shown
