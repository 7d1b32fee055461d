# ruff: noqa: S608 - the statements are made of our own names and conditions
"""Rows of exports, one statement a thing: scope, choice and order in SQL, rows as they come, never all at once.

Each takes the parameters of `PARAMETERS`; NULL chooses all. Times come as they are, codes as words, absent as NULL.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from psycopg import Connection
from psycopg.rows import dict_row

from firmware_contracts.passages import PASSAGES
from storage.lateness import OVERDUE
from storage.queries.cases import IN_SCOPE, JOINED
from storage.scope import EVENT_VISIBLE, numbers_of, seen

PARAMETERS = ("viewer", "vehicle_ids", "company_id", "kinds", "min_severity", "start", "end")

_COMPANY = "(%(company_id)s::text is null or v.company_id = %(company_id)s)"
# The register's rows; records stand under all numbers that a truck has, merged ones too.
_TRUCKS = f"""
    v.vehicle_id in {seen("vehicle")} and (%(vehicle_ids)s::text[] is null or v.vehicle_id = any(%(vehicle_ids)s))
    and {_COMPANY}
"""
_RECORDED = f"""
    (%(vehicle_ids)s::text[] is null and v.vehicle_id in {seen("vehicle")}
        or v.vehicle_no = any({numbers_of("%(vehicle_ids)s::text[]", seen_only=True)}))
    and {_COMPANY}
"""
_ABOUT = f"(%(vehicle_ids)s::text[] is null or v.vehicle_no = any({numbers_of('%(vehicle_ids)s::text[]')}))"
_READINGS = """
    {a}.lon_deg, {a}.lat_deg, {a}.speed_mps, {a}.course_deg, {a}.load_kg, {a}.load_ratio, {a}.lift_deg,
    case {a}.cover when 0 then 'closed' when 1 then 'half' when 2 then 'open' end as cover,
    {a}.ignition = 1 as ignition, {a}.main_power = 1 as main_power, {a}.faults, {a}.alarms
"""


# Fixes of a trip that are looked at: six hours of one each second, two days of one every ten.
WAY_FIXES_MOST = 20_000
# The way of a trip, packed: instant [us since 1970], longitude, latitude of each fix with a position, big-endian.
_WAY = f"""
    (select string_agg(int8send((extract(epoch from f.fix_time) * 1000000)::bigint) || float8send(f.lon_deg)
            || float8send(f.lat_deg), ''::bytea order by f.fix_time, f.epoch, f.seq)
        from (
            select fix_time, epoch, seq, lon_deg, lat_deg from fixes
            where vehicle_no = t.vehicle_no and fix_time >= t.start_time
                and fix_time <= coalesce(t.end_time, t.unloading_end, t.judged_to) and lat_deg is not null
            order by fix_time, epoch, seq limit {WAY_FIXES_MOST}
        ) as f)
