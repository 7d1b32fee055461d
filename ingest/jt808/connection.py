"""One terminal's TCP connection: its bytes to its session, what the session puts out to wherever it belongs."""

from __future__ import annotations

import asyncio
import time
from typing import Protocol

from ingest.jt808.bureau import Bureau, Moment
from ingest.jt808.session import Session

UNREAD_BYTES_MOST = 64 * 1024  # answers that a terminal does not read: 3,000 of them, far more than it waits for
# What one terminal may send: a day's blind zone, 2 MB, goes up in 16 s; one that floods must not hold up the others.
READ_BYTES_PER_S = 128 * 1024
READ_BURST_BYTES = 256 * 1024
GOODBYE_S = 5.0  # for the last answers to a terminal that is put out


class House(Protocol):
    """Who keeps the connections."""

    bureau: Bureau

    def now(self) -> Moment:
        """Return the present."""

    def opened(self, connection: Connection) -> None:
        """Take a connection in."""

    def closed(self, connection: Connection) -> None:
        """Let a connection go."""

    def carry_out(self, connection: Connection) -> None:
        """Do what a session put out and the connection cannot do by itself."""

    def tell(self, reason: str, peer: str) -> None:
        """Say why a connection ends."""

    def write_down(self, data: bytes, peer: str) -> None:
        """Keep received bytes where an operator asked for it."""


class Connection(asyncio.Protocol):
    """One TCP connection.

    Attributes:
        session: Its conversation.
        opened_s: When it was opened. [s]
    """

    def __init__(self, house: House) -> None:
        self.opened_s = time.monotonic()
        self.session = Session(house.bureau, self.opened_s)
        self._house = house
        self._transport: asyncio.Transport | None = None
        self._peer = ""
        self._may_read_bytes = float(READ_BURST_BYTES)
        self._reckoned_s = self.opened_s

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - a stream server makes stream transports
        self._transport = transport
        self._peer = str(transport.get_extra_info("peername"))
        self._house.opened(self)

    def data_received(self, data: bytes) -> None:
        """Hear the terminal."""
        if self._transport is None:
            return
        at = self._house.now()
        self._house.write_down(data, self._peer)
        self.session.receive(data, at)
        self.carry_out()
        self._slow_down(len(data))

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - why it went is of no weight
        """End."""
        if self._transport is not None:
            self._transport = None
            self._house.closed(self)

    def carry_out(self) -> None:
        """Write and publish what the session put out."""
        out, transport = self.session.out, self._transport
        if out.write and transport is not None:
            transport.write(b"".join(out.write))
            if transport.get_write_buffer_size() > UNREAD_BYTES_MOST:
                self.end("does_not_read")
        out.write.clear()
        if out.publish or out.welcome is not None or out.close:
            self._house.carry_out(self)

    def _slow_down(self, received: int) -> None:
        """Leave unread for a while what a terminal sends beyond its share."""
        now_s = time.monotonic()
        grown = self._may_read_bytes + (now_s - self._reckoned_s) * READ_BYTES_PER_S
        self._may_read_bytes, self._reckoned_s = min(grown, READ_BURST_BYTES) - received, now_s
        transport = self._transport
        if self._may_read_bytes < 0.0 and transport is not None and not transport.is_closing():
            transport.pause_reading()
            asyncio.get_running_loop().call_later(-self._may_read_bytes / READ_BYTES_PER_S, self._read_on)

    def _read_on(self) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.resume_reading()

    def end(self, reason: str) -> None:
        """End the connection: what was written still goes out where the terminal reads it."""
        transport, self._transport = self._transport, None
        if transport is None:
            return
        self._house.bureau.counts[f"ended_{reason}"] += 1
        self._house.tell(reason, self._peer)
        if reason == "does_not_read":
            transport.abort()
        else:
            transport.close()
            if transport.get_write_buffer_size() > 0:
                asyncio.get_running_loop().call_later(GOODBYE_S, transport.abort)
        self._house.closed(self)
