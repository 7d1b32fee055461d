"""What comes down on an MQTT 5 connection, out of the packets of one read. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from ingest.packets import Packets


def messages_of(packets: Packets) -> Iterable[tuple[bytes, bytes, bytes]]:
    """Yield topic, payload and packet id (empty at QoS 0) of each message of an MQTT 5 connection."""
    stream = packets.stream
    for header, body, stop in zip(packets.headers, packets.body, packets.stop, strict=True):
        at = body + 2 + (stream[body] << 8 | stream[body + 1])
        topic, packet_id = stream[body + 2 : at], b""
        if header & 0b110:
            packet_id, at = stream[at : at + 2], at + 2
        length = shift = 0
        while True:  # the property length: as many bytes as have their highest bit set, and one
            byte, at = stream[at], at + 1
            length |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                break
        yield topic, stream[at + length : stop], packet_id
