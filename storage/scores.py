# ruff: noqa: S608 - the statements are made of our own fragments
"""The books of points: deductions that follow closed cases, what is given back, appeals and their decisions.

Nothing is changed: a deduction that no longer holds is reversed by an entry of its own. `settle_scores` is run by the
worker; its place and its entries are one transaction, so that a crash or a second worker deducts nothing twice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.types.json import Jsonb

from storage.errors import AppealedAlready, DecidedAlready, UnknownEntry
from storage.queries.scores import NEWEST_EDIT, POINTS, point_rows
from storage.revisions import assert_standing, edited, rows_of
from storage.scope import seen

CASES_AT_ONCE = 500  # a city closes so many in days; a first run after years goes on with the next call


# A subject is seen with the company or truck that it is; a driver with the company.
SEEN = f"""(
    subject_kind = 'company' and subject_id in {seen("company")}
    or subject_kind = 'vehicle' and subject_id in {seen("vehicle")}
    or subject_kind = 'driver' and exists (
        select from drivers where driver_id = subject_id and company_id in {seen("company")}
    )
)"""

CHANGED = """
    select case_id, change_no from cases
    where change_no > (select change_no from score_cursor) order by change_no limit %(limit)s
"""

# What each changed case should cost each of its subjects now, beside what stands in the books; what stands there of a
# truck, company or driver that turned out not to be the case's is given back.
SETTLE = """
    with changed as (
        select c.case_id, c.kind, c.status, c.start_time, c.company_id, v.vehicle_id
        from cases c left join vehicles v using (vehicle_no) where c.case_id = any(%(case_ids)s)
    ), subjects as (
        select case_id, kind, status, start_time, 'company' as subject_kind, company_id as subject_id from changed
        union all
        select case_id, kind, status, start_time, 'vehicle', vehicle_id from changed
        union all
        select case_id, kind, status, start_time, 'driver', driver_id
        from changed join driver_assignments d using (vehicle_id) where d.valid @> start_time
    ), priced as (
        select subjects.*, rule.point_rule_no,
            case when status = 'closed' then coalesce(rule.points, (
                select (row ->> 'points')::numeric from jsonb_array_elements(%(defaults)s::jsonb) as row
                where row ->> 'kind' = kind and row ->> 'subject_kind' = subjects.subject_kind
            ), 0) else 0 end as wanted
        from subjects left join lateral (
            select point_rule_no, points from point_rules p
            where p.kind = subjects.kind and p.subject_kind = subjects.subject_kind and p.from_time <= start_time
            order by p.from_time desc, p.point_rule_no desc limit 1
        ) as rule on true
        where subject_id is not null
    ), booked as (
        select priced.*, standing.entry_no, standing.points as standing_points, upheld.once as upheld
        from priced
        left join lateral (
            select e.entry_no, e.points from score_entries e
            where e.case_id = priced.case_id and e.subject_kind = priced.subject_kind
                and e.subject_id = priced.subject_id and e.points > 0
                and not exists (select from score_entries r where r.reverses = e.entry_no)
        ) as standing on true
        left join lateral (
            select true as once
            from score_entries e join appeals using (entry_no) join appeal_decisions d using (appeal_no)
            where e.case_id = priced.case_id and e.subject_kind = priced.subject_kind
                and e.subject_id = priced.subject_id and d.upheld limit 1
        ) as upheld on true
    )
    insert into score_entries
        (at, event_time, subject_kind, subject_id, points, case_id, point_rule_no, reverses, reason, by_name)
    select %(now)s, start_time, subject_kind, subject_id, wanted, case_id, point_rule_no, null, kind, 'muckline'
    from booked where wanted > 0 and entry_no is null and upheld is null
    union all
    select %(now)s, start_time, subject_kind, subject_id, -standing_points, case_id, null, entry_no, 'case ' || status,
        'muckline'
    from booked where wanted = 0 and entry_no is not null
    union all
    select %(now)s, e.event_time, e.subject_kind, e.subject_id, -e.points, e.case_id, null, e.entry_no,
        'case of another', 'muckline'
    from score_entries e join changed using (case_id)
    where e.points > 0 and not exists (select from score_entries r where r.reverses = e.entry_no) and not exists (
        select from subjects s
        where s.case_id = e.case_id and s.subject_kind = e.subject_kind and s.subject_id = e.subject_id
    ) and not exists ( -- who has left since drove all the same
        select from drivers d
        cross join jsonb_array_elements(coalesce(nullif(d.document -> 'assignments', 'null'), '[]')) as stay
        where e.subject_kind = 'driver' and d.driver_id = e.subject_id and d.retired_at is not null
            and stay ->> 'vehicle_id' = changed.vehicle_id
            and tstzrange((stay ->> 'from')::timestamptz, (stay ->> 'to')::timestamptz) @> changed.start_time
    )
    order by 2, 3, 4
    returning entry_no
