"""`/v1/events`: what the rules found, newest first, withdrawn ones only when asked for."""

from __future__ import annotations

from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel

from api.answers import json_answer
from api.errors import (
    BadBboxError,
    BadCursorError,
    BadIntervalError,
    EventNotFoundError,
    NaiveTimeError,
    PageTooLargeError,
    problem_responses,
)
from api.event_answer import EventAnswer, event_answer
from api.pages import decode_cursor, next_link
from api.parameters import (
    BboxQuery,
    CursorQuery,
    IntervalQuery,
    LimitQuery,
    Name,
    WithdrawnQuery,
)
from api.services import ServicesDependency
from api.times import parse_time
from api.viewer import Looker
from storage.queries.event_page import EventChoice, read_event_page
from storage.queries.events import newest_change_no, read_event

router = APIRouter(tags=["events"])


class EventPage(BaseModel):
    """Events, those that began last come first.

    Attributes:
        last_event_id: Connect to the stream with it to get every change after this page and none before.
    """

    events: list[EventAnswer]
    next: str | None
    last_event_id: str


@router.get(
    "/v1/events",
    response_model=EventPage,
    summary="Events",
    responses=problem_responses(NaiveTimeError, BadIntervalError, BadBboxError, BadCursorError, PageTooLargeError),
)
async def events(
    request: Request,
    services: ServicesDependency,
    viewer: Looker,
    *,
    interval: IntervalQuery,
    bbox: BboxQuery,
    kind: Annotated[list[Name] | None, Query(description="Only these kinds.", examples=[["illegal_dumping"]])] = None,
    vehicle_id: Annotated[Name | None, Query(description="Only this vehicle.")] = None,
    min_severity: Annotated[int, Query(ge=0, le=3, description="0 also facts such as normal unloading.")] = 0,
    withdrawn: WithdrawnQuery = False,
    limit: LimitQuery,
    cursor: CursorQuery = None,
) -> Response:
    """Return the events that went on in the range and began in the box."""
    choice = EventChoice(
        kinds=kind,
        vehicle_id=vehicle_id,
        min_severity=min_severity,
        start=interval.start,
        end=interval.end,
        box=bbox,
        withdrawn=withdrawn,
    )
    before = decode_cursor(cursor, (parse_time, UUID))
    # Asked for first: a change in between is then sent twice, the other way round it would be lost.
    last_event_id = await services.database.read(newest_change_no)
    rows = await services.database.read(
        partial(read_event_page, choice=choice, viewer=viewer.user_no, before=before, limit=limit)
    )
    link = next_link(request, rows, limit, lambda row: (row["start_time"], row["event_id"]))
    page = {"events": [event_answer(row, viewer) for row in rows], "next": link, "last_event_id": str(last_event_id)}
    return json_answer(page)


@router.get(
    "/v1/events/{event_id}",
    response_model=EventAnswer,
    summary="One event",
    responses=problem_responses(EventNotFoundError),
)
async def event(services: ServicesDependency, viewer: Looker, event_id: UUID) -> Response:
    """Return one event, withdrawn or not."""
    row = await services.database.read(partial(read_event, event_id=event_id, viewer=viewer.user_no))
    if row is None:
        raise EventNotFoundError(f"expected an event that was found, got {event_id}", event_id=str(event_id))
    return json_answer(event_answer(row, viewer))
