"""RMC, GGA, ZDA and $PMUK read as arrays from one buffer: what `nmea_sentence` reads, for the usual forms.

The bytes up to the comma in ASCII order give the frame of every sentence in one pass; field k of a sentence lies
between its commas k and k + 1. Digits are taken eight at a time as one 64-bit word and summed by three multiplications,
for all rows and fields at once. Whatever is not of the usual form is not `known`: its row means nothing, and pynmea2
reads that sentence. What is known is equal to pynmea2's reading to the last bit: a decimal is its digits as an integer
divided by a power of ten, both exact, which rounds as reading the text does.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import nan
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from firmware_contracts.columns import ABSENT
from firmware_contracts.json_document import MAX_COUNTER
from firmware_contracts.nmea_sentence import MPS_PER_KNOT, Gga, Muk, Rmc, Zda

IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]
WordArray = NDArray[np.uint64]

PAD = 16  # bytes around the text, so that a word may be taken anywhere
RMC, GGA, ZDA, MUK, OTHER = range(5)
MOST_FIELDS = 12  # fields 0 to 11 are looked at: RMC's mode and the last of $PMUK are 11 and 10


class Known(NamedTuple):
    """Columns, and which of their rows were understood, shape (S,)."""

    columns: Any
    known: BoolArray


@dataclass(frozen=True, slots=True)
class Sentences:
    """S sentences of a padded text, by where their parts lie.

    Attributes:
        text: The padded bytes.
        words: The same as overlapping little-endian 64-bit words, one beginning at each byte.
        start: Where each `$` is, shape (S,).
        star: Where its `*` is, shape (S,).
        kind: `RMC`, `GGA`, `ZDA`, `MUK` or `OTHER`, shape (S,).
        commas: Where all commas are, with room behind.
        first_comma: Index into `commas` of each sentence's first, shape (S,).
        fields: How many commas each has, which is the number of its fields, shape (S,).
        sound: Whether its frame and checksum are right, shape (S,).
    """

    text: NDArray[np.uint8]
    words: WordArray
    start: IntArray
    star: IntArray
    kind: NDArray[np.int8]
    commas: IntArray
    first_comma: IntArray
    fields: IntArray
    sound: BoolArray

    def take(self, index: NDArray[Any]) -> Sentences:
        """Return the sentences that an index array or mask picks."""
        per_row = ("start", "star", "kind", "first_comma", "fields", "sound")
        return replace(self, **{name: getattr(self, name)[index] for name in per_row})


def padded(text: bytes) -> NDArray[np.uint8]:
    """Return a text with room around it, in whole words."""
    return np.frombuffer(b"".join([bytes(PAD), text, b"\n", bytes(PAD + 7 - len(text) % 8)]), np.uint8)


def find_sentences(text: NDArray[np.uint8]) -> Sentences:
    """Return every sentence of a padded text; those that are not `sound` may be anything that begins with `$`."""
    words = np.ndarray((len(text) - 7,), "<u8", text, strides=(1,))
    frame = np.flatnonzero(text[PAD:-PAD] <= ord(",")) + PAD
    frame = np.append(frame, [len(text) - PAD] * 2)
    character = text[frame]
    is_comma = character == ord(",")
    opening = np.flatnonzero(character == ord("$"))
    closings = np.append(np.flatnonzero(character == ord("*")), len(frame) - 2)
    closing = closings[np.searchsorted(closings, opening)]
    start, star = frame[opening], frame[closing]
    commas_before = np.cumsum(is_comma)
    fields = commas_before[closing] - commas_before[opening]
    end = character[closing + 1]
    breaks = np.cumsum((character == ord("\r")) | (character == ord("\n")) | (character == ord("$")))
    sound = (breaks[closing] == breaks[opening]) & (frame[closing + 1] == star + 3)
    sound &= (end == ord("\r")) | (end == ord("\n"))
    sound &= _stated_checksum(words, star) == _checksum(text, start + 1, star)
    commas = np.append(frame[is_comma], np.zeros(MOST_FIELDS + 2, np.int64))
    return Sentences(text, words, start, star, _kind(words, start), commas, commas_before[opening], fields, sound)


def _kind(words: WordArray, start: IntArray) -> NDArray[np.int8]:
    """Return the kind of each sentence from the eight bytes at its `$`, "$ttRMC,." or "$PMUK,.."."""
    head = words[start]
    kind = np.full(len(start), OTHER, np.int8)
    tag = head >> np.uint64(24) & np.uint64(0xFFFFFFFF)
    first, second = head >> np.uint64(8) & np.uint64(0xFF), head >> np.uint64(16) & np.uint64(0xFF)
    talker = _TALKER_FIRST[first] & _TALKER_SECOND[second]
    kind[talker & (tag == int.from_bytes(b"RMC,", "little"))] = RMC
    kind[talker & (tag == int.from_bytes(b"GGA,", "little"))] = GGA
    kind[talker & (tag == int.from_bytes(b"ZDA,", "little"))] = ZDA
    kind[(head & np.uint64(2**48 - 1)) == int.from_bytes(b"$PMUK,", "little")] = MUK
    return kind


def _members(characters: bytes) -> BoolArray:
    """Return a table of which bytes are among the characters."""
    table = np.zeros(256, np.bool_)
    table[list(characters)] = True
    return table


_TALKER_FIRST = _members(b"ABCDEFGHIJKLMNOQRSTUVWXYZ")  # P begins a maker's own sentence
_TALKER_SECOND = _members(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")


def _checksum(text: NDArray[np.uint8], start: IntArray, stop: IntArray) -> WordArray:
    """Return the XOR of the bytes from each start up to, not including, its stop.

    The running XOR of whole words gives every span of them; the bytes by which its ends miss a word's edge are put in
    and taken out, and the eight bytes of the word folded into one.
    """
    words = text.view(np.uint64)
    running = np.concatenate([np.zeros(1, np.uint64), np.bitwise_xor.accumulate(words)])
    ends = [running[at >> 3] ^ (words[at >> 3] & _KEEP_FIRST[at & 7]) for at in (start, stop)]
    folded: WordArray = ends[0] ^ ends[1]
    for bits in (32, 16, 8):
        folded ^= folded >> np.uint64(bits)
    folded &= np.uint64(0xFF)
    return folded


def _stated_checksum(words: WordArray, star: IntArray) -> NDArray[np.uint16]:
    """Return the two hexadecimal digits after each `*`, or more than a byte where they are none."""
    pair = words[star]
    high, low = pair >> np.uint64(8) & np.uint64(0xFF), pair >> np.uint64(16) & np.uint64(0xFF)
    stated: NDArray[np.uint16] = _HEX[high] * np.uint16(16) + _HEX[low]
    return stated


_HEX = np.full(256, 1024, np.uint16)
_HEX[list(b"0123456789ABCDEF")] = range(16)
_KEEP_FIRST = np.array([2 ** (8 * n) - 1 for n in range(9)], np.uint64)  # the first n bytes of a word
_KEEP_LAST = ~_KEEP_FIRST[::-1]  # the last n


class Spans(NamedTuple):
    """Where some fields of the sentences lie: first byte and length, one row per field, shapes (F, S)."""

    start: IntArray
    length: IntArray

    def pick(self, *fields: int) -> Spans:
        """Return the spans of some of the fields."""
        return Spans(self.start[list(fields)], self.length[list(fields)])


def _spans(sentences: Sentences) -> Spans:
    """Return the spans of the first `MOST_FIELDS` fields, those that a sentence does not have of length 0."""
    row = np.arange(MOST_FIELDS + 2)[:, None]
    bounds = sentences.commas[sentences.first_comma + row]
    bounds[np.minimum(sentences.fields, MOST_FIELDS + 1), np.arange(len(sentences.fields))] = sentences.star
    bounds = bounds[:-1]  # the row behind only took the stars of those that have more fields
    length = np.where(row[:-2] < sentences.fields, bounds[1:] - bounds[:-1] - 1, 0)
    return Spans(bounds[:-1] + 1, length)


def read_rmc(sentences: Sentences) -> Known:
    """Return `Rmc` columns of sentences that are all RMC."""
    spans = _spans(sentences)
    (status, lat_side, lon_side, mode), single = _characters(sentences.text, spans.pick(1, 3, 5, 11))
    is_fix = (status == ord("A")) & ~(single[3] & (mode == ord("N")))
    clock = _read_clock(sentences, spans.pick(0, 2, 4), lat_side, lon_side)
    (speed_kn, course_deg), motion_known = _short_numbers(sentences, spans.pick(6, 7))
    day, has_date = _day(sentences, spans.pick(8))
    known = sentences.sound & (sentences.fields >= 9) & clock.time_known & has_date & single[0]
    known &= (status == ord("A")) | (status == ord("V"))
    known &= ~is_fix | (clock.position_known & single[1] & single[2] & motion_known.all(axis=0))
    values = (clock.lat_deg, clock.lon_deg, speed_kn * MPS_PER_KNOT, course_deg)
    return Known(Rmc(clock.time_ms, day, is_fix, *(np.where(is_fix, value, nan) for value in values)), known)


def read_gga(sentences: Sentences) -> Known:
    """Return `Gga` columns of sentences that are all GGA."""
    spans = _spans(sentences)
    (lat_side, lon_side), single = _characters(sentences.text, spans.pick(2, 4))
    clock = _read_clock(sentences, spans.pick(0, 1, 3), lat_side, lon_side)
    (quality, satellites), counts_known = _counts(sentences, spans.pick(5, 6))
    (hdop,), hdop_known = _short_numbers(sentences, spans.pick(7))
    is_fix = quality > 0
    known = sentences.sound & (sentences.fields >= 8) & clock.time_known
    known &= counts_known.all(axis=0) & hdop_known[0]
    known &= ~is_fix | (clock.position_known & single[0] & single[1])
    lat_deg, lon_deg = (np.where(is_fix, value, nan) for value in (clock.lat_deg, clock.lon_deg))
    return Known(Gga(clock.time_ms, is_fix, lat_deg, lon_deg, hdop, satellites), known)


def read_zda(sentences: Sentences) -> Known:
    """Return `Zda` columns of sentences that are all ZDA."""
    spans = _spans(sentences)
    sides = np.zeros(len(sentences.start), np.uint8)
    clock = _read_clock(sentences, spans.pick(0, 1, 1), sides, sides)
    (day, month, year), numbers_known = _wholes(sentences, spans.pick(1, 2, 3))
    lengths_known = (spans.length[1:4] == _ZDA_LENGTHS).all(axis=0)
    known, days = _days(day, month, year)
    known &= numbers_known.all(axis=0) & lengths_known
    empty = (spans.length[1:4] == 0).all(axis=0)
    known = sentences.sound & (sentences.fields >= 4) & clock.time_known & (known | empty)
    return Known(Zda(clock.time_ms, np.where(empty, ABSENT, days)), known)


_ZDA_LENGTHS = np.array([[2], [2], [4]])


def read_muk(sentences: Sentences) -> Known:
    """Return `Muk` columns of sentences that are all $PMUK."""
    spans = _spans(sentences)
    (version,), single = _characters(sentences.text, spans.pick(0))
    known = sentences.sound & (sentences.fields >= 11) & (version == ord("1")) & single[0]
    counters, counters_known = _counters(sentences, spans.pick(1, 2))
    sensors, sensors_known = _short_numbers(sentences, spans.pick(3, 4, 5))
    switches, switches_known = _counts(sentences, spans.pick(6, 7, 8))
    flags, flags_known = _hexadecimals(sentences.text, spans.pick(9, 10))
    for fields_known in (counters_known, sensors_known, switches_known, flags_known):
        known &= fields_known.all(axis=0)
    return Known(Muk(*counters, *sensors, *switches, *flags), known)


def _characters(text: NDArray[np.uint8], spans: Spans) -> tuple[NDArray[np.uint8], BoolArray]:
    """Return the first byte of each field, and whether it is the only one, shapes (F, S)."""
    return text[spans.start], spans.length == 1


_ZEROS = np.uint64(0x3030303030303030)
_HIGH_NIBBLES = np.uint64(0xF0F0F0F0F0F0F0F0)
_SIXES = np.uint64(0x0606060606060606)
_PAIRS = np.uint64(0x000000FF000000FF)
_ONE_AND_10_000 = np.uint64(1 + (10_000 << 32))
_100_AND_MILLION = np.uint64(100 + (1_000_000 << 32))


def _digits(word: WordArray, length: IntArray) -> tuple[IntArray, BoolArray]:
    """Return the number in the last `length` bytes of each word, and whether they are digits; length is 0 to 8.

    A digit XOR "0" is its value and leaves the high nibble empty, also after adding 6. The bytes are then summed by
    place: neighbours into pairs, the four pairs into one number.

    Source: D. Lemire, "Quickly parsing eight digits" (2018).
    """
    values = (word ^ _ZEROS) & _KEEP_LAST[length]
    are_digits = ((values | (values + _SIXES)) & _HIGH_NIBBLES) == 0
    pairs = values * np.uint64(10) + (values >> np.uint64(8))
    upper = (pairs & _PAIRS) * _100_AND_MILLION
    lower = (pairs >> np.uint64(16) & _PAIRS) * _ONE_AND_10_000
    return ((upper + lower) >> np.uint64(32)).view(np.int64), are_digits


_DOTS = np.uint64(0x2E2E2E2E2E2E2E2E)
_ONES = np.uint64(0x0101010101010101)
_TOPS = np.uint64(0x8080808080808080)
_ONE, _EIGHT = np.uint64(1), np.uint64(8)
_TENS = 10.0 ** np.arange(9)


def _short_numbers(sentences: Sentences, spans: Spans) -> tuple[NDArray[np.float64], BoolArray]:
    """Return decimal numbers of up to eight bytes, NaN where the field is empty, and whether they are such.

    In the word that ends with the number, what stands before the full stop moves up by one byte and closes its gap. A
    byte XOR "." is zero at a full stop; subtracting 1 from each byte sets the top bit of the first zero byte, and the
    bits below that one count the bytes before it.
    """
    negative = (spans.length > 0) & (sentences.text[spans.start] == ord("-"))
    length = spans.length - negative
    word = sentences.words[spans.start + spans.length - 8]
    used = np.minimum(length, 8)
    stops = (word ^ _DOTS) | _KEEP_FIRST[8 - used]
    stops = (stops - _ONES) & ~stops & _TOPS
    has_stop = stops != 0
    before = np.bitwise_count((stops & (~stops + _ONE)) - _ONE) >> 3
    decimals = np.where(has_stop, 7 - before, 0)
    closed = (word & _KEEP_FIRST[before]) << _EIGHT | (word & _KEEP_LAST[decimals])
    digits = used - has_stop
    values, are_digits = _digits(np.where(has_stop, closed, word), digits)
    numbers = values / _TENS[decimals]
    empty = spans.length == 0
    known = empty | (are_digits & (digits > decimals) & (length <= 8))
    return np.where(empty, nan, np.where(negative, -numbers, numbers)), known


def _wholes(sentences: Sentences, spans: Spans) -> tuple[IntArray, BoolArray]:
    """Return whole numbers, and whether they are 0 to 8 digits."""
    values, are_digits = _digits(sentences.words[spans.start + spans.length - 8], np.minimum(spans.length, 8))
    return values, are_digits & (spans.length <= 8)


def _counts(sentences: Sentences, spans: Spans) -> tuple[IntArray, BoolArray]:
    """Return whole numbers of up to three digits, ABSENT where the field is empty, and whether they are such."""
    values, known = _wholes(sentences, spans)
    return np.where(spans.length == 0, ABSENT, values), known & (spans.length <= 3)


def _counters(sentences: Sentences, spans: Spans) -> tuple[IntArray, BoolArray]:
    """Return 32-bit counters, and whether they are such."""
    start, length = spans
    low, low_known = _digits(sentences.words[start + length - 8], np.minimum(length, 8))
    if (length <= 8).all():
        return low, low_known & (length > 0)
    above = np.clip(length - 8, 0, 2)
    high, high_known = _digits(sentences.words[start + above - 8], above)
    values = high * 10**8 + low
    return values, low_known & high_known & (length > 0) & (length <= 10) & (values <= MAX_COUNTER)


def _hexadecimals(text: NDArray[np.uint8], spans: Spans) -> tuple[IntArray, BoolArray]:
    """Return up to two hexadecimal digits each, 0 where the field is empty, and whether they are such."""
    stop = spans.start + spans.length
    low = np.where(spans.length > 0, _HEX[text[stop - 1]], 0)
    high = np.where(spans.length > 1, _HEX[text[stop - 2]], 0)
    values = high.astype(np.int64) * 16 + low
    return values, (values < 256) & (spans.length <= 2)


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
    units, units_known = _digits(sentences.words[start + _WHOLE - 8], np.broadcast_to(_WHOLE, length.shape))
    decimals = np.clip(length - _WHOLE - 1, 0, 8)
    fraction, fraction_known = _digits(sentences.words[start + length - 8], decimals)
    with_fraction = (length > _WHOLE + 1) & (length <= _WHOLE + 9) & (sentences.text[start + _WHOLE] == ord("."))
    known = units_known & fraction_known & with_fraction
    whole_second = units_known[0] & (length[0] == 6)
    time_ms, time_known = _time_of_day_ms(units[0], fraction[0], decimals[0])
    time_known &= whole_second | (known[0] & (decimals[0] <= 3))
    empty = length[0] == 0
    scale = _TENS[decimals[1:]]
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
    (date,), (are_digits,) = _wholes(sentences, spans)
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
