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
    Spans,
    counters,
    counts,
    digits,
    hexadecimals,
    short_numbers,
    wholes,
)
from firmware_contracts.nmea_frame import Sentences, spans_of
from firmware_contracts.nmea_sentence import MPS_PER_KNOT, Gga, Muk, Rmc, Zda


class Known(NamedTuple):
    """Columns, and which of their rows were understood, shape (S,)."""

    columns: Any
    known: BoolArray


def read_rmc(sentences: Sentences) -> Known:
    """Return `Rmc` columns of sentences that are all RMC."""
    spans = spans_of(sentences, 12)
    (status, lat_side, lon_side, mode), single = _characters(sentences.text, spans.pick(1, 3, 5, 11))
    is_fix = (status == ord("A")) & ~(single[3] & (mode == ord("N")))
    clock = _read_clock(sentences, spans.pick(0, 2, 4), lat_side, lon_side)
    (speed_kn, course_deg), motion_known = short_numbers(sentences.words, spans.pick(6, 7))
    day, has_date = _day(sentences, spans.pick(8))
    known = sentences.sound & (sentences.fields >= 9) & clock.time_known & has_date & single[0]
    known &= (status == ord("A")) | (status == ord("V"))
    known &= ~is_fix | (clock.position_known & single[1] & single[2] & motion_known.all(axis=0))
    values = (clock.lat_deg, clock.lon_deg, speed_kn * MPS_PER_KNOT, course_deg)
    return Known(Rmc(clock.time_ms, day, is_fix, *(np.where(is_fix, value, nan) for value in values)), known)


def read_gga(sentences: Sentences) -> Known:
    """Return `Gga` columns of sentences that are all GGA."""
    spans = spans_of(sentences, 8)
    (lat_side, lon_side), single = _characters(sentences.text, spans.pick(2, 4))
    clock = _read_clock(sentences, spans.pick(0, 1, 3), lat_side, lon_side)
    (quality, satellites), counts_known = counts(sentences.words, spans.pick(5, 6))
    (hdop,), hdop_known = short_numbers(sentences.words, spans.pick(7))
    is_fix = quality > 0
    known = sentences.sound & (sentences.fields >= 8) & clock.time_known
    known &= counts_known.all(axis=0) & hdop_known[0]
    known &= ~is_fix | (clock.position_known & single[0] & single[1])
    lat_deg, lon_deg = (np.where(is_fix, value, nan) for value in (clock.lat_deg, clock.lon_deg))
    return Known(Gga(clock.time_ms, is_fix, lat_deg, lon_deg, hdop, satellites), known)


def read_zda(sentences: Sentences) -> Known:
    """Return `Zda` columns of sentences that are all ZDA."""
    spans = spans_of(sentences, 4)
    sides = np.zeros(len(sentences.start), np.uint8)
    clock = _read_clock(sentences, spans.pick(0, 1, 1), sides, sides)
    (day, month, year), numbers_known = wholes(sentences.words, spans.pick(1, 2, 3))
    lengths_known = (spans.length[1:4] == _ZDA_LENGTHS).all(axis=0)
    known, days = _days(day, month, year)
    known &= numbers_known.all(axis=0) & lengths_known
    empty = (spans.length[1:4] == 0).all(axis=0)
    known = sentences.sound & (sentences.fields >= 4) & clock.time_known & (known | empty)
    return Known(Zda(clock.time_ms, np.where(empty, ABSENT, days)), known)


_ZDA_LENGTHS = np.array([[2], [2], [4]])


def read_muk(sentences: Sentences) -> Known:
    """Return `Muk` columns of sentences that are all $PMUK."""
    spans = spans_of(sentences, 11)
    (version,), single = _characters(sentences.text, spans.pick(0))
    known = sentences.sound & (sentences.fields >= 11) & (version == ord("1")) & single[0]
    identity, identity_known = counters(sentences.words, spans.pick(1, 2))
    sensors, sensors_known = short_numbers(sentences.words, spans.pick(3, 4, 5))
    switches, switches_known = counts(sentences.words, spans.pick(6, 7, 8))
    flags, flags_known = hexadecimals(sentences.text, spans.pick(9, 10))
    for fields_known in (identity_known, sensors_known, switches_known, flags_known):
        known &= fields_known.all(axis=0)
    return Known(Muk(*identity, *sensors, *switches, *flags), known)


