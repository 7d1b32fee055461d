"""One database listener for all event streams.

A single connection listens for committed changes of events, reads them in the order of their `change_no` and hands
each, already serialized, to the bounded queue of every stream that wants it. What happens around it:

- A notification can be lost with its connection, so the table is read each second all the same.
- A stream whose queue is full is ended. Its client comes back with `Last-Event-ID` and reads what it missed from the
  database; nothing has to be kept for it meanwhile.
- The database may go away: streams stay open, and go on where they stood once it is back.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg
import structlog
from fastapi.sse import format_sse_event
from psycopg import AsyncConnection

from api.answers import json_bytes
from api.database import read_only_conninfo
from api.errors import NotReadyError, TooManyStreamsError
from api.event_answer import event_answer
from api.instruments import Instruments
from storage.connect import configure_reader
from storage.queries import events as queries

log = structlog.get_logger(__name__)

# A lost notification delays a change by no more than this. [s]
POLL_S = 1.0
# Pause before the listener connects again. [s]
RECONNECT_S = 0.5
# Rows read at once; bounds memory, not what is delivered.
PAGE = 500
# Changes that a stream may lag behind: some seconds of a city in uproar, about a megabyte shared by all streams.
QUEUE_MAX = 2_000


@dataclass(frozen=True, slots=True)
class Change:
    """One change of an event, as every stream sends it; `message` is framed once for all of them."""

    change_no: int
    vehicle_id: str
    kind: str
    severity: int
    message: bytes


Wanted = Callable[[Change], bool]


class Subscription:
    """The changes waiting for one stream.

    Attributes:
        since: Changes up to this number are in the database and not in the queue, later ones come through the queue.
    """

    def __init__(self, wanted: Wanted, since: int) -> None:
        self.wanted = wanted
        self.since = since
        self.ended = False
        self._changes: deque[Change] = deque()
        self._news = asyncio.Event()

    def offer(self, change: Change) -> bool:
        """Queue a change if it is wanted; return False, and end, when the reader is too slow for it."""
        if self.ended or not self.wanted(change):
            return True
        if len(self._changes) >= QUEUE_MAX:
            self.end()
            return False
        self._changes.append(change)
        self._news.set()
        return True

    def end(self) -> None:
        """Let the stream end; what it has not sent is read again from the database by `Last-Event-ID`."""
        self.ended = True
        self._changes.clear()
        self._news.set()

    async def take(self, wait_s: float) -> list[Change]:
        """Return what is queued, waiting for it up to `wait_s`; nothing when nothing came or the stream ends."""
        try:
            async with asyncio.timeout(wait_s):
                await self._news.wait()
        except TimeoutError:
            return []
        taken = list(self._changes)
        self._changes.clear()
        if not self.ended:
            self._news.clear()
        return taken


class EventFeed:
    """Follows the table of events and fans its changes out.

    Args:
        url: libpq URL or keyword string.
        password: Where the URL holds none.
        max_streams: Most streams open at once.
        statement_timeout_s: Longest a statement may run. [s]
        instruments: Where it counts.
    """

    def __init__(
        self, url: str, password: str | None, max_streams: int, statement_timeout_s: int, instruments: Instruments
    ) -> None:
        self._conninfo = read_only_conninfo(url, "muckline-api-feed", password)
        self._statement_timeout_s = statement_timeout_s
        self._max_streams = max_streams
        self._instruments = instruments
        self._subscriptions: set[Subscription] = set()
        self._finished = False
        self._cursor: int | None = None
        self.connected = False

    @property
    def cursor(self) -> int:
        """Return the number of the newest change handed out.

        Raises:
            NotReadyError: The database has not been reached yet.
        """
        if self._cursor is None:
            raise NotReadyError("expected a first look at the events, the database has not answered yet")
        return self._cursor

    async def run(self) -> None:
        """Follow for ever; returns only by cancellation."""
        lost = False
        while True:
            try:
                async with await AsyncConnection.connect(self._conninfo, autocommit=True) as connection:
                    await configure_reader(connection, self._statement_timeout_s)
                    await self._follow(connection)
            except psycopg.Error as error:
                if self.connected or not lost:
                    log.warning("event_feed_lost", error=str(error))
                lost = True
            finally:
                self._set_connected(False)
            await asyncio.sleep(RECONNECT_S)

    @contextmanager
    def subscribe(self, wanted: Wanted) -> Iterator[Subscription]:
        """Open a stream's queue for as long as the stream lives.

        Raises:
            TooManyStreamsError: Every stream is taken.
            NotReadyError: The database has not been reached yet, or this server is shutting down.
        """
        if self._finished:
            raise NotReadyError("expected a running server, it is shutting down")
        if len(self._subscriptions) >= self._max_streams:
            raise TooManyStreamsError(f"expected up to {self._max_streams} streams, all are taken")
        subscription = Subscription(wanted, self.cursor)
        self._subscriptions.add(subscription)
        self._instruments.streams.inc()
        try:
            yield subscription
        finally:
            self._subscriptions.discard(subscription)
            self._instruments.streams.dec()

    def finish(self) -> None:
        """End every stream and take no new ones."""
        self._finished = True
        self._end_all()

    async def _follow(self, connection: AsyncConnection[object]) -> None:
        await queries.listen(connection)
        newest = await queries.newest_change_no(connection)
        if self._cursor is None or newest < self._cursor:
            # The first look; or another database under the same name: streams come back and are told to reload.
            self._cursor = newest
            self._end_all()
        self._set_connected(True)
        while True:
            while await self._read_page(connection) == PAGE:
                pass
            async for _ in connection.notifies(timeout=POLL_S, stop_after=1):
                pass

    async def _read_page(self, connection: AsyncConnection[object]) -> int:
        changes = await read_changes(connection, self.cursor, PAGE)
        for change in changes:
            for subscription in self._subscriptions:
                if not subscription.offer(change):
                    self._instruments.streams_cut.inc()
            self._cursor = change.change_no
        self._instruments.changes.inc(len(changes))
        return len(changes)

    def _end_all(self) -> None:
        for subscription in self._subscriptions:
            subscription.end()

    def _set_connected(self, connected: bool) -> None:
        self.connected = connected
        self._instruments.feed_up.set(connected)


async def read_changes(connection: AsyncConnection[object], after: int, limit: int) -> list[Change]:
    """Return the changes after a number, in order, at most `limit`."""
    return [
        Change(
            row["change_no"],
            row["vehicle_id"],
            row["kind"],
            row["severity"],
            format_sse_event(data_str=json_bytes(event_answer(row)).decode(), event="event", id=str(row["change_no"])),
        )
        for row in await queries.read_changes(connection, after, limit)
    ]
