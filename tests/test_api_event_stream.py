"""The event stream over a real server: nothing lost, nothing twice, in order, bounded, and ended in order."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import httpx
import psycopg
import pytest

from api import event_feed, server
from api.resources import event_stream
from storage.batch_writer import BatchWriter
from storage.connect import connect_writer
from tests.api_server import as_user, ready_stream, serving, streaming, wait_until
from tests.storage_rows import add_registry, batch, event, fixes

pytestmark = pytest.mark.services


@pytest.fixture
def connection(migrated_url: str) -> Iterator[psycopg.Connection[Any]]:
    with connect_writer(migrated_url) as opened:
        add_registry(opened)
        yield opened


@pytest.fixture
def writer(connection: psycopg.Connection[Any]) -> BatchWriter:
    return BatchWriter(connection)


@pytest.fixture
def client(migrated_url: str) -> Iterator[httpx.Client]:
    with serving(migrated_url) as opened:
        ready_stream(opened)
        yield opened


def seqs(events: list[Any]) -> list[int]:
    return [found["first_fix"]["seq"] for found in events]


def test_what_is_committed_arrives_at_once_with_the_same_members_as_in_the_list(
    migrated_url: str, writer: BatchWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The look at the table, which finds what no notification told of, does not come within this test.
    monkeypatch.setattr(event_feed, "POLL_S", 600.0)
    with ExitStack() as running:
        client = running.enter_context(serving(migrated_url))
        ready_stream(client)
        reader = running.enter_context(streaming(client))
        wait_until(lambda: reader.live)
        writer.write(batch(fixes(1, range(9)), events=[event(0)]))
        wait_until(lambda: len(reader.events) == 1)
        writer.write(batch(fixes(1, range(9, 19)), events=[event(0, end_seq=12)]))
        wait_until(lambda: len(reader.events) == 2)
        assert [found["status"] for found in reader.events] == ["open", "over"]
        assert reader.events[1] == client.get("/v1/events").json()["events"][0]
        assert reader.last_event_id == str(reader.events[1]["change_no"])


@pytest.mark.usefixtures("connection")
def test_resuming_many_times_while_events_are_written_loses_and_repeats_nothing(
    client: httpx.Client, migrated_url: str
) -> None:
    """Two writers at once number their changes in the order of their commits, or this finds it."""
    count = 300
    done = threading.Event()

    def write_truck(truck: int) -> None:
        with connect_writer(migrated_url) as own:
            for seq in range(count):
                found = event(seq, vehicle=f"V{truck}")
                BatchWriter(own).write(batch(fixes(truck, [seq]), events=[found]))

    def write_all() -> None:
        threads = [threading.Thread(target=write_truck, args=(truck,)) for truck in (1, 2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        done.set()

    writing = threading.Thread(target=write_all)
    received: list[Any] = []
    last_event_id = client.get("/v1/events").json()["last_event_id"]
    writing.start()
    connections = 0
    while not (done.is_set() and len(received) >= 2 * count):
        assert connections < 500, len(received)
        with streaming(client, last_event_id) as reader:
            enough = 1 + connections % 40
            wait_until(lambda: len(reader.events) >= enough or done.is_set())  # noqa: B023 - awaited here
            if done.is_set():
                wait_until(lambda: len(received) + len(reader.events) >= 2 * count)  # noqa: B023
        received += reader.events
        last_event_id = reader.last_event_id or last_event_id
        connections += 1
    writing.join()
    changes = [found["change_no"] for found in received]
    assert changes == sorted(set(changes))
    assert connections > 5
    by_truck = {
        truck: [s for s, e in zip(seqs(received), received, strict=True) if e["vehicle_id"] == truck]
        for truck in ("V1", "V2")
    }
    assert by_truck == {"V1": list(range(count)), "V2": list(range(count))}


def test_a_change_that_comes_during_the_replay_is_sent_once(client: httpx.Client, writer: BatchWriter) -> None:
    writer.write(batch(fixes(1, range(99)), events=[event(seq) for seq in range(50)]))
    wait_until(lambda: "muckline_api_event_changes_total 50.0" in client.get("/metrics").text)
    with streaming(client, "0") as reader:
        writer.write(batch(fixes(1, range(100, 110)), events=[event(25, end_seq=30)]))
        wait_until(lambda: any(found["status"] == "over" for found in reader.events))
        over = [found for found in reader.events if found["first_fix"]["seq"] == 25]
        assert [found["status"] for found in over][-1] == "over"
        assert sorted(set(seqs(reader.events))) == list(range(50))
        changes = [found["change_no"] for found in reader.events]
        assert changes == sorted(set(changes))


def test_filters_hold_for_replay_and_live(client: httpx.Client, writer: BatchWriter) -> None:
    def write(start: int) -> None:
        found = [
            event(start),
            event(start + 1, kind="illegal_dumping", severity=3),
            event(start, vehicle="V2"),
            event(start + 2, kind="unloading", severity=0),
        ]
        writer.write(batch(fixes(1, range(start, start + 5)), events=found))

    write(0)
    wait_until(lambda: "muckline_api_event_changes_total 4.0" in client.get("/metrics").text)
    with (
        streaming(client, "0", kind=["illegal_dumping", "unloading"]) as kinds,
        streaming(client, "0", vehicle_id="V2") as vehicle,
        streaming(client, "0", min_severity=1) as severe,
    ):
        wait_until(lambda: kinds.live and vehicle.live and severe.live)
        write(10)
        wait_until(lambda: (len(kinds.events), len(vehicle.events), len(severe.events)) == (4, 2, 6))
        assert sorted(seqs(kinds.events)) == [1, 2, 11, 12]
        assert seqs(vehicle.events) == [0, 10]


def test_a_quiet_stream_says_how_far_it_is_complete(
    client: httpx.Client, writer: BatchWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(event_stream, "HEARTBEAT_S", 0.2)
    with streaming(client, vehicle_id="V2") as reader:
        wait_until(lambda: reader.live)
        writer.write(batch(fixes(1, range(9)), events=[event(0)]))  # another truck
        newest = client.get("/v1/events").json()["last_event_id"]
        wait_until(lambda: reader.last_event_id == newest)
        assert reader.events == []
        assert {message.comment for message in reader.others} >= {"alive"}


def test_who_is_too_far_behind_or_ahead_is_told_to_reload(
    client: httpx.Client, writer: BatchWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(event_stream, "REPLAY_MAX", 10)
    writer.write(batch(fixes(1, range(99)), events=[event(seq) for seq in range(20)]))
    wait_until(lambda: "muckline_api_event_changes_total 20.0" in client.get("/metrics").text)
    newest = int(client.get("/v1/events").json()["last_event_id"])
    for seen in (newest - 11, newest + 1):
        with streaming(client, str(seen)) as reader:
            wait_until(lambda: reader.live)
            resyncs = [message for message in reader.others if message.event == "resync"]
            assert [message.body for message in resyncs] == [{"reload": "/v1/events", "last_event_id": str(newest)}]
            assert (reader.events, reader.last_event_id) == ([], str(newest))
    with streaming(client, str(newest - 10)) as reader:
        wait_until(lambda: len(reader.events) == 10)


def test_a_database_that_lost_changes_ends_the_streams_so_that_they_reload(
    client: httpx.Client, connection: psycopg.Connection[Any], writer: BatchWriter
) -> None:
    writer.write(batch(fixes(1, range(99)), events=[event(seq) for seq in range(5)]))
    wait_until(lambda: "muckline_api_event_changes_total 5.0" in client.get("/metrics").text)
    with streaming(client) as reader:
        wait_until(lambda: reader.live)
        connection.execute("delete from events")  # as after restoring an older backup
        connection.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where datname = current_database() and application_name = 'muckline-api-feed'"
        )
        assert reader.ended.wait(60)
    with streaming(client, reader.last_event_id) as again:
        wait_until(lambda: again.live)
        assert "resync" in {message.event for message in again.others}


def test_streams_are_bounded_and_a_place_is_free_again_after_a_reader_left(migrated_url: str) -> None:
    with serving(migrated_url, max_streams=2) as client:
        ready_stream(client)
        with streaming(client), streaming(client):
            refused = client.get("/v1/events/stream")
            assert (refused.status_code, refused.json()["type"]) == (503, "/problems/too-many-streams")
            assert refused.headers["retry-after"]
        wait_until(lambda: "muckline_api_event_streams 0.0" in client.get("/metrics").text)
        with streaming(client) as reader:
            wait_until(lambda: reader.live)


def test_one_user_does_not_take_everybodys_streams(migrated_url: str) -> None:
    with serving(migrated_url, max_streams=4) as client:
        ready_stream(client)
        with streaming(client), streaming(client), streaming(client):
            refused = client.get("/v1/events/stream")
            assert (refused.status_code, refused.json()["type"]) == (503, "/problems/too-many-streams")
            client.headers.update(as_user(migrated_url, "bureau"))
            with streaming(client) as reader:
                wait_until(lambda: reader.live)


def test_a_slow_reader_is_cut_and_the_others_go_on(
    migrated_url: str, writer: BatchWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(event_feed, "QUEUE_MAX", 50)
    # Longer than it takes to fill the queue: who stalls for so long is ended by the system, which is no cut.
    monkeypatch.setattr(server, "STALLED_READER_MS", 4_000)
    with serving(migrated_url) as client:
        ready_stream(client)
        with streaming(client) as reader, stalled(client):
            wait_until(lambda: reader.live and "muckline_api_event_streams 2.0" in client.get("/metrics").text)
            # Twenty kilobytes each, so that the sockets' buffers are full soon.
            evidence = {"note": "x" * 20_000}
            for start in range(0, 1000, 25):
                found = [event(seq, opening=evidence) for seq in range(start, start + 25)]
                writer.write(batch(fixes(1, range(start, start + 25)), events=found))
                wait_until(lambda: len(reader.events) == start + 25)  # noqa: B023
            assert sorted(seqs(reader.events)) == list(range(1000))
            wait_until(lambda: "muckline_api_event_streams_cut_total 1.0" in client.get("/metrics").text)
            # Its place is free again though it keeps its connection open and never reads.
            wait_until(lambda: "muckline_api_event_streams 1.0" in client.get("/metrics").text)


def stalled(client: httpx.Client) -> socket.socket:
    """Return a connection that asked for the stream and never reads."""
    opened = socket.socket()
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    opened.connect((client.base_url.host, client.base_url.port))
    asked = f"GET /v1/events/stream HTTP/1.1\r\nHost: muck\r\nAuthorization: {client.headers['authorization']}\r\n\r\n"
    opened.sendall(asked.encode())
    return opened


def test_shutting_down_ends_streams_without_waiting_for_them(migrated_url: str) -> None:
    running = ExitStack()
    client = running.enter_context(serving(migrated_url))
    ready_stream(client)
    with streaming(client) as reader:
        wait_until(lambda: reader.live)
        # A stream that was waited for would take until somebody read it: this one for ever.
        running.close()
        assert reader.ended.wait(30)
