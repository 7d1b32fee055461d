"""Users as requests need them."""

from __future__ import annotations

from typing import Any

from psycopg import AsyncConnection
from psycopg.rows import DictRow, dict_row

USER = """
    select user_no, name, display_name, role, company_id, district_ids, disabled_at
    from users where user_no = %(user_no)s
"""


async def read_user(connection: AsyncConnection[Any], user_no: int) -> DictRow | None:
    """Return a user; None where there is none."""
    async with connection.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(USER, {"user_no": user_no})
        return await cursor.fetchone()
