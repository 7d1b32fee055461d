"""NMEA against real receivers: the fast reader against pynmea2 sentence by sentence, logs against what gpsd prints."""

from __future__ import annotations

import datetime
import json
import os
from functools import reduce
from operator import xor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware_contracts import nmea_fast, nmea_frame
from firmware_contracts.errors import MessageError, RecordError
from firmware_contracts.nmea_log import read_nmea_log
from firmware_contracts.nmea_sentence import SENTENCE, Sentence, read_sentence

DATA = Path(os.environ.get("MUCKLINE_TEST_DATA", Path(__file__).parent.parent / ".." / "shared" / "data"))
GPSD = sorted((DATA / "nmea_gpsd").glob("*.log"))
LOGS = GPSD + sorted((DATA / "nmea_misc").glob("*"))
DAY_MS = 86_400_000
WEEK_ROLLOVER_DAYS = 1024 * 7
READERS = {
    nmea_frame.RMC: nmea_fast.read_rmc,
    nmea_frame.GGA: nmea_fast.read_gga,
    nmea_frame.ZDA: nmea_fast.read_zda,
    nmea_frame.MUK: nmea_fast.read_muk,
}

# gpsd works these out from positions where the receiver sends no speed of the same time.
DERIVED_SPEED = {"beidou-bd.log", "bn-9015.log", "motorola-t805.log", "tn204.log", "triton400.log"}


def fast_rows(raw: bytes) -> dict[int, tuple[Sentence, bool]]:
    """Return the fast reader's row and whether it is known, by where the sentence begins."""
    found = nmea_frame.find_sentences(nmea_frame.padded(raw))
    rows: dict[int, tuple[Any, bool]] = {}
    for kind, reader in READERS.items():
        sentences = found.take(found.kind == kind)
        columns, known = reader(sentences)
        for i, start in enumerate((sentences.start - nmea_frame.PAD).tolist()):
            rows[start] = type(columns)(*(column[i] for column in columns)), bool(known[i])
    return rows


def compare(raw: bytes) -> tuple[int, int, int]:
    """Compare both readers on every sentence of a text; return how many there are, are known and are bad."""
    rows = fast_rows(raw)
    known_count = bad = count = 0
    for match in SENTENCE.finditer(raw):
        count += 1
        row, known = rows.pop(match.start())
        known_count += known
        try:
            reference = read_sentence(match[0].rstrip())
        except RecordError:
            bad += 1
            assert not known, match[0]
            continue
        if known:
            assert type(row) is type(reference)
            for name, value, expected in zip(row._fields, row, reference, strict=True):
                assert value == expected or (np.isnan(value) and np.isnan(expected)), (match[0], name)
    assert not any(known for _, known in rows.values())
    return count, known_count, bad


@pytest.mark.real_data
def test_fast_reader_equals_pynmea2_on_every_real_sentence() -> None:
    totals = np.sum([compare(path.read_bytes()) for path in LOGS], axis=0)
    sentences, known, bad = totals.tolist()
    assert sentences > 2000
    assert known == sentences - bad - 23  # all but firefly's ZDA, whose zone has a plus


@pytest.mark.real_data
def test_the_index_of_real_sentences_agrees() -> None:
    lines = (DATA / "nmea_gpsd" / "index.csv").read_text(encoding="utf-8").splitlines()
    expected = {line.split(",")[0]: [int(field) for field in line.split(",")[6:8]] for line in lines[1:]}
    for path in GPSD:
        found = nmea_frame.find_sentences(nmea_frame.padded(path.read_bytes()))
        counted = [np.count_nonzero(found.kind == kind) for kind in (nmea_frame.GGA, nmea_frame.RMC)]
        if path.name != "triton400.log":  # one of its lines is two sentences run together
            assert counted == expected[path.name], path.name


def tpvs(path: Path) -> list[dict[str, Any]]:
    lines = path.with_name(path.name + ".chk").read_text(encoding="utf-8", errors="replace").splitlines()
    reports = [json.loads(line) for line in lines if line.startswith('{"class":"TPV"')]
    return [report for report in reports if "lat" in report and "time" in report]


def time_ms(report: dict[str, Any]) -> int:
    return round(datetime.datetime.fromisoformat(report["time"].replace("Z", "+00:00")).timestamp() * 1000)


