"""RMC, GGA, ZDA and $PMUK read as arrays: what `nmea_sentence` reads, for the usual forms.

Whatever is not of the usual form is not `known`: its row means nothing, and pynmea2 reads that sentence. What is known
is equal to pynmea2's reading to the last bit: a decimal is its digits as an integer divided by a power of ten, both
exact, which rounds as reading the text does.
"""

from __future__ import annotations

from math import nan
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from firmware_contracts.columns import ABSENT
from firmware_contracts.digit_words import (
    TENS,
    BoolArray,
    IntArray,
    Span,
    Spans,
    counters,
    counts,
    digits,
    hexadecimals,
    one_if_same,
    short_numbers,
    wholes,
)
from firmware_contracts.nmea_frame import Sentences, spans_of
from firmware_contracts.nmea_sentence import ALARM_BITS, FAULT_BITS, MPS_PER_KNOT, Gga, Muk, Rmc, Zda


class Known(NamedTuple):
    """Columns, and which of their rows were understood, shape (S,)."""

    columns: Any
    known: BoolArray


def read_rmc(sentences: Sentences) -> Known:
    """Return `Rmc` columns of sentences that are all RMC."""
    spans = spans_of(sentences, 12)
    status, one_status = _character(sentences.text, spans.field(1))
    mode, one_mode = _character(sentences.text, spans.field(11))
    is_fix = (status == ord("A")) & ~(one_mode & (mode == ord("N")))
    clock = _read_clock(sentences, spans, 0, 2, 4)
    speed_kn, speed_known = short_numbers(sentences.words, spans.field(6))
    course_deg, course_known = short_numbers(sentences.words, spans.field(7))
    day, has_date = _day(sentences, spans.field(8))
    known = sentences.sound & (sentences.fields >= 9) & clock.time_known & has_date & one_status
    known &= (status == ord("A")) | (status == ord("V"))
    known &= ~is_fix | (clock.position_known & speed_known & course_known)
    values = (clock.lat_deg, clock.lon_deg, speed_kn * MPS_PER_KNOT, course_deg)
    return Known(Rmc(clock.time_ms, day, is_fix, *(_where(is_fix, value) for value in values)), known)


def read_gga(sentences: Sentences) -> Known:
    """Return `Gga` columns of sentences that are all GGA."""
    spans = spans_of(sentences, 8)
    clock = _read_clock(sentences, spans, 0, 1, 3)
    (quality, satellites), counts_known = counts(sentences.words, spans.fields(5, 7))
    hdop, hdop_known = short_numbers(sentences.words, spans.field(7))
    is_fix = quality > 0
    known = sentences.sound & (sentences.fields >= 8) & clock.time_known
    known &= counts_known[0] & counts_known[1] & hdop_known
    known &= ~is_fix | clock.position_known
    lat_deg, lon_deg = (_where(is_fix, value) for value in (clock.lat_deg, clock.lon_deg))
    return Known(Gga(clock.time_ms, is_fix, lat_deg, lon_deg, hdop, satellites), known)


