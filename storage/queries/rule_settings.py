"""Limits in force and trials of others, as people read them."""

from __future__ import annotations

from typing import Any, LiteralString
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.rows import DictRow, dict_row

from storage.scope import seen

# A city changes limits a few times a year; a value that is older than so many changes is told without its author.
CHANGES_READ = 300
CHANGES = """
    select scope, after, who, at, reason from (
        select history_no, id as scope, coalesce(after, '{}') as after, who, at, reason
        from register_history where kind = 'limits' order by history_no desc limit %(limit)s
    ) as newest order by history_no
"""
PERMITS_READ = 500  # with limits of their own: a city has a handful
OF_PERMITS = f"""
    select p.permit_id, p.document -> 'limits' as limits, set_by.who, set_by.at, set_by.reason
    from permits p left join lateral (
        select who, at, reason from register_history h
        where h.kind = 'permits' and h.id = p.permit_id and h.after is not null
            and h.before -> 'limits' is distinct from h.after -> 'limits'
        order by history_no desc limit 1
    ) as set_by on true
    where p.status = 'approved' and coalesce(upper(p.valid) > now(), true)
        and jsonb_typeof(p.document -> 'limits') = 'object'
        and p.document -> 'limits' <> '{{}}' and p.permit_id in {seen("permit")}
    order by p.permit_id limit %(limit)s
"""  # noqa: S608 - our names
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


async def read_limit_changes(connection: AsyncConnection[Any]) -> list[DictRow]:
    """Return the newest changes of the document of limits, the oldest of them first."""
    return await _rows(connection, CHANGES, {"limit": CHANGES_READ})


async def read_permit_limits(connection: AsyncConnection[Any], viewer: int) -> list[DictRow]:
    """Return permits in force, as far as a viewer sees them, that set limits of their own, each with who set them."""
    return await _rows(connection, OF_PERMITS, {"viewer": viewer, "limit": PERMITS_READ})


async def read_trials(
    connection: AsyncConnection[Any], *, trial_id: UUID | None = None, limit: int = 20
) -> list[DictRow]:
    """Return trials, newest first."""
    return await _rows(connection, TRIALS, {"trial_id": trial_id, "limit": limit})


async def _rows(connection: AsyncConnection[Any], query: LiteralString, parameters: dict[str, Any]) -> list[DictRow]:
    async with connection.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(query, parameters)
        return await cursor.fetchall()
