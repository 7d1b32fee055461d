"""`/v1/duty-roster`: who is sent to cases, in which district and when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Annotated, Any

import psycopg
from fastapi import APIRouter, Path, Query, Response
from psycopg import Connection
from pydantic import BaseModel, ConfigDict, Field

from api.answers import json_answer
from api.audit import noted
from api.errors import BadIntervalError, NaiveTimeError, NotPermittedError, problem_responses
from api.parameters import IntervalQuery, Name
from api.revisions import Revision
from api.services import Services, ServicesDependency
from api.times import EnteredTime
from api.viewer import CaseWorker, Looker, Role, Verifier, Viewer
from storage.duty import plan_of, replace_shifts
from storage.errors import EditedMeanwhile
from storage.queries.duty_shifts import read_case_workers, read_shifts, read_workers
from storage.revisions import revision_of
from supervision.case_steps import WORKING_ROLES
from supervision.cases.errors import BadRoster

router = APIRouter(tags=["cases"])

# Three shifts a day of a year, or a month of thirty districts.
SHIFTS_MOST = 1_100
ROWS_MOST = 5_000
# A shift longer than this is a mistake of the month.
SHIFT_LONGEST = timedelta(days=32)
AHEAD_MOST = timedelta(days=400)


class Shift(BaseModel):
    """One person's duty."""

    model_config = ConfigDict(extra="forbid")

    assignee: Name
    start: EnteredTime
    end: EnteredTime


class ShiftShown(Shift):
    """A shift as it is planned."""

    district_id: str
    assignee_name: str
    on_duty_now: bool


class Roster(BaseModel):
    """Shifts, the first to begin first.

    Attributes:
        revision: Of the plan of one district for the time that was asked for, to be named by who changes the plan of
            exactly this time; null where all districts were asked for.
    """

    shifts: list[ShiftShown]
    revision: Revision | None


class CaseWorkerShown(BaseModel):
    """Somebody who may be sent.

    Attributes:
        assigned: Cases that wait for this person.
    """

    name: str
    display_name: str
    role: str
    on_duty: bool
    assigned: int


class CaseWorkers(BaseModel):
    """Everybody who may be sent."""

    workers: list[CaseWorkerShown]


class RosterOrder(BaseModel):
    """The whole plan of a district for a time.

    Attributes:
        start: What was planned from here on is replaced, including shifts that reach into it.
        end: Up to here.
        shifts: All of the time's shifts; several people may be on duty at once.
        expected_revision: Of the plan of this time that its author saw; absent where nothing was planned.
    """

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "start": "2026-05-01T00:00:00+08:00",
                "end": "2026-05-08T00:00:00+08:00",
                "shifts": [
                    {"assignee": "wang", "start": "2026-05-01T20:00:00+08:00", "end": "2026-05-02T08:00:00+08:00"}
                ],
                "expected_revision": "4f53cda18c2baa0c",
            }
        },
    )

    start: EnteredTime
    end: EnteredTime
    shifts: Annotated[list[Shift], Field(max_length=SHIFTS_MOST)]
    expected_revision: Revision | None = None


@router.get(
    "/v1/duty-roster",
    response_model=Roster,
    summary="Who is on duty",
    responses=problem_responses(NaiveTimeError, BadIntervalError),
)
async def roster(
    services: ServicesDependency,
    viewer: Looker,
    *,
    interval: IntervalQuery,
    district_id: Annotated[Name | None, Query(description="Only of this district.")] = None,
) -> Response:
    """Return the shifts that touch the range, at most 5,000, of the districts that the asker sees."""
    return await _planned(services, viewer, district_id, interval.start, interval.end)


@router.put(
    "/v1/duty-roster/{district_id}",
    response_model=Roster,
    summary="Plan who is on duty in a district",
    responses=problem_responses(BadRoster, NotPermittedError, EditedMeanwhile),
)
async def plan(
    services: ServicesDependency,
    viewer: Verifier,
    district_id: Annotated[Name, Path(description="The district.")],
    order: RosterOrder,
) -> Response:
    """Replace the plan of a district for a time; planned twice the same is planned once."""
    if viewer.role is Role.DISTRICT and district_id not in viewer.district_ids:
        raise NotPermittedError("expected a district of yours", role=viewer.role)
    rows = await _checked(services, district_id, order)
    await services.writer.write(partial(_replace, district_id=district_id, order=order, shifts=rows))
    detail = {"start": order.start.isoformat(), "end": order.end.isoformat(), "shifts": len(rows)}
    await noted(services, viewer, "plan_duty", "district", district_id, detail=detail)
    return await _planned(services, viewer, district_id, order.start, order.end)


@router.get("/v1/case-workers", response_model=CaseWorkers, summary="Who may be sent to cases")
async def case_workers(
    services: ServicesDependency,
    viewer: CaseWorker,  # noqa: ARG001 - colleagues know each other
    district_id: Annotated[Name | None, Query(description="Only who may be sent to this district.")] = None,
) -> Response:
    """Return who may be sent, whoever is on duty first, then who has the least to do."""
    query = partial(read_case_workers, district_id=district_id, roles=WORKING_ROLES, now=datetime.now(UTC))
    return json_answer({"workers": await services.database.read(query)})


async def _planned(
    services: Services, viewer: Viewer, district_id: str | None, start: datetime | None, end: datetime | None
) -> Response:
    query = partial(
        read_shifts,
        viewer=viewer.user_no,
        district_id=district_id,
        start=start,
        end=end,
        now=datetime.now(UTC),
        limit=ROWS_MOST,
    )
    shifts = await services.database.read(query)
    revision = None if district_id is None else revision_of(plan_of(shifts))
    return json_answer({"shifts": shifts, "revision": revision})


async def _checked(services: Services, district_id: str, order: RosterOrder) -> list[dict[str, Any]]:
    """Return the shifts as rows.

    Raises:
        BadRoster: A shift that ends before it begins, lies outside the time, or is of somebody who may not be sent.
    """
    if not order.start < order.end <= order.start + AHEAD_MOST:
        raise BadRoster(f"expected a time of up to {AHEAD_MOST.days} days, got {order.start} to {order.end}")
    for shift in order.shifts:
        if not order.start <= shift.start < shift.end <= order.end or shift.end - shift.start > SHIFT_LONGEST:
            raise BadRoster(
                f"expected a shift within the time planned, got {shift.assignee}: {shift.start}, {shift.end}"
            )
    names = {shift.assignee for shift in order.shifts}
    query = partial(read_workers, names=sorted(names), district_id=district_id, roles=WORKING_ROLES)
    known = await services.database.read(query)
    if unknown := names - known.keys():
        raise BadRoster(f"expected users who work cases of {district_id}, got {min(unknown)!r}")
    return [shift.model_dump() | {"user_no": known[shift.assignee]} for shift in order.shifts]


def _replace(connection: Connection, district_id: str, order: RosterOrder, shifts: list[dict[str, Any]]) -> None:
    try:
        replace_shifts(connection, district_id, order.start, order.end, shifts, expected=order.expected_revision)
    except psycopg.errors.ExclusionViolation as error:
        raise BadRoster("expected each person once at a time, got shifts of one that overlap") from error
