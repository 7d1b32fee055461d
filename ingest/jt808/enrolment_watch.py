"""Keeps the enrolment current, beside the running bridge: a thread that reads the registry when it has changed.

A change is announced by the database; a look each second catches what an announcement missed. While the database is
away the enrolment before stays in force.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Mapping

import psycopg
import structlog

from firmware_contracts.jt808.vendor import VendorMapping
from ingest.backoff import Backoff
from ingest.jt808.enrolment import PROTOCOL, Enrolment
from storage.bridge_terminals import read_bridge_terminals
from storage.connect import conninfo
from storage.world_store import world_version

log = structlog.get_logger(__name__)

LOOK_S = 1.0
LISTEN = "listen muckline_world"


class EnrolmentWatch:
    """A thread that hands over each changed enrolment."""

    def __init__(
        self, url: str, mappings: Mapping[str, VendorMapping], region: str, take: Callable[[Enrolment], None]
    ) -> None:
        """Watch a database.

        Args:
            url: libpq connection string.
            mappings: Vendors' mappings by name.
            region: Of terminals whose document names none.
            take: Called in the thread with every new enrolment, the first one included.
        """
        self._url = conninfo(url, application_name="muckline-bridge")
        self._mappings = mappings
        self._region = region
        self._take = take
        self._version: int | None = None
        self._failure: BaseException | None = None
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="enrolment watch", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def check(self) -> None:
        """Notice that the thread has ended.

        Raises:
            RuntimeError: By a fault of ours.
        """
        if self._failure is not None:
            raise RuntimeError("the watch of the registry has failed") from self._failure

    def close(self) -> None:
        """Look no more."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        backoff = Backoff(first_s=1.0, most_s=30.0, rng=random.Random())
        while not self._stop.is_set():
            try:
                with psycopg.connect(self._url, autocommit=True) as connection:
                    connection.execute(LISTEN)
                    while not self._stop.is_set():
                        self._look(connection)
                        backoff.reset()
                        for _ in connection.notifies(timeout=LOOK_S, stop_after=1):
                            pass
            except psycopg.OperationalError as error:
                log.warning("registry_away", fault=str(error).strip(), meaning="the enrolment before stays in force")
                self._stop.wait(backoff.next_s())
            except BaseException as error:  # noqa: BLE001 - ours: told by the bridge, which ends
                self._failure = error
                return

    def _look(self, connection: psycopg.Connection) -> None:
        version = world_version(connection)
        if version == self._version:
            return
        enrolment = Enrolment.of(read_bridge_terminals(connection, PROTOCOL), self._mappings, self._region)
        self._version = version
        self._take(enrolment)
