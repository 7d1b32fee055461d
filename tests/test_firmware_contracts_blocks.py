"""The block reader against the single-message reference, on sound, broken and random messages mixed in one block."""

from __future__ import annotations

import json
import random
import re
import zlib
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware_contracts import report_bin, report_json, report_nmea
from firmware_contracts.columns import FIX_DTYPES, Fault, FixColumns
from firmware_contracts.decode import REPORTS, decode_block, decode_report
from firmware_contracts.fix import Fix, columns_of
from firmware_contracts.message_block import MessageBlock
from firmware_contracts.reading import Decoded
from firmware_contracts.topic_table import TopicTable

NOW_MS = 1_767_225_600_000
DAY_MS = 86_400_000
ENCODERS = {"json": report_json.encode, "bin": report_bin.encode, "nmea": report_nmea.encode}
Message = tuple[bytes, bytes, int]


def assert_block_is_reference(messages: Sequence[Message], topics: TopicTable | None = None) -> Decoded:
    decoded = decode_block(MessageBlock.from_messages(messages), topics or TopicTable())
    parts: list[FixColumns] = [FixColumns.empty()]
    rejected, events, states, replies = [], [], [], []
    for i, (topic, payload, received_at_ms) in enumerate(messages):
        one = decode_report(topic, payload, received_at_ms)
        parts.append(FixColumns(np.full(len(one.fixes), i, np.int32), *list(values_of(one.fixes).values())[1:]))
        rejected += [(i, r.reason, r.detail, r.epoch, r.seq, r.record) for r in one.rejected]
        events += [(i, event.seq, event.body) for event in one.device_events]
        states += [(i, state.state) for state in one.states]
        replies += [(i, answer.id) for answer in one.replies]
        index = int(decoded.sender[i])
        assert ([] if index < 0 else [decoded.topics[index]]) == one.topics
    expected = FixColumns.concatenate(parts)
    for name, values in values_of(decoded.fixes).items():
        assert values.dtype == FIX_DTYPES[name], name
        np.testing.assert_array_equal(values, getattr(expected, name), err_msg=name)
    assert [(r.message, r.reason, r.detail, r.epoch, r.seq, r.record) for r in decoded.rejected] == rejected
    assert [(event.message, event.seq, event.body) for event in decoded.device_events] == events
    assert [(state.message, state.state) for state in decoded.states] == states
    assert [(answer.message, answer.id) for answer in decoded.replies] == replies
    return decoded


def values_of(fixes: FixColumns) -> dict[str, np.ndarray]:
    return {name: getattr(fixes, name) for name in FIX_DTYPES}


def random_fix(rng: random.Random, seq: int, *, wild: bool) -> Fix:
    """Return a fix of which each part may be absent; of the wild ones, one in twenty is out of bounds."""
    members: dict[str, float] = {}
    if rng.random() < 0.8:
        members |= {"lat_deg": round(rng.uniform(-90, 90), 7), "lon_deg": round(rng.uniform(-180, 180), 7)}
    floats = {"speed_mps": 40, "course_deg": 360, "hdop": 25, "load_kg": 40_000, "lift_deg": 60}
    members |= {name: round(rng.uniform(0, most), 1) for name, most in floats.items() if rng.random() < 0.7}
    if rng.random() < 0.2:
        members["load_ratio"] = round(rng.random(), 3)
    codes = {"satellites": 30, "cover": 2, "ignition": 1, "main_power": 1}
    members |= {name: rng.randint(0, most) for name, most in codes.items() if rng.random() < 0.7}
    if rng.random() < 0.2:
        members |= {"faults": rng.choice(list(Fault)).value, "alarms": rng.randint(0, 127)}
    time_ms = NOW_MS - rng.randint(0, 50 * DAY_MS)
    if wild and rng.random() < 0.02:
        time_ms -= 60 * DAY_MS
    if wild and rng.random() < 0.03:
        members["lat_deg"] = rng.choice([91.0, float("nan")])
    return Fix(rng.randint(0, 9), seq, time_ms, **members)  # type: ignore[arg-type]


def random_report(rng: random.Random, *, wild: bool = True) -> Message:
    encoding = rng.choice(list(ENCODERS))
    device = f"T{rng.randint(1, 5)}"
    fixes = [
        random_fix(rng, rng.randint(0, 2**32 - 1), wild=wild)._replace(epoch=3) for _ in range(rng.choice([1, 1, 2, 7]))
    ]
    columns = columns_of(fixes)
    payload = report_nmea.encode(columns) if encoding == "nmea" else ENCODERS[encoding](columns, device)  # type: ignore[operator]
    topic = f"muck/v1/320412/truck/{device}/up/report/{encoding}".encode()
    return topic, payload, NOW_MS + rng.randint(-1000, 1000)


