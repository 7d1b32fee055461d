"""How far ingest has got, told from what is stored."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from psycopg import AsyncConnection

NEWEST = "select max(received_at) from latest"


async def newest_received_at(connection: AsyncConnection[Any]) -> datetime | None:
    """Return when the newest fix that is some truck's latest arrived, None before the first."""
    cursor = await connection.execute(NEWEST)
    row = await cursor.fetchone()
    return row[0] if row else None
