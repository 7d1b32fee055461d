"""Checkpoints and states of trips that nobody will go back to are deleted, so that a city's years do not fill the disk.

A record older than the accepted window is refused, so nothing is judged again from before it. Within it, a truck's
checkpoints of the last days stay hourly, for terminals that upload half a day; older ones are kept one a day.
"""

from __future__ import annotations

from ingest.job import JobContext
from storage.checkpoints import prune_checkpoints, thin_checkpoints
from storage.times import utc
from storage.trip_rows import prune_trip_states

DAY_MS = 86_400_000
WINDOW_DAYS = 62  # the accepted window, and a day on either side
HOURLY_DAYS = 3


def prune_what_is_judged(context: JobContext) -> None:
    """Delete what is older than anything that can be judged again."""
    window_ms = context.now_ms - WINDOW_DAYS * DAY_MS
    prune_checkpoints(context.connection, window_ms)
    thin_checkpoints(context.connection, context.now_ms - HOURLY_DAYS * DAY_MS)
    prune_trip_states(context.connection, utc(window_ms))
