"""MQTT 3.1.1 and 5 by hand over a socket of any kind: what a hostile or clumsy client may send, and when it got what.

`ping` is a barrier: what the broker had to deliver on the connection before it comes before its answer.
"""

from __future__ import annotations

import socket
import ssl
from typing import Self

CONNACK, PUBLISH, PUBACK, SUBACK, PINGRESP, DISCONNECT = 0x20, 0x30, 0x40, 0x90, 0xD0, 0xE0
TIMEOUT_S = 5.0


class ClosedByBroker(Exception):  # noqa: N818 - reads as what happened
    """The broker ended the connection, or never took it."""


class RawMqtt:
    """One connection.

    Attributes:
        received: Topic and payload of each message delivered.
        session_present: What the broker said of an earlier session.
        tls_session: To resume the TLS session with.
    """

    def __init__(
        self,
        port: int,
        context: ssl.SSLContext | None,
        client_id: str,
        version: int = 4,
        *,
        username: str | None = None,
        clean: bool = True,
        tls_session: ssl.SSLSession | None = None,
    ) -> None:
        """Connect under a client id and a user name, whatever the certificate says.

        Raises:
            ClosedByBroker: The broker does not take us.
        """
        self.received: list[tuple[str, bytes]] = []
        self._version = version
        self._buffer = b""
        self._last_id = 0
        plain = socket.create_connection(("127.0.0.1", port), TIMEOUT_S)
        self._socket: socket.socket = plain
        try:
            if context is not None:
                self._socket = context.wrap_socket(plain, server_hostname="127.0.0.1", session=tls_session)
            self._send(0x10, self._connect_body(client_id, username, clean=clean))
            body = self._until(CONNACK)
        except (OSError, ClosedByBroker) as error:
            self._socket.close()
            raise ClosedByBroker(str(error)) from error
        if body[1] != 0:
            self._socket.close()
            raise ClosedByBroker(f"CONNACK {body[1]}")
        self.session_present = bool(body[0] & 1)

    @property
    def tls_session(self) -> ssl.SSLSession | None:
        assert isinstance(self._socket, ssl.SSLSocket)
        return self._socket.session

    def publish(self, topic: str, payload: bytes, *, retain: bool = False) -> int:
        """Publish at QoS 1 and return the reason code of the PUBACK, 0 where there is none."""
        self._last_id += 1
        properties = b"\0" if self._version == 5 else b""
        body = _text(topic) + self._last_id.to_bytes(2, "big") + properties + payload
        self._send(PUBLISH | 0x02 | retain, body)
        answer = self._until(PUBACK)
        return answer[2] if len(answer) > 2 else 0

    def subscribe(self, topic_filter: str, qos: int = 0) -> int:
        """Subscribe and return the reason code."""
        self._last_id += 1
        properties = b"\0" if self._version == 5 else b""
        self._send(0x82, self._last_id.to_bytes(2, "big") + properties + _text(topic_filter) + bytes([qos]))
        return self._until(SUBACK)[-1]

    def ping(self) -> None:
        """Return once the broker has delivered everything it had for us.

        Raises:
            ClosedByBroker: The connection is gone.
        """
        self._send(0xC0, b"")
        self._until(PINGRESP)

    def is_alive(self) -> bool:
        """Tell whether the connection stands."""
        try:
            self.ping()
        except ClosedByBroker:
            return False
        return True

    def payloads(self) -> set[bytes]:
        """Return what was delivered so far."""
        self.ping()
        return {payload for _, payload in self.received}

    def close(self, *, orderly: bool = True) -> None:
        """Take leave, or vanish so that the last will is published."""
        try:
            if orderly:
                self._send(DISCONNECT, b"")
        except ClosedByBroker:
            pass
        finally:
            self._socket.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _connect_body(self, client_id: str, username: str | None, *, clean: bool) -> bytes:
        flags = (0x02 if clean else 0) | (0 if username is None else 0x80)
        # A session that is to be kept lasts for ever: Mosquitto 2.0.11 reads freed memory when it reloads its
        # configuration while one that may expire is offline.
        properties = b"" if self._version != 5 else b"\0" if clean else b"\x05\x11" + b"\xff" * 4
        name = b"" if username is None else _text(username)
        return _text("MQTT") + bytes([self._version, flags, 0, 60]) + properties + _text(client_id) + name

    def _send(self, header: int, body: bytes) -> None:
        length, encoded = len(body), b""
        while True:
            length, low = divmod(length, 128)
            encoded += bytes([low | (0x80 if length else 0)])
            if not length:
                break
        try:
            self._socket.sendall(bytes([header]) + encoded + body)
        except OSError as error:
            raise ClosedByBroker(str(error)) from error

    def _until(self, kind: int) -> bytes:
        """Return the body of the next packet of a kind, taking in what is delivered meanwhile."""
        while True:
            header, body = self._packet()
            if header & 0xF0 == kind:
                return body
            if header & 0xF0 == PUBLISH:
                self._take(header, body)
            elif header & 0xF0 == DISCONNECT:
                raise ClosedByBroker(f"DISCONNECT {body.hex()}")

    def _take(self, header: int, body: bytes) -> None:
        stop = 2 + int.from_bytes(body[:2], "big")
        topic, rest = body[2:stop].decode(), body[stop:]
        if header & 0x06:
            self._send(PUBACK, rest[:2])
            rest = rest[2:]
        if self._version == 5:
            rest = rest[1 + rest[0] :]
        self.received.append((topic, rest))

    def _packet(self) -> tuple[int, bytes]:
        header = self._read(1)[0]
        length = shift = 0
        while True:
            byte = self._read(1)[0]
            length |= (byte & 127) << shift
            shift += 7
            if not byte & 128:
                return header, self._read(length)

    def _read(self, count: int) -> bytes:
        while len(self._buffer) < count:
            try:
                more = self._socket.recv(65536)
            except OSError as error:
                raise ClosedByBroker(str(error)) from error
            if not more:
                raise ClosedByBroker("end of stream")
            self._buffer += more
        taken, self._buffer = self._buffer[:count], self._buffer[count:]
        return taken


def _text(value: str) -> bytes:
    encoded = value.encode()
    return len(encoded).to_bytes(2, "big") + encoded
