"""Orders to terminals: what is taken and what is not. Nothing is, unless the city allows its kind.

An order that a terminal would refuse is not taken. Settings are one document: newer ones take the place of those that
were not answered yet. What becomes of an order is in `downlink` and `downlink_replies`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson
from psycopg import Connection

from firmware_contracts import command, config
from firmware_contracts.command import COMMANDS, Command
from firmware_contracts.config import Config
from storage.errors import InvalidCommand, KindNotAllowed, TooManyCommands, UnknownTerminal
from storage.times import utc

CONFIG_KIND = "config"
KINDS = (*COMMANDS, CONFIG_KIND)
CHANNEL = "muckline_downlink"  # NOTIFY
OPEN_MOST = 64  # of one terminal: it remembers at least that many ids until they expire
EXPIRES_MOST_MS = 90 * 86_400_000  # a season: what is older was meant for another driver
NAME_MOST = 100
REASON_MOST = 500


@dataclass(frozen=True, slots=True)
class Order:
    """What somebody wants a terminal to do.

    Attributes:
        command_id: Names it for ever, on every platform that the terminal will ever have.
        device: The terminal.
        kind: One of `KINDS`.
        body: Members of its kind.
        by: Who wants it.
        reason: Why; locking needs one.
        expires_ms: Not to be carried out after this, milliseconds since 1970-01-01 UTC.
    """

    command_id: str
    device: str
    kind: str
    by: str
    expires_ms: int
    body: Mapping[str, Any] = field(default_factory=dict)
    reason: str | None = None

    @property
    def channel(self) -> str:
        """Return the last part of its topic."""
        return "config" if self.kind == CONFIG_KIND else "command"


def new_command_id(kind: str, chance: str) -> str:
    """Return an id; chance, not a counter: terminals remember ids longer than a restored database does."""
    return f"{'g' if kind == CONFIG_KIND else 'c'}-{chance}"


def payload_of(command_id: str, kind: str, body: Mapping[str, Any], expires_ms: int) -> bytes:
    """Return what goes over the wire.

    Raises:
        ValueError: A terminal would refuse it.
    """
    if kind == CONFIG_KIND:
        return config.encode(Config(command_id, expires_ms, body))
    return command.encode(Command(command_id, expires_ms, kind, body))


def create(connection: Connection, order: Order, now_ms: int) -> int:
    """Take a command and return its number; whoever sends is notified.

    Args:
        connection: In autocommit; this is one transaction.
        order: What is wanted.
        now_ms: The wall clock. [ms since 1970-01-01 UTC]

    Raises:
        UnknownTerminal: No such terminal, or it is not in service.
        KindNotAllowed: The city does not allow this kind.
        InvalidCommand: It lacks something, or a terminal would refuse it.
        TooManyCommands: Too many of the terminal's have not ended.
    """
    check_order(order, now_ms)
    with connection.transaction():
        allowed = allowed_kinds(connection)
        if order.kind not in allowed:
            raise KindNotAllowed(order.kind, allowed)
        terminal_no = _terminal_in_service(connection, order.device)
        if order.channel == "config":
            connection.execute(
                REPLACE,
                {
                    "terminal_no": terminal_no,
                    "now": utc(now_ms),
                    "by": order.by,
                    "result": f"replaced by {order.command_id}",
                },
            )
        row = connection.execute(OPEN_COUNT, [terminal_no]).fetchone()
        if row is not None and row[0] >= OPEN_MOST:
            raise TooManyCommands(f"expected fewer than {OPEN_MOST} open commands of {order.device}, got {row[0]}")
        given = {
            "command_id": order.command_id,
            "terminal_no": terminal_no,
            "channel": order.channel,
            "kind": order.kind,
            "body": orjson.dumps(dict(order.body)).decode(),
            "by": order.by.strip(),
            "reason": order.reason,
            "now": utc(now_ms),
            "expires": utc(order.expires_ms),
        }
        created = connection.execute(CREATE, given).fetchone()
    if created is None:
        raise InvalidCommand(f"expected a new id, got {order.command_id!r}, which was given out before")
    return int(created[0])


def check_order(order: Order, now_ms: int) -> None:
    """Check what can be checked without the database.

    Raises:
        InvalidCommand: It lacks something, or a terminal would refuse it.
    """
    if order.kind not in KINDS:
        raise InvalidCommand(f"expected a kind of {', '.join(KINDS)}, got {order.kind!r}")
    if not 0 < len(order.by.strip()) <= NAME_MOST or "\0" in order.by:
        raise InvalidCommand(f"expected who sends it, in at most {NAME_MOST} characters, got {order.by!r:.120}")
    reason = order.reason or ""
    if len(reason) > REASON_MOST or "\0" in reason:
        detail = f"expected a reason of at most {REASON_MOST} characters, got {len(reason)}, {reason!r:.40}"
        raise InvalidCommand(detail + (" with NUL" if "\0" in reason else ""))
    locks = order.kind == "lock" and order.body.get("locked") is not False  # letting go needs no reason
    if locks and not reason.strip():
        raise InvalidCommand("expected a reason for a lock, got none")
    if not now_ms < order.expires_ms <= now_ms + EXPIRES_MOST_MS:
        after_s = (order.expires_ms - now_ms) / 1000
        most_s = EXPIRES_MOST_MS // 1000
        raise InvalidCommand(f"expected an expiry within {most_s} s from now, got {after_s:.0f} s from now")
    try:
        payload_of(order.command_id, order.kind, order.body, order.expires_ms)
    except (ValueError, TypeError, OverflowError) as error:
        raise InvalidCommand(str(error)) from error


def allowed_kinds(connection: Connection) -> list[str]:
    """Return the kinds of commands that the city allows."""
    row = connection.execute(ALLOWED).fetchone()
    return list(row[0]) if row else []


def _terminal_in_service(connection: Connection, device: str) -> int:
    """Return the terminal's number; its row is locked, so that commands of one terminal are taken one by one."""
    row = connection.execute(TERMINAL, [device]).fetchone() if "\0" not in device else None
    if row is None:
        raise UnknownTerminal(f"expected a registered terminal, got {device!r:.80}")
    terminal_no, status, region = row
    if status != "active":
        raise UnknownTerminal(f"expected an active terminal, got {device}, which is {status}")
    if region is None:
        raise UnknownTerminal(f"expected a terminal with a region, as its topic names one, got {device} without")
    return int(terminal_no)


