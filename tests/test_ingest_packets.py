"""The packet splitter: every cut, every length encoding, both protocol versions, and streams that are no MQTT."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from ingest.packets import MalformedPacketError, PacketSplitter, parse, pubacks, publish_packet, split

Message = tuple[bytes, bytes, int]  # topic, payload, packet id (0 = QoS 0)

SIZES = [0, 1, 100, 119, 120, 127, 128, 129, 16_370, 16_383, 16_384, 70_000]


def remaining_length(length: int) -> bytes:
    encoded = bytearray()
    while True:
        length, byte = divmod(length, 128)
        encoded.append(byte | (0x80 if length else 0))
        if not length:
            return bytes(encoded)


def wire(message: Message, *, version5: bool, properties: bytes = b"\0", flags: int = 0) -> bytes:
    """Write a PUBLISH as the specification says, packet by packet."""
    topic, payload, packet_id = message
    body = len(topic).to_bytes(2, "big") + topic
    body += packet_id.to_bytes(2, "big") if packet_id else b""
    body += (properties if version5 else b"") + payload
    header = 0x30 | flags | (0x02 if packet_id else 0)
    return bytes([header]) + remaining_length(len(body)) + body


def messages(count: int, seed: int = 1) -> list[Message]:
    rng = random.Random(seed)
    return [
        (
            b"muck/v1/320412/truck/T%d/up/report/bin" % rng.randrange(2000),
            rng.randbytes(rng.choice((0, 1, 40, 56, 90, 128, 300))),
            rng.choice((0, rng.randrange(1, 65_536))),
        )
        for _ in range(count)
    ]


def read_all(chunks: list[bytes], *, version5: bool) -> tuple[list[Message], list[tuple[int, bytes]]]:
    splitter = PacketSplitter()
    reads = [splitter.feed(chunk) for chunk in chunks]
    control = [(packet.header, packet.body) for read in reads for packet in read.control]
    block, packet_ids = parse(reads, range(len(reads)), version5=version5)
    arrived = [number for number, read in enumerate(reads) for _ in range(len(read))]
    assert block.received_at_ms.tolist() == arrived
    return [(block.topic(i), block.payload(i), int(packet_ids[i])) for i in range(len(block))], control


@pytest.mark.parametrize("version5", [False, True])
def test_every_cut_gives_the_same_messages(version5: bool) -> None:
    expected = messages(6)
    stream = b"".join(wire(message, version5=version5) for message in expected)
    for cut in range(len(stream) + 1):
        got, control = read_all([stream[:cut], stream[cut:]], version5=version5)
        assert got == expected
        assert not control


@pytest.mark.parametrize("version5", [False, True])
def test_one_byte_a_read(version5: bool) -> None:
    expected = messages(20, seed=2)
    stream = b"".join(wire(message, version5=version5) for message in expected)
    assert read_all([bytes([byte]) for byte in stream], version5=version5)[0] == expected


@pytest.mark.parametrize("size", SIZES)
def test_remaining_lengths_of_one_to_three_bytes(size: int) -> None:
    expected = [(b"t", b"x" * size, 7), (b"t", b"y", 8)]
    stream = b"".join(wire(message, version5=False) for message in expected)
    assert read_all([stream], version5=False)[0] == expected
    thirds = len(stream) // 3 + 1
    assert read_all([stream[i : i + thirds] for i in range(0, len(stream), thirds)], version5=False)[0] == expected


def test_a_remaining_length_of_four_bytes_comes_in_many_reads() -> None:
    payload = bytes(range(256)) * 9_000  # 2.3 MB
    stream = wire((b"t", payload, 9), version5=False) + wire((b"t", b"after", 10), version5=False)
    got, _ = read_all([stream[i : i + 65_536] for i in range(0, len(stream), 65_536)], version5=False)
    assert [message[2] for message in got] == [9, 10]
    assert got[0][1] == payload


def test_properties_of_mqtt_5_are_stepped_over() -> None:
    properties = Properties(PacketTypes.PUBLISH)
    properties.UserProperty = [("k", "v" * 200), ("other", "w")]
    properties.MessageExpiryInterval = 60
    packed = properties.pack()
    assert packed[0] & 0x80, "the property length itself must take two bytes here"
    expected = [(b"a/b", b"payload", 3), (b"a/b", b"", 0)]
    stream = b"".join(wire(message, version5=True, properties=own) for message in expected for own in (packed, b"\0"))
    got, _ = read_all([stream], version5=True)
    assert got == [expected[0], expected[0], expected[1], expected[1]]


@pytest.mark.parametrize("flags", [0x01, 0x08, 0x09])
def test_retained_and_repeated_messages_are_messages(flags: int) -> None:
    message = (b"a", b"b", 77)
    assert read_all([wire(message, version5=False, flags=flags)], version5=False)[0] == [message]


def test_other_packets_keep_their_order_between_messages() -> None:
    one, two = (b"a", b"1", 1), (b"a", b"2", 2)
    connack, pingresp = b"\x20\x02\x01\x00", b"\xd0\x00"
    stream = connack + wire(one, version5=False) + pingresp + wire(two, version5=False)
    got, control = read_all([stream], version5=False)
    assert got == [one, two]
    assert control == [(0x20, b"\x01\x00"), (0xD0, b"")]


def test_only_other_packets_make_no_messages() -> None:
    assert read_all([b"\xd0\x00"], version5=True) == ([], [(0xD0, b"")])


@given(st.lists(st.integers(1, 60), min_size=1, max_size=40), st.integers(0, 1000), st.booleans())
@settings(max_examples=60, deadline=None)
def test_random_cuts(lengths: list[int], seed: int, version5: bool) -> None:
    expected = messages(12, seed=seed)
    stream = b"".join(wire(message, version5=version5) for message in expected)
    chunks, at = [], 0
    while at < len(stream):
        length = lengths[len(chunks) % len(lengths)]
        chunks.append(stream[at : at + length])
        at += length
    assert read_all(chunks, version5=version5)[0] == expected


@pytest.mark.parametrize(
    "stream",
    [
        b"\x30\xff\xff\xff\xff\x01",  # five bytes of length
        b"\x32\x03\x00\x05a",  # the topic is longer than the packet
        b"\x32\x03\x00\x01a",  # no room for the packet id
        b"\x30\x01\x00",  # no room for the topic's length
        b"\x34\x05\x00\x01a\x00\x01",  # QoS 2 was never asked for
    ],
)
def test_what_is_no_mqtt_is_refused(stream: bytes) -> None:
    with pytest.raises(MalformedPacketError):
        read_all([stream], version5=False)


@pytest.mark.parametrize("properties", [b"", b"\x05", b"\xff\xff\xff\xff\x01"])
def test_properties_that_do_not_end_are_refused(properties: bytes) -> None:
    with pytest.raises(MalformedPacketError):
        read_all([wire((b"a", b"", 1), version5=True, properties=properties)], version5=True)


@given(st.binary(max_size=200), st.booleans())
@settings(max_examples=300, deadline=None)
def test_random_bytes_are_split_or_refused(stream: bytes, version5: bool) -> None:
    try:
        block, _ = parse([PacketSplitter().feed(stream)], [0], version5=version5)
    except MalformedPacketError:
        return
    assert (block.topic_start <= block.topic_stop).all()
    assert (block.topic_stop <= block.payload_start).all()
    assert (block.payload_start <= block.payload_stop).all()
    assert (block.payload_stop <= len(stream)).all()


def test_borders_name_the_bytes_still_needed() -> None:
    stream = wire((b"abc", b"0123456789", 0), version5=False)
    for cut in range(2, len(stream)):
        packets, consumed, needed = split(stream[:cut])
        assert (len(packets), consumed, needed) == (0, 0, len(stream))


def test_pubacks_keep_the_order_and_skip_qos_0() -> None:
    assert pubacks(np.array([513, 0, 1], np.uint16)) == b"\x40\x02\x02\x01\x40\x02\x00\x01"


@pytest.mark.parametrize("version5", [False, True])
@pytest.mark.parametrize("size", [0, 110, 200, 20_000])
def test_a_written_publish_reads_back(size: int, version5: bool) -> None:
    packet = publish_packet(b"down/ack", b"z" * size, version5=version5)
    assert read_all([packet], version5=version5)[0] == [(b"down/ack", b"z" * size, 0)]
