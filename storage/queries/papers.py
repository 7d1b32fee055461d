# ruff: noqa: S608 - the statements are made of our own fragments
"""Manifests with where they stand and the trip that they were, compliance of trucks, projects and their boards."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from psycopg import AsyncConnection
from psycopg.rows import DictRow, dict_row

from storage.queries.city import utc_offset
from storage.scope import CASE_VISIBLE, numbers_of, seen

# A load that left its site so long ago and was seen nowhere is an unclosed one.
UNCLOSED_AFTER = "interval '6 hours'"

# A trip is the manifest's when its truck left that site within half an hour of the scan.
_MANIFESTS = f"""
    select m.manifest_no, m.permit_id, v.vehicle_id, v.plate, v.company_id, m.driver_id, m.site_id, m.dump_point_id,
        m.material, m.planned_kg, m.issued_at, m.issued_by, o.at as out_at, i.at as in_at, x.at as void_at,
        case when x.at is not null then 'void' when i.at is not null then 'closed'
            when o.at is null then 'issued'
            when o.at < now() - {UNCLOSED_AFTER} then 'unclosed' else 'out' end as status,
        t.trip_id, t.left_site_at, t.dump_point_id as driven_to, t.end_time as trip_end, t.ending,
        t.load_kg, t.weighed_kg,
        exists (
            select from events e where e.vehicle_no = m.vehicle_no and e.kind = 'route_deviation'
                and e.withdrawn_at is null and e.start_time >= t.start_time
                and e.start_time < coalesce(t.end_time, now())
        ) as deviated
    from manifests m
    join vehicles v using (vehicle_no)
    left join manifest_scans o on o.manifest_no = m.manifest_no and o.scan = 'out'
    left join manifest_scans i on i.manifest_no = m.manifest_no and i.scan = 'in'
    left join manifest_scans x on x.manifest_no = m.manifest_no and x.scan = 'void'
    left join lateral (
        select * from trips
        where trips.vehicle_no = m.vehicle_no and trips.site_id = m.site_id and trips.withdrawn_at is null
            and coalesce(left_site_at, loaded_at) between o.at - interval '30 minutes' and o.at + interval '30 minutes'
        order by abs(extract(epoch from coalesce(left_site_at, loaded_at) - o.at)), trip_id limit 1
    ) as t on true
"""
_OF_ALL = f"v.vehicle_id in {seen('vehicle')}"
_OF_TRUCK = f"m.vehicle_no = any({numbers_of('array[%(vehicle_id)s::text]', seen_only=True)})"

PAGE = f"""
    select * from ({_MANIFESTS} where {{chosen}}) as manifest
    where (%(manifest_no)s::text is null or manifest_no = %(manifest_no)s)
        and (%(site_id)s::text is null or site_id = %(site_id)s)
        and (%(status)s::text is null or status = %(status)s)
        and (%(start)s::timestamptz is null or issued_at >= %(start)s)
        and (%(end)s::timestamptz is null or issued_at < %(end)s)
        and (%(before_time)s::timestamptz is null
            or (issued_at, manifest_no) < (%(before_time)s, %(before_no)s::text))
    order by issued_at desc, manifest_no desc
    limit %(limit)s
"""

# Of those that left a site and are not void, the share that arrived.
FIGURES = f"""
    select %(by)s as by,
        case %(by)s when 'company' then company_id when 'site' then site_id else dump_point_id end as id,
        count(*) as issued, count(out_at) filter (where void_at is null) as left_site,
        count(in_at) filter (where void_at is null and out_at is not null) as closed,
        count(*) filter (where status = 'unclosed') as unclosed,
        count(*) filter (where status = 'void') as void,
        count(*) filter (where in_at is not null and (driven_to <> dump_point_id or ending = 'dumped')) as elsewhere,
        count(*) filter (where deviated) as deviated,
        (count(in_at) filter (where void_at is null and out_at is not null))::float8
            / nullif(count(out_at) filter (where void_at is null), 0) as closed_share
    from ({_MANIFESTS} where {_OF_ALL}) as manifest
    where (%(start)s::timestamptz is null or issued_at >= %(start)s)
        and (%(end)s::timestamptz is null or issued_at < %(end)s)
    group by 2 order by 2
