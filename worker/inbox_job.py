"""Reports of other bureaux: those that are to be worked become cases; those without a truck are matched again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import structlog

from storage.exchange_inbox import give_up_case, match_again, read_wanting_cases, remember_case
from supervision.case_reports import report_case
from supervision.cases.errors import CaseRefused
from supervision.cases.reports import Report
from supervision.cases.state import Actor
from worker.job import JobContext

log = structlog.get_logger(__name__)

REFERENCE_MOST = 100  # characters of a reference that a case shows


def match_reports(context: JobContext) -> None:
    """Match what has no truck yet: registers grow."""
    found = match_again(context.connection, context.now)
    if found:
        log.info("inbox_matched", reports=found)


def open_reported_cases(context: JobContext) -> None:
    """Open the cases that reports ask for; opened twice it is the same case."""
    for row in read_wanting_cases(context.connection):
        actor = Actor(row["user_no"], row["name"], row["display_name"], may_work=False, may_verify=False)
        try:
            case_id = report_case(context.connection, report_of(row), actor, context.now)
        except CaseRefused as error:
            log.warning("inbox_case_refused", report=row["external_id"], meaning=str(error))
            give_up_case(context.connection, row["user_no"], row["external_id"])
        else:
            remember_case(context.connection, row["user_no"], row["external_id"], case_id)


def report_of(row: Mapping[str, Any]) -> Report:
    """Return a report as cases are opened from."""
    said = row["document"]
    point = said.get("position")
    place = None if point is None else (point["coordinates"][0], point["coordinates"][1])
    text = "\n".join(filter(None, (said["title"], said.get("company"), said.get("text"))))
    return Report(
        kind=row["kind"],
        source="inbox",
        seen_at=row["occurred_at"],
        place=place,
        plate=said.get("plate"),
        description=text,
        reference=(said.get("reference") or row["external_id"])[:REFERENCE_MOST],
        retry_key=f"inbox {row['external_id']}",
    )
