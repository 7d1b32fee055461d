"""`/v1/subscriptions`: what somebody wants to be told, when, and who is told when nobody answers."""

from __future__ import annotations

from datetime import time
from functools import partial
from typing import Annotated, Any, Literal
from uuid import UUID, uuid4

from fastapi import APIRouter, Response
from psycopg import Connection
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from api.answers import json_answer
from api.audit import noted
from api.errors import ChannelNotFoundError, SubscriptionNotFoundError, TooManyOfThemError, problem_responses
from api.parameters import Name
from api.resources.channels import NameText
from api.revisions import Revision, with_revision
from api.services import Services, ServicesDependency
from api.viewer import Looker, Viewer
from storage.errors import EditedMeanwhile
from storage.notices_channels import (
    TooMany,
    add_subscription,
    delete_subscription,
    not_usable,
    replace_subscription,
)
from storage.queries.subscriptions import EDITED, read_subscription, read_subscriptions
from supervision.notices.subscription import MAX_LEVELS, MAX_REPEATS, Reason

router = APIRouter(tags=["notices"])

LISTED_MOST = 100
DAY_S = 86_400
ClockTime = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
Channels = Annotated[list[UUID], Field(min_length=1, max_length=10)]
Names = Annotated[list[Name], Field(min_length=1, max_length=LISTED_MOST)]
EXAMPLE: dict[str, Any] = {
    "name": "夜班",
    "kinds": ["illegal_dumping", "no_permit"],
    "min_severity": 2,
    "district_ids": ["D1"],
    "channel_ids": ["0d5c1d3e-5c1b-4a53-9d3f-8a0f0d6f5a11"],
    "quiet_from": "23:00",
    "quiet_to": "06:30",
    "levels": [{"after_s": 600, "channel_ids": ["0d5c1d3e-5c1b-4a53-9d3f-8a0f0d6f5a11"]}],
}


class LevelBody(BaseModel):
    """One level of escalation.

    Attributes:
        after_s: Told when nobody has acknowledged a case for so long. [s]
        channel_ids: Whom to tell.
    """

    model_config = ConfigDict(extra="forbid")

    after_s: Annotated[int, Field(ge=30, le=DAY_S)]
    channel_ids: Channels


class SubscriptionBody(BaseModel):
    """What somebody wants to be told; what they may not see is never told.

    Attributes:
        kinds: Of cases; null for every kind. Likewise districts and companies.
        reasons: A case was opened, was assigned to you, nobody acknowledges it, it is overdue, it has ended.
        quiet_from: Local time of the city; what comes in quiet hours waits, and lapses once somebody took it up.
        quiet_passes: From this severity on it is told in quiet hours too; 4 for never.
        digest_over: More than this many messages within a minute become one.
        levels: Who is told when nobody acknowledges, by growing time.
        repeats: How often the last level is told again.
    """

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": EXAMPLE})

    name: NameText
    language: Literal["zh", "en"] = "zh"
    kinds: Names | None = None
    min_severity: Annotated[int, Field(ge=0, le=3)] = 1
    district_ids: Names | None = None
    company_ids: Names | None = None
    reasons: Annotated[list[Reason], Field(min_length=1, max_length=len(Reason))] = [
        Reason.OPENED,
        Reason.ASSIGNED,
        Reason.UNACKNOWLEDGED,
        Reason.OVERDUE,
    ]
    channel_ids: Channels
    quiet_from: ClockTime | None = None
    quiet_to: ClockTime | None = None
    quiet_passes: Annotated[int, Field(ge=0, le=4)] = 3
    digest_over: Annotated[int, Field(ge=1, le=60)] = 5
    levels: Annotated[list[LevelBody], Field(max_length=MAX_LEVELS)] = []
    repeats: Annotated[int, Field(ge=0, le=MAX_REPEATS)] = 0
    repeat_every_s: Annotated[int, Field(ge=60, le=DAY_S)] = 900
    enabled: bool = True

    @model_validator(mode="after")
    def in_order(self) -> SubscriptionBody:
        """Refuse half of quiet hours, and levels that are not later each."""
        if (self.quiet_from is None) != (self.quiet_to is None):
            raise ValueError("expected quiet_from and quiet_to, or neither")
        after_s = [level.after_s for level in self.levels]
        if after_s != sorted(set(after_s)):
            raise ValueError(f"expected levels with growing after_s, got {after_s}")
        return self


class SubscriptionReplacement(SubscriptionBody):
    """A subscription as it is to be.

    Attributes:
        expected_revision: Of the subscription that its owner saw.
    """

    expected_revision: Revision | None = None


