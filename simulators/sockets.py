"""Connected sockets that block nobody: TCP and TLS on the running event loop."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from admission.tls import client_context
from firmware_contracts.transport import BrokerAddress

TIMEOUT_S = 20.0  # for connecting: over a link that loses every seventh packet an answer comes within 7 s


async def connected_socket(address: BrokerAddress, context: ssl.SSLContext | None = None) -> socket.socket:
    """Return a connected socket that does not block, encrypted where the address names an authority.

    Raises:
        OSError: Nobody listens there, or the certificates do not please.
        AdmissionError: A certificate or key file is missing, or is not what it should be.
    """
    loop, context = asyncio.get_running_loop(), context or client_context(address)
    async with asyncio.timeout(TIMEOUT_S):
        sock = await _tcp(loop, address)
        try:
            return sock if context is None else await _encrypted(loop, sock, context, address.host)
        except BaseException:
            sock.close()
            raise


async def _tcp(loop: asyncio.AbstractEventLoop, address: BrokerAddress) -> socket.socket:
    failure = OSError(f"expected an address of {address.host}, got none")
    for family, kind, protocol, _, where in await loop.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM):
        sock = socket.socket(family, kind, protocol)
        sock.setblocking(False)
        try:
            await loop.sock_connect(sock, where)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except OSError as error:
            sock.close()
            failure = error
        except BaseException:
            sock.close()
            raise
        else:
            return sock
    raise failure


async def _resolved(loop: asyncio.AbstractEventLoop, address: BrokerAddress) -> list[Any]:
    """Return where a host can be reached; one given by its number costs no thread."""
    with suppress(socket.gaierror):
        numeric = socket.AI_NUMERICHOST
        return socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM, flags=numeric)
    return await loop.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)


async def _encrypted(
    loop: asyncio.AbstractEventLoop, sock: socket.socket, context: ssl.SSLContext, host: str
) -> ssl.SSLSocket:
    encrypted = context.wrap_socket(sock, server_hostname=host, do_handshake_on_connect=False)
    try:
        while True:
            try:
                encrypted.do_handshake()
            except ssl.SSLWantReadError:
                await _until(encrypted, loop.add_reader, loop.remove_reader)
            except ssl.SSLWantWriteError:
                await _until(encrypted, loop.add_writer, loop.remove_writer)
            else:
                return encrypted
    except BaseException:
        encrypted.close()
        raise


async def _until(sock: socket.socket, add: Callable[..., Any], remove: Callable[[Any], bool]) -> None:
    """Wait until a socket can be read, or written."""
    ready = asyncio.get_running_loop().create_future()
    add(sock, lambda: None if ready.done() else ready.set_result(None))
    try:
        await ready
    finally:
        remove(sock)
