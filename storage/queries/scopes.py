"""How far the viewers of streams see, all at once: asked again every second while streams are open."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from psycopg import AsyncConnection

from storage.queries.scope import Scope

SCOPES = """
    select user_no, role, scope.everything, scope.company_id, scope.district_ids
    from users cross join scope_of(user_no) as scope where user_no = any(%s)
"""


async def read_scopes(connection: AsyncConnection[Any], viewers: Collection[int]) -> dict[int, tuple[str, Scope]]:
    """Return role and scope by user; one that is gone or disabled is not there."""
    cursor = await connection.execute(SCOPES, [list(viewers)])
    return {row[0]: (row[1], Scope(row[2], row[3], frozenset(row[4]))) for row in await cursor.fetchall()}
