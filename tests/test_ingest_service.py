"""Ingest as a whole: real broker in front, real database behind, faults in between."""

from __future__ import annotations

import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import psycopg
import pytest
from mosquitto_process import MosquittoProcess, Peer

from embedded.postgres import EmbeddedPostgres
from firmware_contracts import device_event, report_bin, report_json
from firmware_contracts.columns import FIX_DTYPES, FixColumns
from firmware_contracts.commit_ack import decode
from ingest.service import run
from ingest.settings import IngestSettings
from rules_engine.carry import Carry
from rules_engine.engine import evaluate
from rules_engine.fix_batch import FixBatch
from rules_engine.world import World
from storage.connect import connect_writer
from storage.errors import SchemaMismatch
from storage.migrate import upgrade
from storage.world_store import read_documents, write_documents

pytestmark = pytest.mark.services

TRUCKS = 4
SETTINGS = IngestSettings(client_id="test", flush_age_ms=50, read_pause_ms=2, metrics_port=0, keepalive_s=5)
DOCUMENTS: dict[str, Any] = {
    "vehicles": [{"vehicle_id": f"V{n}", "plate": f"苏D1000{n}", "capacity_kg": 15_000.0} for n in range(TRUCKS)],
    "terminals": [
        {"terminal_id": f"T{n}", "kind": "truck", "region": "320412", "assignments": [{"vehicle_id": f"V{n}"}]}
        for n in range(TRUCKS)
    ]
    + [{"terminal_id": "W1", "kind": "washer", "region": "320412"}],
}


def topic(terminal: str, encoding: str = "bin", channel: str = "report", kind: str = "truck") -> str:
    return f"muck/v1/320412/{kind}/{terminal}/up/{channel}/{encoding}"


class Running:
    """An ingest in a thread of this process."""

    def __init__(self, settings: IngestSettings, broker: MosquittoProcess, url: str) -> None:
        self.stop = threading.Event()
        self._ready = threading.Event()
        self._fault: list[BaseException] = []
        self._port = 0

        def ready(port: int) -> None:
            self._port = port
            self._ready.set()

        def target() -> None:
            try:
                run(settings, broker.address, url, self.stop, ready)
            except BaseException as error:
                self._fault.append(error)
                raise

        self._thread = threading.Thread(target=target)
        self._thread.start()

    def wait_ready(self) -> None:
        assert self._ready.wait(60), self._fault

    @property
    def is_ready(self) -> bool:
        return self._ready.is_set()

    def end(self) -> None:
        self.stop.set()
        self._thread.join(30)
        assert not self._thread.is_alive()
        assert not self._fault

    def metric(self, name: str) -> float:
        """Return a metric, the sum over its labels."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self._port}/metrics") as answer:
            lines = answer.read().decode().splitlines()
        full = f"muckline_ingest_{name}"
        return sum(float(line.rsplit(" ", 1)[1]) for line in lines if line.split("{")[0].split(" ")[0] == full)


@contextmanager
def ingest(broker: MosquittoProcess, url: str, **changes: Any) -> Iterator[Running]:
    running = Running(replace(SETTINGS, **changes), broker, url)
    try:
        running.wait_ready()
        yield running
    finally:
        running.end()


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[MosquittoProcess]:
    with MosquittoProcess(tmp_path) as process:
        yield process


@pytest.fixture
def url(migrated_url: str) -> str:
    with connect_writer(migrated_url) as connection:
        write_documents(connection, DOCUMENTS)
    return migrated_url


def wait_for(condition: Callable[[], bool], timeout_s: float = 60) -> None:
    deadline_s = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline_s, "waited in vain"
        time.sleep(0.02)


def query(url: str, statement: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(url) as connection:
        return connection.execute(statement).fetchall()


def stored(url: str) -> set[tuple[int, int, int]]:
    """Return (vehicle_no, epoch, seq) of every fix in the database."""
    return set(query(url, "select vehicle_no, epoch, seq from fixes"))  # type: ignore[arg-type]


def columns(seqs: Any, start_ms: int, *, epoch: int = 1, **readings: Any) -> FixColumns:
    """Return fixes a second apart, standing still unless readings say otherwise."""
    seq = np.asarray(seqs, np.int64)
    values: dict[str, Any] = {
        name: np.full(len(seq), np.nan if np.issubdtype(dtype, np.floating) else -1, dtype)
        for name, dtype in FIX_DTYPES.items()
    }
    values |= {"message": np.zeros(len(seq)), "epoch": np.full(len(seq), epoch), "seq": seq, "faults": seq * 0}
    values |= {
        "alarms": seq * 0,
        "fix_time_ms": start_ms + 1000 * seq,
        "lat_deg": 31.7 + seq * 0,
        "lon_deg": 119.9 + seq * 0,
    }
    values |= readings
    return FixColumns(**{name: np.asarray(values[name]).astype(dtype) for name, dtype in FIX_DTYPES.items()})


def dumping_track(start_ms: int, minutes: int = 20) -> FixColumns:
    """Return a loaded truck that drives, stops where nothing is permitted, tips its load and drives on."""
    seq = np.arange(minutes * 60)
    half = len(seq) // 2
    tipping = (seq >= half) & (seq < half + 60)
    speed_mps = np.where((seq >= half - 30) & (seq < half + 90), 0.0, 10.0)
    east_m = np.cumsum(speed_mps)
    return columns(
        seq,
        start_ms,
        speed_mps=speed_mps,
        lon_deg=119.9 + east_m / 95_000,
        load_kg=np.clip(14_000 - 280.0 * (seq - half), 300, 14_000),
        lift_deg=np.where(tipping, 40.0, 0.0),
        hdop=seq * 0 + 1,
        ignition=seq * 0 + 1,
    )


def expected_events(url: str, tracks: dict[int, FixColumns]) -> set[str]:
    """Return the events that the rules find when each truck's fixes come in order."""
    with connect_writer(url) as connection:
        world = World.from_documents(read_documents(connection))
    found = set()
    for vehicle, fixes in tracks.items():
        batch = FixBatch.of_fixes(np.full(len(fixes), vehicle, np.int32), fixes)
        found |= {str(event.event_id) for event in evaluate(batch, world, Carry()).events}
    return found


