"""Unix milliseconds, as records carry them, and the aware UTC times that the driver speaks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def utc(time_ms: int) -> datetime:
    """Return Unix milliseconds as an aware time, exactly."""
    return EPOCH + timedelta(milliseconds=time_ms)


def to_ms(time: datetime) -> int:
    """Return an aware time as Unix milliseconds; what is finer than that is cut off."""
    return (time - EPOCH) // timedelta(milliseconds=1)
