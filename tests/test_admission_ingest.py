"""Ingest beside a registry that changes: what a device that was suspended or revoked sends is no longer accepted."""

from __future__ import annotations

import re
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

import psycopg
import pytest
from conftest import Broker
from raw_mqtt import RawMqtt

from admission.tls import client_context
from embedded import broker as broker_module
from firmware_contracts.fix import Fix
from ingest.service import run
from ingest.settings import IngestSettings
from simulators.payloads import report_encoder
from storage.connect import connect_writer
from storage.devices import NewDevice, add_device, change_status
from storage.world_store import write_documents

pytestmark = pytest.mark.services

REGION = "320412"
WITHIN_S = 2.0


@contextmanager
def ingesting(broker: Broker, url: str) -> Iterator[int]:
    """Run ingest on the shipped configuration; yield the port of its metrics."""
    ready, stop, ports = threading.Event(), threading.Event(), list[int]()

    def told(port: int) -> None:
        ports.append(port)
        ready.set()

    settings = IngestSettings(metrics_port=0, flush_age_ms=20)
    thread = threading.Thread(target=run, args=(settings, broker.address, url, stop, told))
    thread.start()
    try:
        assert ready.wait(60)
        yield ports[0]
    finally:
        stop.set()
        thread.join(60)
        assert not thread.is_alive()


