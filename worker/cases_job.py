"""Events become cases, as soon as they are committed; reports find the trucks that were there."""

from __future__ import annotations

from supervision.case_reports import forget_photos, match_reports
from supervision.casework import open_cases as open_new_cases
from worker.job import JobContext


def open_cases(context: JobContext) -> None:
    """Open what is to be opened."""
    open_new_cases(context.connection, context.now)


def find_trucks(context: JobContext) -> None:
    """Look for trucks near the places of reports; in a lane that no alert waits for, as a city takes a second each."""
    match_reports(context.connection, context.now)


def drop_photos(context: JobContext) -> None:
    """Forget photos that were sent by mistake."""
    forget_photos(context.connection, context.now)
