"""What a terminal of a vendor sends for a fix: `fixes.fix_of` backwards, for simulated terminals and for tests.

A reading that the vendor has no place for is left out. A reading that is absent is written as the vendor writes that:
an `absent` value, a raw value that means nothing, or no item; where all values of its bits mean something, as 0. One
that the vendor has no value for becomes the nearest, a half-open cover an open one; a switch has no nearest, and is
absent.
"""

from __future__ import annotations

from math import isnan, nan
from typing import NamedTuple

from firmware_contracts.columns import ABSENT
from firmware_contracts.fix import Fix
from firmware_contracts.jt808.alarms import standard_alarm_bits
from firmware_contracts.jt808.clock import bcd_of
from firmware_contracts.jt808.items import SATELLITES
from firmware_contracts.jt808.location import FIXED, Location
from firmware_contracts.jt808.sources import Bit, Reading, Source
from firmware_contracts.jt808.vendor import READINGS, SWITCH_WORDS, VendorMapping

USUAL_BYTES = 4  # of an item whose mapping takes all of it


class Sent(NamedTuple):
    """A location, and the transparent data that go before it as (type, data)."""

    location: Location
    transparent: tuple[tuple[int, bytes], ...]


def sent_of(fix: Fix, mapping: VendorMapping) -> Sent:
    """Return what a terminal sends for a fix; altitude and items without a place in a fix are left to the caller.

    Raises:
        ValueError: The instant lies outside the years 2000 to 2099.
    """
    canvas = _Canvas()
    for kind, at in mapping.time_at.items():
        canvas.put(Source("transparent", kind, (at, 6)), int.from_bytes(bcd_of(fix.fix_time_ms), "big"))
    for reading in mapping.sources:
        raw = raw_of(reading, getattr(fix, reading.name))
        if raw is not None:
            canvas.put(reading.source, raw)
    for bits, flags in ((mapping.faults, fix.faults), (mapping.alarms, fix.alarms)):
        for bit in bits:
            if flags & bit.flag:
                canvas.put(bit.source, _raised_raw(bit))
    alarm = standard_alarm_bits(fix.faults, fix.alarms) if mapping.standard_alarms else 0
    fixed = not isnan(fix.lat_deg)
    items = [(source_id, bytes(data)) for (kind, source_id), data in canvas.data.items() if kind == "item"]
    if fix.satellites != ABSENT:
        items.append((SATELLITES, bytes([min(fix.satellites, 255)])))
    location = Location(
        canvas.words["alarm"] | alarm,
        canvas.words["status"] | (FIXED if fixed else 0),
        fix.lat_deg if fixed else 0.0,
        fix.lon_deg if fixed else 0.0,
        0,
        fix.speed_mps if fixed else nan,
        fix.course_deg if fixed else nan,
        fix.fix_time_ms,
        tuple(items),
    )
    transparent = [(source_id, bytes(data)) for (kind, source_id), data in canvas.data.items() if kind == "transparent"]
    return Sent(location, tuple(transparent))


def raw_of(reading: Reading, value: float) -> int | None:
    """Return the raw value that a vendor writes for a reading, None where it writes nothing."""
    if isnan(value) or (isinstance(value, int) and value == ABSENT):  # states are whole numbers
        return min(reading.absent, default=None)
    if reading.values is not None:
        meanings = reading.values
        nearest = min(meanings, key=lambda raw: (abs(meanings[raw] - value), -meanings[raw]))
        is_wrong = READINGS[reading.name] is SWITCH_WORDS and meanings[nearest] != value
        return min(reading.absent, default=None) if is_wrong else nearest
    return round((value - reading.add) / reading.scale)


def _raised_raw(bit: Bit) -> int:
    return 1 if bit.when is None else min(bit.when)


class _Canvas:
    """The words and data of one report while they are written."""

    def __init__(self) -> None:
        self.words = {"status": 0, "alarm": 0}
        self.data: dict[tuple[str, int], bytearray] = {}

    def put(self, source: Source, raw: int) -> None:
        """Write a raw value at its place; one that is too large or too small becomes the nearest that fits."""
        if source.kind in self.words:
            self.words[source.kind] = _with_bits(self.words[source.kind], source, raw, 32)
            return
        first, count = source.bytes or (0, USUAL_BYTES)
        data = self.data.setdefault((source.kind, source.id), bytearray())
        data.extend(bytes(max(first + count - len(data), 0)))
        big = source.endian == "big"
        held = int.from_bytes(data[first : first + count], "big" if big else "little")
        word = _with_bits(held, source, raw, 8 * count)
        data[first : first + count] = word.to_bytes(count, "big" if big else "little")


def _with_bits(word: int, source: Source, raw: int, width: int) -> int:
    """Return a word of `width` bits with a raw value in the source's bits."""
    first, count = source.bits or (0, width)
    least = -(1 << count - 1) if source.signed else 0
    fitting = max(least, min(raw, least + (1 << count) - 1))
    mask = ((1 << count) - 1) << first
    return word & ~mask | fitting << first & mask
