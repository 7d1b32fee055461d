"""Steps of permits, and what trips used up of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from psycopg import AsyncConnection, Connection
from psycopg.rows import DictRow, dict_row

from storage.registers.authorship import Author

NOTE_STEP = """
    insert into permit_steps (permit_id, at, by_user, by_name, step, from_status, to_status, comment)
    values (%(permit_id)s, coalesce(%(at)s, clock_timestamp()), %(by_user)s, %(by_name)s, %(step)s, %(from)s, %(to)s,
        %(comment)s)
"""


def note_new_permits(connection: Connection, new: Mapping[str, str], author: Author) -> None:
    """Write down that permits were applied for, and that those which came approved were."""
    for permit_id, status in new.items():
        note_step(connection, permit_id, "apply", (None, "applied"), author)
        if status == "approved":
            note_step(connection, permit_id, "approve", ("applied", "approved"), author)


def note_step(  # noqa: PLR0917 - in the order of a sentence: which permit took which step by whom when
    connection: Connection,
    permit_id: str,
    step: str,
    change: tuple[str | None, str],
    author: Author,
    at: datetime | None = None,
) -> None:
    """Write down a step: from which status to which, by whom and why; now, unless it is told of later."""
    values: dict[str, Any] = {"permit_id": permit_id, "by_user": author.user_no, "by_name": author.who, "step": step}
    values |= {"from": change[0], "to": change[1], "comment": author.reason, "at": at}
    connection.execute(NOTE_STEP, values)


def set_status(connection: Connection, permit_id: str, status: str) -> None:
    """Make a permit what a step says; the caller has looked what it was."""
    connection.execute("update permits set status = %s where permit_id = %s", [status, permit_id])


# A number that a world folder brought may be a text: it then counts as unknown.
USED = """
    select permit_id, count(*)::integer as trips, sum(load_kg) as load_kg,
        (count(*) filter (where load_kg is null))::integer as unmeasured,
        sum(capacity_kg) filter (where load_kg is null) as rated_kg,
        sum(case jsonb_typeof(more -> 'body_m3') when 'number' then (more ->> 'body_m3')::float8 end)
            filter (where load_kg is null) as body_m3
    from trips join vehicles using (vehicle_no)
    where permit_id = any(%(ids)s) and withdrawn_at is null
    group by permit_id
"""
STEPS = """
    select step_no, at, by_name, step, from_status, to_status, comment
    from permit_steps where permit_id = %(id)s order by step_no
"""


async def read_use(connection: AsyncConnection[Any], ids: Collection[str]) -> dict[str, DictRow]:
    """Return what trips used up of each permit: trips, and masses of those measured and of the others' trucks. [kg]"""
    async with connection.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(USED, {"ids": list(ids)})
        return {row["permit_id"]: row for row in await cursor.fetchall()}


async def read_steps(connection: AsyncConnection[Any], permit_id: str) -> list[DictRow]:
    """Return the steps of a permit, the first one first."""
    async with connection.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(STEPS, {"id": permit_id})
        return await cursor.fetchall()
