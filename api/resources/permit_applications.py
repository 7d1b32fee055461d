"""`/v1/permit-applications`: 准运证 applied for by companies (申报, 变更, 延期), and what officers decide.

An application changes no permit until it is approved; then it is written as any change of the register is. Steps are
added, never changed.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import Annotated, Any, Literal
from uuid import UUID, uuid4

import orjson
from fastapi import APIRouter, Query, Request, Response
from psycopg import Connection
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from api.answers import json_answer, json_bytes
from api.application_answer import (
    CONTENT_EXAMPLE,
    Application,
    Changes,
    Content,
    WholeApplication,
    application_answers,
    person_of,
    whole_application,
)
from api.errors import BadCursorError, PageTooLargeError, RegisterRefusedError, problem_responses
from api.pages import decode_cursor, name_part, next_link
from api.parameters import CursorQuery, LimitQuery, Name
from api.registers.editing import REASON_MOST, refused_error
from api.services import Services, ServicesDependency
from api.times import parse_time
from api.viewer import Applicant, Looker, Viewer
from storage.audit_log import Entry, append
from storage.queries.permit_applications import Wanted, read_counts, read_page, read_places
from supervision.permits.errors import (
    ApplicationMovedOn,
    ApplicationStepRefused,
    NotTheirsToDecide,
    UnknownApplication,
)
from supervision.permits.life import OPEN, Kind, Status
from supervision.permits.office import Asked, begin_application, edit_application, take_step
from supervision.registers.faults import Refused

router = APIRouter(tags=["registers"])

Comment = Annotated[
    str, StringConstraints(min_length=1, max_length=REASON_MOST, strip_whitespace=True, pattern=r"^[^\x00]+$")
]
Version = Annotated[int, Field(ge=1, lt=2**31, description="`version` of the application that was read.")]


class ApplicationPage(BaseModel):
    """Applications, and how many there are of each status."""

    applications: list[Application]
    next: str | None
    counts: dict[Status, int]


class NewApplication(BaseModel):
    """What is applied for.

    Attributes:
        kind: `new`, or `change` or `extension` of a permit in force.
        permit_id: Which one, of the latter two.
        content: Of a change, only what shall be otherwise; null takes a member away.
        submit: Send it in at once.
    """

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"kind": "new", "content": CONTENT_EXAMPLE, "submit": True}}
    )

    kind: Kind = "new"
    permit_id: Name | None = None
    content: Content
    submit: bool = False


class Writing(BaseModel):
    """Another content in the place of a draft's, or of one that was sent back."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"expected_version": 3, "content": CONTENT_EXAMPLE}}
    )

    expected_version: Version
    content: Content


class StepOrder(BaseModel):
    """A step to be taken.

    Attributes:
        comment: Compulsory to send back and to reject.
        changes: Of an approval: what the permit says otherwise than applied for, conditions, the permit's number.
    """

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "step": "approve",
                "expected_version": 2,
                "comment": "同意，限夜间运输",
                "changes": {"quota_m3": 8000, "conditions": "出场须冲洗"},
            }
        },
    )

    step: Literal["submit", "withdraw", "approve", "send_back", "reject"]
    expected_version: Version
    comment: Comment | None = None
    changes: Changes | None = None


class PlaceToApplyFor(BaseModel):
    """A site or dump point of the city."""

    id: str
    name: str | None
    address: str | None
    district_id: str | None
    geometry: dict[str, Any] | None


class PlacesPage(BaseModel):
    """Places by their id."""

    places: list[PlaceToApplyFor]
    next: str | None


