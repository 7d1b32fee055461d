"""`/v1/vehicles/{vehicle_id}/...`: one truck's past in one call each: stays, gaps, washes, events, cases, or all.

Stays and gaps are found from the fixes when somebody asks (`supervision.history`); the rest stands in tables. Every
look is logged, also one at a truck that the viewer does not see, which is answered like one that does not exist.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Annotated, Any, NamedTuple
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from psycopg import AsyncConnection
from psycopg.rows import DictRow

from api.answers import json_answer
from api.audit import looked
from api.case_answer import case_answer
from api.errors import (
    AnswerTooLargeError,
    BadCursorError,
    BadIntervalError,
    NaiveTimeError,
    PageTooLargeError,
    RangeTooLongError,
    VehicleNotFoundError,
    problem_responses,
)
from api.event_answer import event_answer
from api.fix_columns_answer import Column
from api.history_answer import (
    GapList,
    GatePassagePage,
    History,
    StayList,
    VehicleCasePage,
    VehicleEventPage,
    WashPage,
    gap_answer,
    passage_answer,
    stay_answers,
)
from api.pages import decode_cursor, name_part, next_link, number_part
from api.parameters import CursorQuery, IntervalQuery, LimitQuery, VehicleIdPath
from api.resources.track import MAX_FIXES, closed_range
from api.resources.trips import trip_answer
from api.services import Services, ServicesDependency
from api.times import parse_time
from api.vehicle_lookup import known_vehicle
from api.viewer import Tracker, Viewer
from storage.queries.case_page import CaseChoice, read_case_page
from storage.queries.event_page import EventChoice, read_event_page
from storage.queries.track import read_track
from storage.queries.trips import read_trips
from storage.queries.vehicle_history import read_places_at, read_vehicle_passages
from supervision.history import gaps as gaps_
from supervision.history import stays as stays_

router = APIRouter(tags=["vehicles"])

Connection = AsyncConnection[Any]

# What stays and gaps are found from: a third of a fix's columns, a third of the time.
COLUMNS = ("fix_time_ms", "epoch", "seq", "lat_deg", "lon_deg", "speed_mps")
# Rows of each part of a history: a month of a truck that hauls all day has some hundreds.
PART_MOST = 2_000
STAY_LEAST_S = stays_.StayLimits.least_s
WASHER, GATE = ("washer_passage",), ("gate_passage",)

_RANGE_PROBLEMS = problem_responses(VehicleNotFoundError, NaiveTimeError, BadIntervalError, RangeTooLongError)
_TRACK_PROBLEMS = problem_responses(
    VehicleNotFoundError, NaiveTimeError, BadIntervalError, RangeTooLongError, AnswerTooLargeError
)
_PAGE_PROBLEMS = problem_responses(
    VehicleNotFoundError, NaiveTimeError, BadIntervalError, RangeTooLongError, BadCursorError, PageTooLargeError
)


@dataclass(frozen=True, slots=True)
class Look:
    """At which truck somebody looks, and at what time of it."""

    viewer: Viewer
    vehicle_id: str
    start: datetime
    end: datetime

    def about(self, vehicle: DictRow) -> dict[str, Any]:
        """Return the members that every part of a history begins with."""
        return {"vehicle_id": self.vehicle_id, "plate": vehicle["plate"], "start": self.start, "end": self.end}


class Passing(NamedTuple):
    """What a list of passages is called, and of which types it is."""

    name: str
    types: tuple[str, ...]


def read_look(
    services: ServicesDependency, viewer: Tracker, vehicle_id: VehicleIdPath, interval: IntervalQuery
) -> Look:
    """Read whom a request asks about; an open end is now, and without a start the last day before the end is meant."""
    start, end = closed_range(interval, datetime.now(UTC), services.settings.max_track_days)
    return Look(viewer, vehicle_id, start, end)


LookDependency = Annotated[Look, Depends(read_look)]
StayQuery = Annotated[float, Query(ge=30, le=86_400, description="Shorter ones are no stays. [s]")]
GapQuery = Annotated[float, Query(ge=30, le=86_400, description="Shorter ones are no gaps. [s]")]


@router.get(
    "/v1/vehicles/{vehicle_id}/history",
    response_model=History,
    summary="Everything known of a vehicle in a range",
    responses=_TRACK_PROBLEMS,
)
async def history(services: ServicesDependency, look: LookDependency) -> Response:
    """Return trips, stays, events, cases, washes, gate passages and gaps of up to a month at once."""
    async with looked(services, look.viewer, "look_history", look.vehicle_id, look.start, look.end):
        vehicle, columns = await services.database.read(partial(vehicle_and_columns, look=look))
    parts = await services.database.read(partial(_parts, look=look, vehicle_nos=vehicle["vehicle_nos"]))
    parts["stays"] = await _stays(services, look, columns, STAY_LEAST_S)
    parts["gaps"] = await _gaps(look, columns, gaps_.LEAST_S)
    truncated = [name for name, rows in parts.items() if len(rows) == PART_MOST]
    return json_answer({**look.about(vehicle), **parts, "truncated": truncated})


@router.get(
    "/v1/vehicles/{vehicle_id}/stays",
    response_model=StayList,
    summary="Where a vehicle stayed",
    responses=_TRACK_PROBLEMS,
)
async def stays(services: ServicesDependency, look: LookDependency, least_s: StayQuery = STAY_LEAST_S) -> Response:
    """Return the places where the truck stood, found from its fixes, in the order of time."""
    async with looked(services, look.viewer, "look_stays", look.vehicle_id, look.start, look.end):
        vehicle, columns = await services.database.read(partial(vehicle_and_columns, look=look))
    found = await _stays(services, look, columns, least_s)
    return json_answer({**look.about(vehicle), "stays": found, "next": None})


@router.get(
    "/v1/vehicles/{vehicle_id}/gaps",
    response_model=GapList,
    summary="When nothing was heard of a vehicle",
    responses=_TRACK_PROBLEMS,
)
async def gaps(services: ServicesDependency, look: LookDependency, least_s: GapQuery = gaps_.LEAST_S) -> Response:
    """Return the silences of the range, its ends included, with how many counted records are missing."""
    async with looked(services, look.viewer, "look_gaps", look.vehicle_id, look.start, look.end):
        vehicle, columns = await services.database.read(partial(vehicle_and_columns, look=look))
    return json_answer({**look.about(vehicle), "gaps": await _gaps(look, columns, least_s), "next": None})


@router.get(
    "/v1/vehicles/{vehicle_id}/washes",
    response_model=WashPage,
    summary="Washes of a vehicle",
    responses=_PAGE_PROBLEMS,
)
async def washes(
    request: Request, services: ServicesDependency, look: LookDependency, limit: LimitQuery, cursor: CursorQuery = None
) -> Response:
    """Return the truck's passages of wheel-washers, newest first."""
    return await _passages(request, services, look, Passing("washes", WASHER), (cursor, limit))


