"""The city's clock, to an async connection."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from psycopg import AsyncConnection

from storage.city_member import DEFAULT_UTC_OFFSET_H

OFFSET = "select value::text::float8 from city where member = 'utc_offset_h'"


async def utc_offset(connection: AsyncConnection[Any]) -> timedelta:
    """Return how far the city's clock is before UTC."""
    row = await (await connection.execute(OFFSET)).fetchone()
    return timedelta(hours=DEFAULT_UTC_OFFSET_H if row is None else float(row[0]))


async def city_now(connection: AsyncConnection[Any]) -> datetime:
    """Return the present instant in the city's zone: its date and its year are those on the wall."""
    return datetime.now(UTC).astimezone(timezone(await utc_offset(connection)))
