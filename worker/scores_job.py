"""Closed cases cost points, and what is found false is given back."""

from __future__ import annotations

from storage.scores import CASES_AT_ONCE, settle_scores
from supervision.scores.points import default_points
from worker.job import JobContext


def settle(context: JobContext) -> bool:
    """Bring the books up to date; True where more cases wait."""
    looked, _ = settle_scores(context.connection, context.now, default_points())
    return looked == CASES_AT_ONCE
