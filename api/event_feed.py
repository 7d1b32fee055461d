"""One database listener for all streams of events and cases.

A single connection listens for committed changes, reads them in the order of their `change_no` and hands each to the
bounded queue of every stream that wants it and whose viewer sees it; it is serialized once for each role. What happens
around it:

- A notification can be lost with its connection, so the table is read each second all the same.
- A stream whose queue is full is ended. Its client comes back with `Last-Event-ID` and reads what it missed from the
  database; nothing has to be kept for it meanwhile.
- The database may go away: streams stay open, and go on where they stood once it is back.
- What a viewer sees may change, with the user or with the world: scopes are read again every second, and the streams of
  somebody who was disabled, has another role now or has logged out, end.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections import deque
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
import structlog
from fastapi.sse import format_sse_event
from psycopg import AsyncConnection
from psycopg.rows import DictRow

from api.answers import json_bytes
from api.case_answer import case_answer
from api.database import read_only_conninfo
from api.errors import NotReadyError, TooManyStreamsError
from api.event_answer import event_answer
from api.instruments import Instruments
from api.viewer import Role, Viewer
from storage.connect import configure_reader
from storage.queries import cases, events
from storage.queries.scope import Scope
from storage.queries.scopes import read_logins, read_scopes

log = structlog.get_logger(__name__)

# A lost notification delays a change by no more than this. [s]
POLL_S = 1.0
# How old what is known of a viewer's scope may be, beside the wait for the next look. [s]
SCOPES_S = 0.5
# Pause before the listener connects again. [s]
RECONNECT_S = 0.5
# Rows read at once; bounds memory, not what is delivered.
PAGE = 500
# Changes that a stream may lag behind: some seconds of a city in uproar, about a megabyte shared by all streams.
QUEUE_MAX = 2_000


@dataclass(frozen=True, slots=True)
class FeedSource:
    """A table whose changes are followed.

    Attributes:
        name: Of the messages: `event` or `case`.
        reload: Where a client loads what it missed.
        listen: Lets the connection hear of commits.
        newest: Returns the number of the newest change.
        read: Returns the rows changed after a number, at most so many.
        answer: Returns a row as its list shows it to a viewer; depends on nothing of the viewer but the role.
    """

    name: str
    reload: str
    listen: Callable[[AsyncConnection[Any]], Awaitable[None]]
    newest: Callable[[AsyncConnection[Any]], Awaitable[int]]
    read: Callable[[AsyncConnection[Any], int, int], Awaitable[list[DictRow]]]
    answer: Callable[[Mapping[str, Any], Viewer], dict[str, Any]]


EVENT_SOURCE = FeedSource(
    "event", "/v1/events", events.listen, events.newest_change_no, events.read_changes, event_answer
)
CASE_SOURCE = FeedSource("case", "/v1/cases", cases.listen, cases.newest_change_no, cases.read_changes, case_answer)
SOURCES = (EVENT_SOURCE, CASE_SOURCE)


class Change:
    """One change of an event or case, framed once for each role that reads it."""

    __slots__ = ("_messages", "_source", "change_no", "row")

    def __init__(self, source: FeedSource, row: DictRow) -> None:
        self._source = source
        self._messages: dict[Role, bytes] = {}
        self.row = row
        self.change_no: int = row["change_no"]

    def message(self, viewer: Viewer) -> bytes:
        """Return the message as the viewer's role sees it."""
        if viewer.role not in self._messages:
            data = json_bytes(self._source.answer(self.row, viewer)).decode()
            framed = format_sse_event(data_str=data, event=self._source.name, id=str(self.change_no))
            self._messages[viewer.role] = framed
        return self._messages[viewer.role]


Wanted = Callable[[Mapping[str, Any]], bool]


