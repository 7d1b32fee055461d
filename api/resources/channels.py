"""`/v1/channels`: where somebody is reached: group robots, mail. Webhooks have a resource of their own."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import Annotated, Any, Literal
from uuid import UUID, uuid4

from fastapi import APIRouter, Response
from psycopg import Connection
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, SecretStr, StringConstraints

from api.answers import json_answer
from api.audit import noted
from api.errors import ChannelNotFoundError, TargetRefusedError, TooManyOfThemError, problem_responses
from api.services import Services, ServicesDependency
from api.viewer import Looker, Viewer
from storage.notices_channels import TooMany, add_channel, change_channel, delete_channel
from storage.notices_deliveries import enqueue, wake
from storage.queries.subscriptions import read_channel, read_channels
from supervision.notices.robots import ChannelRefused
from supervision.notices.robots import read_channel as read_channel_url
from supervision.notices.sealing import sealed_columns
from supervision.notices.words import WORDS

router = APIRouter(tags=["notices"])

KIND = "robot"
ROBOTS_A_MINUTE = 20  # what WeCom and DingTalk take
NameText = Annotated[
    str, StringConstraints(min_length=1, max_length=80, strip_whitespace=True, pattern=r"^[^\x00-\x1f]+$")
]
URL_DESCRIPTION = (
    "`wecombot://KEY`, `dingtalk://TOKEN` or `dingtalk://SECRET@TOKEN`, `feishu://TOKEN` or `feishu://SECRET@TOKEN`; "
    "`mailtos://…`, `json://…` to hosts that the operator allows. It is a secret: no answer and no log repeats it."
)


class NewChannel(BaseModel):
    """A channel to be added."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"name": "值班群", "url": "wecombot://693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa"}},
    )

    name: NameText
    url: Annotated[SecretStr, Field(description=URL_DESCRIPTION)]
    per_minute: Annotated[int, Field(ge=1, le=600, description="Most messages a minute.")] = ROBOTS_A_MINUTE
    shared: Annotated[bool, Field(description="Colleagues may name it in their chains of escalation.")] = False


class ChannelChange(BaseModel):
    """What is to be changed of a channel; what is left out stays."""

    model_config = ConfigDict(extra="forbid")

    name: NameText | None = None
    url: SecretStr | None = None
    per_minute: Annotated[int, Field(ge=1, le=600)] | None = None
    shared: bool | None = None
    enabled: bool | None = None


class ChannelAnswer(BaseModel):
    """A channel; its URL is never told again.

    Attributes:
        owner: Login of whom it reaches.
        yours: Whether it is the asker's own.
        scheme: What kind of receiver it is.
        address: Enough of it to tell one's own channels apart: the host, or the end of a token; null for others.
        failures: Attempts that failed since the last that did not.
        paused_until: It rests after a failure until then.
        waiting: Messages that have not been delivered yet.
    """

    channel_id: UUID
    kind: Literal["robot", "webhook"]
    name: str
    owner: str
    yours: bool
    shared: bool
    scheme: str
    address: str | None
    per_minute: int
    created_at: AwareDatetime
    enabled: bool
    failures: int
    paused_until: AwareDatetime | None
    waiting: int


class ChannelList(BaseModel):
    """Somebody's channels."""

    channels: list[ChannelAnswer]


class TestSent(BaseModel):
    """A test message is on its way; `GET /v1/deliveries/{delivery_id}` tells how it went."""

    delivery_id: UUID


@router.get("/v1/channels", response_model=ChannelList, summary="Your channels")
async def channels(services: ServicesDependency, viewer: Looker) -> Response:
    """Return where the user is reached, and what colleagues share, the first one added first."""
    rows = await services.database.read(partial(read_channels, owner=viewer.user_no, kind=KIND, colleagues=True))
    return json_answer({"channels": [shown(row) for row in rows]})


@router.post(
    "/v1/channels",
    status_code=201,
    response_model=ChannelAnswer,
    summary="Add a channel",
    responses=problem_responses(TargetRefusedError, TooManyOfThemError),
)
async def add(services: ServicesDependency, viewer: Looker, new: NewChannel) -> Response:
    """Add a group robot or a mail address; send it a test message next."""
    row: dict[str, Any] = {
        "channel_id": uuid4(),
        "owner_no": viewer.user_no,
        "kind": KIND,
        "name": new.name,
        "url": read_url(new.url),
        "secret": None,
        "per_minute": new.per_minute,
        "document_types": [],
        "min_severity": 0,
        "positions": {},
        "shared": new.shared,
    }
    await added(services, viewer, row)
    return await one(services, viewer, row["channel_id"], KIND, status=201)


@router.patch(
    "/v1/channels/{channel_id}",
    response_model=ChannelAnswer,
    summary="Change a channel",
    responses=problem_responses(ChannelNotFoundError, TargetRefusedError),
)
async def change(services: ServicesDependency, viewer: Looker, channel_id: UUID, wanted: ChannelChange) -> Response:
    """Change a channel; switching it off ends what waits for it."""
    row = {
        "channel_id": channel_id,
        "owner_no": viewer.user_no,
        "kind": KIND,
        "name": wanted.name,
        "url": None if wanted.url is None else read_url(wanted.url),
        "secret": None,
        "per_minute": wanted.per_minute,
        "document_types": None,
        "min_severity": None,
        "shared": wanted.shared,
        "enabled": wanted.enabled,
    }
    await changed(services, viewer, row)
    return await one(services, viewer, channel_id, KIND)