"""


def settle_scores(
    connection: Connection, now: datetime, defaults: Mapping[tuple[str, str], float], *, limit: int = CASES_AT_ONCE
) -> tuple[int, int]:
    """Bring the books up to date with the cases that changed since the last call.

    Args:
        connection: In autocommit.
        now: When the entries are made.
        defaults: Points of (kind, subject kind) where the bureau has no row of its own.
        limit: Most cases of one call.

    Returns:
        How many cases were looked at and how many entries were made; call again while the first reaches `limit`.
    """
    rows = [{"kind": kind, "subject_kind": subject, "points": points} for (kind, subject), points in defaults.items()]
    with connection.transaction():
        connection.execute("select from score_cursor for update")
        changed = connection.execute(CHANGED, {"limit": limit}).fetchall()
        if not changed:
            return 0, 0
        parameters = {"case_ids": [row[0] for row in changed], "defaults": Jsonb(rows), "now": now}
        made = len(connection.execute(SETTLE, parameters).fetchall())
        connection.execute("update score_cursor set change_no = %s", [changed[-1][1]])
    return len(changed), made


def set_points(
    connection: Connection,
    rows: Sequence[tuple[str, str, float]],
    *,
    from_time: datetime,
    by_name: str,
    reason: str,
    expected: str | None,
    defaults: Mapping[tuple[str, str], float],
) -> None:
    """Put points (kind, subject kind, points) in force from a time on; earlier rows stay in the table.

    Raises:
        EditedMeanwhile: The table was edited since its author saw it.
    """
    with edited(connection, "point table"), connection.cursor() as cursor:
        newest = rows_of(connection, NEWEST_EDIT, {})
        parameters = {"defaults": Jsonb(point_rows(defaults)), "at": datetime.now(UTC)}
        assert_standing(expected, newest, {"points": rows_of(connection, POINTS, parameters)})
        cursor.executemany(
            "insert into point_rules (kind, subject_kind, points, from_time, by_name, reason)"
            " values (%s, %s, %s, %s, %s, %s)",
            [(*row, from_time, by_name, reason) for row in rows],
        )


def appeal(
    connection: Connection,
    entry_no: int,
    *,
    viewer: int,
    by_name: str,
    text: str,
    photos: Sequence[UUID],
    now: datetime,
) -> int:
    """Object to a deduction of somebody in the viewer's sight and return the appeal's number.

    Raises:
        UnknownEntry: There is no such deduction, or the viewer may not see it.
        AppealedAlready: It was objected to before.
    """
    with connection.transaction():
        entry = connection.execute(
            f"select from score_entries where entry_no = %(entry_no)s and points > 0 and {SEEN}",
            {"entry_no": entry_no, "viewer": viewer},
        ).fetchone()
        if entry is None:
            raise UnknownEntry(f"expected a deduction, got entry {entry_no}")
        row = connection.execute(
            "insert into appeals (entry_no, at, by_name, text, photos) values (%s, %s, %s, %s, %s)"
            " on conflict (entry_no) do nothing returning appeal_no",
            [entry_no, now, by_name, text, list(photos)],
        ).fetchone()
        if row is None:
            raise AppealedAlready(f"expected a deduction without an appeal, entry {entry_no} has one")
        return int(row[0])


def decide(
    connection: Connection, appeal_no: int, *, viewer: int, by_name: str, upheld: bool, reason: str, now: datetime
) -> dict[str, Any]:
    """Decide an appeal; where the objection is upheld, what was deducted is given back.

    Raises:
        UnknownEntry: There is no such appeal.
        DecidedAlready: It was decided before.
    """
    with connection.transaction():
        known = connection.execute(
            "select entry_no from appeals join score_entries using (entry_no)"
            f" where appeal_no = %(appeal_no)s and {SEEN}",
            {"appeal_no": appeal_no, "viewer": viewer},
        ).fetchone()
        if known is None:
            raise UnknownEntry(f"expected an appeal, got {appeal_no}")
        decided = connection.execute(
            "insert into appeal_decisions (appeal_no, at, by_name, upheld, reason) values (%s, %s, %s, %s, %s)"
            " on conflict (appeal_no) do nothing returning appeal_no",
            [appeal_no, now, by_name, upheld, reason],
        ).fetchone()
        if decided is None:
            raise DecidedAlready(f"expected an open appeal, {appeal_no} was decided")
        if upheld:
            connection.execute(GIVE_BACK, {"entry_no": known[0], "now": now, "by_name": by_name, "reason": reason})
    return {"appeal_no": appeal_no, "upheld": upheld, "reason": reason}


GIVE_BACK = """
    insert into score_entries
        (at, event_time, subject_kind, subject_id, points, case_id, point_rule_no, reverses, reason, by_name)
    select %(now)s, event_time, subject_kind, subject_id, -points, case_id, null, entry_no, %(reason)s, %(by_name)s
    from score_entries where entry_no = %(entry_no)s
    on conflict (reverses) do nothing
"""
