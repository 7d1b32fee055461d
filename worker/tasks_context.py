"""What a task of the queue is given."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from psycopg import Connection

from storage.sealing import Seal
from worker.settings import WorkSettings


@dataclass(frozen=True, slots=True)
class TaskContext:
    """What a task is given.

    Attributes:
        connect: Opens a connection in autocommit, to be closed by the task.
        settings: Of the process.
        database_url: libpq URL or keyword string, password included, for programs that a task starts.
        stopping: Set when the process is to end: a task that takes long gives up, and is done by another worker.
        seal: Opens addresses of channels; None where none is sealed.
    """

    connect: Callable[[], Connection]
    settings: WorkSettings
    database_url: str
    stopping: threading.Event = field(default_factory=threading.Event)
    seal: Seal | None = None
