"""The subscriber against a real Mosquitto: late acknowledgements, kills, windows, and stale acknowledgements."""

from __future__ import annotations

import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from mosquitto_process import MosquittoProcess, Peer

from firmware_contracts.transport import BrokerAddress
from ingest.delivery import Batch, Delivery
from ingest.settings import IngestSettings
from ingest.subscriber import Subscriber

pytestmark = pytest.mark.services

TOPIC = "muck/v1/320412/truck/T1/up/report/bin"
VERSIONS = ["3.1.1", "5"]
SETTINGS = IngestSettings(client_id="test-ingest", window=1000, read_pause_ms=2, keepalive_s=5)


@contextmanager
def subscriber(
    broker: MosquittoProcess, version: Any = "5", *, expect_session: bool = False, **changes: Any
) -> Iterator[Subscriber]:
    settings = replace(SETTINGS, mqtt_version=version, **changes)
    reader = Subscriber(broker.address, settings, expect_session=expect_session)
    reader.start()
    assert reader.session.ready.wait(60)
    try:
        yield reader
    finally:
        reader.close()


def payloads(first: int, count: int) -> list[bytes]:
    return [struct.pack("<I", number) for number in range(first, first + count)]


def received(deliveries: list[Delivery]) -> list[bytes]:
    if not deliveries:
        return []
    block = Batch.of(deliveries).block
    return [block.payload(i) for i in range(len(block))]


def numbers(deliveries: list[Delivery]) -> list[int]:
    return [struct.unpack("<I", payload[:4])[0] for payload in received(deliveries)]


def take_until(reader: Subscriber, count: int, timeout_s: float = 60) -> list[Delivery]:
    """Take until that many messages are there."""
    taken: list[Delivery] = []
    deadline_s = time.monotonic() + timeout_s
    while sum(map(len, taken)) < count and time.monotonic() < deadline_s:
        taken += reader.take(0.1)
    return taken


def wait_for(condition: Callable[[], bool], timeout_s: float = 60) -> None:
    deadline_s = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline_s, "waited in vain"
        time.sleep(0.01)


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[MosquittoProcess]:
    with MosquittoProcess(tmp_path) as process:
        yield process


@pytest.mark.parametrize("version", VERSIONS)
def test_late_acknowledgements_let_everything_through_in_order(broker: MosquittoProcess, version: str) -> None:
    with subscriber(broker, version) as reader, Peer(broker.address) as publisher:
        threading.Thread(target=publisher.publish, args=(TOPIC, payloads(0, 5000))).start()
        seen: list[int] = []
        while len(seen) < 5000:
            taken = take_until(reader, 200, 5)
            assert taken, f"stalled after {len(seen)}"
            time.sleep(0.01)  # the commit
            seen += numbers(taken)
            reader.acknowledge(Batch.of(taken))
        assert seen == list(range(5000))
        assert reader.held == 0


