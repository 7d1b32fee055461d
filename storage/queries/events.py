"""Events: chosen ones newest first, one by its name, and what changed since a reader looked last."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.rows import DictRow, dict_row

CHANNEL = "muckline_events"

_EVENTS = """
    select e.event_id, e.event_no, e.change_no, v.vehicle_id, v.plate, e.kind, e.start_time, e.epoch, e.seq,
        e.confirmed_at, e.end_time, e.lat_deg, e.lon_deg, e.severity, e.opening, e.closing, e.world_version, e.found_at,
        e.back_dated, e.withdrawn_at
    from events e join vehicles v using (vehicle_no)
"""

CHOSEN = f"""{_EVENTS}
    where (%(vehicle_id)s::text is null or v.vehicle_id = %(vehicle_id)s)
        and (%(kinds)s::text[] is null or e.kind = any(%(kinds)s))
        and e.severity >= %(min_severity)s
        and (%(start)s::timestamptz is null or coalesce(e.end_time, 'infinity') >= %(start)s)
        and (%(end)s::timestamptz is null or e.start_time < %(end)s)
        and (%(withdrawn)s or e.withdrawn_at is null)
        and (%(before_time)s::timestamptz is null
            or (e.start_time, e.event_id) < (%(before_time)s, %(before_id)s::uuid))
    order by e.start_time desc, e.event_id desc
    limit %(limit)s
"""

ONE = f"{_EVENTS} where e.event_id = %(event_id)s"

CHANGES = f"{_EVENTS} where e.change_no > %(after)s order by e.change_no limit %(limit)s"

NEWEST_CHANGE = "select coalesce(max(change_no), 0) from events"


async def read_events(
    connection: AsyncConnection[Any],
    *,
    vehicle_id: str | None = None,
    kinds: Sequence[str] | None = None,
    min_severity: int = 0,
    start: datetime | None = None,
    end: datetime | None = None,
    withdrawn: bool = False,
    before: tuple[datetime, UUID] | None = None,
    limit: int = 100,
) -> list[DictRow]:
    """Return events that go on at some instant from `start` to before `end`, those that started last first.

    Args:
        connection: Reads in UTC.
        vehicle_id: Only of this truck.
        kinds: Only of these kinds.
        min_severity: Only from this severity on.
        start: None for an open beginning.
        end: None for an open end.
        withdrawn: Also those that late records made untrue.
        before: Key (start_time, event_id) of the last event of the page before.
        limit: Most rows.
    """
    before_time, before_id = before or (None, None)
    parameters = {
        "vehicle_id": vehicle_id,
        "kinds": None if kinds is None else list(kinds),
        "min_severity": min_severity,
        "start": start,
        "end": end,
        "withdrawn": withdrawn,
        "before_time": before_time,
        "before_id": before_id,
        "limit": limit,
    }
    return await _rows(connection, CHOSEN, parameters)


async def read_event(connection: AsyncConnection[Any], event_id: UUID) -> DictRow | None:
    """Return one event, None where there is none of this name."""
    rows = await _rows(connection, ONE, {"event_id": event_id})
    return rows[0] if rows else None


async def read_changes(connection: AsyncConnection[Any], after: int, limit: int) -> list[DictRow]:
    """Return events new or changed after a change number, in the order of their newest change.

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