ALLOWED = """
select coalesce(array_agg(kind #>> '{}'), '{}')
from city, jsonb_path_query(city.value, 'lax $.allowed[*]') as kind where member = 'downlink'
"""

TERMINAL = """
select terminal_no, status, region from terminals where terminal_id = %s and retired_at is null for no key update
"""

OPEN_COUNT = "select count(*) from device_commands where terminal_no = %s and status in ('pending', 'delivered')"

CREATE = f"""
with created as (
    insert into device_commands (
        command_id, terminal_no, channel, kind, body, created_by, reason, created_at, expires_at, due_at
    )
    values (
        %(command_id)s, %(terminal_no)s, %(channel)s, %(kind)s, %(body)s, %(by)s, %(reason)s, %(now)s, %(expires)s,
        %(now)s
    )
    on conflict (command_id) do nothing
    returning command_no
), audited as (
    insert into device_command_audit (command_no, at, who, what, to_status, detail)
    select command_no, %(now)s, %(by)s, 'created', 'pending', coalesce(%(reason)s, '') from created
)
select command_no, pg_notify('{CHANNEL}', command_no::text) from created
"""  # noqa: S608 - our own name

REPLACE = """
with chosen as (
    select command_no, status from device_commands
    where terminal_no = %(terminal_no)s and channel = 'config' and status in ('pending', 'delivered')
    order by command_no for update
), ended as (
    update device_commands set status = 'expired', ended_at = %(now)s, due_at = null, result = %(result)s
    from chosen where device_commands.command_no = chosen.command_no
)
insert into device_command_audit (command_no, at, who, what, from_status, to_status, detail)
select command_no, %(now)s, %(by)s, 'replaced', status, 'expired', %(result)s from chosen order by command_no
"""
