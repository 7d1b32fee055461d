"""Messages of JT/T 808: vectors written by hand, and every message there and back in every edition."""

from __future__ import annotations

import dataclasses
import re
from datetime import UTC, datetime
from math import isnan, nan
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_contracts.columns import Alarm, Fault
from firmware_contracts.errors import ContractError, MessageError, RecordError, RejectReason
from firmware_contracts.jt808 import messages as m
from firmware_contracts.jt808.alarms import (
    ALARMS,
    Clears,
    alarm_bits,
    alarm_names,
    cleared_by_answer,
    standard_alarm_bits,
    to_confirm,
)
from firmware_contracts.jt808.clock import bcd_of, time_ms_of
from firmware_contracts.jt808.framing import Frame, Framer
from firmware_contracts.jt808.header import Header, Package, Version
from firmware_contracts.jt808.items import ITEMS, item, read_item
from firmware_contracts.jt808.location import FIXED, SOUTH, WEST, Location, pack_location, parse_location
from firmware_contracts.jt808.parameters import PARAMETERS, TEXT, parameter, parameter_value

V2011, V2013, V2019 = Version.V2011, Version.V2013, Version.V2019
NOON_MS = int(datetime(2026, 3, 1, 4, 0, 0, tzinfo=UTC).timestamp() * 1000)  # 12:00 in UTC+8
BASE = "00000001 00000003 01e52da7 07261a2c 0023 0258 005a 260301120000"
HERE = Location(1, 3, 31.796647, 119.937580, 35, 600 / 36, 90.0, NOON_MS)


def header(message_id: int, version: Version = V2013, package: Package | None = None, encryption: int = 0) -> Header:
    return Header(message_id, "13800138000", 7, V2019 if version is V2019 else V2013, package, encryption)


