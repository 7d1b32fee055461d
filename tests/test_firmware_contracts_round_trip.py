"""One table of fixes for every layout: what is encoded is decoded, cut and tailed messages are refused whole."""

from __future__ import annotations

import time
from collections.abc import Callable
from math import nan

import numpy as np
import pytest

from firmware_contracts import device_event, json_block, report_bin, report_json, report_nmea
from firmware_contracts.columns import ABSENT, Alarm, Cover, Fault, FixColumns, Switch
from firmware_contracts.decode import MAX_PAYLOAD_BYTES, decode_block, decode_report
from firmware_contracts.errors import RejectReason
from firmware_contracts.fix import Fix, columns_of, rows_of
from firmware_contracts.message_block import MessageBlock
from firmware_contracts.plates import PlateIndex
from firmware_contracts.topic_table import TopicTable
from firmware_contracts.topics import Topic

NOW_MS = 1_767_225_600_000
EVERYTHING = Fix(
    *(7, 1204, NOW_MS, 31.7123456, 119.9234567, 8.33, 91.25, 0.9, 14, 21_500.0, nan, 0.4),
    *(Cover.CLOSED, Switch.ON, Switch.OFF, Fault.CLOCK, Alarm.SOS | Alarm.ROLLOVER),
)
FIXES: dict[str, Fix] = {
    "everything": EVERYTHING,
    "nothing": Fix(7, 0, NOW_MS),
    "position": Fix(7, 1, NOW_MS + 1, -0.0000001, 0.0000001),
    "poles": Fix(7, 2, NOW_MS + 999, -90.0, 180.0),
    "dateline": Fix(7, 3, NOW_MS - 1, 89.9999999, -179.9999999),
    "standing": Fix(7, 4, NOW_MS, 31.0, 119.0, 0.0, 0.0, 0.1, 0, 0.0, nan, 0.0),
    "ratio": Fix(7, 5, NOW_MS, load_ratio=1.2345),
    "tipped": Fix(7, 6, NOW_MS, lift_deg=52.37, cover=Cover.OPEN),
    "lift below": Fix(7, 7, NOW_MS, lift_deg=-0.01, cover=Cover.HALF),
    "heavy": Fix(7, 8, NOW_MS, load_kg=655_340.0, satellites=254),
    "last seq": Fix(7, 2**32 - 1, NOW_MS, ignition=Switch.OFF, main_power=Switch.ON),
    "all faults": Fix(7, 9, NOW_MS, faults=int(~Fault(0)), alarms=int(~Alarm(0))),
}
FIXES |= {f"fault {fault.name}": Fix(7, 20 + i, NOW_MS, faults=int(fault)) for i, fault in enumerate(Fault)}
FIXES |= {f"alarm {alarm.name}": Fix(7, 40 + i, NOW_MS, alarms=int(alarm)) for i, alarm in enumerate(Alarm)}

LAYOUTS: dict[str, Callable[[FixColumns], bytes]] = {
    "json": report_json.encode,
    "bin": report_bin.encode,
    "nmea": report_nmea.encode,
}


def topic(encoding: str, device: str = "T1") -> str:
    return f"muck/v1/320412/truck/{device}/up/report/{encoding}"


def assert_same(decoded: FixColumns, expected: FixColumns) -> None:
    for row, want in zip(rows_of(decoded), rows_of(expected), strict=True):
        assert row._asdict() == pytest.approx(want._asdict(), rel=1e-6, abs=3e-4, nan_ok=True)  # knots: 0.001 kn
        assert (row.epoch, row.seq, row.fix_time_ms) == (want.epoch, want.seq, want.fix_time_ms)
        assert (row.lat_deg, row.lon_deg) == pytest.approx((want.lat_deg, want.lon_deg), abs=1e-8, nan_ok=True)


@pytest.mark.parametrize("encoding", LAYOUTS)
@pytest.mark.parametrize("name", FIXES)
def test_a_fix_survives(encoding: str, name: str) -> None:
    fix = columns_of([FIXES[name]])
    decoded = decode_report(topic(encoding), LAYOUTS[encoding](fix), NOW_MS)
    assert decoded.rejected == []
    assert_same(decoded.fixes, fix)


