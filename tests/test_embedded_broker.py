from __future__ import annotations

import re
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import Broker
from paho.mqtt.client import CallbackAPIVersion, Client, MQTTMessage

from admission.tls import client_context
from embedded.broker import SHIPPED, TLS_FILES, EmbeddedBroker, render
from embedded.errors import PortTaken, ServerFailed
from embedded.mqtt_probe import PROBE, BrokerAnswer, probe_broker
from embedded.processes import free_port, is_free, listener
from embedded.settings import EmbeddedSettings
from firmware_contracts.transport import BrokerAddress

UP = "muck/v1/320412/truck/sender/up"


def test_the_rendering_changes_only_what_belongs_to_this_checkout() -> None:
    shipped = SHIPPED.read_text()
    rendered = render(shipped, Path("/somewhere"), 1234)
    changed = set(rendered.splitlines()) - set(shipped.splitlines())
    names = {line.split()[0] for line in changed if not line.startswith("#")}
    assert names == {"listener", "persistence_location", "log_dest", "pid_file", *TLS_FILES}


def test_the_shipped_configuration_keeps_what_would_be_lost_by_default() -> None:
    lines = SHIPPED.read_text().splitlines()
    values = dict(line.split(" ", 1) for line in lines if line and not line.startswith("#"))
    assert values["persistence"] == "true"
    assert int(values["max_queued_messages"]) >= 500_000
    assert int(values["max_inflight_messages"]) >= 20_000
    assert int(values["max_packet_size"]) <= 65_536
    assert "message_size_limit" not in values


def test_the_shipped_configuration_lets_nobody_in_without_a_certificate() -> None:
    lines = SHIPPED.read_text().splitlines()
    values = dict(line.split(" ", 1) for line in lines if line and not line.startswith("#"))
    for name in ("require_certificate", "use_identity_as_username", "use_username_as_clientid"):
        assert values[name] == "true"
    assert values["allow_anonymous"] == values["allow_zero_length_clientid"] == "false"
    assert {"cafile", "certfile", "keyfile", "crlfile", "acl_file", "tls_version"} <= values.keys()
    assert sum(line.startswith("listener") for line in lines) == 1


def test_the_listener_is_the_first_setting() -> None:
    """What stands before it would make Mosquitto open its default port to every network."""
    lines = [line for line in SHIPPED.read_text().splitlines() if line and not line.startswith("#")]
    assert lines[0].startswith("listener ")


@pytest.mark.services
def test_it_listens_on_its_port_of_loopback_and_nowhere_else(broker: Broker) -> None:
    pid = listener(broker.port)
    assert pid is not None
    sockets = set(re.findall(r"\d+", " ".join(str(fd.readlink()) for fd in Path(f"/proc/{pid}/fd").iterdir())))
    tables = [Path(f"/proc/net/{name}").read_text().splitlines()[1:] for name in ("tcp", "tcp6")]
    rows = [line.split() for table in tables for line in table]
    listening = [row[1] for row in rows if row[3] == "0A" and row[9] in sockets]
    assert listening == [f"0100007F:{broker.port:04X}"]


@pytest.mark.services
def test_a_session_and_its_queue_survive_an_ordered_stop(broker: Broker) -> None:
    with _client(broker, "muckline-record", clean=False) as subscriber:
        subscriber.subscribe(f"{UP}/#", 1)
        _wait(subscriber.subscribed.wait)
    with _client(broker, "sender", clean=True) as publisher:
        for number in range(2_000):  # twice Mosquitto's own limit, which drops silently
            publisher.publish(f"{UP}/report/bin", str(number), 1)
        publisher.publish(f"{UP}/report/bin", "last", 1).wait_for_publish(10)
    broker.stop()
    broker.start()
    with _client(broker, "muckline-record", clean=False) as subscriber:
        _wait(subscriber.last.wait)
        assert subscriber.session_present
        assert subscriber.received == [*(str(number) for number in range(2_000)), "last"]


@pytest.mark.services
def test_a_packet_above_the_limit_ends_the_connection_instead_of_vanishing(broker: Broker) -> None:
    with _client(broker, "sender", clean=True) as publisher:
        publisher.publish(f"{UP}/report/bin", b"x" * 70_000, 1)
        _wait(publisher.disconnected.wait)


@pytest.mark.services
def test_a_killed_broker_comes_back_on_its_port(broker: Broker) -> None:
    broker.kill9()
    address = broker.address.as_client(PROBE)
    assert probe_broker(address) is BrokerAnswer.NO_LISTENER
    broker.start()
    assert probe_broker(address) is BrokerAnswer.ACCEPTED


