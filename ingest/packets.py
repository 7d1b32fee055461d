"""MQTT's packet borders: bytes of a socket in, messages in arrays out.

Nothing here does I/O or knows an MQTT library. A read of the socket holds hundreds of packets. When it comes a plain
loop only hops from border to border; what is inside is found later for all packets of a whole batch at once, as NumPy's
fixed costs are the same for a hundred packets as for thousands:

    byte 0      type (high four bits; 3 = PUBLISH) and flags (bit 3 dup, bits 1-2 QoS, bit 0 retain)
    byte 1..4   remaining length, seven bits a byte, the lowest first
    PUBLISH     u16 topic length | topic | u16 packet id (QoS 1 only) | properties (MQTT 5 only) | payload
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from firmware_contracts.message_block import MessageBlock

IntArray = NDArray[np.int64]

PUBLISH = 0x30
PUBACK_HEADER = (0x40, 0x02)
LENGTH_BYTES_MOST = 4  # MQTT 5, section 1.5.5


class MalformedPacketError(Exception):
    """The broker sent what is no MQTT."""


@dataclass(frozen=True, slots=True)
class ControlPacket:
    """Any packet that is no PUBLISH, as it stood on the wire."""

    header: int
    body: bytes


@dataclass(frozen=True, slots=True)
class Packets:
    """The whole packets of one read.

    Attributes:
        stream: The bytes read.
        headers: First byte of each PUBLISH packet, M of them, in the order received.
        body: Where each one's body begins in the stream.
        stop: Where it ends, exclusive.
        control: The other packets, in the order received.
    """

    stream: bytes
    headers: bytearray = field(default_factory=bytearray)
    body: list[int] = field(default_factory=list)
    stop: list[int] = field(default_factory=list)
    control: list[ControlPacket] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.headers)


class PacketSplitter:
    """Splits the byte stream of one connection; a packet cut by the end of a read is kept for the next."""

    def __init__(self) -> None:
        self._kept: list[bytes] = []
        self._kept_bytes = 0
        self._needed_bytes = 2

    def feed(self, chunk: bytes) -> Packets:
        """Return the packets that a read completes.

        Raises:
            MalformedPacketError: The stream is not MQTT.
        """
        self._kept.append(chunk)
        self._kept_bytes += len(chunk)
        if self._kept_bytes < self._needed_bytes:
            return Packets(b"")
        stream = b"".join(self._kept) if len(self._kept) > 1 else chunk
        packets, consumed, self._needed_bytes = split(stream)
        self._kept = [stream[consumed:]] if consumed < len(stream) else []
        self._kept_bytes = len(stream) - consumed
        return packets


def split(stream: bytes) -> tuple[Packets, int, int]:
    """Return the whole packets of a stream, their bytes in all, and the bytes needed to complete the next one.

    Raises:
        MalformedPacketError: A remaining length has more than four bytes.
    """
    packets = Packets(stream)
    headers, bodies, stops = packets.headers, packets.body, packets.stop
    at, end = 0, len(stream)
    while at + 1 < end:
        remaining = stream[at + 1]
        body = at + 2
        if remaining >= 0x80:
            remaining, body = _long_length(stream, at)
            if body == 0:
                return packets, at, end - at + 1
        stop = body + remaining
        if stop > end:
            return packets, at, stop - at
        header = stream[at]
        if header & 0xF0 == PUBLISH:
            headers.append(header)
            bodies.append(body)
            stops.append(stop)
        else:
            packets.control.append(ControlPacket(header, stream[body:stop]))
        at = stop
    return packets, at, 2


def _long_length(stream: bytes, at: int) -> tuple[int, int]:
    """Return a remaining length of two to four bytes and where it ends, (0, 0) while it is cut off."""
    remaining = 0
    for place, byte in enumerate(stream[at + 1 : at + 1 + LENGTH_BYTES_MOST]):
        remaining |= (byte & 0x7F) << (7 * place)
        if byte < 0x80:
            return remaining, at + 2 + place
    if len(stream) - at - 1 >= LENGTH_BYTES_MOST:
        raise MalformedPacketError("expected a remaining length of at most 4 bytes, got a fifth")
    return 0, 0


def parse(
    reads: Sequence[Packets], received_at_ms: Sequence[int], *, version5: bool
) -> tuple[MessageBlock, NDArray[np.uint16]]:
    """Return the PUBLISH packets of several reads as one block, with each one's packet id, 0 at QoS 0, shape (M,).

    Raises:
        MalformedPacketError: A PUBLISH is shorter than its own lengths say, or has a QoS that was not asked for.
    """
    stream = b"".join(read.stream for read in reads) if len(reads) > 1 else reads[0].stream
    buffer = np.frombuffer(stream, np.uint8)
    counts = [len(read) for read in reads]
    shift = np.repeat(np.cumsum([0, *(len(read.stream) for read in reads[:-1])]), counts)
    body = np.fromiter((at for read in reads for at in read.body), np.int64, len(shift)) + shift
    stop = np.fromiter((at for read in reads for at in read.stop), np.int64, len(shift)) + shift
    header = np.frombuffer(b"".join(read.headers for read in reads), np.uint8)

    qos = (header >> 1) & 3
    if (qos > 1).any():
        raise MalformedPacketError(f"expected QoS 0 or 1, as subscribed, got {int(qos.max())}")
    has_id = qos == 1
    topic_start = body + 2
    topic_stop = topic_start + _u16(buffer, body, stop)
    packet_ids = np.where(has_id, _u16(buffer, np.where(has_id, topic_stop, body), stop), 0)
    payload_start = topic_stop + 2 * has_id
    if version5:
        payload_start = _after_properties(buffer, payload_start, stop)
    if (payload_start > stop).any():
        raise MalformedPacketError("expected a PUBLISH as long as its topic says, got a shorter one")
    received = np.repeat(np.array(received_at_ms, np.int64), counts)
    block = MessageBlock(buffer, topic_start, topic_stop, payload_start, stop, received)
    return block, packet_ids.astype(np.uint16)


def _u16(buffer: NDArray[np.uint8], at: IntArray, stop: IntArray) -> IntArray:
    """Return the big-endian number at each place, which must lie before each packet's stop."""
    if (at + 2 > stop).any():
        raise MalformedPacketError("expected two more bytes in a PUBLISH, got its end")
    return (buffer[at].astype(np.int64) << 8) | buffer[at + 1]


