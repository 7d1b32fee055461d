"""The API's way to write: the few things that people order, one connection each, never retried.

Everything else that the API does reads, through `api.database`, whose sessions cannot write. What is ordered here must
not be done twice, so that a failure is told and the asker decides.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

import psycopg
from psycopg import Connection

from storage.connect import connect_writer

Result = TypeVar("Result")

AT_A_TIME = 4  # people ordering at the same moment; the rest wait their turn
SLOW_S = 10.0  # longest that a statement may take; locks of a batch are held for a tenth of a second


class Writer:
    """Writes on connections of its own.

    Args:
        url: libpq URL or keyword string.
        password: Where the URL holds none.
    """

    def __init__(self, url: str, password: str | None) -> None:
        self._url = url
        self._password = password
        self._turns = asyncio.Semaphore(AT_A_TIME)

    async def write(self, work: Callable[[Connection], Result]) -> Result:
        """Return what `work` returns, done on a connection in autocommit.

        Raises:
            psycopg.OperationalError: The database does not answer.
        """
        async with self._turns:
            return await asyncio.to_thread(self._write, work)

    def _write(self, work: Callable[[Connection], Result]) -> Result:
        with connect_writer(self._url, application_name="muckline-api-writer", password=self._password) as connection:
            try:
                connection.execute("select set_config('statement_timeout', %s, false)", [f"{SLOW_S:.0f}s"])
                return work(connection)
            except psycopg.errors.QueryCanceled as error:
                raise psycopg.OperationalError("the database is busy") from error