@pytest.mark.parametrize("encoding", LAYOUTS)
def test_a_message_of_all_survives_a_block(encoding: str) -> None:
    fixes = columns_of(list(FIXES.values()))
    payload = LAYOUTS[encoding](fixes)
    block = MessageBlock.from_messages([(topic(encoding), payload, NOW_MS), (topic(encoding, "T2"), payload, NOW_MS)])
    decoded = decode_block(block, TopicTable())
    assert decoded.rejected == []
    assert decoded.fixes.message.tolist() == [0] * len(fixes) + [1] * len(fixes)
    assert_same(decoded.fixes.take(decoded.fixes.message == 1), fixes)
    assert [decoded.topics[i].device for i in decoded.sender] == ["T1", "T2"]


@pytest.mark.parametrize("encoding", LAYOUTS)
def test_epochs_and_emptiness_are_refused_by_the_encoder(encoding: str) -> None:
    if encoding == "nmea":
        assert report_nmea.encode(FixColumns.empty()) == b""  # every sentence carries its own epoch
        return
    with pytest.raises(ValueError, match="one epoch"):
        LAYOUTS[encoding](FixColumns.empty())
    with pytest.raises(ValueError, match="one epoch"):
        LAYOUTS[encoding](columns_of([Fix(1, 1, NOW_MS), Fix(2, 1, NOW_MS)]))


@pytest.mark.parametrize("wrong", [{"seq": 2**32}, {"speed_mps": 700.0}, {"fix_time_ms": -1}, {"satellites": 256}])
def test_what_the_binary_layout_cannot_hold_is_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="binary layout"):
        report_bin.encode(columns_of([EVERYTHING._replace(**wrong)]))


def test_what_the_binary_layout_rounds() -> None:
    fix = EVERYTHING._replace(load_kg=-40.0, load_ratio=0.5, hdop=99.99)
    (row,) = rows_of(decode_report(topic("bin"), report_bin.encode(columns_of([fix])), NOW_MS).fixes)
    assert (row.load_kg, row.hdop) == (0.0, pytest.approx(25.4))
    assert np.isnan(row.load_ratio)


@pytest.mark.parametrize("encoding", ["json", "bin"])
def test_cut_short_at_every_byte_is_refused_whole(encoding: str) -> None:
    payload = LAYOUTS[encoding](columns_of([EVERYTHING, FIXES["tipped"]]))
    block = MessageBlock.from_messages([(topic(encoding), payload[:n], NOW_MS) for n in range(len(payload))])
    decoded = decode_block(block, TopicTable())
    assert len(decoded.fixes) == 0
    assert [rejected.message for rejected in decoded.rejected] == list(range(len(payload)))
    assert all(rejected.record == payload[: rejected.message] for rejected in decoded.rejected)


def test_cut_short_nmea_keeps_whole_fixes_and_believes_nothing_else() -> None:
    both = columns_of([EVERYTHING, FIXES["tipped"]])
    payload, first = report_nmea.encode(both), report_nmea.encode(columns_of([EVERYTHING]))
    whole = {len(first) - 2: 1, len(payload) - 2: 2}  # a sentence is whole without its line end
    kept = 0
    for size in range(len(payload)):
        kept = whole.get(size, kept)
        decoded = decode_report(topic("nmea"), payload[:size], NOW_MS)
        assert_same(decoded.fixes, both.take(slice(0, kept)))
        assert all(rejected.seq in {None, 1204} for rejected in decoded.rejected)


@pytest.mark.parametrize("encoding", ["json", "bin"])
@pytest.mark.parametrize("tail", [b"\0", b"}", b"MK", b"{}", b"\xff"])
def test_a_tail_is_refused(encoding: str, tail: bytes) -> None:
    payload = LAYOUTS[encoding](columns_of([EVERYTHING])) + tail
    for decoded in both_ways(topic(encoding), payload):
        assert len(decoded.fixes) == 0
        assert len(decoded.rejected) == 1
        assert decoded.rejected[0].record == payload


