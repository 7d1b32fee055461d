"""Reports as they were made: kept whole, with the hash of their figures."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from psycopg import AsyncConnection, Connection
from psycopg.rows import DictRow, dict_row
from psycopg.types.json import Jsonb

KEEP = """
    insert into reports (period, first_day, company_id, districts, made_at, sha256, content)
    values (%(period)s, %(first_day)s, %(company_id)s, %(districts)s, %(made_at)s, %(sha256)s, %(content)s)
    on conflict (period, first_day, company_id, districts) do update
    set made_at = excluded.made_at, sha256 = excluded.sha256, content = excluded.content
    where reports.sha256 <> excluded.sha256
"""
ONE = """
    select period, first_day, company_id, made_at, sha256, content from reports
    where period = %(period)s and first_day = %(first_day)s and company_id = %(company_id)s
        and districts = %(districts)s
"""
LIST = """
    select period, first_day, made_at, sha256 from reports
    where company_id = %(company_id)s and districts = '' and (%(period)s::text is null or period = %(period)s)
        and (%(before)s::text[] is null
            or (first_day, period) < ((%(before)s::text[])[1]::date, (%(before)s::text[])[2]))
    order by first_day desc, period desc
    limit %(limit)s
"""


def keep_report(
    connection: Connection,
    *,
    period: str,
    first_day: date,
    company_id: str | None,
    made_at: datetime,
    sha256: str,
    content: dict[str, Any],
    district_ids: Sequence[str] | None = None,
) -> None:
    """Keep a report in the place of an earlier one whose figures were others."""
    whose = {"company_id": company_id or "", "districts": _key(district_ids)}
    values = {"period": period, "first_day": first_day, "made_at": made_at, **whose}
    connection.execute(KEEP, {**values, "sha256": sha256, "content": Jsonb(content)})


def find_report(
    connection: Connection,
    period: str,
    first_day: date,
    company_id: str | None,
    district_ids: Sequence[str] | None = None,
) -> DictRow | None:
    """Return a kept report, None where there is none."""
    whose = {"company_id": company_id or "", "districts": _key(district_ids)}
    with connection.cursor(row_factory=dict_row) as cursor:
        cursor.execute(ONE, {"period": period, "first_day": first_day, **whose})
        return cursor.fetchone()


def _key(district_ids: Sequence[str] | None) -> str:
    """Return how a report's districts are kept: of no district at all is not the whole city."""
    return "" if district_ids is None else json.dumps(sorted(set(district_ids)), ensure_ascii=False)


async def read_reports(
    connection: AsyncConnection[Any],
    *,
    company_id: str | None,
    period: str | None,
    before: tuple[str, str] | None,
    limit: int,
) -> list[DictRow]:
    """Return kept reports of the city or of one company, the newest day first."""
    asked = {"company_id": company_id or "", "period": period, "limit": limit}
    async with connection.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(LIST, {**asked, "before": None if before is None else list(before)})
        return await cursor.fetchall()
