"""Limits in force and trials of others, as people read them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.rows import DictRow, dict_row

TRIALS = """
    select trial_id, asked_by, asked_at, from_time, to_time, kinds, status, started_at, ended_at, limits, result, error
    from rule_trials
    where %(trial_id)s::uuid is null or trial_id = %(trial_id)s
    order by asked_at desc, trial_id desc
    limit %(limit)s
"""


async def read_limits_in_force(connection: AsyncConnection[Any]) -> dict[str, Any]:
    """Return the document of limits."""
    cursor = await connection.execute("select scope, document from limits order by scope")
    return dict(await cursor.fetchall())


async def read_trials(
    connection: AsyncConnection[Any], *, trial_id: UUID | None = None, limit: int = 20
) -> list[DictRow]:
    """Return trials, newest first."""
    async with connection.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(TRIALS, {"trial_id": trial_id, "limit": limit})
        return await cursor.fetchall()
