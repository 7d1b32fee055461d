"""`/v1/search/vehicles`: trucks by plate, name, terminal or company, and those that were in an area in a time."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Annotated, Literal, NamedTuple, get_args

from fastapi import APIRouter, Query, Request, Response
from psycopg.rows import DictRow
from pydantic import AwareDatetime, BaseModel, ConfigDict

from api.answers import json_answer
from api.audit import noted
from api.errors import (
    AreaNotFoundError,
    BadBboxError,
    BadCursorError,
    BadIntervalError,
    NaiveTimeError,
    PageTooLargeError,
    RangeTooLongError,
    problem_responses,
)
from api.masking import plates_in_full, shown_plate
from api.pages import decode_cursor, name_part, next_link
from api.parameters import Bbox, BboxQuery, CursorQuery, IntervalQuery, LimitQuery, Name
from api.services import Services, ServicesDependency
from api.times import Interval
from api.viewer import Tracker, Viewer
from storage.queries.vehicle_search import Area, read_area, search_vehicles

router = APIRouter(tags=["vehicles"])

AreaKind = Literal["site", "dump_point", "zone", "district"]
# Every fix of every truck in the time is looked at: a day of a city is what the statement's time allows.
AREA_RANGE = timedelta(days=1)


class VehicleFound(BaseModel):
    """A truck that fits.

    Attributes:
        retired: No longer in service; its records are still there.
        merged_into: The truck that it became when duplicates were merged; asked for that one, its records are told too.
        terminal_ids: In it now.
        first_time: Of its fixes in the area and the time; null without an area.
        last_time: Likewise.
        fixes: How many; few for the time say that it passed through.
    """

    vehicle_id: str
    plate: str | None
    company_id: str | None
    company_name: str | None
    retired: bool
    merged_into: str | None
    terminal_ids: list[str]
    first_time: AwareDatetime | None
    last_time: AwareDatetime | None
    fixes: int | None


class VehiclesFound(BaseModel):
    """Trucks by name."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "vehicles": [
                    {
                        "vehicle_id": "T1",
                        "plate": "苏D12345",
                        "company_id": "C1",
                        "company_name": "安达运输",
                        "retired": False,
                        "merged_into": None,
                        "terminal_ids": ["X-T1"],
                        "first_time": "2026-05-01T15:02:10Z",
                        "last_time": "2026-05-01T15:31:40Z",
                        "fixes": 178,
                    }
                ],
                "next": None,
            }
        }
    )

    vehicles: list[VehicleFound]
    next: str | None


class Where(NamedTuple):
    """A time in an area."""

    area: Area
    start: datetime
    end: datetime


@router.get(
    "/v1/search/vehicles",
    response_model=VehiclesFound,
    summary="Trucks by any name, or by where they were when",
    responses=problem_responses(
        AreaNotFoundError,
        NaiveTimeError,
        BadIntervalError,
        RangeTooLongError,
        BadBboxError,
        BadCursorError,
        PageTooLargeError,
    ),
)
async def vehicle_search(
    request: Request,
    services: ServicesDependency,
    viewer: Tracker,
    *,
    interval: IntervalQuery,
    bbox: BboxQuery,
    area: Annotated[
        str | None,
        Query(
            description="`kind:id` of a site, dump_point, zone or district: only trucks that were in it.",
            pattern=r"^(site|dump_point|zone|district):[^\x00]{1,100}$",
            examples=["site:S1"],
        ),
    ] = None,
    q: Annotated[Name | None, Query(description="Part of a plate, a truck's id or a terminal's id.")] = None,
    company_id: Annotated[Name | None, Query(description="Only of this company.")] = None,
    limit: LimitQuery,
    cursor: CursorQuery = None,
) -> Response:
    """Return trucks, retired ones too, by id; with `area` or `bbox` only those with a fix there in `datetime`.

    An area needs both ends of `datetime`, at most a day apart. A search by area is a look at tracks and is logged.
    """
    after = decode_cursor(cursor, (name_part,))
    where = await _where(services, viewer, bbox, area, interval)
    query = partial(
        search_vehicles,
        viewer=viewer.user_no,
        plates_in_full=plates_in_full(viewer),
        text=q,
        company_id=company_id,
        where=where,
        after=None if after is None else after[0],
        limit=limit,
    )
    rows = await services.database.read(query)
    link = next_link(request, rows, limit, lambda row: (row["vehicle_id"],))
    return json_answer({"vehicles": [_answer(row, viewer) for row in rows], "next": link})


async def _where(
    services: Services, viewer: Viewer, bbox: Bbox | None, area: str | None, interval: Interval
) -> Where | None:
    """Read the area and log the look at it; None where none is asked for."""
    if bbox is None and area is None:
        return None
    if bbox is not None and area is not None:
        raise BadBboxError("expected either area or bbox, got both")
    start, end = _bounded(interval)
    detail = {"start": start.isoformat(), "end": end.isoformat()}
    kind, _, place_id = (area or "").partition(":")
    found = (
        Area((*bbox,))
        if bbox
        else await services.database.read(partial(read_area, viewer=viewer.user_no, kind=kind, place_id=place_id))
    )
    if bbox is not None:
        kind, place_id = "bbox", ",".join(f"{degrees:.7g}" for degrees in bbox)
    await noted(services, viewer, "search_area", kind, place_id, allowed=found is not None, detail=detail)
    if found is None:
        raise AreaNotFoundError(f"expected one of {', '.join(get_args(AreaKind))} with an outline, got {area!r}")
    return Where(found, start, end)


def _bounded(interval: Interval) -> tuple[datetime, datetime]:
    if interval.start is None or interval.end is None:
        raise BadIntervalError("expected both ends of datetime for a search by area, got an open one")
    if interval.end - interval.start > AREA_RANGE:
        got = (interval.end - interval.start) / timedelta(hours=1)
        raise RangeTooLongError(f"expected up to {AREA_RANGE / timedelta(hours=1):.0f} hours, got {got:.1f}")
    return interval.start, interval.end


def _answer(row: DictRow, viewer: Viewer) -> DictRow:
    return row | {"plate": shown_plate(viewer, row["plate"])}
