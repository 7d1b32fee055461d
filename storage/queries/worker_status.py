"""Whether a background process runs, as they say themselves."""

from __future__ import annotations

from typing import Any

from psycopg import AsyncConnection

SEEN = """
select extract(epoch from clock_timestamp() - max(seen_at))::double precision from worker_status
"""


async def read_worker_silence_s(connection: AsyncConnection[Any]) -> float | None:
    """Return how long no background process has been heard, None where none was for a day. [s]"""
    cursor = await connection.execute(SEEN)
    row = await cursor.fetchone()
    return row[0] if row else None