@router.get(
    "/v1/permit-applications",
    response_model=ApplicationPage,
    response_model_exclude_none=True,
    summary="Applications for permits (准运证申报)",
    responses=problem_responses(BadCursorError, PageTooLargeError),
)
async def applications(
    request: Request,
    services: ServicesDependency,
    viewer: Looker,
    *,
    status: Annotated[
        list[Status] | None, Query(description="Only of this status; several times for several.", max_length=6)
    ] = None,
    open_: Annotated[bool, Query(alias="open", description="Only those that have not ended.")] = False,
    kind: Annotated[Kind | None, Query(description="Only of this kind.")] = None,
    company_id: Annotated[Name | None, Query(description="Only of this company.")] = None,
    permit_id: Annotated[Name | None, Query(description="Only of this permit.")] = None,
    q: Annotated[Name | None, Query(description="Only where number, company, site or spoil contains this.")] = None,
    order: Annotated[
        Literal["newest", "waiting"], Query(description="`waiting` has first what was sent in longest ago.")
    ] = "newest",
    limit: LimitQuery,
    cursor: CursorQuery = None,
) -> Response:
    """Return what the viewer's company applies for, or what was sent in to the viewer's office; drafts are private."""
    key = decode_cursor(cursor, (_time_part, _id_part))
    wanted = Wanted(
        statuses=status or (OPEN if open_ else None),
        kind=kind,
        company_id=company_id,
        permit_id=permit_id,
        text=q,
        after=None if key is None else (key[0], key[1]),
        oldest_first=order == "waiting",
        limit=limit,
    )
    rows = await services.database.read(partial(read_page, viewer=viewer.user_no, wanted=wanted))
    counts = await services.database.read(partial(read_counts, viewer=viewer.user_no))
    link = next_link(request, rows, limit, lambda row: (row["since"], row["application_id"]))
    answers = await application_answers(services, viewer, rows)
    return json_answer({"applications": answers, "next": link, "counts": counts})


@router.get(
    "/v1/permit-applications/places",
    response_model=PlacesPage,
    summary="Places that may be applied for",
    responses=problem_responses(BadCursorError, PageTooLargeError),
)
async def places(
    request: Request,
    services: ServicesDependency,
    viewer: Applicant,
    *,
    kind: Annotated[Literal["site", "dump_point"], Query(description="Sites or dump points.")] = "site",
    q: Annotated[Name | None, Query(description="Only where the id, name or address contains this.")] = None,
    limit: LimitQuery,
    cursor: CursorQuery = None,
) -> Response:
    """Return the city's sites or dump points, which are public; whose trucks haul there is not told."""
    key = decode_cursor(cursor, (name_part,))
    query = partial(
        read_places, viewer=viewer.user_no, kind=kind, text=q, after=None if key is None else key[0], limit=limit
    )
    rows = await services.database.read(query)
    link = next_link(request, rows, limit, lambda row: (row["id"],))
    return json_answer({"places": [_place(row) for row in rows], "next": link})


@router.post(
    "/v1/permit-applications",
    status_code=201,
    response_model=WholeApplication,
    summary="Apply for a permit, or for a change of one",
    responses=problem_responses(RegisterRefusedError, NotTheirsToDecide),
)
async def begin(services: ServicesDependency, viewer: Applicant, order: NewApplication) -> Response:
    """Keep a draft for the viewer's company, or send it in at once (申报). Only its own trucks may be named."""
    application_id = uuid4()
    await _written(services, partial(_begin, viewer=viewer, application_id=application_id, order=order))
    return await _answered(services, viewer, application_id, 201)


@router.get(
    "/v1/permit-applications/{application_id}",
    response_model=WholeApplication,
    response_model_exclude_none=True,
    summary="One application",
    responses=problem_responses(UnknownApplication),
)
async def application(services: ServicesDependency, viewer: Looker, application_id: UUID) -> Response:
    """Return an application with its steps, what it would change, and the shapes of its places."""
    return await _answered(services, viewer, application_id, 200)


