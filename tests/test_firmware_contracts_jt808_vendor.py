"""Vendors' mapping files and the fixes made with them: contradictory layouts, torn sensors, wrong files."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from math import isnan, nan
from pathlib import Path
from zlib import crc32

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_contracts import fix_limits, report_bin, report_json
from firmware_contracts.columns import ABSENT, Alarm, Cover, Fault, Switch
from firmware_contracts.errors import RecordError, RejectReason
from firmware_contracts.fix import Fix, columns_of
from firmware_contracts.jt808.fixes import CHINA, Region, check_position, fix_alone, fix_of
from firmware_contracts.jt808.location import ENCRYPTED, FIXED, Location, pack_location, parse_location
from firmware_contracts.jt808.messages import Transparent
from firmware_contracts.jt808.sending import sent_of
from firmware_contracts.jt808.vendor import MappingError, VendorMapping, read_mapping
from firmware_contracts.time_window import TimeWindow

FILES = Path(__file__).parents[1] / "firmware_contracts" / "jt808" / "vendors"
NOON_MS = int(datetime(2026, 3, 1, 4, 0, 0, tzinfo=UTC).timestamp() * 1000)
HERE = Location(0, FIXED | 1, 31.796647, 119.937580, 35, 10.0, 90.0, NOON_MS)


def mapping(name: str) -> VendorMapping:
    return read_mapping((FILES / f"{name}.toml").read_text(), name)


def fix(name: str, location: Location, *beside: Transparent) -> Fix:
    return fix_of(parse_location(pack_location(location)), mapping(name), beside)


def test_every_shipped_file_is_read_under_its_name() -> None:
    names = sorted(path.stem for path in FILES.glob("*.toml"))
    assert names == ["angle", "default", "egs"]
    assert [mapping(name).name for name in names] == names


def test_a_terminal_of_the_standard_says_nothing_of_load_cover_and_lift() -> None:
    made = fix("default", HERE._replace(items=((0x31, b"\x0c"),)))
    assert made[:3] == (0, crc32(pack_location(HERE._replace(items=((0x31, b"\x0c"),)))), NOON_MS)
    assert (made.lat_deg, made.lon_deg, made.course_deg) == (31.796647, 119.937580, 90.0)
    assert made.speed_mps == pytest.approx(10.0)
    assert (made.satellites, made.ignition, made.main_power) == (12, Switch.ON, ABSENT)
    assert isnan(made.hdop)
    assert isnan(made.load_kg)
    assert isnan(made.load_ratio)
    assert isnan(made.lift_deg)
    assert (made.cover, made.faults, made.alarms) == (Cover.ABSENT, 0, 0)


def test_alarm_bits_of_the_standard() -> None:
    made = fix("default", HERE._replace(alarm=1 << 8 | 1 << 0 | 1 << 5 | 1 << 23))
    assert made.alarms == Alarm.MAIN_POWER_CUT | Alarm.SOS
    assert made.faults == Fault.GNSS_ANTENNA_OPEN
    assert made.main_power == Switch.OFF


def test_without_a_fix_there_is_no_position() -> None:
    made = fix("default", HERE._replace(status=0))
    assert all(isnan(value) for value in (made.lat_deg, made.lon_deg, made.speed_mps, made.course_deg))
    assert (made.ignition, made.satellites) == (Switch.OFF, ABSENT)


@pytest.mark.parametrize(
    ("status", "egs", "angle"),
    [
        (0, (Cover.CLOSED, 0.0), Cover.OPEN),
        (1 << 9, (Cover.OPEN, 0.0), Cover.OPEN),
        (1 << 10, (Cover.CLOSED, 45.0), Cover.CLOSED),
        (1 << 9 | 1 << 10, (Cover.OPEN, 45.0), Cover.CLOSED),
    ],
)
def test_contradictory_vendors_read_one_word_each_its_way(status: int, egs: tuple[Cover, float], angle: Cover) -> None:
    location = HERE._replace(status=FIXED | status)
    made = fix("egs", location)
    assert (made.cover, made.lift_deg) == egs
    assert fix("angle", location).cover == angle
    assert fix("default", location).cover == ABSENT


def test_load_in_tenths_of_a_kilogram() -> None:
    assert fix("egs", HERE._replace(items=((0x55, bytes.fromhex("00020b2c")),))).load_kg == pytest.approx(13_393.2)
    for absent in ((), ((0x55, b"\xff\xff\xff\xff"),), ((0x55, b"\x01"),), ((0x2B, bytes(4)),)):
        assert isnan(fix("egs", HERE._replace(items=absent)).load_kg)


@pytest.mark.parametrize(
    ("bit", "fault"),
    [(25, Fault.LOAD_SENSOR), (26, Fault.LOAD_SENSOR), (29, Fault.COVER_SENSOR), (30, Fault.LIFT_SENSOR)],
)
def test_sensor_faults_of_egs(bit: int, fault: Fault) -> None:
    location = HERE._replace(status=FIXED | 1 << bit)
    assert fix("egs", location).faults == fault
    assert fix("default", location).faults == 0


def test_load_as_a_ratio_of_an_analog_input() -> None:
    made = fix("angle", HERE._replace(items=((0x2B, bytes.fromhex("00000ba4")),)))
    assert made.load_ratio == pytest.approx(0x0BA4 * 0.0003357 - 0.25)
    assert isnan(made.load_kg)
    for torn in ("00000000", "00000fff"):
        made = fix("angle", HERE._replace(items=((0x2B, bytes.fromhex(torn)),)))
        assert isnan(made.load_ratio)
        assert made.faults == Fault.LOAD_SENSOR


def test_lift_angle_in_transparent_data() -> None:
    angle = mapping("angle")
    data = bytes.fromhex("260301120003 2301 00")
    assert angle.readings_of(0xF1, data) == {"lift_deg": pytest.approx(29.1), "faults": 0, "alarms": 0}
    assert angle.readings_of(0xF1, bytes.fromhex("260301120003 eeff 03")) == {
        "lift_deg": pytest.approx(-1.8),
        "faults": Fault.LIFT_SENSOR,
        "alarms": Alarm.CASE_OPENED,
    }
    assert angle.transparent_time_ms(0xF1, data) == NOON_MS + 3000
    assert "lift_deg" not in angle.readings_of(0xF1, bytes.fromhex("260301120003 ff7f 00"))
    assert angle.readings_of(0xF2, data) == mapping("default").readings_of(0xF1, data) == {}
    assert angle.transparent_time_ms(0xF2, data) is None
    with pytest.raises(RecordError, match="expected a time"):
        angle.transparent_time_ms(0xF1, data[:5])
    assert angle.transparent_max_age_ms == 30_000


def test_readings_beside_a_location_join_its_own() -> None:
    beside = Transparent(0xF1, bytes.fromhex("260301120003 2301 01"))
    made = fix("angle", HERE._replace(alarm=1 << 5), beside)
    assert made.lift_deg == pytest.approx(29.1)
    assert made.faults == Fault.LIFT_SENSOR | Fault.GNSS_ANTENNA_OPEN
    later = Transparent(0xF1, bytes.fromhex("260301120004 2401 02"))
    both = fix("angle", HERE, beside, later)
    assert (both.lift_deg, both.faults, both.alarms) == (pytest.approx(29.2), Fault.LIFT_SENSOR, Alarm.CASE_OPENED)


def test_what_a_record_was_made_of_is_its_identity() -> None:
    first, second = Transparent(0xF1, b"\x01" * 9), Transparent(0xF1, b"\x02" * 9)
    body, angle = pack_location(HERE), mapping("angle")
    assert fix("angle", HERE).seq == crc32(body)
    assert fix("angle", HERE, first, second).seq == crc32(body + b"\xf1" + first.data + b"\xf1" + second.data)
    assert len({fix("angle", HERE, *beside).seq for beside in ((), (first,), (second,), (first, second))}) == 4
    alone = fix_alone([Transparent(0xF1, bytes.fromhex("260301120003 2301 01"))], angle, NOON_MS)
    assert alone[:3] == (0, crc32(bytes.fromhex("f1 260301120003 2301 01")), NOON_MS)
    assert (alone.lift_deg, alone.faults) == (pytest.approx(29.1), Fault.LIFT_SENSOR)
    assert isnan(alone.lat_deg)
    assert (alone.ignition, alone.main_power, alone.cover) == (ABSENT, ABSENT, ABSENT)


# ---- coordinates


def test_swapped_coordinates_are_flagged_with_and_without_a_fix() -> None:
    for status in (0, FIXED):
        swapped = HERE._replace(status=status, lat_deg=119.937580, lon_deg=31.796647)
        with pytest.raises(RecordError, match=r"got 119\.937580, 31\.796647: they are swapped") as caught:
            fix("default", swapped)
        assert caught.value.reason is RejectReason.OUT_OF_RANGE
    with pytest.raises(RecordError, match="swapped"):  # in range, and nowhere in the region
        fix("default", HERE._replace(lat_deg=80.0, lon_deg=45.0))


def test_the_region_is_a_setting() -> None:
    check_position(HERE._replace(lat_deg=80.0, lon_deg=45.0), Region(-90.0, 90.0, -180.0, 180.0))
    assert CHINA.holds(31.8, 119.9)


def test_coordinates_out_of_range_and_encrypted() -> None:
    with pytest.raises(RecordError, match="to 90 and a longitude to 180, got 95"):
        fix("default", HERE._replace(lat_deg=95.0))
    fix("default", HERE._replace(status=0, lat_deg=95.0))  # a terminal without a fix may leave anything there
    with pytest.raises(RecordError, match="encrypted"):
        fix("default", HERE._replace(status=FIXED | ENCRYPTED))
    plain = read_mapping('name = "x"\nstandard_encryption = false\n')
    assert fix_of(HERE._replace(status=FIXED | ENCRYPTED), plain).lat_deg == HERE.lat_deg


def test_alarm_bits_that_a_vendor_reuses() -> None:
    own = read_mapping(
        'name = "x"\nstandard_alarms = false\n[alarms.sos]\nfrom = "alarm"\nbits = [12, 2]\nwhen = [3]\n'
    )
    assert fix_of(HERE._replace(alarm=1 << 8 | 1 << 12), own).alarms == 0
    assert fix_of(HERE._replace(alarm=3 << 12), own).alarms == Alarm.SOS


def test_a_mad_course_costs_only_itself() -> None:
    made = fix("default", HERE._replace(course_deg=400.0))
    assert isnan(made.course_deg)
    assert made.lat_deg == HERE.lat_deg


def test_the_same_bytes_are_the_same_fix() -> None:
    body = pack_location(HERE._replace(items=((0x55, bytes(4)),)))
    first, again = (fix_of(parse_location(body), mapping("egs")) for _ in range(2))
    assert first == again
    assert fix_of(parse_location(body[:-1] + b"\x01"), mapping("egs")).seq != first.seq


def test_fixes_go_through_the_layouts_of_the_contract() -> None:
    rng, window = random.Random(5), TimeWindow()
    for name in ("egs", "angle", "default"):
        for _ in range(200):
            made = fix(name, HERE._replace(status=rng.getrandbits(32) & ~0x2C | FIXED, alarm=rng.getrandbits(32)))
            fix_limits.check_fix(fix_limits.without_faulty_readings(made), NOON_MS, window)
            assert report_bin.encode(columns_of([made]))
            assert report_json.encode(columns_of([made]))


# ---- files that are wrong

LOAD = '[readings.load_kg]\nfrom = "item"\nid = 0x55\n'


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "bad: name: expected 1 to 64 characters, got None"),
        ("name = 7", "name: expected 1 to 64 characters, got 7"),
        ("name = ", "bad: Invalid value"),
        ('name = "x"\nvendor = 1', "vendor: expected one of name, standard_alarms, .*, got an unknown key"),
        ('name = "x"\nstandard_alarms = 1', "standard_alarms: expected true or false, got 1"),
        ('name = "x"\nreadings = 1', "readings: expected a table, got 1"),
        ('name = "x"\n[readings.loud_kg]', "readings.loud_kg: expected one of load_kg, .*, got an unknown key"),
        ('name = "x"\n[faults.tyre]', "faults.tyre: expected one of load_sensor, .*, got an unknown key"),
        ('name = "x"\n[readings.cover]', "readings.cover.from: expected one of status, .*, got None"),
        ('name = "x"\n[readings.cover]\nfrom = "io"', "readings.cover.from: expected one of .*, got 'io'"),
        ('name = "x"\n[readings.cover]\nfrom = "status"', r"bits: expected \[first, how many\].*, got None"),
        ('name = "x"\n[readings.cover]\nfrom = "status"\nbits = [32, 1]', r"readings.cover.bits: .* got \[32, 1\]"),
        ('name = "x"\n[readings.cover]\nfrom = "status"\nbits = [31, 2]', r"readings.cover.bits: .* got \[31, 2\]"),
        ('name = "x"\n[readings.cover]\nfrom = "status"\nbits = [1, 1]', "readings.cover.values: .*, got None"),
        (
            'name = "x"\n[readings.cover]\nfrom = "status"\nbits = [1, 1]\nvalues = { 0 = "ajar" }',
            "readings.cover.values.0: expected one of closed, half, open, got 'ajar'",
        ),
        (
            'name = "x"\n[readings.cover]\nfrom = "status"\nbits = [1, 1]\nvalues = { up = "open" }',
            "readings.cover.values: expected whole numbers as keys, got 'up'",
        ),
        ('name = "x"\n[faults.gnss]\nfrom = "status"\nid = 3\nbits = [1, 1]', "id: .*unknown"),
        ('name = "x"\n' + LOAD.replace("0x55", "0x155"), r"id: expected a whole number in \[0, 255\], got 341"),
        ('name = "x"\n' + LOAD + "bytes = [0, 9]", r"bytes: .* got \[0, 9\]"),
        ('name = "x"\n' + LOAD + "bytes = [0]", r"bytes: .* got \[0\]"),
        ('name = "x"\n' + LOAD + 'endian = "middle"', "endian: expected one of big, little, got 'middle'"),
        ('name = "x"\n' + LOAD + "scale = inf", "scale: expected a finite number, got inf"),
        ('name = "x"\n' + LOAD + "absent = 3", "absent: expected a list of whole numbers, got 3"),
        ('name = "x"\n' + LOAD + "scale = 2\nvalues = { 1 = 2.0 }", "expected values or scale and add, got both"),
        ('name = "x"\n' + LOAD + 'values = { 1 = "full" }', "values.1: expected a number, got 'full'"),
        ('name = "x"\n' + LOAD + "offset = 3", "readings.load_kg.offset: expected one of from, .*, got an unknown key"),
        ('name = "x"\n[transparent]\ntime = { 0xF1 = 0 }', r"time: expected types that a reading uses, got \[241\]"),
        ('name = "x"\n[transparent]\ntime = { 0xF1 = "0" }', "transparent.time.0xF1: expected a whole number"),
        ('name = "x"\n[transparent]\nhold_s = -1', "transparent.hold_s: expected 0 to 3600 seconds, got -1"),
        ('name = "x"\n# ' + "x" * 70_000, "expected at most 65536 bytes, got 70013"),
    ],
)  # fmt: skip
def test_wrong_files_name_the_key(text: str, told: str) -> None:
    with pytest.raises(MappingError, match=told):
        read_mapping(text, "bad")


def test_nothing_is_absent_as_zero() -> None:
    text = 'name = "x"\n' + LOAD + "[readings.load_ratio]\n" + 'from = "status"\nbits = [8, 2]\n'
    own = read_mapping(text + "values = { 0 = 0.0, 1 = 0.5, 3 = 1.0 }\n")
    ratios = [fix_of(HERE._replace(status=FIXED | bits << 8), own).load_ratio for bits in range(4)]
    assert ratios == [0.0, 0.5, pytest.approx(nan, nan_ok=True), 1.0]
    assert isnan(fix_of(HERE, own).load_kg)


# ---- backwards


def fixes_of(name: str) -> st.SearchStrategy[Fix]:
    covers = [int(Cover.CLOSED), int(Cover.OPEN)]
    faults = [0, int(Fault.LOAD_SENSOR), int(Fault.LIFT_SENSOR), int(Fault.COVER_SENSOR), int(Fault.GNSS_ANTENNA_OPEN)]
    return st.builds(
        Fix,
        st.just(0),
        st.just(0),
        st.integers(946_684_800, 4_000_000_000).map(lambda second: second * 1000),
        lat_deg=st.integers(3_000_001, 53_999_999).map(lambda value: value / 1e6),
        lon_deg=st.integers(73_000_001, 135_999_999).map(lambda value: value / 1e6),
        speed_mps=st.integers(0, 4000).map(lambda value: value / 36),
        course_deg=st.integers(0, 359).map(float),
        hdop=st.just(nan),
        satellites=st.integers(ABSENT, 40),
        load_kg=st.integers(0, 600_000).map(lambda value: value / 10) | st.just(nan) if name == "egs" else st.just(nan),
        load_ratio=st.floats(0.0, 1.0) | st.just(nan) if name == "angle" else st.just(nan),
        lift_deg={
            "egs": st.sampled_from([0.0, 45.0]),
            "angle": st.integers(-900, 900).map(lambda value: value / 10) | st.just(nan),
            "default": st.just(nan),
        }[name],
        cover=st.just(ABSENT) if name == "default" else st.sampled_from(covers),
        ignition=st.sampled_from([0, 1]),
        main_power=st.just(ABSENT) if name == "default" else st.just(1),
        faults=st.sampled_from({"egs": faults, "angle": [faults[0], faults[2]], "default": faults[:1]}[name]),
        alarms=st.sampled_from([0, int(Alarm.SOS), int(Alarm.COLLISION)]),
    )


def test_values_that_do_not_fit_become_the_nearest() -> None:
    sent = sent_of(Fix(0, 0, NOON_MS, lift_deg=-9999.0, load_ratio=-3.0), mapping("angle"))
    assert sent.transparent == ((0xF1, bytes.fromhex("260301120000 0080")),)
    assert sent.location.item(0x2B) == bytes(4)
    assert not sent.location.fixed
    assert sent_of(Fix(0, 0, NOON_MS, cover=Cover.HALF), mapping("egs")).location.status == 1 << 9
    for state, alarm in ((Switch.ON, 0), (Switch.OFF, 1 << 8), (ABSENT, 0)):
        assert sent_of(Fix(0, 0, NOON_MS, main_power=state), mapping("default")).location.alarm == alarm


@pytest.mark.parametrize("name", ["default", "egs", "angle"])
@given(data=st.data())
def test_what_a_terminal_sends_for_a_fix_is_that_fix(name: str, data: st.DataObject) -> None:
    fix, own = data.draw(fixes_of(name)), mapping(name)
    sent = sent_of(fix, own)
    for kind, content in sent.transparent:
        assert own.transparent_time_ms(kind, content) == fix.fix_time_ms
    beside = [Transparent(*one) for one in sent.transparent]
    made = fix_of(parse_location(pack_location(sent.location)), own, beside)
    torn = int(Fault.LOAD_SENSOR) if name == "angle" and isnan(fix.load_ratio) else 0
    expected = fix._replace(seq=made.seq, faults=fix.faults | torn)
    for field, want, got in zip(Fix._fields, expected, made, strict=True):
        assert got == pytest.approx(want, abs=2e-4, nan_ok=True), field
