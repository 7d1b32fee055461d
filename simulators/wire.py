"""One MQTT connection on the running event loop, lean enough for ten thousand in a process.

paho keeps the protocol (CONNECT, QoS 1, keepalive); what is its own here is the socket. It is connected and encrypted
without blocking anybody, watched by the loop (epoll: `select` is blind past descriptor 1023), and read a bufferful at a
time. No thread, no task and no queue belong to a connection. `_create_socket`, `_sock_recv` and `_sock_close` are
private to paho: the version is pinned, and the tests of this module fail when one of them changes.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from paho.mqtt import client as paho
from paho.mqtt.enums import CallbackAPIVersion

from firmware_contracts.transport import BrokerAddress
from simulators.sockets import TIMEOUT_S, connected_socket

KEEPALIVE_S = 15  # a dead link is noticed after twice this at the latest
READ_BYTES = 8192  # the largest acknowledgement is 6 kB
WINDOW = 200  # fifty times a terminal's own; what is not taken is sent again later, as all that is not committed
ABORT = struct.pack("ii", 1, 0)  # SO_LINGER: no farewell, as when a radio link breaks; leaves no socket in TIME_WAIT
REFUSED = 128  # reason codes from here on mean no

OnMessage = Callable[[str, bytes], None]


def _deaf(_topic: str, _payload: bytes) -> None:
    """Hear nothing any more."""


@dataclass(frozen=True, slots=True)
class Will:
    """What the broker says when the connection breaks; at QoS 1 and retained."""

    topic: str
    payload: bytes


class Wire(paho.Client):
    """A connection to a broker from CONNECT to its end.

    Attributes:
        lost: Done when the connection has ended, with the reason in words.
    """

    def __init__(
        self, identifier: str, sock: socket.socket, on_message: OnMessage, *, keep_session: bool, window: int
    ) -> None:
        """Prepare paho on a connected socket, which belongs to the wire from here on.

        Args:
            identifier: MQTT client id.
            sock: Connected, encrypted where that is wanted, not blocking.
            on_message: Called with topic and payload of what comes.
            keep_session: The broker keeps subscription and queue while we are away.
            window: Most messages that the broker has not acknowledged.
        """
        super().__init__(
            CallbackAPIVersion.VERSION2, identifier, clean_session=not keep_session, reconnect_on_failure=False
        )
        self._events = asyncio.get_running_loop()
        self._ready_socket = sock
        self._unread = b""
        self._writing = False
        self._hears = on_message
        self._answers: dict[str, asyncio.Future[Any]] = {}
        self.lost: asyncio.Future[str] = self._events.create_future()
        self.max_queued_messages_set(window)
        self.max_inflight_messages_set(window)
        self.host, self.port, self.keepalive = "socket", 1, KEEPALIVE_S  # paho insists on a name; nobody resolves it
        self.on_connect = lambda _client, _data, _flags, reason, _properties: self._answered("connect", reason)
        self.on_subscribe = lambda _client, _data, _mid, reasons, _properties: self._answered("subscribe", reasons[0])
        self.on_message = lambda _client, _data, message: self._hears(message.topic, bytes(message.payload))
        self.on_disconnect = lambda _client, _data, _flags, reason, _properties: self._end(str(reason))

    async def begin(self, subscription: str | None) -> None:
        """Send CONNECT and SUBSCRIBE, where there is something to subscribe to, and wait for the broker's yes to both.

        Raises:
            ConnectionError: The broker says no, or nothing.
        """
        self._expect("connect")
        self.reconnect()
        if self.socket() is None:  # it broke while CONNECT was written
            raise ConnectionError("expected to send CONNECT, got a connection that is gone")
        self._events.add_reader(self._ready_socket, self._readable)
        await self._answer("connect")
        if subscription is None:
            return
        self._expect("subscribe")
        self.subscribe(subscription, 1)
        self._flush()
        await self._answer("subscribe")

    def say(self, topic: str, payload: bytes, *, retain: bool = False) -> None:
        """Publish at QoS 1; nothing happens where the connection is gone or too much is under way already."""
        if not self.lost.done():
            self.publish(topic, payload, 1, retain)
            self._flush()

    def look_after(self) -> None:
        """Keep the connection alive, or find that it is dead."""
        self.loop_misc()
        self._flush()

    def leave(self) -> None:
        """Take leave of the broker, which then does not publish the will."""
        if not self.lost.done():
            self.disconnect()
            self._flush()
        self.close()

    def abort(self) -> None:
        """Break the connection as a radio link breaks."""
        if not self.lost.done():
            self._ready_socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, ABORT)
        self.close()

    def close(self) -> None:
        """Close the socket; whoever waits for `lost` goes on."""
        self._sock_close()
        self._end("closed")
        # Whoever holds a wire is held by it: undone here, or ten thousand lost ones would wait for the collector.
        self.on_connect = self.on_subscribe = self.on_message = self.on_disconnect = self.on_publish = None
        self._hears = _deaf

    def _create_socket(self) -> Any:
        return self._ready_socket

    def _sock_recv(self, bufsize: int) -> bytes:
        """Give paho, which asks for a byte or two at a time, what one read has brought."""
        if not self._unread:
            self._unread = super()._sock_recv(READ_BYTES)
        part, self._unread = self._unread[:bufsize], self._unread[bufsize:]
        return part

    def _sock_close(self) -> None:
        """Stop watching the socket before it is closed: its number may soon be another's."""
        if self._sock is not None and self._ready_socket.fileno() >= 0:
            self._events.remove_reader(self._ready_socket)
            self._events.remove_writer(self._ready_socket)
        super()._sock_close()

    def _readable(self) -> None:
        self.loop_read()
        while self.socket() is not None and (self._unread or self._is_pending()):
            self.loop_read()
        self._flush()

    def _is_pending(self) -> bool:
        """Return whether the encryption holds bytes that the loop cannot see."""
        return isinstance(self._ready_socket, ssl.SSLSocket) and self._ready_socket.pending() > 0

    def _flush(self) -> None:
        """Let the loop say when what could not be written at once can be."""
        wanted = self.socket() is not None and self.want_write()
        if wanted and not self._writing:
            self._events.add_writer(self._ready_socket, self._writable)
        elif self._writing and not wanted and self.socket() is not None:
            self._events.remove_writer(self._ready_socket)
        self._writing = wanted

    def _writable(self) -> None:
        self.loop_write()
        self._flush()

    def _expect(self, what: str) -> None:
        self._answers[what] = self._events.create_future()

    def _answered(self, what: str, reason: Any) -> None:
        answer = self._answers.get(what)
        if answer is not None and not answer.done():
            answer.set_result(reason)

    async def _answer(self, what: str) -> None:
        answer = self._answers[what]
        async with asyncio.timeout(TIMEOUT_S):
            await asyncio.wait((answer, self.lost), return_when=asyncio.FIRST_COMPLETED)
        if not answer.done():
            raise ConnectionError(f"expected an answer to {what}, got: {self.lost.result()}")
        if answer.result().value >= REFUSED:
            raise ConnectionError(f"expected the broker to allow {what}, got: {answer.result()}")

    def _end(self, reason: str) -> None:
        if not self.lost.done():
            self.lost.set_result(reason)


