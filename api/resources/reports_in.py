"""`POST /v1/reports` and `POST /v1/cases`: what citizens and patrols saw becomes a case like any other."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial
from http import HTTPStatus
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, File, Form, Response, UploadFile
from fastapi.requests import HTTPConnection
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from api.answers import json_answer
from api.audit import noted
from api.body_limit import before_body
from api.case_answer import Status, WholeCase, actor_of, whole_case_answer
from api.errors import NaiveTimeError, problem_responses
from api.event_answer import Point
from api.parameters import Name
from api.resources.case_steps import Comment, RetryKey
from api.resources.photos import kept_photo
from api.services import Services, ServicesDependency
from api.times import EnteredTime, parse_time
from api.viewer import Permission, Reporter, Role, Viewer
from storage.case_reports import read_reports_since
from storage.queries.cases import read_case, read_reported
from supervision.case_reports import assert_reports_left, case_of_report, report_case
from supervision.case_steps import PHOTOS_MOST
from supervision.cases.errors import BadPhoto, BadReport, TooManyReports, UnknownCase
from supervision.cases.reports import Report
from supervision.photos.reading import BYTES_MOST

router = APIRouter(tags=["cases"])

Plate = Annotated[str, StringConstraints(min_length=2, max_length=20, pattern=r"^[^\x00]+$", strip_whitespace=True)]
Contact = Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\x00]*$")]
# Of one message: the body's bound holds two of the largest.
FILES_MOST = 4
# What a role's reports are, where they do not say: the bureau writes down what it is told on the telephone.
SOURCES: dict[Role, Literal["hotline", "patrol"]] = {Role.INSPECTOR: "patrol", Role.DISTRICT: "patrol"}
EXAMPLE: dict[str, Any] = {
    "kind": "illegal_dumping",
    "source": "patrol",
    "seen_at": "2026-05-01T21:20:00+08:00",
    "position": {"type": "Point", "coordinates": [119.9712, 31.7721]},
    "plate": "苏D12345",
    "description": "向河边倾倒渣土",
}


class CaseReport(BaseModel):
    """What was seen.

    Attributes:
        kind: Of `/v1/kinds`.
        source: `hotline` or `patrol`; only who works cases may say.
        severity: As usual for the kind where it is absent; only who works cases may say.
        plate: As it was read; matched to a truck in its normal form.
        vehicle_id: Where it is known which truck it was; only who sees that truck.
        contact: How to reach the one who saw it; shown to those who work cases.
        photos: Sent before by the same user to `/v1/photos`.
    """

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": EXAMPLE})

    kind: Name = "other_report"
    source: Literal["hotline", "patrol"] | None = None
    severity: Annotated[int, Field(ge=1, le=3)] | None = None
    seen_at: EnteredTime
    position: Point | None = None
    plate: Plate | None = None
    vehicle_id: Name | None = None
    description: Comment | None = None
    contact: Contact | None = None
    photos: Annotated[list[UUID], Field(max_length=PHOTOS_MOST)] = []


class ReportTaken(BaseModel):
    """A report as the one who sent it may follow it."""

    case_id: UUID
    case_no: str
    status: Status
    opened_at: AwareDatetime
    updated_at: AwareDatetime
    ended_at: AwareDatetime | None


@router.post(
    "/v1/cases",
    status_code=201,
    response_model=WholeCase | ReportTaken,
    summary="Open a case for what was seen",
    responses=problem_responses(BadReport, TooManyReports),
)
async def open_case(
    services: ServicesDependency, viewer: Reporter, report: CaseReport, retry_key: RetryKey = None
) -> Response:
    """Open a case; answers it to those who see it, else what the one who reports may follow."""
    works = viewer.may(Permission.WORK)
    place = None if report.position is None else report.position.coordinates
    wanted = Report(
        kind=report.kind,
        source=(report.source if works else None) or SOURCES.get(viewer.role, "hotline"),
        seen_at=report.seen_at,
        place=place,
        severity=report.severity if works else None,
        plate=report.plate,
        description=report.description,
        contact=report.contact,
        vehicle_id=report.vehicle_id if viewer.may(Permission.LOOK) else None,
        photos=tuple(report.photos),
        retry_key=retry_key,
    )
    case_id = await _reported(services, viewer, wanted)
    row = await services.database.read(partial(read_case, case_id=case_id, viewer=viewer.user_no))
    if row is None:
        return await _taken(services, viewer, case_id, HTTPStatus.CREATED)
    answer = json_answer(whole_case_answer(row, viewer))
    answer.status_code = HTTPStatus.CREATED
    return answer


async def assert_may_report_more(services: Services, viewer: Viewer, request: HTTPConnection) -> None:
    """Refuse a report before it is read.

    Raises:
        TooManyReports: The user has sent too many within an hour, and this is none of them sent again.
    """
    if viewer.may(Permission.WORK) or SOURCES.get(viewer.role, "hotline") != "hotline":
        return
    case_id = case_of_report(viewer.user_no, request.headers.get("idempotency-key"))
    since = datetime.now(UTC) - timedelta(hours=1)
    query = partial(read_reports_since, user_no=viewer.user_no, since=since, case_id=case_id)
    assert_reports_left(await services.database.read(query))


@router.post(
    "/v1/reports",
    status_code=201,
    response_model=ReportTaken,
    summary="Report what was seen, with photos",
    responses=problem_responses(BadReport, BadPhoto, TooManyReports, NaiveTimeError),
)
@before_body(assert_may_report_more)
async def send_report(
    services: ServicesDependency,
    viewer: Reporter,
    *,
    kind: Annotated[Name, Form(description="Of `/v1/kinds`.")] = "other_report",
    seen_at: Annotated[str | None, Form(description="RFC 3339 with offset; now where absent.")] = None,
    lon_deg: Annotated[float | None, Form(ge=-180, le=180, allow_inf_nan=False, description="WGS 84.")] = None,
    lat_deg: Annotated[float | None, Form(ge=-90, le=90, allow_inf_nan=False, description="WGS 84.")] = None,
    plate: Annotated[Plate | None, Form()] = None,
    description: Annotated[Comment | None, Form()] = None,
    contact: Annotated[Contact | None, Form()] = None,
    photos: Annotated[list[UploadFile], File(max_length=FILES_MOST)] = [],  # noqa: B006 - FastAPI copies it
    retry_key: RetryKey = None,
) -> Response:
    """Take a report as a form sends it, photos and all in one message; the case's number is the receipt."""
    if (lon_deg is None) != (lat_deg is None):
        raise BadReport("expected both lon_deg and lat_deg or neither, got one")
    if viewer.role is Role.PUBLIC and lon_deg is None:
        raise BadReport("expected a place (lon_deg and lat_deg), got none")
    kept = [await kept_photo(services, viewer, await photo.read(BYTES_MOST + 1)) for photo in photos]
    wanted = Report(
        kind=kind,
        source=SOURCES.get(viewer.role, "hotline"),
        seen_at=datetime.now(UTC) if seen_at is None else parse_time(seen_at),
        place=None if lon_deg is None or lat_deg is None else (lon_deg, lat_deg),
        plate=plate,
        description=description,
        contact=contact,
        photos=tuple(kept),
        retry_key=retry_key,
    )
    case_id = await _reported(services, viewer, wanted)
    return await _taken(services, viewer, case_id, HTTPStatus.CREATED)


@router.get(
    "/v1/reports/{case_id}",
    response_model=ReportTaken,
    summary="What became of a report",
    responses=problem_responses(UnknownCase),
)
async def report(services: ServicesDependency, viewer: Reporter, case_id: UUID) -> Response:
    """Return how far the case is that the asker's own report opened."""
    return await _taken(services, viewer, case_id, HTTPStatus.OK)


async def _reported(services: Services, viewer: Viewer, wanted: Report) -> UUID:
    now = datetime.now(UTC)
    case_id = await services.writer.write(partial(report_case, report=wanted, actor=actor_of(viewer), now=now))
    await noted(services, viewer, "report", "case", str(case_id), detail={"source": wanted.source})
    return case_id


async def _taken(services: Services, viewer: Viewer, case_id: UUID, status: HTTPStatus) -> Response:
    row = await services.database.read(partial(read_reported, case_id=case_id, reporter=viewer.user_no))
    if row is None:
        raise UnknownCase(f"expected a report of yours, got {case_id}", case_id=str(case_id))
    answer = json_answer(row)
    answer.status_code = status
    return answer