@pytest.mark.parametrize("version", VERSIONS)
def test_unacknowledged_messages_come_again_after_we_were_killed(broker: MosquittoProcess, version: str) -> None:
    with Peer(broker.address) as publisher:
        with subscriber(broker, version) as first:
            publisher.publish(TOPIC, payloads(0, 300))
            taken = take_until(first, 300)
            done = taken[: len(taken) // 2]
            if done:
                first.acknowledge(Batch.of(done))
        publisher.publish(TOPIC, payloads(300, 100))
        with subscriber(broker, version, expect_session=True) as second:
            missing = sorted(set(range(400)) - set(numbers(done)))
            assert numbers(take_until(second, len(missing))) == missing
            assert second.session.lost_sessions == 0


@pytest.mark.parametrize("version", VERSIONS)
def test_closing_sends_the_last_acknowledgements(broker: MosquittoProcess, version: str) -> None:
    with subscriber(broker, version) as first, Peer(broker.address) as publisher:
        publisher.publish(TOPIC, payloads(0, 500))
        taken = take_until(first, 500)
        first.stop_reading()
        first.acknowledge(Batch.of(taken))
    with subscriber(broker, version, expect_session=True) as second:
        assert numbers(second.take(0.5)) == []


def test_the_window_is_kept_on_mqtt_5(broker: MosquittoProcess) -> None:
    with subscriber(broker, "5", window=50) as reader, Peer(broker.address) as publisher:
        publisher.publish(TOPIC, payloads(0, 400))
        taken = take_until(reader, 51, 1)
        assert sum(map(len, taken)) == 50
        reader.acknowledge(
            Batch.of(taken)
        )  # 2.0.11 now releases more than a window: see the test of the unlimited broker
        assert numbers(take_until(reader, 50, 2))[:50] == list(range(50, 100))


def test_an_unlimited_broker_is_held_back_at_twice_the_window(broker: MosquittoProcess) -> None:
    """3.1.1 with max_inflight_messages 0: the broker hands out everything; a pinging, unread connection must live."""
    count, payload_bytes = 4000, 8000
    settings = {"window": 100, "keepalive_s": 1}
    with subscriber(broker, "3.1.1", **settings) as reader, Peer(broker.address) as publisher:
        publisher.publish(TOPIC, [number.ljust(payload_bytes, b"x") for number in payloads(0, count)])
        one_read = 256 * 1024 // payload_bytes + 2
        wait_for(lambda: reader.held >= 200)
        time.sleep(4)  # four times the keepalive
        assert reader.held <= 200 + one_read
        assert reader.session.connection == 1, "the connection must survive"
        assert reader.silent_s() > 2
        seen = []
        while len(seen) < count:
            taken = take_until(reader, 1)
            assert taken
            seen += numbers(taken)
            reader.acknowledge(Batch.of(taken))
        assert seen == list(range(count))
        assert reader.session.connection == 1


@pytest.mark.parametrize("version", VERSIONS)
def test_a_backlog_does_not_flood_us_after_a_reconnect(tmp_path: Path, version: str) -> None:
    """Mosquitto 2.0.11 releases a whole window for each acknowledgement after a reconnect to a backlog."""
    with MosquittoProcess(tmp_path, "max_inflight_messages 50\nmax_queued_messages 0\n") as broker:
        with subscriber(broker, version, window=50):
            pass
        with Peer(broker.address) as publisher:
            publisher.publish(TOPIC, payloads(0, 3000))
        with subscriber(broker, version, window=50, expect_session=True, read_pause_ms=0) as reader:
            seen: list[int] = []
            while len(seen) < 3000:
                taken = take_until(reader, 1)
                assert taken, f"stalled after {len(seen)}"
                time.sleep(0.002)
                seen += numbers(taken)
                reader.acknowledge(Batch.of(taken))
            assert seen == list(range(3000))


@pytest.mark.parametrize("version", VERSIONS)
def test_broker_killed_and_back(broker: MosquittoProcess, version: str) -> None:
    """The unsaved session is gone with the broker: we come back alone, and say that it is lost."""
    with subscriber(broker, version) as reader:
        broker.kill()
        wait_for(lambda: not reader.session.ready.is_set())
        time.sleep(0.5)
        broker.start()
        assert reader.session.ready.wait(60)
        assert reader.session.connection == 2
        assert reader.session.lost_sessions == 1
        with Peer(broker.address) as publisher:
            publisher.publish(TOPIC, payloads(0, 10))
            assert numbers(take_until(reader, 10)) == list(range(10))


@pytest.mark.parametrize("version", VERSIONS)
def test_a_session_that_the_broker_saved_is_not_called_lost(broker: MosquittoProcess, version: str) -> None:
    with subscriber(broker, version) as reader, Peer(broker.address) as publisher:
        publisher.publish(TOPIC, payloads(0, 20))
        take_until(reader, 20)
        broker.stop()
        broker.start()
        wait_for(lambda: reader.session.connection == 2 and reader.session.ready.is_set(), 20)
        assert reader.session.lost_sessions == 0
        assert numbers(take_until(reader, 20)) == list(range(20)), "unacknowledged messages come again"


def test_a_first_start_loses_no_session_but_a_later_one_may(broker: MosquittoProcess) -> None:
    with subscriber(broker) as first:
        assert first.session.lost_sessions == 0
    with subscriber(broker, client_id="other", expect_session=True) as other:
        assert other.session.lost_sessions == 1


@pytest.mark.parametrize("version", VERSIONS)
def test_old_acknowledgements_do_not_take_new_messages_away(broker: MosquittoProcess, version: str) -> None:
    """Packet ids begin again after the broker lost the session: an unguarded old PUBACK would name a new message."""
    with subscriber(broker, version) as reader:
        with Peer(broker.address) as publisher:
            publisher.publish(TOPIC, payloads(0, 20))
        old = take_until(reader, 20)
        broker.kill()
        broker.start()
        wait_for(lambda: reader.session.connection == 2 and reader.session.ready.is_set(), 20)
        with Peer(broker.address) as publisher:
            publisher.publish(TOPIC, payloads(100, 20))
        new = take_until(reader, 20)
        assert set(Batch.of(old).packet_ids.tolist()) & set(Batch.of(new).packet_ids.tolist())
        reader.acknowledge(Batch.of(old))
        wait_for(lambda: reader.session.stale_sends == 1)
        assert reader.held == 20
    with subscriber(broker, version, expect_session=True) as again:
        assert numbers(take_until(again, 20)) == list(range(100, 120))


@pytest.mark.parametrize("version", VERSIONS)
def test_qos_0_retained_and_large_messages(broker: MosquittoProcess, version: str) -> None:
    with Peer(broker.address, version5=True) as publisher:
        publisher.publish(TOPIC, [b"kept"], retain=True)
        with subscriber(broker, version) as reader:
            assert received(take_until(reader, 1)) == [b"kept"]
            publisher.publish(TOPIC, [b"at most once"], qos=0)
            publisher.publish(TOPIC, [b"L" * 3_000_000])
            taken = take_until(reader, 2)
            batch = Batch.of(taken)
            sizes = (batch.block.payload_stop - batch.block.payload_start).tolist()
            assert list(zip((batch.packet_ids > 0).tolist(), sizes, strict=True)) == [(False, 12), (True, 3_000_000)]
            assert batch.block.topic(0) == TOPIC.encode()


def test_only_the_regions_asked_for_are_read(broker: MosquittoProcess) -> None:
    with subscriber(broker, regions=("320412",)) as reader, Peer(broker.address) as publisher:
        publisher.publish("muck/v1/110000/truck/T1/up/report/bin", [b"elsewhere"])
        publisher.publish(TOPIC, [b"here"])
        taken = take_until(reader, 1)
        assert received(taken) == [b"here"]


def test_a_broker_that_hangs_up_is_tried_again() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        reader = Subscriber(BrokerAddress(port=silent.getsockname()[1]), SETTINGS, expect_session=False)
        reader.start()
        for _ in range(3):
            connection, _ = silent.accept()
            connection.close()
        assert not reader.session.ready.is_set()
        reader.close()


def test_a_refused_login_is_tried_again(tmp_path: Path) -> None:
    with MosquittoProcess(tmp_path, "password_file /dev/null\n") as broker:
        config = broker._config
        config.write_text(config.read_text().replace("allow_anonymous true", "allow_anonymous false"))
        broker.stop()
        broker.start()
        reader = Subscriber(broker.address, SETTINGS, expect_session=False)
        reader.start()
        time.sleep(1)
        assert not reader.session.ready.is_set()
        config.write_text(config.read_text().replace("allow_anonymous false", "allow_anonymous true"))
        broker.stop()
        broker.start()
        assert reader.session.ready.wait(60)
        reader.close()


@pytest.mark.parametrize("version", VERSIONS)
def test_two_readers_of_one_name_throw_each_other_out_and_back_off(broker: MosquittoProcess, version: str) -> None:
    with subscriber(broker, version) as first, subscriber(broker, version, expect_session=True) as second:
        time.sleep(2)
        assert first.session.connection + second.session.connection < 12


def test_a_fault_of_our_own_reaches_whoever_waits(broker: MosquittoProcess) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError

    with subscriber(broker) as reader, Peer(broker.address) as publisher:
        reader.session._client._receive = fail
        publisher.publish(TOPIC, [b"x"])
        with pytest.raises(RuntimeError, match="reader"):
            take_until(reader, 1)
