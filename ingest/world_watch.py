"""Keeps the world current, beside the running ingest, and says in the database how ingest is.

A changed world is announced by the database; a look each second catches what an announcement missed.
"""

from __future__ import annotations

import math
import random
import threading
import time
from collections.abc import Callable

import psycopg
import structlog

from ingest.backoff import Backoff
from ingest.registry import Registry
from rules_engine.world import World, WorldError
from storage.connect import connect_writer
from storage.ingest_status import IngestStatus, write_ingest_status
from storage.world_store import read_documents, world_version

log = structlog.get_logger(__name__)

LOOK_S = 1.0
STOP_S = 0.1  # a shutdown waits no longer than this
STATUS_S = 2.0  # how often ingest says how it is
LISTEN = "listen muckline_world"


class WorldWatch:
    """A thread that reads a changed world; whoever judges takes it over between two batches."""

    def __init__(self, url: str, world: World, version: int, status: Callable[[int], IngestStatus]) -> None:
        """Watch from a known world on.

        Args:
            url: libpq connection string.
            world: The world in force; its unchanged geometry is taken over.
            version: Its number in the database.
            status: How ingest is, given the number of the world in force.
        """
        self._url = url
        self._world = world
        self._version = self._taken = self._in_force = version
        self._status = status
        self._lock = threading.Lock()
        self._handing_over = threading.Lock()
        self._said_s = -math.inf
        self._changed: tuple[int, Registry] | None = None
        self._failure: BaseException | None = None
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="world watch", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def take(self) -> Registry | None:
        """Return the changed world, once; None while it is unchanged.

        Raises:
            RuntimeError: The thread has ended by a fault of ours.
        """
        if self._failure is not None:
            raise RuntimeError("the watch of the world has failed") from self._failure
        with self._handing_over:
            changed, self._changed = self._changed, None
        if changed is None:
            return None
        self._taken, registry = changed
        return registry

    @property
    def in_force(self) -> int:
        """Return the number of the world in force."""
        return self._in_force

    def catch_up(self, connection: psycopg.Connection) -> None:
        """Look at once, on another connection: what is not known may have been registered a moment ago."""
        self._look(connection)

    def took_over(self) -> None:
        """Hear that the world last taken is in force."""
        self._in_force, self._said_s = self._taken, -math.inf

    def close(self) -> None:
        """Look no more."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        backoff = Backoff(first_s=1.0, most_s=30.0, rng=random.Random())
        while not self._stop.is_set():
            try:
                with connect_writer(self._url, application_name="muckline-world-watch") as connection:
                    connection.execute(LISTEN)
                    while not self._stop.is_set():
                        self._look(connection)
                        self._say(connection)
                        backoff.reset()
                        self._wait(connection)
            except psycopg.OperationalError:
                self._stop.wait(backoff.next_s())  # the writer's connection has said already that the server is away
            except BaseException as error:  # noqa: BLE001 - ours: handed to whoever asks for the world
                self._failure = error
                return

    def _wait(self, connection: psycopg.Connection) -> None:
        """Wait until a change is announced, or it is time to look, or to stop."""
        deadline_s = time.monotonic() + LOOK_S
        while not self._stop.is_set() and time.monotonic() < deadline_s:
            if list(connection.notifies(timeout=STOP_S, stop_after=1)):
                return

    def _say(self, connection: psycopg.Connection) -> None:
        now_s = time.monotonic()
        if now_s - self._said_s >= STATUS_S:
            self._said_s = now_s
            write_ingest_status(connection, self._status(self._in_force))

    def _look(self, connection: psycopg.Connection) -> None:
        with self._lock:
            self._read_changed(connection)

    def _read_changed(self, connection: psycopg.Connection) -> None:
        version = world_version(connection)
        if version == self._version:
            return
        self._version = version
        try:
            self._world = World.from_documents(read_documents(connection), self._world)
        except WorldError as error:
            log.error("world_refused", version=version, fault=str(error), meaning="the world before stays in force")
            return
        with self._handing_over:
            self._changed = version, Registry(self._world)
        log.info("world_changed", version=version, world=self._world.version)
