"""Keeps the enrolment current, beside the running bridge: a thread that reads the registry when it has changed.

A change is announced by the database; a look each second catches what an announcement missed. While the database is
away the enrolment before stays in force.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import psycopg
import structlog

from firmware_contracts.jt808.vendor import VendorMapping
from ingest.database_watch import DatabaseWatch
from ingest.jt808.enrolment import PROTOCOL, Enrolment
from storage.bridge_terminals import read_bridge_terminals
from storage.world_store import WORLD_CHANNEL, world_version

log = structlog.get_logger(__name__)

LOOK_S = 1.0


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
        self._mappings = mappings
        self._region = region
        self._take = take
        self._version: int | None = None
        self._watch = DatabaseWatch("enrolment", url, WORLD_CHANNEL, self._turn, _told)
        self.start, self.check, self.close = self._watch.start, self._watch.check, self._watch.close

    def _turn(self, connection: psycopg.Connection) -> None:
        self._look(connection)
        self._watch.wait(connection, LOOK_S)

    def _look(self, connection: psycopg.Connection) -> None:
        version = world_version(connection)
        if version == self._version:
            return
        enrolment = Enrolment.of(read_bridge_terminals(connection, PROTOCOL), self._mappings, self._region)
        self._version = version
        self._take(enrolment)


def _told(error: psycopg.OperationalError) -> None:
    log.warning("registry_away", fault=str(error).strip(), meaning="the enrolment before stays in force")
