"""Reports of other bureaux whose truck was not known are matched again: registers grow."""

from __future__ import annotations

import structlog

from storage.exchange_inbox import match_again
from worker.job import JobContext

log = structlog.get_logger(__name__)


def match_reports(context: JobContext) -> None:
    """Match what has no truck yet."""
    found = match_again(context.connection, context.now)
    if found:
        log.info("inbox_matched", reports=found)
