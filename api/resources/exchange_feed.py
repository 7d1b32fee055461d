"""`/v1/exchange/feed`: what changed, for other bureaux, resumable; docs/exchange.md describes it to them."""

from __future__ import annotations

import asyncio
import time
from functools import partial
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict

from api.answers import json_answer, json_bytes
from api.errors import BadCursorError, problem_responses
from api.services import Services, ServicesDependency
from api.viewer import Exchanger, Viewer
from storage.queries.exchange_rows import TYPES, read_exchange_rows, read_newest
from supervision.exchange.cursor import BadFeedCursor, read_cursor, write_cursor
from supervision.exchange.documents import FORMAT, document
from supervision.exchange.schema import schema
from supervision.masking import masks_of

router = APIRouter(tags=["exchange"])

LOOKED_AT_MOST = 1_000  # rows of each type that one answer looks at
WAIT_MOST_S = 30
LOOK_S = 1.0  # how often a waiting request looks again
NDJSON = "application/x-ndjson"
DOCUMENT_EXAMPLE: dict[str, Any] = {
    "id": "trip:8f14e45f-ceea-567d-9d3a-6d7c2b1f0a11",
    "type": "trip",
    "version": 8121,
    "format": FORMAT,
    "region": "320412",
    "deleted": False,
    "data": {"trip_id": "8f14e45f-ceea-567d-9d3a-6d7c2b1f0a11", "vehicle_id": "T1", "ending": "delivered"},
}


AS_LINES: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "A page; with `Accept: application/x-ndjson` a document a line, the last line being "
        '`{"cursor": …, "more": …}`.',
        "content": {NDJSON: {"schema": {"type": "string"}}},
    }
}


class ExchangeDocument(BaseModel):
    """A document; `/v1/exchange/schema` has the members of `data`.

    Attributes:
        id: Stable.
        version: Grows with every change.
        deleted: It turned out not to have been.
    """

    model_config = ConfigDict(json_schema_extra={"example": DOCUMENT_EXAMPLE})

    id: str
    type: Literal["event", "case", "trip", "manifest", "score"]
    version: int
    format: int
    region: str | None
    deleted: bool
    data: dict[str, Any]


class FeedPage(BaseModel):
    """Documents that changed.

    Attributes:
        cursor: To be kept once the documents are, and sent as `after` next.
        more: Whether there is more at once.
    """

    documents: list[ExchangeDocument]
    cursor: str
    more: bool


@router.get(
    "/v1/exchange/feed",
    response_model=FeedPage,
    summary="What changed, for other bureaux",
    responses=AS_LINES | problem_responses(BadCursorError),
)
async def feed(
    request: Request,
    services: ServicesDependency,
    viewer: Exchanger,
    *,
    after: Annotated[
        str | None, Query(max_length=500, description="`cursor` of the page before; none for everything there is.")
    ] = None,
    types: Annotated[str, Query(max_length=100, description="Types with commas.", examples=["case,trip"])] = ",".join(
        TYPES
    ),
    limit: Annotated[int, Query(ge=1, le=LOOKED_AT_MOST, description="Most documents of each type looked at.")] = 200,
    wait_s: Annotated[
        int, Query(ge=0, le=WAIT_MOST_S, description="Where there is nothing new, wait for it so long.")
    ] = 0,
) -> Response:
    """Return what is new or has changed since a cursor, each document in its newest version.

    A page may hold nothing and yet have more after it: what the asker may not see is passed over.
    """
    positions = read_positions(after)
    wanted = read_types(types)
    deadline_s = time.monotonic() + wait_s
    while True:
        documents, moved, more = await read_page(services, viewer, positions, wanted, limit)
        if documents or more or time.monotonic() >= deadline_s or await request.is_disconnected():
            break
        positions = moved
        await asyncio.sleep(min(LOOK_S, max(deadline_s - time.monotonic(), 0.0)))
    end = {"cursor": write_cursor(moved), "more": more}
    if NDJSON in request.headers.get("accept", ""):
        lines = [json_bytes(one) for one in [*documents, end]]
        return Response(b"\n".join(lines) + b"\n", media_type=NDJSON, headers={"cache-control": "no-store"})
    return json_answer({"documents": documents} | end)


class Newest(BaseModel):
    """Where the feed ends at this moment."""

    cursor: str


@router.get("/v1/exchange/newest", response_model=Newest, summary="A cursor behind everything there is")
async def newest(services: ServicesDependency, viewer: Exchanger) -> Response:  # noqa: ARG001 - asked of whoever may read
    """Return the cursor for who wants only what changes from now on."""
    return json_answer({"cursor": write_cursor(await services.database.read(read_newest))})


@router.get("/v1/exchange/schema", response_model=dict[str, Any], summary="JSON Schema of the documents")
async def document_schema(viewer: Exchanger) -> Response:  # noqa: ARG001 - asked of whoever may read
    """Return the schema (2020-12) that every document of this format fulfils."""
    return json_answer(schema(), "application/schema+json")


async def read_page(
    services: Services, viewer: Viewer, positions: dict[str, int], wanted: tuple[str, ...], limit: int
) -> tuple[list[dict[str, Any]], dict[str, int], bool]:
    """Return documents, the positions behind them, and whether there may be more."""
    documents: list[dict[str, Any]] = []
    moved, more = dict(positions), False
    masks = masks_of(viewer.role)
    for name in wanted:
        query = partial(
            read_exchange_rows, viewer=viewer.user_no, document_type=name, after=positions[name], limit=limit
        )
        rows, moved[name], full = await services.database.read(query)
        documents += [document(name, row, masks) for row in rows]
        more = more or full
    return documents, moved, more


def read_positions(after: str | None) -> dict[str, int]:
    """Return how far was read.

    Raises:
        BadCursorError: The cursor is not the feed's.
    """
    try:
        return read_cursor(after, TYPES)
    except BadFeedCursor as error:
        raise BadCursorError(str(error)) from error


def read_types(text: str) -> tuple[str, ...]:
    """Return the types that are wanted.

    Raises:
        BadCursorError: One is not known.
    """
    wanted = tuple(dict.fromkeys(filter(None, text.split(","))))
    strange = [name for name in wanted if name not in TYPES]
    if strange or not wanted:
        raise BadCursorError(f"expected types of {','.join(TYPES)}, got {text[:80]!r}")
    return wanted
