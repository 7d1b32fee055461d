"""When washers were heard, in a real database: entered, read back, whose departures wait, and silences as events."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import psycopg
import pytest

from ingest.job import JobContext
from ingest.washer_job import bring_outages_up_to_date
from rules_engine.device_log import MINUTE_MS
from rules_engine.world import World
from storage.batch_writer import BatchWriter
from storage.connect import connect_writer
from storage.times import to_ms
from storage.washers import Departed, WasherNews, read_heard
from tests.storage_rows import NOON_MS, TRUCKS, add_registry, batch, fixes, trip

pytestmark = pytest.mark.services

W1 = TRUCKS + 1
NOON_MIN = NOON_MS // MINUTE_MS
WORLD = World.from_documents({"terminals": [{"terminal_id": "W1", "kind": "washer", "terminal_no": W1}]})


@pytest.fixture
def connection(migrated_url: str) -> Iterator[psycopg.Connection[Any]]:
    with connect_writer(migrated_url) as opened:
        add_registry(opened)
        yield opened


@pytest.fixture
def writer(connection: psycopg.Connection[Any]) -> BatchWriter:
    return BatchWriter(connection)


def news(minutes: list[int], *departed: Departed, unread: bool = False) -> WasherNews:
    """Return what is known newly of the washer, in minutes after noon."""
    count = len(minutes)
    return WasherNews([W1] * count, [NOON_MIN + m for m in minutes], [unread] * count, list(departed), (600.0, 900.0))


def waiting(connection: psycopg.Connection[Any]) -> dict[int, tuple[int, int]]:
    rows = connection.execute("select vehicle_no, from_time, to_time from rejudge_queue").fetchall()
    return {vehicle_no: (to_ms(since), to_ms(until)) for vehicle_no, since, until in rows}


def test_minutes_come_back_as_they_were_entered(connection: psycopg.Connection[Any], writer: BatchWriter) -> None:
    days = [0, 1, 700, 719, 720, 1440 * 3, 1440 * 70, 1440 * 70 + 1]
    writer.write(batch(washers=news(days[2:5])))
    writer.write(batch(washers=news([*days, 5, 5])))
    writer.write(batch(washers=news([1, 1440 * 69], unread=True)))
    whole = read_heard(connection, keep_days=100)
    assert whole.minutes("W1") == [NOON_MIN + m for m in sorted([*days, 5])]
    assert whole.has_unread("W1", (NOON_MIN + 1) * MINUTE_MS, 0.0)
    assert not whole.has_unread("W1", NOON_MIN * MINUTE_MS, 0.0)
    assert read_heard(connection).minutes("W1") == [NOON_MIN + m for m in days[-2:]], "the last two months"


def test_nothing_heard_is_read_as_nothing(connection: psycopg.Connection[Any]) -> None:
    assert read_heard(connection).minutes("W1") == []


def test_departures_wait_where_they_were_judged_without_knowing(
    connection: psycopg.Connection[Any], writer: BatchWriter
) -> None:
    """Of trucks that left S1 ten minutes after noon, or elsewhere, or are still to be judged, or came home before."""
    left_ms = NOON_MS + 600_000
    here = {"left_site_ms": left_ms, "site_id": "S1"}
    trips = [
        trip(0, vehicle="V1", **here),
        trip(0, vehicle="V2", **here | {"site_id": "S2"}),
        trip(0, vehicle="V3", **here),
        trip(0, vehicle="V4", **here, end_ms=left_ms + 60_000),
    ]
    rows = [fixes(truck, range(last)) for truck, last in ((1, 400), (2, 400), (3, 100), (4, 400))]
    for each, journey in zip(rows, trips, strict=True):
        writer.write(batch(each, trips=[journey]))
    span = Departed("S1", left_ms - 120_000, left_ms + 180_000)
    writer.write(batch(washers=news([10], span)))
    assert waiting(connection) == {
        1: (left_ms, span.to_ms + 901_000),
        4: (left_ms, span.to_ms + 901_000),
    }
    connection.execute("delete from rejudge_queue")
    writer.write(batch(washers=news([15], Departed("S1", left_ms + 120_000, left_ms + 180_000))))
    assert waiting(connection) == {1: (left_ms + 120_000, left_ms + 1_081_000)}, "a truck may leave twice"
    connection.execute("delete from rejudge_queue")
    writer.write(batch(washers=news([3], Departed("S1", left_ms - 500_000, left_ms - 120_000))))
    assert waiting(connection) == {}


def look(connection: psycopg.Connection[Any], now_ms: int) -> list[tuple[int, int | None, bool]]:
    """Let the job run and return the silences told: first and last minute after noon, and whether withdrawn."""
    bring_outages_up_to_date(JobContext(connection, WORLD, now_ms, 900_000))
    rows = connection.execute(
        "select start_time, end_time, withdrawn_at is not null from events"
        " where kind = 'washer_offline' and subject_kind = 'washer' and subject_id = 'W1' order by start_time"
    ).fetchall()
    return [
        (to_ms(start) // MINUTE_MS - NOON_MIN, None if end is None else to_ms(end) // MINUTE_MS - NOON_MIN, withdrawn)
        for start, end, withdrawn in rows
    ]


def test_silences_are_told_end_and_are_withdrawn(connection: psycopg.Connection[Any], writer: BatchWriter) -> None:
    now_ms = NOON_MS + 30 * 86_400_000
    assert look(connection, now_ms) == []
    writer.write(batch(fixes(1, range(0, 700, 5)), washers=news(list(range(0, 40, 2)))))  # trucks up to minute 115
    assert look(connection, now_ms) == [(38, None, False)]
    change = connection.execute("select max(change_no) from events").fetchone()
    assert look(connection, now_ms) == [(38, None, False)]
    assert connection.execute("select max(change_no) from events").fetchone() == change, "found again is no change"
    writer.write(batch(washers=news([100, 102])))
    assert look(connection, now_ms) == [(38, 100, False), (102, None, False)]
    writer.write(batch(washers=news(list(range(104, 118, 2)))))
    assert look(connection, now_ms) == [(38, 100, False), (102, None, True)]
    writer.write(batch(washers=news([60])))  # late: one silence was two
    assert look(connection, now_ms) == [(38, 60, False), (60, 100, False), (102, None, True)]
    writer.write(batch(washers=news(list(range(40, 100, 2)))))
    assert look(connection, now_ms) == [(38, 60, True), (60, 100, True), (102, None, True)]


def test_a_late_record_changes_silences_of_weeks_ago(connection: psycopg.Connection[Any], writer: BatchWriter) -> None:
    day = 1440
    far = [n * day for n in range(20)]
    now_ms = NOON_MS + 30 * 86_400_000
    writer.write(batch(washers=news([*far, *(m + 5 for m in far)])))
    told = [(m + 5, m + day, False) for m in far[:-1]]
    assert look(connection, now_ms) == told
    writer.write(batch(washers=news([5 * day + 700])))
    assert look(connection, now_ms) == sorted(
        [*told[:5], (5 * day + 5, 5 * day + 700, False), (5 * day + 700, 6 * day, False), *told[6:]]
    )
    assert connection.execute("select count(*) from washers_heard where changes > looked_at").fetchone() == (0,)


def test_a_new_schema_knows_what_was_stored_before(connection: psycopg.Connection[Any], writer: BatchWriter) -> None:
    """The minutes that ingest enters are those that the migration reads from the records."""
    from importlib.resources import files

    from tests.test_storage_batch_writer import passage

    stored = [
        passage(0, terminal_no=W1),
        passage(40, terminal_no=W1, body={"result": "unknown"}),
        passage(9000, terminal_no=W1, vehicle_no=None),
        passage(60, terminal_no=W1, type="heartbeat", body={}, vehicle_no=None, plate=None),
        passage(50, terminal_no=1),
    ]
    writer.write(batch(device_events=stored))
    sql = files("storage.migrations").joinpath("versions", "0004_washers_heard.sql").read_text("utf-8")
    connection.execute(sql[sql.index("insert into washers_heard") :])
    heard = read_heard(connection)
    assert heard.minutes("W1") == [(row.event_time_ms // MINUTE_MS) for row in sorted_by_time(stored[:4])]
    unread = [row.event_time_ms for row in stored if heard.has_unread("W1", row.event_time_ms, 0.0)]
    assert unread == [stored[1].event_time_ms, stored[2].event_time_ms]


def sorted_by_time(rows: list[Any]) -> list[Any]:
    return [rows[n] for n in np.argsort([row.event_time_ms for row in rows])]
