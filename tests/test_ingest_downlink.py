"""The packets of the downlink, byte by byte."""

from __future__ import annotations

import pytest

from ingest.packets import parse, publish_packet, split


@pytest.mark.parametrize("version5", [False, True])
@pytest.mark.parametrize("expiry_s", [None, 1, 2**32 - 1])
@pytest.mark.parametrize("retain", [False, True])
@pytest.mark.parametrize("payload", [b"", b"x", b"z" * 40_000])
def test_a_confirmed_publish_reads_back(payload: bytes, retain: bool, expiry_s: int | None, version5: bool) -> None:
    topic = b"muck/v1/320412/truck/T1/down/config"
    packet = publish_packet(topic, payload, version5=version5, packet_id=513, retain=retain, expiry_s=expiry_s)
    packets, consumed, _ = split(packet)
    assert consumed == len(packet)
    block, packet_ids = parse([packets], [0], version5=version5)
    assert (block.topic(0), block.payload(0), packet_ids.tolist()) == (topic, payload, [513])
    assert packet[0] == 0x32 | retain


def test_the_expiry_stands_where_mqtt_5_wants_it() -> None:
    packet = publish_packet(b"t", b"p", version5=True, packet_id=1, expiry_s=258)
    assert packet[2:] == b"\x00\x01t" + b"\x00\x01" + b"\x05\x02\x00\x00\x01\x02" + b"p"
    assert packet[1] == len(packet) - 2
