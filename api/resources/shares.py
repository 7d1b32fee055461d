"""`/v1/shares`: links with an expiry to one case or to where one truck was; made, listed and ended by who sees it."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Body, Request, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from api.answers import json_answer
from api.audit import noted
from api.errors import (
    BadCursorError,
    BadIntervalError,
    NotPermittedError,
    PageTooLargeError,
    RangeTooLongError,
    ShareNotFoundError,
    TooManyOfThemError,
    VehicleNotFoundError,
    problem_responses,
)
from api.masking import shown_plate
from api.pages import decode_cursor, next_link, number_part
from api.parameters import CursorQuery, LimitQuery, Name
from api.services import Services, ServicesDependency
from api.times import EnteredTime
from api.vehicle_lookup import known_vehicle
from api.viewer import Looker, Permission, Viewer
from storage.queries.cases import read_case
from storage.queries.shares import read_shares
from storage.shares import IN_FORCE_MOST, add_share, revoke_share
from supervision.cases.errors import UnknownCase

router = APIRouter(tags=["shares"])

HOURS_MOST = 168  # a week: what is needed for longer goes out as evidence
RANGE_MOST = timedelta(days=7)  # as long as the console plays back
TOKEN_BYTES = 32
PAGE = "/console/shared/{token}"
Hours = Annotated[int, Field(ge=1, le=HOURS_MOST, description="How long the link can be opened.")]


Masked = Annotated[
    bool, Field(description="For the public: no whole plate, no company, no id of a truck, whoever makes the link.")
]


class CaseToShare(BaseModel):
    """One case, with the track of its truck around it where the link's maker may see tracks."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["case"]
    case_id: UUID
    hours: Hours = 24
    masked: Masked = False


class PlaybackToShare(BaseModel):
    """Where one truck was; the link shows nothing of after it was made."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "kind": "playback",
                "vehicle_id": "T1",
                "from": "2026-05-01T20:00:00+08:00",
                "to": "2026-05-02T06:00:00+08:00",
                "hours": 24,
            }
        },
    )

    kind: Literal["playback"]
    vehicle_id: Name
    start: Annotated[EnteredTime, Field(alias="from")]
    end: Annotated[EnteredTime, Field(alias="to")]
    hours: Hours = 24
    masked: Masked = False


class ShareMade(BaseModel):
    """A link.

    Attributes:
        path: Of the console's page, on this host; told once, so that it must be kept.
    """

    share_id: UUID
    path: str
    expires_at: AwareDatetime


class ShareShown(BaseModel):
    """A link without its token."""

    share_id: UUID
    kind: Literal["case", "playback"]
    case_id: UUID | None
    case_no: str | None
    vehicle_id: str | None
    plate: str | None
    start: AwareDatetime | None
    end: AwareDatetime | None
    masked: bool
    created_at: AwareDatetime
    expires_at: AwareDatetime
    revoked_at: AwareDatetime | None
    in_force: bool


class ShareList(BaseModel):
    """Links, newest first."""

    shares: list[ShareShown]
    next: str | None


@router.post(
    "/v1/shares",
    status_code=201,
    response_model=ShareMade,
    summary="Share a case or a playback",
    responses=problem_responses(
        UnknownCase, VehicleNotFoundError, BadIntervalError, RangeTooLongError, NotPermittedError, TooManyOfThemError
    ),
)
async def share(
    services: ServicesDependency,
    viewer: Looker,
    wanted: Annotated[CaseToShare | PlaybackToShare, Body(discriminator="kind")],
) -> Response:
    """Make a link: whoever has it sees this one thing, as far as its maker may see it when it is opened."""
    if isinstance(wanted, CaseToShare):
        about = await _case(services, viewer, wanted)
    else:
        about = await _playback(services, viewer, wanted, datetime.now(UTC))
    nothing = {"case_id": None, "vehicle_id": None, "start": None, "end": None}
    row = nothing | about | {"kind": wanted.kind, "hours": wanted.hours, "masked": wanted.masked}
    token = secrets.token_urlsafe(TOKEN_BYTES)
    row |= {"owner_no": viewer.user_no, "key_id": viewer.key_id}
    made = await services.writer.write(partial(add_share, token=token, row=row))
    if made is None:
        raise TooManyOfThemError(f"expected up to {IN_FORCE_MOST} links of one person that can be opened")
    named = ("case", str(about["case_id"])) if "case_id" in about else ("vehicle", about["vehicle_id"])
    detail = {"share_id": str(made["share_id"]), "hours": wanted.hours, "masked": wanted.masked}
    detail |= {"start": row["start"], "end": row["end"]}
    await noted(services, viewer, "share", *named, detail=detail)
    return json_answer({**made, "path": PAGE.format(token=token)}, status=201)


@router.get(
    "/v1/shares",
    response_model=ShareList,
    summary="Your links",
    responses=problem_responses(BadCursorError, PageTooLargeError),
)
async def shares(
    request: Request, services: ServicesDependency, viewer: Looker, *, limit: LimitQuery, cursor: CursorQuery = None
) -> Response:
    """Return the links that the user made, newest first; those that ended are told of for a month."""
    key = decode_cursor(cursor, (number_part,))
    query = partial(read_shares, viewer=viewer.user_no, before=key[0] if key else None, limit=limit)
    rows = await services.database.read(query)
    next_ = next_link(request, rows, limit, lambda row: (row["share_no"],))
    return json_answer({"shares": [_shown(viewer, row) for row in rows], "next": next_})


@router.delete(
    "/v1/shares/{share_id}",
    status_code=204,
    summary="End a link",
    responses=problem_responses(ShareNotFoundError),
)
async def revoke(services: ServicesDependency, viewer: Looker, share_id: UUID) -> Response:
    """End one of the user's links at once."""
    if not await services.writer.write(partial(revoke_share, share_id=share_id, owner_no=viewer.user_no)):
        raise ShareNotFoundError(f"expected one of your links that can still be opened, got {share_id}")
    await noted(services, viewer, "revoke_share", "share", str(share_id))
    return Response(status_code=204)


