"""Passages of washers and gates, newest first, with the truck that plate or tag named."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from psycopg import AsyncConnection
from psycopg.rows import DictRow, dict_row

from firmware_contracts.passages import PASSAGES
from storage.scope import seen

Key = tuple[datetime, str, int, int]

TYPES = ", ".join(f"'{name}'" for name in PASSAGES)
# A company sees those of its trucks, a district those at its places, also of plates that name no truck.
SEEN = """exists (
    select from scope_of(%(viewer)s) as scope
    where scope.everything or v.company_id = scope.company_id or exists (
        select from place_districts as part
        where part.district_id = any(scope.district_ids)
            and (part.place_kind, part.place_id) in (('site', site_id), ('dump_point', dump_point_id))
    )
)"""
READ = f"""
    select
        terminal_id as device, kind as device_kind, site_id, dump_point_id, e.type, event_time, e.epoch, e.seq,
        received_at, e.plate as plate_read, body, vehicle_id, v.plate
    from device_events as e join terminals using (terminal_no) left join vehicles as v using (vehicle_no)
    where
        e.type in ({TYPES})
        and {SEEN}
        and (%(device)s::text is null or terminal_id = %(device)s)
        and (%(type)s::text is null or e.type = %(type)s)
        and (%(matched)s::boolean is null or (e.vehicle_no is not null) = %(matched)s)
        and (%(start)s::timestamptz is null or event_time >= %(start)s)
        and (%(end)s::timestamptz is null or event_time < %(end)s)
        and (%(before_time)s::timestamptz is null or event_time <= %(before_time)s)
        and (%(before_time)s::timestamptz is null
            or (event_time, terminal_id, e.epoch, e.seq)
            < (%(before_time)s, %(before_device)s::text, %(before_epoch)s::bigint, %(before_seq)s::bigint))
    order by event_time desc, terminal_id desc, e.epoch desc, e.seq desc
    limit %(limit)s
"""  # noqa: S608 - made of our own names
PLATES = f"""
    select plate, vehicle_id from vehicles
    where plate is not null and retired_at is null and vehicle_id in {seen("vehicle")}
    order by vehicle_id
"""  # noqa: S608 - likewise


async def read_passages(
    connection: AsyncConnection[Any],
    *,
    viewer: int,
    device: str | None,
    type_: str | None,
    matched: bool | None,
    interval: tuple[datetime | None, datetime | None],
    before: Key | None,
    limit: int,
) -> list[DictRow]:
    """Return passages, newest first.

    Args:
        connection: Reads in UTC.
        viewer: Who asks.
        device: Only of this washer or gate.
        type_: Only of this type.
        matched: Only those of known trucks, or only the others.
        interval: From and up to, None for an open end.
        before: Key (time, device, epoch, seq) of the last one of the page before.
        limit: Most rows.
    """
    before_time, before_device, before_epoch, before_seq = before or (None, None, None, None)
    parameters = {
        "viewer": viewer,
        "device": device,
        "type": type_,
        "matched": matched,
        "start": interval[0],
        "end": interval[1],
        "before_time": before_time,
        "before_device": before_device,
        "before_epoch": before_epoch,
        "before_seq": before_seq,
        "limit": limit,
    }
    async with connection.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(READ, parameters)
        return await cursor.fetchall()


async def read_plates(connection: AsyncConnection[Any], *, viewer: int) -> dict[str, str]:
    """Return the trucks in service that the viewer sees by the plates registered of them."""
    cursor = await connection.execute(PLATES, {"viewer": viewer})
    return dict(await cursor.fetchall())
