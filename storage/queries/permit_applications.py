# ruff: noqa: S608 - the statements are made of our own fragments
"""Applications for permits as a viewer sees them, what there is to look at before one is decided, and their steps."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.rows import DictRow, dict_row

from storage.scope import APPLICATION_VISIBLE, PLACES_TO_APPLY_FOR

# Officers read what was sent in, not what the company is writing since.
_SEEN = f"""
    select a.application_id, a.application_no, a.kind, a.status, a.version, a.company_id, a.permit_id, a.base,
        a.submitted_at, a.since, a.created_at, a.updated_at, c.name as company_name, whose.own,
        case when whose.own then a.content else a.submitted end as content,
        coalesce(a.submitted, a.content) ->> 'site_id' as site_id, whose.decides
    from permit_applications a
    left join companies c using (company_id)
    cross join lateral (
        select coalesce(scope.company_id = a.company_id, false) as own,
            a.submitted is not null and (scope.everything or exists (
                select from place_districts as part where part.place_kind = 'site'
                    and part.place_id = a.submitted ->> 'site_id' and part.district_id = any(scope.district_ids)
            )) as decides
        from scope_of(%(viewer)s) as scope
    ) as whose
    where {APPLICATION_VISIBLE}
"""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which applications.

    Attributes:
        statuses: Only of these, None for any.
        after: Time and id of the last one of the page before.
        oldest_first: As they are worked off; otherwise the newest first.
    """

    statuses: Collection[str] | None = None
    kind: str | None = None
    company_id: str | None = None
    permit_id: str | None = None
    text: str | None = None
    after: tuple[datetime, UUID] | None = None
    oldest_first: bool = False
    limit: int = 100


def _page(*, oldest_first: bool) -> str:
    beyond, order = (">", "asc") if oldest_first else ("<", "desc")
    return f"""
        select * from ({_SEEN}) as application
        where (%(statuses)s::text[] is null or status = any(%(statuses)s))
            and (%(kind)s::text is null or kind = %(kind)s)
            and (%(company_id)s::text is null or company_id = %(company_id)s)
            and (%(permit_id)s::text is null or permit_id = %(permit_id)s)
            and (%(text)s::text is null or strpos(lower(concat_ws(
                ' ', application_no, permit_id, company_id, company_name, content ->> 'site_id', content ->> 'spoil'
            )), lower(%(text)s)) > 0)
            and (%(after)s::timestamptz is null
                or (since, application_id) {beyond} (%(after)s, %(after_id)s::uuid))
        order by since {order}, application_id {order}
        limit %(limit)s
    """