@pytest.mark.real_data
@pytest.mark.parametrize("path", GPSD, ids=lambda path: path.name)
def test_a_log_reads_like_gpsd(path: Path) -> None:
    fixes = read_nmea_log(path.read_bytes(), need_checksum=False)
    by_time: dict[int, list[int]] = {}
    for row, at in enumerate((fixes.fix_time_ms % DAY_MS).tolist()):
        by_time.setdefault(at, []).append(row)
    missing = 0
    for report in tpvs(path):
        rows = by_time.get(time_ms(report) % DAY_MS, [])
        missing += not rows
        for row in rows[:1]:
            assert fixes.lat_deg[row] == pytest.approx(report["lat"], abs=2e-9)
            assert fixes.lon_deg[row] == pytest.approx(report["lon"], abs=2e-9)
            days = (time_ms(report) - int(fixes.fix_time_ms[row])) // DAY_MS
            assert days % WEEK_ROLLOVER_DAYS == 0  # gpsd puts a date of before its release into the present era
            if "speed" in report and path.name not in DERIVED_SPEED:
                assert fixes.speed_mps[row] == pytest.approx(report["speed"], abs=6e-4)
    assert missing == (6 if path.name == "garmin48.log" else 0)  # there gpsd takes GLL sentences of their own times


@pytest.mark.real_data
@pytest.mark.parametrize("path", GPSD, ids=lambda path: path.name)
def test_no_position_that_gpsd_does_not_have(path: Path) -> None:
    fixes = read_nmea_log(path.read_bytes())
    positions = [(report["lat"], report["lon"]) for report in tpvs(path)]
    strangers = 0
    for lat, lon in zip(fixes.lat_deg.tolist(), fixes.lon_deg.tolist(), strict=True):
        if not np.isnan(lat):
            strangers += not any(abs(lat - a) < 2e-9 and abs(lon - b) < 2e-9 for a, b in positions)
    assert strangers <= 1  # the last cycle of a log, which gpsd had no time to report, or a first one without time


@pytest.mark.real_data
def test_gpsbabel_logs_read_like_its_tracks() -> None:
    ours = read_nmea_log((DATA / "nmea_misc" / "gpsbabel_nmea").read_bytes())
    points = _gpx_points((DATA / "nmea_misc" / "gpsbabel_nmea.gpx").read_text(encoding="utf-8"))
    assert len(points) > 100
    assert points <= {(t, round(a, 6), round(o, 6)) for t, a, o in zip(*_columns(ours), strict=True)}


@pytest.mark.real_data
def test_fractions_of_a_second_are_kept() -> None:
    times, lats, lons = _columns(read_nmea_log((DATA / "nmea_misc" / "gpsbabel_nmea+ms.txt").read_bytes()))
    points = _gpx_points((DATA / "nmea_misc" / "gpsbabel_nmea+ms.gpx").read_text(encoding="utf-8"))
    assert {t for t, _, _ in points} <= set(times)
    # gpsbabel gives the position of one sentence the time of the next: times and places are compared apart
    assert {(a, o) for _, a, o in points} <= {(round(a, 6), round(o, 6)) for a, o in zip(lats, lons, strict=True)}


def _columns(fixes: Any) -> tuple[list[int], list[float], list[float]]:
    return fixes.fix_time_ms.tolist(), fixes.lat_deg.tolist(), fixes.lon_deg.tolist()


def _gpx_points(text: str) -> set[tuple[int, float, float]]:
    points = set()
    for part in text.split("<trkpt ")[1:]:
        lat, lon = (float(part.split(f'{name}="')[1].split('"')[0]) for name in ("lat", "lon"))
        points.add((time_ms({"time": part.split("<time>")[1].split("</time>")[0]}), round(lat, 6), round(lon, 6)))
    return points


@pytest.mark.real_data
def test_a_date_that_comes_last_is_filled_backwards_over_midnight() -> None:
    fixes = read_nmea_log((DATA / "nmea_misc" / "gpsbabel_backfilldate.nmea").read_bytes())
    assert (np.diff(fixes.fix_time_ms) > 0).all()
    assert len(fixes) == 500
    first, last = (datetime.datetime.fromtimestamp(t / 1000, datetime.UTC) for t in fixes.fix_time_ms[[0, -1]])
    assert first.isoformat() == "2019-03-08T23:56:00+00:00"
    assert last.isoformat() == "2019-03-09T00:04:19+00:00"  # the only date, in a ZDA at the end of the log


