"""Entries of the audit log on their way to the database: those that wait together are written in one commit.

Each request waits for its own entry. While one commit runs the next entries gather, so that a hundred looks at once
cost a few commits instead of a hundred that wait for each other's place in the chain.
"""

from __future__ import annotations

import asyncio

import psycopg
from psycopg import Connection

from api.errors import NotReadyError
from storage.audit_log import Entry, append
from storage.connect import connect_writer

# A commit carries at most this many, so that it stays short: some tens of milliseconds.
ENTRIES_A_COMMIT = 200
# Requests that may wait: more than a server holds open at once, some seconds of commits.
WAITING_MOST = 2_000
# Longest that a commit may take; the lock of the chain is held for milliseconds. [s]
SLOW_S = 10


class Trail:
    """Appends to the audit log on a connection of its own.

    Args:
        url: libpq URL or keyword string.
        password: Where the URL holds none.
    """

    def __init__(self, url: str, password: str | None) -> None:
        self._url = url
        self._password = password
        self._waiting: list[tuple[Entry, asyncio.Future[None]]] = []
        self._writing: asyncio.Task[None] | None = None
        self._connection: Connection | None = None

    async def append(self, entry: Entry) -> None:
        """Return once the entry is on disk.

        Raises:
            psycopg.OperationalError: The database does not answer.
            NotReadyError: Too many entries wait.
        """
        if len(self._waiting) >= WAITING_MOST:
            raise NotReadyError(f"expected at most {WAITING_MOST} entries of the audit log to wait, got more")
        written = asyncio.get_running_loop().create_future()
        self._waiting.append((entry, written))
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write_all(), name="audit trail")
        await written

    async def close(self) -> None:
        """Write what waits and close the connection."""
        if self._writing is not None:
            await asyncio.wait([self._writing])
        if self._connection is not None:
            self._connection.close()

    async def _write_all(self) -> None:
        while self._waiting:
            taken, self._waiting = self._waiting[:ENTRIES_A_COMMIT], self._waiting[ENTRIES_A_COMMIT:]
            try:
                await asyncio.to_thread(self._write, [entry for entry, _ in taken])
            except Exception as error:  # noqa: BLE001 - each waiting request raises it
                _end(taken, error)
            else:
                _end(taken, None)

    def _write(self, entries: list[Entry]) -> None:
        try:
            append(self._connected(), entries)
        except psycopg.OperationalError:
            # The connection may have died of a restart; should the entries be there already, a look is told twice.
            if self._connection is not None:
                self._connection.close()
            append(self._connected(), entries)

    def _connected(self) -> Connection:
        if self._connection is None or self._connection.closed:
            self._connection = connect_writer(self._url, application_name="muckline-api-audit", password=self._password)
            self._connection.execute("select set_config('statement_timeout', %s, false)", [f"{SLOW_S}s"])
        return self._connection


def _end(taken: list[tuple[Entry, asyncio.Future[None]]], error: Exception | None) -> None:
    for _, written in taken:
        if written.done():
            continue  # its request was given up
        if error is None:
            written.set_result(None)
        else:
            written.set_exception(error)
