"""How much the city has hauled since its midnight, and what was found: the counters of a wall screen.

Counted as the statistics of the day are (`storage.queries.statistics_sql`): a trip is its company's and its site's
district's.
"""

from __future__ import annotations

from typing import Any

from psycopg import AsyncConnection
from psycopg.rows import DictRow, dict_row

from storage.scope import EVENT_VISIBLE, in_scope

TODAY = f"""
    with clock as (
        select interval '1 h' * coalesce(
            (select value::text::float8 from city where member = 'utc_offset_h'), 8
        ) as ahead
    ), day as (
        select (date_trunc('day', now() at time zone 'UTC' + ahead) - ahead) at time zone 'UTC' as start from clock
    ), hauled as (
        select count(*) as trips, count(*) filter (where t.ending is not null) as ended,
            coalesce(sum(coalesce(t.weighed_kg, t.load_kg)), 0) as load_kg
        from day cross join trips t join vehicles v using (vehicle_no)
        left join lateral (
            select min(district_id) as district_id from place_districts
            where place_kind = 'site' and place_id = t.site_id
        ) as part on true
        where t.start_time >= day.start and t.withdrawn_at is null and {in_scope("v.company_id", "part.district_id")}
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
