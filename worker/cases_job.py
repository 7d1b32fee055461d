"""Events become cases, as soon as they are committed."""

from __future__ import annotations

from supervision.case_reports import keep_up
from supervision.casework import open_cases as open_new_cases
from worker.job import JobContext


def open_cases(context: JobContext) -> None:
    """Open what is to be opened, and do what else has come due of cases."""
    open_new_cases(context.connection, context.now)
    keep_up(context.connection, context.now)
