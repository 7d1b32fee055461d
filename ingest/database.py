"""The one connection that ingest writes on: work is retried for ever while the server is away, and never given up.

One thread at a time: the committer's while a batch is under way, the service's while none is.

Memory stays bounded meanwhile: what is held is not acknowledged, and the broker hands out no more than the window.
"""

from __future__ import annotations

import math
import random
import threading
import time
from collections.abc import Callable
from typing import TypeVar

import psycopg
import structlog
from psycopg import Connection

from ingest.backoff import Backoff
from ingest.metrics import IngestMetrics
from storage.batch_writer import BatchWriter
from storage.connect import claim_writer, connect_writer
from storage.migrate import check_current
from storage.write_batch import WriteBatch, WriteResult

log = structlog.get_logger(__name__)

Result = TypeVar("Result")

SLOW_S = 10.0  # a transaction that runs longer means a server that hangs: frozen, black-holed or out of disk
GRACE_S = 5.0  # how long a shutdown waits for a server that is away; what is not committed comes again


class Stopped(Exception):  # noqa: N818 - reads as what it is
    """Asked to stop while the database was away."""


class Database:
    """A connection that comes back."""

    def __init__(self, url: str, writer_name: str, stop: threading.Event, metrics: IngestMetrics) -> None:
        """Remember how to connect; the first call of `run` does.

        Args:
            url: libpq connection string.
            writer_name: Claimed on each connection, so that nobody else writes with a past of his own.
            stop: Ends the retries, `GRACE_S` after it was set.
            metrics: Where retries and the state are counted.
        """
        self._url = url
        self._writer_name = writer_name
        self._stop = stop
        self._metrics = metrics
        self._connection: Connection | None = None
        self._writer: BatchWriter
        self._failing = self._closed = False
        self._began_s: float | None = None
        self._given_up_s = math.inf
        metrics.observe(metrics.degraded, lambda: float(self.degraded))

    @property
    def degraded(self) -> bool:
        """Return whether the server is away, or has been at one transaction for too long."""
        began_s = self._began_s
        return self._failing or (began_s is not None and time.monotonic() - began_s > SLOW_S)

    def write(self, batch: WriteBatch) -> WriteResult:
        """Write a batch and return after COMMIT.

        Raises:
            Stopped: Asked to stop while the server was away; nothing is known to be stored.
            WriterTaken: While we were away another ingest took our name.
        """
        began_s = time.monotonic()
        result = self.run(lambda _: self._writer.write(batch))
        self._metrics.commit_seconds.observe(time.monotonic() - began_s)
        return result

    def run(self, work: Callable[[Connection], Result]) -> Result:
        """Return what `work` returns; it may be begun again on a new connection, from its start.

        Raises:
            Stopped: Asked to stop while the server was away, or closed.
            WriterTaken: Another ingest holds our name.
            SchemaMismatch: The database is of another release.
        """
        backoff = Backoff(first_s=0.2, most_s=10.0, rng=random.Random())
        while True:
            self._began_s = time.monotonic()
            try:
                result = work(self._connected())
            except psycopg.OperationalError as error:
                self._began_s = None
                self._lost(error)
                self._wait(backoff.next_s())
            else:
                self._began_s = None
                self._found()
                return result

    def close(self) -> None:
        """Close the connection, and with it the claim, for good."""
        self._closed = True
        self._disconnect()

    def _disconnect(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _connected(self) -> Connection:
        if self._closed:
            raise Stopped
        if self._connection is None or self._connection.closed:
            connection = connect_writer(self._url, application_name="muckline-ingest")
            try:
                check_current(self._url)
                claim_writer(connection, self._writer_name)
            except BaseException:
                connection.close()
                raise
            self._connection, self._writer = connection, BatchWriter(connection)
        return self._connection

    def _lost(self, error: psycopg.OperationalError) -> None:
        self._disconnect()
        self._metrics.retried.inc()
        if not self._failing:
            self._failing = True
            log.error("database_degraded", fault=str(error).strip())

    def _found(self) -> None:
        if self._failing:
            self._failing = False
            log.info("database_back")

    def _wait(self, seconds: float) -> None:
        """Wait before the next try, unless it is time to give up."""
        deadline_s = time.monotonic() + seconds
        while time.monotonic() < deadline_s:
            if self._stop.is_set():
                self._given_up_s = min(self._given_up_s, time.monotonic() + GRACE_S)
                if time.monotonic() >= self._given_up_s:
                    raise Stopped
            time.sleep(0.05)
