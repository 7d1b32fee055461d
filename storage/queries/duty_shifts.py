"""The duty roster as it is planned."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from psycopg import AsyncConnection
from psycopg.rows import DictRow, dict_row

SHIFTS = """
    select s.district_id, u.name as assignee, u.display_name as assignee_name, lower(s.valid) as start,
        upper(s.valid) as end, s.valid @> %(now)s::timestamptz as on_duty_now
    from scope_of(%(viewer)s) as scope cross join duty_shifts s join users u using (user_no)
    where (scope.everything or s.district_id = any(scope.district_ids))
        and (%(district_id)s::text is null or s.district_id = %(district_id)s)
        and s.valid && tstzrange(%(start)s, %(end)s)
    order by lower(s.valid), s.district_id, u.name
    limit %(limit)s
"""
# More people than these are chosen by typing a name.
CASE_WORKERS = """
    select u.name, u.display_name, u.role,
        exists (
            select from duty_shifts s where s.user_no = u.user_no and s.valid @> %(now)s::timestamptz
                and (%(district_id)s::text is null or s.district_id = %(district_id)s)
        ) as on_duty,
        (select count(*) from cases c where c.assignee_no = u.user_no and c.status = 'assigned') as assigned
    from users u
    where u.disabled_at is null and u.role = any(%(roles)s)
        and (u.role <> 'district' or %(district_id)s::text is null or %(district_id)s = any(u.district_ids))
    order by on_duty desc, assigned, u.name limit 500
"""
WORKERS = """
    select user_no, name from users
    where name = any(%(names)s) and disabled_at is null and role = any(%(roles)s)
        and (role <> 'district' or %(district_id)s = any(district_ids))
"""


async def read_shifts(
    connection: AsyncConnection[Any],
    viewer: int,
    *,
    district_id: str | None,
    start: datetime | None,
    end: datetime | None,
    now: datetime,
    limit: int,
) -> list[DictRow]:
    """Return shifts of districts that a viewer sees which touch a time range, the first to begin first."""
    parameters = {
        "viewer": viewer,
        "district_id": district_id,
        "start": start,
        "end": end,
        "now": now,
        "limit": limit,
    }
    async with connection.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(SHIFTS, parameters)
        return await cursor.fetchall()


async def read_workers(
    connection: AsyncConnection[Any], names: Sequence[str], district_id: str, roles: Sequence[str]
) -> dict[str, int]:
    """Return by login the numbers of those who may be sent to a district."""
    cursor = await connection.execute(WORKERS, {"names": list(names), "district_id": district_id, "roles": list(roles)})
    return {row[1]: row[0] for row in await cursor.fetchall()}


async def read_case_workers(
    connection: AsyncConnection[Any], district_id: str | None, roles: Sequence[str], now: datetime
) -> list[DictRow]:
    """Return who may be sent to a district, None being any, those on duty first, then those with the least to do."""
    async with connection.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(CASE_WORKERS, {"district_id": district_id, "roles": list(roles), "now": now})
        return await cursor.fetchall()
