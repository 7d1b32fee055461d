"""Events of devices and places: what a job finds stays, changes, closes, is withdrawn and comes back."""

from __future__ import annotations

from dataclasses import replace

import pytest

from storage.connect import connect_writer
from storage.subject_events import SubjectEvent, replace_subject_events

pytestmark = pytest.mark.services

START_MS = 1_790_000_000_000
OUTAGE = SubjectEvent(
    subject_kind="washer",
    subject_id="W1",
    kind="washer_offline",
    start_ms=START_MS,
    confirmed_ms=START_MS + 600_000,
    end_ms=None,
    place=(31.7, 119.9),
    severity=1,
    opening={"silence_above_s": 600.0},
    closing=None,
)
OVER = replace(OUTAGE, end_ms=START_MS + 900_000, closing={"duration_s": 900.0})
EARLIER = replace(OUTAGE, start_ms=START_MS - 86_400_000, confirmed_ms=START_MS - 86_300_000)


def put(url: str, *found: SubjectEvent, since_ms: int = 0) -> list[tuple[object, ...]]:
    """Put events in and return what then stands, with the number of its newest change."""
    with connect_writer(url) as connection:
        replace_subject_events(
            connection,
            "washer_offline",
            found,
            since_ms=since_ms,
            found_at_ms=START_MS + 700_000,
            page_within_ms=900_000,
            world_version="w",
        )
        return connection.execute(
            "select subject_id, end_time is not null, withdrawn_at is not null, back_dated, change_no from events"
            " order by start_time"
        ).fetchall()


def test_found_again_is_no_change_and_an_end_is_one(migrated_url: str) -> None:
    first = put(migrated_url, OUTAGE)
    assert [row[:4] for row in first] == [("W1", False, False, False)]
    assert put(migrated_url, OUTAGE) == first
    over = put(migrated_url, OVER)
    assert [row[:4] for row in over] == [("W1", True, False, False)]
    assert over[0][4] > first[0][4]
    assert put(migrated_url, OUTAGE)[0][1] is False


def test_what_is_found_no_more_is_withdrawn_and_comes_back(migrated_url: str) -> None:
    put(migrated_url, OUTAGE)
    assert put(migrated_url)[0][2] is True
    assert put(migrated_url, OUTAGE)[0][2] is False


def test_what_began_before_is_left_alone(migrated_url: str) -> None:
    put(migrated_url, EARLIER, OUTAGE)
    standing = put(migrated_url, since_ms=START_MS)
    assert [row[2] for row in standing] == [False, True]
    assert standing[0][3] is True
