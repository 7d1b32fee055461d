"""What the API asks, on a real database."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import numpy as np
import pytest
from psycopg import AsyncConnection

from storage.batch_writer import BatchWriter
from storage.connect import connect_reader, connect_writer
from storage.queries import events, latest, track, vehicles
from storage.queries.event_page import EventChoice, read_event_page
from storage.queries.fix_columns import FIX_COLUMNS
from storage.times import utc
from storage.users import add_user
from tests.storage_rows import NOON_MS, add_registry, batch, event, fixes, together

pytestmark = pytest.mark.services

VIEWER = 1  # sees all
T = TypeVar("T")
Ask = Callable[[Callable[[AsyncConnection[Any]], Awaitable[Any]]], Any]


@pytest.fixture
def ask(migrated_url: str) -> Ask:
    """Return a function that runs a query on a reader's connection."""

    async def asked(query: Callable[[AsyncConnection[Any]], Awaitable[T]]) -> T:
        async with await connect_reader(migrated_url) as connection:
            return await query(connection)

    return lambda query: asyncio.run(asked(query))


@pytest.fixture
def writer(migrated_url: str) -> Any:
    with connect_writer(migrated_url) as connection:
        add_registry(connection)
        assert add_user(connection, "bureau", role="bureau") == VIEWER
        yield BatchWriter(connection)


def at(seq: int) -> Any:
    return utc(NOON_MS + seq * 10_000)


def test_a_track_is_the_fixes_of_the_range_in_order(ask: Ask, writer: BatchWriter) -> None:
    rng = np.random.default_rng(3)
    rows = together(fixes(1, range(100)), fixes(2, range(100)))
    writer.write(batch(rows.take(rng.permutation(len(rows)))))
    got = ask(lambda c: track.read_track(c, [1], at(10), at(50)))
    assert list(got) == list(FIX_COLUMNS)
    wanted = fixes(1, range(10, 50))
    np.testing.assert_array_equal(got["received_at_ms"], wanted.received_at_ms)
    for name in FIX_COLUMNS:
        if name != "received_at_ms":
            np.testing.assert_array_equal(got[name], getattr(wanted.fixes, name), err_msg=name)


def test_a_track_comes_in_pages(ask: Ask, writer: BatchWriter) -> None:
    writer.write(batch(together(fixes(1, range(10)), fixes(1, [50, 51, 52], fix_time_ms=NOON_MS + 40_000))))
    seqs: list[int] = []
    after = None
    while True:
        page = ask(lambda c, after=after: track.read_track(c, [1], at(0), at(100), after=after, limit=3))
        if len(page["seq"]) == 0:
            break
        seqs += page["seq"].tolist()
        after = (utc(int(page["fix_time_ms"][-1])), int(page["epoch"][-1]), int(page["seq"][-1]))
    assert seqs == [0, 1, 2, 3, 4, 50, 51, 52, 5, 6, 7, 8, 9]


def test_a_track_of_some_columns(ask: Ask, writer: BatchWriter) -> None:
    writer.write(batch(fixes(1, range(5))))
    got = ask(lambda c: track.read_track(c, [1], at(0), at(9), columns=["cover", "seq"]))
    assert {name: column.tolist() for name, column in got.items()} == {
        "cover": [-1, 0, 1, 2, -1],
        "seq": [0, 1, 2, 3, 4],
    }


def test_no_track_is_empty_columns(ask: Ask) -> None:
    got = ask(lambda c: track.read_track(c, [1], at(0), at(10)))
    assert {name: len(column) for name, column in got.items()} == dict.fromkeys(FIX_COLUMNS, 0)


