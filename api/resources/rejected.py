"""`/v1/rejected`: records that were refused, with reason and bytes; what a terminal's maker wants to see."""

from __future__ import annotations

import base64
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from psycopg.rows import DictRow
from pydantic import AwareDatetime, BaseModel

from api.answers import json_answer
from api.errors import BadCursorError, BadIntervalError, NaiveTimeError, PageTooLargeError, problem_responses
from api.pages import decode_cursor, next_link, number_part
from api.parameters import CursorQuery, IntervalQuery, LimitQuery, Name
from api.services import ServicesDependency
from api.viewer import Operator
from storage.queries.rejected import count_rejected, read_rejected

router = APIRouter(tags=["data quality"])

DeviceQuery = Annotated[Name | None, Query(description="Only of this device.")]
ReasonQuery = Annotated[Name | None, Query(description="Only for this reason.", examples=["bad_checksum"])]


class RejectedRecord(BaseModel):
    """A refused record; the same bytes of the same device for the same reason are one row with a count.

    Attributes:
        payload_base64: The first 256 bytes of what came.
        payload_bytes: Size of the whole.
        count: How often it came.
    """

    rejected_no: int
    device: str
    reason: str
    detail: str
    topic: str
    epoch: int | None
    seq: int | None
    sha256: str
    payload_base64: str
    payload_bytes: int
    received_at: AwareDatetime
    last_received_at: AwareDatetime
    count: int


class RejectedPage(BaseModel):
    """Refused records, those first refused last come first."""

    rejected: list[RejectedRecord]
    next: str | None


class RejectedCount(BaseModel):
    """How many records of a device were refused for a reason, and how many different ones those are."""

    reason: str
    device: str
    records: int
    different: int
    last_received_at: AwareDatetime


class RejectedCounts(BaseModel):
    """Counts by reason and device, the most first."""

    counts: list[RejectedCount]


@router.get(
    "/v1/rejected/counts",
    response_model=RejectedCounts,
    summary="How many records were refused, by reason and device",
    responses=problem_responses(NaiveTimeError, BadIntervalError, PageTooLargeError),
)
async def rejected_counts(
    services: ServicesDependency,
    _viewer: Operator,
    interval: IntervalQuery,
    limit: LimitQuery,
    device: DeviceQuery = None,
    reason: ReasonQuery = None,
) -> Response:
    """Return the largest counts."""
    query = partial(count_rejected, device=device, reason=reason, start=interval.start, end=interval.end, limit=limit)
    return json_answer({"counts": await services.database.read(query)})


@router.get(
    "/v1/rejected",
    response_model=RejectedPage,
    summary="Refused records",
    responses=problem_responses(NaiveTimeError, BadIntervalError, BadCursorError, PageTooLargeError),
)
async def rejected(
    request: Request,
    services: ServicesDependency,
    _viewer: Operator,  # sees all: what was refused may name no terminal that has a place
    *,
    interval: IntervalQuery,
    device: DeviceQuery = None,
    reason: ReasonQuery = None,
    limit: LimitQuery,
    cursor: CursorQuery = None,
) -> Response:
    """Return refused records that last came in the range."""
    key = decode_cursor(cursor, (number_part,))
    query = partial(
        read_rejected,
        device=device,
        reason=reason,
        start=interval.start,
        end=interval.end,
        before=key[0] if key else None,
        limit=limit,
    )
    rows = await services.database.read(query)
    link = next_link(request, rows, limit, lambda row: (row["rejected_no"],))
    return json_answer({"rejected": [_rejected_answer(row) for row in rows], "next": link})


def _rejected_answer(row: DictRow) -> dict[str, object]:
    answer = {**row, "payload_base64": base64.b64encode(row["payload_start"]).decode(), "sha256": row["sha256"].hex()}
    del answer["payload_start"]
    return answer
