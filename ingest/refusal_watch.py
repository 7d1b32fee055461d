"""Hears at once which devices were suspended or revoked.

A changed world is read and built anew, which takes a second in a city; a stolen terminal would be believed for so long.
What is heard here counts until a world that knows of it is in force, and no longer. Nothing depends on hearing it: what
is missed, the watch of the world finds.
"""

from __future__ import annotations

from psycopg import Connection

from ingest.database_watch import DatabaseWatch
from storage.devices import REFUSED_CHANNEL

LOOK_S = 10.0  # nothing is asked of the database then


class RefusalWatch:
    """A thread of its own: that of the world is busy just when the second of two devices is suspended."""

    def __init__(self, url: str) -> None:
        self._refused: dict[str, int] = {}  # the change of each, by the version of the world that knows of it
        # A database that is away is told of by the others; the watch of the world finds what was missed.
        self._watch = DatabaseWatch("refusal", url, REFUSED_CHANNEL, self._hear)
        self.start, self.close = self._watch.start, self._watch.close

    def later_than(self, version: int) -> frozenset[str]:
        """Return the terminals refused by changes that a world does not know yet; what it knows is forgotten.

        Raises:
            RuntimeError: The thread has ended by a fault of ours.
        """
        self._watch.check()
        for terminal, changed in list(self._refused.items()):
            if changed <= version:
                self._refused.pop(terminal)
        return frozenset(self._refused)

    def _hear(self, connection: Connection) -> None:
        for notice in self._watch.wait(connection, LOOK_S):
            version, _, terminal = notice.payload.partition(" ")
            self._refused[terminal] = int(version)
