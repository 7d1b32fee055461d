"""Cases as a viewer sees them: one by its name, its steps, and what changed since a reader looked last."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.rows import DictRow, dict_row

from storage.cases import CHANNEL
from storage.lateness import OVERDUE

# Members of a case from a row of `cases` named c.
MEMBERS = f"""
    c.case_id, c.case_no, c.change_no, c.version, c.kind, c.severity, c.status, c.source, v.vehicle_id,
    coalesce(v.plate, c.reported_plate) as plate, c.company_id, company.name as company_name, c.district_id,
    c.subject_kind, coalesce(c.subject_id, v.vehicle_id) as subject_id, c.lon_deg, c.lat_deg, c.start_time, c.end_time,
    c.opened_at, c.due_at, c.extensions > 0 as extended,
    {OVERDUE} as overdue,
    assignee.name as assignee, assignee.display_name as assignee_name, c.paged, c.updated_at,
    array(select e.event_id from case_events e where e.case_id = c.case_id order by e.start_time, e.event_id) as events
"""  # noqa: S608 - our names
JOINED = """
    left join vehicles v using (vehicle_no)
    left join companies company on company.company_id = c.company_id
    left join users assignee on assignee.user_no = c.assignee_no
"""
IN_SCOPE = "(scope.everything or c.company_id = scope.company_id or c.district_id = any(scope.district_ids))"

ONE = f"""
    select {MEMBERS}, c.acknowledge_by, c.first_due_at, c.step_due_at, c.extensions, c.acknowledged_at, c.assigned_at,
        c.handled_at, c.verified_at, c.ended_at, c.rework, c.satisfaction, c.false_reason, c.reported_plate,
        c.description, c.contact, c.reference, c.newest_time, c.vehicle_no, c.assignee_no, c.handler_no, c.was_late
    from scope_of(%(viewer)s) as scope cross join cases c {JOINED}
    where c.case_id = %(case_id)s and {IN_SCOPE}
"""  # noqa: S608 - our names
SEVERAL = f"""
    select {MEMBERS} from scope_of(%(viewer)s) as scope cross join cases c {JOINED}
    where c.case_id = any(%(case_ids)s) and {IN_SCOPE}
"""  # noqa: S608 - our names
STEPS = """
    select step_no, at, by_name as by, by_display_name as by_name, step, from_status, to_status, comment, detail, photos
    from case_steps where case_id = %s order by step_no
"""
CANDIDATES = """
    select v.vehicle_id, v.plate, v.company_id, n.distance_m, n.at, n.lon_deg, n.lat_deg, n.fixes
    from case_candidates n join vehicles v using (vehicle_no)
    where n.case_id = %s order by n.distance_m, v.vehicle_id
"""
CHANGES = f"""
    select {MEMBERS} from cases c {JOINED}
    where c.change_no > %(after)s order by c.change_no limit %(limit)s
"""  # noqa: S608 - our names
REPORTED = """
    select case_id, case_no, status, opened_at, updated_at, ended_at from cases
    where case_id = %(case_id)s and reporter_no = %(reporter)s
"""
NEWEST_CHANGE = "select coalesce(max(change_no), 0) from cases"


async def read_case(connection: AsyncConnection[Any], case_id: UUID, viewer: int) -> DictRow | None:
    """Return a case with its steps and candidates, None where the viewer sees none of this name."""
    async with connection.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(ONE, {"case_id": case_id, "viewer": viewer})
        row = await cursor.fetchone()
        if row is None:
            return None
        await cursor.execute(STEPS, [case_id])
        row["steps"] = await cursor.fetchall()
        await cursor.execute(CANDIDATES, [case_id])
        row["candidates"] = await cursor.fetchall()
    return row


async def read_cases(connection: AsyncConnection[Any], case_ids: Sequence[UUID], viewer: int) -> dict[UUID, DictRow]:
    """Return those of some cases that the viewer sees, by name."""
    async with connection.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(SEVERAL, {"case_ids": list(case_ids), "viewer": viewer})
        return {row["case_id"]: row for row in await cursor.fetchall()}


async def read_changes(connection: AsyncConnection[Any], after: int, limit: int) -> list[DictRow]:
    """Return cases new or changed after a change number, in the order of their newest change, whoever may see them."""
    async with connection.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(CHANGES, {"after": after, "limit": limit})
        return await cursor.fetchall()


async def newest_change_no(connection: AsyncConnection[Any]) -> int:
    """Return the number of the newest change, 0 before the first."""
    cursor = await connection.execute(NEWEST_CHANGE)
    row = await cursor.fetchone()
    return int(row[0]) if row else 0


async def listen(connection: AsyncConnection[Any]) -> None:
    """Let `connection.notifies()` tell of each commit that changed cases."""
    await connection.execute(f"listen {CHANNEL}")


async def read_reported(connection: AsyncConnection[Any], case_id: UUID, reporter: int) -> DictRow | None:
    """Return how far the case is that a user's report opened, None where the user reported none of this name."""
    async with connection.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(REPORTED, {"case_id": case_id, "reporter": reporter})
        return await cursor.fetchone()