"""


def _within(column: str) -> str:
    return (
        f"(%(start)s::timestamptz is null or {column} >= %(start)s)"
        f" and (%(end)s::timestamptz is null or {column} < %(end)s)"
    )


def _features(table: str, kind: Any) -> str:
    return f"""
        select {kind}_id, feature -> 'properties' ->> 'name' as name,
            (feature -> 'properties') - '{kind}_id' - 'name' as properties, feature -> 'geometry' as geometry
        from {table} where {kind}_id in {seen(kind)} order by {kind}_id
    """


STATEMENTS: dict[str, str] = {
    "track": f"""
        select v.vehicle_id, v.plate, f.fix_time, {_READINGS.format(a="f")}, f.hdop, f.satellites, f.received_at,
            f.epoch, f.seq
        from vehicles v join fixes f using (vehicle_no)
        where {_RECORDED} and {_within("f.fix_time")}
        order by v.vehicle_id, f.fix_time, f.epoch, f.seq
    """,
    "latest": f"""
        select v.vehicle_id, v.plate, l.fix_time, l.position_time, {_READINGS.format(a="l")}, l.received_at
        from vehicles v join latest l using (vehicle_no)
        where v.retired_at is null and {_TRUCKS} and {_within("l.fix_time")}
        order by v.vehicle_id
    """,
    # Ordered inside: the ways are read row by row as they are fetched, never for all trips at once to be sorted.
    "trips": f"""
        select t.trip_id, t.vehicle_id, t.plate, t.company_id, t.start_time, t.site_id, t.permit_id, t.corridor_id,
            t.loading_start, t.loaded_at, t.washed_at, t.left_site_at, t.unloading_start, t.unloading_end,
            t.dump_point_id, t.end_time, t.load_kg, t.gate_in_at, t.gate_out_at, t.gate_dump_point_id, t.weighed_kg,
            t.ending, t.inferred, {_WAY} as way_fixes
        from (
            select t.*, v.vehicle_id, v.plate, v.company_id from trips t join vehicles v using (vehicle_no)
            where t.withdrawn_at is null and {_RECORDED} and {_within("t.start_time")}
            order by t.start_time, t.trip_id
        ) as t order by t.start_time, t.trip_id
    """,
    "events": f"""
        select e.event_id, e.kind, e.severity, e.subject_kind, coalesce(e.subject_id, v.vehicle_id) as subject_id,
            v.vehicle_id, v.plate, v.company_id, e.district_id, e.start_time, e.confirmed_at, e.end_time, e.lon_deg,
            e.lat_deg, e.opening, e.closing, e.back_dated, e.found_at
        from events e left join vehicles v using (vehicle_no)
        where e.withdrawn_at is null and {EVENT_VISIBLE}
            and {_ABOUT} and {_COMPANY}
            and (%(kinds)s::text[] is null or e.kind = any(%(kinds)s))
            and e.severity >= coalesce(%(min_severity)s, 0) and {_within("e.start_time")}
        order by e.start_time, e.event_id
    """,
    "cases": f"""
        select c.case_id, c.case_no, c.kind, c.severity, c.status, c.source, v.vehicle_id,
            coalesce(v.plate, c.reported_plate) as plate, c.company_id, company.name as company_name, c.district_id,
            c.start_time, c.end_time, c.lon_deg, c.lat_deg, c.opened_at, c.due_at, c.acknowledged_at, c.assigned_at,
            c.handled_at, c.verified_at, c.ended_at, c.extensions > 0 as extended,
            {OVERDUE} as overdue,
            assignee.display_name as assignee_name, c.rework, c.satisfaction, c.false_reason
        from scope_of(%(viewer)s) as scope cross join cases c {JOINED}
        where {IN_SCOPE}
            and {_ABOUT} and (%(company_id)s::text is null or c.company_id = %(company_id)s)
            and (%(kinds)s::text[] is null or c.kind = any(%(kinds)s))
            and c.severity >= coalesce(%(min_severity)s, 0) and {_within("c.opened_at")}
        order by c.opened_at, c.case_id
    """,
    "passages": f"""
        select terminal_id as device, t.kind as device_kind, t.site_id, t.dump_point_id, d.type, d.event_time,
            d.plate as plate_read, v.vehicle_id, v.plate, d.body, d.received_at, d.epoch, d.seq
        from device_events d join terminals t using (terminal_no) left join vehicles v using (vehicle_no)
        where d.type in ({", ".join(f"'{name}'" for name in PASSAGES)}) and {_within("d.event_time")}
            and ({_RECORDED} or %(vehicle_ids)s::text[] is null and %(company_id)s::text is null
                and v.vehicle_id is null and terminal_id in {seen("terminal")})
        order by d.event_time, terminal_id, d.epoch, d.seq
    """,
    "vehicles": f"""
        select v.vehicle_id, v.plate, v.company_id, c.name as company_name, v.capacity_kg, v.tare_kg,
            (
                select string_agg(terminal_id, ' ' order by terminal_id)
                from terminal_assignments a join terminals using (terminal_no)
                where a.vehicle_no = v.vehicle_no and a.valid @> now()
            ) as terminal_ids, v.retired_at
        from vehicles v left join companies c using (company_id)
        where {_TRUCKS}
        order by v.vehicle_id
    """,
    "companies": f"select company_id, name from companies where company_id in {seen('company')} order by company_id",
    "permits": f"""
        select permit_id, company_id, site_id, lower(valid) as valid_from, upper(valid) as valid_to, document
        from permits
        where permit_id in {seen("permit")} and (%(company_id)s::text is null or company_id = %(company_id)s)
            and valid && tstzrange(%(start)s, %(end)s)
        order by permit_id
    """,
    "sites": _features("sites", "site"),
    "dump_points": _features("dump_points", "dump_point"),
    "zones": _features("zones", "zone"),
    "corridors": _features("corridors", "corridor"),
    "districts": _features("districts", "district"),
}

# Rows that the server hands over at once: some hundred kilobytes.
AT_ONCE = 1_000


def count_export_rows(connection: Connection, what: str, parameters: Mapping[str, Any]) -> int:
    """Return how many rows there are to export."""
    row = connection.execute(f"select count(*) from ({STATEMENTS[what]}) as rows", parameters).fetchone()
    return int(row[0]) if row else 0


def export_rows(connection: Connection, what: str, parameters: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Give rows as they come.

    Args:
        connection: Not in a transaction; one is open for as long as rows are read.
        what: A key of `STATEMENTS`.
        parameters: Those of `PARAMETERS`.
    """
    with connection.transaction(), connection.cursor("export", row_factory=dict_row) as cursor:
        cursor.itersize = AT_ONCE
        cursor.execute(STATEMENTS[what], parameters)
        yield from cursor