async def _case(services: Services, viewer: Viewer, wanted: CaseToShare) -> dict[str, Any]:
    if await services.database.read(partial(read_case, case_id=wanted.case_id, viewer=viewer.user_no)) is None:
        raise UnknownCase(f"expected a case, got {wanted.case_id}", case_id=str(wanted.case_id))
    return {"case_id": wanted.case_id}


async def _playback(services: Services, viewer: Viewer, wanted: PlaybackToShare, now: datetime) -> dict[str, Any]:
    if not viewer.may(Permission.TRACK):
        detail = {"path": "/v1/shares", "method": "POST"}
        await noted(services, viewer, "look_refused", "vehicle", wanted.vehicle_id, allowed=False, detail=detail)
        raise NotPermittedError(f"expected a role that may {Permission.TRACK}, got {viewer.role}", role=viewer.role)
    start, end = past_range(wanted.start, wanted.end, now)
    await services.database.read(partial(known_vehicle, vehicle_id=wanted.vehicle_id, viewer=viewer))
    return {"vehicle_id": wanted.vehicle_id, "start": start, "end": end}


def past_range(start: datetime, end: datetime, now: datetime) -> tuple[datetime, datetime]:
    """Return a range as far as it has passed: a link is no way to follow a truck.

    Raises:
        BadIntervalError: It does not begin before its end, or before now.
        RangeTooLongError: Longer than a playback.
    """
    end = min(end, now)
    if start >= end:
        raise BadIntervalError(f"expected a start before its end and before now, got {start.isoformat()}")
    if end - start > RANGE_MOST:
        raise RangeTooLongError(f"expected up to {RANGE_MOST.days} days, got {(end - start) / timedelta(days=1):.1f}")
    return start, end


def _shown(viewer: Viewer, row: dict[str, Any]) -> dict[str, Any]:
    members = {name: row[name] for name in ShareShown.model_fields}
    return members | {"plate": shown_plate(viewer, row["plate"])}
