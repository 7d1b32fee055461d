"""One page of cases chosen by status, kind, place, truck, company, assignee and time, newest first, with counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.rows import DictRow, dict_row

from storage.lateness import OVERDUE
from storage.queries.cases import IN_SCOPE, JOINED, MEMBERS
from storage.scope import numbers_of, shown_plate


@dataclass(frozen=True, slots=True)
class CaseChoice:
    """Which cases; None chooses all.

    Attributes:
        statuses: Only these; the counts leave this out.
        min_severity: Only from this severity on.
        assignee: Login of the one who was sent.
        overdue: Only those that are late, or ended late; False only the others.
        start: Only those opened at or after this instant.
        end: Only those opened before it.
        words: A part of the number, plate, truck, company or description.
        plates_in_full: Whether `words` may name what is hidden in plates that are shown in part.
    """

    statuses: Sequence[str] | None = None
    kinds: Sequence[str] | None = None
    min_severity: int = 0
    district_ids: Sequence[str] | None = None
    company_ids: Sequence[str] | None = None
    assignee: str | None = None
    vehicle_id: str | None = None
    overdue: bool | None = None
    sources: Sequence[str] | None = None
    start: datetime | None = None
    end: datetime | None = None
    words: str | None = None
    plates_in_full: bool = False


# A condition for each member that is given: what is not asked for is not in the statement, so that the plan fits.
CONDITIONS: dict[str, str] = {
    "statuses": "c.status = any(%(statuses)s)",
    "kinds": "c.kind = any(%(kinds)s)",
    "min_severity": "c.severity >= %(min_severity)s",
    "district_ids": "c.district_id = any(%(district_ids)s)",
    "company_ids": "c.company_id = any(%(company_ids)s)",
    "assignee": "c.assignee_no = (select user_no from users where name = %(assignee)s)",
    "vehicle_id": f"c.vehicle_no = any({numbers_of('array[%(vehicle_id)s::text]')})",
    "overdue": f"{OVERDUE} = %(overdue)s",
    "sources": "c.source = any(%(sources)s)",
    "start": "c.opened_at >= %(start)s",
    "end": "c.opened_at < %(end)s",
    "words": f"""(
        c.case_no like %(words)s or {shown_plate("c.reported_plate")} ilike %(words)s or c.description ilike %(words)s
        or c.vehicle_no = any(array(
            select vehicle_no from vehicles
            where {shown_plate("plate")} ilike %(words)s or vehicle_id ilike %(words)s
            union
            select vehicle_no from merged_vehicles
            where {shown_plate("kept_plate")} ilike %(words)s or kept_id ilike %(words)s
        ))
        or c.company_id = any(array(select company_id from companies where name ilike %(words)s))
    )""",  # noqa: S608 - our names
}
AFTER = "(c.opened_at, c.case_id) < (%(before_time)s, %(before_id)s)"
NOTHING = (None, 0, ())


async def read_case_page(
    connection: AsyncConnection[Any],
    choice: CaseChoice,
    viewer: int,
    *,
    before: tuple[datetime, UUID] | None,
    limit: int,
) -> list[DictRow]:
    """Return the chosen cases that a viewer sees, those opened last first.

    Args:
        connection: Reads in UTC.
        choice: Which cases.
        viewer: Who asks.
        before: Key (opened_at, case_id) of the last case of the page before.
        limit: Most rows.
    """
    conditions, parameters = _conditions(choice)
    if before is not None:
        conditions.append(AFTER)
        parameters |= {"before_time": before[0], "before_id": before[1]}
    query = f"""
        with c as materialized (
            select c.* from scope_of(%(viewer)s) as scope cross join cases c
            where {" and ".join([IN_SCOPE, *conditions])}
            order by c.opened_at desc, c.case_id desc limit %(limit)s
        )
        select {MEMBERS} from c {JOINED} order by c.opened_at desc, c.case_id desc
    """  # noqa: S608 - our names
    return await _rows(connection, query, parameters | {"viewer": viewer, "limit": limit})


async def count_by_status(connection: AsyncConnection[Any], choice: CaseChoice, viewer: int) -> dict[str, int]:
    """Return how many chosen cases a viewer sees of each status, whatever statuses are chosen."""
    conditions, parameters = _conditions(choice, without="statuses")
    query = f"""
        select c.status, count(*) as count from scope_of(%(viewer)s) as scope cross join cases c
        where {" and ".join([IN_SCOPE, *conditions])} group by c.status
    """  # noqa: S608 - our names
    rows = await _rows(connection, query, parameters | {"viewer": viewer})
    return {row["status"]: row["count"] for row in rows}


def _conditions(choice: CaseChoice, without: str | None = None) -> tuple[list[str], dict[str, Any]]:
    given: dict[str, Any] = {
        name: list(value) if isinstance(value, tuple | list) else value
        for name, value in asdict(choice).items()
        if name in CONDITIONS and name != without and (value is False or value not in NOTHING)
    }
    if "words" in given:
        escaped = given["words"].replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        given["words"] = f"%{escaped}%"
    return [CONDITIONS[name] for name in given], given | {"plates_in_full": choice.plates_in_full}


async def _rows(connection: AsyncConnection[Any], query: str, parameters: dict[str, Any]) -> list[DictRow]:
    async with connection.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(query, parameters)
        return await cursor.fetchall()
