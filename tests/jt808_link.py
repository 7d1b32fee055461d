"""A simulated JT/T 808 terminal on a TCP connection of its own, as plain as can be; a city's are `BridgeLink`."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable

from simulators.jt808_terminal import Jt808Terminal

READ_BYTES = 4096


class Jt808Link:
    """Keeps a terminal connected, until cancelled.

    Attributes:
        terminal: Whose bytes it moves.
        connections: How often it came through.
    """

    def __init__(
        self, terminal: Jt808Terminal, host: str, port: int, clock: Callable[[], float], reconnect_s: float = 1.0
    ) -> None:
        self.terminal = terminal
        self.connections = 0
        self._host, self._port, self._clock, self._reconnect_s = host, port, clock, reconnect_s
        self._woken = asyncio.Event()
        self._writer: asyncio.StreamWriter | None = None

    def wake(self) -> None:
        """Look again at what the terminal has to send."""
        self._woken.set()

    def cut(self) -> None:
        """Break the connection, as a pulled battery or a blind zone does."""
        if self._writer is not None:
            self._writer.transport.abort()

    async def run(self) -> None:
        """Connect, move bytes, and connect again when the link breaks."""
        while True:
            with contextlib.suppress(OSError):
                reader, writer = await asyncio.open_connection(self._host, self._port)
                self.connections += 1
                self._writer = writer
                try:
                    await self._converse(reader, writer)
                finally:
                    self._writer = None
                    self.terminal.disconnected()
                    writer.close()
            await asyncio.sleep(self._reconnect_s)

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        terminal, clock = self.terminal, self._clock
        terminal.connected(clock())
        hearing = asyncio.create_task(self._hear(reader))
        try:
            while not hearing.done():
                self._woken.clear()
                out = terminal.take(clock())
                if out:
                    writer.write(out)
                    await writer.drain()
                due = terminal.next_due()
                timeout_s = None if due is None else max(due - clock(), 0.0)
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(timeout_s):  # `wait_for` of Python 3.11 may drop a cancellation
                        await self._woken.wait()
        finally:
            hearing.cancel()
            await asyncio.gather(hearing, return_exceptions=True)

    async def _hear(self, reader: asyncio.StreamReader) -> None:
        try:
            while data := await reader.read(READ_BYTES):
                self.terminal.receive(data, self._clock())
                self._woken.set()
        finally:
            self._woken.set()
