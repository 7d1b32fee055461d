"""Trucks by any of their names, and by where they were when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg import AsyncConnection
from psycopg.rows import DictRow, dict_row

from storage.scope import seen, shown_plate


def _had_terminal(vehicle_no: str) -> str:
    return f"""exists (
        select from terminal_assignments a join terminals using (terminal_no)
        where a.vehicle_no = {vehicle_no} and strpos(lower(terminal_id), lower(%(text)s)) > 0
    )"""


# Whatever terminal it ever had: an old report names the one of its day. A truck is found by the names
# of those that were merged into it, too.
_CHOSEN = f"""
    v.vehicle_id in {seen("vehicle")}
    and (%(company_id)s::text is null or v.company_id = %(company_id)s)
    and (%(text)s::text is null
        or strpos(lower(concat_ws(' ', v.vehicle_id, {shown_plate("v.plate")})), lower(%(text)s)) > 0
        or {_had_terminal("v.vehicle_no")}
        or v.vehicle_no in (
            select kept_no from merged_vehicles m
            where (m.same_company or exists (select from scope_of(%(viewer)s) as scope where scope.everything)) and (
                strpos(lower(concat_ws(' ', m.vehicle_id, {shown_plate("m.plate")})), lower(%(text)s)) > 0
                or {_had_terminal("m.vehicle_no")}
            )
        ))
    and (%(after)s::text is null or v.vehicle_id > %(after)s)
"""  # noqa: S608 - made of our own conditions
_MEMBERS = f"""
    v.vehicle_id, v.plate, v.company_id, c.name as company_name, v.retired_at is not null as retired,
    (
        select kept_id from merged_vehicles m where m.vehicle_no = v.vehicle_no and kept_id in {seen("vehicle")}
    ) as merged_into,
    array(
        select terminal_id from terminal_assignments a join terminals using (terminal_no)
        where a.vehicle_no = v.vehicle_no and a.valid @> now() order by terminal_id
    ) as terminal_ids
"""  # noqa: S608 - made of our own conditions

BY_NAME = f"""
    select {_MEMBERS}, null::timestamptz as first_time, null::timestamptz as last_time, null::bigint as fixes
    from vehicles v left join companies c using (company_id)
    where {_CHOSEN}
    order by v.vehicle_id limit %(limit)s
"""  # noqa: S608 - made of our own conditions

# For each truck its own part of the key's index: nothing indexes fixes by time alone, and reading a day of a whole city
# for an hour of it would take a minute. The order by name lets a page end the search.
BY_PLACE = f"""
    select {_MEMBERS}, there.first_time, there.last_time, there.fixes
    from vehicles v left join companies c using (company_id)
    cross join lateral (
        select min(fix_time) as first_time, max(fix_time) as last_time, count(*) as fixes
        from fixes f
        where f.vehicle_no = v.vehicle_no and f.fix_time >= %(start)s and f.fix_time < %(end)s
            and f.lon_deg between %(west)s and %(east)s and f.lat_deg between %(south)s and %(north)s
            and (%(outlines)s::polygon[] is null or point(f.lon_deg, f.lat_deg) <@ any(%(outlines)s::polygon[]))
            and not point(f.lon_deg, f.lat_deg) <@ any(%(holes)s::polygon[])
    ) as there
    where there.fixes > 0 and {_CHOSEN}
    order by v.vehicle_id limit %(limit)s
"""  # noqa: S608

OUTLINES = f"""
    with area as (
        select feature from places()
        where place_kind = %(kind)s and place_id = %(place_id)s and (
            place_kind = 'site' and place_id in {seen("site")}
            or place_kind = 'dump_point' and place_id in {seen("dump_point")}
            or place_kind = 'zone' and place_id in {seen("zone")}
        )
        union all
        select feature from districts
        where %(kind)s = 'district' and district_id = %(place_id)s and district_id in {seen("district")}
    )
    select ring::text, ring_no > 1, ((box(ring))[1])[0], ((box(ring))[1])[1], ((box(ring))[0])[0], ((box(ring))[0])[1]
    from area cross join rings_of(feature)
"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class Area:
    """A part of the ground.

    Attributes:
        box: Around it: west, south, east, north. [deg]
        outlines: As PostgreSQL writes polygons; None: the box itself.
        holes: Likewise.
    """

    box: tuple[float, float, float, float]
    outlines: list[str] | None = None
    holes: tuple[str, ...] = ()


async def read_area(connection: AsyncConnection[Any], viewer: int, kind: str, place_id: str) -> Area | None:
    """Return the area of a site, dump point, zone or district; None where the viewer sees none of this name."""
    cursor = await connection.execute(OUTLINES, {"viewer": viewer, "kind": kind, "place_id": place_id})
    rings = await cursor.fetchall()
    if not rings:
        return None
    west, south = min(ring[2] for ring in rings), min(ring[3] for ring in rings)
    east, north = max(ring[4] for ring in rings), max(ring[5] for ring in rings)
    outlines = [ring[0] for ring in rings if not ring[1]]
    return Area((west, south, east, north), outlines, tuple(ring[0] for ring in rings if ring[1]))


async def search_vehicles(
    connection: AsyncConnection[Any],
    *,
    viewer: int,
    plates_in_full: bool,
    text: str | None,
    company_id: str | None,
    where: tuple[Area, datetime, datetime] | None,
    after: str | None,
    limit: int,
) -> list[DictRow]:
    """Return trucks by name.

    Args:
        connection: Reads in UTC.
        viewer: Who asks.
        plates_in_full: Whether the viewer is shown whole plates; a search sees no more than the viewer.
        text: Part of a plate, a name, or the name of a terminal.
        company_id: Only of this company.
        where: Only those with a fix in an area from an instant to before another.
        after: Name of the last truck of the page before.
        limit: Most rows.
    """
    parameters: dict[str, Any] = {
        "viewer": viewer,
        "plates_in_full": plates_in_full,
        "text": text,
        "company_id": company_id,
        "after": after,
        "limit": limit,
    }
    if where is not None:
        area, start, end = where
        parameters |= dict(zip(("west", "south", "east", "north"), area.box, strict=True))
        parameters |= {"outlines": _array(area.outlines), "holes": _array(area.holes), "start": start, "end": end}
    async with connection.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(BY_NAME if where is None else BY_PLACE, parameters)
        return await cursor.fetchall()


def _array(polygons: Sequence[str] | None) -> str | None:
    """Return an array as PostgreSQL reads it: of polygons, the driver knows none."""
    return None if polygons is None else "{" + ",".join(f'"{polygon}"' for polygon in polygons) + "}"