@router.get(
    "/v1/vehicles/{vehicle_id}/gate-passages",
    response_model=GatePassagePage,
    summary="Gate passages of a vehicle",
    responses=_PAGE_PROBLEMS,
)
async def gate_passages(
    request: Request, services: ServicesDependency, look: LookDependency, limit: LimitQuery, cursor: CursorQuery = None
) -> Response:
    """Return the truck's passages of dump points' gates with their weights, newest first."""
    return await _passages(request, services, look, Passing("gate_passages", GATE), (cursor, limit))


@router.get(
    "/v1/vehicles/{vehicle_id}/events",
    response_model=VehicleEventPage,
    summary="Events of a vehicle",
    responses=_PAGE_PROBLEMS,
)
async def events(
    request: Request, services: ServicesDependency, look: LookDependency, limit: LimitQuery, cursor: CursorQuery = None
) -> Response:
    """Return what the rules found of the truck, facts included; those that began last come first."""
    before = decode_cursor(cursor, (parse_time, UUID))
    async with looked(services, look.viewer, "look_events", look.vehicle_id, look.start, look.end):
        vehicle = await _vehicle(services, look)
    query = partial(read_event_page, choice=_events(look), viewer=look.viewer.user_no, before=before, limit=limit)
    rows = await services.database.read(query)
    link = next_link(request, rows, limit, lambda row: (row["start_time"], row["event_id"]))
    found = [event_answer(row, look.viewer) for row in rows]
    return json_answer({**look.about(vehicle), "events": found, "next": link})


@router.get(
    "/v1/vehicles/{vehicle_id}/cases",
    response_model=VehicleCasePage,
    summary="Cases of a vehicle",
    responses=_PAGE_PROBLEMS,
)
async def cases(
    request: Request, services: ServicesDependency, look: LookDependency, limit: LimitQuery, cursor: CursorQuery = None
) -> Response:
    """Return the cases about the truck that were opened in the range, newest first."""
    before = decode_cursor(cursor, (parse_time, UUID))
    async with looked(services, look.viewer, "look_cases", look.vehicle_id, look.start, look.end):
        vehicle = await _vehicle(services, look)
    query = partial(read_case_page, choice=_cases(look), viewer=look.viewer.user_no, before=before, limit=limit)
    rows = await services.database.read(query)
    link = next_link(request, rows, limit, lambda row: (row["opened_at"], row["case_id"]))
    found = [case_answer(row, look.viewer) for row in rows]
    return json_answer({**look.about(vehicle), "cases": found, "next": link})


