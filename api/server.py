"""uvicorn with the two things that event streams need: stalled readers are dropped, and shutting down ends streams."""

from __future__ import annotations

import socket

import uvicorn
from fastapi import FastAPI

from api.event_feed import EventFeed

# A reader that takes nothing for this long is cut by the kernel; the application cannot, it waits in `send`. [ms]
STALLED_READER_MS = 30_000
# Longest message that a WebSocket's client may send.
SAID_MOST_BYTES = 4_096
# Requests that run when SIGTERM comes get this long. [s]
SHUTDOWN_S = 10


class Server(uvicorn.Server):
    """A server that ends its event streams before it waits for open answers to finish."""

    def __init__(self, config: uvicorn.Config, feed: EventFeed) -> None:
        super().__init__(config)
        self._feed = feed

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End the streams, then shut down as usual."""
        self._feed.finish()
        await super().shutdown(sockets)


def listening_socket(host: str, port: int) -> socket.socket:
    """Return a bound socket; port 0 picks a free one."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    # Accepted connections inherit it. asyncio sets it only where a socket names its protocol, which this one does not:
    # the second half of each answer then waits 40 ms for the client's acknowledgement of the first.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if hasattr(socket, "TCP_USER_TIMEOUT"):
        # Accepted connections inherit it.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, STALLED_READER_MS)
    listener.bind((host, port))
    return listener


def make_server(app: FastAPI, log_level: str = "warning") -> Server:
    """Return a server for an app made by `create_app`; run it with a listening socket."""
    trusted = app.state.services.settings.trusted_proxies
    config = uvicorn.Config(
        app,
        # X-Forwarded-For and -Proto are what anybody may write. Where nobody is trusted nothing of it is read:
        # uvicorn by itself would trust this machine, and FORWARDED_ALLOW_IPS.
        proxy_headers=bool(trusted),
        forwarded_allow_ips=list(trusted),
        log_level=log_level,
        access_log=False,
        server_header=False,
        lifespan="on",
        timeout_graceful_shutdown=SHUTDOWN_S,
        # Positions hardly compress, and viewers say nothing.
        ws_per_message_deflate=False,
        ws_max_size=SAID_MOST_BYTES,
    )
    return Server(config, app.state.services.feed)
