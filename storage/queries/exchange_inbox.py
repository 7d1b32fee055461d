"""Reports of other bureaux, newest first: their own for those who report, all for the bureau."""

from __future__ import annotations

from typing import Any

from psycopg import AsyncConnection
from psycopg.rows import DictRow, dict_row

from storage.scope import numbers_of

_REPORTS = """
    select r.report_no, r.external_id, u.display_name as reporter, r.version, r.kind, r.occurred_at, r.document,
        r.received_at, m.matched, v.vehicle_id, v.plate, m.company_id, m.case_id
    from inbox_matches m
    join inbox_reports r on r.report_no = m.newest_no
    join users u on u.user_no = m.user_no
    left join vehicles v using (vehicle_no)
"""

PAGE = f"""{_REPORTS}
    where (%(everybody)s or m.user_no = %(viewer)s)
        and (%(kind)s::text is null or r.kind = %(kind)s)
        and (%(matched)s::boolean is null or (m.vehicle_no is not null) = %(matched)s)
        and (%(vehicle_id)s::text is null or m.vehicle_no = any({numbers_of("array[%(vehicle_id)s::text]")}))
        and (%(before)s::bigint is null or r.report_no < %(before)s)
    order by r.report_no desc limit %(limit)s
"""

ONE = f"{_REPORTS} where r.report_no = %(report_no)s and (%(everybody)s or m.user_no = %(viewer)s)"


async def read_reports(
    connection: AsyncConnection[Any],
    viewer: int,
    *,
    everybody: bool,
    kind: str | None,
    matched: bool | None,
    vehicle_id: str | None,
    before: int | None,
    limit: int,
) -> list[DictRow]:
    """Return reports in their newest version, newest first.

    Args:
        connection: Reads in UTC.
        viewer: Who asks.
        everybody: Also what others reported.
        kind: Only of this kind.
        matched: Only those with a truck, or only those without.
        vehicle_id: Only about this truck.
        before: Number of the last report of the page before.
        limit: Most rows.
    """
    parameters = {
        "viewer": viewer,
        "everybody": everybody,
        "kind": kind,
        "matched": matched,
        "vehicle_id": vehicle_id,
        "before": before,
        "limit": limit,
    }
    async with connection.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(PAGE, parameters)
        return await cursor.fetchall()


async def read_report(
    connection: AsyncConnection[Any], viewer: int, report_no: int, *, everybody: bool
) -> DictRow | None:
    """Return one report, None where there is none for the viewer."""
    async with connection.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(ONE, {"viewer": viewer, "report_no": report_no, "everybody": everybody})
        return await cursor.fetchone()
