"""Keeps the world current, beside the running ingest, and says in the database how ingest is.

A changed world is announced by the database; a look each second catches what an announcement missed.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable

import psycopg
import structlog

from ingest.database_watch import DatabaseWatch
from ingest.registry import Registry
from rules_engine.world import World, WorldError
from storage.ingest_status import IngestStatus, write_ingest_status
from storage.world_store import WORLD_CHANNEL, read_documents, world_version

log = structlog.get_logger(__name__)

LOOK_S = 1.0
STATUS_S = 2.0  # how often ingest says how it is


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
        self._world = world
        self._version = self._taken = self._in_force = version
        self._status = status
        self._lock = threading.Lock()
        self._handing_over = threading.Lock()
        self._said_s = -math.inf
        self._changed: tuple[int, Registry] | None = None
        # A server that is away is told of by the writer's connection.
        self._watch = DatabaseWatch("world", url, WORLD_CHANNEL, self._turn)
        self.start, self.close = self._watch.start, self._watch.close

    def take(self) -> Registry | None:
        """Return the changed world, once; None while it is unchanged.

        Raises:
            RuntimeError: The thread has ended by a fault of ours.
        """
        self._watch.check()
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

    def _turn(self, connection: psycopg.Connection) -> None:
        """Look, and wait until a change is announced or it is time to look again."""
        self._look(connection)
        self._say(connection)
        self._watch.wait(connection, LOOK_S)

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
