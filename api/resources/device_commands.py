"""`/v1/device-commands`: what terminals are told, by whom and why, and what became of it.

Off unless the city allows a kind (`city.json`, `downlink.allowed`).
"""

from __future__ import annotations

import secrets
import time
from functools import partial
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request, Response
from psycopg.rows import DictRow
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from api.answers import json_answer
from api.audit import noted
from api.errors import (
    BadCursorError,
    CommandNotFoundError,
    PageTooLargeError,
    TerminalConfigNotFoundError,
    problem_responses,
)
from api.pages import decode_cursor, next_link, number_part
from api.parameters import CursorQuery, LimitQuery, Name
from api.services import ServicesDependency
from api.times import EnteredTime
from api.viewer import Commander
from storage.downlink_orders import NAME_MOST, REASON_MOST, Order, create, new_command_id
from storage.errors import InvalidCommand, KindNotAllowed, TooManyCommands, UnknownTerminal
from storage.queries.device_commands import read_command, read_commands, read_config_in_force
from storage.times import to_ms

router = APIRouter(tags=["terminals"])

Kind = Literal["text", "lock", "speed_limit", "locate", "config"]
Status = Literal["pending", "delivered", "accepted", "refused", "expired"]
Device = Annotated[str, StringConstraints(min_length=1, max_length=32, pattern=r"^[A-Za-z0-9-]+$")]
DeviceQuery = Annotated[Name | None, Query(description="Only of this terminal.")]

ORDER_EXAMPLE: dict[str, Any] = {
    "device": "T1",
    "kind": "text",
    "body": {"text": "前方200米禁行", "speak": True},
    "expires_at": "2026-05-01T20:10:00+08:00",
    "reason": "临时管制",
}


class DeviceOrder(BaseModel):
    """A command or settings for one terminal.

    Attributes:
        body: Members of the kind, as the contract names them.
        expires_at: Not to be carried out after this; for settings, not to be delivered.
        reason: Why; a lock needs one.
    """

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": ORDER_EXAMPLE})

    device: Device
    kind: Kind
    body: dict[str, Any] = Field(default_factory=dict)
    expires_at: EnteredTime
    reason: Annotated[str, StringConstraints(max_length=REASON_MOST)] | None = None


class DeviceCommand(BaseModel):
    """A command or settings, and what became of it.

    Attributes:
        sends: How often it was given to the broker.
        delivered_at: When the terminal was first heard of it.
        ended_at: When it was accepted, refused or expired.
        result: What the terminal said, or why it ended.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "example": ORDER_EXAMPLE
            | {
                "by": "王调度",
                "command_no": 81,
                "id": "c-5f2c9a4e1b7d3806",
                "channel": "command",
                "status": "accepted",
                "created_at": "2026-05-01T12:00:00Z",
                "expires_at": "2026-05-01T12:10:00Z",
                "sends": 1,
                "last_sent_at": "2026-05-01T12:00:00Z",
                "delivered_at": "2026-05-01T12:00:01Z",
                "ended_at": "2026-05-01T12:00:01Z",
                "result": "shown and spoken",
            }
        }
    )

    command_no: int
    id: str
    device: str
    channel: Literal["command", "config"]
    kind: Kind
    body: dict[str, Any]
    by: str
    reason: str | None
    created_at: AwareDatetime
    expires_at: AwareDatetime
    status: Status
    sends: int
    last_sent_at: AwareDatetime | None
    delivered_at: AwareDatetime | None
    ended_at: AwareDatetime | None
    result: str | None


class CommandAudit(BaseModel):
    """One step of a command: who did what when."""

    at: AwareDatetime
    who: str
    what: Literal["created", "sent", "reply", "expired", "replaced"]
    from_status: Status | None
    to_status: Status
    detail: str


class AuditedCommand(DeviceCommand):
    """A command with every step of it, the first one first."""

    audit: list[CommandAudit]


class DeviceCommandPage(BaseModel):
    """Commands and settings, newest first."""

    commands: list[DeviceCommand]
    next: str | None


@router.post(
    "/v1/device-commands",
    status_code=201,
    response_model=AuditedCommand,
    summary="Send a command or settings to a terminal",
    responses=problem_responses(UnknownTerminal, KindNotAllowed, InvalidCommand, TooManyCommands),
)
async def send(services: ServicesDependency, viewer: Commander, order: DeviceOrder) -> Response:
    """Take a command; it is sent again until it is answered or expires."""
    wanted = Order(
        command_id=new_command_id(order.kind, secrets.token_hex(8)),
        device=order.device,
        kind=order.kind,
        by=viewer.display_name[:NAME_MOST],
        expires_ms=to_ms(order.expires_at),
        body=order.body,
        reason=order.reason,
    )
    await services.writer.write(partial(create, order=wanted, now_ms=time.time_ns() // 1_000_000))
    await noted(services, viewer, "send_command", "terminal", order.device, detail={"command_id": wanted.command_id})
    row = await services.database.read(partial(read_command, command_id=wanted.command_id, viewer=viewer.user_no))
    answer = json_answer(row)
    answer.status_code = 201
    answer.headers["location"] = f"/v1/device-commands/{wanted.command_id}"
    return answer


@router.get(
    "/v1/device-commands",
    response_model=DeviceCommandPage,
    summary="Commands and settings sent to terminals",
    responses=problem_responses(BadCursorError, PageTooLargeError),
)
async def commands(
    request: Request,
    services: ServicesDependency,
    viewer: Commander,
    *,
    device: DeviceQuery = None,
    status: Annotated[Status | None, Query(description="Only of this status.")] = None,
    kind: Annotated[Kind | None, Query(description="Only of this kind.")] = None,
    limit: LimitQuery,
    cursor: CursorQuery = None,
) -> Response:
    """Return what terminals were told, newest first."""
    key = decode_cursor(cursor, (number_part,))
    query = partial(
        read_commands,
        viewer=viewer.user_no,
        device=device,
        status=status,
        kind=kind,
        before=key[0] if key else None,
        limit=limit,
    )
    rows = await services.database.read(query)
    return json_answer({"commands": rows, "next": next_link(request, rows, limit, lambda row: (row["command_no"],))})


@router.get(
    "/v1/device-commands/{command_id}",
    response_model=AuditedCommand,
    summary="One command with its audit",
    responses=problem_responses(CommandNotFoundError),
)
async def one(
    services: ServicesDependency,
    viewer: Commander,
    command_id: Annotated[Name, Path(description="The command.", examples=["c-5f2c9a4e1b7d3806"])],
) -> Response:
    """Return one command and who did what with it when."""
    row: DictRow | None = await services.database.read(
        partial(read_command, command_id=command_id, viewer=viewer.user_no)
    )
    if row is None:
        raise CommandNotFoundError(f"expected a command that was sent, got {command_id}", command_id=command_id)
    return json_answer(row)


@router.get(
    "/v1/terminals/{device}/config",
    response_model=DeviceCommand,
    summary="Settings that a terminal accepted last",
    responses=problem_responses(TerminalConfigNotFoundError),
)
async def config_in_force(
    services: ServicesDependency,
    viewer: Commander,
    device: Annotated[Name, Path(description="The terminal.", examples=["T1"])],
) -> Response:
    """Return the settings in force, as far as the platform knows."""
    row = await services.database.read(partial(read_config_in_force, device=device, viewer=viewer.user_no))
    if row is None:
        detail = f"expected a terminal that has accepted settings, got {device}"
        raise TerminalConfigNotFoundError(detail, device=device)
    return json_answer(row)
