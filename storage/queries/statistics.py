# ruff: noqa: S608 - the statements are made of our own names and numbers
"""Figures of a range of days: events, cases, trips and tonnes by day, hour, kind, company, district or site.

Days that stand in the tables of figures are read from there; the others, and today's where the tables lag, are counted
from the rows themselves: the answer is the same, slower.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from psycopg import AsyncConnection
from psycopg.rows import DictRow, dict_row

from storage.queries.city import utc_offset
from storage.queries.statistics_sql import EVENT_FIGURES, TRIP_FIGURES

# Tables older than this are not believed about today. [min]
BELIEVED = timedelta(minutes=10)
# A ranking shows its head; a city has some hundred companies and sites.
MOST_ROWS = 1_000

# Key of a row by what is asked for: of events, of trips (None: a trip has no such key), of cases.
KEYS: dict[str, tuple[str, str | None, str]] = {
    "day": ("day", "day", "(opened_at at time zone 'UTC' + %(offset)s::interval)::date"),
    "hour": ("hour", "hour", "extract(hour from opened_at at time zone 'UTC' + %(offset)s::interval)::smallint"),
    "kind": ("kind", None, "kind"),
    "company": ("f.company_id", "f.company_id", "coalesce(f.company_id, '')"),
    "district": ("f.district_id", "f.district_id", "coalesce(f.district_id, '')"),
    "site": ("site_id", "site_id", "''::text"),
}
LABELS = {
    "company": "select company_id as key, name as label from companies",
    "site": "select site_id as key, feature -> 'properties' ->> 'name' as label from sites",
    "district": "select district_id as key, feature -> 'properties' ->> 'name' as label from districts",
}
_SCOPE = """
    cross join scope_of(%(viewer)s) as scope
    where (scope.everything or scope.company_id = f.company_id or f.district_id = any(scope.district_ids))
"""


def _figures_sql(by: str) -> str:
    """Return the statement; each part is summed by its own key before keys become text and parts are joined."""
    of_events, of_trips, of_cases = KEYS[by]
    grain = "hour >= 0" if by == "hour" else "hour = -1"
    written = "lpad(key::text, 2, '0')" if by == "hour" else "key::text"
    nothing = "''::text" if of_trips is None else of_trips
    return f"""
        with parts as (
            select {of_events} as key, sum(violations) as events, sum(withdrawn) as withdrawn, 0 as trips,
                0 as delivered, 0 as dumped, 0::float8 as mass_kg, 0 as cases, 0 as false_positives
            from (
                select * from event_figures where day = any(%(stored)s) and {grain}
                union all {EVENT_FIGURES}
            ) as f {_SCOPE} and {grain} group by 1
            union all
            select {nothing}, 0, 0, sum(trips), sum(delivered), sum(dumped), sum(mass_kg), 0, 0
            from (
                select * from trip_figures where day = any(%(stored)s) and {grain}
                union all {TRIP_FIGURES}
            ) as f {_SCOPE} and {grain} group by 1
            union all
            select {of_cases}, 0, 0, 0, 0, 0, 0, count(*), count(*) filter (where status = 'false_positive')
            from cases as f {_SCOPE} and opened_at >= %(start)s and opened_at < %(end)s group by 1
        )
        select {written} as key, sum(events)::integer as events, sum(withdrawn)::integer as withdrawn,
            sum(cases)::integer as cases, sum(false_positives)::integer as false_positives,
            sum(trips)::integer as trips, sum(delivered)::integer as delivered, sum(dumped)::integer as dumped,
            round(sum(mass_kg)::numeric / 1000, 3)::float8 as tonnes
        from parts group by parts.key
        order by {"parts.key" if by in ("day", "hour") else "events desc, 1"} limit {MOST_ROWS}
    """


FIGURES = {by: _figures_sql(by) for by in KEYS}
# A truck that is in service and was not heard for a day, or never.
SILENT = """
    select count(*) as terminals, count(*) filter (
        where latest.fix_time is null or latest.fix_time < %(now)s - interval '1 day'
    ) as silent_terminals
    from vehicles as f left join latest using (vehicle_no)
    cross join scope_of(%(viewer)s) as scope
    where f.retired_at is null and (scope.everything or scope.company_id = f.company_id
        or district_at(latest.lon_deg, latest.lat_deg) = any(scope.district_ids))
"""
DAYS = "select day from figure_days where day >= %(first)s and day < %(past)s"
CURSOR = "select refreshed_at from figure_cursor"


async def read_statistics(
    connection: AsyncConnection[Any], *, by: str, days: tuple[date, date], now: datetime, viewer: int
) -> dict[str, Any]:
    """Return the figures that the viewer sees.

    Args:
        connection: Reads in UTC.
        by: A key of `KEYS`.
        days: First local day, and the one after the last.
        now: An aware time.
        viewer: Whose scope holds.
    """
    first, past = days
    offset = await utc_offset(connection)
    stored, as_of = await _stored(connection, first, past, now + offset, now)
    wanted = [first + timedelta(days=n) for n in range((past - first).days)]
    asked = {
        "viewer": viewer,
        "offset": offset,
        "stored": stored,
        "days": [day for day in wanted if day not in set(stored)],
        "start": datetime(first.year, first.month, first.day, tzinfo=now.tzinfo) - offset,
        "end": datetime(past.year, past.month, past.day, tzinfo=now.tzinfo) - offset,
        "now": now,
    }
    rows = await _rows(connection, FIGURES[by], asked)
    labels = {row["key"]: row["label"] for row in await _rows(connection, LABELS[by], {})} if by in LABELS else {}
    silent = (await _rows(connection, SILENT, asked))[0]
    return {"rows": [{**row, "label": labels.get(row["key"])} for row in rows], **silent, "as_of": as_of}


async def _stored(
    connection: AsyncConnection[Any], first: date, past: date, local_now: datetime, now: datetime
) -> tuple[list[date], datetime]:
    """Return the days to be read from the tables, and of when the answer is."""
    days = [row["day"] for row in await _rows(connection, DAYS, {"first": first, "past": past})]
    cursor = await _rows(connection, CURSOR, {})
    if cursor and now - cursor[0]["refreshed_at"] <= BELIEVED:
        return days, cursor[0]["refreshed_at"]
    return [day for day in days if day < local_now.date()], now


async def _rows(connection: AsyncConnection[Any], query: str, parameters: dict[str, Any]) -> Sequence[DictRow]:
    async with connection.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(query, parameters)
        return await cursor.fetchall()
