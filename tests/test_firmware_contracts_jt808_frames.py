"""Frames of JT/T 808 in byte streams: found whatever the split and the noise, bounded in memory and time."""

from __future__ import annotations

import random
import time
import tracemalloc
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_contracts.errors import ContractError, RejectReason
from firmware_contracts.jt808.assembling import ASK_AFTER_MS, MAX_ASKS, MAX_MESSAGES, MAX_TOTAL, Assembler, Missing
from firmware_contracts.jt808.framing import (
    MAX_ESCAPED_BYTES,
    BadFrame,
    Frame,
    Framer,
    read_frame,
    to_frames,
    write_frame,
    xor_of,
)
from firmware_contracts.jt808.header import (
    MAX_BODY_BYTES,
    Header,
    Package,
    Version,
    normal_phone,
    pack_header,
    parse_header,
)

# Written by hand: a heartbeat of 13800138000 in 2013 and in 2019, serial 0x007e, which is escaped.
HEARTBEAT_2013 = bytes.fromhex("7e 0002 0000 013800138000 007d02 d6 7e")
HEARTBEAT_2019 = bytes.fromhex("7e 0002 4000 01 00000000013800138000 007d02 97 7e")

PHONES = st.integers(0, 10**12 - 1).map(str)
EDITIONS = st.sampled_from([Version.V2013, Version.V2019])
PACKAGES = st.none() | st.integers(1, 0xFFFF).flatmap(
    lambda total: st.integers(1, total).map(lambda number: Package(total, number))
)
HEADERS = st.builds(
    Header, st.integers(0, 0xFFFF), PHONES, st.integers(0, 0xFFFF), EDITIONS, PACKAGES, st.integers(0, 7), st.just(1)
)
BODIES = st.binary(max_size=60) | st.lists(st.sampled_from([0x7D, 0x7E, 1, 2]), max_size=40).map(bytes)


def only(found: list[Frame | BadFrame]) -> Frame:
    assert len(found) == 1
    assert isinstance(found[0], Frame)
    return found[0]


@pytest.mark.parametrize(("stream", "version"), [(HEARTBEAT_2013, Version.V2013), (HEARTBEAT_2019, Version.V2019)])
def test_heartbeat_by_hand(stream: bytes, version: Version) -> None:
    frame = only(Framer().feed(stream))
    assert frame == Frame(Header(0x0002, "13800138000", 0x7E, version), b"")
    assert write_frame(frame.header, b"") == stream


@given(header=HEADERS, body=BODIES)
def test_frame_round_trip(header: Header, body: bytes) -> None:
    written = write_frame(header, body)
    assert written.count(b"\x7e") == 2
    assert only(Framer().feed(written)) == Frame(header, body)


@given(
    sent=st.lists(st.tuples(HEADERS, BODIES), max_size=5),
    noise=st.lists(st.binary(max_size=30), min_size=6, max_size=6),
    cuts=st.lists(st.integers(0, 600), max_size=12),
)
def test_any_split_gives_the_same(sent: list[tuple[Header, bytes]], noise: list[bytes], cuts: list[int]) -> None:
    stream = noise[0] + b"".join(write_frame(*one) + between for one, between in zip(sent, noise[1:], strict=False))
    whole, parted = Framer(), Framer()
    found = whole.feed(stream)
    bounds = [0, *sorted(min(cut, len(stream)) for cut in cuts), len(stream)]
    pieces = [one for start, stop in pairwise(bounds) for one in parted.feed(stream[start:stop])]
    assert [str(one) for one in pieces] == [str(one) for one in found]
    assert (parted.pending_bytes, parted.skipped_bytes) == (whole.pending_bytes, whole.skipped_bytes)
    assert [one for one in found if isinstance(one, Frame) and (one.header, one.body) in sent] == [
        Frame(*one) for one in sent
    ]


def test_split_at_every_byte() -> None:
    stream = HEARTBEAT_2013 + HEARTBEAT_2019
    for at in range(len(stream) + 1):
        framer = Framer()
        found = framer.feed(stream[:at]) + framer.feed(stream[at:])
        assert [type(one) for one in found] == [Frame, Frame]
    framer = Framer()
    assert len([one for byte in stream for one in framer.feed(bytes([byte]))]) == 2


def test_frames_that_share_an_edge() -> None:
    shared = HEARTBEAT_2013 + HEARTBEAT_2019[1:]
    assert [type(one) for one in Framer().feed(shared)] == [Frame, Frame]


