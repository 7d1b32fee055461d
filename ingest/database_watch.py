"""A thread that listens to the database as long as its process lives, and connects again whenever that was away.

What to do with what is heard is the caller's: one turn, called again and again while the connection stands. A fault of
ours ends the thread and is handed to whoever asks.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable

import psycopg
from psycopg import Connection, Notify

from ingest.backoff import Backoff
from storage.connect import connect_writer

STOP_S = 0.1  # a shutdown waits no longer than this


class DatabaseWatch:
    """The thread, and the connection that it keeps."""

    def __init__(
        self,
        name: str,
        url: str,
        channel: str,
        turn: Callable[[Connection], None],
        away: Callable[[psycopg.OperationalError], None] = lambda _: None,
    ) -> None:
        """Prepare; `start` begins.

        Args:
            name: What it watches, for people: of the thread, and of the connection in the database's own list.
            url: libpq connection string.
            channel: What it listens to.
            turn: Called while connected; is expected to `wait` in it.
            away: Called when the connection is lost or refused.
        """
        self._name = name
        self._url = url
        self._channel = channel
        self._turn = turn
        self._away = away
        self._failure: BaseException | None = None
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"{name} watch", daemon=True)

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()

    def check(self) -> None:
        """Notice that the thread has ended.

        Raises:
            RuntimeError: By a fault of ours.
        """
        if self._failure is not None:
            raise RuntimeError(f"the watch of {self._name} has failed") from self._failure

    def close(self) -> None:
        """Listen no more."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()

    def wait(self, connection: Connection, seconds: float) -> list[Notify]:
        """Return what is announced within a time, as soon as something is; nothing when it is time to stop."""
        deadline_s = time.monotonic() + seconds
        while not self._stop.is_set() and (left_s := deadline_s - time.monotonic()) > 0.0:
            if heard := list(connection.notifies(timeout=min(STOP_S, left_s), stop_after=1)):
                return heard
        return []

    def _run(self) -> None:
        backoff = Backoff(first_s=1.0, most_s=30.0, rng=random.Random())
        while not self._stop.is_set():
            try:
                with connect_writer(self._url, application_name=f"muckline-{self._name}-watch") as connection:
                    connection.execute(f"listen {self._channel}")
                    while not self._stop.is_set():
                        self._turn(connection)
                        backoff.reset()
            except psycopg.OperationalError as error:
                self._away(error)
                self._stop.wait(backoff.next_s())
            except BaseException as error:  # noqa: BLE001 - ours: handed to whoever asks
                self._failure = error
                return
