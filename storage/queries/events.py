"""Events: one by its name, and what changed since a reader looked last. A page of chosen ones: `event_page`."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.rows import DictRow, dict_row

from storage.scope import EVENT_VISIBLE

CHANNEL = "muckline_events"

EVENTS = """
    select e.event_id, e.event_no, e.change_no, e.subject_kind, coalesce(e.subject_id, v.vehicle_id) as subject_id,
        v.vehicle_id, v.plate, v.company_id, e.district_id, e.kind, e.start_time, e.epoch, e.seq,
        e.confirmed_at, e.end_time, e.lat_deg, e.lon_deg, e.severity, e.opening, e.closing, e.world_version, e.found_at,
        e.back_dated, e.withdrawn_at
    from events e left join vehicles v using (vehicle_no)
"""

ONE = f"{EVENTS} where e.event_id = %(event_id)s and {EVENT_VISIBLE}"

CHANGES = f"{EVENTS} where e.change_no > %(after)s order by e.change_no limit %(limit)s"

NEWEST_CHANGE = "select coalesce(max(change_no), 0) from events"


async def read_event(connection: AsyncConnection[Any], event_id: UUID, *, viewer: int) -> DictRow | None:
    """Return one event, None where there is none of this name or the viewer does not see it."""
    rows = await _rows(connection, ONE, {"event_id": event_id, "viewer": viewer})
    return rows[0] if rows else None


async def read_changes(connection: AsyncConnection[Any], after: int, limit: int) -> list[DictRow]:
    """Return events new or changed after a change number, in the order of their newest change, whoever may see them.

    A change that was read is never followed by one with a smaller number: numbers are given in the order of commits.
    """
    return await _rows(connection, CHANGES, {"after": after, "limit": limit})


async def newest_change_no(connection: AsyncConnection[Any]) -> int:
    """Return the number of the newest change, 0 before the first."""
    cursor = await connection.execute(NEWEST_CHANGE)
    row = await cursor.fetchone()
    return int(row[0]) if row else 0


async def listen(connection: AsyncConnection[Any]) -> None:
    """Let `connection.notifies()` tell of each commit that changed events."""
    await connection.execute(f"listen {CHANNEL}")


async def _rows(connection: AsyncConnection[Any], query: str, parameters: dict[str, Any]) -> list[DictRow]:
    async with connection.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(query, parameters)
        return await cursor.fetchall()