@pytest.mark.real_data
def test_binary_between_sentences_is_passed_over() -> None:
    mixed = (DATA / "nmea_misc" / "pyubx2_pygpsdata-MIXED.log").read_bytes()
    found = nmea_frame.find_sentences(nmea_frame.padded(mixed))
    assert (found.kind == nmea_frame.OTHER).all()  # its texts
    assert len(read_nmea_log(mixed)) == 0
    lines = (DATA / "nmea_gpsd" / "rx210.log").read_bytes().splitlines(keepends=True)
    cuts = np.linspace(0, len(mixed), len(lines) + 1).astype(int).tolist()
    between = b"".join(mixed[a:b] + b"\n" + line for a, b, line in zip(cuts, cuts[1:], lines, strict=False))
    alone, among = read_nmea_log(b"".join(lines)), read_nmea_log(between)
    assert len(alone) == 62
    for name in ("fix_time_ms", "lat_deg", "speed_mps", "satellites"):
        np.testing.assert_array_equal(getattr(alone, name), getattr(among, name))
    assert len(read_nmea_log((DATA / "nmea_misc" / "pyubx2_pygpsdata-BADCK2.log").read_bytes())) == 0


def sentence(body: str) -> bytes:
    return f"${body}*{reduce(xor, body.encode()):02X}\r\n".encode()


def test_a_log_without_date_needs_one() -> None:
    log = sentence("GPGGA,235959,3142.7,N,11955.4,E,1,05,1.2,,M,,M,,") + sentence("GPGGA,000001,,,,,0,,,,M,,M,,")
    with pytest.raises(MessageError, match="date"):
        read_nmea_log(log)
    fixes = read_nmea_log(log, first_day=20_454)
    assert fixes.fix_time_ms.tolist() == [20_454 * DAY_MS + 86_399_000, 20_455 * DAY_MS + 1000]
    assert np.isnan(fixes.lat_deg).tolist() == [False, True]


def test_a_log_may_allow_sentences_without_checksum() -> None:
    line = b"$GPRMC,000001,A,3142.7,N,11955.4,E,1.0,90.0,010126,,\r\n"
    assert len(read_nmea_log(line)) == 0
    assert read_nmea_log(line, need_checksum=False).course_deg.tolist() == [90.0]
    wrong = line.replace(b"\r\n", b"*00\r\n")
    assert len(read_nmea_log(wrong, need_checksum=False)) == 0


def test_nothing_reads_as_nothing() -> None:
    assert len(read_nmea_log(b"")) == 0
    assert len(read_nmea_log(b"\x00\xff$$$**,,\r\n" * 9)) == 0


@pytest.mark.parametrize("talker", ["GP", "GN", "GL", "GA", "BD", "GB", "GQ", "IN", "AI", "H1"])
def test_any_talker_is_read(talker: str) -> None:
    line = sentence(f"{talker}RMC,000001,A,3142.7,N,11955.4,E,1.0,90.0,010126,,")
    assert compare(line) == (1, 1, 0)


def test_a_makers_own_sentence_is_no_fix() -> None:
    assert compare(sentence("PGRMC,A,218.8,100,6378137.000,298.257")) == (0, 0, 0)


FORMS = [
    "GPRMC,{},A,{},N,{},E,{},{},{},,,A",
    "GNGGA,{},{},S,{},W,{},{},{},12.3,M,,M,,",
    "PMUK,1,{},{},{},{},{},{},1,0,{},0F",
    "GPZDA,{},{},{},{},00,00",
]
VALUE = st.one_of(
    st.from_regex(r"\A[0-9]{0,12}(\.[0-9]{0,10})?\Z"),
    st.from_regex(r"\A-?[0-9]{0,4}(\.[0-9]{0,4})?\Z"),
    st.sampled_from(["", "000000", "235959.999", "240000", "3142.5", "11955.25", "311225", "290228", "290224"]),
    st.sampled_from(["29", "02", "2024", "-.5", "1.", "A"]),
    st.text(alphabet="0123456789.-+eE_ ", max_size=9),
)  # fmt: skip


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(FORMS), st.lists(VALUE, min_size=7, max_size=7)), min_size=1, max_size=20))
def test_fast_reader_equals_pynmea2_on_odd_fields(lines: list[tuple[str, list[str]]]) -> None:
    compare(b"".join(sentence(form.format(*values)) for form, values in lines))