def standing_events(url: str) -> set[str]:
    return {str(row[0]) for row in query(url, "select event_id from events where withdrawn_at is null")}


def messages(fixes: FixColumns, size: int, encode: Callable[[FixColumns], bytes] = report_bin.encode) -> list[bytes]:
    return [encode(fixes.take(slice(at, at + size))) for at in range(0, len(fixes), size)]


def now_ms() -> int:
    return time.time_ns() // 1_000_000


@pytest.mark.parametrize("version", ["3.1.1", "5"])
def test_reports_are_stored_and_then_acknowledged_to_the_terminal(
    broker: MosquittoProcess, url: str, version: str
) -> None:
    with ingest(broker, url, mqtt_version=version) as running, Peer(broker.address, "muck/v1/+/+/+/down/ack") as peer:
        fixes = columns(range(40), now_ms() - 60_000)
        peer.publish(topic("T0"), messages(fixes, 10))
        peer.publish(topic("T1", "json"), messages(fixes, 7, report_json.encode))
        acked: dict[str, set[int]] = {"T0": set(), "T1": set()}

        def all_acked() -> bool:
            for message in list(peer.received):
                terminal = message.topic.split("/")[4]
                for first, last in decode(message.payload).ranges[1]:
                    acked[terminal] |= set(range(first, last + 1))
                    present = {seq for vehicle, _, seq in stored(url) if vehicle == int(terminal[1:]) + 1}
                    assert acked[terminal] <= present, "acknowledged means committed"
            return acked == {"T0": set(range(40)), "T1": set(range(40))}

        wait_for(all_acked)
        assert running.metric("accepted_total") == 80
        assert running.metric("inflight") == 0
        assert running.metric("degraded") == 0
        assert running.metric("connected") == 1
        assert len(query(url, "select * from latest")) == 2


def test_a_record_sent_again_is_counted_and_acknowledged_again(broker: MosquittoProcess, url: str) -> None:
    with ingest(broker, url) as running, Peer(broker.address, "muck/v1/+/+/+/down/ack") as peer:
        sent = messages(columns(range(10), now_ms() - 60_000), 10)
        for times in (1, 2):
            peer.publish(topic("T0"), sent)
            wait_for(lambda times=times: len(peer.received) == times)
            assert decode(peer.received[-1].payload).ranges == {1: [(0, 9)]}
        assert (running.metric("accepted_total"), running.metric("duplicate_total")) == (10, 10)
        assert len(stored(url)) == 10


