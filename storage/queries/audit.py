"""The audit log, newest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg import AsyncConnection
from psycopg.rows import DictRow, dict_row

PAGE = """
    select audit_no, at, user_name as "user", role, action, object_kind, object_id, allowed, detail,
        encode(hash, 'hex') as hash
    from audit_log
    where (%(user)s::text is null or user_name = %(user)s) and (%(action)s::text is null or action = %(action)s)
        and (%(object_kind)s::text is null or object_kind = %(object_kind)s)
        and (%(object_id)s::text is null or object_id = %(object_id)s)
        and (%(allowed)s::boolean is null or allowed = %(allowed)s)
        and (%(start)s::timestamptz is null or at >= %(start)s)
        and (%(end)s::timestamptz is null or at < %(end)s)
        and (%(before)s::bigint is null or audit_no < %(before)s)
    order by audit_no desc
    limit %(limit)s
"""


@dataclass(frozen=True, slots=True)
class AuditChoice:
    """Which entries; None chooses all."""

    user: str | None = None
    action: str | None = None
    object_kind: str | None = None
    object_id: str | None = None
    allowed: bool | None = None
    start: datetime | None = None
    end: datetime | None = None


async def read_audit(
    connection: AsyncConnection[Any], choice: AuditChoice, *, before: int | None, limit: int
) -> list[DictRow]:
    """Return the chosen entries, newest first.

    Args:
        connection: Reads in UTC.
        choice: Which entries.
        before: `audit_no` of the last one of the page before.
        limit: Most rows.
    """
    parameters = {name: getattr(choice, name) for name in AuditChoice.__slots__} | {"before": before, "limit": limit}
    async with connection.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(PAGE, parameters)
        return await cursor.fetchall()
