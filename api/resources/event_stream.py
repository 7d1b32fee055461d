"""Events as they are found, changed and withdrawn: Server-Sent Events, resumed without loss or repetition.

Framed by `fastapi.sse`, but not streamed by its generator routes: those send each message by itself through two more
tasks, and log an exception when a client leaves in the middle of one (FastAPI 0.165, its discussion 15725).
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping
from functools import partial
from typing import Annotated, Any

import orjson
import psycopg
from fastapi import APIRouter, Depends, Header, Query, Response
from fastapi.responses import StreamingResponse
from fastapi.sse import EventSourceResponse, format_sse_event

from api.database import Database
from api.errors import BadCursorError, NotReadyError, TooManyStreamsError, problem_responses
from api.event_feed import EVENT_SOURCE, Change, Subscription, read_changes
from api.parameters import Name
from api.services import Services, ServicesDependency
from api.viewer import Looker, Viewer
from storage.queries.scope import read_scope

router = APIRouter(tags=["events"])

# A quiet stream says this often that it lives, and up to which change it is complete; proxies cut what is silent for
# longer. [s]
HEARTBEAT_S = 10.0
# How long a browser waits before it connects again. [ms]
RETRY_MS = 2_000
# A client further behind than this reloads the list of events, which is faster for it than reading every change.
REPLAY_MAX = 10_000
REPLAY_PAGE = 500
# What proxies need to be told, nginx among them, to pass a stream on as it comes.
STREAM_HEADERS = {"cache-control": "no-store", "x-accel-buffering": "no"}
EXAMPLE = 'event: event\ndata: {"event_id": "8f14e45f-...", "kind": "illegal_dumping", ...}\nid: 1234\n\n'


async def open_stream(
    services: ServicesDependency,
    viewer: Looker,
    kind: Annotated[list[Name] | None, Query(description="Only these kinds.", max_length=100)] = None,
    vehicle_id: Annotated[Name | None, Query(description="Only this vehicle.")] = None,
    min_severity: Annotated[int, Query(ge=0, le=3, description="Only from this severity on.")] = 0,
) -> AsyncIterator[Subscription]:
    """Take one of the streams for as long as the request lives."""
    kinds = frozenset(kind or ())

    def wanted(row: Mapping[str, Any]) -> bool:
        return (
            (not kinds or row["kind"] in kinds)
            and vehicle_id in (None, row["vehicle_id"])
            and row["severity"] >= min_severity
        )

    scope = await services.database.read(partial(read_scope, viewer=viewer.user_no))
    with services.feed.subscribe(EVENT_SOURCE, viewer, scope, wanted) as subscription:
        yield subscription


def last_event_id(
    header: Annotated[
        str | None, Header(alias="Last-Event-ID", description="`id` of the last message received; browsers send it.")
    ] = None,
    query: Annotated[
        str | None,
        Query(alias="last_event_id", description="Likewise for a first connection: `last_event_id` of an event list."),
    ] = None,
) -> int | None:
    """Read where the client stands; the header is newer than an address that a browser connects to again.

    Raises:
        BadCursorError: Not an `id` of this stream.
    """
    text = header or query
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise BadCursorError(f"expected the id of a message of this stream, got {text!r}")
    return int(text)


@router.get(
    "/v1/events/stream",
    response_class=StreamingResponse,
    responses={
        200: {
            "description": "Messages until one side leaves",
            "content": {"text/event-stream": {"schema": {"type": "string"}, "example": EXAMPLE}},
        },
        **problem_responses(BadCursorError, TooManyStreamsError, NotReadyError),
    },
    summary="Events as they happen",
)
async def event_stream(
    services: ServicesDependency,
    subscription: Annotated[Subscription, Depends(open_stream)],
    seen: Annotated[int | None, Depends(last_event_id)],
) -> Response:
    """Send each new, changed or withdrawn event that the asker sees once, in the order of its change.

    Messages: `event` holds one event as in the list of events; its `id` is the number of the change. `resync` says that
    the client is too far behind or from another database: reload the list of events, then go on with this stream. A
    comment every ten seconds carries the `id` up to which the stream is complete. To start without a gap, load the list
    and connect with its `last_event_id`.
    """
    return EventSourceResponse(messages(services, subscription, seen), headers=STREAM_HEADERS)


async def messages(services: Services, subscription: Subscription, seen: int | None) -> AsyncIterator[bytes]:
    """Give out what was missed, then what happens, until the subscription or the connection ends."""
    since = subscription.since
    yield format_sse_event(comment=f"muckline {subscription.source.name}s", retry=RETRY_MS)
    if seen is not None and not 0 <= since - seen <= REPLAY_MAX:
        yield resync(subscription.source.reload, since)
    elif seen is not None:
        async for page in replayed(services.database, subscription, seen):
            yield page
    yield format_sse_event(comment="live", id=str(since))
    while not subscription.ended:
        changes = await subscription.take(HEARTBEAT_S)
        if changes:
            yield joined(changes, subscription.viewer)
        elif not subscription.ended:
            # Nothing is queued, so every change handed out so far has been sent or was not wanted.
            yield format_sse_event(comment="alive", id=str(services.feed.cursor(subscription.source)))


def joined(changes: Iterable[Change], viewer: Viewer) -> bytes:
    """Return the messages of changes, to be sent at once."""
    return b"".join(change.message(viewer) for change in changes)


def resync(reload: str, since: int) -> bytes:
    """Return the message that tells a client to load the list anew."""
    data = orjson.dumps({"reload": reload, "last_event_id": str(since)}).decode()
    return format_sse_event(event="resync", data_str=data, id=str(since))


async def replayed(database: Database, subscription: Subscription, seen: int) -> AsyncIterator[bytes]:
    """Give out what changed after `seen` and is not in the subscription's queue, from the database.

    Ends the subscription where the database goes away meanwhile: the client comes back and reads on from there.
    """
    while seen < subscription.since and not subscription.ended:
        try:
            page = await database.read(partial(read_changes, source=subscription.source, after=seen, limit=REPLAY_PAGE))
        except psycopg.OperationalError:
            subscription.end()
            return
        # An event that changed again meanwhile carries a later number, and comes through the queue.
        sent = (change for change in page if change.change_no <= subscription.since and subscription.takes(change))
        yield joined(sent, subscription.viewer)
        seen = page[-1].change_no if len(page) == REPLAY_PAGE else subscription.since
