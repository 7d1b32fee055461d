"""The log of deliveries: what went to whose channel, and how each attempt went."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.rows import DictRow, dict_row

_DELIVERIES = """
    select d.delivery_no, d.delivery_id, d.channel_id, c.name as channel_name, c.kind as channel_kind,
        u.name as owner, d.about, d.object_id, d.title, d.status, d.attempts, d.created_at,
        case d.status when 'waiting' then d.next_at end as next_at, d.ended_at, d.resent_from,
        (select to_jsonb(a) - 'delivery_no' from delivery_attempts a
         where a.delivery_no = d.delivery_no order by attempt_no desc limit 1) as last_attempt
    from deliveries d join channels c using (channel_id) join users u on u.user_no = c.owner_no
    where (%(everybody)s or c.owner_no = %(viewer)s)
"""
PAGE = f"""{_DELIVERIES}
    and (%(status)s::text is null or d.status = %(status)s)
    and (%(channel_id)s::uuid is null or d.channel_id = %(channel_id)s)
    and (%(before)s::bigint is null or d.delivery_no < %(before)s)
    order by d.delivery_no desc limit %(limit)s
"""
ONE = f"{_DELIVERIES} and d.delivery_id = %(delivery_id)s"
ATTEMPTS = """
    select attempt_no, at, took_ms, outcome, http_status, detail from delivery_attempts
    where delivery_no = %(delivery_no)s order by attempt_no
"""
BODY = """
    select d.channel_id, d.about, d.object_id, d.title, d.body
    from deliveries d join channels c using (channel_id)
    where d.delivery_id = %(delivery_id)s and c.owner_no = %(owner)s
"""


async def read_deliveries(
    connection: AsyncConnection[Any],
    viewer: int,
    *,
    everybody: bool,
    status: str | None,
    channel_id: UUID | None,
    before: int | None,
    limit: int,
) -> list[DictRow]:
    """Return deliveries, newest first.

    Args:
        connection: Reads in UTC.
        viewer: Who asks.
        everybody: Also those of others' channels.
        status: Only of this status.
        channel_id: Only of this channel.
        before: Number of the last delivery of the page before.
        limit: Most rows.
    """
    parameters = {
        "viewer": viewer,
        "everybody": everybody,
        "status": status,
        "channel_id": channel_id,
        "before": before,
        "limit": limit,
    }
    async with connection.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(PAGE, parameters)
        return await cursor.fetchall()


async def read_delivery(
    connection: AsyncConnection[Any], viewer: int, delivery_id: UUID, *, everybody: bool
) -> DictRow | None:
    """Return a delivery with every attempt, None where the viewer has none of this id."""
    parameters = {"viewer": viewer, "everybody": everybody, "delivery_id": delivery_id}
    async with connection.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(ONE, parameters)
        row = await cursor.fetchone()
        if row is not None:
            await cursor.execute(ATTEMPTS, {"delivery_no": row["delivery_no"]})
            row["attempts_made"] = await cursor.fetchall()
    return row


async def read_body(connection: AsyncConnection[Any], owner: int, delivery_id: UUID) -> DictRow | None:
    """Return what a delivery of somebody's own channel says, to be sent again."""
    async with connection.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(BODY, {"owner": owner, "delivery_id": delivery_id})
        return await cursor.fetchone()
