"""Public keys that ever signed evidence, and which bundles were given out."""

from __future__ import annotations

from typing import Any

from psycopg import AsyncConnection
from psycopg.rows import DictRow, dict_row

KEYS = "select fingerprint, public_key, first_used_at from evidence_keys order by first_used_at, fingerprint"
ISSUED = """
    select count(*) as times, min(at) as first_at from evidence_issued where manifest_sha256 = %(manifest_sha256)s
"""


async def read_keys(connection: AsyncConnection[Any]) -> list[DictRow]:
    """Return every public key, the oldest first."""
    async with connection.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(KEYS)
        return await cursor.fetchall()


async def read_issues(connection: AsyncConnection[Any], manifest_sha256: str) -> DictRow | None:
    """Return how often a bundle of this content was given out, and when first."""
    async with connection.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(ISSUED, {"manifest_sha256": manifest_sha256})
        return await cursor.fetchone()
