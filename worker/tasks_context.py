"""What a task of the queue is given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from psycopg import Connection

from worker.settings import WorkSettings


@dataclass(frozen=True, slots=True)
class TaskContext:
    """What a task is given.

    Attributes:
        connect: Opens a connection in autocommit, to be closed by the task.
        settings: Of the process.
        database_url: libpq URL or keyword string, password included, for programs that a task starts.
    """

    connect: Callable[[], Connection]
    settings: WorkSettings
    database_url: str
