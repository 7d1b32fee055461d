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
_HEX = np.full(256, 1024, np.uint16)  # the value of a hexadecimal digit, far more for anything else
_HEX[list(b"0123456789ABCDEF")] = range(16)
HEX_PAIR = (_HEX[:, None] + _HEX * np.uint16(16)).ravel()  # of two, by the word that they are


class Span(NamedTuple):
    """Where one field of each sentence lies, or some of one kind: first byte and length, shapes (S,) or (F, S)."""

    start: IntArray
    length: IntArray


class Spans(NamedTuple):
    """Where some fields of the sentences lie: first byte and length, one row per field, shapes (F, S)."""

    start: IntArray
    length: IntArray

    def field(self, row: int) -> Span:
        """Return where one field lies."""
        return Span(self.start[row], self.length[row])

    def fields(self, first: int, stop: int) -> Span:
        """Return where neighbouring fields lie, to be read at one go."""
        return Span(self.start[first:stop], self.length[first:stop])


def one_if_same(length: IntArray) -> IntArray:
    """Return a length that all share as one item, which NumPy spreads over the rows; else the lengths as they are."""
    same = length.size and (length == length.flat[0]).all()
    return length[(slice(1),) * length.ndim] if same else length


_ZEROS = np.uint64(0x3030303030303030)
_HIGH_NIBBLES = np.uint64(0xF0F0F0F0F0F0F0F0)
_SIXES = np.uint64(0x0606060606060606)
_PAIRS = np.uint64(0x000000FF000000FF)
_ONE_AND_10_000 = np.uint64(1 + (10_000 << 32))
_100_AND_MILLION = np.uint64(100 + (1_000_000 << 32))

_ONE, _EIGHT, _TEN, _SIXTEEN, _THIRTY_TWO, _BYTE = (np.uint64(n) for n in (1, 8, 10, 16, 32, 0xFF))


def digits(word: WordArray, length: IntArray) -> tuple[IntArray, BoolArray]:
    """Return the number in the last `length` bytes of each word, and whether they are digits; length is 0 to 8.

    A digit XOR "0" is its value and leaves the high nibble empty, also after adding 6. The bytes are then summed by
    place: neighbours into pairs, the four pairs into one number.

    Source: D. Lemire, "Quickly parsing eight digits" (2018).
    """
    values = word ^ _ZEROS
    values &= KEEP_LAST[length]
    high = values + _SIXES
    high |= values
    high &= _HIGH_NIBBLES
    are_digits = high == 0
    pairs = np.multiply(values, _TEN, out=high)
    values >>= _EIGHT
    pairs += values
    upper = np.bitwise_and(pairs, _PAIRS, out=values)
    upper *= _100_AND_MILLION
    pairs >>= _SIXTEEN
    pairs &= _PAIRS
    pairs *= _ONE_AND_10_000
    pairs += upper
    pairs >>= _THIRTY_TWO
    return pairs.view(np.int64), are_digits


_DOTS = np.uint64(0x2E2E2E2E2E2E2E2E)
_ONES = np.uint64(0x0101010101010101)
_TOPS = np.uint64(0x8080808080808080)
TENS = 10.0 ** np.arange(9)


def short_numbers(words: WordArray, span: Span) -> tuple[NDArray[np.float64], BoolArray]:
    """Return decimal numbers of up to eight bytes, NaN where the field is empty, and whether they are such."""
    if not span.length.any():
        return np.full(len(span.length), nan), np.ones(len(span.length), np.bool_)
    alike = _alike_numbers(words, span)
    return _any_numbers(words, span) if alike is None else alike


def _alike_numbers(words: WordArray, span: Span) -> tuple[NDArray[np.float64], BoolArray] | None:
    """Return numbers that all are unsigned and have as many decimals as the first, as usual; None if they are not."""
    length = span.length
    word = words[span.start + length - 8]
    decimals = 7 - int(word[0]).to_bytes(8, "little").rfind(b".")
    if not decimals + 2 <= length.min() <= length.max() <= 8:
        return None
    at_stop = np.uint64(8 * (7 - decimals))
    if ((word >> at_stop & _BYTE) != ord(".")).any():
        return None
    closed = word & KEEP_FIRST[7 - decimals]
    closed <<= _EIGHT
    word &= KEEP_LAST[decimals]
    closed |= word
    values, are_digits = digits(closed, length - 1)
    return (values / TENS[decimals], are_digits) if are_digits.all() else None


def _any_numbers(words: WordArray, span: Span) -> tuple[NDArray[np.float64], BoolArray]:
    """Return what `short_numbers` does, whatever the numbers look like.

    In the word that ends with the number, what stands before the full stop moves up by one byte and closes its gap. A
    byte XOR "." is zero at a full stop; subtracting 1 from each byte sets the top bit of the first zero byte, and the
    bits below that one count the bytes before it.
    """
    start, length = span
    empty = length == 0
    negative = ~empty & (words[start] & _BYTE == ord("-"))
    word = words[start + length - 8]
    length = length - negative
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
    known = empty | (are_digits & (count > decimals) & (length <= 8))
    return np.where(empty, nan, np.where(negative, -numbers, numbers)), known


def wholes(words: WordArray, span: Span) -> tuple[IntArray, BoolArray]:
    """Return whole numbers, and whether they are 0 to 8 digits."""
    length = one_if_same(span.length)
    values, are_digits = digits(words[span.start + length - 8], np.minimum(length, 8))
    return values, are_digits & (length <= 8)


def counts(words: WordArray, span: Span) -> tuple[IntArray, BoolArray]:
    """Return whole numbers of up to three digits, ABSENT where the field is empty, and whether they are such."""
    values, known = wholes(words, span)
    if not span.length.all():
        values[span.length == 0] = ABSENT
    return values, known & (span.length <= 3)


def counters(words: WordArray, span: Span) -> tuple[IntArray, BoolArray]:
    """Return 32-bit counters, and whether they are such."""
    start, length = span.start, one_if_same(span.length)
    low, low_known = digits(words[start + length - 8], np.minimum(length, 8))
    if (length <= 8).all():
        return low, low_known & (length > 0)
    above = np.clip(length - 8, 0, 2)
    high, high_known = digits(words[start + above - 8], above)
    values = high * 10**8 + low
    return values, low_known & high_known & (length > 0) & (length <= 10) & (values <= MAX_COUNTER)


def hexadecimals(words: WordArray, span: Span) -> tuple[IntArray, BoolArray]:
    """Return up to two hexadecimal digits each, 0 where the field is empty, and whether they are such."""
    word = words[span.start + span.length - 2]
    if (span.length != 2).any():
        word = (word & _KEEP_DIGITS[np.minimum(span.length, 2)]) | _ZERO_DIGITS[np.minimum(span.length, 2)]
    values = HEX_PAIR[word & _TWO_BYTES].astype(np.int64)
    return values, (values < 256) & (span.length <= 2)


_TWO_BYTES = np.uint64(0xFFFF)
_KEEP_DIGITS = np.array([0, 0xFF00, 0xFFFF], np.uint64)  # of a field of 0, 1 and 2 digits
_ZERO_DIGITS = np.array([0x3030, 0x30, 0], np.uint64)  # what stands in for the others