def both_ways(name: str, payload: bytes):  # type: ignore[no-untyped-def]
    yield decode_report(name, payload, NOW_MS)
    yield decode_block(MessageBlock.from_messages([(name, payload, NOW_MS)]), TopicTable())


@pytest.mark.parametrize("encoding", LAYOUTS)
def test_the_largest_message_passes_and_one_byte_more_is_too_large(encoding: str) -> None:
    room = b" " * MAX_PAYLOAD_BYTES
    payload = LAYOUTS[encoding](columns_of([EVERYTHING]))
    too_large = payload + room[: MAX_PAYLOAD_BYTES + 1 - len(payload)]
    for decoded in both_ways(topic(encoding), too_large):
        assert [rejected.reason for rejected in decoded.rejected] == [RejectReason.TOO_LARGE]
    if encoding != "bin":  # whose size is its count's
        for decoded in both_ways(topic(encoding), too_large[:-1]):
            assert len(decoded.fixes) == 1


SLOW = {  # each fits into one message, and kept a careless reader busy for a minute, or a second
    "a string without end": b'{"v": 1, "' + b'\\"' * 32_000,
    "the last member again": b"{" + b",".join(b'"a%d":1' % (n % 6000) for n in range(6001)) + b"}",
    "brackets": b"[" * MAX_PAYLOAD_BYTES,
    "a long number": b'{"v": 1, "epoch": ' + b"9" * 60_000 + b"}",
    "colours of plates": device_event.encode(
        1, [{"seq": n, "time_ms": NOW_MS, "type": "gate_passage", "plate": "黄" * 15 + "x"} for n in range(400)]
    ),
}


@pytest.mark.parametrize("name", SLOW)
@pytest.mark.parametrize("channel", ["report", "event", "state", "reply"])
def test_no_message_holds_up_those_behind_it(name: str, channel: str) -> None:
    assert len(SLOW[name]) <= MAX_PAYLOAD_BYTES
    began_s = time.process_time()  # what else the machine does is no matter here
    for decoded in both_ways(str(Topic("320412", "truck", "T1", channel, "json")), SLOW[name]):
        assert len(decoded.rejected) + len(decoded.device_events) > 0
        for event in decoded.device_events:
            assert PlateIndex.of([]).row(event.plate, None) == -1
    assert time.process_time() - began_s < 1.0


def test_the_most_binary_records_fit() -> None:
    fixes = columns_of([Fix(7, seq, NOW_MS) for seq in range(report_bin.MAX_COUNT)])
    payload = report_bin.encode(fixes)
    assert len(payload) <= MAX_PAYLOAD_BYTES
    assert len(decode_report(topic("bin"), payload, NOW_MS).fixes) == report_bin.MAX_COUNT
    with pytest.raises(ValueError, match="rows of one epoch"):
        report_bin.encode(columns_of([Fix(7, seq, NOW_MS) for seq in range(report_bin.MAX_COUNT + 1)]))


def test_columns_without_satellites_stay_absent() -> None:
    (row,) = rows_of(decode_report(topic("json"), report_json.encode(columns_of([Fix(7, 1, NOW_MS)])), NOW_MS).fixes)
    assert row.satellites == ABSENT


def test_the_typed_reader_knows_the_words_of_the_tables() -> None:
    """The words stand twice, as types in json_block and as codes in report_json: a new one must stand in both."""
    for words, bits in (("faults", report_json.FAULTS), ("alarms", report_json.ALARMS)):
        fixes = ",".join(f'{{"seq":{i},"time_ms":{NOW_MS},"{words}":["{word}"]}}' for i, word in enumerate(bits))
        payload = f'{{"v":1,"epoch":1,"fixes":[{fixes}]}}'.encode()
        block = MessageBlock.from_messages([(topic("json"), payload, NOW_MS)])
        read = json_block.read_block(block, np.zeros(1, np.int64), TopicTable().resolve(block))
        assert getattr(read.fixes, words).tolist() == list(bits.values())
        assert len(read.unread) == 0