@pytest.mark.services
def test_errors_of_a_run_before_do_not_count_against_a_new_one(
    test_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = EmbeddedBroker(EmbeddedSettings(home=test_home))
    server.ensure()
    server.kill9()
    log = server.status().folder / "log"
    with log.open("a") as lines:
        lines.write(
            "2026-03-02T06:00:00: OpenSSL Error[0]: error:0A000126:SSL routines::unexpected eof while reading\n"
        )
    looks, pid = iter(range(10**6)), EmbeddedBroker._pid
    # A broker whose pid is not written yet when it is first looked for.
    monkeypatch.setattr(EmbeddedBroker, "_pid", lambda self: None if next(looks) < 5 else pid(self))
    address = server.ensure()
    assert probe_broker(address.as_client(PROBE)) is BrokerAnswer.ACCEPTED


@pytest.mark.services
def test_a_broker_that_does_not_start_says_why_this_time(test_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    server = EmbeddedBroker(EmbeddedSettings(home=test_home))
    server.ensure()
    server.stop()
    log = server.status().folder / "log"
    with log.open("a") as lines:
        lines.write("2026-03-02T06:00:00: Error: of yesterday\n")
    monkeypatch.setattr("embedded.broker.render", lambda shipped, *where: render(shipped, *where) + "no_such_line 1\n")
    with pytest.raises(ServerFailed, match=r"Error found at .*broker\.conf") as refused:
        server.ensure()
    assert "yesterday" not in str(refused.value)


@pytest.mark.services
def test_a_frozen_broker_is_silent_until_it_thaws(broker: Broker) -> None:
    address = broker.address.as_client(PROBE)
    broker.freeze()
    assert probe_broker(address, 0.3) is BrokerAnswer.SILENT
    broker.thaw()
    assert probe_broker(address) is BrokerAnswer.ACCEPTED


@pytest.mark.services
def test_a_configured_port_that_is_taken_is_refused(test_home: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(PortTaken, match="broker_port"):
        EmbeddedBroker(EmbeddedSettings(test_home, broker_port=taken.getsockname()[1])).ensure()


@pytest.mark.services
def test_the_broker_never_runs_as_root(broker: Broker) -> None:
    pid = listener(broker.port)
    assert Path(f"/proc/{pid}").stat().st_uid != 0


@pytest.mark.parametrize(
    ("connack", "answer"),
    [
        (b"\x20\x02\x00\x00", BrokerAnswer.ACCEPTED),
        (b"\x20\x02\x00\x05", BrokerAnswer.BAD_CREDENTIALS),
        (b"\x20\x02\x00\x04", BrokerAnswer.BAD_CREDENTIALS),
        (b"\x20\x02\x00\x03", BrokerAnswer.REFUSED),
        (b"SSH-2.0-x", BrokerAnswer.NOT_MQTT),
        (b"", BrokerAnswer.NOT_MQTT),
    ],
)
def test_answers_are_told_apart(connack: bytes, answer: BrokerAnswer) -> None:
    with _server(lambda stream: stream.sendall(connack)) as address:
        assert probe_broker(address) is answer


def test_a_server_that_says_nothing_is_silent() -> None:
    silence = threading.Event()
    with _server(lambda _: silence.wait(5)) as address:
        assert probe_broker(address, 0.2) is BrokerAnswer.SILENT
        silence.set()


def test_a_closed_port_and_an_unknown_name_have_no_listener() -> None:
    address = BrokerAddress(port=free_port())
    assert is_free(address.port)
    assert probe_broker(address) is BrokerAnswer.NO_LISTENER
    assert probe_broker(replace(address, host="no-such-host.invalid")) is BrokerAnswer.NO_LISTENER


def test_a_plain_server_behind_a_tls_address_fails_the_handshake() -> None:
    trusted = ssl.get_default_verify_paths().cafile or "/etc/ssl/certs/ca-certificates.crt"
    with _server(lambda stream: stream.sendall(b"\x20\x02\x00\x00")) as address:
        assert probe_broker(replace(address, ca_file=Path(trusted))) is BrokerAnswer.TLS_FAILED


def test_user_name_and_password_are_sent() -> None:
    seen = []
    with _server(lambda stream: stream.sendall(b"\x20\x02\x00\x00"), seen.append) as address:
        probe_broker(replace(address, username="ingest", password="s" * 200))
    assert seen[0].endswith(b"\x00\x06ingest\x00\xc8" + b"s" * 200)
    length = (seen[0][1] & 127) + 128 * seen[0][2]
    assert length == len(seen[0]) - 3


@contextmanager
def _server(
    answer: Callable[[socket.socket], object], see: Callable[[bytes], object] = lambda _: None
) -> Iterator[BrokerAddress]:
    """Take one connection, read what comes, answer, close."""

    def serve() -> None:
        stream, _ = listening.accept()
        with stream, suppress(OSError):
            see(stream.recv(4_096))
            answer(stream)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        serving = threading.Thread(target=serve)
        serving.start()
        yield BrokerAddress(port=listening.getsockname()[1])
        serving.join(10)
        assert not serving.is_alive()


class _Recorder(Client):
    """A client that remembers what happened to it."""

    def __init__(self, client_id: str, clean: bool) -> None:
        super().__init__(CallbackAPIVersion.VERSION2, client_id, clean_session=clean)
        self.max_inflight_messages_set(0)
        self.received: list[str] = []
        self.session_present = False
        self.connected, self.disconnected = threading.Event(), threading.Event()
        self.subscribed, self.last = threading.Event(), threading.Event()
        self.on_connect = self._connected
        self.on_disconnect = lambda *_: self.disconnected.set()
        self.on_subscribe = lambda *_: self.subscribed.set()
        self.on_message = self._message

    def _connected(self, _client: object, _data: object, flags: object, *_: object) -> None:
        self.session_present = bool(getattr(flags, "session_present", False))
        self.connected.set()

    def _message(self, _client: object, _data: object, message: MQTTMessage) -> None:
        self.received.append(message.payload.decode())
        if self.received[-1] == "last":
            self.last.set()


@contextmanager
def _client(broker: Broker, client_id: str, clean: bool) -> Iterator[_Recorder]:
    client = _Recorder(client_id, clean)
    context = client_context(broker.address.as_client(client_id))
    assert context is not None
    client.tls_set_context(context)
    client.connect(broker.host, broker.port)
    client.loop_start()
    try:
        _wait(client.connected.wait)
        yield client
    finally:
        client.disconnect()
        client.loop_stop()


def _wait(wait: Callable[[float], bool]) -> None:
    assert wait(60)
