# ruff: noqa: S608 - the statements are made of our own names
"""The figures of a report: of a range of local days, of the whole city or of a company or districts.

Synchronous, as reports are made by the worker and by commands. Everything is counted from the rows themselves: a report
is made once and must not lag behind.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from psycopg import Connection
from psycopg.rows import dict_row

from storage.lateness import EXTENDED, LATE, ON_TIME


def _chosen(company: str, district: str) -> str:
    return (
        f"(%(company_id)s::text is null or {company} = %(company_id)s)"
        f" and (%(district_ids)s::text[] is null or {district} = any(%(district_ids)s))"
    )


def _day_of(instant: str) -> str:
    return f"({instant} at time zone 'UTC' + %(offset)s::interval)::date"


# A trip belongs to the district of its site, as in the statistics.
_TRIPS = f"""
    from trips t join vehicles v using (vehicle_no)
    left join lateral (
        select min(district_id) as district_id from place_districts where place_kind = 'site' and place_id = t.site_id
    ) as part on true
    left join dump_points d on d.dump_point_id = coalesce(t.dump_point_id, t.gate_dump_point_id)
    where t.withdrawn_at is null and t.start_time >= %(start)s and t.start_time < %(end)s
        and {_chosen("v.company_id", "part.district_id")}
"""
_EVENTS = f"""
    from events e left join vehicles v using (vehicle_no)
    where e.start_time >= %(start)s and e.start_time < %(end)s and {_chosen("v.company_id", "e.district_id")}