@router.put(
    "/v1/permit-applications/{application_id}",
    response_model=WholeApplication,
    summary="Write at a draft",
    responses=problem_responses(
        UnknownApplication, ApplicationMovedOn, ApplicationStepRefused, NotTheirsToDecide, RegisterRefusedError
    ),
)
async def edit(services: ServicesDependency, viewer: Applicant, application_id: UUID, writing: Writing) -> Response:
    """Put a content in the place of that of a draft, or of an application that was sent back."""
    work = partial(_edit, viewer=viewer, application_id=application_id, writing=writing)
    await _written(services, work, viewer, application_id)
    return await _answered(services, viewer, application_id, 200)


@router.post(
    "/v1/permit-applications/{application_id}/steps",
    status_code=201,
    response_model=WholeApplication,
    summary="Take a step of an application",
    responses=problem_responses(
        UnknownApplication, ApplicationMovedOn, ApplicationStepRefused, NotTheirsToDecide, RegisterRefusedError
    ),
)
async def step(services: ServicesDependency, viewer: Looker, application_id: UUID, order: StepOrder) -> Response:
    """Send in or withdraw, as the company; approve, send back or reject, as an officer of the bureau or the district.

    Who was not fast enough is answered 409 `permit-application-moved-on` with the application as somebody else left it.
    An approval writes the permit, which rules hold in force from then on.
    """
    work = partial(_step, viewer=viewer, application_id=application_id, order=order)
    await _written(services, work, viewer, application_id)
    return await _answered(services, viewer, application_id, 201)


async def _written(
    services: Services, work: Any, viewer: Viewer | None = None, application_id: UUID | None = None
) -> None:
    """Do a deed; who was too late is told what happened."""
    try:
        await services.writer.write(work)
    except Refused as refused:
        raise refused_error(refused) from refused
    except ApplicationMovedOn as error:
        if viewer is not None and application_id is not None:
            # Problems are written by the standard library's JSON, which knows no times and ids.
            now = await whole_application(services, viewer, application_id)
            error.facts["application"] = orjson.loads(json_bytes(now))
        raise


async def _answered(services: Services, viewer: Viewer, application_id: UUID, status: int) -> Response:
    return json_answer(await whole_application(services, viewer, application_id), status=status)


def _begin(connection: Connection, *, viewer: Viewer, application_id: UUID, order: NewApplication) -> None:
    now = datetime.now(UTC)
    person = person_of(viewer)
    with connection.transaction():
        begin_application(
            connection,
            person,
            application_id=application_id,
            kind=order.kind,
            permit_id=order.permit_id,
            content=order.content,
            now=now,
        )
        if order.submit:
            take_step(connection, person, application_id, Asked("submit", 1), now)
        _log(connection, viewer, "submit" if order.submit else "begin", application_id)


def _edit(connection: Connection, *, viewer: Viewer, application_id: UUID, writing: Writing) -> None:
    with connection.transaction():
        edit_application(
            connection,
            person_of(viewer),
            application_id,
            expected_version=writing.expected_version,
            content=writing.content,
            now=datetime.now(UTC),
        )
        _log(connection, viewer, "edit", application_id)


def _step(connection: Connection, *, viewer: Viewer, application_id: UUID, order: StepOrder) -> None:
    asked = Asked(order.step, order.expected_version, order.comment, order.changes)
    with connection.transaction():
        take_step(connection, person_of(viewer), application_id, asked, datetime.now(UTC))
        _log(connection, viewer, order.step, application_id)


def _log(connection: Connection, viewer: Viewer, deed: str, application_id: UUID) -> None:
    action = f"application_{deed}"
    append(
        connection,
        [Entry(viewer.user_no, viewer.name, viewer.role, action, "permit_application", str(application_id))],
    )


def _place(row: dict[str, Any]) -> dict[str, Any]:
    properties = row["feature"].get("properties") or {}
    named = {name: properties.get(name) for name in ("name", "address", "district_id")}
    return {"id": row["id"], **named, "geometry": row["feature"].get("geometry")}


def _time_part(part: Any) -> datetime:
    return parse_time(name_part(part))


def _id_part(part: Any) -> UUID:
    return UUID(name_part(part))
