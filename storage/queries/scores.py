# ruff: noqa: S608 - the statements are made of our own fragments
"""Scores as people read them: rankings, the ledger of deductions, the table of points, appeals."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from psycopg import AsyncConnection
from psycopg.rows import DictRow, dict_row
from psycopg.types.json import Jsonb

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

RANKING = f"""
    with subjects as ({_SUBJECTS})
    select s.subject_kind, s.subject_id, s.name, s.company_id,
        coalesce(sum(e.points), 0)::float8 as deducted,
        count(e.entry_no) filter (where e.points > 0 and r.entry_no is null) as deductions,
        count(a.appeal_no) filter (where d.appeal_no is null) as open_appeals
    from subjects s
    left join score_entries e on e.subject_kind = s.subject_kind and e.subject_id = s.subject_id
        and e.event_time >= %(start)s and e.event_time < %(end)s
    left join score_entries r on r.reverses = e.entry_no
    left join appeals a on a.entry_no = e.entry_no
    left join appeal_decisions d on d.appeal_no = a.appeal_no
    where s.subject_kind = %(subject_kind)s
    group by s.subject_kind, s.subject_id, s.name, s.company_id
    having %(before_points)s::float8 is null
        or (coalesce(sum(e.points), 0)::float8, s.subject_id) < (%(before_points)s, %(before_id)s::text)
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
    rows = [{"kind": kind, "subject_kind": subject, "points": points} for (kind, subject), points in defaults.items()]
    return await _rows(connection, POINTS, {"defaults": Jsonb(rows), "at": at})


async def read_point_history(connection: AsyncConnection[Any], limit: int) -> list[DictRow]:
    """Return the edits of the table of points, newest first."""
    return await _rows(connection, HISTORY, {"limit": limit})


async def _rows(connection: AsyncConnection[Any], query: str, parameters: Mapping[str, Any]) -> list[DictRow]:
    async with connection.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(query, parameters)
        return await cursor.fetchall()
