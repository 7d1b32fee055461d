"""`/v1/webhooks`: the exchange's documents pushed to somebody's server, signed as Standard Webhooks has it."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any, Literal
from uuid import UUID, uuid4

import orjson
from fastapi import APIRouter, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from api.answers import json_answer
from api.errors import ChannelNotFoundError, TargetRefusedError, TooManyOfThemError, problem_responses
from api.resources.channels import (
    NameText,
    TestSent,
    added,
    changed,
    deleted,
    enqueue_in_transaction,
    found,
)
from api.services import ServicesDependency
from api.viewer import Exchanger
from storage.queries.exchange_rows import read_newest
from storage.queries.subscriptions import read_channels
from supervision.webhooks import URL_MOST, TargetRefused, new_secret, read_target

router = APIRouter(tags=["exchange"])

KIND = "webhook"
DocumentType = Literal["event", "case", "trip", "manifest", "score"]
Url = Annotated[str, StringConstraints(min_length=8, max_length=URL_MOST)]
Types = Annotated[list[DocumentType], Field(min_length=1, max_length=5)]
Severity = Annotated[int, Field(ge=0, le=3, description="Events and cases from this severity on.")]
EXAMPLE: dict[str, Any] = {"name": "交警支队", "url": "https://traffic.example/muckline", "document_types": ["case"]}


class NewWebhook(BaseModel):
    """A webhook to be added."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": EXAMPLE})

    name: NameText
    url: Annotated[Url, Field(description="https:// at an address of the public internet; redirects are not followed.")]
    document_types: Types
    min_severity: Severity = 1
    per_minute: Annotated[int, Field(ge=1, le=600)] = 600


class WebhookChange(BaseModel):
    """What is to be changed of a webhook; what is left out stays."""

    model_config = ConfigDict(extra="forbid")

    name: NameText | None = None
    url: Url | None = None
    document_types: Types | None = None
    min_severity: Severity | None = None
    per_minute: Annotated[int, Field(ge=1, le=600)] | None = None
    enabled: bool | None = None
    new_secret: Annotated[bool, Field(description="Make a new secret; the old one ends at once.")] = False


class WebhookAnswer(BaseModel):
    """A webhook; its URL is never told again.

    Attributes:
        address: The host of the URL, to tell one's webhooks apart.
        secret: Given once, when it is made: what signatures are checked with.
    """

    webhook_id: UUID
    name: str
    address: str | None
    document_types: list[DocumentType]
    min_severity: int
    per_minute: int
    created_at: AwareDatetime
    enabled: bool
    failures: int
    paused_until: AwareDatetime | None
    waiting: int
    secret: str | None = None


class WebhookList(BaseModel):
    """Somebody's webhooks."""

    webhooks: list[WebhookAnswer]


@router.get("/v1/webhooks", response_model=WebhookList, summary="Your webhooks")
async def webhooks(services: ServicesDependency, viewer: Exchanger) -> Response:
    """Return the user's webhooks, the first one added first."""
    rows = await services.database.read(partial(read_channels, owner=viewer.user_no, kind=KIND))
    return json_answer({"webhooks": [shown(row) for row in rows]})


@router.post(
    "/v1/webhooks",
    status_code=201,
    response_model=WebhookAnswer,
    summary="Add a webhook",
    responses=problem_responses(TargetRefusedError, TooManyOfThemError),
)
async def add(services: ServicesDependency, viewer: Exchanger, new: NewWebhook) -> Response:
    """Add a webhook; it is told what changes from now on. The feed has what was before."""
    secret = new_secret()
    row: dict[str, Any] = {
        "channel_id": uuid4(),
        "owner_no": viewer.user_no,
        "kind": KIND,
        "name": new.name,
        "url": read_url(new.url),
        "secret": secret,
        "per_minute": new.per_minute,
        "document_types": list(dict.fromkeys(new.document_types)),
        "min_severity": new.min_severity,
        "shared": False,
        "positions": dict(await services.database.read(read_newest)),
    }
    await added(services, viewer, row)
    answer = shown(await found(services, viewer, row["channel_id"], KIND))
    return json_answer(answer | {"secret": secret}, status=201)


@router.patch(
    "/v1/webhooks/{webhook_id}",
    response_model=WebhookAnswer,
    summary="Change a webhook",
    responses=problem_responses(ChannelNotFoundError, TargetRefusedError),
)
async def change(services: ServicesDependency, viewer: Exchanger, webhook_id: UUID, wanted: WebhookChange) -> Response:
    """Change a webhook; switching it off ends what waits for it, and its positions stay."""
    secret = new_secret() if wanted.new_secret else None
    row = {
        "channel_id": webhook_id,
        "owner_no": viewer.user_no,
        "kind": KIND,
        "name": wanted.name,
        "url": None if wanted.url is None else read_url(wanted.url),
        "secret": secret,
        "per_minute": wanted.per_minute,
        "document_types": wanted.document_types,
        "min_severity": wanted.min_severity,
        "shared": None,
        "enabled": wanted.enabled,
    }
    await changed(services, viewer, row)
    return json_answer(shown(await found(services, viewer, webhook_id, KIND)) | {"secret": secret})


@router.delete(
    "/v1/webhooks/{webhook_id}",
    status_code=204,
    summary="Delete a webhook",
    responses=problem_responses(ChannelNotFoundError),
)
async def delete(services: ServicesDependency, viewer: Exchanger, webhook_id: UUID) -> Response:
    """Delete a webhook with its log."""
    return await deleted(services, viewer, webhook_id, KIND)


@router.post(
    "/v1/webhooks/{webhook_id}/test",
    status_code=202,
    response_model=TestSent,
    summary="Send a test message",
    responses=problem_responses(ChannelNotFoundError),
)
async def test(services: ServicesDependency, viewer: Exchanger, webhook_id: UUID) -> Response:
    """Send a signed message of type `muckline.test`."""
    row = await found(services, viewer, webhook_id, KIND)
    body = orjson.dumps({"type": "muckline.test", "timestamp": row["created_at"], "data": {"name": row["name"]}})
    send = partial(
        enqueue_in_transaction, channel_id=webhook_id, about="test", title="muckline.test", body=body.decode()
    )
    return json_answer({"delivery_id": await services.writer.write(send)}, status=202)


def read_url(url: str) -> str:
    """Return a webhook's URL. Which addresses its name has is looked at when something is sent.

    Raises:
        TargetRefusedError: Nothing may be sent there.
    """
    try:
        read_target(url, allowed_hosts=_any_host(url))
    except TargetRefused as error:
        raise TargetRefusedError(str(error)) from error
    return url


def _any_host(url: str) -> tuple[str, ...]:
    """Return the host of a plain HTTP URL: the background process knows which ones are allowed."""
    host = url.partition("://")[2].partition("/")[0].partition(":")[0]
    return (host,) if url.startswith("http://") else ()


def shown(row: dict[str, Any]) -> dict[str, Any]:
    """Return the members of `WebhookAnswer`."""
    names = [name for name in WebhookAnswer.model_fields if name not in {"webhook_id", "secret"}]
    return {"webhook_id": row["channel_id"]} | {name: row[name] for name in names} | {"secret": None}
