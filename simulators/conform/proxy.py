"""A TCP proxy in front of the broker, through which the box connects, so that its link can be broken.

It forwards bytes and looks at none of them, so TLS passes through. While the link is cut, each attempt to connect is
taken, counted and closed at once.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator

from simulators.connection import end

CHUNK_BYTES = 65_536
MAX_ATTEMPTS = 100_000  # a box that tries ten times a second for hours has been understood long before


class LinkProxy:
    """A proxy; `serve` opens it.

    Attributes:
        attempts_ms: When connections were tried, milliseconds since 1970-01-01 UTC.
        port: Where it listens, once it does.
    """

    def __init__(self, host: str, port: int) -> None:
        """Prepare to forward to a broker."""
        self.attempts_ms: list[int] = []
        self.port = 0
        self._target = (host, port)
        self._is_cut = False
        self._open: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    @contextlib.asynccontextmanager
    async def serve(self, port: int, host: str = "127.0.0.1") -> AsyncIterator[LinkProxy]:
        """Listen while the block runs; port 0 takes any.

        Raises:
            OSError: The port cannot be had.
        """
        server = await asyncio.start_server(self._take, host, port)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()
            self._break()
            await end(self._tasks)

    def cut(self, is_cut: bool) -> None:
        """Break the link and keep it broken, or let it be whole again."""
        if is_cut and not self._is_cut:
            self._break()
        self._is_cut = is_cut

    def _break(self) -> None:
        for writer in self._open:
            writer.transport.abort()
        self._open.clear()

    def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Forward in a task of our own: asyncio complains of its own ones when they are cancelled."""
        task = asyncio.get_running_loop().create_task(self._forward(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if len(self.attempts_ms) < MAX_ATTEMPTS:
            self.attempts_ms.append(time.time_ns() // 1_000_000)
        if self._is_cut:
            writer.transport.abort()
            return
        try:
            up_reader, up_writer = await asyncio.open_connection(*self._target)
        except OSError:
            writer.transport.abort()
            return
        self._open |= {writer, up_writer}
        try:
            await asyncio.gather(_pump(reader, up_writer), _pump(up_reader, writer))
        finally:
            self._open -= {writer, up_writer}


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(CHUNK_BYTES):
            writer.write(data)
            await writer.drain()
    writer.transport.abort()