"""

ITEMS = """
    select * from (
        select distinct on (item_id) item_id, position, name_zh, name_en, required, in_use, at, by_name as by
        from compliance_items order by item_id, item_no desc
    ) as item where in_use or %(unused)s order by position, item_id
"""

# One row a truck: what it lacks now, and until when it has the rest.
COMPLIANCE = f"""
    with items as (
        select * from (
            select distinct on (item_id) item_id, position, required, in_use
            from compliance_items order by item_id, item_no desc
        ) as item where in_use
    ), trucks as (
        select vehicle_no, vehicle_id, plate, company_id from vehicles
        where retired_at is null and vehicle_id in {seen("vehicle")}
            and (%(vehicle_id)s::text is null or vehicle_id = %(vehicle_id)s)
            and (%(company_id)s::text is null or company_id = %(company_id)s)
    ), newest as (
        select distinct on (vehicle_no, item_id) vehicle_no, item_id, passed, expires_on, evidence, photos, at, by_name
        from compliance_checks where vehicle_no in (select vehicle_no from trucks)
        order by vehicle_no, item_id, check_no desc
    ), judged as (
        select t.*, i.item_id, i.position, i.required, n.passed, n.expires_on, n.evidence, n.photos, n.at, n.by_name,
            case when n.passed is null then 'unchecked' when not n.passed then 'failed'
                when n.expires_on < %(today)s then 'expired' else 'passed' end as state
        from trucks t cross join items i left join newest n on n.vehicle_no = t.vehicle_no and n.item_id = i.item_id
    )
    select vehicle_id, plate, company_id,
        bool_and(state = 'passed' or not required) as compliant,
        count(*) filter (where required and state <> 'passed') as lacking,
        min(expires_on) filter (where state = 'passed') as next_expiry,
        jsonb_agg(jsonb_build_object('item_id', item_id, 'required', required, 'state', state, 'expires_on', expires_on,
            'evidence', evidence, 'photos', coalesce(to_jsonb(photos), '[]'), 'at', at, 'by', by_name)
            order by position, item_id) as items,
        array(select permit_id from permits p where p.valid @> now() and p.status = 'approved' and (
            p.document -> 'vehicle_ids' ? judged.vehicle_id
            or not p.document ? 'vehicle_ids' and p.company_id = judged.company_id
        ) order by permit_id) as permit_ids
    from judged
    where %(after)s::text is null or vehicle_id > %(after)s
    group by vehicle_id, plate, company_id
    having not %(failing)s or not bool_and(state = 'passed' or not required)
    order by vehicle_id
    limit %(limit)s
"""


def _seen_of(ids: str, seen_ids: str) -> str:
    return f"array(select id from unnest({ids}) with ordinality as g (id, place) where id in {seen_ids} order by place)"


# Whoever sees a part of a project is told of that part: the rest are sites and trucks of others.
PROJECTS = f"""
    select project_id, name, mark, {_seen_of("site_ids", seen("site"))} as site_ids,
        {_seen_of("vehicle_ids", seen("vehicle"))} as vehicle_ids, from_time, to_time, in_use, changed_at, "by"
    from (
        select distinct on (project_id) project_id, name, mark, site_ids, vehicle_ids, from_time, to_time, in_use,
            at as changed_at, by_name as by
        from projects order by project_id, project_row desc
    ) as project
    where in_use and (%(project_id)s::text is null or project_id = %(project_id)s)
        and (
            site_ids && array{seen("site")}
            or vehicle_ids && array{seen("vehicle")}
        )
    order by project_id
    limit %(limit)s