class Sender:
    """A truck that goes on sending, a fix a time, on one open connection."""

    def __init__(self, broker: Broker, name: str, region: str = REGION) -> None:
        context = client_context(broker.address.as_client(name))
        self._client = RawMqtt(broker.port, context, name)
        self._topic = f"muck/v1/{region}/truck/{name}/up/report/json"
        self._encode = report_encoder("json", name)
        self.seq = 0

    def send(self) -> None:
        self.seq += 1
        fix = Fix(1, self.seq, time.time_ns() // 1_000_000, 31.7, 119.9, speed_mps=5.0)
        self._client.publish(self._topic, self._encode(1, [(self.seq, fix)]))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()


@pytest.fixture
def url(migrated_url: str) -> str:
    trucks = [{"vehicle_id": name, "plate": f"苏D{name}"} for name in ("V1", "V2", "V3")]
    with connect_writer(migrated_url) as connection:
        write_documents(connection, {"vehicles": trucks})
        for number in (1, 2):
            add_device(connection, NewDevice(f"T{number}", "truck", REGION, vehicle_id=f"V{number}"), "test")
    return migrated_url


def count(url: str, terminal: str) -> tuple[int, dict[str, int]]:
    """Return how many fixes of a terminal are stored, and how many of its records are kept as rejected, by reason."""
    with psycopg.connect(url) as connection:
        fixes = connection.execute(
            "select count(*) from fixes join terminals using (terminal_no) where terminal_id = %s", [terminal]
        ).fetchone()
        reasons = connection.execute(
            "select reason, count(*) from rejected where device = %s group by reason", [terminal]
        ).fetchall()
    assert fixes is not None
    return int(fixes[0]), {str(reason): int(number) for reason, number in reasons}


def within(stored_s: float) -> float:
    """Return how soon a refusal must come where storing a record took so long: a busy machine makes both wait. [s]"""
    return max(WITHIN_S, 10 * stored_s)


def until(condition: Callable[[], Any], within_s: float = 60.0) -> float:
    began_s = time.monotonic()
    while not condition():
        assert time.monotonic() - began_s < within_s, "waited in vain"
        time.sleep(0.005)
    return time.monotonic() - began_s


@pytest.mark.parametrize("what", ["suspended", "revoked"])
def test_an_open_connection_is_refused_as_soon_as_the_registry_says_so(broker: Broker, url: str, what: str) -> None:
    with ingesting(broker, url), Sender(broker, "T1") as refused, Sender(broker, "T2") as honest:
        refused.send()
        stored_s = until(lambda: count(url, "T1")[0] == 1)
        with connect_writer(url) as connection:
            assert change_status(connection, "T1", what, "test", {}) == "active"
        changed_s = time.monotonic()

        def is_refused() -> bool:
            refused.send()
            honest.send()
            return bool(count(url, "T1")[1])

        until(is_refused, within(stored_s))
        sys.stdout.write(f"\n{what}: refused {1000 * (time.monotonic() - changed_s):.0f} ms after the change\n")
        accepted, _ = count(url, "T1")
        for _ in range(20):
            refused.send()
            honest.send()
        until(lambda: count(url, "T2")[0] == honest.seq)
        until(lambda: count(url, "T1") == (accepted, {"suspended_device": refused.seq - accepted}))
        if what == "suspended":  # and back into service
            with connect_writer(url) as connection:
                change_status(connection, "T1", "activated", "test", {})
            until(lambda: refused.send() or count(url, "T1")[0] > accepted)


def test_a_refusal_does_not_wait_for_the_world_to_be_read(broker: Broker, url: str) -> None:
    """In a city that takes a second; here it cannot be read at all until the lock is given back."""
    with ingesting(broker, url), Sender(broker, "T1") as refused, Sender(broker, "T2") as honest:
        refused.send()
        stored_s = until(lambda: count(url, "T1")[0] == 1)
        with psycopg.connect(url) as locking, connect_writer(url) as connection:
            locking.execute("lock table zones in access exclusive mode")
            change_status(connection, "T1", "suspended", "test", {})
            time.sleep(0.2)
            for sender in (refused, honest):
                sender.send()
            until(lambda: count(url, "T1") == (1, {"suspended_device": 1}), within(stored_s))
            until(lambda: count(url, "T2")[0] == 1, within(stored_s))
            change_status(connection, "T1", "activated", "test", {})
        until(lambda: refused.send() or count(url, "T1")[0] > 1)


@pytest.fixture
def talkative(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the broker say every second what the shipped configuration has it say every ten."""
    shipped = broker_module.SHIPPED.read_text()
    assert "\nsys_interval 10\n" in shipped
    (tmp_path / "mosquitto.conf").write_text(shipped.replace("\nsys_interval 10\n", "\nsys_interval 1\n"))
    monkeypatch.setattr(broker_module, "SHIPPED", tmp_path / "mosquitto.conf")


@pytest.mark.usefixtures("talkative")
def test_what_the_broker_says_of_itself_is_among_the_metrics(broker: Broker, url: str) -> None:
    """And a report under another's name is acknowledged, dropped, and visible as received by nobody."""

    def figures(port: int) -> dict[str, float]:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as answer:
            text = answer.read().decode()
        found = re.findall(r'^muckline_ingest_(?:broker\{figure="(\w+)"\}|(messages_total)) (\S+)$', text, re.M)
        return {figure or counter: float(value) for figure, counter, value in found}

    with ingesting(broker, url) as port, Sender(broker, "T1") as truthful:
        context = client_context(broker.address.as_client("T2"))
        with RawMqtt(broker.port, context, "T2") as confused:
            for _ in range(30):
                assert confused.publish(f"muck/v1/{REGION}/truck/T1/up/report/json", b"{}") == 0
        truthful.send()
        until(lambda: figures(port).get("received", 0.0) >= 31)
        seen = figures(port)
        assert seen["dropped"] == 0
        assert seen["clients_connected"] >= 4
        assert seen["messages_total"] == 1
        assert count(url, "T1") == (1, {})


def test_only_registered_active_devices_of_the_region_are_accepted(broker: Broker, url: str) -> None:
    with connect_writer(url) as connection:
        add_device(connection, NewDevice("T3", "truck", REGION, "provisioned", vehicle_id="V3"), "test")
    with (
        ingesting(broker, url),
        Sender(broker, "T4") as unknown,
        Sender(broker, "T3") as bench,
        Sender(broker, "T1", "110000") as elsewhere,
    ):
        for sender in (unknown, bench, elsewhere):
            sender.send()
        until(lambda: count(url, "T4") == (0, {"unknown_device": 1}))
        until(lambda: count(url, "T3") == (0, {"suspended_device": 1}))
        until(lambda: count(url, "T1") == (0, {"unknown_device": 1}))
        with connect_writer(url) as connection:  # added and activated, they are accepted at once
            add_device(connection, NewDevice("T4", "truck", REGION), "test")
            change_status(connection, "T3", "activated", "test", {})
        until(lambda: bench.send() or count(url, "T3")[0] > 0)
