"""Exports small enough to be waited for: made in a thread on a connection of their own, which only reads."""

from __future__ import annotations

import asyncio
import tempfile
from datetime import datetime
from typing import IO, BinaryIO, cast

import psycopg

from api.database import read_only_conninfo
from supervision.exports.make import write_export
from supervision.exports.order import Order
from supervision.exports.rows import Asker

# Rows of an export that is answered at once: some seconds. More are ordered.
ROWS_MOST = 50_000
# Beside other requests; the rest wait their turn.
AT_A_TIME = 2
# Larger files go to disk while they are made. [bytes]
IN_MEMORY = 4 * 1024 * 1024


class ExportMaker:
    """Makes exports.

    Args:
        url: libpq URL or keyword string.
        password: Where the URL holds none.
        statement_timeout_s: Longest a statement may run. [s]
    """

    def __init__(self, url: str, password: str | None, statement_timeout_s: int) -> None:
        self._conninfo = read_only_conninfo(url, "muckline-api-export", password)
        self._statement_timeout_s = statement_timeout_s
        self._turns = asyncio.Semaphore(AT_A_TIME)

    async def made(self, order: Order, asker: Asker, now: datetime) -> tuple[IO[bytes], int]:
        """Return the whole file, to be closed by the caller, and how many rows it holds.

        Raises:
            OrderRefused: It cannot be made, or holds too many rows.
            psycopg.OperationalError: The database does not answer.
        """
        async with self._turns:
            return await asyncio.to_thread(self._made, order, asker, now)

    def _made(self, order: Order, asker: Asker, now: datetime) -> tuple[IO[bytes], int]:
        file = cast(BinaryIO, tempfile.SpooledTemporaryFile(IN_MEMORY))  # noqa: SIM115 - it outlives this call
        try:
            with psycopg.connect(self._conninfo, autocommit=True) as connection:
                limit = f"{self._statement_timeout_s}s"
                connection.execute("select set_config('statement_timeout', %s, false)", [limit])
                rows = write_export(connection, order, asker, file, now=now, rows_most=ROWS_MOST)
        except BaseException:
            file.close()
            raise
        file.seek(0)
        return file, rows