# Bodies as the standard's tables give them, byte by byte.
VECTORS: list[tuple[int, Version, str, Any]] = [
    (0x0001, V2013, "0005 8300 00", m.GeneralAnswer(5, 0x8300, m.DONE)),
    (0x0002, V2013, "", m.Heartbeat()),
    (0x0003, V2013, "", m.Logout()),
    (0x0004, V2019, "", m.TimeQuery()),
    (0x0005, V2019, "0009 0002 0001 0003", m.ResendRequest(9, (1, 3))),
    (
        0x0100,
        V2011,
        "0020 0190 4d4b303031 4d4b2d3100000000 41303030303037 02 cbd5443132333435",
        m.Registration(32, 400, "MK001", "MK-1", "A000007", 2, "苏D12345", V2011),
    ),
    (
        0x0100,
        V2013,
        "0020 0190 4d4b303031" + "4d4b2d31" + "00" * 16 + "41303030303037 02 cbd5443132333435",
        m.Registration(32, 400, "MK001", "MK-1", "A000007", 2, "苏D12345", V2013),
    ),
    (
        0x0100,
        V2019,
        "0020 0190 4d4b303031" + "00" * 6 + "4d4b2d31" + "00" * 26 + "41303037" + "00" * 26 + "02 cbd5443132333435",
        m.Registration(32, 400, "MK001", "MK-1", "A007", 2, "苏D12345", V2019),
    ),
    (0x0102, V2013, "6b657931", m.Authentication("key1")),
    (
        0x0102,
        V2019,
        "04 6b657931" + "383630303030303030303030303031" + "312e302e37" + "00" * 15,
        m.Authentication("key1", "860000000000001", "1.0.7"),
    ),
    (0x0104, V2013, "0003 01 00000029 04 0000000a", m.ParameterAnswer(3, ((0x29, b"\0\0\0\x0a"),))),
    (
        0x0107,
        V2013,
        "0007 4d4b303031" + "4d4b2d31" + "00" * 16 + "41303030303037 89860000000000000001 03 312e30 02 3132 03 08",
        m.Attributes(7, "MK001", "MK-1", "A000007", "89860000000000000001", "1.0", "12", 3, 8),
    ),
    (0x0200, V2013, BASE, m.LocationReport(HERE)),
    (0x0201, V2013, "0011" + BASE, m.LocationAnswer(17, HERE)),
    (0x0500, V2013, "0012" + BASE, m.ControlAnswer(18, HERE)),
    (
        0x0704,
        V2013,
        f"0002 01 001c {BASE} 0003 0a0b0c",
        m.LocationBatch((m.BLIND_ZONE, (bytes.fromhex(BASE), b"\x0a\x0b\x0c"))),
    ),
    (0x0800, V2013, "00000007 00 01 02 03", m.MediaEvent(7, 0, 1, 2, 3)),
    (0x0801, V2013, "00000007 00 01 02 03 ffd8", m.MediaUpload(7, 0, 1, 2, 3, b"\xff\xd8")),
    (0x0900, V2013, "f1 0102", m.Transparent(0xF1, b"\x01\x02")),
    (0x8001, V2013, "0007 0200 04", m.PlatformAnswer(7, 0x0200, m.ALARM_CONFIRMED)),
    (0x8003, V2013, "0007 02 0001 0004", m.ResendPackages(7, (1, 4))),
    (0x8003, V2019, "0007 0002 0001 0004", m.ResendPackages(7, (1, 4))),
    (0x8004, V2019, "260301040000", m.TimeAnswer(NOON_MS)),
    (0x8100, V2013, "0007 00 6b657931", m.RegistrationAnswer(7, 0, "key1")),
    (0x8100, V2013, "0007 03", m.RegistrationAnswer(7, 3)),
    (
        0x8103,
        V2013,
        "02 00000055 04 0000003c 00000083 08 cbd5443132333435",
        m.SetParameters((parameter(0x55, 60), parameter(0x83, "苏D12345"))),
    ),
    (0x8104, V2013, "", m.QueryParameters()),
    (0x8105, V2013, "04", m.TerminalControl(4)),
    (0x8106, V2013, "02 00000029 00000055", m.QuerySomeParameters((0x29, 0x55))),
    (0x8107, V2013, "", m.QueryAttributes()),
    (0x8201, V2013, "", m.LocateQuery()),
    (0x8202, V2013, "0005 0000003c", m.TrackLocation(5, 60)),
    (0x8203, V2013, "0007 00000001", m.AlarmConfirm(7, 1)),
    (0x8300, V2013, "0c c7b0b7bdbdfbd0d0", m.Text(0x0C, "前方禁行")),
    (0x8300, V2019, "0c 02 c7b0b7bdbdfbd0d0", m.Text(0x0C, "前方禁行", 2)),
    (0x8500, V2013, "01", m.VehicleControl(1)),
    (0x8500, V2019, "0001 0001 00", m.VehicleControl(controls=((1, 0),))),
    (0x8900, V2013, "f1 03", m.TransparentDown(0xF1, b"\x03")),
    (0x6006, V2013, "0102", m.Unknown(0x6006, b"\x01\x02")),
]


def without_bodies(message: Any) -> Any:
    """A location remembers the bytes that it came from; one that is made does not."""
    if hasattr(message, "location"):
        return dataclasses.replace(message, location=message.location._replace(body=b""))
    return message


@pytest.mark.parametrize(("message_id", "version", "text", "message"), VECTORS)
def test_vectors(message_id: int, version: Version, text: str, message: Any) -> None:
    body = bytes.fromhex(text)
    assert without_bodies(m.parse(header(message_id, version), body)) == message
    assert m.pack(message, version) == body
    assert m.message_id_of(message) == message_id


def test_every_row_has_a_vector() -> None:
    assert {message_id for message_id, *_ in VECTORS} >= set(m.MESSAGES)