def _after_properties(buffer: NDArray[np.uint8], at: IntArray, stop: IntArray) -> IntArray:
    """Return where the payload starts behind the property length at each place and its properties."""
    if not (at >= stop).any() and not buffer[at].any():
        return at + 1  # no packet has properties
    length = np.zeros(len(at), np.int64)
    at = at.copy()
    open_ = np.arange(len(at))
    for place in range(LENGTH_BYTES_MOST):
        if (at[open_] >= stop[open_]).any():
            break
        byte = buffer[at[open_]].astype(np.int64)
        length[open_] |= (byte & 0x7F) << (7 * place)
        at[open_] += 1
        open_ = open_[byte >= 0x80]
        if not open_.size:
            return at + length
    raise MalformedPacketError("expected a property length in a PUBLISH, got none that ends")


def pubacks(packet_ids: NDArray[np.uint16]) -> bytes:
    """Return the PUBACK packets of many messages as one run of bytes, in the order given; 0 needs none.

    Four bytes each, in MQTT 3.1.1 and in MQTT 5, where a PUBACK without reason code means success.
    """
    named = packet_ids[packet_ids != 0]
    packets = np.empty((len(named), 4), np.uint8)
    packets[:, :2] = PUBACK_HEADER
    packets[:, 2] = named >> 8
    packets[:, 3] = named & 0xFF
    return packets.tobytes()


def publish_packet(
    topic: bytes,
    payload: bytes,
    *,
    version5: bool,
    packet_id: int = 0,
    retain: bool = False,
    expiry_s: int | None = None,
) -> bytes:
    """Return a PUBLISH packet: at QoS 1 with a packet id, at QoS 0 with none.

    The broker drops what it could not deliver for `expiry_s` seconds, in MQTT 5; 3.1.1 knows no such thing.
    """
    name = packet_id.to_bytes(2, "big") if packet_id else b""
    expiry = b"" if expiry_s is None else b"\x02" + expiry_s.to_bytes(4, "big")
    properties = bytes([len(expiry)]) + expiry if version5 else b""
    remaining = 2 + len(topic) + len(name) + len(properties) + len(payload)
    header = bytes([PUBLISH | (2 if packet_id else 0) | retain])
    parts = (header, _length_bytes(remaining), len(topic).to_bytes(2, "big"), topic, name)
    return b"".join((*parts, properties, payload))


def subscribe_packet(filters: Sequence[bytes], packet_id: int, *, version5: bool) -> bytes:
    """Return a SUBSCRIBE packet that asks for each filter at QoS 1."""
    asked = b"".join(len(each).to_bytes(2, "big") + each + b"\x01" for each in filters)
    return _filters_packet(0x82, asked, packet_id, version5=version5)


def unsubscribe_packet(filters: Sequence[bytes], packet_id: int, *, version5: bool) -> bytes:
    """Return an UNSUBSCRIBE packet."""
    named = b"".join(len(each).to_bytes(2, "big") + each for each in filters)
    return _filters_packet(0xA2, named, packet_id, version5=version5)


def _filters_packet(header: int, filters: bytes, packet_id: int, *, version5: bool) -> bytes:
    body = packet_id.to_bytes(2, "big") + (b"\x00" if version5 else b"") + filters
    return bytes([header]) + _length_bytes(len(body)) + body


def _length_bytes(remaining: int) -> bytes:
    encoded = bytearray()
    while remaining >= 0x80:
        encoded.append(remaining & 0x7F | 0x80)
        remaining >>= 7
    encoded.append(remaining)
    return bytes(encoded)
