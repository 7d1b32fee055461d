"""Live positions for all viewers from one read a second; nobody waits for anybody.

A tick reads every truck's newest state, packs it once and remembers for each record the tick at which it changed last.
A viewer is sent what changed since the tick that it was sent before, cut by what it may see: however slow its reader
is, nothing is queued for it, and what it gets next is the newest state. Nothing is read while nobody looks.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

import numpy as np
import psycopg
import structlog
from numpy.typing import NDArray

from api.coarse_positions import coarse_records, slot_of
from api.database import Database
from api.errors import TooManyStreamsError
from api.live_positions_records import RECORD, changed, records
from storage.queries.live import Fleet, read_fleet, read_live, read_visible

log = structlog.get_logger(__name__)

TICK_S = 1.0
# How soon a truck that was registered, renamed, or drove into a district is seen by those who may. [s]
FLEET_S = 10.0
SCOPE_S = 10.0
# 100 maps of 10,000 trucks take 20 MB/s and a third of a core; a second API process takes the next hundred.
VIEWERS_MOST = 100
# Of one user: a duty room may share a log-in; nobody keeps everybody else out.
VIEWERS_OF_ONE = 50

NOBODY = Fleet(np.empty(0, np.int32), [], [], [])


@dataclass(frozen=True, slots=True)
class City:
    """Every truck at one tick.

    Attributes:
        tick: Counts up.
        now_s: When it was read, Unix time. [s]
        records: Of trucks that ever had a position, shape (V,), by ascending number.
        changed_at: Tick at which each record changed last, likewise.
    """

    tick: int
    now_s: float
    records: NDArray[np.void]
    changed_at: NDArray[np.int64]


EMPTY = City(0, 0.0, np.empty(0, RECORD), np.empty(0, np.int64))


def next_city(before: City, packed: NDArray[np.void], now_s: float) -> City:
    """Return the city one tick later; a truck that was not there before has changed."""
    tick = before.tick + 1
    changed_at = np.full(len(packed), tick, np.int64)
    numbers, known = packed["vehicle_no"], before.records["vehicle_no"]
    at = np.searchsorted(known, numbers).clip(max=max(len(known) - 1, 0))
    if len(known):
        same = np.flatnonzero(known[at] == numbers)
        quiet = same[~changed(packed[same], before.records[at[same]])]
        changed_at[quiet] = before.changed_at[at[quiet]]
    return City(tick, now_s, packed, changed_at)


class LivePositions:
    """Follows the newest positions while somebody looks.

    Attributes:
        city: Of the newest tick.
        coarse: The first of these ten minutes, for viewers who may not follow a truck.
        fleet: The trucks in service; another object when something about them changed.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._viewers: Counter[int] = Counter()
        self._following: asyncio.Task[None] | None = None
        self._ticked = asyncio.Event()
        self._fleet_read_s = -FLEET_S
        self.city = EMPTY
        self.coarse = EMPTY
        self.fleet = NOBODY

    @contextmanager
    def looking(self, user_no: int) -> Iterator[None]:
        """Keep positions coming for as long as the block lasts.

        Raises:
            TooManyStreamsError: Every place is taken, or the user has as many as one may.
        """
        if self._viewers.total() >= VIEWERS_MOST:
            raise TooManyStreamsError(f"expected up to {VIEWERS_MOST} live maps, all are taken")
        if self._viewers[user_no] >= VIEWERS_OF_ONE:
            raise TooManyStreamsError(f"expected up to {VIEWERS_OF_ONE} live maps of one user, all are taken")
        self._viewers[user_no] += 1
        if self._following is None or self._following.done():
            self.city = City(self.city.tick, 0.0, EMPTY.records, EMPTY.changed_at)  # what was is long over
            self._following = asyncio.create_task(self._follow(), name="live positions")
            self._following.add_done_callback(_report_end)
        try:
            yield
        finally:
            self._viewers -= Counter((user_no,))  # which forgets who has none left
            if not self._viewers:
                self._following.cancel()
                self._following = None

    async def after(self, tick: int) -> City:
        """Return the newest city, waiting until there is a later one than that of a tick."""
        while self.city.tick <= tick:
            await self._ticked.wait()
        return self.city

    async def visible(self, user_no: int) -> NDArray[np.int32]:
        """Return the numbers of the trucks that a user sees now, ascending."""
        return await self._database.read(partial(read_visible, viewer=user_no))

    async def _follow(self) -> None:
        due_s = time.monotonic()
        while True:
            try:
                await self._tick()
            except psycopg.Error as error:  # the next tick asks again; the age of what is shown tells how old it is
                log.warning("live_positions_unread", error=str(error))
            due_s = max(due_s + TICK_S, time.monotonic())
            await asyncio.sleep(due_s - time.monotonic())

    async def _tick(self) -> None:
        columns = await self._database.read(read_live)
        strange = not np.isin(columns["vehicle_no"], self.fleet.vehicle_no).all()
        if strange or time.monotonic() - self._fleet_read_s >= FLEET_S:
            await self._read_fleet()
        now_s = time.time()
        self.city = next_city(self.city, records(columns, int(now_s * 1000)), now_s)
        if slot_of(now_s) != slot_of(self.coarse.now_s):
            self.coarse = next_city(self.coarse, coarse_records(self.city.records), now_s)
        self._ticked.set()
        self._ticked = asyncio.Event()

    async def _read_fleet(self) -> None:
        fleet = await self._database.read(read_fleet)
        self._fleet_read_s = time.monotonic()
        if not np.array_equal(fleet.vehicle_no, self.fleet.vehicle_no) or fleet[1:] != self.fleet[1:]:
            self.fleet = fleet


def _report_end(following: asyncio.Task[None]) -> None:
    """Say that positions ended by a mistake of ours; the next viewer starts them again."""
    if not following.cancelled() and (error := following.exception()) is not None:
        log.error("live_positions_ended", exc_info=error)