def _characters(text: NDArray[np.uint8], spans: Spans) -> tuple[NDArray[np.uint8], BoolArray]:
    """Return the first byte of each field, and whether it is the only one, shapes (F, S)."""
    return text[spans.start], spans.length == 1


class Clock(NamedTuple):
    """Time of day and position, and which of them are of the usual form, shapes (S,)."""

    time_ms: IntArray
    time_known: BoolArray
    lat_deg: NDArray[np.float64]
    lon_deg: NDArray[np.float64]
    position_known: BoolArray


_WHOLE = np.array([[6], [4], [5]])  # digits before the full stop: hhmmss.sss, ddmm.mmm, dddmm.mmm


def _read_clock(sentences: Sentences, spans: Spans, lat_side: NDArray[np.uint8], lon_side: NDArray[np.uint8]) -> Clock:
    """Return time, latitude and longitude, three fields whose full stop has its place, and two hemispheres."""
    start, length = spans
    units, units_known = digits(sentences.words[start + _WHOLE - 8], np.broadcast_to(_WHOLE, length.shape))
    decimals = np.clip(length - _WHOLE - 1, 0, 8)
    fraction, fraction_known = digits(sentences.words[start + length - 8], decimals)
    with_fraction = (length > _WHOLE + 1) & (length <= _WHOLE + 9) & (sentences.text[start + _WHOLE] == ord("."))
    known = units_known & fraction_known & with_fraction
    whole_second = units_known[0] & (length[0] == 6)
    time_ms, time_known = _time_of_day_ms(units[0], fraction[0], decimals[0])
    time_known &= whole_second | (known[0] & (decimals[0] <= 3))
    empty = length[0] == 0
    scale = TENS[decimals[1:]]
    minutes = (units[1:] % 100 * scale + fraction[1:]) / scale
    lat_deg, lon_deg = units[1:] // 100 + minutes / 60
    south, west = lat_side == ord("S"), lon_side == ord("W")
    position_known = (known[1:] & (minutes < 60)).all(axis=0)
    position_known &= (south | (lat_side == ord("N"))) & (west | (lon_side == ord("E")))
    return Clock(
        np.where(empty, ABSENT, time_ms),
        time_known | empty,
        np.where(south, -lat_deg, lat_deg),
        np.where(west, -lon_deg, lon_deg),
        position_known,
    )


_MS = np.array([0, 100, 10, 1])  # what a unit of the fraction's last decimal is worth


def _time_of_day_ms(units: IntArray, fraction: IntArray, decimals: IntArray) -> tuple[IntArray, BoolArray]:
    """Return hhmmss and the fraction of a second as a time of day, and whether there is such a time."""
    minute_of_day, second = units // 100 // 100 * 60 + units // 100 % 100, units % 100
    time_ms = (minute_of_day * 60 + second) * 1000 + fraction * _MS[np.minimum(decimals, 3)]
    return time_ms, (units < 240_000) & (units // 100 % 100 < 60) & (second < 60)


def _day(sentences: Sentences, spans: Spans) -> tuple[IntArray, BoolArray]:
    """Return a field ddmmyy as days since 1970-01-01, ABSENT where it is empty, and whether it is a date."""
    (date,), (are_digits,) = wholes(sentences.words, spans)
    year = date % 100
    known, days = _days(date // 10_000, date // 100 % 100, np.where(year < 69, year + 2000, year + 1900))
    empty = spans.length[0] == 0
    return np.where(empty, ABSENT, days), (known & are_digits & (spans.length[0] == 6)) | empty


def _days(day: IntArray, month: IntArray, year: IntArray) -> tuple[BoolArray, IntArray]:
    """Return which dates exist between 1970 and 2099, and all as days since 1970-01-01."""
    known = (month >= 1) & (month <= 12) & (year >= 1970) & (year <= 2099)
    index = np.where(known, (year - 1970) * 12 + month - 1, 0)
    known &= (day >= 1) & (day <= _FIRST_DAY[index + 1] - _FIRST_DAY[index])
    return known, _FIRST_DAY[index] + day - 1


_FIRST_DAY = np.arange("1970-01", "2100-02", dtype="M8[M]").astype("M8[D]").astype(np.int64)