def test_lost_edge_costs_one_frame_at_most() -> None:
    found = Framer().feed(HEARTBEAT_2013[:-1] + HEARTBEAT_2013 + HEARTBEAT_2019)
    assert [one for one in found if isinstance(one, Frame)] == [
        only(Framer().feed(HEARTBEAT_2013)),
        only(Framer().feed(HEARTBEAT_2013)),
        only(Framer().feed(HEARTBEAT_2019)),
    ]


def test_every_flipped_bit_is_refused() -> None:
    body = bytes(range(40))
    plain = write_frame(Header(0x0200, "13800138000", 7), body)[1:-1].replace(b"\x7d\x02", b"\x7e")
    for at in range(len(plain) * 8):
        broken = bytearray(plain)
        broken[at // 8] ^= 1 << at % 8
        assert isinstance(read_frame(bytes(broken)), BadFrame)


@pytest.mark.parametrize(
    ("plain", "reason", "told"),
    [
        ("0002 0000", RejectReason.BAD_CHECKSUM, "expected checksum 02, got 00"),
        ("0002 0000 02", RejectReason.BAD_SIZE, "expected a header of 12 bytes, got 4"),
        ("0002 0001 013800138000 0001 a8", RejectReason.BAD_SIZE, "expected a body of 1 bytes, got 0"),
        ("0002 0000 01380013800a 0001 a3", RejectReason.BAD_TYPE, "BCD digits, got 01380013800a"),
        ("0002 2000 013800138000 0001 0001 0002 8a", RejectReason.OUT_OF_RANGE, "between 1 and 1, got 2"),
        ("0002 2000 013800138000 0001 0001 88", RejectReason.BAD_SIZE, "expected a header of 16 bytes, got 14"),
    ],
)
def test_bad_frames_say_why(plain: str, reason: RejectReason, told: str) -> None:
    bad = read_frame(bytes.fromhex(plain))
    assert isinstance(bad, BadFrame)
    assert bad.error.reason is reason
    assert told in bad.error.detail


def test_header_of_a_damaged_length_is_told() -> None:
    bad = read_frame(bytes.fromhex("0002 0001 013800138000 0001 a8"))
    assert isinstance(bad, BadFrame)
    assert bad.header == Header(0x0002, "13800138000", 1)


def test_an_escape_that_is_none_is_left_to_the_checksum() -> None:
    content = pack_header(Header(0x0900, "1", 1), 3) + b"\xf0\x7d\x05"
    assert only(Framer().feed(b"\x7e" + content + bytes([xor_of(content)]) + b"\x7e")).body == b"\xf0\x7d\x05"


TRACED_FROM = 550 * 16_384  # the last megabyte of ten


def test_noise_is_bounded_in_time_and_memory() -> None:
    noise, framer = random.Random(808).randbytes(10_000_000), Framer()
    started, found = time.perf_counter(), 0

    def feed(first: int, stop: int) -> None:
        nonlocal found
        for at in range(first, stop, 16_384):
            found += len(framer.feed(noise[at : at + 16_384]))
            assert framer.pending_bytes <= MAX_ESCAPED_BYTES + 1

    feed(0, TRACED_FROM)
    tracemalloc.start()  # makes it five times slower: only the last megabyte
    try:
        before = tracemalloc.get_traced_memory()[0]
        feed(TRACED_FROM, len(noise))
        peak = tracemalloc.get_traced_memory()[1] - before
    finally:
        tracemalloc.stop()
    assert time.perf_counter() - started < 20  # 2 s; quadratic would take hours
    assert peak < 250_000
    assert found > 10_000
    assert [type(one) for one in framer.feed(HEARTBEAT_2013[:1] + HEARTBEAT_2013)][-1] is Frame


@pytest.mark.parametrize("filler", [b"\x00", b"\x7d", b"\x7d\x02", b"\x7e", b"\x7e\x00"])
def test_monotonous_noise(filler: bytes) -> None:
    framer, block = Framer(), filler * (8192 // len(filler))
    for _ in range(128):
        framer.feed(block)
        assert framer.pending_bytes <= MAX_ESCAPED_BYTES + 1
    assert [type(one) for one in framer.feed(b"\x7e" + HEARTBEAT_2013)][-1] is Frame


def test_overlong_frame_is_told_once_and_skipped() -> None:
    framer = Framer()
    found = framer.feed(b"\x7e" + bytes(MAX_ESCAPED_BYTES)) + framer.feed(bytes(50_000))
    assert [one.error.reason for one in found if isinstance(one, BadFrame)] == [RejectReason.TOO_LARGE]
    assert (framer.pending_bytes, framer.skipped_bytes) == (0, MAX_ESCAPED_BYTES + 50_000)
    assert only(framer.feed(HEARTBEAT_2013)).header.serial == 0x7E


def test_longest_frame_is_read() -> None:
    longest = Header(0x7E7E, "7" * 20, 0x7E7E, Version.V2019, Package(0x7E7E, 0x7D7D), 7, 0x7E)
    body = b"\x7e" * MAX_BODY_BYTES
    framer = Framer()
    assert only(framer.feed(write_frame(longest, body))) == Frame(longest, body)
    assert framer.skipped_bytes == 0


@pytest.mark.parametrize("phone", ["", "+8613800138000", "1" * 21, "１２", "a"])
def test_a_phone_is_digits(phone: str) -> None:
    with pytest.raises(ValueError, match="phone number"):
        normal_phone(phone)
    with pytest.raises(ValueError, match="phone number"):
        pack_header(Header(2, phone, 1), 0)


def test_a_phone_of_the_registry_is_that_of_the_wire() -> None:
    for version, text in ((Version.V2013, "013800138000"), (Version.V2019, "00000000013800138000")):
        frame = pack_header(Header(2, text, 1, version), 0)
        assert parse_header(frame)[0].phone == normal_phone(text) == "13800138000"
    assert normal_phone("000") == "0"


@pytest.mark.parametrize(
    "header",
    [
        Header(0x10000, "1", 1),
        Header(2, "1", -1),
        Header(2, "1", 1, encryption=8),
        Header(2, "1" * 13, 1),
        Header(2, "1", 1, revision=256),
    ],
)
def test_headers_that_do_not_fit(header: Header) -> None:
    with pytest.raises(ValueError, match="expected"):
        pack_header(header, 0)
    with pytest.raises(ValueError, match="expected a body"):
        pack_header(Header(2, "1", 1), MAX_BODY_BYTES + 1)


# ---- packages


def packages(body: bytes, serial: int = 0xFFFE) -> list[Frame]:
    return [only(Framer().feed(one)) for one in to_frames(0x0704, body, "13800138000", serial)]


def test_a_long_body_goes_in_packages_and_comes_back() -> None:
    body = random.Random(1).randbytes(5 * MAX_BODY_BYTES - 1)
    parts = packages(body)
    assert [part.header.serial for part in parts] == [0xFFFE, 0xFFFF, 0, 1, 2]
    assert [part.header.package for part in parts] == [Package(5, number) for number in range(1, 6)]
    for order in (parts, parts[::-1], [parts[3], *parts]):
        assembler = Assembler()
        gathered = [assembler.add(part, 0) for part in order]
        assert [one for one in gathered if one] == [Frame(Header(0x0704, "13800138000", 0xFFFE), body)]


def test_whole_messages_pass_through() -> None:
    frame = only(Framer().feed(HEARTBEAT_2013))
    assert Assembler().add(frame, 0) is frame


def test_missing_packages_are_asked_for_and_given_up() -> None:
    parts, assembler = packages(bytes(3 * MAX_BODY_BYTES)), Assembler()
    assert assembler.add(parts[1], 0) is None
    assert assembler.overdue(ASK_AFTER_MS - 1) == []
    for ask in range(1, MAX_ASKS + 1):
        assert assembler.overdue(ask * ASK_AFTER_MS) == [Missing(0x0704, 0xFFFE, (1, 3))]
        assert assembler.overdue(ask * ASK_AFTER_MS + 1) == []
    assert assembler.overdue((MAX_ASKS + 1) * ASK_AFTER_MS) == []
    assert (assembler.dropped, assembler.pending_bytes) == (1, 0)


def test_assembling_is_bounded() -> None:
    assembler = Assembler()
    for at in range(20):
        assembler.add(Frame(Header(0x0704, "1", at * 100, package=Package(MAX_TOTAL, 1)), bytes(MAX_BODY_BYTES)), at)
    assert assembler.pending_bytes == MAX_MESSAGES * MAX_BODY_BYTES
    assert assembler.add(Frame(Header(0x0801, "1", 1, package=Package(MAX_TOTAL + 1, 1)), b"x"), 0) is None
    assert assembler.dropped == 20 - MAX_MESSAGES + 1


def test_too_many_packages() -> None:
    with pytest.raises(ValueError, match="65535 packages"):
        to_frames(0x0801, bytes(MAX_BODY_BYTES * 0xFFFF + 1), "1", 1)


@given(st.binary(max_size=300))
def test_xor(data: bytes) -> None:
    folded = 0
    for byte in data:
        folded ^= byte
    assert xor_of(data) == folded


@given(st.binary(max_size=80))
def test_any_bytes_are_a_frame_or_say_why(data: bytes) -> None:
    for one in Framer().feed(b"\x7e" + data + b"\x7e"):
        assert isinstance(one, Frame) or (isinstance(one.error, ContractError) and one.raw)
