"""Rows of the exchange by the number of their newest change, as far as a viewer sees them.

A page is bounded by what is looked at, not by what is seen: a company of three trucks does not read a city to find one.
Used by the API (async) and by `storage.exchange` (sync): both run these texts.
"""

from __future__ import annotations

from typing import Any

from psycopg import AsyncConnection
from psycopg.rows import DictRow, dict_row

from storage.scope import CASE_VISIBLE, EVENT_VISIBLE, seen
from storage.scores import SEEN as SUBJECT_SEEN

# A type of document, and its rows after one change number up to another. A new type is a new row here.
_ROWS: dict[str, str] = {
    "event": """
        select e.change_no, e.event_id, e.kind, e.severity, e.subject_kind,
            coalesce(e.subject_id, v.vehicle_id) as subject_id, v.vehicle_id, v.plate, v.company_id, e.district_id,
            e.start_time, e.confirmed_at, e.end_time, e.lon_deg, e.lat_deg, e.opening, e.closing, e.found_at,
            e.back_dated, e.withdrawn_at, region_of_vehicle(e.vehicle_no) as region
        from events e left join vehicles v using (vehicle_no)
        where e.change_no > %(after)s and e.change_no <= %(upto)s and {visible}
        order by e.change_no
    """,
    "case": """
        select c.change_no, c.case_id, c.case_no, c.version, c.kind, c.severity, c.status, c.source, c.subject_kind,
            coalesce(c.subject_id, v.vehicle_id) as subject_id, v.vehicle_id,
            coalesce(v.plate, c.reported_plate) as plate, c.company_id, c.district_id, c.start_time, c.end_time,
            c.lon_deg, c.lat_deg, c.opened_at, c.due_at, c.acknowledged_at, c.handled_at, c.ended_at, c.paged,
            c.updated_at, array(
                select event_id from case_events x where x.case_id = c.case_id order by x.start_time, x.event_id
            ) as event_ids, region_of_vehicle(c.vehicle_no) as region
        from cases c left join vehicles v using (vehicle_no)
        where c.change_no > %(after)s and c.change_no <= %(upto)s and {visible}
        order by c.change_no
    """,
    "trip": """
        select t.change_no, t.trip_id, v.vehicle_id, v.plate, v.company_id, t.start_time, t.site_id, t.permit_id,
            t.corridor_id, t.loading_start, t.loaded_at, t.washed_at, t.left_site_at, t.unloading_start,
            t.unloading_end, t.dump_point_id, t.end_time, t.load_kg, t.gate_in_at, t.gate_out_at, t.gate_dump_point_id,
            t.weighed_kg, t.ending, t.inferred, t.withdrawn_at, region_of_vehicle(t.vehicle_no) as region
        from trips t join vehicles v using (vehicle_no)
        where t.change_no > %(after)s and t.change_no <= %(upto)s and {visible}
        order by t.change_no
    """,
    "manifest": """
        select n.change_no, m.manifest_no, m.permit_id, v.vehicle_id, v.plate, v.company_id, m.driver_id, m.site_id,
            m.dump_point_id, m.material, m.planned_kg, m.issued_at, o.at as out_at, i.at as in_at, x.at as void_at,
            case when x.at is not null then 'void' when i.at is not null then 'closed'
                when o.at is not null then 'out' else 'issued' end as status,
            region_of_vehicle(m.vehicle_no) as region
        from manifest_changes n join manifests m using (manifest_no) join vehicles v using (vehicle_no)
        left join manifest_scans o on o.manifest_no = m.manifest_no and o.scan = 'out'
        left join manifest_scans i on i.manifest_no = m.manifest_no and i.scan = 'in'
        left join manifest_scans x on x.manifest_no = m.manifest_no and x.scan = 'void'
        where n.change_no > %(after)s and n.change_no <= %(upto)s and {visible}
        order by n.change_no
    """,
    "score": """
        select e.change_no, e.entry_no, e.at, e.event_time, e.subject_kind, e.subject_id, v.plate,
            e.points::float8 as points, e.case_id, c.kind, e.reverses, e.reason,
            region_of_vehicle(c.vehicle_no) as region
        from score_entries e left join cases c using (case_id)
        left join vehicles v on e.subject_kind = 'vehicle' and v.vehicle_id = e.subject_id
        where e.change_no > %(after)s and e.change_no <= %(upto)s and {visible}
        order by e.change_no
    """,
}

_VISIBLE = {
    "event": EVENT_VISIBLE,
    "case": CASE_VISIBLE,
    "trip": f"v.vehicle_id in {seen('vehicle')}",
    "manifest": f"v.vehicle_id in {seen('vehicle')}",
    "score": SUBJECT_SEEN.replace("subject_", "e.subject_"),
}
# Where the numbers of its changes stand.
_NUMBERED = {
    "event": "events",
    "case": "cases",
    "trip": "trips",
    "manifest": "manifest_changes",
    "score": "score_entries",
}

TYPES = tuple(_ROWS)
# As the viewer sees them, and all of them: what the platform itself tells of.
ROWS = {name: query.format(visible=_VISIBLE[name]) for name, query in _ROWS.items()}
ALL_ROWS = {name: query.format(visible="true") for name, query in _ROWS.items()}

UPTO: dict[str, str] = {
    name: f"""
        select max(change_no), count(*) as looked_at from (
            select change_no from {table} where change_no > %(after)s order by change_no limit %(limit)s
        ) as page
    """  # noqa: S608 - our own table names
    for name, table in _NUMBERED.items()
}

_NEWEST = (f"(select coalesce(max(change_no), 0) from {table}) as {name}" for name, table in _NUMBERED.items())  # noqa: S608
NEWEST = f"select {', '.join(_NEWEST)}"


async def read_exchange_rows(
    connection: AsyncConnection[Any], viewer: int, document_type: str, after: int, limit: int
) -> tuple[list[DictRow], int, bool]:
    """Return rows of a type that changed after a number, how far was looked, and whether there may be more.

    Args:
        connection: Reads in UTC.
        viewer: Who asks.
        document_type: A key of `ROWS`.
        after: Number of the last change that was looked at.
        limit: Most rows looked at.
    """
    async with connection.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(UPTO[document_type], {"after": after, "limit": limit})
        row = await cursor.fetchone()
        upto = row["max"] if row else None
        if upto is None:
            return [], after, False
        await cursor.execute(ROWS[document_type], {"viewer": viewer, "after": after, "upto": upto})
        rows = await cursor.fetchall()
    return rows, int(upto), row is not None and row["looked_at"] == limit


async def read_newest(connection: AsyncConnection[Any]) -> DictRow:
    """Return the number of the newest change of each type."""
    async with connection.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(NEWEST)
        row = await cursor.fetchone()
    if row is None:
        raise RuntimeError("expected a row of numbers, got none")
    return row