class Subscription:
    """The changes waiting for one stream.

    Attributes:
        source: What it is about.
        viewer: Whose it is.
        scope: How far the viewer sees at present.
        since: Changes up to this number are in the database and not in the queue, later ones come through the queue.
    """

    def __init__(self, source: FeedSource, viewer: Viewer, scope: Scope, wanted: Wanted, *, since: int) -> None:
        self.source = source
        self.viewer = viewer
        self.scope = scope
        self.since = since
        self._wanted = wanted
        self.ended = False
        self._changes: deque[Change] = deque()
        self._news = asyncio.Event()

    def takes(self, change: Change) -> bool:
        """Tell whether the viewer sees a change and wants it."""
        row = change.row
        return self.scope.sees(row["company_id"], row["district_id"]) and self._wanted(row)

    def offer(self, change: Change) -> bool:
        """Queue a change if it is to be sent; return False, and end, when the reader is too slow for it."""
        if self.ended or not self.takes(change):
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
    """Follows the tables of events and cases and fans their changes out.

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
        self._cursors: dict[str, int] = {}
        self._scopes_read_s = -math.inf
        self.connected = False

    def cursor(self, source: FeedSource) -> int:
        """Return the number of the newest change handed out.

        Raises:
            NotReadyError: The database has not been reached yet.
        """
        if source.name not in self._cursors:
            raise NotReadyError("expected a first look at the changes, the database has not answered yet")
        return self._cursors[source.name]

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
    def subscribe(self, source: FeedSource, viewer: Viewer, scope: Scope, wanted: Wanted) -> Iterator[Subscription]:
        """Open a stream's queue for as long as the stream lives.

        Args:
            source: What the stream is about.
            viewer: Who reads it.
            scope: How far the viewer sees now.
            wanted: Tells of a row whether the viewer asked for it.

        Raises:
            TooManyStreamsError: Every stream is taken, or the viewer has as many as one may.
            NotReadyError: The database has not been reached yet, or this server is shutting down.
        """
        if self._finished:
            raise NotReadyError("expected a running server, it is shutting down")
        if len(self._subscriptions) >= self._max_streams:
            raise TooManyStreamsError(f"expected up to {self._max_streams} streams, all are taken")
        # A duty room may share a log-in; nobody keeps everybody else out.
        of_one = self._max_streams // 2 + 1
        if sum(each.viewer.user_no == viewer.user_no for each in self._subscriptions) >= of_one:
            raise TooManyStreamsError(f"expected up to {of_one} streams of one user, all are taken")
        subscription = Subscription(source, viewer, scope, wanted, since=self.cursor(source))
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

    async def _follow(self, connection: AsyncConnection[Any]) -> None:
        for source in SOURCES:
            await source.listen(connection)
            await self._find_place(connection, source)
        self._set_connected(True)
        while True:
            await self._read_scopes(connection)
            for source in SOURCES:
                while await self._read_page(connection, source) == PAGE:
                    pass
            async for _ in connection.notifies(timeout=POLL_S, stop_after=1):
                pass

    async def _find_place(self, connection: AsyncConnection[Any], source: FeedSource) -> None:
        newest = await source.newest(connection)
        if newest < self._cursors.get(source.name, math.inf):
            # The first look; or another database under the same name: streams come back and are told to reload.
            self._cursors[source.name] = newest
            for subscription in self._of(source):
                subscription.end()

    async def _read_scopes(self, connection: AsyncConnection[Any]) -> None:
        """Keep what viewers see up to date; in a burst of changes too it is read once in `SCOPES_S`."""
        if time.monotonic() - self._scopes_read_s < SCOPES_S or not self._subscriptions:
            return
        before = list(self._subscriptions)
        viewers = [subscription.viewer for subscription in before]
        found = await read_scopes(connection, {viewer.user_no for viewer in viewers})
        sessions = {viewer.session_id for viewer in viewers if viewer.session_id is not None}
        keys = {viewer.key_id for viewer in viewers if viewer.key_id is not None}
        logins = await read_logins(connection, sessions, keys)
        self._scopes_read_s = time.monotonic()
        for subscription in before:
            role, scope = found.get(subscription.viewer.user_no, (None, Scope()))
            subscription.scope = scope
            if role != subscription.viewer.role or subscription.viewer.login not in logins:
                subscription.end()

    async def _read_page(self, connection: AsyncConnection[Any], source: FeedSource) -> int:
        changes = await read_changes(connection, source, self.cursor(source), PAGE)
        for change in changes:
            for subscription in self._of(source):
                if not subscription.offer(change):
                    self._instruments.streams_cut.inc()
            self._cursors[source.name] = change.change_no
        self._instruments.changes_of[source.name].inc(len(changes))
        return len(changes)

    def _of(self, source: FeedSource) -> list[Subscription]:
        return [subscription for subscription in self._subscriptions if subscription.source is source]

    def _end_all(self) -> None:
        for subscription in self._subscriptions:
            subscription.end()

    def _set_connected(self, connected: bool) -> None:
        self.connected = connected
        self._instruments.feed_up.set(connected)


async def read_changes(connection: AsyncConnection[Any], source: FeedSource, after: int, limit: int) -> list[Change]:
    """Return the changes after a number, in order, at most `limit`, whoever may see them."""
    return [Change(source, row) for row in await source.read(connection, after, limit)]
