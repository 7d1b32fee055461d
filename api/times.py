"""Times of requests: RFC 3339 with an offset, and ranges of them.

A time without offset is refused, because nobody can know which instant was meant; a day of a city in UTC+8 read as UTC
is eight hours of the wrong night.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime

from api.errors import BadIntervalError, BadTimeError, NaiveTimeError

_DATE_TIME = re.compile(
    r"(?P<instant>\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?:\.\d+)?)(?P<offset>[Zz]|[+ -]\d\d:\d\d)?", re.ASCII
)
OPEN_END = ("..", "")
# Of times in bodies: nothing here happened before, and what is later is mistyped.
EARLIEST, LATEST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


def entered_time(time: datetime) -> datetime:
    """Return an instant in UTC: PostgreSQL takes no offset of sixteen hours and more, as Python does.

    Raises:
        ValueError: So far away that adding days to it may leave the calendar.
    """
    if not EARLIEST <= time < LATEST:
        raise ValueError(f"expected a time from {EARLIEST.year} to {LATEST.year}, got {time.isoformat()}")
    return time.astimezone(UTC)


# What a body's member is; its schema is that of a date-time.
EnteredTime = Annotated[AwareDatetime, AfterValidator(entered_time)]


@dataclass(frozen=True, slots=True)
class Interval:
    """The instants from `start` (included) to `end` (not included); None is an open end."""

    start: datetime | None
    end: datetime | None


def parse_time(text: str) -> datetime:
    """Return an instant in UTC.

    Raises:
        NaiveTimeError: The time has no offset.
        BadTimeError: Anything else that is not RFC 3339.
    """
    match = _DATE_TIME.fullmatch(text)
    if match is None:
        raise BadTimeError(f"expected an RFC 3339 time such as 2026-05-01T20:00:00+08:00, got {text!r}")
    if match["offset"] is None:
        raise NaiveTimeError(f"expected an offset, such as {text}+08:00 or {text}Z, got {text!r}")
    # A bare "+" in a URL arrives as a space; nothing else can be meant by one in this place.
    offset = match["offset"].replace(" ", "+")
    try:
        return datetime.fromisoformat((match["instant"] + offset).upper()).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise BadTimeError(f"expected a time that exists, got {text!r}") from error


def earlier(end: datetime, span: timedelta) -> datetime:
    """Return the instant so long before an end; at the beginning of all dates that beginning."""
    try:
        return end - span
    except OverflowError:
        return datetime.min.replace(tzinfo=UTC)


def parse_interval(text: str) -> Interval:
    """Return the interval written as `start/end`, either end open when it is `..` or empty.

    Raises:
        BadIntervalError: Not two ends, or in the wrong order.
        BadTimeError: An end is not a time.
    """
    first, slash, second = text.partition("/")
    if not slash:
        raise BadIntervalError(f"expected start/end with .. for an open end, got {text!r}")
    start = None if first in OPEN_END else parse_time(first)
    end = None if second in OPEN_END else parse_time(second)
    if start is not None and end is not None and end <= start:
        raise BadIntervalError(f"expected a start before the end, got {text!r}")
    return Interval(start, end)