async def _vehicle(services: Services, look: Look) -> DictRow:
    return await services.database.read(partial(known_vehicle, vehicle_id=look.vehicle_id, viewer=look.viewer))


async def vehicle_and_columns(connection: Connection, look: Look) -> tuple[DictRow, dict[str, Column]]:
    """Return a vehicle and what stays and gaps are found from.

    Raises:
        AnswerTooLargeError: More fixes than one request may read.
    """
    vehicle = await known_vehicle(connection, look.vehicle_id, viewer=look.viewer)
    columns = await read_track(
        connection, vehicle["vehicle_nos"], look.start, look.end, limit=MAX_FIXES + 1, columns=COLUMNS
    )
    if len(columns["seq"]) > MAX_FIXES:
        raise AnswerTooLargeError(f"expected up to {MAX_FIXES} fixes, there are more; ask for a shorter range")
    return vehicle, columns


async def _stays(services: Services, look: Look, columns: dict[str, Column], least_s: float) -> list[dict[str, Any]]:
    find = partial(stays_.stays, limits=stays_.StayLimits(least_s=least_s))
    told = (columns["fix_time_ms"], columns["lat_deg"], columns["lon_deg"], columns["speed_mps"])
    found = await asyncio.to_thread(find, *told)
    if len(found) == 0:
        return []
    query = partial(read_places_at, lat_deg=found.lat_deg, lon_deg=found.lon_deg, viewer=look.viewer.user_no)
    return stay_answers(columns, found, await services.database.read(query))


async def _gaps(look: Look, columns: dict[str, Column], least_s: float) -> list[dict[str, Any]]:
    now = datetime.now(UTC)
    start_ms, end_ms = (
        int(instant.timestamp() * 1000) for instant in (look.start, max(look.start, min(look.end, now)))
    )
    return [gap_answer(columns, gap) for gap in gaps_.gaps(columns, start_ms, end_ms, least_s)]


async def _passages(
    request: Request, services: Services, look: Look, passing: Passing, page: tuple[str | None, int]
) -> Response:
    cursor, limit = page
    before = decode_cursor(cursor, (parse_time, name_part, number_part, number_part))
    async with looked(services, look.viewer, f"look_{passing.name}", look.vehicle_id, look.start, look.end):
        vehicle = await _vehicle(services, look)
    query = partial(
        read_vehicle_passages,
        vehicle_nos=vehicle["vehicle_nos"],
        types=passing.types,
        interval=(look.start, look.end),
        before=before,
        limit=limit,
    )
    rows = await services.database.read(query)
    link = next_link(request, rows, limit, lambda row: (row["event_time"], row["device"], row["epoch"], row["seq"]))
    return json_answer({**look.about(vehicle), passing.name: [passage_answer(row) for row in rows], "next": link})


async def _parts(connection: Connection, look: Look, vehicle_nos: list[int]) -> dict[str, list[Any]]:
    """Return the parts of a history that stand in tables."""
    viewer = look.viewer
    trips = await read_trips(
        connection, vehicle_nos, look.start, look.end, withdrawn=False, before=None, limit=PART_MOST
    )
    events = await read_event_page(connection, _events(look), viewer=viewer.user_no, before=None, limit=PART_MOST)
    cases = await read_case_page(connection, _cases(look), viewer.user_no, before=None, limit=PART_MOST)
    passed = [
        await read_vehicle_passages(connection, vehicle_nos, types, (look.start, look.end), limit=PART_MOST)
        for types in (WASHER, GATE)
    ]
    return {
        "trips": [trip_answer(row) for row in trips],
        "events": [event_answer(row, viewer) for row in events],
        "cases": [case_answer(row, viewer) for row in cases],
        "washes": [passage_answer(row) for row in passed[0]],
        "gate_passages": [passage_answer(row) for row in passed[1]],
    }


def _events(look: Look) -> EventChoice:
    return EventChoice(vehicle_id=look.vehicle_id, start=look.start, end=look.end)


def _cases(look: Look) -> CaseChoice:
    return CaseChoice(vehicle_id=look.vehicle_id, start=look.start, end=look.end)
