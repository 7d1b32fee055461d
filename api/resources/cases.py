"""`/v1/cases`: what is to be worked, newest first; the inbox of whoever is on duty."""

from __future__ import annotations

from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel

from api.answers import json_answer
from api.case_answer import Case, Source, Status, WholeCase, case_answer, whole_case_answer
from api.errors import BadCursorError, BadIntervalError, NaiveTimeError, PageTooLargeError, problem_responses
from api.masking import plates_in_full
from api.pages import decode_cursor, next_link
from api.parameters import CursorQuery, IntervalQuery, LimitQuery, Name
from api.services import ServicesDependency
from api.times import parse_time
from api.viewer import Looker
from storage.queries.case_page import CaseChoice, count_by_status, read_case_page
from storage.queries.cases import newest_change_no, read_case
from supervision.cases.errors import UnknownCase

router = APIRouter(tags=["cases"])


class CasePage(BaseModel):
    """Cases, those opened last come first.

    Attributes:
        counts: How many of these there are by status, whatever statuses were asked for.
        last_change_id: Connect to the stream with it to get every change after this page and none before.
    """

    cases: list[Case]
    next: str | None
    counts: dict[Status, int]
    last_change_id: str


@router.get(
    "/v1/cases",
    response_model=CasePage,
    summary="Cases",
    responses=problem_responses(NaiveTimeError, BadIntervalError, BadCursorError, PageTooLargeError),
)
async def cases(
    request: Request,
    services: ServicesDependency,
    viewer: Looker,
    *,
    status: Annotated[list[Status] | None, Query(description="Only of these statuses.")] = None,
    kind: Annotated[list[Name] | None, Query(max_length=100, description="Only of these kinds.")] = None,
    min_severity: Annotated[int, Query(ge=0, le=3, description="Only from this severity on.")] = 0,
    district_id: Annotated[list[Name] | None, Query(max_length=100, description="Only of these districts.")] = None,
    company_id: Annotated[list[Name] | None, Query(max_length=100, description="Only of these companies.")] = None,
    assignee: Annotated[Name | None, Query(description="Login of who was sent.")] = None,
    vehicle_id: Annotated[Name | None, Query(description="Only of this truck.")] = None,
    overdue: Annotated[bool | None, Query(description="Only those that are late, or only those that are not.")] = None,
    source: Annotated[list[Source] | None, Query(description="Only from these.")] = None,
    q: Annotated[Name | None, Query(description="A part of number, plate, truck, company or description.")] = None,
    interval: IntervalQuery,
    limit: LimitQuery,
    cursor: CursorQuery = None,
) -> Response:
    """Return the cases that the asker sees, opened in the range."""
    choice = CaseChoice(
        statuses=status,
        kinds=kind,
        min_severity=min_severity,
        district_ids=district_id,
        company_ids=company_id,
        assignee=assignee,
        vehicle_id=vehicle_id,
        overdue=overdue,
        sources=source,
        start=interval.start,
        end=interval.end,
        words=q,
        plates_in_full=plates_in_full(viewer),
    )
    before = decode_cursor(cursor, (parse_time, UUID))
    # Asked for first: a change in between is then sent twice, the other way round it would be lost.
    last_change_id = await services.database.read(newest_change_no)
    rows = await services.database.read(
        partial(read_case_page, choice=choice, viewer=viewer.user_no, before=before, limit=limit)
    )
    counts = await services.database.read(partial(count_by_status, choice=choice, viewer=viewer.user_no))
    page = {
        "cases": [case_answer(row, viewer) for row in rows],
        "next": next_link(request, rows, limit, lambda row: (row["opened_at"], row["case_id"])),
        "counts": counts,
        "last_change_id": str(last_change_id),
    }
    return json_answer(page)


@router.get(
    "/v1/cases/{case_id}",
    response_model=WholeCase,
    summary="One case with its steps",
    responses=problem_responses(UnknownCase),
)
async def case(services: ServicesDependency, viewer: Looker, case_id: UUID) -> Response:
    """Return a case, every step of it, and the steps that the asker could take now."""
    row = await services.database.read(partial(read_case, case_id=case_id, viewer=viewer.user_no))
    if row is None:
        raise UnknownCase(f"expected a case, got {case_id}", case_id=str(case_id))
    return json_answer(whole_case_answer(row, viewer))
