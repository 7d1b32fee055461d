"""What a job is, and the thread on which jobs are done; the table of jobs is `ingest.jobs`.

A job reads what is committed and writes its own transactions; it must give the same however often it runs. What goes
wrong in one is told and does not stop the others; a database that is away is waited for. Who stops does not wait for a
long job: what it was about to write is rolled back, and found again after the next start.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

import psycopg
import structlog
from psycopg import Connection

from rules_engine.world import World
from storage.connect import connect_writer
from storage.errors import StorageError

log = structlog.get_logger(__name__)

LOOK_S = 1.0  # how often it is looked which job is due
AWAY_S = 5.0  # how long to wait for a database that is away
CLOSE_S = 1.0  # a job under way may end within this; then its statement is cancelled
CANCEL_S = (
    2.0  # how long the server may take to do so; it may hang, and the thread is a daemon and dies with the process
)


@dataclass(frozen=True, slots=True)
class JobContext:
    """What a job is given.

    Attributes:
        connection: Its own, in autocommit.
        world: In force.
        now_ms: Wall clock; event time is to be taken from the records. [ms]
        page_within_ms: Events older than this page nobody. [ms]
    """

    connection: Connection
    world: World
    now_ms: int
    page_within_ms: int


@dataclass(frozen=True, slots=True)
class Job:
    """Something to do every so often."""

    name: str
    every_s: float
    run: Callable[[JobContext], None]


class JobRunner:
    """The thread of the jobs."""

    def __init__(
        self, database_url: str, world: Callable[[], World], page_within_ms: int, jobs: tuple[Job, ...]
    ) -> None:
        self._url = database_url
        self._world = world
        self._page_within_ms = page_within_ms
        self._due_s = {job.name: time.monotonic() + job.every_s for job in jobs}
        self._jobs = jobs
        self._stop = threading.Event()
        self._connection: Connection | None = None
        self._thread = threading.Thread(target=self._run, name="jobs", daemon=True)

    def start(self) -> None:
        """Start doing what is due."""
        self._thread.start()

    def close(self) -> None:
        """Stop: finish the job under way, or give it up where it takes long."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(CLOSE_S)
        if self._thread.is_alive():
            self._cancel()
            self._thread.join(CANCEL_S)

    def _cancel(self) -> None:
        connection = self._connection
        if connection is None:
            return
        try:
            connection.cancel_safe(timeout=CANCEL_S)
        except psycopg.Error as error:
            log.warning("job_not_cancelled", meaning=str(error).strip())

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                with connect_writer(self._url, application_name="muckline-jobs") as connection:
                    self._connection = connection
                    self._work(connection)
            except (psycopg.OperationalError, StorageError) as error:
                log.warning("jobs_wait", meaning=str(error).strip())
                self._stop.wait(AWAY_S)

    def _work(self, connection: Connection) -> None:
        while not self._stop.wait(LOOK_S):
            for job in self._jobs:
                if time.monotonic() >= self._due_s[job.name] and not self._stop.is_set():
                    self._do(job, connection)
                    self._due_s[job.name] = time.monotonic() + job.every_s
                if connection.closed:  # told by the job that found it out; the server is away
                    return

    def _do(self, job: Job, connection: Connection) -> None:
        context = JobContext(connection, self._world(), time.time_ns() // 1_000_000, self._page_within_ms)
        try:
            job.run(context)
        except psycopg.OperationalError as error:
            # Also a deadlock, a statement that was cancelled, a full disk: the other jobs may well be done.
            log.warning("job_failed", job=job.name, meaning=str(error).strip())
        except Exception:
            log.exception("job_failed", job=job.name)
