"""How much the city has hauled since its midnight, and what was found: the counters of a wall screen."""

from __future__ import annotations

from typing import Any

from psycopg import AsyncConnection
from psycopg.rows import DictRow, dict_row

from storage.scope import EVENT_VISIBLE, seen

ZONE = "Asia/Shanghai"

TODAY = f"""
    with day as (
        select date_trunc('day', now() at time zone '{ZONE}') at time zone '{ZONE}' as start
    ), hauled as (
        select count(*) as trips, count(*) filter (where t.ending is not null) as ended,
            coalesce(sum(coalesce(t.weighed_kg, t.load_kg)), 0) as load_kg
        from trips t, day
        where t.start_time >= day.start and t.withdrawn_at is null
            and t.vehicle_no in (select v.vehicle_no from vehicles v where v.vehicle_id in {seen("vehicle")})
    ), found as (
        select count(*) as violations from events e, day
        where e.start_time >= day.start and e.withdrawn_at is null and e.severity >= 1 and {EVENT_VISIBLE}
    )
    select day.start, hauled.trips, hauled.ended, hauled.load_kg, found.violations from day, hauled, found
"""  # noqa: S608 - made of our own conditions


async def read_today(connection: AsyncConnection[Any], viewer: int) -> DictRow:
    """Return one row: when the day began, trips begun and ended, mass hauled [kg], violations found.

    Args:
        connection: Reads in UTC.
        viewer: Whose scope it is counted in.
    """
    async with connection.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(TODAY, {"viewer": viewer})
        row = await cursor.fetchone()
    if row is None:
        raise RuntimeError("expected one row of counters, got none")
    return row