"""

# What a project's sites and trucks did in a range, day by day of the city.
BOARD = f"""
    with project as materialized (
        select site_ids, vehicle_ids from projects where project_id = %(project_id)s order by project_row desc limit 1
    ), its_numbers as materialized (
        select truck.no from project cross join unnest({numbers_of("vehicle_ids")}) as truck (no)
    ), its_trips as materialized (
        select t.*, (t.loaded_at at time zone 'UTC' + %(offset)s::interval)::date as day
        from project cross join trips t join vehicles v using (vehicle_no)
        where t.withdrawn_at is null and t.loaded_at >= %(start)s and t.loaded_at < %(end)s
            and (t.site_id = any(site_ids) or t.vehicle_no in (select no from its_numbers))
            and v.vehicle_id in {seen("vehicle")}
    ), its_cases as (
        select (c.start_time at time zone 'UTC' + %(offset)s::interval)::date as day, count(*) as cases
        from cases c
        where c.vehicle_no in (select vehicle_no from its_trips) and {CASE_VISIBLE}
            and c.start_time >= %(start)s - interval '1 day' and c.start_time < %(end)s + interval '1 day'
        group by 1
    ), its_days as (
        select day, count(*) as trips, coalesce(sum(coalesce(weighed_kg, load_kg)), 0)::float8 as load_kg,
            count(*) filter (where ending = 'delivered') as delivered,
            count(*) filter (where ending in ('dumped', 'lost')) as missing,
            count(distinct vehicle_no) as trucks
        from its_trips group by day
    )
    select its_days.*, coalesce(cases, 0) as cases from its_days left join its_cases using (day) order by day
"""


async def read_manifests(
    connection: AsyncConnection[Any],
    *,
    viewer: int,
    manifest_no: str | None = None,
    vehicle_id: str | None = None,
    site_id: str | None = None,
    status: str | None = None,
    interval: tuple[datetime | None, datetime | None] = (None, None),
    before: tuple[datetime, str] | None = None,
    limit: int = 100,
) -> list[DictRow]:
    """Return manifests with their scans, standing and trip, newest first."""
    before_time, before_no = before or (None, None)
    parameters = {
        "viewer": viewer,
        "manifest_no": manifest_no,
        "vehicle_id": vehicle_id,
        "site_id": site_id,
        "status": status,
        "start": interval[0],
        "end": interval[1],
        "before_time": before_time,
        "before_no": before_no,
        "limit": limit,
    }
    return await _rows(connection, PAGE.format(chosen=_OF_ALL if vehicle_id is None else _OF_TRUCK), parameters)


async def read_manifest_figures(
    connection: AsyncConnection[Any], *, viewer: int, by: str, interval: tuple[datetime | None, datetime | None]
) -> list[DictRow]:
    """Return how many loads were closed, by company, site or dump_point."""
    return await _rows(connection, FIGURES, {"viewer": viewer, "by": by, "start": interval[0], "end": interval[1]})


async def read_items(connection: AsyncConnection[Any], *, unused: bool = False) -> list[DictRow]:
    """Return the checklist in its order."""
    return await _rows(connection, ITEMS, {"unused": unused})


async def read_compliance(
    connection: AsyncConnection[Any],
    *,
    viewer: int,
    today: Any,
    vehicle_id: str | None = None,
    company_id: str | None = None,
    failing: bool = False,
    after: str | None = None,
    limit: int = 100,
) -> list[DictRow]:
    """Return trucks with the state of each item; `failing` picks those that lack a required one."""
    parameters = {
        "viewer": viewer,
        "today": today,
        "vehicle_id": vehicle_id,
        "company_id": company_id,
        "failing": failing,
        "after": after,
        "limit": limit,
    }
    return await _rows(connection, COMPLIANCE, parameters)


async def read_projects(
    connection: AsyncConnection[Any], *, viewer: int, project_id: str | None = None, limit: int = 100
) -> list[DictRow]:
    """Return projects in use with a site or truck in the viewer's sight."""
    return await _rows(connection, PROJECTS, {"viewer": viewer, "project_id": project_id, "limit": limit})


async def read_board(
    connection: AsyncConnection[Any],
    project: Mapping[str, Any],
    *,
    viewer: int,
    interval: tuple[datetime, datetime],
) -> list[DictRow]:
    """Return what a project's sites and trucks did, a row a day of the city."""
    parameters = {
        "viewer": viewer,
        "project_id": project["project_id"],
        "start": interval[0],
        "end": interval[1],
        "offset": await utc_offset(connection),
    }
    return await _rows(connection, BOARD, parameters)


async def _rows(connection: AsyncConnection[Any], query: str, parameters: Mapping[str, Any]) -> list[DictRow]:
    async with connection.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(query, parameters)
        return await cursor.fetchall()
