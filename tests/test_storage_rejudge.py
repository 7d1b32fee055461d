"""Findings in a real database when a truck's past is judged again, and the order in which changes are seen."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import psycopg
import pytest

from firmware_contracts.passages import net_mass_kg, passages_among
from rules_engine.fix_batch import Mark
from rules_engine.world import World
from storage.batch_writer import BatchWriter
from storage.checkpoints import checkpoint_before, checkpoints_after, newest_checkpoints, prune_checkpoints
from storage.connect import connect_writer
from storage.errors import UnknownVehicle
from storage.judged_rows import ReadFrom, read_rows
from storage.rejudge import JudgedPart, Waiting, ask, claim_past, pending, replace_judgement, still_pending
from storage.times import to_ms, utc
from storage.write_batch import Checkpoint
from tests.storage_rows import NOON_MS, add_registry, batch, event, fixes, together, trip
from tests.test_storage_batch_writer import passage

pytestmark = pytest.mark.services

LAYOUT = "L1"
WORLD = World.from_documents(
    {
        "vehicles": [{"vehicle_id": f"V{n}", "tare_kg": 15_000.3} for n in range(30)],
        "terminals": [
            {"terminal_id": "G1", "kind": "gate", "terminal_no": 9},
            {"terminal_id": "W1", "kind": "washer", "terminal_no": 5},
        ],
    }
)


@pytest.fixture
def connection(migrated_url: str) -> Iterator[psycopg.Connection[Any]]:
    with connect_writer(migrated_url) as opened:
        add_registry(opened)
        yield opened


@pytest.fixture
def writer(connection: psycopg.Connection[Any]) -> BatchWriter:
    return BatchWriter(connection)


def checkpoint(seq: int, *, truck: int = 1, layout: str = LAYOUT, mark: int = Mark.FIX) -> Checkpoint:
    return Checkpoint(truck, NOON_MS + seq * 10_000, 7, seq, mark, layout, b"\x00carry %d" % seq)


def at(seq: int) -> int:
    return NOON_MS + seq * 10_000


def part(to_seq: int, events: Any = (), trips: Any = (), kept: Checkpoint | None = None) -> JudgedPart:
    return JudgedPart(at(to_seq), list(events), list(trips), kept)


def rejudge(
    connection: psycopg.Connection[Any],
    start: Checkpoint | None,
    *parts: JudgedPart,
    found_at_ms: int = at(1000),
    until: Checkpoint | None = None,
) -> bool:
    """Judge truck 1 again; it waits unless nothing asked for it."""
    waiting = next((w for w in pending(connection) if w.vehicle_no == 1), Waiting(1, 0, -1))
    return replace_judgement(
        connection,
        waiting,
        start,
        parts,
        found_at_ms=found_at_ms,
        page_within_ms=900_000,
        world_version="w2",
        until=until,
    )


def events(connection: psycopg.Connection[Any]) -> dict[int, dict[str, Any]]:
    """Return the events by the seq of their first fix."""
    rows = connection.execute(
        "select seq, closing ->> 'lost_kg' as closing, end_time, withdrawn_at, change_no, back_dated, found_at,"
        " opening, world_version, event_no from events order by event_no"
    )
    names = [column.name for column in rows.description or ()]
    return {row[0]: dict(zip(names, row, strict=True)) for row in rows.fetchall()}


def live(writer: BatchWriter, first: int, last: int, **found: Any) -> None:
    """Write fresh fixes of truck 1, with a checkpoint after the last one, and what was found in them."""
    writer.write(batch(fixes(1, range(first, last + 1)), checkpoints=[checkpoint(last)], **found))


def test_opening_then_closing(connection: psycopg.Connection[Any], writer: BatchWriter) -> None:
    live(writer, 0, 9, events=[event(3)])
    opened = events(connection)[3]
    assert opened["opening"] == {"lost_kg": 812.5, "missing": None}
    assert (opened["end_time"], opened["closing"], opened["back_dated"]) == (None, None, False)
    live(writer, 10, 19, events=[event(3, end_seq=12)], found_at_ms=at(100))
    closed = events(connection)[3]
    assert (closed["end_time"], closed["closing"]) == (utc(at(12)), "912.0")
    assert closed["change_no"] > opened["change_no"]
    assert closed["found_at"] == opened["found_at"]


def test_an_opening_that_comes_again_does_not_open_a_closed_event(
    connection: psycopg.Connection[Any], writer: BatchWriter
) -> None:
    live(writer, 0, 9, events=[event(3), event(3, end_seq=8)])
    closed = events(connection)
    live(writer, 10, 12, events=[event(3)])
    assert events(connection) == closed


def test_events_found_long_after_are_back_dated(connection: psycopg.Connection[Any], writer: BatchWriter) -> None:
    live(writer, 0, 99, events=[event(3), event(90)], found_at_ms=at(3 + 3) + 900_001)
    assert {seq: row["back_dated"] for seq, row in events(connection).items()} == {3: True, 90: False}


def test_an_event_of_an_unknown_truck_is_our_fault_and_writes_nothing(
    connection: psycopg.Connection[Any], writer: BatchWriter
) -> None:
    with pytest.raises(UnknownVehicle, match="V99"):
        live(writer, 0, 9, events=[event(3), event(4, vehicle="V99")])
    assert connection.execute("select count(*) from fixes").fetchone() == (0,)


def test_an_event_no_longer_found_is_withdrawn_and_comes_back(
    connection: psycopg.Connection[Any], writer: BatchWriter
) -> None:
    live(writer, 0, 9)
    live(writer, 10, 19, events=[event(11, end_seq=15)])
    found = events(connection)[11]
    rejudge(connection, checkpoint(9), part(19))
    withdrawn = events(connection)[11]
    assert withdrawn["withdrawn_at"] == utc(at(1000))
    assert withdrawn["closing"] == "915.0"  # what was said of it stays to be read
    assert withdrawn["change_no"] > found["change_no"]
    rejudge(connection, checkpoint(9), part(19, [event(11), event(11, end_seq=15)]))
    back = events(connection)[11]
    assert back["withdrawn_at"] is None
    assert back["change_no"] > withdrawn["change_no"]
    assert (back["event_no"], back["found_at"]) == (found["event_no"], found["found_at"])


def test_a_withdrawn_event_found_again_open_is_open(connection: psycopg.Connection[Any], writer: BatchWriter) -> None:
    live(writer, 0, 9)
    live(writer, 10, 19, events=[event(11, end_seq=15)])
    rejudge(connection, checkpoint(9), part(19))
    live(writer, 20, 25, events=[event(11)])
    assert events(connection)[11]["withdrawn_at"] is None
    assert events(connection)[11]["end_time"] is None


def test_an_event_that_began_before_the_checkpoint_but_was_found_after_it_is_withdrawn(
    connection: psycopg.Connection[Any], writer: BatchWriter
) -> None:
    live(writer, 0, 9)
    live(writer, 10, 19, events=[event(8)])  # starts at 8, confirmed at 11
    rejudge(connection, checkpoint(9), part(19))
    assert events(connection)[8]["withdrawn_at"] is not None


def test_a_closing_that_is_lost_opens_the_event_again(connection: psycopg.Connection[Any], writer: BatchWriter) -> None:
    live(writer, 0, 9, events=[event(2)])
    live(writer, 10, 19, events=[event(2, end_seq=8)])  # recognized after the checkpoint although it ended before
    rejudge(connection, checkpoint(9), part(19))
    row = events(connection)[2]
    assert (row["withdrawn_at"], row["end_time"], row["closing"]) == (None, None, None)
    rejudge(connection, checkpoint(9), part(25, [event(2, end_seq=22)]))
    assert events(connection)[2]["closing"] == "922.0"


def test_what_was_given_out_before_the_checkpoint_stands(
    connection: psycopg.Connection[Any], writer: BatchWriter
) -> None:
    live(writer, 0, 9, events=[event(1, end_seq=6), event(4)])
    live(writer, 10, 19, events=[event(14)])
    before = events(connection)
    rejudge(connection, checkpoint(9), part(19, [event(14)]))
    assert events(connection) == before
    with psycopg.connect(connection.info.dsn, autocommit=True) as listener:
        listener.execute("listen muckline_events")
        rejudge(connection, checkpoint(9), part(19, [event(14)]))
        assert list(listener.notifies(timeout=0.2)) == []


def test_judging_from_the_beginning_replaces_everything(
    connection: psycopg.Connection[Any], writer: BatchWriter
) -> None:
    live(writer, 0, 9, events=[event(1, end_seq=6), event(4)])
    rejudge(connection, None, part(9, [event(1, end_seq=5), event(7)], kept=checkpoint(9)))
    found = events(connection)
    assert found[1]["closing"] == "905.0"
    assert found[4]["withdrawn_at"] is not None
    assert found[7]["withdrawn_at"] is None
    assert found[7]["world_version"] == "w2"


def test_parts_say_what_was_known_when(connection: psycopg.Connection[Any], writer: BatchWriter) -> None:
    """Judged in two parts, an event closed in the second one is reopened from a checkpoint between them."""
    live(writer, 0, 19)
    rejudge(
        connection,
        None,
        part(9, [event(2)], kept=checkpoint(9)),
        part(19, [event(2, end_seq=12)], kept=checkpoint(19)),
    )
    assert [c.seq for c in newest_checkpoints(connection, LAYOUT)] == [19]
    rejudge(connection, checkpoint(9), part(19, kept=checkpoint(19)))
    row = events(connection)[2]
    assert (row["withdrawn_at"], row["end_time"]) == (None, None)


def test_judging_again_says_anew_when_an_event_was_known(
    connection: psycopg.Connection[Any], writer: BatchWriter
) -> None:
    """With a late record the same event is given out later: from a checkpoint before that, it must be found again."""
    live(writer, 0, 9, events=[event(2)])
    live(writer, 10, 19)
    rejudge(connection, None, part(9, kept=checkpoint(9)), part(19, [event(2)], kept=checkpoint(19)))
    assert events(connection)[2]["withdrawn_at"] is None
    rejudge(connection, checkpoint(9), part(19, kept=checkpoint(19)))
    assert events(connection)[2]["withdrawn_at"] is not None


def test_other_trucks_are_left_alone(connection: psycopg.Connection[Any], writer: BatchWriter) -> None:
    both = together(fixes(1, range(10)), fixes(2, range(10)))
    writer.write(batch(both, events=[event(3, vehicle="V2")], trips=[trip(3, vehicle="V2")]))
    before = events(connection), connection.execute("select * from trips").fetchall()
    rejudge(connection, None, part(9))
    assert (events(connection), connection.execute("select * from trips").fetchall()) == before


def trips(connection: psycopg.Connection[Any]) -> dict[int, tuple[Any, ...]]:
    rows = connection.execute("select seq, end_time, dump_point_id, load_kg, withdrawn_at is not null from trips")
    return {row[0]: row[1:] for row in rows.fetchall()}


def test_trips_go_back_to_what_was_known_and_on_from_there(
    connection: psycopg.Connection[Any], writer: BatchWriter
) -> None:
    loaded = trip(1)
    dumped = replace(loaded, dump_point_id="P1", unloading_start_ms=at(14), end_ms=at(15), load_kg=14_000.0)
    live(writer, 0, 9, trips=[loaded])
    live(writer, 10, 19, trips=[replace(loaded, left_site_ms=at(11)), dumped, trip(16)])
    assert trips(connection) == {
        1: (utc(at(15)), "P1", 14_000.0, False),
        16: (None, None, 15_000.0, False),
    }
    rejudge(connection, checkpoint(9), part(19))
    assert trips(connection) == {1: (None, None, 15_000.0, False), 16: (None, None, 15_000.0, True)}
    rejudge(connection, checkpoint(9), part(19, trips=[replace(dumped, dump_point_id="P2"), trip(16)]))
    assert trips(connection) == {1: (utc(at(15)), "P2", 14_000.0, False), 16: (None, None, 15_000.0, False)}
    rejudge(connection, None, part(19))
    assert trips(connection)[1] == (utc(at(15)), "P2", 14_000.0, True)


def test_what_was_given_out_after_the_checkpoint_where_judging_ended_stands(
    connection: psycopg.Connection[Any], writer: BatchWriter
) -> None:
    loaded = trip(12)
    live(writer, 0, 9, events=[event(1), event(4)])
    live(writer, 10, 19, events=[event(1, end_seq=12), event(11, end_seq=13), event(15), event(16)], trips=[loaded])
    live(writer, 20, 29, events=[event(4, end_seq=22), event(15, end_seq=24), event(25)])
    writer.write(batch(fixes(1, range(30, 35)), trips=[replace(loaded, end_ms=at(33))], checkpoints=[checkpoint(34)]))
    later = {seq: row for seq, row in events(connection).items() if seq in (4, 25)}
    found = part(19, [event(1, end_seq=14), event(15)], [replace(loaded, load_kg=9_000.0)], checkpoint(19))
    rejudge(connection, checkpoint(9), found, until=checkpoint(19))
    after = events(connection)
    assert {seq: after[seq] for seq in later} == later
    assert {seq for seq, row in after.items() if row["withdrawn_at"]} == {11, 16}
    assert after[1]["closing"] == "914.0"
    assert after[15]["closing"] == "924.0", "it was closed after the checkpoint, which stands"
    assert trips(connection)[12] == (utc(at(33)), None, 15_000.0, False), "what was known of it last stands"
    states = connection.execute("select state ->> 'load_kg' from trip_states order by judged_to").fetchall()
    assert states == [("9000.0",), ("15000.0",)]
    assert [c.seq for c in checkpoints_after(connection, 1, at(0), LAYOUT)] == [9, 19, 29, 34]


def test_checkpoints_between_two_are_replaced(connection: psycopg.Connection[Any], writer: BatchWriter) -> None:
    for seq in (9, 19, 29, 39):
        live(writer, seq - 9, seq)
    rejudge(connection, checkpoint(9), part(24, kept=checkpoint(24)), part(29), until=checkpoint(29))
    assert [c.seq for c in checkpoints_after(connection, 1, at(0), LAYOUT)] == [9, 24, 29, 39]
    assert checkpoints_after(connection, 1, at(24), LAYOUT) == [checkpoint(29), checkpoint(39)]
    assert checkpoints_after(connection, 1, at(0), "L2") == []


def test_a_truck_waits_for_all_that_was_asked(connection: psycopg.Connection[Any], writer: BatchWriter) -> None:
    live(writer, 20, 29)
    writer.write(batch(fixes(1, [7, 8], fresh=False)))
    assert [(each.vehicle_no, each.from_ms, each.to_ms) for each in pending(connection)] == [(1, at(7), at(8))]
    writer.write(batch(fixes(1, [3, 5], fresh=False)))
    known = still_pending(connection, 1)
    assert known is not None
    assert (known.from_ms, known.to_ms) == (at(3), at(8))
    ask(connection, 1, at(6), None)
    asked = still_pending(connection, 1)
    assert asked is not None
    assert (asked.from_ms, asked.to_ms, asked.revision > known.revision) == (at(3), None, True)
    assert still_pending(connection, 2) is None


def test_one_at_a_time_judges_a_past(connection: psycopg.Connection[Any], migrated_url: str) -> None:
    with connect_writer(migrated_url) as other, other.transaction():
        assert claim_past(other, 1)
        with connection.transaction():
            assert not claim_past(connection, 1)
            assert claim_past(connection, 2)
    with connection.transaction():
        assert claim_past(connection, 1)


def test_the_queue_is_cleared_unless_more_came(connection: psycopg.Connection[Any], writer: BatchWriter) -> None:
    live(writer, 20, 29)
    writer.write(batch(fixes(1, [7, 8], fresh=False)))
    (waiting,) = pending(connection)
    assert (waiting.vehicle_no, waiting.from_ms) == (1, at(7))
    writer.write(batch(fixes(1, [5], fresh=False)))

    def replace_it(known: Waiting) -> bool:
        return replace_judgement(
            connection, known, None, [part(29)], found_at_ms=at(30), page_within_ms=1, world_version="w"
        )

    assert not replace_it(waiting)
    (waiting,) = pending(connection)
    assert waiting.from_ms == at(5)
    assert replace_it(waiting)
    assert pending(connection) == []


def test_checkpoints_before_after_and_newest(connection: psycopg.Connection[Any], writer: BatchWriter) -> None:
    live(writer, 0, 9)
    live(writer, 10, 19)
    writer.write(batch(checkpoints=[checkpoint(25, layout="L2"), checkpoint(3, truck=2)]))
    assert newest_checkpoints(connection, LAYOUT) == [checkpoint(19), checkpoint(3, truck=2)]
    assert checkpoint_before(connection, 1, at(19), LAYOUT) == checkpoint(9)
    assert checkpoint_before(connection, 1, at(19) + 1, LAYOUT) == checkpoint(19)
    assert checkpoint_before(connection, 1, at(9), LAYOUT) is None
    rejudge(connection, checkpoint(9), part(19, kept=checkpoint(15)))
    kept = connection.execute("select seq from checkpoints where vehicle_no = 1 order by seq").fetchall()
    assert kept == [(9,), (15,)]
    assert prune_checkpoints(connection, at(1000)) == 1
    assert newest_checkpoints(connection, LAYOUT) == [checkpoint(15), checkpoint(3, truck=2)]


def test_a_checkpoint_that_shares_its_instant_with_a_later_row_is_passed_over(
    connection: psycopg.Connection[Any], writer: BatchWriter
) -> None:
    live(writer, 0, 9)
    live(writer, 10, 19)
    assert checkpoint_before(connection, 1, at(50), LAYOUT) == checkpoint(19)
    writer.write(batch(fixes(1, [400], fix_time_ms=at(19))))
    assert checkpoint_before(connection, 1, at(50), LAYOUT) == checkpoint(9)
    writer.write(batch(device_events=[passage(9)]))
    assert checkpoint_before(connection, 1, at(50), LAYOUT) is None


def test_rows_are_read_up_to_a_checkpoint(connection: psycopg.Connection[Any], writer: BatchWriter) -> None:
    writer.write(batch(together(fixes(1, range(30)), fixes(2, range(10))), device_events=[passage(9)]))
    read = read_rows(connection, [ReadFrom(1, 0, checkpoint(3), checkpoint(9)), ReadFrom(2, 1, None)], WORLD)
    assert read.take(read.vehicle == 0).seq.tolist() == list(range(4, 10))
    assert (read.vehicle == 1).sum() == 10
    washed = checkpoint(9, mark=Mark.WASHED)
    assert len(read_rows(connection, [ReadFrom(1, 0, checkpoint(3), replace(washed, epoch=1))], WORLD)) == 7


def test_rows_are_read_as_the_engine_wants_them(connection: psycopg.Connection[Any], writer: BatchWriter) -> None:
    rows = together(fixes(1, range(30)), fixes(2, range(10)), fixes(3, range(10)))
    writer.write(batch(rows))
    unknown = passage(5, body={"result": "unknown"})
    writer.write(batch(device_events=[passage(4), unknown, passage(6, vehicle_no=None), passage(7, vehicle_no=2)]))
    read = read_rows(connection, [ReadFrom(1, 20, checkpoint(3)), ReadFrom(2, 10, None)], WORLD)
    assert read.vehicle.tolist() == [10] * 11 + [20] * 27
    assert np.array_equal(read.key_order(), np.arange(len(read)))
    washed = np.flatnonzero(read.mark == Mark.WASHED)
    assert [(read.vehicle[n], read.fix_time_ms[n], read.epoch[n], read.seq[n]) for n in washed] == [
        (10, at(7), 1, 7),
        (20, at(4), 1, 4),
    ]
    assert np.isnan(read.lat_deg[washed]).all()
    own = read.take((read.vehicle == 20) & (read.mark == Mark.FIX))
    wanted = fixes(1, range(4, 30)).fixes
    for name in ("fix_time_ms", "epoch", "seq", "lat_deg", "speed_mps", "load_kg", "lift_deg", "cover", "faults"):
        got = getattr(own, name)
        assert got.dtype == getattr(wanted, name).dtype
        np.testing.assert_array_equal(got, getattr(wanted, name))


def test_passages_are_read_with_their_device_and_what_was_weighed(
    connection: psycopg.Connection[Any], writer: BatchWriter
) -> None:
    def gate(seq: int, **body: Any) -> Any:
        return passage(seq, terminal_no=9, type="gate_passage", body=body)

    weighed = [
        gate(1, direction="in", gross_kg=38_200.4, tare_kg=15_400.1),
        gate(2, direction="in", gross_kg=38_200.4),
        gate(3, direction="out"),
        replace(gate(4, direction="out", gross_kg=15_400.0), terminal_no=77),
        passage(5, body={"result": "not_washed"}),
        passage(6, body={"result": "too_short"}),
        passage(7, body={"result": "bypass"}, terminal_no=77),
        passage(8, type="heartbeat", body={}),
    ]
    writer.write(batch(fixes(1, [0]), device_events=weighed))
    read = read_rows(connection, [ReadFrom(1, 3, None)], WORLD)
    assert read.mark.tolist() == [
        Mark.FIX,
        Mark.GATE_IN,
        Mark.GATE_IN,
        Mark.GATE_OUT,
        Mark.GATE_OUT,
        Mark.PASSED_UNWASHED,
        Mark.WASHED_TOO_SHORT,
        Mark.BYPASSED,
    ]
    assert read.device.tolist() == [-1, 0, 0, 0, -1, 1, 1, -1]
    found = passages_among((event.type, event.body) for event in weighed)
    tare_kg = WORLD.tare_kg[np.full(len(found.index), 3)]
    as_live = net_mass_kg(found.gross_kg, found.tare_kg, tare_kg)
    assert read.weight_kg[1:].tobytes() == as_live.tobytes()
    assert read.mark[1:].tolist() == found.mark.tolist()
    assert as_live[0] == np.float32(22_800.3)
    rest = read_rows(connection, [ReadFrom(1, 3, Checkpoint(1, at(2), 1, 2, Mark.GATE_IN, "", b""))], WORLD)
    assert rest.seq.tolist() == [3, 4, 5, 6, 7], "a row's own mark is part of its key"


def test_rows_are_read_in_slices(connection: psycopg.Connection[Any], writer: BatchWriter) -> None:
    writer.write(batch(together(fixes(1, range(30)), fixes(2, range(10)))))
    writer.write(batch(device_events=[passage(4), passage(7), passage(7, vehicle_no=2), passage(29), passage(31)]))
    whole = read_rows(connection, [ReadFrom(1, 0, None)], WORLD)
    assert len(whole) == 34
    for limit in (1, 2, 7, 34, 50):
        slices = []
        after = None
        while True:
            part = read_rows(connection, [ReadFrom(1, 0, after)], WORLD, limit)
            slices.append(part)
            if len(part) < limit:
                break
            key = (int(column[-1]) for column in (part.fix_time_ms, part.epoch, part.seq, part.mark))
            after = Checkpoint(1, *key, "", b"")
        assert all(len(part) == limit for part in slices[:-1])
        for name in ("fix_time_ms", "mark", "epoch", "seq", "lat_deg"):
            read = np.concatenate([getattr(part, name) for part in slices])
            np.testing.assert_array_equal(read, getattr(whole, name))
    with pytest.raises(ValueError, match="expected one truck with a limit, got 2"):
        read_rows(connection, [ReadFrom(1, 0, None), ReadFrom(2, 1, None)], WORLD, 5)


def test_no_rows_are_an_empty_batch(connection: psycopg.Connection[Any]) -> None:
    assert len(read_rows(connection, [], WORLD)) == 0
    read = read_rows(connection, [ReadFrom(1, 0, None)], WORLD)
    assert len(read) == 0
    assert read.lat_deg.dtype == np.float64
    assert read.cover.dtype == np.int8


def test_changes_are_seen_in_the_order_of_their_numbers(migrated_url: str) -> None:
    """Four writers at once; a reader that always goes on from the greatest number it has seen misses none."""
    with connect_writer(migrated_url) as connection:
        add_registry(connection)
    each, writers = 25, 4

    def write(truck: int) -> None:
        with connect_writer(migrated_url) as own:
            own_writer = BatchWriter(own)
            for seq in range(each):
                found = event(seq, vehicle=f"V{truck}")
                own_writer.write(batch(fixes(truck, [seq]), events=[found]))

    threads = [threading.Thread(target=write, args=(truck,)) for truck in range(1, writers + 1)]
    for thread in threads:
        thread.start()
    seen: list[int] = []
    with psycopg.connect(migrated_url, autocommit=True) as reader:
        while any(thread.is_alive() for thread in threads) or not seen:
            last = seen[-1] if seen else 0
            found = reader.execute("select change_no from events where change_no > %s order by 1", [last]).fetchall()
            seen += [number for (number,) in found]
        found = reader.execute("select change_no from events where change_no > %s order by 1", [seen[-1]]).fetchall()
        seen += [number for (number,) in found]
        total = reader.execute("select count(*) from events").fetchone()
    assert total == (each * writers,)
    assert len(seen) == each * writers
    assert seen == sorted(seen)


def test_times_survive_exactly() -> None:
    for time_ms in (0, NOON_MS + 1, NOON_MS + 999, -1):
        assert to_ms(utc(time_ms)) == time_ms
