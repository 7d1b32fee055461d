"""NMEA 0183 sentences read with pynmea2: the reference for RMC, GGA, ZDA and $PMUK.

pynmea2 splits a sentence, verifies its checksum and converts time, date and angles. It forgives much (an empty latitude
is 0.0, a time of five digits is a time), so each field is held against its own form first.

A fix that a receiver has lost (status V, quality 0) leaves position, speed and course absent; the clock may still run.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from math import nan
from typing import Any, NamedTuple

import pynmea2

from firmware_contracts.columns import ABSENT, Alarm, Fault
from firmware_contracts.errors import RecordError, RejectReason
from firmware_contracts.json_document import MAX_COUNTER

MPS_PER_KNOT = 1852.0 / 3600.0
FAULT_BITS, ALARM_BITS = int(~Fault(0)), int(~Alarm(0))
SENTENCE = re.compile(rb"\$(?:[A-OQ-Z][A-Z0-9](?:RMC|GGA|ZDA)|PMUK),[^$\r\n]*")
"""A sentence of the kinds that are read, up to the end of its line or the next sentence's start. A talker never begins
with P: `$PGRMC` is one maker's own."""

_TIME = re.compile(r"\d{6}(\.\d+)?")
_DATE = re.compile(r"\d{6}")
_LAT = re.compile(r"\d\d[0-5]\d\.\d+")
_LON = re.compile(r"\d\d\d[0-5]\d\.\d+")
_DECIMAL = re.compile(r"-?(\d+(\.\d*)?|\.\d+)")
_COUNT = re.compile(r"\d{1,3}")
_COUNTER = re.compile(r"\d{1,10}")
_TWO, _FOUR = re.compile(r"\d\d"), re.compile(r"\d{4}")
_HEX = re.compile(r"[0-9A-F]{1,8}")
_UNIX_DAY = datetime.date(1970, 1, 1).toordinal()


class Rmc(NamedTuple):
    """Recommended minimum: one sentence, or columns of many.

    Attributes:
        time_ms: Time of day, ABSENT where the receiver has none. [ms]
        day: Days since 1970-01-01, ABSENT likewise.
        is_fix: Whether the receiver vouches for its position.
        lat_deg: NaN without a fix, as are the next three. [deg]
        lon_deg: Likewise. [deg]
        speed_mps: Speed over ground. [m/s]
        course_deg: Course over ground. [deg]
    """

    time_ms: Any
    day: Any
    is_fix: Any
    lat_deg: Any
    lon_deg: Any
    speed_mps: Any
    course_deg: Any


class Gga(NamedTuple):
    """Fix data: one sentence, or columns of many; fields as in `Rmc`, with HDOP and the satellites used."""

    time_ms: Any
    is_fix: Any
    lat_deg: Any
    lon_deg: Any
    hdop: Any
    satellites: Any


class Zda(NamedTuple):
    """Time and date: one sentence, or columns of many; fields as in `Rmc`."""

    time_ms: Any
    day: Any


class Muk(NamedTuple):
    """$PMUK, identity and sensors of the fix before it: one sentence, or columns of many; fields as in `FixColumns`."""

    epoch: Any
    seq: Any
    load_kg: Any
    load_ratio: Any
    lift_deg: Any
    cover: Any
    ignition: Any
    main_power: Any
    faults: Any
    alarms: Any


Sentence = Rmc | Gga | Zda | Muk


def read_sentence(line: bytes, *, need_checksum: bool = True) -> Sentence:
    """Return what one sentence says.

    Args:
        line: From `$` on, without the end of the line.
        need_checksum: Whether a sentence without one is bad; some old receivers send none.

    Raises:
        RecordError: Its checksum is wrong or a field is not of its form.
    """
    try:
        sentence = pynmea2.parse(line.decode("latin-1"), check=need_checksum)
    except pynmea2.ChecksumError as error:
        raise RecordError(RejectReason.BAD_CHECKSUM, f"{error.args[0][0]} in {line[:100]!r}") from None
    except pynmea2.ParseError as error:
        raise RecordError(RejectReason.BAD_SENTENCE, f"{error.args[0][0]} in {line[:100]!r}") from None
    return _READERS[getattr(sentence, "sentence_type", "PMUK")](sentence)


def _read_rmc(sentence: Any) -> Rmc:
    _check_count(sentence, 9)
    time_ms, day = _time_of_day_ms(sentence), _day(sentence)
    if sentence.status not in {"A", "V"}:
        raise RecordError(RejectReason.BAD_SENTENCE, f"expected status A or V, got {sentence.status!r:.40}")
    if sentence.status == "V" or sentence.mode_indicator == "N":
        return Rmc(time_ms, day, False, nan, nan, nan, nan)
    speed_mps = _decimal(sentence.data[6], "speed") * MPS_PER_KNOT
    return Rmc(time_ms, day, True, *_position(sentence), speed_mps, _decimal(sentence.data[7], "course"))