def with_sums_mended(topic: bytes, payload: bytes) -> bytes:
    """Return a damaged message with its CRC or checksums put right, so that what is inside gets read."""
    if topic.endswith(b"bin") and len(payload) > 4:
        return payload[:-4] + zlib.crc32(payload[:-4]).to_bytes(4, "little")
    if topic.endswith(b"nmea"):
        return re.sub(rb"\$([^$*\r\n]*)\*..", lambda match: b"$%b*%02X" % (match[1], xor_of(match[1])), payload)
    return payload


def xor_of(data: bytes) -> int:
    total = 0
    for byte in data:
        total ^= byte
    return total


def damaged(rng: random.Random, message: Message) -> Message:
    """Return a message with some bytes of it changed, taken out, put in or repeated."""
    topic, payload, received_at_ms = message
    data = bytearray(payload)
    for _ in range(rng.choice([1, 1, 3])):
        at, span = rng.randrange(len(data) + 1), rng.choice([1, 1, 4, 32])
        kind = rng.randrange(4)
        if kind == 0:
            data[at : at + 1] = bytes([rng.choice(b'0123456789.,-"{}[]:$*nNaAVtfe \x00\xff')])
        elif kind == 1:
            del data[at : at + span]
        elif kind == 2:
            data[at:at] = data[at : at + span]
        else:
            data[at:at] = rng.choice(
                [b"null", b"NaN", b"1e999", b',"seq":1', b"\r\n", b"$GPRMC,", b"\xb5b\x01", b"9" * 40]
            )
    mended = with_sums_mended(topic, bytes(data)) if rng.random() < 0.8 else bytes(data)
    return topic, mended, received_at_ms


EVENTS = b'{"v":1,"epoch":1,"events":[{"seq":1,"time_ms":1767225600000,"type":"heartbeat"},7]}'
OTHERS: list[Message] = [
    (b"muck/v1/320412/washer/W1/up/event/json", EVENTS, NOW_MS),
    (b"muck/v1/320412/gate/G1/up/state/json", b'{"v":1,"state":"online"}', NOW_MS),
    (b"muck/v1/320412/gate/G1/up/reply/json", b'{"v":1,"id":"1","result":"ok"}', NOW_MS),
    (b"muck/v1/320412/gate/G1/up/reply/bin", b"", NOW_MS),
    (b"", b"x", NOW_MS),
    (b"muck/v1/320412/truck/T1/up/report/json\0", b"{}", NOW_MS),
    (b"m" * 500, b"{}", NOW_MS),
    (b"muck/v1/320412/truck/T1/up/report/json", b"x" * 70_000, NOW_MS),
]


@pytest.mark.parametrize("seed", range(8))
def test_mixed_blocks_read_as_each_message_alone(seed: int) -> None:
    rng = random.Random(seed)
    messages = [random_report(rng) for _ in range(150)]
    messages = [damaged(rng, message) if rng.random() < 0.4 else message for message in messages] + OTHERS
    rng.shuffle(messages)
    decoded = assert_block_is_reference(messages)
    assert len(decoded.fixes) > 100  # neighbours of broken messages are there
    assert len(decoded.rejected) > 20


def test_sound_messages_are_read_as_blocks() -> None:
    """The fast readers do the work: none of the usual messages is left to the reference."""
    rng = random.Random(1)
    for encoding in ENCODERS:
        reports = [random_report(rng, wild=False) for _ in range(300)]
        reports = [report for report in reports if report[0].endswith(encoding.encode())]
        block = MessageBlock.from_messages(reports)
        read = REPORTS["report", encoding].read_block(block, np.arange(len(block)), TopicTable().resolve(block))
        assert len(read.unread) == 0


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(list(ENCODERS)), st.binary(max_size=200)), max_size=8))
def test_random_bytes_end_as_rejected(payloads: list[tuple[str, bytes]]) -> None:
    messages = [(f"muck/v1/320412/truck/T1/up/report/{e}".encode(), payload, NOW_MS) for e, payload in payloads]
    decoded = assert_block_is_reference(messages)
    assert {rejected.message for rejected in decoded.rejected} == set(range(len(messages)))


NUMBERISH = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=3), st.lists(st.text(max_size=3), max_size=2)
)
FIELD_NAMES = [
    "seq",
    "time_ms",
    "lat_deg",
    "lon_deg",
    "speed_mps",
    "satellites",
    "load_kg",
    "cover",
    "ignition",
    "faults",
    "x",
    "later_member",
]


