"""`/v1/exchange/inbox`: penalties and incidents that other bureaux report, matched to truck and company."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request, Response
from psycopg.rows import DictRow
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from api.answers import json_answer
from api.audit import noted
from api.errors import BadCursorError, PageTooLargeError, ReportNotFoundError, problem_responses
from api.masking import shown_plate
from api.pages import decode_cursor, next_link, number_part
from api.parameters import CursorQuery, LimitQuery, Name
from api.revisions import Revision
from api.services import ServicesDependency
from api.times import EnteredTime
from api.viewer import Exchanger, Permission, Registrar, Viewer
from storage.errors import EditedMeanwhile
from storage.exchange_inbox import receive, said_vehicle, say_vehicle
from storage.queries.exchange_inbox import read_report, read_reports
from storage.revisions import revision_of

router = APIRouter(tags=["exchange"])

REPORTS_MOST = 200  # of one request: about 1 kB each, within the longest body that is read
TEXT_MOST = 2_000
Text = Annotated[str, StringConstraints(max_length=TEXT_MOST, pattern=r"^[^\x00]*$")]
EXAMPLE: dict[str, Any] = {
    "id": "JJ-2026-004711",
    "kind": "penalty",
    "occurred_at": "2026-05-01T21:20:00+08:00",
    "plate": "苏D12345",
    "company": "常州某某运输有限公司",
    "title": "超载 42%",
    "amount_yuan": 2000,
    "position": {"type": "Point", "coordinates": [119.97, 31.77]},
}


class ReportPoint(BaseModel):
    """A GeoJSON point, WGS 84."""

    model_config = ConfigDict(extra="forbid")

    type: Literal["Point"]
    coordinates: tuple[Annotated[float, Field(ge=-180, le=180)], Annotated[float, Field(ge=-90, le=90)]]


class Report(BaseModel):
    """A penalty or an incident that another bureau reports.

    Attributes:
        id: Theirs: the same report sent again changes nothing, other content under the same id is a correction.
        plate: As it is written or was read; it is compared in normal form.
        company: Its id or its full name.
        open_case: Whether the bureau shall work it as a case; unless told, incidents are and penalties are not.
    """

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": EXAMPLE})

    id: Name
    kind: Literal["penalty", "incident"]
    occurred_at: EnteredTime
    plate: Annotated[str, StringConstraints(min_length=1, max_length=40, pattern=r"^[^\x00]+$")] | None = None
    company: Name | None = None
    title: Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00]+$")]
    text: Text = ""
    reference: Name | None = None
    amount_yuan: Annotated[float, Field(ge=0, le=1e9)] | None = None
    points: Annotated[int, Field(ge=0, le=1000)] | None = None
    position: ReportPoint | None = None
    open_case: bool | None = None


class Reports(BaseModel):
    """Reports to be kept, all or none."""

    model_config = ConfigDict(extra="forbid")

    reports: Annotated[list[Report], Field(min_length=1, max_length=REPORTS_MOST)]


class ReportResult(BaseModel):
    """What became of a report."""

    id: str
    status: Literal["created", "changed", "unchanged"]


class ReportResults(BaseModel):
    """What became of reports, in their order."""

    results: list[ReportResult]


class KeptReport(BaseModel):
    """A report in its newest version, and who it is about.

    Attributes:
        reporter: The bureau that reported it.
        matched: By its plate, by a person, by its company alone; two trucks bear the plate; or not at all.
        case_id: The case that it opened.
        revision: To be named by who says which truck it is about.
    """

    report_no: int
    id: str
    reporter: str
    version: int
    kind: Literal["penalty", "incident"]
    occurred_at: AwareDatetime
    received_at: AwareDatetime
    title: str
    text: str
    reported_plate: str | None
    reported_company: str | None
    reference: str | None
    amount_yuan: float | None
    points: int | None
    position: ReportPoint | None
    matched: Literal["plate", "person", "company", "ambiguous", "nothing"]
    vehicle_id: str | None
    plate: str | None
    company_id: str | None
    case_id: UUID | None
    revision: Revision


class KeptReportPage(BaseModel):
    """Reports, newest first."""

    reports: list[KeptReport]
    next: str | None


class VehicleSaid(BaseModel):
    """Which truck a report is about.

    Attributes:
        expected_revision: Of the report that the author saw; absent where no person had said so yet.
    """

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"vehicle_id": "T1"}})

    vehicle_id: Name
    expected_revision: Revision | None = None


@router.post("/v1/exchange/inbox", response_model=ReportResults, summary="Report penalties and incidents")
async def report(services: ServicesDependency, viewer: Exchanger, body: Reports) -> Response:
    """Keep reports, all or none; safe to send again."""
    rows = [report_row(one) for one in body.reports]
    keep = partial(receive, user_no=viewer.user_no, reports=rows, now=datetime.now(UTC))
    results = await services.writer.write(keep)
    news = [one["id"] for one in results if one["status"] != "unchanged"]
    if news:
        await noted(services, viewer, "report", "inbox", news[0], detail={"reports": len(news)})
    return json_answer({"results": results})


@router.get(
    "/v1/exchange/inbox",
    response_model=KeptReportPage,
    summary="What other bureaux reported",
    responses=problem_responses(BadCursorError, PageTooLargeError),
)
async def reports(
    request: Request,
    services: ServicesDependency,
    viewer: Exchanger,
    *,
    kind: Annotated[Literal["penalty", "incident"] | None, Query(description="Only of this kind.")] = None,
    matched: Annotated[bool | None, Query(description="Only those with a truck, or only those without.")] = None,
    vehicle_id: Annotated[Name | None, Query(description="Only about this truck.")] = None,
    limit: LimitQuery,
    cursor: CursorQuery = None,
) -> Response:
    """Return reports, newest first: their own for those who report, everybody's for the bureau."""
    key = decode_cursor(cursor, (number_part,))
    query = partial(
        read_reports,
        viewer=viewer.user_no,
        everybody=sees_everybodys(viewer),
        kind=kind,
        matched=matched,
        vehicle_id=vehicle_id,
        before=key[0] if key else None,
        limit=limit,
    )
    rows: list[DictRow] = await services.database.read(query)
    next_ = next_link(request, rows, limit, lambda row: (row["report_no"],))
    return json_answer({"reports": [kept_report(viewer, row) for row in rows], "next": next_})


