"""The task `make_export`: what `supervision.exports.job` does, on the task's connections."""

from __future__ import annotations

from uuid import UUID

from supervision.exports.job import make_ordered_export
from worker.tasks_context import TaskContext


def make_export(context: TaskContext, export_id: str) -> None:
    """Make an ordered export."""
    make_ordered_export(context.connect, UUID(export_id))