def test_latest_positions(ask: Ask, writer: BatchWriter) -> None:
    assert ask(lambda c: latest.read_latest(c, viewer=VIEWER)).vehicle_ids == []
    blind = fixes(2, [8], lat_deg=np.nan, lon_deg=np.nan)
    writer.write(batch(together(fixes(1, range(5)), fixes(2, range(8)), blind)))
    got = ask(lambda c: latest.read_latest(c, viewer=VIEWER))
    order = np.argsort(got.vehicle_ids)
    assert [got.vehicle_ids[n] for n in order] == ["V1", "V2"]
    assert [got.plates[n] for n in order] == ["P1", "P2"]
    assert got.columns["seq"][order].tolist() == [4, 8]
    assert got.columns["position_time_ms"][order].tolist() == [NOON_MS + 40_000, NOON_MS + 70_000]
    assert ask(lambda c: latest.read_latest(c, ["V2", "V9"], viewer=VIEWER)).vehicle_ids == ["V2"]


@pytest.mark.usefixtures("writer")
def test_vehicles_are_listed_searched_and_found(ask: Ask) -> None:
    def listed(**choice: Any) -> list[str]:
        rows = ask(lambda c: vehicles.read_vehicles(c, viewer=VIEWER, plates_in_full=True, **choice))
        return [row["vehicle_id"] for row in rows]

    assert listed() == ["V1", "V2", "V3", "V4"]
    assert listed(after="V2", limit=1) == ["V3"]
    assert listed(search="p4") == ["V4"]
    assert listed(search="%") == []
    assert listed(company_id="C1") == []
    assert ask(lambda c: vehicles.read_vehicle(c, "V3", viewer=VIEWER))["plate"] == "P3"
    assert ask(lambda c: vehicles.read_vehicle(c, "V9", viewer=VIEWER)) is None


def test_events_are_chosen(ask: Ask, writer: BatchWriter) -> None:
    found = [event(1, end_seq=4), event(2, vehicle="V2"), event(5, kind="unloading", severity=0, end_seq=9)]
    writer.write(batch(together(fixes(1, range(20)), fixes(2, range(20))), events=found))

    def page(before: Any = None, limit: int = 100, **choice: Any) -> list[dict[str, Any]]:
        return ask(lambda c: read_event_page(c, EventChoice(**choice), viewer=VIEWER, before=before, limit=limit))

    def chosen(**choice: Any) -> list[int]:
        return [row["seq"] for row in page(**choice)]

    assert chosen() == [5, 2, 1]
    assert chosen(vehicle_id="V1") == [5, 1]
    assert chosen(kinds=["spillage"]) == [2, 1]
    assert chosen(min_severity=1, vehicle_id="V1") == [1]
    assert chosen(start=at(5)) == [5, 2]  # the second goes on
    assert chosen(end=at(2)) == [1]
    assert chosen(limit=1) == [5]
    first = page(limit=1)[0]
    assert chosen(before=(first["start_time"], first["event_id"])) == [2, 1]
    assert ask(lambda c: events.read_event(c, first["event_id"], viewer=VIEWER)) == first


def test_changes_follow_each_other(ask: Ask, writer: BatchWriter) -> None:
    assert ask(events.newest_change_no) == 0
    writer.write(batch(fixes(1, range(5)), events=[event(1)]))
    writer.write(batch(fixes(1, range(5, 9)), events=[event(5)]))
    newest = ask(events.newest_change_no)
    assert [row["seq"] for row in ask(lambda c: events.read_changes(c, 0, 10))] == [1, 5]
    writer.write(batch(fixes(1, range(9, 12)), events=[event(1, end_seq=8)]))
    assert [row["seq"] for row in ask(lambda c: events.read_changes(c, newest, 10))] == [1]
    assert [row["seq"] for row in ask(lambda c: events.read_changes(c, 0, 1))] == [5]


def test_a_commit_that_changes_events_is_heard(ask: Ask, writer: BatchWriter) -> None:
    async def heard(connection: AsyncConnection[Any]) -> int:
        await events.listen(connection)
        for seq in (1, 2):
            await asyncio.to_thread(writer.write, batch(fixes(1, [seq]), events=[event(1), event(seq)]))
        await asyncio.to_thread(writer.write, batch(fixes(1, [3])))
        wanted = [1 async for _ in connection.notifies(timeout=60, stop_after=2)]
        return sum(wanted) + sum([1 async for _ in connection.notifies(timeout=0.5)])

    assert ask(heard) == 2
