"""Instants as JT/T 808 writes them: six BCD bytes YYMMDDhhmmss, in UTC+8 unless a message says UTC."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache

from firmware_contracts.errors import RecordError, RejectReason

CHINA_OFFSET_MS = 8 * 3_600_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST_MS = int((datetime(2100, 1, 1, tzinfo=UTC) - _EPOCH).total_seconds()) * 1000


def time_ms_of(bcd: bytes, offset_ms: int = CHINA_OFFSET_MS) -> int:
    """Return the instant of six BCD bytes. [ms since 1970-01-01 UTC]

    Raises:
        RecordError: A digit that is none, or no date or time of day.
    """
    digits = bcd.hex()
    try:
        hour, minute, second = int(digits[6:8]), int(digits[8:10]), int(digits[10:12])
        day_ms = _day_ms(digits[:6])
    except ValueError:
        hour = day_ms = 99
    if len(bcd) != 6 or hour > 23 or minute > 59 or second > 59:
        raise RecordError(RejectReason.OUT_OF_RANGE, f"expected a time YYMMDDhhmmss in BCD, got {digits}")
    return day_ms + 1000 * (3600 * hour + 60 * minute + second) - offset_ms


@lru_cache(maxsize=1024)  # days: a terminal's blind zones and a city's stragglers lie within three years
def _day_ms(digits: str) -> int:
    if not digits.isdigit():
        raise ValueError(digits)
    day = datetime(2000 + int(digits[:2]), int(digits[2:4]), int(digits[4:6]), tzinfo=UTC)
    return (day - _EPOCH).days * 86_400_000


def bcd_of(time_ms: int, offset_ms: int = CHINA_OFFSET_MS) -> bytes:
    """Return an instant as six BCD bytes; milliseconds are cut off.

    Raises:
        ValueError: It lies outside the years 2000 to 2099.
    """
    local_ms = time_ms + offset_ms
    if not 946_684_800_000 <= local_ms < _LATEST_MS:
        raise ValueError(f"expected a time in the years 2000 to 2099, got {time_ms} ms")
    return bytes.fromhex((_EPOCH + timedelta(milliseconds=local_ms)).strftime("%y%m%d%H%M%S"))
