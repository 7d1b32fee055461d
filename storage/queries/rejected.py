"""Records that were refused, and how many for which reason."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from psycopg import AsyncConnection
from psycopg.rows import DictRow, dict_row

# One row stands for all repetitions of the same bytes; `count` says how many came.
_CHOSEN = """
    (%(device)s::text is null or device = %(device)s)
    and (%(reason)s::text is null or reason = %(reason)s)
    and (%(start)s::timestamptz is null or last_received_at >= %(start)s)
    and (%(end)s::timestamptz is null or last_received_at < %(end)s)
"""
# Payloads may be large; a list shows their beginning.
REJECTED = f"""
    select rejected_no, device, reason, detail, topic, epoch, seq, sha256, substring(payload for 256) as payload_start,
        octet_length(payload) as payload_bytes, received_at, last_received_at, count
    from rejected
    where {_CHOSEN} and (%(before)s::bigint is null or rejected_no < %(before)s)
    order by rejected_no desc
    limit %(limit)s
"""  # noqa: S608 - put together from constants of this module
COUNTS = f"""
    select reason, device, sum(count)::bigint as records, count(*) as different,
        max(last_received_at) as last_received_at
    from rejected
    where {_CHOSEN}
    group by reason, device
    order by records desc, reason, device
    limit %(limit)s
"""  # noqa: S608 - likewise


async def read_rejected(
    connection: AsyncConnection[Any],
    device: str | None,
    reason: str | None,
    start: datetime | None,
    end: datetime | None,
    *,
    before: int | None,
    limit: int,
) -> list[DictRow]:
    """Return refused records that last came from `start` to before `end`, the newest kind first.

    Args:
        connection: Reads in UTC.
        device: Only of this device.
        reason: Only for this reason.
        start: None for an open beginning.
        end: None for an open end.
        before: `rejected_no` of the last row of the page before.
        limit: Most rows.
    """
    parameters = {"device": device, "reason": reason, "start": start, "end": end, "before": before, "limit": limit}
    return await _rows(connection, REJECTED, parameters)


async def count_rejected(
    connection: AsyncConnection[Any],
    device: str | None,
    reason: str | None,
    start: datetime | None,
    end: datetime | None,
    *,
    limit: int,
) -> list[DictRow]:
    """Return how many refused records came, by reason and device, the most first."""
    parameters = {"device": device, "reason": reason, "start": start, "end": end, "limit": limit}
    return await _rows(connection, COUNTS, parameters)


async def _rows(connection: AsyncConnection[Any], query: str, parameters: dict[str, Any]) -> list[DictRow]:
    async with connection.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(query, parameters)
        return await cursor.fetchall()