def test_what_cannot_be_accepted_is_kept_counted_and_answered(broker: MosquittoProcess, url: str) -> None:
    good = columns(range(3), now_ms() - 60_000)
    with ingest(broker, url) as running, Peer(broker.address, "muck/v1/+/+/+/down/ack") as peer:
        peer.publish(topic("T0"), [b"garbage", report_bin.encode(good)])
        peer.publish(topic("T9"), [report_bin.encode(good)])
        peer.publish(topic("T1", "json"), [b'{"v":1,"epoch":1,"fixes":[{"seq":4,"time_ms":12}]}'])
        peer.publish("muck/v1/320412/truck/T0/up/report/what", [b"?"])
        wait_for(lambda: running.metric("rejected_total") == 4)
        wait_for(lambda: {m.topic.split("/")[4] for m in peer.received} == {"T0", "T1", "T9"})
        reasons = dict(query(url, "select device, reason from rejected where device <> 'T0'"))
        assert reasons == {"T9": "unknown_device", "T1": "time_past", "": "bad_topic"}
        assert query(url, "select payload, count from rejected where device = 'T0'") == [(b"garbage", 1)]
        assert len(stored(url)) == 3
        refused = [one for m in peer.received for one in decode(m.payload).refused]
        assert len(refused) == 1


def test_an_illegal_dumping_is_found(broker: MosquittoProcess, url: str) -> None:
    track = dumping_track(now_ms() - 30 * 60_000)
    with ingest(broker, url), Peer(broker.address) as peer:
        peer.publish(topic("T0"), messages(track, 50))
        wait_for(lambda: len(stored(url)) == len(track))
        wait_for(lambda: ("illegal_dumping",) in query(url, "select kind from events"))
        assert standing_events(url) == expected_events(url, {0: track})


