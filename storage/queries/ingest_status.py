"""How far ingest has got, as it says itself."""

from __future__ import annotations

from typing import Any

from psycopg import AsyncConnection

# An ingest of another name that stopped a day ago was renamed or taken out of service.
LAG = """
select max(oldest_uncommitted_s + extract(epoch from clock_timestamp() - seen_at))::double precision
from ingest_status where seen_at > clock_timestamp() - interval '1 day'
"""


async def read_ingest_lag_s(connection: AsyncConnection[Any]) -> float | None:
    """Return the age of what the slowest ingest may hold uncommitted, None where none has run for a day. [s]"""
    cursor = await connection.execute(LAG)
    row = await cursor.fetchone()
    return row[0] if row else None
