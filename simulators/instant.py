"""Instants as this project writes them: milliseconds since 1970-01-01 UTC, and RFC 3339 with milliseconds and Z."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)


def to_milliseconds(when: datetime) -> int:
    """Return an aware instant in whole milliseconds since 1970-01-01 UTC."""
    return (when - EPOCH) // MILLISECOND


def from_milliseconds(milliseconds: int) -> str:
    """Return an instant as RFC 3339, such as 2026-03-02T06:00:01.250Z."""
    return rfc3339(EPOCH + milliseconds * MILLISECOND)


def rfc3339(when: datetime) -> str:
    """Return an aware instant as RFC 3339 in UTC with milliseconds."""
    return when.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def parse_instant(text: str) -> int:
    """Return RFC 3339 in whole milliseconds since 1970-01-01 UTC.

    Raises:
        ValueError: It is none, or has no offset.
    """
    when = datetime.fromisoformat(text)
    if when.tzinfo is None:
        raise ValueError(f"expected an instant with an offset such as Z, got {text!r}")
    return to_milliseconds(when)
