"""Cases as they are opened and worked: Server-Sent Events, resumed like the stream of events."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response
from fastapi.responses import StreamingResponse
from fastapi.sse import EventSourceResponse

from api.case_answer import Source, Status
from api.errors import BadCursorError, NotReadyError, TooManyStreamsError, problem_responses
from api.event_feed import CASE_SOURCE, Subscription
from api.parameters import Name
from api.resources.event_stream import STREAM_HEADERS, last_event_id, messages
from api.services import ServicesDependency
from api.viewer import Looker
from storage.queries.scope import read_scope

router = APIRouter(tags=["cases"])

EXAMPLE = 'event: case\ndata: {"case_id": "3c1f0a52-...", "case_no": "2026-000123", "status": "new", ...}\nid: 1234\n\n'


async def open_stream(
    services: ServicesDependency,
    viewer: Looker,
    *,
    status: Annotated[list[Status] | None, Query(description="Only of these statuses.")] = None,
    kind: Annotated[list[Name] | None, Query(max_length=100, description="Only of these kinds.")] = None,
    min_severity: Annotated[int, Query(ge=0, le=3, description="Only from this severity on.")] = 0,
    district_id: Annotated[list[Name] | None, Query(max_length=100, description="Only of these districts.")] = None,
    company_id: Annotated[list[Name] | None, Query(max_length=100, description="Only of these companies.")] = None,
    vehicle_id: Annotated[Name | None, Query(description="Only of this truck.")] = None,
    source: Annotated[list[Source] | None, Query(description="Only from these.")] = None,
) -> AsyncIterator[Subscription]:
    """Take one of the streams for as long as the request lives."""
    chosen = {
        "status": status,
        "kind": kind,
        "district_id": district_id,
        "company_id": company_id,
        "vehicle_id": [vehicle_id] if vehicle_id else None,
        "source": source,
    }
    sets = {name: frozenset(values) for name, values in chosen.items() if values}

    def wanted(row: Mapping[str, Any]) -> bool:
        return row["severity"] >= min_severity and all(row[name] in values for name, values in sets.items())

    scope = await services.database.read(partial(read_scope, viewer=viewer.user_no))
    with services.feed.subscribe(CASE_SOURCE, viewer, scope, wanted) as subscription:
        yield subscription


@router.get(
    "/v1/cases/stream",
    response_class=StreamingResponse,
    responses={
        200: {
            "description": "Messages until one side leaves",
            "content": {"text/event-stream": {"schema": {"type": "string"}, "example": EXAMPLE}},
        },
        **problem_responses(BadCursorError, TooManyStreamsError, NotReadyError),
    },
    summary="Cases as they happen",
)
async def case_stream(
    services: ServicesDependency,
    subscription: Annotated[Subscription, Depends(open_stream)],
    seen: Annotated[int | None, Depends(last_event_id)],
) -> Response:
    """Send each new or changed case that the asker sees once, in the order of its change.

    Messages: `case` holds one case as in the list of cases, which its `case_id` replaces there; its `id` is the number
    of the change. `resync` says to reload the list of cases. With filters a case that no longer fits is not told of: a
    list of one status follows all of them. Begin with the `last_change_id` of a list as `last_event_id`.
    """
    return EventSourceResponse(messages(services, subscription, seen), headers=STREAM_HEADERS)
