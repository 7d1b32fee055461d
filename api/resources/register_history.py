"""`/v1/register-history`: every change of a register, by whom and from what to what; nothing of it is ever altered."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api.errors import BadCursorError, BadIntervalError, BadTimeError, PageTooLargeError, problem_responses
from api.pages import decode_cursor, number_part
from api.parameters import CursorQuery, IntervalQuery, LimitQuery, Name
from api.registers.history import RegisterChangePage, history_answer
from api.services import ServicesDependency
from api.viewer import Registrar

router = APIRouter(tags=["registers"])


@router.get(
    "/v1/register-history",
    summary="Changes of all registers",
    response_model=RegisterChangePage,
    responses=problem_responses(BadCursorError, PageTooLargeError, BadIntervalError, BadTimeError),
)
async def register_history(
    request: Request,
    services: ServicesDependency,
    _viewer: Registrar,
    interval: IntervalQuery,
    *,
    kind: Annotated[Name | None, Query(description="Only of these: `vehicles`, `zones`, `limits`, ...")] = None,
    item_id: Annotated[Name | None, Query(alias="id", description="Only of this item.")] = None,
    by: Annotated[Name | None, Query(description="Only by this user.")] = None,
    limit: LimitQuery,
    cursor: CursorQuery = None,
) -> Response:
    """Return changes by people, imports, world folders and device admission, newest first."""
    key = decode_cursor(cursor, (number_part,))
    return await history_answer(
        request,
        services,
        limit,
        kind=kind,
        item_id=item_id,
        by=by,
        interval=(interval.start, interval.end),
        before=key[0] if key else None,
    )
