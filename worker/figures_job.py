"""Figures of days, brought up to date as events change; and the reports of each morning."""

from __future__ import annotations

from datetime import timedelta

from storage.figures import MOST_DAYS, refresh_figures, utc_offset
from storage.reports import find_report
from supervision.reports.making import beginning, due_reports, make_report
from worker.job import JobContext

# Terminals send what they kept in blind zones within hours: a report of yesterday is made at six in the morning.
MORNING = timedelta(hours=6)


def refresh(context: JobContext) -> bool:
    """Count changed days anew."""
    return refresh_figures(context.connection, context.now) >= MOST_DAYS


def make_reports(context: JobContext) -> None:
    """Make the reports that are due and not there yet: of the city; companies' are made when they are asked for."""
    offset = utc_offset(context.connection)
    for period, day in due_reports(context.now - MORNING, offset):
        if find_report(context.connection, period, beginning(period, day), None) is None:
            make_report(context.connection, period, day, context.now)
