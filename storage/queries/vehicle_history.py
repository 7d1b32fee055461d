"""What stands in tables about one truck's past: passages of washers and gates, instants worth keeping, places of stays.

Trips, events and cases have queries of their own. Who asks was found to see the truck before.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from psycopg import AsyncConnection
from psycopg.rows import DictRow, dict_row

from storage.scope import seen

Key = tuple[datetime, str, int, int]

PASSAGES = """
    select terminal_id as device, kind as device_kind, site_id, dump_point_id, e.type, event_time, e.epoch, e.seq,
        received_at, e.plate as plate_read, body
    from device_events as e join terminals using (terminal_no)
    where e.vehicle_no = any(%(vehicle_nos)s) and e.vehicle_no is not null and e.type = any(%(types)s)
        and event_time >= %(start)s and event_time < %(end)s
        and (%(before_time)s::timestamptz is null
            or (event_time, terminal_id, e.epoch, e.seq)
            < (%(before_time)s, %(before_device)s::text, %(before_epoch)s::bigint, %(before_seq)s::bigint))
    order by event_time desc, terminal_id desc, e.epoch desc, e.seq desc
    limit %(limit)s
"""

# What an inspector looks for: where events began and ended, and the turning points of loads.
INSTANTS = """
    select instant from (
        select unnest(array[start_time, confirmed_at, end_time]) as instant from events
        where vehicle_no = any(%(vehicle_nos)s) and withdrawn_at is null and start_time < %(end)s
            and start_time >= %(start)s - interval '1 day'
        union
        select unnest(array[start_time, loading_start, loaded_at, washed_at, left_site_at, unloading_start,
            unloading_end, gate_in_at, gate_out_at, end_time])
        from trips
        where vehicle_no = any(%(vehicle_nos)s) and withdrawn_at is null and start_time < %(end)s
            and start_time >= %(start)s - interval '1 day'
    ) as told
    where instant >= %(start)s and instant < %(end)s
    order by instant limit %(limit)s
"""

# The outline alone: a yard with a hole in it has no stays in the hole.
PLACES = f"""
    with outlines as materialized (
        select place_kind, place_id, ring, box(ring) as bounds
        from places() cross join rings_of(feature)
        where ring_no = 1 and (
            place_kind = 'site' and place_id in {seen("site")}
            or place_kind = 'dump_point' and place_id in {seen("dump_point")}
        )
    )
    select (number - 1)::integer as number, place_kind, min(place_id) as place_id
    from unnest(%(lon_deg)s::float8[], %(lat_deg)s::float8[]) with ordinality as stay (lon_deg, lat_deg, number)
    join outlines on bounds @> point(lon_deg, lat_deg) and ring @> point(lon_deg, lat_deg)
    group by number, place_kind
"""  # noqa: S608 - made of our own conditions

# A month of a busy truck has a tenth of it; the rest of a track's line is kept by its shape.
INSTANTS_MOST = 10_000


class PlaceOfStay(NamedTuple):
    """Where a stay was, by number of the stay."""

    number: int
    place_kind: str
    place_id: str


async def read_vehicle_passages(
    connection: AsyncConnection[Any],
    vehicle_nos: Sequence[int],
    types: Sequence[str],
    interval: tuple[datetime, datetime],
    *,
    before: Key | None = None,
    limit: int,
) -> list[DictRow]:
    """Return a truck's passages of washers or gates, newest first.

    Args:
        connection: Reads in UTC.
        vehicle_nos: The registry's numbers of the truck, `vehicle_nos` of `read_vehicle`.
        types: `washer_passage`, `gate_passage`.
        interval: From and up to.
        before: Key (time, device, epoch, seq) of the last one of the page before.
        limit: Most rows.
    """
    before_time, before_device, before_epoch, before_seq = before or (None, None, None, None)
    parameters = {
        "vehicle_nos": list(vehicle_nos),
        "types": list(types),
        "start": interval[0],
        "end": interval[1],
        "before_time": before_time,
        "before_device": before_device,
        "before_epoch": before_epoch,
        "before_seq": before_seq,
        "limit": limit,
    }
    async with connection.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(PASSAGES, parameters)
        return await cursor.fetchall()


async def read_instants(
    connection: AsyncConnection[Any], vehicle_nos: Sequence[int], start: datetime, end: datetime
) -> list[datetime]:
    """Return the instants of a truck's events and trips in a range, ascending."""
    parameters = {"vehicle_nos": list(vehicle_nos), "start": start, "end": end, "limit": INSTANTS_MOST}
    cursor = await connection.execute(INSTANTS, parameters)
    return [instant for (instant,) in await cursor.fetchall()]


async def read_places_at(
    connection: AsyncConnection[Any], lat_deg: NDArray[np.float64], lon_deg: NDArray[np.float64], viewer: int
) -> list[PlaceOfStay]:
    """Return the sites and dump points that places lie in, as far as a viewer sees them."""
    parameters = {"lat_deg": lat_deg.tolist(), "lon_deg": lon_deg.tolist(), "viewer": viewer}
    cursor = await connection.execute(PLACES, parameters)
    return [PlaceOfStay(*row) for row in await cursor.fetchall()]
