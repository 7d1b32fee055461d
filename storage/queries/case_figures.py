"""Figures that bureaux are judged by, of the cases opened in a time range that a viewer sees.

Every figure is computed here, in the database, from the cases alone:

    judged         = on time + extended + late + open and overdue; false positives and what still has time are not
    closure score  = (1.0 * on time + 0.6 * extended + 0.3 * late) / judged
    closure rate   = closed / judged
    first time     = closed without ever having been sent back or reopened / closed
    rework         = times that cases were sent back or reopened
    satisfaction   = mean of the last call-back of each case, 1 to 5; satisfied = share of 4 and 5
    median of a step = of the time since the step before, each as first taken, over the cases that came so far; of the
                     end, over closed ones alone: what was withdrawn within seconds says nothing about a bureau's pace

On time, extended and late are defined in `storage.lateness`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from psycopg import AsyncConnection
from psycopg.rows import DictRow, dict_row

from storage.lateness import EXTENDED, LATE, ON_TIME
from storage.queries.cases import IN_SCOPE

By = Literal["district", "company", "kind"]
KEYS: dict[By, str] = {"district": "c.district_id", "company": "c.company_id", "kind": "c.kind"}
NAMES: dict[By, str] = {
    "district": "(select feature -> 'properties' ->> 'name' from districts where district_id = key)",
    "company": "(select name from companies where company_id = key)",
    "kind": "null",
}
WEIGHT_ON_TIME, WEIGHT_EXTENDED, WEIGHT_LATE = 1.0, 0.6, 0.3


def _median(since: str, until: str) -> str:
    return f"""percentile_cont(0.5) within group (order by extract(epoch from {until} - {since}))
        filter (where {until} >= {since})::float8"""


# Only what is counted is put aside: whole rows of a year of cases would be written to disk, and take twice the time.
FIGURES = f"""
    with c as materialized (
        select %(key)s as key, c.status, c.opened_at, c.acknowledged_at, c.assigned_at, c.handled_at, c.verified_at,
            c.ended_at, c.rework, c.satisfaction,
            c.status = 'closed' as closed,
            {ON_TIME} as on_time,
            {EXTENDED} as extended,
            {LATE} as late,
            c.ended_at is null and c.due_at < %%(now)s as open_overdue
        from scope_of(%%(viewer)s) as scope cross join cases c
        where {IN_SCOPE}
            and (%%(start)s::timestamptz is null or c.opened_at >= %%(start)s)
            and (%%(end)s::timestamptz is null or c.opened_at < %%(end)s)
    ), figures as (
        select key, grouping(key) = 1 as is_total, count(*) as opened,
            count(*) filter (where closed) as closed,
            count(*) filter (where on_time) as closed_on_time,
            count(*) filter (where extended) as closed_extended,
            count(*) filter (where late) as closed_late,
            count(*) filter (where status = 'false_positive') as false_positives,
            count(*) filter (where ended_at is null) as open,
            count(*) filter (where open_overdue) as open_overdue,
            count(*) filter (where closed or open_overdue) as judged,
            count(*) filter (where closed and rework = 0) as first_time,
            coalesce(sum(rework), 0) as rework,
            count(satisfaction) as call_backs,
            avg(satisfaction)::float8 as satisfaction,
            (avg((satisfaction >= 4)::integer) filter (where satisfaction is not null))::float8 as satisfied_share,
            {_median("opened_at", "acknowledged_at")} as median_acknowledge_s,
            {_median("acknowledged_at", "assigned_at")} as median_assign_s,
            {_median("coalesce(assigned_at, acknowledged_at)", "handled_at")} as median_handle_s,
            {_median("handled_at", "verified_at")} as median_verify_s,
            {_median("opened_at", "case when closed then ended_at end")} as median_end_s
        from c group by grouping sets ((key), ())
    )
    select is_total, key, %(name)s as name, opened, closed, closed_on_time, closed_extended, closed_late,
        false_positives, open, open_overdue, judged,
        ({WEIGHT_ON_TIME} * closed_on_time + {WEIGHT_EXTENDED} * closed_extended + {WEIGHT_LATE} * closed_late)::float8
            / nullif(judged, 0) as closure_score,
        closed::float8 / nullif(judged, 0) as closure_rate,
        first_time, first_time::float8 / nullif(closed, 0) as first_time_share, rework::integer, call_backs,
        satisfaction, satisfied_share, median_acknowledge_s, median_assign_s, median_handle_s, median_verify_s,
        median_end_s
    from figures order by is_total desc, key nulls last
"""  # noqa: S608 - our names
FALSE_POSITIVES = f"""
    with c as materialized (
        select c.kind, c.status, c.false_reason from scope_of(%(viewer)s) as scope cross join cases c
        where {IN_SCOPE} and c.source = 'event'
            and (%(start)s::timestamptz is null or c.opened_at >= %(start)s)
            and (%(end)s::timestamptz is null or c.opened_at < %(end)s)
    ), reasons as (
        select kind, jsonb_object_agg(false_reason, times) as reasons
        from (
            select kind, false_reason, count(*) as times from c where false_reason is not null group by 1, 2
        ) as counted
        group by kind
    ), rules as (
        select kind, count(*) as hits,
            count(*) filter (where status = 'closed') as valid,
            count(*) filter (where status not in ('closed', 'false_positive')) as undecided,
            count(*) filter (where false_reason = 'withdrawn') as withdrawn,
            count(*) filter (where false_reason is not null and false_reason <> all(%(excused)s)) as false
        from c group by kind
    )
    select kind, hits, valid, undecided, withdrawn, "false", coalesce(reasons, '{{}}') as reasons,
        "false"::float8 / nullif("false" + valid, 0) as false_share
    from rules left join reasons using (kind) order by false_share desc nulls last, kind
"""  # noqa: S608 - our names


async def read_figures(
    connection: AsyncConnection[Any],
    by: By,
    viewer: int,
    *,
    start: datetime | None,
    end: datetime | None,
    now: datetime,
) -> list[DictRow]:
    """Return the figures of all cases, first, and of each district, company or kind.

    Args:
        connection: Reads in UTC.
        by: What a row is of.
        viewer: Who asks.
        start: Only of cases opened at or after this instant.
        end: Only of those opened before it.
        now: What is due before it and open is overdue.
    """
    query = FIGURES % {"key": KEYS[by], "name": NAMES[by]}
    return await _rows(connection, query, {"viewer": viewer, "start": start, "end": end, "now": now})


async def read_false_positives(
    connection: AsyncConnection[Any], viewer: int, *, start: datetime | None, end: datetime | None, excused: list[str]
) -> list[DictRow]:
    """Return for each rule how often what it found was no violation, and why; the worst first.

    Args:
        connection: Reads in UTC.
        viewer: Who asks.
        start: Only of cases opened at or after this instant.
        end: Only of those opened before it.
        excused: Reasons that say nothing about the rule, not counted as `false`.
    """
    parameters = {"viewer": viewer, "start": start, "end": end, "excused": excused}
    return await _rows(connection, FALSE_POSITIVES, parameters)


async def _rows(connection: AsyncConnection[Any], query: str, parameters: dict[str, Any]) -> list[DictRow]:
    async with connection.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(query, parameters)
        return await cursor.fetchall()
