"""Times and ranges of requests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from api.errors import BadIntervalError, BadTimeError, NaiveTimeError
from api.times import EARLIEST, LATEST, Interval, entered_time, parse_interval, parse_time

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "2026-05-01T12:00:00Z",
        "2026-05-01t12:00:00z",
        "2026-05-01 12:00:00.000Z",
        "2026-05-01T20:00:00+08:00",
        "2026-05-01T20:00:00 08:00",  # what a "+" becomes in a URL where nobody escaped it
        "2026-05-01T08:30:00-03:30",
        "2026-05-01T12:00:00.0000000Z",
    ],
)
def test_every_spelling_of_one_instant(text: str) -> None:
    assert parse_time(text) == NOON


@pytest.mark.parametrize("text", ["2026-05-01T12:00:00", "2026-05-01 12:00:00.5"])
def test_a_naive_time_is_refused_and_the_error_shows_what_to_write(text: str) -> None:
    with pytest.raises(NaiveTimeError, match=r"\+08:00 or .*Z"):
        parse_time(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "now",
        "2026-05-01",
        "20260501T120000Z",
        "2026-W18-5T12:00:00Z",
        "1777636800000",
        "2026-02-30T12:00:00Z",
        "2026-05-01T24:00:01Z",
        "2026-05-01T12:00:60Z",
        "2026-05-01T12:00:00+25:00",
        "2026-05-01T12:00:00Z\n",
        "٢٠٢٦-05-01T12:00:00Z",
        "0001-01-01T00:00:00+08:00",  # an instant before the year 1
        "9999-12-31T23:59:59-08:00",
    ],
)
def test_what_is_not_an_rfc_3339_time_is_refused_as_such(text: str) -> None:
    with pytest.raises(BadTimeError) as refused:
        parse_time(text)
    assert not isinstance(refused.value, NaiveTimeError)


def test_intervals_and_their_open_ends() -> None:
    later = datetime(2026, 5, 1, 13, tzinfo=UTC)
    assert parse_interval("2026-05-01T12:00:00Z/2026-05-01T21:00:00+08:00") == Interval(NOON, later)
    assert parse_interval("2026-05-01T12:00:00Z/..") == parse_interval("2026-05-01T12:00:00Z/") == Interval(NOON, None)
    assert parse_interval("../2026-05-01T12:00:00Z") == parse_interval("/2026-05-01T12:00:00Z") == Interval(None, NOON)
    assert parse_interval("../..") == Interval(None, None)


@pytest.mark.parametrize(
    "text",
    [
        "2026-05-01T12:00:00Z",
        "2026-05-01T12:00:00Z/2026-05-01T12:00:00Z",
        "2026-05-01T13:00:00Z/2026-05-01T12:00:00Z",
    ],
)
def test_what_is_no_interval_is_refused(text: str) -> None:
    with pytest.raises(BadIntervalError):
        parse_interval(text)


@pytest.mark.parametrize("text", ["2026-05-01T12:00:00Z/2026-05-01T13:00:00Z/..", "2026-05-01T12:00:00Z/tomorrow"])
def test_an_end_that_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(BadTimeError):
        parse_interval(text)


@pytest.mark.parametrize("text", ["2026-05-02T11:59:00+23:59", "2026-04-30T12:01:00-23:59", "2026-05-01T12:00:00Z"])
def test_an_entered_time_is_in_utc_whatever_offset_it_had(text: str) -> None:
    """PostgreSQL takes no offset of sixteen hours."""
    entered = entered_time(datetime.fromisoformat(text))
    assert entered == NOON
    assert entered.utcoffset() == timedelta()


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "1969-12-31T23:59:59Z"])
def test_an_entered_time_that_days_cannot_be_added_to_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="expected a time from 1970 to 2200, got"):
        entered_time(datetime.fromisoformat(text))
    assert (
        entered_time(EARLIEST)
        == EARLIEST
        < LATEST - timedelta(seconds=1)
        == entered_time(LATEST - timedelta(seconds=1))
    )
