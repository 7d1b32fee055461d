"""The API's way to the database: a small pool whose reads survive a restart of the server.

Measured for this pool (psycopg_pool 3.3): without care one request fails for each connection that a restart broke; with
`check=` on every request the first answer takes up to 31 s. Checking the pool once and asking once more loses none and
takes hundredths of a second, and is safe because everything that goes through here only reads.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, TypeVar

import psycopg
from psycopg import AsyncConnection
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg_pool import AsyncConnectionPool, PoolClosed, PoolTimeout

from storage.connect import configure_reader, conninfo

T = TypeVar("T")
Query = Callable[[AsyncConnection[Any]], Awaitable[T]]

# How long a request waits for a connection: a client whose database is down is told within seconds. [s]
POOL_WAIT_S = 3.0
# The pool gives a lost connection up this soon. It then makes a new one as soon as a request wants one, whereas its own
# attempts back off without bound: minutes of needless outage after a long one. [s]
RECONNECT_S = 1.0
# A server that is frozen, not dead, sends nothing that could break a connection, and cancelling a statement on it takes
# psycopg up to 10 s: only a clock of our own, set past the server's statement timeout, ends such a request. [s]
FROZEN_MARGIN_S = 10.0


def read_only_conninfo(url: str, application_name: str, password: str | None) -> str:
    """Return the connection string of a session that cannot write."""
    info = conninfo(url, application_name=application_name, password=password)
    options = conninfo_to_dict(info).get("options") or ""
    return make_conninfo(info, options=f"{options} -c default_transaction_read_only=on".strip())


class Database:
    """Reads through a pool of connections.

    Args:
        url: libpq URL or keyword string.
        password: Where the URL holds none.
        pool_size: Most connections held.
        statement_timeout_s: Longest a statement may run. [s]
    """

    def __init__(self, url: str, password: str | None, pool_size: int, statement_timeout_s: int) -> None:
        self._statement_timeout_s = statement_timeout_s
        self.pool = AsyncConnectionPool(
            read_only_conninfo(url, "muckline-api", password),
            configure=partial(configure_reader, statement_timeout_s=statement_timeout_s),
            min_size=pool_size,
            max_size=pool_size,
            timeout=POOL_WAIT_S,
            reconnect_timeout=RECONNECT_S,
            open=False,
            name="muckline-api",
        )

    async def open(self) -> None:
        """Begin to connect; a database that is down now may come later."""
        await self.pool.open(wait=False)

    async def close(self) -> None:
        """Close every connection."""
        await self.pool.close()

    async def read(self, query: Query[T]) -> T:
        """Return what a query returns, asked again once where the connection turned out to be dead.

        Raises:
            psycopg.OperationalError: The database does not answer, or took longer than the statement timeout.
        """
        try:
            async with asyncio.timeout(self._statement_timeout_s + FROZEN_MARGIN_S):
                return await self._read_again_if_broken(query)
        except TimeoutError as error:
            raise psycopg.OperationalError("the server has stopped answering") from error

    async def _read_again_if_broken(self, query: Query[T]) -> T:
        try:
            return await self._read_once(query)
        except (PoolTimeout, PoolClosed, psycopg.errors.QueryCanceled):
            raise
        except psycopg.OperationalError:
            await self.pool.check()
            return await self._read_once(query)

    async def _read_once(self, query: Query[T]) -> T:
        async with self.pool.connection() as connection:
            return await query(connection)