@settings(max_examples=100, deadline=None)
@given(st.lists(st.dictionaries(st.sampled_from(FIELD_NAMES), NUMBERISH), max_size=4), st.booleans())
def test_json_of_any_types_reads_the_same(fixes: list[dict[str, object]], sound: bool) -> None:
    if sound:
        fixes = [
            {"seq": 1, "time_ms": NOW_MS} | {k: v for k, v in fix.items() if k not in {"seq", "time_ms"}}
            for fix in fixes
        ]
    payload = json.dumps({"v": 1, "epoch": 1, "fixes": fixes}).encode()
    decoded = assert_block_is_reference([(b"muck/v1/320412/truck/T1/up/report/json", payload, NOW_MS)])
    assert len(decoded.fixes) + len(decoded.rejected) == len(fixes)


COUNTS = st.integers(0, 2**16 - 1)


@settings(max_examples=100, deadline=None)
@given(
    st.integers(0, 255).flatmap(lambda n: st.lists(st.binary(min_size=n, max_size=n), max_size=4)),
    st.booleans(),
    COUNTS,
)
def test_binary_records_of_any_bits_and_size_read_the_same(records: list[bytes], now: bool, reserved: int) -> None:
    if now:
        time = (NOW_MS // 1000).to_bytes(4, "little") + b"\0\0"
        records = [record[:4] + time + record[10:] if len(record) > 10 else record for record in records]
    record_bytes = len(records[0]) if records else 32
    body = report_bin.HEADER.pack(b"MK", 1, record_bytes, len(records), reserved, 1, 0) + b"".join(records)
    payload = body + zlib.crc32(body).to_bytes(4, "little")
    decoded = assert_block_is_reference([(b"muck/v1/320412/truck/T1/up/report/bin", payload, NOW_MS)])
    judged = len(records) if record_bytes >= 32 else 1
    assert len(decoded.fixes) + len(decoded.rejected) == judged


def test_longer_records_are_read_as_blocks() -> None:
    """What a later sender adds behind the 32nd byte costs nothing, whatever lies side by side in the block."""
    plain = report_bin.encode(columns_of([Fix(1, i, NOW_MS, 31.0 + i, 119.0) for i in range(5)]))
    records = [plain[16 + 32 * i : 48 + 32 * i] for i in range(5)]
    messages: list[Message] = []
    for record_bytes in (32, 40, 32, 255, 40):
        body = report_bin.HEADER.pack(b"MK", 1, record_bytes, 5, 0, 1, 0)
        body += b"".join(record + b"\xff" * (record_bytes - 32) for record in records)
        payload = body + zlib.crc32(body).to_bytes(4, "little")
        messages.append((b"muck/v1/320412/truck/T1/up/report/bin", payload, NOW_MS))
    block = MessageBlock.from_messages(messages)
    read = REPORTS["report", "bin"].read_block(block, np.arange(len(block)), TopicTable().resolve(block))
    assert len(read.unread) == 0
    assert sorted(read.fixes.seq.tolist()) == sorted(list(range(5)) * 5)
    assert_block_is_reference(messages)


FIELD = st.text(alphabet="0123456789.-ANVSEW", max_size=12)
TAGS = st.sampled_from(["GPRMC", "GNGGA", "GPZDA", "PMUK"])
SENTENCE = st.one_of(
    st.builds(lambda tag, fields: f"{tag},{','.join(fields)}", TAGS, st.lists(FIELD, max_size=14)),
    st.sampled_from([
        "PMUK,1,7,1206,,,,,,,00,00,12.5,later field",
        "PMUK,1,7,1207,,,,,,,100,1FF",
        "GPRMC,000002.000,V,,,,,,,010126,,,N,V,8",
        "GPRMC,000000.000,A,3142.740736,N,11955.407402,E,16.192,91.25,010126,,,A",
        "GPGGA,000000.000,3142.740736,N,11955.407402,E,1,14,0.90,,M,,M,,",
        "PMUK,1,7,1204,21500.0,,-0.40,0,1,1,0A,7f",
        "PMUK,1,7,1205,,,,,,,00,00",
        "GPRMC,000001,V,,,,,,,010126,,,N",
    ]),
)  # fmt: skip


@settings(max_examples=100, deadline=None)
@given(st.lists(st.lists(SENTENCE, max_size=6), max_size=4))
def test_nmea_of_any_fields_reads_the_same(messages: list[list[str]]) -> None:
    payloads = ["".join(f"${body}*{xor_of(body.encode()):02X}\r\n" for body in bodies).encode() for bodies in messages]
    assert_block_is_reference([(b"muck/v1/320412/truck/T1/up/report/nmea", payload, NOW_MS) for payload in payloads])


def with_additions(rng: random.Random, message: Message) -> Message:
    """Return a report as a later version's terminal would write it: more members, words and fields."""
    topic, payload, received_at_ms = message
    if topic.endswith(b"nmea"):
        later = re.sub(rb"(\$PMUK,[^*]*)\*..", lambda match: match[1] + b",%d,x*00" % rng.randint(0, 9), payload)
        return topic, with_sums_mended(topic, later), received_at_ms
    document = json.loads(payload)
    document |= {"vendor": {"model": ["X", {"year": 2027}]}}
    for fix in document["fixes"]:
        fix |= {"odometer_km": rng.random(), "axles": [{"kg": 6100}, {}]}
        if rng.random() < 0.5:
            fix["driver"] = {"since": "2027-01-01T00:00:00Z", 'said "no\\': ":"}
        fix["faults"] = [*fix.get("faults", []), "tyre"]
    return topic, json.dumps(document).encode(), received_at_ms


@pytest.mark.parametrize("encoding", ["json", "nmea"])
def test_additions_of_a_later_version_are_read_as_blocks(encoding: str) -> None:
    """The same fixes, and none of it left to the reference, which takes thirty times as long."""
    rng = random.Random(5)
    reports = [random_report(rng, wild=False) for _ in range(300)]
    reports = [report for report in reports if report[0].endswith(encoding.encode())]
    later = [with_additions(rng, report) for report in reports]
    block = MessageBlock.from_messages(later)
    read = REPORTS["report", encoding].read_block(block, np.arange(len(block)), TopicTable().resolve(block))
    assert len(read.unread) == 0
    assert_block_is_reference(later)
    for name, values in values_of(decode_block(block, TopicTable()).fixes).items():
        as_before = decode_block(MessageBlock.from_messages(reports), TopicTable()).fixes
        np.testing.assert_array_equal(values, getattr(as_before, name), err_msg=name)


@pytest.mark.parametrize(
    "spoiled",
    [
        '"x":1,"x":2',
        '"x":{"y":1,"y":2}',
        '"x":"a:b"',
        '"x":"\\u003a","seq":1',
        '"x":"12:30","x":"12:31"',
        '"x":"\\":","seq":1',
        '"x":' + "[" * 20 + "]" * 20,
        '"x":1e999',
        '"x":NaN',
        '"x":"\\ud800"',
        '"x":' + "9" * 5000,
        '"faults":["\\u0000"]',
        '"faults":["' + "w" * 65 + '"]',
        '"faults":["later:word"]',
        '"cover":"later"',
    ],
)
def test_additions_that_are_unsound_read_as_the_reference_says(spoiled: str) -> None:
    topic = b"muck/v1/320412/truck/T1/up/report/json"
    sound = '{"v":1,"epoch":1,"later":{"a":[]},"fixes":[{"seq":1,"time_ms":1767225600000}]}'
    payloads = [
        sound,
        sound.replace('"seq":1', f'"seq":1,{spoiled}'),
        sound.replace('"v":1', f'"v":1,{spoiled}'),
        sound,
    ]
    decoded = assert_block_is_reference([(topic, payload.encode(), NOW_MS) for payload in payloads])
    assert {0, 3} <= set(decoded.fixes.message.tolist())


def test_a_fix_never_borrows_from_the_message_before() -> None:
    """A message that ends without $PMUK and one that begins with it are two terminals' halves, not one fix."""
    rng = random.Random(3)
    report = report_nmea.encode(columns_of([random_fix(rng, 5, wild=False)]))
    at = report.index(b"$PMUK")
    topics = [f"muck/v1/320412/truck/T{i}/up/report/nmea".encode() for i in range(3)]
    halves = [report, report[:at], report[at:], report]
    messages = [(topics[i % 3], half, NOW_MS) for i, half in enumerate(halves)]
    decoded = assert_block_is_reference(messages)
    assert decoded.fixes.message.tolist() == [0, 3]
    assert [rejected.reason for rejected in decoded.rejected] == ["no_identity", "missing_field"]


def test_a_repeated_member_is_found_among_nulls_and_devices() -> None:
    topic = b"muck/v1/320412/truck/T1/up/report/json"
    sound = b'{"v":1,"device":"T1","epoch":1,"fixes":[{"seq":1,"time_ms":1767225600000,"hdop":null,"cover":null}]}'
    twice = [
        sound.replace(b'"v":1', b'"v":1,"v":1'),
        sound.replace(b'"hdop":null', b'"hdop":null,"hdop":null'),
        sound.replace(b'"hdop":null', b'"hdop":1,"hdop":null'),
        sound.replace(b'"device":"T1"', b'"device":null,"device":"T1"'),
        sound.replace(b'"seq":1', b'"seq":1,"seq":1'),
    ]
    decoded = assert_block_is_reference([(topic, payload, NOW_MS) for payload in [sound, *twice, sound]])
    assert decoded.fixes.message.tolist() == [0, 6]
    assert {rejected.reason for rejected in decoded.rejected} == {"duplicate_field"}
