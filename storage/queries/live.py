"""What a live map needs of every truck, as columns: read once a second for all viewers together."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import orjson
from numpy.typing import NDArray
from psycopg import AsyncConnection

from storage.copy_binary import DOUBLE, INTEGER, REAL, SMALLINT, TIMESTAMPTZ
from storage.packed_rows import FIELDS, Sent, packed_select, read_packed_rows
from storage.scope import seen

# `loaded`: 1 with a load on its way, 0 without, -1 where neither a load sensor nor a trip of the last week could tell.
COLUMNS = {
    "vehicle_no": Sent("l.vehicle_no", INTEGER),
    "fix_time_ms": Sent("l.fix_time", TIMESTAMPTZ),
    "position_time_ms": Sent("coalesce(l.position_time, 'epoch')", TIMESTAMPTZ),
    "faults": Sent("l.faults", INTEGER),
    "alarms": Sent("l.alarms", INTEGER),
    "loaded": Sent(
        "case when carries.loaded then 1 when l.load_kg is not null or l.load_ratio is not null"
        " or carries.loaded is not null then 0 else -1 end::smallint",
        SMALLINT,
        np.int8,
    ),
    "violating": Sent("(violates.vehicle_no is not null)::integer::smallint", SMALLINT, np.int8),
    "lat_deg": Sent("coalesce(l.lat_deg, 'NaN')", DOUBLE),
    "lon_deg": Sent("coalesce(l.lon_deg, 'NaN')", DOUBLE),
    "speed_mps": Sent("coalesce(l.speed_mps, 'NaN')", REAL),
    "course_deg": Sent("coalesce(l.course_deg, 'NaN')", REAL),
}

# A load that nobody saw the end of for two days is on no truck any more.
LIVE = f"""
    with carries as (
        select vehicle_no, bool_or(ending is null and start_time > now() - interval '2 days') as loaded
        from trips
        where start_time > now() - interval '7 days' and withdrawn_at is null
        group by vehicle_no
    ), violates as (
        select distinct vehicle_no from events
        where closing is null and withdrawn_at is null and vehicle_no is not null and severity >= 1
    )
    select {packed_select(COLUMNS)}
    from latest as l join vehicles as v using (vehicle_no)
        left join carries using (vehicle_no) left join violates using (vehicle_no)
    where v.retired_at is null
"""  # noqa: S608 - made of our own column names

_NUMBER = {"vehicle_no": Sent("vehicle_no", INTEGER)}
FLEET = f"""
    select {packed_select(_NUMBER, "vehicle_no")}, json_agg(vehicle_id order by vehicle_no),
        json_agg(plate order by vehicle_no), json_agg(company_id order by vehicle_no)
    from vehicles where retired_at is null
"""  # noqa: S608
VISIBLE = f"""
    select {packed_select(_NUMBER, "vehicle_no")} from vehicles
    where retired_at is null and vehicle_id in {seen("vehicle")}
"""  # noqa: S608


class Fleet(NamedTuple):
    """The trucks in service by ascending number, each of shape (V,)."""

    vehicle_no: NDArray[np.int32]
    vehicle_ids: list[str]
    plates: list[str | None]
    company_ids: list[str | None]


async def read_live(connection: AsyncConnection[Any]) -> dict[str, NDArray[Any]]:
    """Return the columns of every truck in service that ever sent a fix, each of shape (V,)."""
    async with connection.cursor(binary=True) as cursor:
        await cursor.execute(LIVE)
        return read_packed_rows(cursor.pgresult, COLUMNS)


async def read_fleet(connection: AsyncConnection[Any]) -> Fleet:
    """Return the trucks in service."""
    async with connection.cursor(binary=True) as cursor:
        await cursor.execute(FLEET)
        numbers = read_packed_rows(cursor.pgresult, _NUMBER)["vehicle_no"]
        result = cursor.pgresult
        texts = [result.get_value(0, FIELDS + place) if result else None for place in range(3)]
    return Fleet(numbers, *(orjson.loads(text) if text else [] for text in texts))


async def read_visible(connection: AsyncConnection[Any], viewer: int) -> NDArray[np.int32]:
    """Return the numbers of the trucks in service that a user sees, ascending."""
    async with connection.cursor(binary=True) as cursor:
        await cursor.execute(VISIBLE, {"viewer": viewer})
        numbers: NDArray[np.int32] = read_packed_rows(cursor.pgresult, _NUMBER)["vehicle_no"]
    return numbers
