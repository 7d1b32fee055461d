"""`muckline command`: what terminals are told, by whom and why, and what became of it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from muckline.settings import Settings

if TYPE_CHECKING:
    from psycopg import AsyncConnection

command = typer.Typer(no_args_is_help=True, help="Commands and settings to terminals: send, list, show.")

Result = TypeVar("Result")
Ordered = tuple[str, dict[str, Any]]  # kind and body

UNIT_S = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
CONFIG_FILE_MOST = 1_000_000  # bytes read; the contract allows far less and says so
MPS_PER_KMH = 1 / 3.6


class Action(StrEnum):
    """What can be sent."""

    TEXT = "text"
    LOCK = "lock"
    UNLOCK = "unlock"
    SPEED_LIMIT = "speed-limit"
    LOCATE = "locate"
    CONFIG = "config"


class Status(StrEnum):
    """What can have become of it."""

    PENDING = "pending"
    DELIVERED = "delivered"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    EXPIRED = "expired"


@command.command("send")
def send(
    context: typer.Context,
    device: Annotated[str, typer.Argument(help="The terminal.")],
    action: Annotated[Action, typer.Argument(help="What to send.")],
    argument: Annotated[
        str | None,
        typer.Argument(help="The text; lift or engine; km/h or off; a JSON file of settings."),
    ] = None,
    *,
    by: Annotated[str, typer.Option(help="Who wants it; kept with the command.")],
    reason: Annotated[str | None, typer.Option(help="Why; a lock needs one.")] = None,
    expires: Annotated[
        str | None, typer.Option(help="Not to be carried out after this, such as 90s, 10m, 2h, 1d; 10m, settings 1d.")
    ] = None,
    speak: Annotated[bool, typer.Option("--speak", help="Read the text aloud in the cab as well.")] = False,
) -> None:
    """Send a command or settings to a terminal, again and again until it is answered or expires."""
    import secrets
    import time

    from muckline.commands.db import connected
    from storage.downlink_orders import Order, create, new_command_id
    from storage.errors import CommandRefused

    settings: Settings = context.obj
    kind, body = ORDERED[action](argument)
    if speak and action is not Action.TEXT:
        raise typer.BadParameter(f"expected --speak with a text, got {action}")
    if speak:
        body = body | {"speak": True}
    now_ms = time.time_ns() // 1_000_000
    after_s = parse_duration_s(expires or ("1d" if action is Action.CONFIG else "10m"))
    command_id = new_command_id(kind, secrets.token_hex(8))
    order = Order(command_id, device, kind, by, now_ms + 1000 * after_s, body, reason)
    try:
        with connected(settings) as connection:
            create(connection, order, now_ms)
    except CommandRefused as error:
        typer.echo(f"Not sent: {error}", err=True)
        raise typer.Exit(1) from error
    typer.echo(f"{command_id} is pending; see `muckline command show {command_id}`.")


@command.command("list")
def list_(
    context: typer.Context,
    *,
    device: Annotated[str | None, typer.Option(help="Only to this terminal.")] = None,
    status: Annotated[Status | None, typer.Option(help="Only what became of it.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many, newest first.")] = 20,
    json_: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """List commands and settings, newest first."""
    from storage.queries.device_commands import read_commands

    chosen = None if status is None else status.value
    rows = _read(
        context.obj,
        lambda connection: read_commands(
            connection, viewer=None, device=device, status=chosen, kind=None, before=None, limit=limit
        ),
    )
    for row in rows:
        typer.echo(_json(row) if json_ else _line(row))
    if not rows and not json_:
        typer.echo("No commands.", err=True)


@command.command("show")
def show(
    context: typer.Context,
    command_id: Annotated[str, typer.Argument(help="The command, as `send` and `list` name it.")],
    *,
    json_: Annotated[bool, typer.Option("--json", help="As one JSON object.")] = False,
) -> None:
    """Show one command and who did what with it when."""
    from storage.queries.device_commands import read_command

    row = _read(context.obj, lambda connection: read_command(connection, command_id, viewer=None))
    if row is None:
        typer.echo(f"Expected a command that was sent, got {command_id}.", err=True)
        raise typer.Exit(1)
    if json_:
        typer.echo(_json(row))
        return
    typer.echo(_line(row))
    typer.echo(f"  {_json(row['body'])}, until {_time(row['expires_at'])}, sent {row['sends']} times")
    for step in row["audit"]:
        detail = f" ({step['detail']})" if step["detail"] else ""
        typer.echo(f"  {_time(step['at'])}  {step['what']:8}  {step['to_status']:9}  {step['who']}{detail}")


def parse_duration_s(text: str) -> int:
    """Return seconds of a duration such as 90s, 10m, 2h, 1d.

    Raises:
        typer.BadParameter: It is none.
    """
    match = re.fullmatch(r"([0-9]{1,6})([smhd])", text)
    if match is None or int(match[1]) == 0:
        raise typer.BadParameter(f"expected a duration such as 90s, 10m, 2h or 1d, got {text!r}")
    return int(match[1]) * UNIT_S[match[2]]


def _text(argument: str | None) -> Ordered:
    return "text", {"text": _needed(argument, "a text")}


def _lock(argument: str | None) -> Ordered:
    return "lock", {"target": _needed(argument, "lift or engine"), "locked": True}


def _unlock(argument: str | None) -> Ordered:
    return "lock", {"target": _needed(argument, "lift or engine"), "locked": False}


def _speed_limit(argument: str | None) -> Ordered:
    given = _needed(argument, "a speed in km/h, or off")
    if given == "off":
        return "speed_limit", {}
    if not re.fullmatch(r"[0-9]{1,3}(\.[0-9]+)?", given):
        raise typer.BadParameter(f"expected a speed in km/h, or off, got {given!r}")
    return "speed_limit", {"limit_mps": round(float(given) * MPS_PER_KMH, 3)}


def _locate(argument: str | None) -> Ordered:
    if argument is not None:
        raise typer.BadParameter(f"expected nothing after locate, got {argument!r}")
    return "locate", {}


def _config(argument: str | None) -> Ordered:
    import json

    file = Path(_needed(argument, "a JSON file of settings"))
    try:
        if file.stat().st_size > CONFIG_FILE_MOST:
            raise typer.BadParameter(f"expected at most {CONFIG_FILE_MOST} bytes, got {file.stat().st_size} in {file}")
        members = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise typer.BadParameter(f"expected a readable file, got {file}: {error.strerror}") from error
    except ValueError as error:
        raise typer.BadParameter(f"expected JSON in {file}: {error}") from error
    if not isinstance(members, dict):
        raise typer.BadParameter(f"expected an object in {file}, got {type(members).__name__}")
    return "config", members


ORDERED: dict[Action, Callable[[str | None], Ordered]] = {
    Action.TEXT: _text,
    Action.LOCK: _lock,
    Action.UNLOCK: _unlock,
    Action.SPEED_LIMIT: _speed_limit,
    Action.LOCATE: _locate,
    Action.CONFIG: _config,
}


def _needed(argument: str | None, what: str) -> str:
    if argument is None:
        raise typer.BadParameter(f"expected {what}, got nothing")
    return argument


def _read(settings: Settings, query: Callable[[AsyncConnection[Any]], Awaitable[Result]]) -> Result:
    from muckline.commands.db import database_address, told_plainly
    from storage.connect import connect_reader
    from storage.migrate import check_current

    async def read() -> Result:
        async with await connect_reader(url, application_name="muckline-cli", password=password) as connection:
            return await query(connection)

    with told_plainly():
        url, password = database_address(settings)
        check_current(url, password)
        return asyncio.run(read())


def _line(row: dict[str, Any]) -> str:
    why = f" ({row['reason']})" if row["reason"] else ""
    result = f": {row['result']}" if row["result"] else ""
    head = f"{row['id']}  {_time(row['created_at'])}  {row['device']}  {row['kind']}"
    return f"{head}  {row['status']}{result}  by {row['by']}{why}"


def _time(instant: Any) -> str:
    return str(instant.isoformat(timespec="seconds")).replace("+00:00", "Z")


def _json(content: Any) -> str:
    import orjson

    return orjson.dumps(content, option=orjson.OPT_UTC_Z).decode()
