"""`/v1/deliveries`: the log of what left the platform, attempt by attempt; dead letters can be sent again."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from psycopg import Connection
from psycopg.rows import DictRow
from pydantic import AwareDatetime, BaseModel

from api.answers import json_answer
from api.audit import noted
from api.errors import BadCursorError, DeliveryNotFoundError, PageTooLargeError, problem_responses
from api.pages import decode_cursor, next_link, number_part
from api.parameters import CursorQuery, LimitQuery
from api.resources.channels import TestSent
from api.services import ServicesDependency
from api.viewer import Looker, Permission
from storage.notices_deliveries import enqueue, wake
from storage.queries.deliveries import read_body, read_deliveries, read_delivery

router = APIRouter(tags=["notices"])

Status = Literal["waiting", "delivered", "dead"]


class AttemptAnswer(BaseModel):
    """One attempt.

    Attributes:
        outcome: `failed` is tried again, `refused` is not.
        detail: What the receiver said, or what went wrong.
    """

    attempt_no: int
    at: AwareDatetime
    took_ms: int
    outcome: Literal["delivered", "failed", "refused"]
    http_status: int | None
    detail: str


class DeliveryAnswer(BaseModel):
    """One message to one channel.

    Attributes:
        owner: Login of the channel's owner.
        about: A notice or digest of cases, a test, or the type of a document.
        object_id: The document, or the number of the first notice.
        next_at: When it is tried again.
        resent_from: The delivery that it repeats.
    """

    delivery_no: int
    delivery_id: UUID
    channel_id: UUID
    channel_name: str
    channel_kind: Literal["robot", "webhook"]
    owner: str
    about: str
    object_id: str
    title: str
    status: Status
    attempts: int
    created_at: AwareDatetime
    next_at: AwareDatetime | None
    ended_at: AwareDatetime | None
    resent_from: UUID | None
    last_attempt: AttemptAnswer | None


class DeliveryWithAttempts(DeliveryAnswer):
    """A message with every attempt, the first one first."""

    attempts_made: list[AttemptAnswer]


class DeliveryPage(BaseModel):
    """Deliveries, newest first."""

    deliveries: list[DeliveryAnswer]
    next: str | None


@router.get(
    "/v1/deliveries",
    response_model=DeliveryPage,
    summary="What was sent to your channels",
    responses=problem_responses(BadCursorError, PageTooLargeError),
)
async def deliveries(
    request: Request,
    services: ServicesDependency,
    viewer: Looker,
    *,
    status: Annotated[Status | None, Query(description="Only of this status.")] = None,
    channel_id: Annotated[UUID | None, Query(description="Only of this channel or webhook.")] = None,
    limit: LimitQuery,
    cursor: CursorQuery = None,
) -> Response:
    """Return deliveries, newest first; who operates the platform sees those of everybody."""
    key = decode_cursor(cursor, (number_part,))
    query = partial(
        read_deliveries,
        viewer=viewer.user_no,
        everybody=viewer.may(Permission.OPERATE),
        status=status,
        channel_id=channel_id,
        before=key[0] if key else None,
        limit=limit,
    )
    rows: list[DictRow] = await services.database.read(query)
    next_ = next_link(request, rows, limit, lambda row: (row["delivery_no"],))
    return json_answer({"deliveries": rows, "next": next_})


@router.get(
    "/v1/deliveries/{delivery_id}",
    response_model=DeliveryWithAttempts,
    summary="One delivery with its attempts",
    responses=problem_responses(DeliveryNotFoundError),
)
async def delivery(services: ServicesDependency, viewer: Looker, delivery_id: UUID) -> Response:
    """Return one delivery."""
    everybody = viewer.may(Permission.OPERATE)
    query = partial(read_delivery, viewer=viewer.user_no, delivery_id=delivery_id, everybody=everybody)
    row = await services.database.read(query)
    if row is None:
        raise _not_found(delivery_id)
    return json_answer(row)


@router.post(
    "/v1/deliveries/{delivery_id}/resend",
    status_code=202,
    response_model=TestSent,
    summary="Send a message again",
    responses=problem_responses(DeliveryNotFoundError),
)
async def resend(services: ServicesDependency, viewer: Looker, delivery_id: UUID) -> Response:
    """Put the same message to one of your channels into the queue once more, as a delivery of its own."""
    row = await services.database.read(partial(read_body, owner=viewer.user_no, delivery_id=delivery_id))
    if row is None:
        raise _not_found(delivery_id)
    again = await services.writer.write(partial(_again, row=row, delivery_id=delivery_id))
    await noted(services, viewer, "resend", "delivery", str(delivery_id), detail={"delivery_id": str(again)})
    return json_answer({"delivery_id": again}, status=202)


def _again(connection: Connection, *, row: DictRow, delivery_id: UUID) -> UUID:
    with connection.transaction():
        wake(connection, row["channel_id"])
        return enqueue(
            connection,
            row["channel_id"],
            about=row["about"],
            object_id=row["object_id"],
            title=row["title"],
            body=row["body"],
            now=datetime.now(UTC),
            resent_from=delivery_id,
        )


def _not_found(delivery_id: UUID) -> DeliveryNotFoundError:
    return DeliveryNotFoundError(f"expected a delivery to one of your channels, got {delivery_id}")
