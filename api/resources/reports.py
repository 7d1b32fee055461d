"""`/v1/reports`: figures of days and months as workbooks and pages; each role gets those of what it sees."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import partial
from typing import Annotated, Any

import psycopg
from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import AwareDatetime, BaseModel

from api.answers import json_answer
from api.audit import noted
from api.errors import BadCursorError, PageTooLargeError, ReportNotFoundError, problem_responses
from api.masking import shown_plate
from api.pages import decode_cursor, next_link
from api.parameters import CursorQuery, LimitQuery
from api.services import Services, ServicesDependency
from api.viewer import Exporter, Looker, Role, Viewer
from storage.figures import utc_offset
from storage.reports import read_reports
from supervision.reports.files import FORMATS, MEDIA_TYPES
from supervision.reports.making import Report, ending, instant, kept_or_made

router = APIRouter(tags=["reports"])

# A report counts a month of rows in a second or two and is drawn in another; more at once would starve the rest.
AT_A_TIME = asyncio.Semaphore(2)
# Before this there were no records; a report of it would be an empty page.
FIRST_DAY = date(2000, 1, 1)


class Period(StrEnum):
    """What a report is of."""

    DAY = "day"
    MONTH = "month"


class ReportFormat(StrEnum):
    """Which file."""

    XLSX = "xlsx"
    PDF = "pdf"


class ReportLanguage(StrEnum):
    """In which language it is written."""

    ZH = "zh"
    EN = "en"


class ReportRow(BaseModel):
    """One report that was made.

    Attributes:
        first_day: The day, or the first of the month.
        sha256: Of its figures, printed on each file made of them.
        files: Where its files are.
    """

    period: Period
    first_day: date
    made_at: AwareDatetime
    sha256: str
    files: dict[str, str]


class ReportPage(BaseModel):
    """Reports, the newest day first."""

    reports: list[ReportRow]
    next: str | None


@router.get(
    "/v1/reports",
    response_model=ReportPage,
    summary="Reports that were made",
    responses=problem_responses(BadCursorError, PageTooLargeError),
)
async def reports(
    request: Request,
    services: ServicesDependency,
    viewer: Looker,
    *,
    period: Annotated[Period | None, Query(description="Only of days, or only of months.")] = None,
    limit: LimitQuery,
    cursor: CursorQuery = None,
) -> Response:
    """Return the kept reports of the city, or of the asker's company; districts' are kept when first asked for."""
    before = decode_cursor(cursor, (_read_day, Period))
    read = partial(
        read_reports,
        company_id=viewer.company_id,
        period=period,
        before=None if before is None else (before[0].isoformat(), str(before[1])),
        limit=limit,
    )
    rows = await services.database.read(read)
    link = next_link(request, rows, limit, lambda row: (row["first_day"].isoformat(), row["period"]))
    shown = [
        {**row, "files": {format_: f"/v1/reports/{row['period']}/{row['first_day']}.{format_}" for format_ in FORMATS}}
        for row in rows
    ]
    return json_answer({"reports": shown, "next": link})


@router.get(
    "/v1/reports/{period}/{day}.{format_}",
    response_class=Response,
    summary="A report",
    responses={
        200: {
            "description": "The file",
            "content": {media: {"schema": {"type": "string", "format": "binary"}} for media in MEDIA_TYPES.values()},
        },
        **problem_responses(ReportNotFoundError),
    },
)
async def report(
    services: ServicesDependency,
    viewer: Exporter,
    *,
    period: Annotated[Period, Path(description="`day` or `month`.")],
    day: Annotated[date, Path(description="The day; of a month any of its days.", examples=["2026-05-01"])],
    format_: Annotated[ReportFormat, Path(description="Which file.")],
    language: Annotated[ReportLanguage, Query(description="In which language it is written.")] = ReportLanguage.ZH,
) -> Response:
    """Return the report of a period that is over; made now where it was not made yet."""
    async with AT_A_TIME:
        made = await _made(services, viewer, period, day)
        content = await asyncio.to_thread(FORMATS[format_], _masked(made, viewer), language)
    name = f"report-{period}-{made.name}.{format_}"
    detail = {"period": period, "first_day": made.first_day.isoformat(), "format": format_, "sha256": made.sha256}
    await noted(services, viewer, "take_report", "report", f"{period}/{made.first_day}", detail=detail)
    headers = {
        "cache-control": "no-store",
        "content-disposition": f'attachment; filename="{name}"',
        "x-figures-sha256": made.sha256,
    }
    return Response(content, media_type=MEDIA_TYPES[format_], headers=headers)


async def _made(services: Services, viewer: Viewer, period: Period, day: date) -> Report:
    found = await services.writer.write(partial(_find, viewer=viewer, period=period, day=day, now=datetime.now(UTC)))
    if found is None:
        raise ReportNotFoundError(f"expected a {period} that is over, got {day}", period=period, day=day.isoformat())
    return found


def _find(
    connection: psycopg.Connection[Any], viewer: Viewer, period: Period, day: date, now: datetime
) -> Report | None:
    """Return the viewer's report; None of a period that is not over, or lies before any records."""
    # The end of the last month that dates know lies beyond them.
    if not FIRST_DAY <= day <= now.date() + timedelta(days=1):
        return None
    if instant(ending(period, day), utc_offset(connection)) > now:
        return None
    district_ids = sorted(viewer.district_ids) if viewer.role is Role.DISTRICT else None
    return kept_or_made(connection, period, day, now, company_id=viewer.company_id, district_ids=district_ids)


def _masked(made: Report, viewer: Viewer) -> Report:
    """Return the report with plates as the viewer may see them."""
    rows = [{**row, "plate": shown_plate(viewer, row["plate"])} for row in made.content["by_vehicle"]]
    return replace(made, content={**made.content, "by_vehicle": rows})


def _read_day(text: Any) -> date:
    return date.fromisoformat(str(text))
