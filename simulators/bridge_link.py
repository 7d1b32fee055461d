"""A JT/T 808 terminal's connection to the bridge: as `link.Link`, with its own frames over TCP in place of MQTT."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import numpy as np

from simulators.jt808_terminal import Jt808Terminal
from simulators.roaming import BACKOFF_MAX_S, BACKOFF_S, Roaming
from simulators.station import Station

TIMEOUT_S = 20.0  # for connecting, and for being let in

Where = tuple[str, int]


class _Pipe(asyncio.Protocol):
    """Hands on what comes, and says when it ends."""

    def __init__(self, hear: Callable[[bytes], None]) -> None:
        self._hear = hear
        self.lost: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def data_received(self, data: bytes) -> None:
        self._hear(data)

    def connection_lost(self, _error: Exception | None) -> None:
        if not self.lost.done():
            self.lost.set_result(None)


class BridgeLink(Roaming):
    """One JT/T 808 terminal on one connection; attributes as of `link.Link`."""

    def __init__(  # noqa: PLR0917 - as `link.Link`
        self,
        station: Station,
        bridge: Where,
        clock: Callable[[], float],
        rng: np.random.Generator,
        room: AbstractAsyncContextManager[object] | None = None,
        backoff_s: tuple[float, float] = (BACKOFF_S, BACKOFF_MAX_S),
    ) -> None:
        """Prepare; `run` connects. Arguments as of `link.Link`, with the bridge's host and port."""
        if station.jt808 is None:
            raise ValueError(f"expected a JT/T 808 terminal, got {station.device}")
        super().__init__(clock, rng, room, backoff_s)
        self.station = station
        self._terminal: Jt808Terminal = station.jt808
        self._where = bridge
        self._transport: asyncio.Transport | None = None
        self._since_s = 0.0
        self._timer: asyncio.TimerHandle | None = None

    @property
    def online(self) -> bool:
        """Return whether the bridge has let it in."""
        return self._transport is not None and self._terminal.welcome

    @property
    def held(self) -> int:
        """Return how many records its flash holds."""
        return len(self._terminal)

    @property
    def offered(self) -> int:
        """Return how many records it has stored."""
        return self._terminal.counts.offered

    @property
    def acknowledged(self) -> int:
        """Return how many of them it was allowed to forget."""
        return self._terminal.counts.kept

    def hurry(self) -> None:
        """Send what there is; such a terminal never waits for a fuller message."""
        self.wake()

    def wake(self) -> None:
        """Send what there is to send, and set the timer for what is due later."""
        transport = self._transport
        if transport is None or transport.is_closing():
            return
        before = self._terminal.counts.sent
        if out := self._terminal.take(self._clock()):
            transport.write(out)
        self.sent += self._terminal.counts.sent > before
        due = self._terminal.next_due()
        self._set_timer(self._since_s + TIMEOUT_S if due is None else due)

    def cut(self) -> None:
        """Break the connection, as a pulled battery does."""
        if self._transport is not None:
            self._transport.abort()

    def _failed(self, error: Exception) -> None:
        self.trouble = f"bridge: {error or type(error).__name__}"

    async def _connection(self) -> None:
        async with self._room, asyncio.timeout(TIMEOUT_S):
            loop = asyncio.get_running_loop()
            transport, pipe = await loop.create_connection(lambda: _Pipe(self._hear), *self._where)
        self._transport, self._since_s, self.trouble = transport, self._clock(), ""
        self.connections += 1
        try:
            self._terminal.connected(self._clock())
            self.wake()
            await pipe.lost
        finally:
            self._transport = None
            self._terminal.disconnected()
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None
            transport.close()

    def _hear(self, data: bytes) -> None:
        self._terminal.receive(data, self._clock())
        self.wake()

    def _set_timer(self, at_s: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_at(at_s, self._ring)

    def _ring(self) -> None:
        self._timer = None
        if not self._terminal.welcome and self._clock() - self._since_s >= TIMEOUT_S:
            self.trouble = "bridge: expected to be let in, got no answer"
            self.cut()
        else:
            self.wake()
