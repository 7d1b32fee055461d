"""What a job is, and the thread that does jobs; the table of jobs is `worker.jobs`.

A job reads what is committed and writes its own transactions; it must give the same however often it runs, and by
however many workers. One worker at a time does a job: who gets its advisory lock. What goes wrong in one is told and
does not stop the others; a database that is away is waited for.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import psycopg
import structlog
from psycopg import Connection

from storage.connect import connect_writer
from storage.errors import StorageError
from storage.worker_status import claimed
from worker.settings import WorkSettings

log = structlog.get_logger(__name__)

STOP_S = 0.2  # a shutdown waits no longer than this for a thread that has nothing to do
AWAY_S = 2.0  # how long to wait for a database that is away
CLOSE_S = 5.0  # a job under way may end within this; then its statement is cancelled
CANCEL_S = 2.0  # how long the server may take to do so; the thread is a daemon and dies with the process
STATEMENT_S = 60.0  # longest that a statement of a job may run


@dataclass(frozen=True, slots=True)
class JobContext:
    """What a job is given.

    Attributes:
        connection: Its own, in autocommit.
        now: The present instant.
        settings: Of the process.
        worker_id: Names this process.
    """

    connection: Connection
    now: datetime
    settings: WorkSettings
    worker_id: str


@dataclass(frozen=True, slots=True)
class Job:
    """Something to do every so often.

    Attributes:
        every_s: Longest pause. [s]
        run: Returns True where more is to be done at once.
        on: Also as soon as one of these channels of the database is notified.
        by_each: Every worker does it, not one of them.
    """

    name: str
    every_s: float
    run: Callable[[JobContext], bool | None]
    on: tuple[str, ...] = ()
    by_each: bool = False


class JobRunner:
    """A thread that does some jobs, one after the other, on a connection of its own."""

    def __init__(
        self, database_url: str, settings: WorkSettings, worker_id: str, lane: str, jobs: Sequence[Job]
    ) -> None:
        self._url = database_url
        self._settings = settings
        self._worker_id = worker_id
        self._jobs = tuple(jobs)
        self._channels = sorted({channel for job in jobs for channel in job.on})
        self._due_s = {job.name: 0.0 for job in jobs}
        self._stop = threading.Event()
        self._connection: Connection | None = None
        self._lane = lane
        self._thread = threading.Thread(target=self._run, name=f"jobs {lane}", daemon=True)

    def start(self) -> None:
        """Start doing what is due."""
        self._thread.start()

    def close(self) -> None:
        """Stop: finish the job under way, or give it up where it takes long."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(CLOSE_S)
        if self._thread.is_alive() and self._connection is not None:
            try:
                self._connection.cancel_safe(timeout=CANCEL_S)
            except psycopg.Error as error:
                log.warning("job_not_cancelled", meaning=str(error).strip())
            self._thread.join(CANCEL_S)

    def _run(self) -> None:
        away = False
        while not self._stop.is_set():
            try:
                with connect_writer(self._url, application_name=f"muckline-work-{self._lane}") as connection:
                    connection.execute("select set_config('statement_timeout', %s, false)", [f"{STATEMENT_S:.0f}s"])
                    for channel in self._channels:
                        connection.execute(f"listen {channel}")
                    self._connection = connection
                    if away:
                        log.info("jobs_go_on", lane=self._lane)
                    away = False
                    self._work(connection)
            except (psycopg.OperationalError, StorageError) as error:
                if not away:
                    log.warning("jobs_wait", lane=self._lane, meaning=str(error).strip())
                away = True
                self._stop.wait(AWAY_S)
            except Exception:  # a mistake of ours must not end the jobs of a city for good
                log.exception("jobs_failed", lane=self._lane)
                self._stop.wait(AWAY_S)

    def _work(self, connection: Connection) -> None:
        while not self._stop.is_set():
            for job in self._jobs:
                if time.monotonic() >= self._due_s[job.name] and not self._stop.is_set():
                    more = self._do(job, connection)
                    self._due_s[job.name] = 0.0 if more else time.monotonic() + job.every_s
                if connection.closed or connection.broken:
                    raise psycopg.OperationalError("the connection is lost")
            self._hear(connection)

    def _hear(self, connection: Connection) -> None:
        """Wait until the next job is due or something is announced."""
        while not self._stop.is_set():
            left_s = min(self._due_s.values()) - time.monotonic()
            if left_s <= 0:
                return
            for notification in connection.notifies(timeout=min(left_s, STOP_S), stop_after=1):
                for job in self._jobs:
                    if notification.channel in job.on:
                        self._due_s[job.name] = 0.0

    def _do(self, job: Job, connection: Connection) -> bool:
        """Return whether the job has more to do at once."""
        context = JobContext(connection, datetime.now(UTC), self._settings, self._worker_id)
        try:
            if job.by_each:
                return bool(job.run(context))
            with claimed(connection, job.name) as ours:
                return bool(job.run(context)) if ours else False
        except psycopg.OperationalError as error:
            # Also a deadlock, a statement that was cancelled, a full disk: the other jobs may well be done.
            log.warning("job_failed", job=job.name, meaning=str(error).strip())
        except Exception:
            log.exception("job_failed", job=job.name)
        return False