@pytest.mark.parametrize("seed", [1, 2])
def test_order_repetition_and_restarts_do_not_change_the_events(broker: MosquittoProcess, url: str, seed: int) -> None:
    rng = np.random.default_rng(seed)
    tracks = {n: dumping_track(now_ms() - 80 * 60_000 + 60_000 * n, 40) for n in range(3)}
    sent = [(topic(f"T{n}"), payload) for n, track in tracks.items() for payload in messages(track, 40)]
    order = [*rng.permutation(len(sent)), *rng.integers(0, len(sent), len(sent) // 4)]
    for part in np.array_split(order, 3):
        with ingest(broker, url), Peer(broker.address) as peer:
            for index in part:
                peer.publish(*_one(sent[index]))
    total = sum(map(len, tracks.values()))
    with ingest(broker, url) as running:
        wait_for(lambda: len(stored(url)) == total)
        wait_for(lambda: not query(url, "select * from rejudge_queue"))
        assert running.metric("degraded") == 0
    expected = expected_events(url, tracks)
    assert any(expected)
    assert standing_events(url) == expected


def _one(message: tuple[str, bytes]) -> tuple[str, list[bytes]]:
    return message[0], [message[1]]


def test_stopping_commits_and_acknowledges_what_was_read(broker: MosquittoProcess, url: str) -> None:
    with Peer(broker.address) as peer:
        with ingest(broker, url, flush_age_ms=60_000) as running:
            peer.publish(topic("T0"), messages(columns(range(500), now_ms() - 600_000), 1))
            wait_for(lambda: running.metric("inflight") == 500)
            assert stored(url) == set()
        assert len(stored(url)) == 500
        with ingest(broker, url) as again:
            time.sleep(0.5)
            assert again.metric("messages_total") == 0, "nothing comes again"
            assert again.metric("session_lost") == 0


def test_the_database_killed_and_back_loses_nothing(broker: MosquittoProcess, own_database: EmbeddedPostgres) -> None:
    url = own_database.ensure()
    upgrade(url)
    with connect_writer(url) as connection:
        write_documents(connection, DOCUMENTS)
    with ingest(broker, url) as running, Peer(broker.address) as peer:
        start_ms = now_ms() - 3_000_000
        peer.publish(topic("T0"), messages(columns(range(200), start_ms), 5))
        own_database.kill9()
        peer.publish(topic("T0"), messages(columns(range(200, 400), start_ms), 5))
        wait_for(lambda: running.metric("degraded") == 1)
        assert running.metric("inflight") > 0
        assert own_database.ensure() == url
        wait_for(lambda: running.metric("degraded") == 0, 40)
        wait_for(lambda: len(stored(url)) == 400)
        wait_for(lambda: running.metric("inflight") == 0)
        assert running.metric("retried_total") >= 1


def test_started_before_the_database_it_waits_for_it(broker: MosquittoProcess, own_database: EmbeddedPostgres) -> None:
    url = own_database.ensure()
    upgrade(url)
    own_database.kill9()
    running = Running(SETTINGS, broker, url)
    try:
        time.sleep(2)
        assert not running.is_ready
        assert own_database.ensure() == url
        running.wait_ready()
    finally:
        running.end()


def test_a_database_of_another_release_is_refused(broker: MosquittoProcess, database_url: str) -> None:
    with pytest.raises(SchemaMismatch, match="got an empty database"):
        run(SETTINGS, broker.address, database_url, threading.Event())


def test_stopping_while_the_database_is_down_leaves_the_messages_with_the_broker(
    broker: MosquittoProcess, own_database: EmbeddedPostgres
) -> None:
    url = own_database.ensure()
    upgrade(url)
    with connect_writer(url) as connection:
        write_documents(connection, DOCUMENTS)
    with Peer(broker.address) as peer:
        with ingest(broker, url) as running:
            own_database.kill9()
            peer.publish(topic("T0"), messages(columns(range(100), now_ms() - 600_000), 1))
            wait_for(lambda: running.metric("degraded") == 1)
        own_database.ensure()
        assert stored(url) == set()
        with ingest(broker, url):
            wait_for(lambda: len(stored(url)) == 100)


def test_a_terminal_added_to_the_world_is_taken_up_without_a_restart(broker: MosquittoProcess, url: str) -> None:
    with ingest(broker, url) as running, Peer(broker.address) as peer:
        track = dumping_track(now_ms() - 40 * 60_000)
        middle = len(track) // 2
        peer.publish(topic("T0"), messages(track.take(slice(0, middle)), 50))
        wait_for(lambda: running.metric("accepted_total") == middle)
        first = {"vehicle_id": "A0", "plate": "苏A00000"}  # sorts before all others: every row number moves
        terminal = {"terminal_id": "T8", "kind": "truck", "region": "320412", "assignments": [{"vehicle_id": "A0"}]}
        with connect_writer(url) as connection:
            write_documents(
                connection,
                {"vehicles": [first, *DOCUMENTS["vehicles"]], "terminals": [terminal, *DOCUMENTS["terminals"]]},
            )

        peer.publish(topic("T8"), messages(columns([1], now_ms() - 1000), 1))  # at once: known from its first record on
        wait_for(lambda: running.metric("accepted_total") > middle)
        peer.publish(topic("T0"), messages(track.take(slice(middle, len(track))), 50))
        wait_for(lambda: len([row for row in stored(url) if row[0] == 1]) == len(track))
    names = [row["vehicle_id"] for row in read_world(url)["vehicles"]]
    assert standing_events(url) == expected_events(url, {names.index("V0"): track})


def read_world(url: str) -> dict[str, Any]:
    with connect_writer(url) as connection:
        return read_documents(connection)


def test_a_washing_reported_by_a_washer_is_kept_with_its_truck(broker: MosquittoProcess, url: str) -> None:
    with ingest(broker, url) as running, Peer(broker.address) as peer:
        passage = {"seq": 1, "time_ms": now_ms(), "type": "washer_passage", "plate": "苏D10001", "result": "washed"}
        payload = device_event.encode(1, [passage])
        peer.publish(topic("W1", "json", "event", "washer"), [payload])
        wait_for(lambda: running.metric("accepted_total") == 1)
        assert query(url, "select vehicle_no, type from device_events") == [(2, "washer_passage")]


def test_a_second_ingest_waits_until_the_first_has_gone(broker: MosquittoProcess, url: str) -> None:
    with ingest(broker, url), Peer(broker.address) as peer:
        standby = Running(SETTINGS, broker, url)
        time.sleep(1)
        assert not standby.is_ready
        peer.publish(topic("T0"), messages(columns(range(5), now_ms() - 60_000), 1))
        wait_for(lambda: len(stored(url)) == 5)
    standby.wait_ready()
    with Peer(broker.address) as peer:
        peer.publish(topic("T0"), messages(columns(range(5, 9), now_ms() - 60_000), 1))
        wait_for(lambda: len(stored(url)) == 9)
    standby.end()