"""
_CASES = f"from cases c where {_chosen('c.company_id', 'c.district_id')}"
# Asked of those alone who see districts: it takes a look at their outlines for each truck.
_HERE = "(case when %(district_ids)s::text[] is not null then district_at(l.lon_deg, l.lat_deg) end)"
_HOLDS = "e.severity > 0 and e.withdrawn_at is null"
_MASS = "coalesce(t.weighed_kg, t.load_kg, 0)"

QUERIES: dict[str, str] = {
    "loads": f"""
        select count(*)::integer as trips, count(distinct t.vehicle_no)::integer as vehicles,
            (count(*) filter (where ending = 'delivered'))::integer as delivered,
            (count(*) filter (where ending = 'dumped'))::integer as dumped,
            (count(*) filter (where ending = 'returned'))::integer as returned,
            (count(*) filter (where ending = 'lost'))::integer as lost,
            (count(*) filter (where ending is null))::integer as under_way,
            (count(*) filter (where inferred))::integer as inferred,
            coalesce(sum({_MASS}), 0)::float8 / 1000 as tonnes,
            coalesce(sum(weighed_kg), 0)::float8 / 1000 as weighed_tonnes
        {_TRIPS}
    """,
    "violations": f"""
        select (count(*) filter (where {_HOLDS}))::integer as violations,
            (count(*) filter (where {_HOLDS} and e.severity = 3))::integer as critical,
            (count(*) filter (where e.severity > 0 and e.withdrawn_at is not null))::integer as withdrawn,
            (count(distinct e.vehicle_no) filter (where {_HOLDS}))::integer as vehicles
        {_EVENTS}
    """,
    "days": f"""
        select day::text as key, sum(trips)::integer as trips, sum(tonnes)::float8 as tonnes,
            sum(violations)::integer as violations
        from (
            select {_day_of("t.start_time")} as day, 1 as trips, {_MASS} / 1000 as tonnes,
                0 as violations {_TRIPS}
            union all
            select {_day_of("e.start_time")}, 0, 0, 1 {_EVENTS} and {_HOLDS}
        ) as parts group by day order by day
    """,
    "hours": f"""
        select extract(hour from t.start_time at time zone 'UTC' + %(offset)s::interval)::integer as key,
            count(*)::integer as trips
        {_TRIPS} group by 1 order by 1
    """,
    "by_kind": f"""
        select e.kind as key, count(*)::integer as violations,
            (count(*) filter (where e.severity = 3))::integer as critical,
            count(distinct e.vehicle_no)::integer as vehicles
        {_EVENTS} and {_HOLDS} group by e.kind order by violations desc, e.kind
    """,
    "by_company": f"""
        select v.company_id as key, max(names.name) as name, sum(v.trips)::integer as trips,
            sum(v.tonnes)::float8 as tonnes, sum(v.violations)::integer as violations,
            sum(v.critical)::integer as critical
        from (
            select v.company_id, 1 as trips, {_MASS} / 1000 as tonnes, 0 as violations, 0 as critical {_TRIPS}
            union all
            select v.company_id, 0, 0, 1, (e.severity = 3)::integer {_EVENTS} and {_HOLDS} and e.vehicle_no is not null
        ) as v left join companies names using (company_id)
        group by v.company_id order by violations desc, trips desc, v.company_id limit 500
    """,
    "by_district": f"""
        select e.district_id as key, count(*)::integer as violations,
            (count(*) filter (where e.severity = 3))::integer as critical
        {_EVENTS} and {_HOLDS} group by e.district_id order by violations desc, e.district_id
    """,
    "by_vehicle": f"""
        select v.vehicle_id as key, v.plate, max(c.name) as company_name, count(*)::integer as violations,
            (count(*) filter (where e.severity = 3))::integer as critical
        from events e join vehicles v using (vehicle_no) left join companies c using (company_id)
        where e.start_time >= %(start)s and e.start_time < %(end)s and {_HOLDS}
            and {_chosen("v.company_id", "e.district_id")}
        group by v.vehicle_id, v.plate order by violations desc, critical desc, v.vehicle_id limit 50
    """,
    # Balances tell of all companies at a place: they are in reports of the city and of districts only.
    "places": """
        select place_kind, place_id as key,
            coalesce(s.feature -> 'properties' ->> 'name', d.feature -> 'properties' ->> 'name') as name,
            sum(loads)::integer as loads, sum(arrived)::integer as arrived, sum(sent_kg)::float8 / 1000 as sent_tonnes,
            sum(received_kg)::float8 / 1000 as received_tonnes,
            (count(*) filter (where imbalanced))::integer as imbalanced_days,
            (count(*) filter (where not settled))::integer as unsettled_days
        from mass_balance
            left join sites s on place_kind = 'site' and s.site_id = place_id
            left join dump_points d on place_kind = 'dump_point' and d.dump_point_id = place_id
        where day >= %(first)s and day < %(past)s and %(company_id)s::text is null
            and (%(district_ids)s::text[] is null or exists (
                select from place_districts p where p.place_kind = mass_balance.place_kind
                    and p.place_id = mass_balance.place_id and p.district_id = any(%(district_ids)s)
            ))
        group by place_kind, place_id, 3 order by place_kind desc, sent_tonnes desc, place_id limit 1000
    """,
    "uses": f"""
        select coalesce(d.feature -> 'properties' ->> 'type', 'dump') as key, count(*)::integer as trips,
            coalesce(sum({_MASS}), 0)::float8 / 1000 as tonnes
        {_TRIPS} and d.dump_point_id is not null
        group by 1 order by tonnes desc, 1
    """,
    # Closure weighted as bureaux are judged: in time 1, in time after an extension 0.6, overdue 0.3.
    "cases": f"""
        select kind as key,
            (count(*) filter (where opened_at >= %(start)s and opened_at < %(end)s))::integer as opened,
            (count(*) filter (where ended))::integer as ended,
            (count(*) filter (where ended and status = 'closed'))::integer as closed,
            (count(*) filter (where ended and status = 'false_positive'))::integer as false_positives,
            (count(*) filter (where ended and {ON_TIME}))::integer as on_time,
            (count(*) filter (where ended and {EXTENDED}))::integer as extended,
            (count(*) filter (where ended and {LATE}))::integer as overdue,
            (count(*) filter (where ended and rework = 0 and status = 'closed'))::integer as first_time,
            (avg(satisfaction) filter (where ended))::float8 as satisfaction,
            (count(*) filter (where coalesce(ended_at, 'infinity') >= %(end)s))::integer as open_at_end,
            (count(*) filter (where coalesce(ended_at, 'infinity') >= %(end)s and due_at < %(end)s))::integer
                as open_overdue
        from (
            select *, ended_at >= %(start)s and ended_at < %(end)s as ended {_CASES} and opened_at < %(end)s
                and coalesce(ended_at, 'infinity') >= %(start)s
        ) as worked
        group by kind order by opened desc, kind
    """,
    "terminals": f"""
        select (count(*) filter (where v.retired_at is null))::integer as vehicles,
            (count(*) filter (where l.fix_time >= %(start)s))::integer as heard_since,
            (count(*) filter (where l.fix_time is null))::integer as never_heard,
            (count(*) filter (where l.faults <> 0))::integer as under_fault
        from vehicles v left join latest l using (vehicle_no)
        where v.retired_at is null
            and {_chosen("v.company_id", _HERE)}
    """,
    "terminal_events": f"""
        select e.kind as key, count(*)::integer as events, count(distinct e.vehicle_no)::integer as vehicles
        {_EVENTS} and {_HOLDS} and e.kind in
            ('offline', 'track_gap', 'position_jump', 'jamming', 'clone', 'power_cut', 'sensor_fault')
        group by e.kind order by events desc, e.kind
    """,
}
SINGLE = ("loads", "violations", "terminals")


def read_report_figures(connection: Connection, asked: Mapping[str, Any]) -> dict[str, Any]:
    """Return the figures by the names of `QUERIES`, all of one instant.

    Args:
        connection: In autocommit.
        asked: `start` and `end` (instants), `first` and `past` (local days), `offset`, `company_id`, `district_ids`.
    """
    figures: dict[str, Any] = {}
    with connection.transaction(), connection.cursor(row_factory=dict_row) as cursor:
        cursor.execute("set transaction isolation level repeatable read")
        for name, query in QUERIES.items():
            rows = cursor.execute(query, dict(asked)).fetchall()
            figures[name] = rows[0] if name in SINGLE else rows
    return figures
