"""Commands and settings sent to terminals, newest first, each with its audit, and answers that name none."""

from __future__ import annotations

from typing import Any

from psycopg import AsyncConnection
from psycopg.rows import DictRow, dict_row

from storage.scope import seen

# Nobody: the operator at the machine itself, whom no user stands for.
SEEN = f"(%(viewer)s::integer is null or terminal_id in {seen('terminal')})"
_COLUMNS = """
    command_no, command_id as id, terminal_id as device, c.channel, c.kind, c.body, c.created_by as "by", c.reason,
    c.created_at, c.expires_at, c.status, c.sends, c.last_sent_at, c.delivered_at, c.ended_at, c.result
"""
PAGE = f"""
    select {_COLUMNS} from device_commands as c join terminals using (terminal_no)
    where
        {SEEN}
        and (%(device)s::text is null or terminal_id = %(device)s)
        and (%(status)s::text is null or c.status = %(status)s)
        and (%(kind)s::text is null or c.kind = %(kind)s)
        and (%(before)s::bigint is null or command_no < %(before)s)
    order by command_no desc
    limit %(limit)s
"""  # noqa: S608 - put together from constants of this module
ONE = f"""
    select {_COLUMNS} from device_commands as c join terminals using (terminal_no)
    where command_id = %(command_id)s and {SEEN}
"""  # noqa: S608 - likewise
AUDIT = """
    select at, who, what, from_status, to_status, detail from device_command_audit where command_no = %s
    order by audit_no
"""
IN_FORCE = f"""
    select {_COLUMNS} from device_commands as c join terminals using (terminal_no)
    where terminal_id = %(device)s and {SEEN} and c.channel = 'config' and c.status = 'accepted'
    order by command_no desc limit 1
"""  # noqa: S608 - likewise
STRAYS = f"""
    select stray_no, terminal_id as device, command_id as id, s.status, result, received_at, last_received_at
    from device_stray_replies as s join terminals using (terminal_no)
    where {SEEN} and (%(device)s::text is null or terminal_id = %(device)s)
        and (%(before)s::bigint is null or stray_no < %(before)s)
    order by stray_no desc
    limit %(limit)s
"""  # noqa: S608 - likewise


async def read_commands(
    connection: AsyncConnection[Any],
    *,
    viewer: int | None,
    device: str | None,
    status: str | None,
    kind: str | None,
    before: int | None,
    limit: int,
) -> list[DictRow]:
    """Return commands and settings, newest first.

    Args:
        connection: Reads in UTC.
        viewer: Who asks; None for the operator at the machine itself.
        device: Only to this terminal.
        status: Only of this status.
        kind: Only of this kind.
        before: `command_no` of the last one of the page before.
        limit: Most rows.
    """
    parameters = {"viewer": viewer, "device": device, "status": status, "kind": kind}
    parameters |= {"before": before, "limit": limit}
    return await _rows(connection, PAGE, parameters)


async def read_command(connection: AsyncConnection[Any], command_id: str, *, viewer: int | None) -> DictRow | None:
    """Return one command with its audit, None where there is none."""
    rows = await _rows(connection, ONE, {"command_id": command_id, "viewer": viewer})
    return rows[0] | {"audit": await _rows(connection, AUDIT, [rows[0]["command_no"]])} if rows else None


async def read_config_in_force(connection: AsyncConnection[Any], device: str, *, viewer: int | None) -> DictRow | None:
    """Return the settings that a terminal accepted last, None where it never did."""
    rows = await _rows(connection, IN_FORCE, {"device": device, "viewer": viewer})
    return rows[0] if rows else None


async def read_stray_replies(
    connection: AsyncConnection[Any], *, viewer: int | None, device: str | None, before: int | None, limit: int
) -> list[DictRow]:
    """Return answers that name no command of their terminal, the newest kind first."""
    return await _rows(connection, STRAYS, {"viewer": viewer, "device": device, "before": before, "limit": limit})


async def _rows(connection: AsyncConnection[Any], query: str, parameters: Any) -> list[DictRow]:
    async with connection.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(query, parameters)
        return await cursor.fetchall()
