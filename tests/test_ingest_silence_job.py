"""Silent trucks in a real database: told while they are silent, taken back or closed when they are heard again."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import numpy as np
import psycopg
import pytest
from oracles.tracks import city

from ingest.history import TruckJudge
from ingest.job import JobContext
from ingest.jobs import JOBS
from ingest.rejudging import judge_again
from ingest.silence_job import bring_silences_up_to_date
from rules_engine.fix_batch import FixBatch
from storage.connect import connect_writer
from storage.world_store import write_documents
from tests.stored_past import StoredPast, registered, world_of

pytestmark = pytest.mark.services

BEGAN_MS = 1_790_000_000_000
PAGE_WITHIN_MS = 900_000
SILENT, TALKING = 0, 1


@pytest.fixture
def connection(migrated_url: str) -> Iterator[psycopg.Connection[Any]]:
    with connect_writer(migrated_url) as opened:
        yield opened


@pytest.fixture
def past(connection: psycopg.Connection[Any]) -> StoredPast:
    return StoredPast(connection, dict(city().documents))


def fixes(vehicle: int, seqs: range, *, ahead_ms: int = 0, **columns: Any) -> FixBatch:
    """Return fixes of a driving truck, ten seconds apart."""
    seq = np.array(seqs)
    known: dict[str, Any] = {
        "speed_mps": 10.0,
        "ignition": 1,
        "lat_deg": 31.7,
        "lon_deg": 119.95,
        "hdop": 1.0,
    } | columns
    return FixBatch.of_columns(
        np.full(len(seq), vehicle, np.int32),
        BEGAN_MS + seq * 10_000 + ahead_ms,
        epoch=np.full(len(seq), 7),
        seq=seq,
        **{name: np.broadcast_to(value, len(seq)) for name, value in known.items()},
    )


def look(connection: psycopg.Connection[Any], past: StoredPast, now_ms: int | None = None) -> None:
    """Do what the job does."""
    now_ms = time.time_ns() // 1_000_000 if now_ms is None else now_ms
    bring_silences_up_to_date(JobContext(connection, past.world, now_ms, PAGE_WITHIN_MS))


def stored(connection: psycopg.Connection[Any]) -> list[tuple[Any, ...]]:
    """Return the offline events: name, number of the change, closing, and whether withdrawn."""
    return connection.execute(
        "select event_id, change_no, closing, withdrawn_at is not null from events where kind = 'offline'"
    ).fetchall()


def judge_late(connection: psycopg.Connection[Any], past: StoredPast, vehicle: int = SILENT) -> None:
    number = int(past.world.vehicle_no[vehicle])
    assert judge_again(connection, number, TruckJudge(vehicle, past.world, past.carry), PAGE_WITHIN_MS)


@pytest.fixture
def silent(connection: psycopg.Connection[Any], past: StoredPast) -> Any:
    """Let one of two trucks be silent for a quarter of an hour, and return its event."""
    past.write(FixBatch.concatenate([fixes(SILENT, range(10)), fixes(TALKING, range(10))]))
    look(connection, past)
    assert stored(connection) == []
    past.write(fixes(TALKING, range(10, 100)))
    look(connection, past)
    ((event, *_),) = stored(connection)
    return event


@pytest.mark.usefixtures("silent")
def test_a_silence_is_told_once_while_it_goes_on(connection: psycopg.Connection[Any], past: StoredPast) -> None:
    told = stored(connection)
    look(connection, past)
    past.write(fixes(TALKING, range(100, 120)))
    look(connection, past)
    assert stored(connection) == told
    (row,) = connection.execute(
        "select extract(epoch from confirmed_at - start_time), end_time, severity, lat_deg from events"
        " where kind = 'offline'"
    ).fetchall()
    assert row == (600, None, 2, 31.7)


def test_buffered_rows_that_come_in_order_take_it_back(
    connection: psycopg.Connection[Any], past: StoredPast, silent: Any
) -> None:
    past.write(fixes(SILENT, range(10, 100)))
    look(connection, past)
    ((event, _, closing, withdrawn),) = stored(connection)
    assert (event, closing, withdrawn) == (silent, None, True)
    look(connection, past)
    past.write(fixes(TALKING, range(100, 200)))
    look(connection, past)
    events = {event: withdrawn for event, _, _, withdrawn in stored(connection)}
    assert events.pop(silent) is True
    assert list(events.values()) == [False]


def test_after_a_real_gap_it_is_closed_under_the_same_name(
    connection: psycopg.Connection[Any], past: StoredPast, silent: Any
) -> None:
    opening = connection.execute("select opening from events where kind = 'offline'").fetchone()
    past.write(fixes(SILENT, range(100, 110)))
    look(connection, past)
    ((event, _, closing, withdrawn),) = stored(connection)
    assert (event, withdrawn) == (silent, False)
    assert closing["duration_s"] == 910.0
    assert closing["seq_missing"] == 90
    assert connection.execute("select opening from events where kind = 'offline'").fetchone() == opening


def test_buffered_rows_that_come_after_newer_ones_take_it_back_by_judging_again(
    connection: psycopg.Connection[Any], past: StoredPast, silent: Any
) -> None:
    past.write(fixes(SILENT, range(100, 110)))
    past.write(fixes(SILENT, range(10, 100)))
    judge_late(connection, past)
    look(connection, past)
    ((event, _, _, withdrawn),) = stored(connection)
    assert (event, withdrawn) == (silent, True)


@pytest.mark.usefixtures("silent")
def test_judging_a_silent_truck_again_leaves_its_silence_alone(
    connection: psycopg.Connection[Any], past: StoredPast
) -> None:
    told = stored(connection)
    late = fixes(SILENT, range(3, 5), ahead_ms=5_000)
    past.write(FixBatch.of_columns(late.vehicle, late.fix_time_ms, epoch=late.epoch, seq=late.seq + 1000))
    judge_late(connection, past)
    assert stored(connection) == told
    look(connection, past)
    assert stored(connection) == told


def test_when_nobody_reports_nobody_is_silent(connection: psycopg.Connection[Any], past: StoredPast) -> None:
    past.write(FixBatch.concatenate([fixes(SILENT, range(10)), fixes(TALKING, range(10))]))
    look(connection, past, BEGAN_MS + 86_400_000)
    assert stored(connection) == []


def test_a_clock_that_runs_ahead_makes_nobody_silent(connection: psycopg.Connection[Any], past: StoredPast) -> None:
    past.write(FixBatch.concatenate([fixes(SILENT, range(10)), fixes(TALKING, range(10, 100))]))
    connection.execute("update latest set received_at = fix_time - interval '14 min' where seq = 99")
    look(connection, past)
    assert stored(connection) == []
    connection.execute("update latest set received_at = fix_time + interval '1 s'")
    look(connection, past, BEGAN_MS + 100_000)
    assert stored(connection) == []
    look(connection, past)
    assert len(stored(connection)) == 1


def test_of_a_truck_that_is_catching_up_nothing_is_said_yet(
    connection: psycopg.Connection[Any], past: StoredPast
) -> None:
    past.write(FixBatch.concatenate([fixes(SILENT, range(10)), fixes(TALKING, range(10, 100))]))
    now_ms = time.time_ns() // 1_000_000
    sent = {"number": int(past.world.vehicle_no[SILENT]), "at": datetime.fromtimestamp(now_ms / 1000 - 5, UTC)}
    connection.execute("update latest set received_at = %(at)s where vehicle_no = %(number)s", sent)
    look(connection, past, now_ms)
    assert stored(connection) == []
    look(connection, past, now_ms + 120_000)
    assert len(stored(connection)) == 1


@pytest.mark.parametrize("ago_s", [5, 300], ids=["goes on reporting", "reported a while ago"])
def test_a_silence_that_was_none_is_taken_back_though_its_truck_goes_on_reporting(
    connection: psycopg.Connection[Any], past: StoredPast, silent: Any, ago_s: int
) -> None:
    past.write(fixes(SILENT, range(10, 100)))
    now_ms = time.time_ns() // 1_000_000
    received = {"at": datetime.fromtimestamp(now_ms / 1000 - ago_s, UTC)}
    connection.execute("update latest set received_at = %(at)s", received)
    look(connection, past, now_ms)
    ((event, _, closing, withdrawn),) = stored(connection)
    assert (event, closing, withdrawn) == (silent, None, True)


@pytest.mark.usefixtures("silent")
def test_a_truck_registered_as_out_of_service_may_be_silent(
    connection: psycopg.Connection[Any], past: StoredPast
) -> None:
    documents = registered(dict(city().documents))
    repairs = [{"from": "2026-01-01T00:00:00Z", "to": None}]
    documents["vehicles"] = [{**v, "out_of_service": repairs} for v in documents["vehicles"]]
    write_documents(connection, documents)
    past.world = world_of(connection)
    look(connection, past)
    assert [withdrawn for _, _, _, withdrawn in stored(connection)] == [True]


@pytest.mark.usefixtures("silent")
def test_after_a_silence_the_truck_is_left_in_peace_for_a_while(
    connection: psycopg.Connection[Any], past: StoredPast
) -> None:
    past.write(fixes(SILENT, range(100, 110)))
    past.write(fixes(TALKING, range(100, 300)))
    look(connection, past)
    assert len(stored(connection)) == 1
    past.write(fixes(TALKING, range(300, 1000)))
    look(connection, past)
    first, second = sorted(stored(connection), key=lambda row: row[2] is None)
    assert first[2] is not None
    past.write(fixes(SILENT, range(1000, 1010)))
    look(connection, past)
    assert {row[0] for row in stored(connection) if row[2] is not None} == {first[0], second[0]}


def test_it_is_a_job() -> None:
    assert [job.every_s for job in JOBS if job.run is bring_silences_up_to_date] == [10.0]