ONE = f"{_SEEN} and a.application_id = %(application_id)s"
COUNTS = f"select status, count(*)::integer from ({_SEEN}) as application group by status"
STEPS = """
    select step_no, at, by_name, by_display_name, step, from_status, to_status, comment, content, detail
    from permit_application_steps where application_id = %s order by step_no
"""
LAST_STEPS = """
    select distinct on (application_id) application_id, at, by_name, by_display_name, step, comment
    from permit_application_steps where application_id = any(%s) order by application_id, step_no desc
"""
NAMES = """
    select 'vehicle' as kind, vehicle_id as id, plate as name, null::jsonb as geometry from vehicles
    where vehicle_id = any(%(vehicles)s)
    union all
    select 'site', site_id, feature -> 'properties' ->> 'name', feature -> 'geometry' from sites
    where site_id = any(%(sites)s)
    union all
    select 'dump_point', dump_point_id, feature -> 'properties' ->> 'name', feature -> 'geometry' from dump_points
    where dump_point_id = any(%(dump_points)s)
    union all
    select 'corridor', corridor_id, feature -> 'properties' ->> 'name', feature -> 'geometry' from corridors
    where corridor_id = any(%(corridors)s)
"""
# A number that a world folder brought may be a text: it then counts as unknown.
_M3 = """
    coalesce(
        case jsonb_typeof({document} -> 'quota_m3') when 'number' then ({document} ->> 'quota_m3')::float8 end,
        case jsonb_typeof({document} -> 'quota_t') when 'number' then ({document} ->> 'quota_t')::float8 * 1000 end
            / case jsonb_typeof({document} -> 'density_kg_m3')
                when 'number' then nullif(({document} ->> 'density_kg_m3')::float8, 0) else %(density)s::float8 end
    )
"""
_IN_FORCE = "p.status = 'approved' and (upper_inf(p.valid) or upper(p.valid) > %(now)s)"
_NUMBER = "case jsonb_typeof({value}) when 'number' then ({value} #>> '{{}}')::float8 end"
_TIME = """
    case when {value} #>> '{{}}' ~ '^[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}' then ({value} #>> '{{}}')::timestamptz end
"""
_DAY_OVER = """
    case when {text} ~ '^[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}$' then {text} < %(today)s::date::text else false end
"""
# One row an application. Permits with several dump points count at each in full: how it is shared is not known.
FACTS = f"""
    with asked as materialized (
        select a.application_id, a.company_id, a.permit_id, a.kind,
            tstzrange((a.content ->> 'valid_from')::timestamptz, (a.content ->> 'valid_to')::timestamptz) as valid,
            a.content, a.base,
            array(select jsonb_array_elements_text(coalesce(a.content -> 'vehicle_ids', '[]'))) as vehicle_ids,
            array(select jsonb_array_elements_text(coalesce(a.content -> 'dump_point_ids', '[]'))) as dump_point_ids,
            array(select jsonb_array_elements_text(coalesce(a.content -> 'corridor_ids', '[]'))) as corridor_ids
        from ({_SEEN}) as a where a.application_id = any(%(ids)s)
    ), items as (
        select item_id from (
            select distinct on (item_id) item_id, required, in_use from compliance_items order by item_id, item_no desc
        ) as item where in_use and required
    )
    select a.application_id,
        array(
            select named from unnest(a.vehicle_ids) as named
            left join vehicles v on v.vehicle_id = named and v.retired_at is null
            where v.company_id is distinct from a.company_id and not coalesce(a.base -> 'vehicle_ids' ? named, false)
            order by 1
        ) as strange_trucks,
        array(
            select v.vehicle_id from vehicles v where v.vehicle_id = any(a.vehicle_ids) and v.retired_at is null
                and exists (
                    select from items left join lateral (
                        select passed, expires_on from compliance_checks k
                        where k.vehicle_no = v.vehicle_no and k.item_id = items.item_id order by check_no desc limit 1
                    ) as newest on true
                    where coalesce(not passed or expires_on < %(today)s::date, true)
                ) order by 1
        ) as failing_trucks,
        array(
            select v.vehicle_id from vehicles v where v.vehicle_id = any(a.vehicle_ids) and v.retired_at is null
                and {_DAY_OVER.format(text="v.more ->> 'inspected_to'")} order by 1
        ) as expired_inspections,
        array(
            select p.permit_id from permits p
            where p.status = 'approved' and p.valid && a.valid and p.permit_id is distinct from a.permit_id
                and (p.site_id is null or p.site_id = a.content ->> 'site_id')
                and case when jsonb_typeof(p.document -> 'vehicle_ids') = 'array'
                    then p.document -> 'vehicle_ids' ?| a.vehicle_ids
                    else p.company_id = a.company_id end
            order by 1 limit 50
        ) as overlaps,
        array(
            select a.content ->> 'site_id' where a.content ? 'site_id'
                and not exists (select from sites where site_id = a.content ->> 'site_id')
            union all
            select id from unnest(a.dump_point_ids) as id where id not in (select dump_point_id from dump_points)
            union all
            select id from unnest(a.corridor_ids) as id where id not in (select corridor_id from corridors)
        ) as gone,
        coalesce((
            select {_DAY_OVER.format(text="c.more ->> 'licence_valid_to'")} from companies c
            where c.company_id = a.company_id
        ), false) as licence_expired,
        (select p.status from permits p where p.permit_id = a.permit_id) as permit_status,
        (select p.document from permits p where p.permit_id = a.permit_id) as permit,
        {_M3.format(document="a.content")} as asked_m3,
        (
            select {_NUMBER.format(value="s.feature -> 'properties' -> 'declared_m3'")}
            from sites s where s.site_id = a.content ->> 'site_id'
        ) as site_declared_m3,
        (
            select sum({_M3.format(document="p.document")}) from permits p
            where {_IN_FORCE} and p.site_id = a.content ->> 'site_id' and p.permit_id is distinct from a.permit_id
        ) as site_granted_m3,
        coalesce((
            select jsonb_agg(jsonb_build_object('id', d.dump_point_id,
                'capacity_m3', {_NUMBER.format(value="d.feature -> 'properties' -> 'capacity_m3'")},
                'closes_at', {_TIME.format(value="(d.feature -> 'properties' -> 'valid_to')")},
                'granted_m3', (
                    select sum({_M3.format(document="p.document")}) from permits p
                    where {_IN_FORCE} and p.document -> 'dump_point_ids' ? d.dump_point_id
                        and p.permit_id is distinct from a.permit_id
                )) order by d.dump_point_id)
            from dump_points d where d.dump_point_id = any(a.dump_point_ids)
        ), '[]') as dump_points
    from asked a
"""
PLACES = f"""
    select * from (
        select 'site' as kind, site_id as id, feature from sites
        union all
        select 'dump_point', dump_point_id, feature from dump_points
    ) as place
    where kind = %(kind)s and {PLACES_TO_APPLY_FOR}
        and (%(text)s::text is null or strpos(lower(concat_ws(
            ' ', id, feature -> 'properties' ->> 'name', feature -> 'properties' ->> 'address'
        )), lower(%(text)s)) > 0)
        and (%(after)s::text is null or id > %(after)s)
    order by id limit %(limit)s
"""
OF_PERMIT = f"""
    select application_id, application_no, kind, status from ({_SEEN}) as application
    where permit_id = %(permit_id)s order by created_at limit 100
"""


