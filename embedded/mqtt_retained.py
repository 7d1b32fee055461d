"""Read what a broker has retained: one SUBSCRIBE and one PINGREQ behind the CONNECT of `mqtt_probe`, no library.

SUBSCRIBE 82 | length | 00 01 | topic filter, QoS 0 | ...     answered by SUBACK and the retained messages
PINGREQ   c0 00                                               answered behind the last of them
"""

from __future__ import annotations

import socket

from embedded.mqtt_probe import connect, connect_packet, length, text
from firmware_contracts.transport import BrokerAddress

PUBLISH, CONNACK, PINGRESP = 0x3, 0x2, 0xD  # upper half of a packet's first byte
MOST_BYTES = 64 * 1024  # a figure has 60 bytes


def read_retained(address: BrokerAddress, topics: list[str], timeout_s: float = 3.0) -> dict[str, bytes]:
    """Return the retained messages of topics by topic; those that there are and that we may read.

    Raises:
        AdmissionError: A certificate or key file is missing, or is not what it should be.
        OSError: No connection, or not an answer in time.
        ValueError: What answers does not speak MQTT, or will not have us.
    """
    body = b"\0\1" + b"".join(text(topic) + b"\0" for topic in topics)
    with connect(address, timeout_s) as stream:
        stream.sendall(connect_packet(address))
        kind, answer = _packet(stream)
        if kind != CONNACK or answer[1:] != b"\0":
            raise ValueError(f"expected a CONNACK that accepts us, got {answer[:8].hex() or 'nothing'}")
        stream.sendall(b"\x82" + length(len(body)) + body + b"\xc0\0")
        retained, read = dict[str, bytes](), 0
        while kind != PINGRESP:
            kind, packet = _packet(stream)
            read += len(packet)
            if read > MOST_BYTES:
                raise ValueError(f"expected at most {MOST_BYTES} bytes of retained messages, got more")
            if kind == PUBLISH:
                stop = 2 + int.from_bytes(packet[:2], "big")
                retained[packet[2:stop].decode("utf-8", "replace")] = packet[stop:]
    return retained


def _packet(stream: socket.socket) -> tuple[int, bytes]:
    first, size, shift = _read(stream, 1)[0], 0, 0
    while shift < 28:
        byte = _read(stream, 1)[0]
        size |= (byte & 127) << shift
        shift += 7
        if not byte & 128:
            break
    if size > MOST_BYTES:
        raise ValueError(f"expected a packet of at most {MOST_BYTES} bytes, got {size}")
    return first >> 4, _read(stream, size)


def _read(stream: socket.socket, count: int) -> bytes:
    taken = b""
    while len(taken) < count:
        more = stream.recv(count - len(taken))
        if not more:
            raise ConnectionResetError("the broker ended the connection")
        taken += more
    return taken