def _read_gga(sentence: Any) -> Gga:
    _check_count(sentence, 8)
    time_ms = _time_of_day_ms(sentence)
    satellites = _count(sentence.num_sats, "satellites")
    hdop = _decimal(sentence.horizontal_dil, "HDOP")
    if _count(sentence.data[5], "quality") <= 0:
        return Gga(time_ms, False, nan, nan, hdop, satellites)
    return Gga(time_ms, True, *_position(sentence), hdop, satellites)


def _read_zda(sentence: Any) -> Zda:
    _check_count(sentence, 4)
    time_ms = _time_of_day_ms(sentence)
    if not any(sentence.data[1:4]):
        return Zda(time_ms, ABSENT)
    for form, field in zip((_TWO, _TWO, _FOUR), sentence.data[1:4], strict=True):
        _check_form(form, field, "date")
    try:
        date = datetime.date(*(int(field) for field in sentence.data[3:0:-1]))
    except ValueError as error:
        raise RecordError(RejectReason.BAD_SENTENCE, f"expected a date, got {sentence.data[1:4]}: {error}") from None
    return Zda(time_ms, date.toordinal() - _UNIX_DAY)


def _read_muk(sentence: Any) -> Muk:
    """Read `$PMUK,1,epoch,seq,load_kg,load_ratio,lift_deg,cover,ignition,main_power,faults,alarms*hh`.

    Fields behind these, and bits that are not known, are a later version's and passed over.
    """
    fields = sentence.data[1:]
    if len(fields) < 11:
        raise RecordError(RejectReason.BAD_SENTENCE, f"expected 11 fields of $PMUK, got {len(fields)}")
    if fields[0] != "1":
        raise RecordError(RejectReason.BAD_VERSION, f"expected $PMUK version 1, got {fields[0]!r:.40}")
    return Muk(
        _counter(fields[1], "epoch"),
        _counter(fields[2], "seq"),
        _decimal(fields[3], "load_kg"),
        _decimal(fields[4], "load_ratio"),
        _decimal(fields[5], "lift_deg"),
        _count(fields[6], "cover"),
        _count(fields[7], "ignition"),
        _count(fields[8], "main_power"),
        _hex(fields[9], "faults") & FAULT_BITS,
        _hex(fields[10], "alarms") & ALARM_BITS,
    )


_READERS: dict[str, Callable[[Any], Sentence]] = {
    "RMC": _read_rmc,
    "GGA": _read_gga,
    "ZDA": _read_zda,
    "PMUK": _read_muk,
}


def _check_count(sentence: Any, least: int) -> None:
    if len(sentence.data) < least:
        detail = f"expected {least} fields of {sentence.sentence_type}, got {len(sentence.data)}"
        raise RecordError(RejectReason.BAD_SENTENCE, detail)


def _check_form(form: re.Pattern[str], text: str, name: str) -> None:
    if form.fullmatch(text) is None:
        raise RecordError(RejectReason.BAD_SENTENCE, f"expected {name} as {form.pattern}, got {text!r:.40}")


def _time_of_day_ms(sentence: Any) -> int:
    if not sentence.data[0]:
        return ABSENT
    _check_form(_TIME, sentence.data[0], "time")
    time = sentence.timestamp
    if not isinstance(time, datetime.time):  # pynmea2 hands on the text of a time that does not exist
        raise RecordError(RejectReason.BAD_SENTENCE, f"expected a time of day, got {time!r:.40}")
    return ((time.hour * 60 + time.minute) * 60 + time.second) * 1000 + round(time.microsecond / 1000)


def _day(sentence: Any) -> int:
    if not sentence.data[8]:
        return ABSENT
    _check_form(_DATE, sentence.data[8], "date")
    date = sentence.datestamp
    if not isinstance(date, datetime.date):
        raise RecordError(RejectReason.BAD_SENTENCE, f"expected a date, got {date!r:.40}")
    return date.toordinal() - _UNIX_DAY


def _position(sentence: Any) -> tuple[float, float]:
    """Return latitude and longitude; each is NaN where its field is empty."""
    lat_deg = lon_deg = nan
    if sentence.lat:
        _check_form(_LAT, sentence.lat, "latitude")
        _check_form(_NORTH_SOUTH, sentence.lat_dir, "hemisphere")
        lat_deg = sentence.latitude
    if sentence.lon:
        _check_form(_LON, sentence.lon, "longitude")
        _check_form(_EAST_WEST, sentence.lon_dir, "hemisphere")
        lon_deg = sentence.longitude
    return lat_deg, lon_deg


_NORTH_SOUTH = re.compile("[NS]")
_EAST_WEST = re.compile("[EW]")


def _decimal(text: str, name: str) -> float:
    if not text:
        return nan
    _check_form(_DECIMAL, text, name)
    return float(text)


def _count(text: str, name: str) -> int:
    if not text:
        return ABSENT
    _check_form(_COUNT, text, name)
    return int(text)


def _hex(text: str, name: str) -> int:
    if not text:
        return 0
    _check_form(_HEX, text, name)
    return int(text, 16)


def _counter(text: str, name: str) -> int:
    _check_form(_COUNTER, text, name)
    if int(text) > MAX_COUNTER:
        raise RecordError(RejectReason.OUT_OF_RANGE, f"expected {name} in [0, {MAX_COUNTER}], got {text}")
    return int(text)
