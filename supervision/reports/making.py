"""The figures of a day or a month, and how they are kept: what the worker calls each morning."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import orjson
from psycopg import Connection

from storage.figures import utc_offset
from storage.queries.reports import read_report_figures
from storage.reports import find_report, keep_report
from supervision.evidence.bundle import sha256

PERIODS = ("day", "month")
# In time 1, after an extension 0.6, overdue 0.3: how cities weigh a bureau's closures.
ON_TIME, EXTENDED, OVERDUE = 1.0, 0.6, 0.3
# Kept reports are written into by nobody; this names how their content is to be read.
LAYOUT = 1


@dataclass(frozen=True, slots=True)
class Report:
    """One report.

    Attributes:
        period: "day" or "month".
        first_day: The day, or the first of the month.
        company_id: None of the whole city.
        made_at: When its figures were counted.
        sha256: Of its figures.
        content: The figures, as JSON knows them.
    """

    period: str
    first_day: date
    company_id: str | None
    made_at: datetime
    sha256: str
    content: dict[str, Any]

    @property
    def name(self) -> str:
        """Return the day or month as people write it."""
        return f"{self.first_day:%Y-%m}" if self.period == "month" else self.first_day.isoformat()


def make_report(
    connection: Connection,
    period: str,
    first_day: date,
    now: datetime,
    *,
    company_id: str | None = None,
    district_ids: list[str] | None = None,
) -> Report:
    """Return a report made anew, kept in the place of an earlier one.

    Args:
        connection: In autocommit.
        period: "day" or "month".
        first_day: The day; of a month any of its days.
        now: An aware time.
        company_id: Only of this company.
        district_ids: Only of these districts; of none where it is empty.
    """
    made = count_report(connection, period, first_day, now, company_id=company_id, district_ids=district_ids)
    keep_report(
        connection,
        period=period,
        first_day=made.first_day,
        company_id=company_id,
        made_at=made.made_at,
        sha256=made.sha256,
        content=made.content,
        district_ids=district_ids,
    )
    return made


def kept_or_made(
    connection: Connection,
    period: str,
    first_day: date,
    now: datetime,
    *,
    company_id: str | None = None,
    district_ids: list[str] | None = None,
) -> Report:
    """Return a report that is kept, else one made now; arguments as of `make_report`."""
    row = find_report(connection, period, beginning(period, first_day), company_id, district_ids)
    if row is None:
        return make_report(connection, period, first_day, now, company_id=company_id, district_ids=district_ids)
    return Report(period, row["first_day"], company_id, row["made_at"], row["sha256"], row["content"])


def count_report(
    connection: Connection,
    period: str,
    first_day: date,
    now: datetime,
    *,
    company_id: str | None = None,
    district_ids: list[str] | None = None,
) -> Report:
    """Return a report without keeping it; arguments as of `make_report`."""
    first, past = beginning(period, first_day), ending(period, first_day)
    offset = utc_offset(connection)
    asked = {
        "first": first,
        "past": past,
        "offset": offset,
        "start": instant(first, offset),
        "end": instant(past, offset),
        "company_id": company_id,
        "district_ids": district_ids,
    }
    figures = read_report_figures(connection, asked)
    content = {
        "layout": LAYOUT,
        "period": period,
        "first_day": first.isoformat(),
        "last_day": (past - timedelta(days=1)).isoformat(),
        "utc_offset_h": offset / timedelta(hours=1),
        "company_id": company_id,
        "district_ids": district_ids,
        **figures,
        "closure": closure(figures["cases"]),
        "recycled_share": recycled_share(figures["uses"]),
    }
    # Through JSON once, so that a report says the same whether it was kept or not.
    plain = orjson.loads(orjson.dumps(content))
    digest = sha256(orjson.dumps(plain, option=orjson.OPT_SORT_KEYS))
    return Report(period, first, company_id, now.astimezone(UTC), digest, plain)


def closure(cases: list[dict[str, Any]]) -> dict[str, float | int | None]:
    """Return the figures that a bureau is judged by, over all kinds.

    As `storage.queries.case_figures` has them: what is open and not due yet is not judged.
    """
    total = {
        name: sum(row[name] for row in cases)
        for name in (
            "opened",
            "closed",
            "false_positives",
            "on_time",
            "extended",
            "overdue",
            "first_time",
            "open_at_end",
            "open_overdue",
        )
    }
    weighed = ON_TIME * total["on_time"] + EXTENDED * total["extended"] + OVERDUE * total["overdue"]
    judged = total["closed"] + total["open_overdue"]
    return {
        **total,
        "closure_rate": weighed / judged if judged else None,
        "first_time_rate": total["first_time"] / total["closed"] if total["closed"] else None,
    }


def recycled_share(uses: list[dict[str, Any]]) -> float | None:
    """Return the share of delivered tonnes that went to plants for reuse (资源化利用)."""
    tonnes = sum(row["tonnes"] for row in uses)
    return sum(row["tonnes"] for row in uses if row["key"] == "recycling") / tonnes if tonnes else None


def beginning(period: str, day: date) -> date:
    """Return the first day of the period that holds a day.

    Raises:
        ValueError: There is no such period.
    """
    if period not in PERIODS:
        raise ValueError(f"expected a period of {', '.join(PERIODS)}, got {period!r}")
    return day.replace(day=1) if period == "month" else day


def ending(period: str, day: date) -> date:
    """Return the first day after the period that holds a day."""
    first = beginning(period, day)
    return (first + timedelta(days=32)).replace(day=1) if period == "month" else first + timedelta(days=1)


def instant(day: date, offset: timedelta) -> datetime:
    """Return when a local day begins."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC) - offset


def due_reports(now: datetime, offset: timedelta) -> list[tuple[str, date]]:
    """Return the reports that a worker makes in the morning: of yesterday, and of the month that has just ended."""
    yesterday = (now + offset).date() - timedelta(days=1)
    due = [("day", yesterday)]
    return [*due, ("month", yesterday)] if (yesterday + timedelta(days=1)).day == 1 else due
