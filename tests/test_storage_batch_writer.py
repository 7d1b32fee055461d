"""Batches into a real database: nothing lost, nothing twice, nothing altered, whatever comes again or late."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import fields
from typing import Any

import numpy as np
import psycopg
import pytest

from firmware_contracts.columns import ABSENT
from storage import ledger_news
from storage.batch_writer import BatchWriter, DeviceEventRow, DeviceStateRow, Received, RejectedRow, StoredFixes
from storage.connect import connect_writer
from storage.fix_rows import READING_TYPES
from storage.ledger_news import settle
from storage.times import to_ms
from tests.storage_rows import NOON_MS, add_registry, batch, event, fixes, together, trip, wait_for_lock

pytestmark = pytest.mark.services


@pytest.fixture
def connection(migrated_url: str) -> Iterator[psycopg.Connection[Any]]:
    with connect_writer(migrated_url) as opened:
        add_registry(opened)
        yield opened


@pytest.fixture
def writer(connection: psycopg.Connection[Any]) -> BatchWriter:
    return BatchWriter(connection)


def stored(connection: psycopg.Connection[Any]) -> dict[tuple[int, int, int, int], tuple[Any, ...]]:
    """Return all stored fixes by key, read the slow way: one Python value after the other."""
    names = ", ".join(READING_TYPES)
    rows = connection.execute(
        f"select vehicle_no, fix_time, epoch, seq, terminal_no, received_at, {names} from fixes"
    ).fetchall()
    return {(r[0], to_ms(r[1]), r[2], r[3]): (r[4], to_ms(r[5]), *r[6:]) for r in rows}


def as_stored(rows: StoredFixes) -> dict[tuple[int, int, int, int], tuple[Any, ...]]:
    found = {}
    for n in range(len(rows)):
        value = {f.name: getattr(rows.fixes, f.name)[n].item() for f in fields(rows.fixes)}
        readings = (
            None if value[name] != value[name] or (value[name] == ABSENT and kind.name == "smallint") else value[name]
            for name, kind in READING_TYPES.items()
        )
        key = (int(rows.vehicle_no[n]), value["fix_time_ms"], value["epoch"], value["seq"])
        found[key] = (int(rows.terminal_no[n]), int(rows.received_at_ms[n]), *readings)
    return found


def rejected(connection: psycopg.Connection[Any]) -> list[tuple[Any, ...]]:
    return connection.execute(
        "select device, reason, epoch, seq, count from rejected order by device, reason, epoch, seq"
    ).fetchall()


def waiting(connection: psycopg.Connection[Any]) -> dict[int, int]:
    return {v: to_ms(t) for v, t in connection.execute("select vehicle_no, from_time from rejudge_queue").fetchall()}


def ledger(connection: psycopg.Connection[Any]) -> dict[tuple[int, int], tuple[str, str]]:
    settle(connection)
    rows = connection.execute("select terminal_no, epoch, seqs::text, refused::text from ledger").fetchall()
    return {(t, e): (seqs, refused) for t, e, seqs, refused in rows}


def test_every_value_comes_back(connection: psycopg.Connection[Any], writer: BatchWriter) -> None:
    rng = np.random.default_rng(1)
    rows = together(fixes(1, range(200)), fixes(2, range(5, 90), lift_deg=12.25, hdop=0.875), fixes(3, range(7)))
    holes = {name: rng.random(len(rows)) < 0.5 for name in ("course_deg", "satellites", "ignition", "main_power")}
    for name, hole in holes.items():
        getattr(rows.fixes, name)[:] = np.where(hole, getattr(rows.fixes, name), 1)
    result = writer.write(batch(rows.take(rng.permutation(len(rows)))))
    assert (result.inserted, result.duplicates, result.late_inserted, result.conflicts) == (len(rows), 0, 0, 0)
    assert stored(connection) == as_stored(rows)
    assert waiting(connection) == {}
    assert ledger(connection) == {(1, 7): ("{[0,200)}", "{}"), (2, 7): ("{[5,90)}", "{}"), (3, 7): ("{[0,7)}", "{}")}


def test_a_batch_written_again_changes_nothing(connection: psycopg.Connection[Any], writer: BatchWriter) -> None:
    rows = fixes(1, range(50))
    found = batch(rows, events=[event(3, end_seq=9)], trips=[trip(1)])
    writer.write(found)
    before = connection.execute("select event_no, change_no from events").fetchall()
    result = writer.write(found)
    assert (result.inserted, result.duplicates) == (0, 50)
    assert stored(connection) == as_stored(rows)
    assert connection.execute("select event_no, change_no from events").fetchall() == before
    assert waiting(connection) == {}


def test_late_rows_go_in_and_their_truck_waits(connection: psycopg.Connection[Any], writer: BatchWriter) -> None:
    writer.write(batch(together(fixes(1, range(20, 40)), fixes(2, range(20, 40)))))
    late = together(fixes(1, [12, 3, 5], fresh=False), fixes(2, [25], fresh=False), fixes(2, [40]))
    result = writer.write(batch(late))
    assert (result.inserted, result.late_inserted, result.duplicates) == (4, 3, 1)
    assert waiting(connection) == {1: NOON_MS + 30_000}
    assert ledger(connection)[1, 7] == ("{[3,4),[5,6),[12,13),[20,40)}", "{}")


def test_rows_repeated_in_one_batch_are_stored_once(connection: psycopg.Connection[Any], writer: BatchWriter) -> None:
    rows = together(fixes(1, range(10)), fixes(1, range(5, 8), fresh=False), fixes(1, [2], fresh=False))
    result = writer.write(batch(rows))
    assert (result.inserted, result.duplicates, result.late_inserted) == (10, 4, 0)
    assert waiting(connection) == {}


def test_an_other_body_under_the_same_key_is_kept_as_conflict(
    connection: psycopg.Connection[Any], writer: BatchWriter
) -> None:
    first = fixes(1, range(10))
    writer.write(batch(first))
    other = together(fixes(1, [3], fresh=False, load_kg=1.0), fixes(1, [4], fresh=False, lift_deg=9.0))
    for _ in range(2):
        assert writer.write(batch(other)).conflicts == 2
    assert stored(connection) == as_stored(first)
    assert rejected(connection) == [("T1", "conflict", 7, 3, 2), ("T1", "conflict", 7, 4, 2)]
    assert ledger(connection) == {(1, 7): ("{[0,10)}", "{}")}


def test_a_seq_used_again_at_another_time_is_a_conflict(
    connection: psycopg.Connection[Any], writer: BatchWriter
) -> None:
    first = fixes(1, range(10))
    writer.write(batch(first))
    later = fixes(1, [4, 20], fix_time_ms=NOON_MS + 500_000)
    result = writer.write(batch(later))
    assert (result.inserted, result.conflicts) == (1, 1)
    assert stored(connection) == as_stored(together(first, fixes(1, [20], fix_time_ms=NOON_MS + 500_000)))
    assert rejected(connection) == [("T1", "conflict", 7, 4, 1)]
    # it was judged as a fresh row and is not stored, so the truck is judged again without it
    assert waiting(connection) == {1: NOON_MS + 500_000}


def test_a_seq_twice_in_one_batch_at_two_times_is_a_conflict(
    connection: psycopg.Connection[Any], writer: BatchWriter
) -> None:
    result = writer.write(batch(together(fixes(1, [4]), fixes(1, [4], fix_time_ms=NOON_MS + 500_000))))
    assert (result.inserted, result.conflicts) == (1, 1)
    assert [key[1] for key in stored(connection)] == [NOON_MS + 40_000]


def test_two_terminals_of_one_truck_may_not_share_a_key(
    connection: psycopg.Connection[Any], writer: BatchWriter
) -> None:
    """A key that is taken although the ledger does not know it: the straight path falls back and keeps the record."""
    writer.write(batch(fixes(1, range(5))))
    rows = fixes(1, range(3, 9))
    second = StoredFixes(rows.vehicle_no, rows.terminal_no + 1, rows.received_at_ms, rows.fixes, rows.fresh)
    result = writer.write(batch(second))
    assert (result.inserted, result.conflicts, result.late_inserted) == (4, 2, 0)
    assert ledger(connection) == {(1, 7): ("{[0,5)}", "{}"), (2, 7): ("{[3,9)}", "{[3,5)}")}


def test_a_refused_record_may_be_stored_later(connection: psycopg.Connection[Any], writer: BatchWriter) -> None:
    rows = fixes(1, range(5))
    identity = Received(rows.terminal_no, rows.fixes.epoch, rows.fixes.seq)
    row = RejectedRow("T1", "unassigned_terminal", "no truck", b"{}", "muck/v1/x", NOON_MS)
    writer.write(batch(received=identity, rejected=[row]))
    assert ledger(connection) == {(1, 7): ("{[0,5)}", "{[0,5)}")}
    assert writer.write(batch(rows)).inserted == 5
    assert ledger(connection) == {(1, 7): ("{[0,5)}", "{}")}


def test_poison_is_found_and_its_neighbours_are_stored(
    connection: psycopg.Connection[Any], writer: BatchWriter
) -> None:
    rows = fixes(1, range(100))
    rows.fixes.fix_time_ms[[17, 60]] = -(2**62) // 1000  # before what a timestamptz holds
    result = writer.write(batch(rows))
    assert (result.inserted, len(result.poison)) == (98, 2)
    assert {row.seq for row in result.poison} == {17, 60}
    assert rejected(connection) == [
        ("T1", "refused_by_database", 7, 17, 1),
        ("T1", "refused_by_database", 7, 60, 1),
    ]
    assert ledger(connection) == {(1, 7): ("{[0,100)}", "{[17,18),[60,61)}")}


def passage(seq: int, **rest: Any) -> DeviceEventRow:
    values: dict[str, Any] = {
        "terminal_no": 5,
        "event_time_ms": NOON_MS + seq * 10_000,
        "epoch": 1,
        "seq": seq,
        "received_at_ms": NOON_MS,
        "type": "washer_passage",
        "plate": "苏D12345",
        "vehicle_no": 1,
        "body": {"result": "washed", "wash_left_s": 31.5},
    }
    return DeviceEventRow(**(values | rest))


def test_device_events_repeat_conflict_and_poison(connection: psycopg.Connection[Any], writer: BatchWriter) -> None:
    poison = passage(3, body={"note": "a\x00b"})
    result = writer.write(batch(device_events=[passage(1), passage(2), poison, passage(4)]))
    assert (result.device_events_inserted, result.duplicates, len(result.poison)) == (3, 0, 1)
    again = [passage(1), passage(2, body={"result": "bypass"}), passage(2, event_time_ms=NOON_MS)]
    result = writer.write(batch(device_events=again))
    assert (result.device_events_inserted, result.duplicates, result.conflicts) == (0, 1, 2)
    assert connection.execute("select seq, body ->> 'result' from device_events order by seq").fetchall() == [
        (1, "washed"),
        (2, "washed"),
        (4, "washed"),
    ]
    assert ledger(connection) == {(5, 1): ("{[1,5)}", "{[3,4)}")}


def test_a_late_washing_lets_its_truck_wait(connection: psycopg.Connection[Any], writer: BatchWriter) -> None:
    writer.write(batch(device_events=[passage(1, fresh=False), passage(2), passage(3, vehicle_no=None, fresh=False)]))
    assert waiting(connection) == {1: NOON_MS + 10_000}
    connection.execute("delete from rejudge_queue")
    writer.write(batch(device_events=[passage(1, fresh=False)]))
    assert waiting(connection) == {}


def test_states_and_rejected_are_counted_not_repeated(connection: psycopg.Connection[Any], writer: BatchWriter) -> None:
    state = DeviceStateRow(1, NOON_MS, "boot", NOON_MS - 5, 7, "1.0")
    refusal = RejectedRow("T\x009\udc80", "bad_json", "at 3: \x00", b"\x00{", "muck/\x00", NOON_MS)
    for _ in range(3):
        writer.write(batch(states=[state], rejected=[refusal, refusal]))
    assert connection.execute("select count(*) from device_states").fetchone() == (1,)
    assert connection.execute("select device, payload, count from rejected").fetchall() == [
        ("T\\x009\\udc80", b"\x00{", 6)
    ]


def test_latest_never_goes_backwards(connection: psycopg.Connection[Any], writer: BatchWriter) -> None:
    def latest() -> tuple[Any, ...]:
        row = connection.execute(
            "select seq, load_kg, round((lat_deg - 31.7) * 1e5), extract(epoch from position_time) * 1000 from latest"
        ).fetchone()
        assert row is not None
        return row

    def at(seq: int) -> int:
        return NOON_MS + seq * 10_000

    writer.write(batch(together(fixes(1, range(10, 20)), fixes(1, [20], lat_deg=np.nan, lon_deg=np.nan))))
    assert latest() == (20, 15_020, 19, at(19))
    writer.write(batch(fixes(1, [3, 5], fresh=False)))
    assert latest() == (20, 15_020, 19, at(19))
    writer.write(batch(fixes(1, [21, 22], lat_deg=np.nan, lon_deg=np.nan)))
    assert latest() == (22, 15_022, 19, at(19))
    writer.write(batch(fixes(1, [23])))
    assert latest() == (23, 15_023, 23, at(23))


@pytest.mark.parametrize("settle_batches", [1, 2, 3, 1000])
@pytest.mark.parametrize("batches_a_writer", [1, 5, 1000])
def test_identities_are_known_settled_or_not(
    connection: psycopg.Connection[Any],
    monkeypatch: pytest.MonkeyPatch,
    settle_batches: int,
    batches_a_writer: int,
) -> None:
    monkeypatch.setattr(ledger_news, "SETTLE_BATCHES", settle_batches)
    rng = np.random.default_rng(settle_batches)
    seen: set[tuple[int, int]] = set()
    for number in range(20):
        if number % batches_a_writer == 0:
            writer = BatchWriter(connection)
        some = together(*(fixes(truck, rng.permutation(60)[:9], fresh=False) for truck in (1, 2, 3)))
        records = set(zip(some.terminal_no.tolist(), some.fixes.seq.tolist(), strict=True))
        result = writer.write(batch(some))
        assert (result.inserted, result.duplicates) == (len(records - seen), len(records & seen))
        seen |= records
        waiting = connection.execute("select count(*) from ledger_news").fetchone()
        assert waiting is not None
        assert waiting[0] <= settle_batches
    conflicting = fixes(1, [min(seq for truck, seq in seen if truck == 1)], fresh=False, speed_mps=99)
    assert writer.write(batch(conflicting)).conflicts == 1
    kept = {
        (truck, seq)
        for (truck, _), (seqs, refused) in ledger(connection).items()
        for seq in connection.execute(
            "select generate_series(lower(r), upper(r) - 1) from unnest(%s::int8multirange) r where %s = '{}'",
            [seqs, refused],
        ).fetchall()
    }
    assert {(truck, seq[0]) for truck, seq in kept} == seen


def test_latest_depends_on_the_records_only(connection: psycopg.Connection[Any]) -> None:
    rows = fixes(1, range(12))
    rows.fixes.lat_deg[[11, 9, 3]] = np.nan
    rows.fixes.lon_deg[[11, 9, 3]] = np.nan
    seen = set()
    rng = np.random.default_rng(5)
    for _ in range(12):
        connection.execute("truncate fixes, ledger, ledger_news, latest, rejudge_queue")
        writer = BatchWriter(connection)
        newest = -1
        for part in np.array_split(rng.permutation(len(rows)), 4):
            some = rows.take(part)
            some.fresh[:] = some.fixes.seq > newest
            newest = max(newest, int(some.fixes.seq.max()))
            writer.write(batch(some))
        seen.add(str(connection.execute("select * from latest").fetchall()))
    assert len(seen) == 1


def test_nothing_is_stored_when_the_connection_dies(
    connection: psycopg.Connection[Any], writer: BatchWriter, migrated_url: str
) -> None:
    with psycopg.connect(migrated_url, autocommit=True) as other:
        pid = connection.info.backend_pid
        with other.transaction():
            other.execute("lock table ledger_news in exclusive mode")
            failure: list[BaseException] = []

            def attempt() -> None:
                try:
                    writer.write(batch(fixes(1, range(10))))
                except psycopg.OperationalError as error:
                    failure.append(error)

            thread = threading.Thread(target=attempt)
            thread.start()
            assert wait_for_lock(migrated_url) == pid
            other.execute("select pg_terminate_backend(%s)", [pid])
            thread.join()
        assert failure
        assert stored(other) == {}
        assert ledger(other) == {}
    with connect_writer(migrated_url) as fresh:
        assert BatchWriter(fresh).write(batch(fixes(1, range(10)))).inserted == 10
