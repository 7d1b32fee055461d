"""The downlink end to end: a real broker and database, the ingest that sends, and a terminal with a simulated cab."""

from __future__ import annotations

import secrets
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from queue import SimpleQueue
from typing import Any, Self

import psycopg
import pytest
from fault_drill import Ingest
from mosquitto_process import MosquittoProcess
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion

from admission.tls import client_context
from embedded.broker import EmbeddedBroker
from embedded.settings import EmbeddedSettings
from firmware_contracts import device_state
from firmware_contracts.fix import Fix
from firmware_contracts.transport import BrokerAddress
from ingest import downlink as ingest_downlink
from ingest.service import run
from ingest.settings import IngestSettings
from simulators.cab import Cab
from storage import downlink
from storage.connect import connect_writer
from storage.downlink_orders import KINDS, Order, create
from storage.world_store import write_documents

pytestmark = pytest.mark.services

SETTINGS = IngestSettings(client_id="test", flush_age_ms=20, read_pause_ms=2, metrics_port=0, keepalive_s=5)
LOOK_S = 0.2  # how often the sender looks here, and
AGAIN_S = 0.3  # after how long it sends again: all waiting below is some of these
DOCUMENTS: dict[str, Any] = {
    "city": {"downlink": {"allowed": list(KINDS)}},
    "terminals": [
        {"terminal_id": name, "kind": kind, "region": "320412"}
        for name, kind in (("T1", "truck"), ("T2", "truck"), ("W1", "washer"))
    ],
}


def now_ms() -> int:
    return time.time_ns() // 1_000_000


class Box:
    """A terminal with a cab on a real connection; the broker keeps its session where it is told to."""

    def __init__(
        self, address: BrokerAddress, cab: Cab, device: str = "T1", *, kept: bool = True, mute: bool = False
    ) -> None:
        self.cab = cab
        self.heard: list[MQTTMessage] = []
        self.mute = mute
        self._base = f"muck/v1/320412/{'washer' if device[0] == 'W' else 'truck'}/{device}"
        self._ready = threading.Event()
        client_id = device if kept else f"{device}-{secrets.token_hex(2)}"
        self.client = Client(CallbackAPIVersion.VERSION2, client_id=client_id, clean_session=not kept)
        self.client.on_message = lambda _client, _data, message: self._hear(message)
        self.client.on_connect = lambda client, *_: client.subscribe(f"{self._base}/down/#", 1)
        self.client.on_subscribe = lambda *_: self._say_online()
        self.client.reconnect_delay_set(1, 1)
        context = client_context(address.as_client(device))
        if context is not None:
            self.client.tls_set_context(context)
        self.client.connect(address.host, address.port)
        self.client.loop_start()
        assert self._ready.wait(60)

    def _hear(self, message: MQTTMessage) -> None:
        channel = message.topic.rsplit("/", 1)[1]
        self.heard += [message] if channel != "ack" else []
        replies = self.cab.hear(bytes(message.payload), channel, now_ms())
        for one in [] if self.mute else replies:
            self.client.publish(f"{self._base}/up/reply/json", one, 1)

    def _say_online(self) -> None:
        self.client.publish(f"{self._base}/up/state/json", device_state.encode("online", epoch=1), 1)
        self._ready.set()

    def leave(self) -> None:
        self.client.disconnect()
        self.client.loop_stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.leave()


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[MosquittoProcess]:
    with MosquittoProcess(tmp_path) as process:
        yield process