class SubscriptionAnswer(SubscriptionBody):
    """A subscription as it stands.

    Attributes:
        revision: To be named by who replaces it.
    """

    model_config = ConfigDict(json_schema_serialization_defaults_required=True)  # an answer leaves nothing out

    subscription_id: UUID
    created_at: AwareDatetime
    updated_at: AwareDatetime
    revision: Revision


class SubscriptionList(BaseModel):
    """Somebody's subscriptions."""

    subscriptions: list[SubscriptionAnswer]


@router.get("/v1/subscriptions", response_model=SubscriptionList, summary="Your subscriptions")
async def subscriptions(services: ServicesDependency, viewer: Looker) -> Response:
    """Return what the user wants to be told, the first one added first."""
    rows = await services.database.read(partial(read_subscriptions, owner=viewer.user_no))
    return json_answer({"subscriptions": [with_revision(row, EDITED) for row in rows]})


@router.post(
    "/v1/subscriptions",
    status_code=201,
    response_model=SubscriptionAnswer,
    summary="Add a subscription",
    responses=problem_responses(ChannelNotFoundError, TooManyOfThemError),
)
async def add(services: ServicesDependency, viewer: Looker, body: SubscriptionBody) -> Response:
    """Add a subscription; it is told what happens from now on."""
    row = subscription_row(viewer, uuid4(), body)
    await _write(services, viewer, row, add_subscription)
    await noted(services, viewer, "add_subscription", "subscription", str(row["subscription_id"]))
    return await _one(services, viewer, row["subscription_id"], status=201)


@router.put(
    "/v1/subscriptions/{subscription_id}",
    response_model=SubscriptionAnswer,
    summary="Replace a subscription",
    responses=problem_responses(SubscriptionNotFoundError, ChannelNotFoundError, EditedMeanwhile),
)
async def replace(
    services: ServicesDependency, viewer: Looker, subscription_id: UUID, body: SubscriptionReplacement
) -> Response:
    """Replace a subscription as a whole."""
    row = subscription_row(viewer, subscription_id, body)
    if not await _write(services, viewer, row, partial(replace_subscription, expected=body.expected_revision)):
        raise _not_found(subscription_id)
    await noted(services, viewer, "change_subscription", "subscription", str(subscription_id))
    return await _one(services, viewer, subscription_id)


@router.delete(
    "/v1/subscriptions/{subscription_id}",
    status_code=204,
    summary="Delete a subscription",
    responses=problem_responses(SubscriptionNotFoundError),
)
async def delete(services: ServicesDependency, viewer: Looker, subscription_id: UUID) -> Response:
    """Delete a subscription; what was put into the queue is still sent."""
    delete_it = partial(delete_subscription, subscription_id=subscription_id, owner_no=viewer.user_no)
    if not await services.writer.write(delete_it):
        raise _not_found(subscription_id)
    await noted(services, viewer, "delete_subscription", "subscription", str(subscription_id))
    return Response(status_code=204)


def subscription_row(viewer: Viewer, subscription_id: UUID, body: SubscriptionBody) -> dict[str, Any]:
    """Return the row of a subscription."""
    row = body.model_dump(exclude={"expected_revision"})
    row["reasons"] = list(dict.fromkeys(reason.value for reason in body.reasons))
    row["levels"] = body.model_dump(mode="json")["levels"]
    for name in ("quiet_from", "quiet_to"):
        row[name] = None if row[name] is None else time.fromisoformat(row[name])
    return row | {"subscription_id": subscription_id, "owner_no": viewer.user_no}


async def _write(services: Services, viewer: Viewer, row: dict[str, Any], write: Any) -> Any:
    """Write a subscription whose channels are the user's own, or shared by colleagues.

    Raises:
        ChannelNotFoundError: One is not.
        TooManyOfThemError: The user has as many as one may have.
    """
    wanted = [*row["channel_ids"], *(UUID(one) for level in row["levels"] for one in level["channel_ids"])]

    def checked(connection: Connection) -> Any:
        strange = not_usable(connection, viewer.user_no, wanted)
        return strange or None, None if strange else write(connection, row)

    try:
        strange, written = await services.writer.write(checked)
    except TooMany as error:
        raise TooManyOfThemError(str(error)) from error
    if strange:
        raise ChannelNotFoundError(
            f"expected your channels or shared ones, got {strange[0]}", channel_id=str(strange[0])
        )
    return written


async def _one(services: Services, viewer: Viewer, subscription_id: UUID, *, status: int = 200) -> Response:
    query = partial(read_subscription, owner=viewer.user_no, subscription_id=subscription_id)
    row = await services.database.read(query)
    if row is None:
        raise _not_found(subscription_id)
    return json_answer(with_revision(row, EDITED), status=status)


def _not_found(subscription_id: UUID) -> SubscriptionNotFoundError:
    return SubscriptionNotFoundError(f"expected one of your subscriptions, got {subscription_id}")