async def open_wire(
    address: BrokerAddress,
    identifier: str,
    hears: OnMessage,
    *,
    subscription: str | None = None,
    will: Will | None = None,
    keep_session: bool = False,
    window: int = WINDOW,
    context: ssl.SSLContext | None = None,
) -> Wire:
    """Return a connection that is connected and subscribed.

    Args:
        address: The broker, as the client that connects: `address.as_client(NAME)`.
        identifier: MQTT client id.
        hears: Called with topic and payload of what comes.
        subscription: What to listen to, at QoS 1; None for nothing.
        will: What the broker says when the connection breaks.
        keep_session: The broker keeps subscription and queue while we are away.
        window: Most messages that the broker has not acknowledged; more are not taken.
        context: What an earlier connection of this client was wrapped in; made anew where it is None.

    Raises:
        OSError: The broker is not there, does not answer, or says no.
        AdmissionError: A certificate or key file is missing, or is not what it should be.
    """
    sock = await connected_socket(address, context)
    wire = Wire(identifier, sock, hears, keep_session=keep_session, window=window)
    if will is not None:
        wire.will_set(will.topic, will.payload, 1, retain=True)
    if address.username is not None:
        wire.username_pw_set(address.username, address.password)
    try:
        await wire.begin(subscription)
    except BaseException:
        wire.close()
        sock.close()
        raise
    return wire
