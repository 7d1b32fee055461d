"""`/v1/data-quality`: how good the terminals' data are: silence, clocks, jumps, gaps, holes, doubled identities."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import AwareDatetime, BaseModel

from api.answers import json_answer
from api.errors import (
    BadCursorError,
    BadIntervalError,
    NaiveTimeError,
    PageTooLargeError,
    RangeTooLongError,
    problem_responses,
)
from api.masking import shown_plate
from api.pages import decode_cursor, name_part, next_link
from api.parameters import CursorQuery, IntervalQuery, LimitQuery
from api.services import ServicesDependency
from api.times import Interval
from api.viewer import Looker
from storage.queries.statistics_quality import read_quality_page, read_quality_summary

router = APIRouter(tags=["statistics"])

MAX_DAYS = 31
DEFAULT_RANGE = timedelta(days=1)
# Dates have no neighbours at the ends of what they can say.
EARLIEST, LATEST = 1980, 9000


class Only(StrEnum):
    """Which terminals."""

    SILENT = "silent"
    TROUBLED = "troubled"


class Clock(BaseModel):
    """From fix to arrival, of the newest 500 fixes of the range.

    Attributes:
        looked_at: How many fixes there were.
        median_delay_s: Typical delay; negative where the terminal's clock runs ahead. [s]
        longest_delay_s: The longest. [s]
        late: Fixes that came more than a minute later.
        ahead: Fixes later than their own arrival.
        without_position: Fixes without a position.
        under_fault: Fixes under a fault that the terminal told.
    """

    looked_at: int
    median_delay_s: float
    longest_delay_s: float
    late: int
    ahead: int
    without_position: int
    under_fault: int


class Ledger(BaseModel):
    """What the books of records say, of all times.

    Attributes:
        epochs: How often the terminal began to count anew.
        missing: Numbers between the first and the last of an epoch that never came.
        refused: Numbers that came and were refused.
    """

    epochs: int
    missing: int
    refused: int


class TerminalQuality(BaseModel):
    """One terminal.

    Attributes:
        vehicle_id: The truck it is in, null for washers, gates and spares.
        silent: Not heard for a day before the range's end, or never; null for washers and gates.
        events: How often each kind was found of its truck in the range.
        rejected: Refused records by reason; `conflict` is one identity (epoch, seq) with two contents.
        clock: Null where the range holds no fix.
        terminals_of_vehicle: More than one: two terminals say they are in this truck.
    """

    terminal_id: str
    kind: str
    status: str
    vehicle_id: str | None
    plate: str | None
    company_id: str | None
    last_fix_time: AwareDatetime | None
    last_received_at: AwareDatetime | None
    silent: bool | None
    events: dict[str, int]
    rejected: dict[str, int]
    clock: Clock | None
    ledger: Ledger | None
    terminals_of_vehicle: int


class QualityPage(BaseModel):
    """Terminals by their names."""

    terminals: list[TerminalQuality]
    next: str | None


class KindCount(BaseModel):
    """How often a kind was found, of how many trucks."""

    key: str
    count: int
    vehicles: int


class ReasonCount(BaseModel):
    """How many records were refused for a reason, of how many devices."""

    key: str
    count: int
    devices: int


class QualitySummary(BaseModel):
    """Figures of all terminals that the viewer sees.

    Attributes:
        never_heard: Terminals of trucks that never sent a fix.
        silent: Heard before, but not for a day.
        clock_ahead: Whose newest fix is later than its own arrival.
        last_came_late: Whose newest fix waited in the terminal for more than a minute.
    """

    terminals: int
    never_heard: int
    silent: int
    clock_ahead: int
    last_came_late: int
    events: list[KindCount]
    rejected: list[ReasonCount]


@router.get(
    "/v1/data-quality",
    response_model=QualityPage,
    summary="Data quality by terminal",
    responses=problem_responses(NaiveTimeError, BadIntervalError, RangeTooLongError, BadCursorError, PageTooLargeError),
)
async def data_quality(
    request: Request,
    services: ServicesDependency,
    viewer: Looker,
    *,
    interval: IntervalQuery,
    only: Annotated[
        Only | None, Query(description="`silent`, or `troubled`: something found of it or refused in the range.")
    ] = None,
    limit: LimitQuery,
    cursor: CursorQuery = None,
) -> Response:
    """Return the figures of each terminal over a range; the last day without one."""
    range_ = quality_range(interval, datetime.now(UTC))
    after = decode_cursor(cursor, (name_part,))
    read = partial(
        read_quality_page,
        viewer=viewer.user_no,
        range_=range_,
        only=only,
        after=after[0] if after else None,
        limit=limit,
    )
    rows = await services.database.read(read)
    link = next_link(request, rows, limit, lambda row: (row["terminal_id"],))
    shown = [_terminal(row, range_[1]) | {"plate": shown_plate(viewer, row["plate"])} for row in rows]
    return json_answer({"terminals": shown, "next": link})


@router.get(
    "/v1/data-quality/summary",
    response_model=QualitySummary,
    summary="Data quality of all terminals",
    responses=problem_responses(NaiveTimeError, BadIntervalError, RangeTooLongError),
)
async def data_quality_summary(services: ServicesDependency, viewer: Looker, interval: IntervalQuery) -> Response:
    """Return the figures of all terminals over a range; the last day without one."""
    range_ = quality_range(interval, datetime.now(UTC))
    return json_answer(
        await services.database.read(partial(read_quality_summary, viewer=viewer.user_no, range_=range_))
    )


def quality_range(interval: Interval, now: datetime) -> tuple[datetime, datetime]:
    """Return the range with both ends.

    Raises:
        RangeTooLongError: More than `MAX_DAYS`.
        BadIntervalError: It begins after now and has no end.
    """
    end = interval.end or now
    if not EARLIEST <= end.year <= LATEST:
        raise BadIntervalError(f"expected an end from {EARLIEST} to {LATEST}, got {end.isoformat()}")
    start = interval.start or end - DEFAULT_RANGE
    if start >= end:
        raise BadIntervalError(f"expected a start before now, got {start.isoformat()}")
    if end - start > timedelta(days=MAX_DAYS):
        raise RangeTooLongError(f"expected up to {MAX_DAYS} days, got {(end - start) / timedelta(days=1):.1f}")
    return start, end


def _terminal(row: dict[str, Any], end: datetime) -> dict[str, Any]:
    heard = row["last_fix_time"]
    silent = (heard is None or heard < end - timedelta(days=1)) if row["kind"] == "truck" else None
    kept = {name: row[name] for name in TerminalQuality.model_fields if name in row}
    return {
        **kept,
        "silent": silent,
        "clock": _numbers(row["clock"]),
        "ledger": _numbers(row["ledger"]),
    }


def _numbers(row: dict[str, Any] | None) -> dict[str, Any] | None:
    return None if row is None else {name: value for name, value in row.items() if name != "terminal_no"}
