# ruff: noqa: S608 - the statements are made of our own fragments
"""Scores as people read them: rankings, the ledger of deductions, the table of points, appeals."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from psycopg import AsyncConnection
from psycopg.rows import DictRow, dict_row
from psycopg.types.json import Jsonb

from storage.revisions import revision_of
from storage.scope import seen

# A subject is seen with the company or truck that it is; a driver with the company.
_SUBJECTS = f"""
    select 'company' as subject_kind, company_id as subject_id, coalesce(name, company_id) as name, company_id
    from companies where company_id in {seen("company")}
    union all
    select 'vehicle', vehicle_id, plate, company_id
    from vehicles where vehicle_id in {seen("vehicle")}
    union all
    select 'driver', driver_id, document ->> 'name', company_id
    from drivers where company_id in {seen("company")}
"""

# A year of a city holds hundreds of thousands of entries, which are summed up from the index alone; what was reversed
# or appealed against is a small part of them and looked up by itself.
RANKING = f"""
    with subjects as materialized (
        select * from ({_SUBJECTS}) as subject where subject_kind = %(subject_kind)s
    ), lost as (
        select e.subject_id, sum(e.points)::float8 as deducted,
            count(*) filter (where e.points > 0 and e.entry_no not in (
                select reverses from score_entries where reverses is not null
            )) as deductions
        from score_entries e
        where e.subject_kind = %(subject_kind)s and e.event_time >= %(start)s and e.event_time < %(end)s
            and e.subject_id in (select subject_id from subjects)
        group by e.subject_id
    ), waiting as (
        select e.subject_id, count(*) as open_appeals
        from appeals a join score_entries e using (entry_no)
        where e.subject_kind = %(subject_kind)s and e.event_time >= %(start)s and e.event_time < %(end)s
            and not exists (select from appeal_decisions d where d.appeal_no = a.appeal_no)
        group by e.subject_id
    )
    select s.subject_kind, s.subject_id, s.name, s.company_id, coalesce(deducted, 0)::float8 as deducted,
        coalesce(deductions, 0) as deductions, coalesce(open_appeals, 0) as open_appeals
    from subjects s left join lost using (subject_id) left join waiting using (subject_id)
    where %(before_points)s::float8 is null
        or (coalesce(deducted, 0)::float8, s.subject_id) < (%(before_points)s, %(before_id)s::text)
    order by deducted desc, s.subject_id desc
    limit %(limit)s
"""

ENTRIES = f"""
    with subjects as ({_SUBJECTS})
    select e.entry_no, e.at, e.event_time, e.subject_kind, e.subject_id, s.name, e.points::float8 as points, e.case_id,
        c.case_no, c.kind, e.reverses, e.reason, e.by_name as by, r.entry_no as reversed_by,
        a.appeal_no, a.text as appeal_text, a.at as appealed_at, d.upheld as appeal_upheld, d.reason as decision
    from score_entries e
    join subjects s using (subject_kind, subject_id)
    left join cases c using (case_id)
    left join score_entries r on r.reverses = e.entry_no
    left join appeals a on a.entry_no = e.entry_no
    left join appeal_decisions d on d.appeal_no = a.appeal_no
    where (%(subject_kind)s::text is null or e.subject_kind = %(subject_kind)s)
        and (%(subject_id)s::text is null or e.subject_id = %(subject_id)s)
        and (%(start)s::timestamptz is null or e.event_time >= %(start)s)
        and (%(end)s::timestamptz is null or e.event_time < %(end)s)
        and (not %(appealed)s or a.appeal_no is not null and d.appeal_no is null)
        and (%(before)s::bigint is null or e.entry_no < %(before)s)
    order by e.entry_no desc
    limit %(limit)s
"""

POINTS = """
    select row ->> 'kind' as kind, row ->> 'subject_kind' as subject_kind,
        coalesce(rule.points, (row ->> 'points')::numeric)::float8 as points,
        (row ->> 'points')::float8 as default_points,
        rule.from_time, rule.by_name as by, rule.reason
    from jsonb_array_elements(%(defaults)s::jsonb) with ordinality as given (row, position)
    left join lateral (
        select points, from_time, by_name, reason from point_rules p
        where p.kind = row ->> 'kind' and p.subject_kind = row ->> 'subject_kind' and p.from_time <= %(at)s
        order by p.from_time desc, p.point_rule_no desc limit 1
    ) as rule on true
    order by position
"""

# The book of the table is only added to: the number of its last line names its state, those for later included.
NEWEST_EDIT = "select max(point_rule_no) as point_rule_no from point_rules having max(point_rule_no) is not null"

HISTORY = """
    select point_rule_no, kind, subject_kind, points::float8 as points, from_time, by_name as by, reason, at
    from point_rules order by point_rule_no desc limit %(limit)s
"""


async def read_ranking(
    connection: AsyncConnection[Any],
    *,
    viewer: int,
    subject_kind: str,
    year: tuple[datetime, datetime],
    before: tuple[float, str] | None,
    limit: int,
) -> list[DictRow]:
    """Return subjects of a kind with what they lost in a year, those that lost most first."""
    points, subject_id = before or (None, None)
    parameters = {
        "viewer": viewer,
        "subject_kind": subject_kind,
        "start": year[0],
        "end": year[1],
        "before_points": points,
        "before_id": subject_id,
        "limit": limit,
    }
    return await _rows(connection, RANKING, parameters)


async def read_entries(
    connection: AsyncConnection[Any],
    *,
    viewer: int,
    subject_kind: str | None,
    subject_id: str | None,
    interval: tuple[datetime | None, datetime | None],
    appealed: bool,
    before: int | None,
    limit: int,
) -> list[DictRow]:
    """Return entries of the ledger, newest first, each with its appeal; `appealed` picks those that wait for one."""
    parameters = {
        "viewer": viewer,
        "subject_kind": subject_kind,
        "subject_id": subject_id,
        "start": interval[0],
        "end": interval[1],
        "appealed": appealed,
        "before": before,
        "limit": limit,
    }
    return await _rows(connection, ENTRIES, parameters)


async def read_points(
    connection: AsyncConnection[Any], defaults: Mapping[tuple[str, str], float], at: datetime
) -> list[DictRow]:
    """Return the table of points in force at a time, in the order of the defaults."""
    return await _rows(connection, POINTS, {"defaults": Jsonb(point_rows(defaults)), "at": at})


async def read_points_revision(connection: AsyncConnection[Any]) -> str:
    """Return what names the state of the table of points."""
    return revision_of(await _rows(connection, NEWEST_EDIT, {}))


def point_rows(defaults: Mapping[tuple[str, str], float]) -> list[dict[str, Any]]:
    """Return the defaults as rows of JSON."""
    return [{"kind": kind, "subject_kind": subject, "points": points} for (kind, subject), points in defaults.items()]


async def read_point_history(connection: AsyncConnection[Any], limit: int) -> list[DictRow]:
    """Return the edits of the table of points, newest first."""
    return await _rows(connection, HISTORY, {"limit": limit})


async def _rows(connection: AsyncConnection[Any], query: str, parameters: Mapping[str, Any]) -> list[DictRow]:
    async with connection.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(query, parameters)
        return await cursor.fetchall()