@pytest.fixture
def url(migrated_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(downlink, "FIRST_AGAIN_S", AGAIN_S)
    monkeypatch.setattr(ingest_downlink, "LOOK_S", LOOK_S)
    with connect_writer(migrated_url) as connection:
        write_documents(connection, DOCUMENTS)
    return migrated_url


@contextmanager
def ingest(address: BrokerAddress, url: str, client_id: str = "test") -> Iterator[int]:
    """Run an ingest in a thread, and give the port of its metrics."""
    stop = threading.Event()
    ready: SimpleQueue[int] = SimpleQueue()
    settings = replace(SETTINGS, client_id=client_id)
    thread = threading.Thread(target=run, args=(settings, address, url, stop, ready.put))
    thread.start()
    try:
        yield ready.get(timeout=60)
    finally:
        stop.set()
        thread.join(30)
        assert not thread.is_alive()


def send(url: str, kind: str, body: dict[str, Any] | None = None, *, device: str = "T1", for_s: float = 60.0) -> str:
    command_id = f"c-{secrets.token_hex(6)}"
    at_ms = now_ms()
    expires_ms = at_ms + round(for_s * 1000)
    order = Order(command_id, device, kind, "王调度", expires_ms, body or {}, "test")
    with connect_writer(url) as connection:
        create(connection, order, at_ms)
    return command_id


def status(url: str, command_id: str) -> tuple[str, str | None, int]:
    with psycopg.connect(url) as connection:
        statement = "select status, result, sends from device_commands where command_id = %s"
        row = connection.execute(statement, [command_id]).fetchone()
    assert row is not None
    return row


def wait_for(condition: Callable[[], bool], timeout_s: float = 60.0) -> None:
    deadline_s = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline_s, "waited in vain"
        time.sleep(0.05)


def becomes(url: str, command_id: str, expected: str) -> tuple[str, str | None, int]:
    wait_for(lambda: status(url, command_id)[0] == expected)
    return status(url, command_id)


def metric(port: int, name: str) -> float:
    """Return a metric of an ingest; `name` names its labels too."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics") as answer:
        lines = answer.read().decode().splitlines()
    return sum(float(line.rsplit(" ", 1)[1]) for line in lines if line.startswith(f"muckline_ingest_{name} "))


def kept(url: str) -> tuple[list[Any], list[Any]]:
    """Return the replies that name nothing, and what was rejected."""
    with psycopg.connect(url) as connection:
        strays = connection.execute("select command_id, status, result from device_stray_replies").fetchall()
        return strays, connection.execute("select device, reason from rejected").fetchall()


def test_commands_are_carried_out_or_refused(
    broker: MosquittoProcess, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ingest_downlink, "COUNT_S", 0.5)
    cab = Cab()
    cab.sense(Fix(1, 1, now_ms(), lat_deg=31.7, lon_deg=119.9, speed_mps=12.0))
    with (
        ingest(broker.address, url) as port,
        Box(broker.address, cab) as box,
        Box(broker.address, Cab(kinds=("locate",)), "W1"),
    ):
        text = send(url, "text", {"text": "请回场", "speak": True})
        assert becomes(url, text, "accepted")[:2] == ("accepted", "shown and spoken")
        lock = send(url, "lock", {"target": "engine", "locked": True})
        assert becomes(url, lock, "refused")[1] == "expected at most 1.4 m/s to lock the engine, got 12.0 m/s"
        assert becomes(url, send(url, "locate"), "accepted")[1] == "31.700000,119.900000"
        assert becomes(url, send(url, "speed_limit", {"limit_mps": 8.0}), "accepted")[1] == "limit 8.00 m/s"
        for message in box.heard:
            assert (message.qos, message.retain) == (1, False)

        assert becomes(url, send(url, "locate", device="W1"), "accepted")[1] == "no position yet"
        assert becomes(url, send(url, "text", {"text": "x"}, device="W1"), "refused")[1] is not None
        wait_for(lambda: metric(port, 'downlink_commands{status="accepted"}') == 4)
        wait_for(lambda: metric(port, 'downlink_commands{status="refused"}') == 2)
        wait_for(lambda: metric(port, 'downlink_sent_total{channel="command"}') >= 6)
        assert metric(port, "downlink_connected") == 1

        stray = b'{"v":1,"id":"c-404","result":"done"}'
        for device in ("T1", "T9"):
            box.client.publish(f"muck/v1/320412/truck/{device}/up/reply/json", stray, 1)
        wait_for(lambda: kept(url) == ([("c-404", "accepted", "done")], [("T9", "unknown_device")]))
    assert (list(cab.texts), cab.locked, cab.speed_limit_mps) == (["请回场"], set(), 8.0)


def test_what_is_not_answered_is_sent_again_and_carried_out_once(broker: MosquittoProcess, url: str) -> None:
    cab = Cab()
    with ingest(broker.address, url), Box(broker.address, cab) as box:
        box.mute = True
        command_id = send(url, "text", {"text": "once"})
        wait_for(lambda: len(box.heard) >= 2)
        assert status(url, command_id)[0] == "pending"
        box.mute = False
        assert becomes(url, command_id, "accepted")[2] >= 3
        with connect_writer(url) as connection:
            assert not downlink.has_work(connection, now_ms() + 50_000)  # answered: no more of it
    assert list(cab.texts) == ["once"]


def test_who_was_away_gets_it_when_back_and_not_what_has_expired(broker: MosquittoProcess, url: str) -> None:
    keeping, other = Cab(), Cab()
    Box(broker.address, keeping).leave()  # its session stays with the broker
    with ingest(broker.address, url):
        late = [send(url, "text", {"text": "late"}, device=device, for_s=1.0) for device in ("T1", "T2")]
        good = [send(url, "text", {"text": "good"}, device=device) for device in ("T1", "T2")]
        settings = [send(url, "config", {"report": {"moving_s": 7}}, device=device) for device in ("T1", "T2")]
        for command_id in late:
            becomes(url, command_id, "expired")
        with Box(broker.address, keeping), Box(broker.address, other, "T2", kept=False):
            for command_id in (*good, *settings):
                becomes(url, command_id, "accepted")
    for cab in (keeping, other):
        assert list(cab.texts) == ["good"]
        assert cab.moving_s == 7
    assert status(url, late[1])[0] == "expired"


def test_settings_stand_on_the_broker_until_they_expire_or_are_replaced(broker: MosquittoProcess, url: str) -> None:
    def stands() -> list[bytes]:
        with Box(broker.address, Cab(), kept=False, mute=True) as box:
            time.sleep(0.4)
            return [bytes(message.payload) for message in box.heard if message.retain]

    with ingest(broker.address, url):
        cab = Cab()
        with Box(broker.address, cab):
            first = send(url, "config", {"report": {"moving_s": 5}}, for_s=60)
            becomes(url, first, "accepted")
        wait_for(lambda: [first.encode() in payload for payload in stands()] == [True])
        second = send(url, "config", {"report": {"moving_s": 6}}, for_s=5)
        assert status(url, first)[0] == "accepted"
        wait_for(lambda: [second.encode() in payload for payload in stands()] == [True])
        becomes(url, second, "expired")
        wait_for(lambda: stands() == [])
    assert cab.moving_s == 5


def test_a_suspended_terminal_gets_nothing(broker: MosquittoProcess, url: str) -> None:
    suspended = [one | {"status": "suspended"} for one in DOCUMENTS["terminals"]]
    with ingest(broker.address, url), Box(broker.address, Cab()) as box:
        becomes(url, send(url, "config", {"report": {"moving_s": 5}}), "accepted")
        with connect_writer(url) as connection, connection.transaction():  # nobody sees it open and in service
            create(connection, Order("c-1", "T1", "locate", "x", now_ms() + 60_000), now_ms())
            write_documents(connection, {"terminals": suspended})
        wait_for(lambda: box.heard[-1].payload == b"")  # the settings are withdrawn
        time.sleep(4 * LOOK_S)
        assert status(url, "c-1") == ("pending", None, 0)
        with connect_writer(url) as connection:
            write_documents(connection, {"terminals": DOCUMENTS["terminals"]})
        becomes(url, "c-1", "accepted")
    assert box.cab.locates == 1


def test_the_broker_is_restarted_while_something_is_open(broker: MosquittoProcess, url: str) -> None:
    cab = Cab()
    with ingest(broker.address, url), Box(broker.address, cab) as box:
        becomes(url, send(url, "locate"), "accepted")
        broker.kill()
        command_id = send(url, "text", {"text": "after"})
        time.sleep(4 * LOOK_S)
        assert status(url, command_id) == ("pending", None, 0)  # nothing is claimed for a broker that is away
        broker.start()
        becomes(url, command_id, "accepted")
        assert box.cab is cab
    assert list(cab.texts) == ["after"]


def test_two_ingests_do_not_send_twice(broker: MosquittoProcess, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def heard_online() -> bool:
        with psycopg.connect(url) as connection:
            return connection.execute("select count(*) from device_states").fetchone() == (2,)  # of each ingest

    monkeypatch.setattr(downlink, "FIRST_AGAIN_S", 60)
    monkeypatch.setattr(ingest_downlink, "STANDBY_S", 0.2)
    with ExitStack() as stack:
        stack.enter_context(ingest(broker.address, url, "north"))
        stack.enter_context(ingest(broker.address, url, "south"))
        box = stack.enter_context(Box(broker.address, Cab()))
        wait_for(heard_online)
        ids = [send(url, "locate") for _ in range(20)]
        wait_for(lambda: all(status(url, command_id)[0] == "accepted" for command_id in ids))
        assert len(box.heard) == len(ids)
        assert {status(url, command_id)[2] for command_id in ids} == {1}

        with psycopg.connect(url, autocommit=True) as connection:  # whoever sends loses the database: the other goes on
            end = "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'muckline-downlink'"
            connection.execute(f"{end} and datname = current_database()")
        becomes(url, send(url, "locate"), "accepted")


def test_an_ingest_that_is_killed_between_sending_and_the_answer_loses_nothing(
    broker: MosquittoProcess, url: str, tmp_path: Path
) -> None:
    cab = Cab()
    first = Ingest(url, broker.address, tmp_path / "ingest.log")
    first.start()
    try:
        with Box(broker.address, cab) as box:
            box.mute = True
            command_id = send(url, "text", {"text": "once"})
            wait_for(lambda: len(box.heard) == 1, 30)
            first.kill9()
            box.mute = False
            box.leave()
        assert status(url, command_id)[0] == "pending"
        with ingest(broker.address, url, "muckline-ingest"), Box(broker.address, cab):
            becomes(url, command_id, "accepted")
    finally:
        if not first.died:
            first.kill9()
    assert list(cab.texts) == ["once"]


def test_it_works_under_the_broker_of_a_city(test_home: Path, url: str) -> None:
    address = EmbeddedBroker(EmbeddedSettings(home=test_home)).ensure()  # mutual TLS, and who may write what
    cab, other = Cab(), Cab()
    with ingest(address, url, "muckline-ingest"), Box(address, cab), Box(address, other, "T2"):
        command_id, settings = send(url, "text", {"text": "T1"}), send(url, "config", {"report": {"moving_s": 9}})
        becomes(url, command_id, "accepted")
        becomes(url, settings, "accepted")
    assert (list(cab.texts), cab.moving_s, list(other.texts), other.config) == (["T1"], 9, [], None)
