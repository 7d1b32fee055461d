"""Public keys that ever signed evidence."""

from __future__ import annotations

from typing import Any

from psycopg import AsyncConnection
from psycopg.rows import DictRow, dict_row

KEYS = "select fingerprint, public_key, first_used_at from evidence_keys order by first_used_at, fingerprint"


async def read_keys(connection: AsyncConnection[Any]) -> list[DictRow]:
    """Return every public key, the oldest first."""
    async with connection.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(KEYS)
        return await cursor.fetchall()
