"""When each washer was heard, and when a truck passed it that it could not name, minute by minute.

A washer that was silent says nothing about trucks: before "no passage" is held against one, the washer must be known to
have been there. A minute is a bit of one whole number per washer, 12 kB for 61 days however much was sent; learning one
sets a bit, in any order, any number of times. Pure: where the records come from is the caller's matter.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from rules_engine.fix_batch import IntArray

MINUTE_MS = 60_000


class Learned(NamedTuple):
    """Departures from a washer's site, by their time, about which something is known that was not. [ms]"""

    washer_id: str
    from_ms: int
    to_ms: int


class Heard:
    """Minutes of washers, named by their terminal; `learn` alone changes it."""

    def __init__(self) -> None:
        self._first_min = 0
        self._heard: dict[str, int] = {}
        self._unread: dict[str, int] = {}

    def learn(self, washer_id: str, heard_ms: IntArray, unread_ms: IntArray) -> list[tuple[int, bool]]:
        """Take in when a washer was heard, and return the minutes that were not known: their number, whether unread.

        Args:
            washer_id: Its terminal.
            heard_ms: Times of any records of it, in any order. [ms]
            unread_ms: Times of passages that name no truck or do not say whether it was washed, likewise.
        """
        new = []
        for table, times, unread in ((self._heard, heard_ms, False), (self._unread, unread_ms, True)):
            bits = self._merge(table, washer_id, times)
            new += [(minute + self._first_min, unread) for minute in set_bits(bits)]
        return new

    def recall(self, washer_id: str, heard_ms: IntArray, unread_ms: IntArray) -> None:
        """Take the same in without saying what was not known of it."""
        self._merge(self._heard, washer_id, heard_ms)
        self._merge(self._unread, washer_id, unread_ms)

    def minutes(self, washer_id: str) -> list[int]:
        """Return the minutes in which a washer was heard, ascending, counted from 1970."""
        return [minute + self._first_min for minute in set_bits(self._heard.get(washer_id, 0))]

    def was_there(self, washer_id: str, time_ms: int, silence_s: float) -> bool:
        """Return whether an instant lies in a silence of a washer that is over and no longer than `silence_s`."""
        before, after = self._around(self._heard, washer_id, time_ms // MINUTE_MS, int(silence_s // 60))
        return before is not None and after is not None and (after - before) * 60 <= silence_s

    def has_unread(self, washer_id: str, time_ms: int, within_s: float) -> bool:
        """Return whether a washer saw a truck that it could not name, that long before or after an instant."""
        before, after = self._around(self._unread, washer_id, time_ms // MINUTE_MS, int(within_s // 60))
        return before is not None or after is not None

    def concerned(self, washer_id: str, minute: int, *, unread: bool, within_s: float) -> Learned:
        """Return the departures that a minute which has just become known can speak for or against.

        Those between it and the minutes heard next to it, as far as `within_s`, the silence that counts; around a
        passage that could not be read, those as long before or after it.
        """
        reach = int(within_s // 60)
        if unread:
            return Learned(washer_id, (minute - reach) * MINUTE_MS, (minute + reach + 1) * MINUTE_MS)
        before, _ = self._around(self._heard, washer_id, minute - 1, max(reach - 1, 0))
        _, after = self._around(self._heard, washer_id, minute + 1, max(reach - 1, 0))
        first, last = minute if before is None else before, minute if after is None else after
        return Learned(washer_id, first * MINUTE_MS, (last + 1) * MINUTE_MS)

    @property
    def first_minute(self) -> int:
        """Return the minute before which nothing is known, 0 where nothing is known at all."""
        return self._first_min

    def forget_before(self, minute: int) -> None:
        """Forget all minutes before one."""
        gone = minute - self._first_min
        if gone > 0 and self._first_min:
            self._shift(-gone)

    def _merge(self, table: dict[str, int], washer_id: str, time_ms: IntArray) -> int:
        """Take minutes into a table, and return the bits of those that were not in it."""
        minutes = np.unique(np.asarray(time_ms, np.int64) // MINUTE_MS)
        if not len(minutes):
            return 0
        self._make_room(int(minutes[0]))
        bits, known = _bits(minutes - self._first_min), table.get(washer_id, 0)
        table[washer_id] = known | bits
        return bits & ~known

    def _make_room(self, minute: int) -> None:
        """Let the numbers begin early enough for a minute."""
        if not self._first_min:
            self._first_min = minute
        lacking = self._first_min - minute
        if lacking > 0:
            self._shift(lacking)

    def _shift(self, minutes: int) -> None:
        """Let the numbers begin so much earlier, or later and lose what was before."""
        for table in (self._heard, self._unread):
            for washer_id, bits in table.items():
                table[washer_id] = bits << minutes if minutes > 0 else bits >> -minutes
        self._first_min -= minutes

    def _around(self, table: dict[str, int], washer_id: str, minute: int, reach: int) -> tuple[int | None, int | None]:
        """Return the last minute set at or before one, and the first at or after it, None where beyond reach."""
        low = minute - reach - self._first_min
        bits = table.get(washer_id, 0)
        near = bits >> low if low >= 0 else bits << -low
        before, after = near & ((2 << reach) - 1), near >> reach & ((2 << reach) - 1)
        last = minute - reach + before.bit_length() - 1 if before else None
        return last, minute + (after & -after).bit_length() - 1 if after else None


def _bits(places: IntArray) -> int:
    """Return the whole number in which these bits are set."""
    flags = np.zeros(int(places[-1]) + 1, np.bool_)
    flags[places] = True
    return int.from_bytes(np.packbits(flags, bitorder="little").tobytes(), "little")


def set_bits(bits: int) -> Iterator[int]:
    """Yield which bits of a whole number are set, ascending."""
    if not bits:
        return
    octets = np.frombuffer(bits.to_bytes((bits.bit_length() + 7) // 8, "little"), np.uint8)
    yield from np.unpackbits(octets, bitorder="little").nonzero()[0].tolist()


NOBODY_HEARD = Heard()
