"""`/v1/audit`: who looked at what, did what, and was refused what, newest first."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict

from api.answers import json_answer
from api.errors import BadCursorError, BadIntervalError, NaiveTimeError, PageTooLargeError, problem_responses
from api.pages import decode_cursor, next_link, number_part
from api.parameters import CursorQuery, IntervalQuery, LimitQuery, Name
from api.services import ServicesDependency
from api.viewer import Auditor
from storage.queries.audit import AuditChoice, read_audit

router = APIRouter(tags=["access"])


class AuditEntry(BaseModel):
    """One look or deed.

    Attributes:
        user: Name at the time; of a refused log-in the one that was tried.
        allowed: False where it was refused.
        detail: The range of a track, what was changed, where from.
        hash: Covers this entry and the one before it; `muckline audit verify` follows them.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "audit_no": 4711,
                "at": "2026-05-01T12:00:00Z",
                "user": "wang",
                "role": "inspector",
                "action": "look_track",
                "object_kind": "vehicle",
                "object_id": "T1",
                "allowed": True,
                "detail": {"start": "2026-05-01T00:00:00Z", "end": "2026-05-01T12:00:00Z"},
                "hash": "8f14e45fceea167a5a36dedd4bea2543c9f0f895fb98ab9159f51fd0297e236d",
            }
        }
    )

    audit_no: int
    at: AwareDatetime
    user: str
    role: str
    action: str
    object_kind: str
    object_id: str
    allowed: bool
    detail: dict[str, Any]
    hash: str


class AuditPage(BaseModel):
    """Entries, newest first."""

    entries: list[AuditEntry]
    next: str | None


@router.get(
    "/v1/audit",
    response_model=AuditPage,
    summary="Looks and deeds",
    responses=problem_responses(NaiveTimeError, BadIntervalError, BadCursorError, PageTooLargeError),
)
async def audit(
    request: Request,
    services: ServicesDependency,
    _viewer: Auditor,
    *,
    interval: IntervalQuery,
    user: Annotated[Name | None, Query(description="Only of this user.")] = None,
    action: Annotated[Name | None, Query(description="Only this.", examples=["look_track"])] = None,
    object_kind: Annotated[Name | None, Query(description="Only of this kind of thing.", examples=["vehicle"])] = None,
    object_id: Annotated[Name | None, Query(description="Only of this one.", examples=["T1"])] = None,
    allowed: Annotated[bool | None, Query(description="false: only what was refused.")] = None,
    limit: LimitQuery,
    cursor: CursorQuery = None,
) -> Response:
    """Return who did what in the range."""
    key = decode_cursor(cursor, (number_part,))
    choice = AuditChoice(
        user=user,
        action=action,
        object_kind=object_kind,
        object_id=object_id,
        allowed=allowed,
        start=interval.start,
        end=interval.end,
    )
    rows = await services.database.read(partial(read_audit, choice=choice, before=key[0] if key else None, limit=limit))
    return json_answer({"entries": rows, "next": next_link(request, rows, limit, lambda row: (row["audit_no"],))})
