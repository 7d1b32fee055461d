"""Trips of one truck, newest first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.rows import DictRow, dict_row

# A trip belongs to the range in which it started.
TRIPS = """
    select t.* from unnest(%(vehicle_nos)s::integer[]) as number (no) cross join lateral (
        select t.trip_id, t.start_time, t.site_id, t.permit_id, t.corridor_id, t.loading_start, t.loaded_at,
            t.washed_at, t.left_site_at, t.unloading_start, t.unloading_end, t.dump_point_id, t.end_time, t.load_kg,
            t.gate_in_at, t.gate_out_at, t.gate_dump_point_id, t.weighed_kg, t.ending, t.inferred, t.world_version,
            t.withdrawn_at
        from trips t
        where t.vehicle_no = number.no
            and (%(start)s::timestamptz is null or t.start_time >= %(start)s)
            and (%(end)s::timestamptz is null or t.start_time < %(end)s)
            and (%(before_time)s::timestamptz is null
                or (t.start_time, t.trip_id) < (%(before_time)s, %(before_id)s::uuid))
            and (%(withdrawn)s or t.withdrawn_at is null)
        order by t.start_time desc, t.trip_id desc
        limit %(limit)s
    ) as t
    order by t.start_time desc, t.trip_id desc
    limit %(limit)s
"""


async def read_trips(
    connection: AsyncConnection[Any],
    vehicle_nos: Sequence[int],
    start: datetime | None,
    end: datetime | None,
    *,
    withdrawn: bool,
    before: tuple[datetime, UUID] | None,
    limit: int,
) -> list[DictRow]:
    """Return trips that started from `start` to before `end`, newest first.

    Args:
        connection: Reads in UTC.
        vehicle_nos: The registry's numbers of the truck, `vehicle_nos` of `read_vehicle`.
        start: None for an open beginning.
        end: None for an open end.
        withdrawn: Also those that late records made untrue.
        before: Key (start_time, trip_id) of the last trip of the page before.
        limit: Most rows.
    """
    before_time, before_id = before or (None, None)
    parameters = {
        "vehicle_nos": list(vehicle_nos),
        "start": start,
        "end": end,
        "withdrawn": withdrawn,
        "before_time": before_time,
        "before_id": before_id,
        "limit": limit,
    }
    async with connection.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(TRIPS, parameters)
        return await cursor.fetchall()
