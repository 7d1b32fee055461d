"""Saying that this process lives; finding work whose worker died; dropping what was kept long enough."""

from __future__ import annotations

from datetime import timedelta

import structlog

from storage import worker_status
from storage.exports import drop_expired
from storage.notices import prune_notices
from storage.notices_deliveries import defer_lost, prune_deliveries
from storage.work_queue import forget_ended, requeue_stalled
from worker.job import JobContext

log = structlog.get_logger(__name__)

STALLED_AFTER = timedelta(seconds=45)  # a worker says that it lives every 10 s
LOST_AFTER = timedelta(minutes=2)
FAILED_KEPT = timedelta(days=30)


def say_alive(context: JobContext) -> None:
    """Say so, for whoever asks whether anything is done at all."""
    worker_status.say_alive(context.connection, context.worker_id)


def find_lost_work(context: JobContext) -> None:
    """Put what a dead worker held back into the queue."""
    stalled = requeue_stalled(context.connection, context.now - STALLED_AFTER)
    lost = defer_lost(context.connection, context.now - LOST_AFTER)
    if stalled or lost:
        log.warning("work_found_again", stalled=stalled, lost=lost)


def drop_old_exports(context: JobContext) -> None:
    """Delete exports whose time is over: their files are the largest thing that this database keeps for a while."""
    dropped = drop_expired(context.connection)
    if dropped:
        log.info("exports_dropped", count=dropped)


def drop_what_is_old(context: JobContext) -> None:
    """Delete notices and ended deliveries that were kept long enough, and jobs that failed long ago."""
    before = context.now - timedelta(days=context.settings.keep_days)
    prune_notices(context.connection, before)
    prune_deliveries(context.connection, before)
    forget_ended(context.connection, context.now - FAILED_KEPT)
