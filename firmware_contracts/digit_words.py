"""Numbers in text, many at once: eight digits are one 64-bit word, summed by three multiplications.

A text is seen through overlapping little-endian words, one beginning at each byte, so the word at a byte is one load.
Its first byte is its lowest. Every reader also says which of its spans are of the form that it reads.
"""

from __future__ import annotations

from math import nan
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from firmware_contracts.columns import ABSENT
from firmware_contracts.json_document import MAX_COUNTER

IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]
WordArray = NDArray[np.uint64]

KEEP_FIRST = np.array([2 ** (8 * n) - 1 for n in range(9)], np.uint64)  # the first n bytes of a word
KEEP_LAST = ~KEEP_FIRST[::-1]  # the last n
HEX = np.full(256, 1024, np.uint16)  # the value of a hexadecimal digit, far more for anything else
HEX[list(b"0123456789ABCDEF")] = range(16)


class Spans(NamedTuple):
    """Where some fields of the sentences lie: first byte and length, one row per field, shapes (F, S)."""

    start: IntArray
    length: IntArray

    def pick(self, *fields: int) -> Spans:
        """Return the spans of some of the fields."""
        return Spans(self.start[list(fields)], self.length[list(fields)])


_ZEROS = np.uint64(0x3030303030303030)
_HIGH_NIBBLES = np.uint64(0xF0F0F0F0F0F0F0F0)
_SIXES = np.uint64(0x0606060606060606)
_PAIRS = np.uint64(0x000000FF000000FF)
_ONE_AND_10_000 = np.uint64(1 + (10_000 << 32))
_100_AND_MILLION = np.uint64(100 + (1_000_000 << 32))


def digits(word: WordArray, length: IntArray) -> tuple[IntArray, BoolArray]:
    """Return the number in the last `length` bytes of each word, and whether they are digits; length is 0 to 8.

    A digit XOR "0" is its value and leaves the high nibble empty, also after adding 6. The bytes are then summed by
    place: neighbours into pairs, the four pairs into one number.

    Source: D. Lemire, "Quickly parsing eight digits" (2018).
    """
    values = (word ^ _ZEROS) & KEEP_LAST[length]
    are_digits = ((values | (values + _SIXES)) & _HIGH_NIBBLES) == 0
    pairs = values * np.uint64(10) + (values >> np.uint64(8))
    upper = (pairs & _PAIRS) * _100_AND_MILLION
    lower = (pairs >> np.uint64(16) & _PAIRS) * _ONE_AND_10_000
    return ((upper + lower) >> np.uint64(32)).view(np.int64), are_digits


_DOTS = np.uint64(0x2E2E2E2E2E2E2E2E)
_ONES = np.uint64(0x0101010101010101)
_TOPS = np.uint64(0x8080808080808080)
_ONE, _EIGHT, _BYTE = np.uint64(1), np.uint64(8), np.uint64(0xFF)
TENS = 10.0 ** np.arange(9)


def short_numbers(words: WordArray, spans: Spans) -> tuple[NDArray[np.float64], BoolArray]:
    """Return decimal numbers of up to eight bytes, NaN where the field is empty, and whether they are such.

    In the word that ends with the number, what stands before the full stop moves up by one byte and closes its gap. A
    byte XOR "." is zero at a full stop; subtracting 1 from each byte sets the top bit of the first zero byte, and the
    bits below that one count the bytes before it.
    """
    negative = (spans.length > 0) & (words[spans.start] & _BYTE == ord("-"))
    length = spans.length - negative
    word = words[spans.start + spans.length - 8]
    used = np.minimum(length, 8)
    stops = (word ^ _DOTS) | KEEP_FIRST[8 - used]
    stops = (stops - _ONES) & ~stops & _TOPS
    has_stop = stops != 0
    before = np.bitwise_count((stops & (~stops + _ONE)) - _ONE) >> 3
    decimals = np.where(has_stop, 7 - before, 0)
    closed = (word & KEEP_FIRST[before]) << _EIGHT | (word & KEEP_LAST[decimals])
    count = used - has_stop
    values, are_digits = digits(np.where(has_stop, closed, word), count)
    numbers = values / TENS[decimals]
    empty = spans.length == 0
    known = empty | (are_digits & (count > decimals) & (length <= 8))
    return np.where(empty, nan, np.where(negative, -numbers, numbers)), known


def wholes(words: WordArray, spans: Spans) -> tuple[IntArray, BoolArray]:
    """Return whole numbers, and whether they are 0 to 8 digits."""
    values, are_digits = digits(words[spans.start + spans.length - 8], np.minimum(spans.length, 8))
    return values, are_digits & (spans.length <= 8)


def counts(words: WordArray, spans: Spans) -> tuple[IntArray, BoolArray]:
    """Return whole numbers of up to three digits, ABSENT where the field is empty, and whether they are such."""
    values, known = wholes(words, spans)
    return np.where(spans.length == 0, ABSENT, values), known & (spans.length <= 3)


def counters(words: WordArray, spans: Spans) -> tuple[IntArray, BoolArray]:
    """Return 32-bit counters, and whether they are such."""
    start, length = spans
    low, low_known = digits(words[start + length - 8], np.minimum(length, 8))
    if (length <= 8).all():
        return low, low_known & (length > 0)
    above = np.clip(length - 8, 0, 2)
    high, high_known = digits(words[start + above - 8], above)
    values = high * 10**8 + low
    return values, low_known & high_known & (length > 0) & (length <= 10) & (values <= MAX_COUNTER)


def hexadecimals(text: NDArray[np.uint8], spans: Spans) -> tuple[IntArray, BoolArray]:
    """Return up to two hexadecimal digits each, 0 where the field is empty, and whether they are such."""
    stop = spans.start + spans.length
    low = np.where(spans.length > 0, HEX[text[stop - 1]], 0)
    high = np.where(spans.length > 1, HEX[text[stop - 2]], 0)
    values = high.astype(np.int64) * 16 + low
    return values, (values < 256) & (spans.length <= 2)