@router.delete(
    "/v1/channels/{channel_id}",
    status_code=204,
    summary="Delete a channel",
    responses=problem_responses(ChannelNotFoundError),
)
async def delete(services: ServicesDependency, viewer: Looker, channel_id: UUID) -> Response:
    """Delete a channel with its log."""
    return await deleted(services, viewer, channel_id, KIND)


@router.post(
    "/v1/channels/{channel_id}/test",
    status_code=202,
    response_model=TestSent,
    summary="Send a test message",
    responses=problem_responses(ChannelNotFoundError),
)
async def test(services: ServicesDependency, viewer: Looker, channel_id: UUID) -> Response:
    """Send a test message to a channel."""
    await found(services, viewer, channel_id, KIND)
    words = WORDS["zh"]
    send = partial(
        enqueue_in_transaction, channel_id=channel_id, about="test", title=words["test"], body=words["test_body"]
    )
    return json_answer({"delivery_id": await services.writer.write(send)}, status=202)


def enqueue_in_transaction(connection: Connection, *, channel_id: UUID, about: str, title: str, body: str) -> UUID:
    """Put a message into a channel's queue, and return the delivery's id."""
    with connection.transaction():
        wake(connection, channel_id)
        return enqueue(
            connection, channel_id, about=about, object_id=about, title=title, body=body, now=datetime.now(UTC)
        )


def read_url(url: SecretStr) -> str:
    """Return a channel's URL.

    Raises:
        TargetRefusedError: Nothing can be sent there.
    """
    text = url.get_secret_value()
    try:
        read_channel_url(text)
    except ChannelRefused as error:
        raise TargetRefusedError(str(error)) from error
    return text


async def added(services: Services, viewer: Viewer, row: dict[str, Any]) -> None:
    """Add a channel or webhook, and say so in the audit log.

    Raises:
        TooManyOfThemError: The user has as many as one may have.
    """
    try:
        await services.writer.write(partial(add_channel, row=row | _sealed(services, row)))
    except TooMany as error:
        raise TooManyOfThemError(str(error)) from error
    await noted(services, viewer, "add_channel", row["kind"], str(row["channel_id"]), detail={"name": row["name"]})


async def changed(services: Services, viewer: Viewer, row: dict[str, Any]) -> None:
    """Change a channel or webhook, and say so in the audit log.

    Raises:
        ChannelNotFoundError: The user has no such channel.
    """
    if not await services.writer.write(partial(change_channel, row=row | _sealed(services, row))):
        raise _not_found(row["channel_id"])
    names = [
        name for name in ("name", "url", "per_minute", "document_types", "shared", "enabled") if row[name] is not None
    ]
    await noted(services, viewer, "change_channel", row["kind"], str(row["channel_id"]), detail={"changed": names})


async def deleted(services: Services, viewer: Viewer, channel_id: UUID, kind: str) -> Response:
    """Delete a channel or webhook, and say so in the audit log.

    Raises:
        ChannelNotFoundError: The user has no such channel.
    """
    delete_it = partial(delete_channel, channel_id=channel_id, owner_no=viewer.user_no, kind=kind)
    if not await services.writer.write(delete_it):
        raise _not_found(channel_id)
    await noted(services, viewer, "delete_channel", kind, str(channel_id))
    return Response(status_code=204)


async def found(services: Services, viewer: Viewer, channel_id: UUID, kind: str) -> dict[str, Any]:
    """Return one of the user's channels.

    Raises:
        ChannelNotFoundError: The user has no such channel.
    """
    query = partial(read_channel, owner=viewer.user_no, channel_id=channel_id, kind=kind)
    row = await services.database.read(query)
    if row is None:
        raise _not_found(channel_id)
    return row


async def one(services: Services, viewer: Viewer, channel_id: UUID, kind: str, *, status: int = 200) -> Response:
    """Return one of the user's channels as an answer."""
    return json_answer(shown(await found(services, viewer, channel_id, kind)), status=status)


def shown(row: dict[str, Any]) -> dict[str, Any]:
    """Return the members of `ChannelAnswer`."""
    return {name: row[name] for name in ChannelAnswer.model_fields}


def _sealed(services: Services, row: dict[str, Any]) -> dict[str, str | None]:
    """Return the columns of an address as they are kept; what is not to be changed is None."""
    secret = None if row["secret"] is None else services.seal.sealed(row["secret"])
    if row["url"] is None:
        return {"url": None, "secret": secret, "scheme": None, "shown": None}
    return sealed_columns(row["kind"], row["url"], None, services.seal) | {"secret": secret}


def _not_found(channel_id: UUID) -> ChannelNotFoundError:
    return ChannelNotFoundError(f"expected one of your channels, got {channel_id}", channel_id=str(channel_id))
