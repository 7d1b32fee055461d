"""`/v1/stray-replies`: what terminals answered to commands that nobody sent them from here."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import AwareDatetime, BaseModel

from api.answers import json_answer
from api.errors import BadCursorError, PageTooLargeError, problem_responses
from api.pages import decode_cursor, next_link, number_part
from api.parameters import CursorQuery, LimitQuery, Name
from api.services import ServicesDependency
from api.viewer import Operator
from storage.queries.device_commands import read_stray_replies

router = APIRouter(tags=["terminals"])


class StrayReply(BaseModel):
    """An answer that names no command of its terminal; the same answer again is one row."""

    stray_no: int
    device: str
    id: str
    status: Literal["delivered", "accepted", "refused"]
    result: str
    received_at: AwareDatetime
    last_received_at: AwareDatetime


class StrayReplyPage(BaseModel):
    """Stray replies, the newest kind first."""

    replies: list[StrayReply]
    next: str | None


@router.get(
    "/v1/stray-replies",
    response_model=StrayReplyPage,
    summary="Replies that name no command of their terminal",
    responses=problem_responses(BadCursorError, PageTooLargeError),
)
async def stray_replies(
    request: Request,
    services: ServicesDependency,
    viewer: Operator,
    *,
    device: Annotated[Name | None, Query(description="Only of this terminal.")] = None,
    limit: LimitQuery,
    cursor: CursorQuery = None,
) -> Response:
    """Return replies to commands that this database does not know, or that another terminal was sent."""
    key = decode_cursor(cursor, (number_part,))
    query = partial(
        read_stray_replies, viewer=viewer.user_no, device=device, before=key[0] if key else None, limit=limit
    )
    rows = await services.database.read(query)
    return json_answer({"replies": rows, "next": next_link(request, rows, limit, lambda row: (row["stray_no"],))})