def _where(is_fix: BoolArray, values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the values, NaN where there is no fix."""
    return values if is_fix.all() else np.where(is_fix, values, nan)


def read_zda(sentences: Sentences) -> Known:
    """Return `Zda` columns of sentences that are all ZDA."""
    spans = spans_of(sentences, 4)
    clock = _read_time(sentences, spans.field(0))
    (day, month, year), numbers_known = zip(*(wholes(sentences.words, spans.field(k)) for k in (1, 2, 3)), strict=True)
    lengths_known = (spans.length[1:4] == _ZDA_LENGTHS).all(axis=0)
    known, days = _days(day, month, year)
    known &= lengths_known & numbers_known[0] & numbers_known[1] & numbers_known[2]
    empty = (spans.length[1:4] == 0).all(axis=0)
    known = sentences.sound & (sentences.fields >= 4) & clock.known & (known | empty)
    return Known(Zda(clock.value, np.where(empty, ABSENT, days)), known)


_ZDA_LENGTHS = np.array([[2], [2], [4]])


def read_muk(sentences: Sentences) -> Known:
    """Return `Muk` columns of sentences that are all $PMUK."""
    spans = spans_of(sentences, 11)
    version, one_version = _character(sentences.text, spans.field(0))
    known = sentences.sound & (sentences.fields >= 11) & (version == ord("1")) & one_version
    identity, identity_known = counters(sentences.words, spans.fields(1, 3))
    sensors = [short_numbers(sentences.words, spans.field(row)) for row in (3, 4, 5)]
    switches, switches_known = counts(sentences.words, spans.fields(6, 9))
    flags, flags_known = hexadecimals(sentences.words, spans.fields(9, 11))
    for fields_known in (identity_known, switches_known, flags_known):
        known &= fields_known.all(axis=0)
    for _, number_known in sensors:
        known &= number_known
    readings = (*identity, *(numbers for numbers, _ in sensors), *switches)
    return Known(Muk._make((*readings, flags[0] & FAULT_BITS, flags[1] & ALARM_BITS)), known)


def _character(text: NDArray[np.uint8], span: Span) -> tuple[NDArray[np.uint8], BoolArray]:
    """Return the first byte of a field, and whether it is the only one, shapes (S,)."""
    return text[span.start], span.length == 1


class Value(NamedTuple):
    """A column, and which of its rows are of the usual form, shapes (S,)."""

    value: NDArray[Any]
    known: BoolArray


class Clock(NamedTuple):
    """Time of day and position, and which of them are of the usual form, shapes (S,)."""

    time_ms: IntArray
    time_known: BoolArray
    lat_deg: NDArray[np.float64]
    lon_deg: NDArray[np.float64]
    position_known: BoolArray


def _read_clock(sentences: Sentences, spans: Spans, time: int, lat: int, lon: int) -> Clock:
    """Return time, latitude and longitude from such fields, a hemisphere behind each of the latter."""
    time_ms, time_known = _read_time(sentences, spans.field(time))
    lat_deg, lat_known = _read_angle(sentences, spans.field(lat), spans.field(lat + 1), 4, b"NS")
    lon_deg, lon_known = _read_angle(sentences, spans.field(lon), spans.field(lon + 1), 5, b"EW")
    return Clock(time_ms, time_known, lat_deg, lon_deg, lat_known & lon_known)


class Parts(NamedTuple):
    """What stands before and behind a full stop that has its place; some as one item, the same for all rows."""

    units: IntArray
    units_known: BoolArray
    fraction: IntArray
    decimals: IntArray
    known: BoolArray


def _parts(sentences: Sentences, start: IntArray, length: IntArray, whole: int) -> Parts:
    """Return the parts of fields in which `whole` digits stand before the full stop."""
    units, units_known = digits(sentences.words[start + (whole - 8)], np.array([whole]))
    decimals = np.clip(length - whole - 1, 0, 8)
    fraction, known = digits(sentences.words[start + length - 8], decimals)
    known &= units_known
    known &= sentences.text[start + whole] == ord(".")
    known &= (length > whole + 1) & (length <= whole + 9)
    return Parts(units, units_known, fraction, decimals, known)


def _read_time(sentences: Sentences, span: Span) -> Value:
    """Return a field hhmmss or hhmmss.sss as a time of day, ABSENT where it is empty."""
    length = one_if_same(span.length)
    parts = _parts(sentences, span.start, length, 6)
    time_ms, known = _time_of_day_ms(parts.units, parts.fraction, parts.decimals)
    known &= (parts.known & (parts.decimals <= 3)) | (parts.units_known & (length == 6))
    if length.all():
        return Value(time_ms, known)
    empty = length == 0
    return Value(np.where(empty, ABSENT, time_ms), known | empty)


def _read_angle(sentences: Sentences, span: Span, side_span: Span, whole: int, sides: bytes) -> Value:
    """Return a field ddmm.mmm or dddmm.mmm and its hemisphere as degrees."""
    parts = _parts(sentences, span.start, one_if_same(span.length), whole)
    scale = TENS[parts.decimals]
    degrees = parts.units // 100
    minutes = (parts.units - degrees * 100) * scale
    minutes += parts.fraction
    minutes /= scale
    known = parts.known & (minutes < 60)
    minutes /= 60
    minutes += degrees
    side, one_side = _character(sentences.text, side_span)
    negative = side == sides[1]
    known &= one_side & (negative | (side == sides[0]))
    return Value(np.where(negative, -minutes, minutes) if negative.any() else minutes, known)


_MS = np.array([0, 100, 10, 1])  # what a unit of the fraction's last decimal is worth


def _time_of_day_ms(units: IntArray, fraction: IntArray, decimals: IntArray) -> tuple[IntArray, BoolArray]:
    """Return hhmmss and the fraction of a second as a time of day, and whether there is such a time."""
    hours, minutes = units // 10_000, units // 100
    second = units - minutes * 100
    minutes -= hours * 100
    time_ms = ((hours * 60 + minutes) * 60 + second) * 1000 + fraction * _MS[np.minimum(decimals, 3)]
    return time_ms, (hours < 24) & (minutes < 60) & (second < 60)


def _day(sentences: Sentences, span: Span) -> tuple[IntArray, BoolArray]:
    """Return a field ddmmyy as days since 1970-01-01, ABSENT where it is empty, and whether it is a date."""
    date, are_digits = wholes(sentences.words, span)
    day, month = date // 10_000, date // 100
    year = date - month * 100
    month -= day * 100
    known, days = _days(day, month, np.where(year < 69, year + 2000, year + 1900))
    known &= are_digits & (span.length == 6)
    if span.length.all():
        return days, known
    empty = span.length == 0
    return np.where(empty, ABSENT, days), known | empty


def _days(day: IntArray, month: IntArray, year: IntArray) -> tuple[BoolArray, IntArray]:
    """Return which dates exist between 1970 and 2099, and all as days since 1970-01-01."""
    known = (month >= 1) & (month <= 12) & (year >= 1970) & (year <= 2099)
    index = np.where(known, (year - 1970) * 12 + month - 1, 0)
    known &= (day >= 1) & (day <= _FIRST_DAY[index + 1] - _FIRST_DAY[index])
    return known, _FIRST_DAY[index] + day - 1


_FIRST_DAY = np.arange("1970-01", "2100-02", dtype="M8[M]").astype("M8[D]").astype(np.int64)
