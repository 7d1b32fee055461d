"""Load for the broker: publishes ready-made messages at QoS 1 as fast as the broker takes them, or at a given rate.

No client library: packets are laid out once, written in bulk, and PUBACKs are only counted, so that the publisher's own
work does not stand in for the broker's.
"""

from __future__ import annotations

import select
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass

PUBACK_BYTES = 4


@dataclass(frozen=True, slots=True)
class Published:
    """What the broker took: messages, and the seconds from the first to the last PUBACK."""

    messages: int
    seconds: float

    @property
    def rate(self) -> float:
        return self.messages / self.seconds


class LoadPublisher:
    """One MQTT 3.1.1 connection that publishes at QoS 1 with a window of its own."""

    def __init__(self, host: str, port: int, client_id: str, window: int = 2000) -> None:
        self._socket = socket.create_connection((host, port))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._window = window
        body = b"\x00\x04MQTT\x04\x02\x00\x00" + len(client_id).to_bytes(2, "big") + client_id.encode()
        self._socket.sendall(b"\x10" + bytes([len(body)]) + body)
        assert self._socket.recv(4) == b"\x20\x02\x00\x00"
        self._socket.setblocking(False)

    def publish(self, packets: Sequence[bytes], rate: float | None = None) -> Published:
        """Write all packets; return when the broker has acknowledged the last.

        Args:
            packets: As `publish_packets` lays them out.
            rate: Messages a second; None for as fast as they are taken. [1/s]
        """
        sent = acked_bytes = 0
        began = time.monotonic()
        pending = b""
        while acked_bytes < len(packets) * PUBACK_BYTES:
            acked = acked_bytes // PUBACK_BYTES
            due = len(packets) if rate is None else int((time.monotonic() - began) * rate) + 1
            stop = min(len(packets), acked + self._window, due)
            if not pending and sent < stop:
                pending, sent = b"".join(packets[sent:stop]), stop
            wait = 0.001 if rate is not None and sent < len(packets) else 1.0
            readable, writable, _ = select.select([self._socket], [self._socket] if pending else [], [], wait)
            if writable:
                pending = pending[self._socket.send(pending) :]
            if readable:
                acked_bytes += len(self._socket.recv(1 << 16))
        return Published(len(packets), time.monotonic() - began)

    def close(self) -> None:
        """Take leave."""
        self._socket.setblocking(True)
        self._socket.sendall(b"\xe0\x00")
        self._socket.close()


def publish_packets(messages: Sequence[tuple[bytes, bytes]]) -> list[bytes]:
    """Return PUBLISH packets at QoS 1 for (topic, payload) messages; packet ids go round."""
    packets = []
    for number, (topic, payload) in enumerate(messages):
        body = len(topic).to_bytes(2, "big") + topic + (number % 65_535 + 1).to_bytes(2, "big") + payload
        length, encoded = len(body), bytearray()
        while True:
            length, low = divmod(length, 128)
            encoded.append(low | (0x80 if length else 0))
            if not length:
                break
        packets.append(b"\x32" + bytes(encoded) + body)
    return packets
