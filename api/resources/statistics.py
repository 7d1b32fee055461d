"""`/v1/statistics`: figures of days by day, hour, kind, company, district or site; of what the viewer sees."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict

from api.answers import json_answer
from api.errors import BadIntervalError, NaiveTimeError, RangeTooLongError, problem_responses
from api.parameters import IntervalQuery
from api.services import ServicesDependency
from api.times import Interval
from api.viewer import Looker
from storage.queries.city import utc_offset
from storage.queries.statistics import read_statistics

router = APIRouter(tags=["statistics"])

# A year and the same month of the year before.
MAX_DAYS = 400
DEFAULT_DAYS = 30
EARLIEST, LATEST = 1980, 9000


class By(StrEnum):
    """What the rows stand for."""

    DAY = "day"
    HOUR = "hour"
    KIND = "kind"
    COMPANY = "company"
    DISTRICT = "district"
    SITE = "site"


class Figures(BaseModel):
    """One row, or the total.

    Attributes:
        events: Violations that hold, severity 1 and up.
        withdrawn: Violations that late records made untrue.
        cases: Cases opened.
        false_positives: Of these, found to be none.
        trips: Loads hauled.
        delivered: Of these, unloaded where they may.
        dumped: Of these, anywhere else.
        tonnes: By the weighbridge where it weighed, else by the trucks' sensors. [t]
    """

    events: int
    withdrawn: int
    cases: int
    false_positives: int
    trips: int
    delivered: int
    dumped: int
    tonnes: float


class FiguresRow(Figures):
    """Figures of one key; the empty key stands for what belongs to none.

    Attributes:
        key: A date, an hour "00" to "23", a kind, or an id.
        label: Name of a company, site or district; null where it has none.
    """

    key: str
    label: str | None


class Statistics(BaseModel):
    """Figures of whole local days.

    Attributes:
        first_day: First local day.
        last_day: Last local day.
        as_of: What came later is not counted yet.
        terminals: Trucks in service.
        silent_terminals: Of these, not heard for a day, or never.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "by": "company",
                "first_day": "2026-05-01",
                "last_day": "2026-05-31",
                "as_of": "2026-06-01T00:00:00Z",
                "rows": [
                    {"key": "C1", "label": "Haulier One", "events": 12, "withdrawn": 1, "cases": 9,
                     "false_positives": 1, "trips": 840, "delivered": 829, "dumped": 2, "tonnes": 12816.4}
                ],
                "totals": {"events": 12, "withdrawn": 1, "cases": 9, "false_positives": 1, "trips": 840,
                           "delivered": 829, "dumped": 2, "tonnes": 12816.4},
                "terminals": 40,
                "silent_terminals": 2,
            }
        }
    )  # fmt: skip

    by: By
    first_day: date
    last_day: date
    as_of: AwareDatetime
    rows: list[FiguresRow]
    totals: Figures
    terminals: int
    silent_terminals: int


@router.get(
    "/v1/statistics",
    response_model=Statistics,
    summary="Figures of days",
    responses=problem_responses(NaiveTimeError, BadIntervalError, RangeTooLongError),
)
async def statistics(
    services: ServicesDependency,
    viewer: Looker,
    interval: IntervalQuery,
    by: Annotated[By, Query(description="What the rows stand for.")] = By.DAY,
) -> Response:
    """Return figures of every local day that the range touches; the last thirty days without one."""
    now = datetime.now(UTC)
    offset = await services.database.read(utc_offset)
    first, past = local_days(interval, now, offset)
    read = partial(read_statistics, by=by, days=(first, past), now=now, viewer=viewer.user_no)
    found = await services.database.read(read)
    totals = {
        name: (round if name == "tonnes" else int)(sum(row[name] for row in found["rows"]))
        for name in Figures.model_fields
    }
    return json_answer({"by": by, "first_day": first, "last_day": past - timedelta(days=1), **found, "totals": totals})


def local_days(interval: Interval, now: datetime, offset: timedelta) -> tuple[date, date]:
    """Return the first local day that a range touches, and the one after the last.

    Raises:
        RangeTooLongError: More than `MAX_DAYS`.
        BadIntervalError: It begins after now and has no end, or lies at the ends of time.
    """
    end = interval.end or now
    # Records begin with satellites; days at the ends of what dates can say have no neighbours to count with.
    if not EARLIEST <= end.year <= LATEST or not EARLIEST <= (interval.start or end).year <= LATEST:
        raise BadIntervalError(f"expected years from {EARLIEST} to {LATEST}, got {interval.start} to {end}")
    past = (end - timedelta(microseconds=1) + offset).date() + timedelta(days=1)
    first = past - timedelta(days=DEFAULT_DAYS) if interval.start is None else (interval.start + offset).date()
    if first >= past:
        raise BadIntervalError(f"expected a start before now, got {first}")
    if (past - first).days > MAX_DAYS:
        raise RangeTooLongError(f"expected up to {MAX_DAYS} days, got {(past - first).days}")
    return first, past