@router.put(
    "/v1/exchange/inbox/{report_no}/vehicle",
    response_model=KeptReport,
    summary="Say which truck a report is about",
    responses=problem_responses(ReportNotFoundError, EditedMeanwhile),
)
async def say(
    services: ServicesDependency,
    viewer: Registrar,
    report_no: Annotated[int, Path(description="Number of the report, as its list gives it.", ge=1, lt=2**63)],
    body: VehicleSaid,
) -> Response:
    """Match a report by hand; later corrections of the report leave the match as it is."""
    write = partial(
        say_vehicle,
        report_no=report_no,
        vehicle_id=body.vehicle_id,
        now=datetime.now(UTC),
        expected=body.expected_revision,
    )
    if not await services.writer.write(write):
        raise ReportNotFoundError(f"expected a report and a truck, got {report_no} and {body.vehicle_id}")
    await noted(services, viewer, "match_report", "inbox", str(report_no), detail={"vehicle_id": body.vehicle_id})
    query = partial(read_report, viewer=viewer.user_no, report_no=report_no, everybody=True)
    row = await services.database.read(query)
    if row is None:
        raise ReportNotFoundError(f"expected a report, got {report_no}, which was corrected meanwhile")
    return json_answer(kept_report(viewer, row))


def sees_everybodys(viewer: Viewer) -> bool:
    """Tell whether somebody sees what others reported: who keeps the registers does."""
    return viewer.may(Permission.REGISTER)


def report_row(one: Report) -> dict[str, Any]:
    """Return the row of a report."""
    document = one.model_dump(mode="json", exclude={"id", "kind", "occurred_at"})
    wants_case = one.kind == "incident" if one.open_case is None else one.open_case
    row = {"external_id": one.id, "kind": one.kind, "occurred_at": one.occurred_at, "document": document}
    return row | {"wants_case": wants_case}


def kept_report(viewer: Viewer, row: DictRow) -> dict[str, Any]:
    """Return the members of `KeptReport`. Who reported a plate is given it back as it was reported."""
    said = row["document"]
    columns = ("report_no", "reporter", "version", "kind", "occurred_at", "received_at", "matched", "vehicle_id")
    members = ("title", "text", "reference", "amount_yuan", "points", "position")
    return (
        {name: row[name] for name in columns}
        | {name: said.get(name) for name in members}
        | {
            "id": row["external_id"],
            "reported_plate": said.get("plate"),
            "reported_company": said.get("company"),
            "plate": shown_plate(viewer, row["plate"]),
            "company_id": row["company_id"],
            "case_id": row["case_id"],
            "revision": revision_of(said_vehicle(row)),
        }
    )