@pytest.mark.parametrize(("message_id", "version", "text", "message"), VECTORS)
def test_bodies_cut_short(message_id: int, version: Version, text: str, message: Any) -> None:
    body = bytes.fromhex(text)
    for size in range(len(body)):
        assert parsed_or_refused(message_id, version, body[:size]) != message


@pytest.mark.parametrize("message_id", sorted(m.MESSAGES))
@given(body=st.binary(max_size=200), version=st.sampled_from(Version))
def test_any_body_is_a_message_or_says_why(message_id: int, body: bytes, version: Version) -> None:
    parsed_or_refused(message_id, version, body)


def parsed_or_refused(message_id: int, version: Version, body: bytes) -> Any:
    """Return the message, or the refusal in words; anything else that is raised fails the test."""
    try:
        return m.parse(header(message_id, version), body)
    except ContractError as error:
        return re.fullmatch("expected .+, got .+", error.detail)[0]


# ---- there and back

U8, U16, U32 = st.integers(0, 0xFF), st.integers(0, 0xFFFF), st.integers(0, 0xFFFFFFFF)
GBK = st.text(st.sampled_from("渣土车苏粤A1234567890-./前方禁行"), max_size=10)
PLATES = st.from_regex(r"苏[A-Z][A-Z0-9]{5,6}|[A-HJ-NPR-Z0-9]{17}", fullmatch=True)
SHORT = st.text(st.sampled_from("AB12-."), max_size=5)
DATA = st.binary(max_size=40)
ITEMS_OF = st.lists(st.tuples(U8, st.binary(max_size=20)), max_size=6).map(tuple)
SECONDS = st.integers(946_684_800, 4_000_000_000).map(lambda second: second * 1000)
LOCATIONS = st.builds(
    Location,
    U32,
    U32.map(lambda status: status & ~(SOUTH | WEST)),
    st.integers(-90_000_000, 90_000_000).map(lambda value: value / 1e6),
    st.integers(-180_000_000, 180_000_000).map(lambda value: value / 1e6),
    st.integers(-500, 9000),
    st.integers(0, 0xFFFE).map(lambda value: value / 36),
    st.integers(0, 359).map(float),
    SECONDS,
    ITEMS_OF,
    st.just(b""),
    st.just(b""),
)
PARAMETERS_OF = st.lists(st.tuples(U32, st.binary(max_size=30)), max_size=5).map(tuple)
NUMBERS = st.lists(U16, max_size=9).map(tuple)
RECORDS: dict[type, st.SearchStrategy[Any]] = {
    m.GeneralAnswer: st.builds(m.GeneralAnswer, U16, U16, U8),
    m.ResendRequest: st.builds(m.ResendRequest, U16, NUMBERS),
    m.Registration: st.builds(m.Registration, U16, U16, SHORT, SHORT, SHORT, st.integers(0, 9), PLATES, st.just(V2013)),
    m.Authentication: st.builds(m.Authentication, GBK, SHORT, SHORT),
    m.ParameterAnswer: st.builds(m.ParameterAnswer, U16, PARAMETERS_OF),
    m.Attributes: st.builds(
        m.Attributes, U16, SHORT, SHORT, SHORT, st.from_regex(r"[0-9]{20}", fullmatch=True), GBK, GBK, U8, U8
    ),
    m.LocationReport: st.builds(m.LocationReport, LOCATIONS),
    m.LocationAnswer: st.builds(m.LocationAnswer, U16, LOCATIONS),
    m.ControlAnswer: st.builds(m.ControlAnswer, U16, LOCATIONS),
    m.LocationBatch: st.builds(m.LocationBatch, st.tuples(U8, st.lists(DATA, max_size=5).map(tuple))),
    m.MediaEvent: st.builds(m.MediaEvent, U32, U8, U8, U8, U8),
    m.MediaUpload: st.builds(m.MediaUpload, U32, U8, U8, U8, U8, DATA),
    m.Transparent: st.builds(m.Transparent, U8, DATA),
    m.PlatformAnswer: st.builds(m.PlatformAnswer, U16, U16, U8),
    m.ResendPackages: st.builds(m.ResendPackages, U16, NUMBERS),
    m.TimeAnswer: st.builds(m.TimeAnswer, SECONDS),
    m.RegistrationAnswer: st.builds(m.RegistrationAnswer, U16, U8, SHORT),
    m.SetParameters: st.builds(m.SetParameters, PARAMETERS_OF),
    m.TerminalControl: st.builds(m.TerminalControl, U8, DATA),
    m.QuerySomeParameters: st.builds(m.QuerySomeParameters, st.lists(U32, max_size=5).map(tuple)),
    m.TrackLocation: st.builds(m.TrackLocation, U16, U32),
    m.AlarmConfirm: st.builds(m.AlarmConfirm, U16, U32),
    m.Text: st.builds(m.Text, U8, GBK, U8),
    m.VehicleControl: st.builds(m.VehicleControl, U8, st.lists(st.tuples(U16, U8), max_size=4).map(tuple)),
    m.TransparentDown: st.builds(m.TransparentDown, U8, DATA),
}
EMPTY = (m.Heartbeat, m.Logout, m.TimeQuery, m.QueryParameters, m.QueryAttributes, m.LocateQuery)