async def read_page(connection: AsyncConnection[Any], viewer: int, wanted: Wanted) -> list[DictRow]:
    """Return a page of the applications that a viewer sees."""
    after, after_id = wanted.after or (None, None)
    parameters = {
        "viewer": viewer,
        "statuses": None if wanted.statuses is None else list(wanted.statuses),
        "kind": wanted.kind,
        "company_id": wanted.company_id,
        "permit_id": wanted.permit_id,
        "text": wanted.text,
        "after": after,
        "after_id": after_id,
        "limit": wanted.limit,
    }
    return await _rows(connection, _page(oldest_first=wanted.oldest_first), parameters)


async def read_counts(connection: AsyncConnection[Any], viewer: int) -> dict[str, int]:
    """Return how many applications of each status the viewer sees."""
    cursor = await connection.execute(COUNTS, {"viewer": viewer})
    return dict(await cursor.fetchall())


async def read_one(connection: AsyncConnection[Any], viewer: int, application_id: UUID) -> DictRow | None:
    """Return an application, None where the viewer sees none."""
    rows = await _rows(connection, ONE, {"viewer": viewer, "application_id": application_id})
    return rows[0] if rows else None


async def read_steps(connection: AsyncConnection[Any], application_id: UUID) -> list[DictRow]:
    """Return the steps of an application, the first one first."""
    async with connection.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(STEPS, [application_id])
        return await cursor.fetchall()


async def read_last_steps(connection: AsyncConnection[Any], ids: Collection[UUID]) -> dict[UUID, DictRow]:
    """Return the newest step of each application."""
    async with connection.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(LAST_STEPS, [list(ids)])
        return {row.pop("application_id"): row for row in await cursor.fetchall()}


async def read_facts(
    connection: AsyncConnection[Any],
    viewer: int,
    ids: Collection[UUID],
    *,
    now: datetime,
    today: date,
    density_kg_m3: float,
) -> dict[UUID, DictRow]:
    """Return what there is to look at of each application.

    Args:
        connection: Reads in UTC.
        viewer: Who sees them.
        ids: Of a page of applications.
        now: Permits that have ended take up nothing any more.
        today: The city's day.
        density_kg_m3: Where a permit does not say.
    """
    parameters = {"viewer": viewer, "ids": list(ids), "now": now, "today": today, "density": density_kg_m3}
    rows = await _rows(connection, FACTS, parameters)
    for row in rows:
        for place in row["dump_points"]:
            place["closes_at"] = place["closes_at"] and datetime.fromisoformat(place["closes_at"])
    return {row["application_id"]: row for row in rows}


async def read_names(
    connection: AsyncConnection[Any], named: Mapping[str, Collection[str]]
) -> dict[tuple[str, str], DictRow]:
    """Return name and shape of what applications name, by kind and id; of `vehicles`, `sites` and so on."""
    rows = await _rows(connection, NAMES, {kind: list(ids) for kind, ids in named.items()})
    return {(row["kind"], row["id"]): row for row in rows}


async def read_places(  # noqa: PLR0917 - in the order of the query
    connection: AsyncConnection[Any], viewer: int, kind: str, text: str | None, after: str | None, limit: int
) -> list[DictRow]:
    """Return the sites or dump points that somebody may apply for, by id."""
    parameters = {"viewer": viewer, "kind": kind, "text": text, "after": after, "limit": limit}
    return await _rows(connection, PLACES, parameters)


async def read_of_permit(connection: AsyncConnection[Any], viewer: int, permit_id: str) -> list[DictRow]:
    """Return the applications that a permit came from and was changed by, the first one first."""
    return await _rows(connection, OF_PERMIT, {"viewer": viewer, "permit_id": permit_id})


async def _rows(connection: AsyncConnection[Any], query: str, parameters: Mapping[str, Any]) -> list[DictRow]:
    async with connection.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(query, parameters)
        return await cursor.fetchall()
