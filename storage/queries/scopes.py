"""How far the viewers of streams see and whether they are logged in, of all at once; asked every second."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection

from storage.queries.scope import Scope

SCOPES = """
    select user_no, role, scope.everything, scope.company_id, scope.district_ids
    from users cross join scope_of(user_no) as scope where user_no = any(%s)
"""

LOGINS = """
    select session_id::text from sessions
    where session_id = any(%(sessions)s) and ended_at is null and expires_at > now()
    union all
    select key_id from api_keys
    where key_id = any(%(keys)s) and revoked_at is null and coalesce(expires_at, 'infinity') > now()
"""


async def read_logins(
    connection: AsyncConnection[Any], sessions: Collection[UUID], keys: Collection[str]
) -> frozenset[str]:
    """Return those of some sessions and keys that are in force."""
    cursor = await connection.execute(LOGINS, {"sessions": list(sessions), "keys": list(keys)})
    return frozenset(row[0] for row in await cursor.fetchall())


async def read_scopes(connection: AsyncConnection[Any], viewers: Collection[int]) -> dict[int, tuple[str, Scope]]:
    """Return role and scope by user; one that is gone or disabled is not there."""
    cursor = await connection.execute(SCOPES, [list(viewers)])
    return {row[0]: (row[1], Scope(row[2], row[3], frozenset(row[4]))) for row in await cursor.fetchall()}
