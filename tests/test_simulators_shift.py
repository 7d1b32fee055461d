"""Moved recordings: every time moves by the same offset, a moved record is another record, poison stays poison."""

from __future__ import annotations

import numpy as np
import pytest

from firmware_contracts import device_event, report_bin, report_json, report_nmea
from firmware_contracts.decode import decode_block
from firmware_contracts.fix import Fix, columns_of, rows_of
from firmware_contracts.message_block import MessageBlock
from firmware_contracts.topic_table import TopicTable
from simulators.capture import CaptureMessage
from simulators.replay import Span, offset_to_end_now
from simulators.shift import Shift

THEN_MS = 1_772_402_400_000
OFFSET_MS = 20_000_000_000
ROWS = [Fix(7, n, THEN_MS + 1000 * n, 31.7, 119.9, 5.0, 90.0, 0.9, 12, 15_000.0, cover=1) for n in (1, 2, 3)]
REPORTS = {
    "json": report_json.encode(columns_of(ROWS), "T1"),
    "bin": report_bin.encode(columns_of(ROWS), "T1"),
    "nmea": report_nmea.encode(columns_of(ROWS)),
}


def report(encoding: str, payload: bytes) -> CaptureMessage:
    return CaptureMessage(THEN_MS + 5000, f"muck/v1/320412/truck/T1/up/report/{encoding}", payload)


def fixes_of(message: CaptureMessage) -> list[Fix]:
    block = MessageBlock.from_messages([(message.topic, message.payload, message.received_at_ms)])
    content = decode_block(block, TopicTable())
    assert content.rejected == []
    return rows_of(content.fixes)


@pytest.mark.parametrize("encoding", REPORTS)
def test_fixes_move_and_stay_what_they_are(encoding: str) -> None:
    before = report(encoding, REPORTS[encoding])
    after = Shift(OFFSET_MS)(before)
    assert after.received_at_ms == before.received_at_ms + OFFSET_MS
    old, new = fixes_of(before), fixes_of(after)
    moved = [row._replace(fix_time_ms=row.fix_time_ms + OFFSET_MS, epoch=row.epoch + OFFSET_MS // 1000) for row in old]
    assert np.array_equal(np.array(new, float), np.array(moved, float), equal_nan=True)


def test_members_that_nobody_knows_survive() -> None:
    payload = b'{"v":1,"epoch":7,"fixes":[{"seq":1,"time_ms":%d,"tyre_bar":[8.1]}],"vendor":{"x":null}}' % THEN_MS
    moved = Shift(1000)(report("json", payload)).payload
    assert b'"tyre_bar":[8.1]' in moved
    assert b'"vendor":{"x":null}' in moved
    assert b'"time_ms":%d' % (THEN_MS + 1000) in moved


def test_passages_move_with_their_enter_and_leave() -> None:
    event = {"seq": 1, "time_ms": THEN_MS + 9, "type": "washer_passage", "plate": "苏D12345"}
    event |= {"enter_ms": THEN_MS + 1, "leave_ms": THEN_MS + 9, "result": "washed"}
    message = CaptureMessage(THEN_MS + 20, "muck/v1/320412/washer/W1/up/event/json", device_event.encode(3, [event]))
    moved = {"time_ms": THEN_MS + 2009, "enter_ms": THEN_MS + 2001, "leave_ms": THEN_MS + 2009}
    expected = device_event.encode(5, [event | moved])
    assert Shift(2000)(message).payload == expected


@pytest.mark.parametrize(
    ("topic", "payload"),
    [
        ("muck/v1/320412/truck/T1/up/report/json", b"{"),
        ("muck/v1/320412/truck/T1/up/report/json", b"[1]"),
        ("muck/v1/320412/truck/T1/up/report/json", b'{"v":1,"fixes":7}'),
        ("muck/v1/320412/truck/T1/up/report/json", b'{"v":1,"fixes":null}'),
        ("muck/v1/320412/truck/T1/up/report/json", b'{"v":1,"epoch":1,"fixes":[{"seq":1,"time_ms":true}]}'),
        ("muck/v1/320412/truck/T1/up/report/json", b'{"v":1,"epoch":1,"epoch":2,"fixes":[]}'),
        ("muck/v1/320412/truck/T1/up/report/bin", REPORTS["bin"][:-1]),
        ("muck/v1/320412/truck/T1/up/report/bin", b""),
        ("muck/v1/320412/truck/T1/up/report/nmea", b"$GPRMC,garbage*00\r\n"),
        ("elsewhere/altogether", b"anything"),
    ],
)
def test_what_breaks_the_contract_is_replayed_as_it_was(topic: str, payload: bytes) -> None:
    assert Shift(OFFSET_MS)(CaptureMessage(THEN_MS, topic, payload)).payload == payload


@pytest.mark.parametrize("speed", [1.0, 10.0, float("inf")])
def test_a_moved_message_is_never_published_before_its_time(speed: float) -> None:
    span, now_ms = Span(1_000_000, 4_600_000, 2), 9_000_000
    offset_ms = offset_to_end_now(span, speed, now_ms)
    for received_at_ms in (1_000_000, 2_500_000, 4_600_000):
        published_ms = now_ms + (received_at_ms - span.first_ms) / speed
        assert published_ms >= received_at_ms + offset_ms - 1
    ends_ms = now_ms + (span.last_ms - span.first_ms) / speed
    assert ends_ms == pytest.approx(span.last_ms + offset_ms, abs=1)