def test_every_record_has_a_strategy() -> None:
    assert {kind.record for kind in m.MESSAGES.values()} == {*RECORDS, *EMPTY}


@pytest.mark.parametrize("record", RECORDS)
@given(data=st.data(), version=st.sampled_from([V2011, V2013, V2019]))
def test_round_trip(record: type, data: st.DataObject, version: Version) -> None:
    message = data.draw(RECORDS[record])
    frames = [one for raw in m.encode(message, "13800138000", 65_535, version) for one in Framer().feed(raw)]
    assert all(isinstance(one, Frame) for one in frames)
    (frame,) = frames
    back = m.parse(frame.header, frame.body)
    assert m.pack(back, getattr(back, "version", version)) == m.pack(message, version) == frame.body
    for name in m.MESSAGES[m.message_id_of(message)].layout_of(version):
        assert getattr(without_bodies(back), name) == without_hemisphere(getattr(message, name)), name


def without_hemisphere(value: Any) -> Any:
    """The signs of a made location set its status bits."""
    if isinstance(value, Location):
        south, west = SOUTH if value.lat_deg < 0 else 0, WEST if value.lon_deg < 0 else 0
        return value._replace(status=value.status | south | west)
    return value


# ---- what is refused


@pytest.mark.parametrize(
    ("message", "version", "told"),
    [
        (m.PlatformAnswer(65_536, 2, 0), V2013, r"serial in \[0, 65535\], got 65536"),
        (m.Registration(1, 1, "MAKER1", "", "", 1, ""), V2013, "maker of at most 5 bytes, got 6"),
        (m.Text(1, "😀"), V2013, "text in characters of GBK"),
        (m.Authentication("x" * 256), V2019, "length of code"),
        (m.SetParameters(tuple((1, b"") for _ in range(256))), V2013, "number of parameters"),
        (m.Attributes(1, "", "", "", "12x", "", "", 1, 1), V2013, "iccid of at most 20 digits"),
        (m.LocationReport(HERE._replace(lat_deg=nan)), V2013, "a location can hold"),
        (m.LocationReport(HERE._replace(time_ms=0)), V2013, "years 2000 to 2099"),
        (m.LocationReport(HERE._replace(items=((1, bytes(256)),))), V2013, "a location can hold"),
        (m.LocationReport(HERE._replace(speed_mps=2000.0)), V2013, "a location can hold"),
    ],
)
def test_values_that_do_not_fit(message: Any, version: Version, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        m.pack(message, version)


def test_parts_and_encrypted_messages_are_no_messages() -> None:
    with pytest.raises(MessageError, match="expected a whole message, got package 2 of 3"):
        m.parse(header(2, package=Package(3, 2)), b"")
    with pytest.raises(MessageError, match="not encrypted, got encryption 1"):
        m.parse(header(2, encryption=1), b"")


def test_a_batch_says_how_many() -> None:
    with pytest.raises(MessageError, match="expected 2 bytes of batch"):
        m.parse(header(0x0704), bytes.fromhex(f"0002 01 001c {BASE}"))
    with pytest.raises(MessageError, match="expected 1 locations, got 3 bytes behind"):
        m.parse(header(0x0704), bytes.fromhex("0001 01 0001 aa 0001bb"))


def test_text_that_is_none() -> None:
    with pytest.raises(MessageError, match="expected code in GBK, got ff"):
        m.parse(header(0x0102), b"\xff\xff\xff")


def test_text_is_read_without_padding_of_any_kind() -> None:
    for padded in (b"\0\0key1", b"key1  ", b"key1\0\0", b"key1\0junk"):
        assert m.parse(header(0x0102), padded) == m.Authentication("key1")


# ---- locations


def test_location_by_hand() -> None:
    location = parse_location(bytes.fromhex(BASE + "01 04 00000064 eb 03 0102 31 01 0c ff"))
    assert location[:8] == HERE[:8]
    assert location.items == ((1, b"\0\0\0\x64"), (0xEB, b"\x01\x02\x31"))
    assert location.tail == bytes.fromhex("01 0c ff")
    assert location.item(0xEB) == b"\x01\x02\x31"
    assert location.item(0x31) is None
    assert location.fixed
    assert not location.encrypted


def test_hemispheres() -> None:
    location = parse_location(pack_location(HERE._replace(lat_deg=-22.5, lon_deg=-43.25)))
    assert (location.lat_deg, location.lon_deg) == (-22.5, -43.25)
    assert location.status == HERE.status | SOUTH | WEST


def test_absent_speed_and_course() -> None:
    location = parse_location(pack_location(HERE._replace(speed_mps=nan, course_deg=nan)))
    assert isnan(location.speed_mps)
    assert isnan(location.course_deg)


@pytest.mark.parametrize("digits", ["260230120000", "261301120000", "260301250000", "260301126000", "26030112000a"])
def test_times_that_are_none(digits: str) -> None:
    with pytest.raises(RecordError, match=f"expected a time YYMMDDhhmmss in BCD, got {digits}"):
        parse_location(bytes.fromhex(BASE[:-12] + digits))


def test_time_zero_is_none() -> None:
    with pytest.raises(RecordError, match="got 000000000000"):
        time_ms_of(bytes(6))
    with pytest.raises(RecordError, match="got 2603"):
        time_ms_of(b"\x26\x03")


@given(SECONDS)
def test_times_there_and_back(time_ms: int) -> None:
    bcd = bcd_of(time_ms)
    assert time_ms_of(bcd) == time_ms
    shown = datetime.strptime(f"20{bcd.hex()}+0800", "%Y%m%d%H%M%S%z")
    assert shown.timestamp() * 1000 == time_ms


@given(location=LOCATIONS, tail=st.binary(max_size=10))
def test_items_and_tail_are_the_bytes(location: Location, tail: bytes) -> None:
    body = pack_location(location) + tail
    parsed = parse_location(body)
    rebuilt = b"".join([bytes([one, len(data)]) + data for one, data in parsed.items]) + parsed.tail
    assert rebuilt == body[28:]
    assert pack_location(parsed) == body == parsed.body


# ---- tables


def test_alarm_semantics() -> None:
    assert set(ALARMS) == set(range(32))
    both = {0, 20, 21, 22, 27, 28}
    assert bits_of(cleared_by_answer(0xFFFFFFFF, V2019)) == both
    assert bits_of(cleared_by_answer(0xFFFFFFFF, V2013)) == both | {3, 31}
    assert ALARMS[23].clears is Clears.ON_CAUSE_END
    assert bits_of(to_confirm(0xFFFFFFFF)) == both | {3}
    assert cleared_by_answer(1 << 23, V2013) == to_confirm(1 << 1) == 0
    assert alarm_names(1 << 0 | 1 << 15) == ["sos", "driving_against_rules"]
    assert alarm_names(1 << 0 | 1 << 15, V2013) == ["sos"]


def bits_of(mask: int) -> set[int]:
    return {bit for bit in range(32) if mask >> bit & 1}


@pytest.mark.parametrize(
    ("bit", "fault", "alarm"),
    [
        (0, 0, Alarm.SOS),
        (4, Fault.GNSS, 0),
        (5, Fault.GNSS_ANTENNA_OPEN, 0),
        (6, Fault.GNSS_ANTENNA_SHORT, 0),
        (7, 0, Alarm.UNDER_VOLTAGE),
        (8, 0, Alarm.MAIN_POWER_CUT),
        (29, 0, Alarm.COLLISION),
        (30, 0, Alarm.ROLLOVER),
        (1, 0, 0),
    ],
)
def test_alarm_bits_in_the_contract(bit: int, fault: int, alarm: int) -> None:
    assert alarm_bits(1 << bit) == (fault, alarm)
    assert standard_alarm_bits(fault, alarm) == (1 << bit if fault or alarm else 0)


def test_all_alarm_bits_at_once() -> None:
    faults, alarms = alarm_bits(0xFFFFFFFF)
    assert faults == Fault.GNSS | Fault.GNSS_ANTENNA_OPEN | Fault.GNSS_ANTENNA_SHORT
    assert alarms == Alarm.SOS | Alarm.UNDER_VOLTAGE | Alarm.MAIN_POWER_CUT | Alarm.COLLISION | Alarm.ROLLOVER


@pytest.mark.parametrize("item_id", [one for one, row in ITEMS.items() if row.sizes])
def test_items_there_and_back(item_id: int) -> None:
    row = ITEMS[item_id]
    made = item(item_id, 12 * row.scale)
    assert made == (item_id, (12).to_bytes(row.sizes[0], "big"))
    assert read_item(*made) == pytest.approx(12 * row.scale)
    assert read_item(item_id, b"") is None
    with pytest.raises(ValueError, match="to fit"):
        item(item_id, 1 << 40)


def test_items_without_a_number() -> None:
    assert read_item(0xEB, b"\x01") is None
    assert read_item(0x64, bytes(47)) is None
    with pytest.raises(ValueError, match="item with a number, got 0x64"):
        item(0x64, 1)


@pytest.mark.parametrize("parameter_id", PARAMETERS)
def test_parameters_there_and_back(parameter_id: int) -> None:
    value: int | str = "苏D12345" if PARAMETERS[parameter_id].size == TEXT else 9
    assert parameter_value(*parameter(parameter_id, value)) == value


def test_parameters_that_do_not_fit() -> None:
    with pytest.raises(ValueError, match="corner_deg as a number, got '9'"):
        parameter(0x30, "9")
    with pytest.raises(ValueError, match="plate as text"):
        parameter(0x83, 9)
    with pytest.raises(ValueError, match=r"plate_colour in \[0, 255\], got 256"):
        parameter(0x84, 256)
    with pytest.raises(ValueError, match="known setting, got 0xff00"):
        parameter(0xFF00, 1)
    with pytest.raises(MessageError, match="expected 4 bytes of corner_deg, got 1"):
        parameter_value(0x30, b"\x09")
    assert parameter_value(0xFF00, b"\x09") == b"\x09"


def test_reasons_are_of_the_contract() -> None:
    with pytest.raises(RecordError) as caught:
        parse_location(bytes(27))
    assert caught.value.reason is RejectReason.BAD_SIZE
    assert FIXED == 2
