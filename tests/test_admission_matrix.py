"""Certificates x topics x MQTT versions against the shipped configuration: what was delivered, not what was promised.

Mosquitto acknowledges to a 3.1.1 client what it refuses, and grants subscriptions that it delivers nothing on. So each
cell asks those who would have received something. What comes under a topic that is none of the contract is nobody's:
ingest keeps it as rejected and no device hears of it.
"""

from __future__ import annotations

import resource
import socket
import ssl
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pytest
from certificate_kinds import Shown, every_kind
from conftest import own_home
from raw_mqtt import ClosedByBroker, RawMqtt

from admission.names import NAME
from admission.tls import client_context
from embedded.broker import EmbeddedBroker
from embedded.settings import EmbeddedSettings
from firmware_contracts.errors import TopicError
from firmware_contracts.topics import parse_down_topic, parse_topic
from firmware_contracts.transport import BrokerAddress
from tests.promptness import assert_quick, took_s

pytestmark = pytest.mark.services

VERSIONS = {4: "3.1.1", 5: "5"}
DEVICE = "muck/v1/320412/truck/{}"
REVOKED_WITHIN_S = 2.0


@pytest.fixture(scope="module")
def server() -> Iterator[EmbeddedBroker]:
    with own_home() as home:
        broker = EmbeddedBroker(EmbeddedSettings(home=home))
        broker.ensure()
        yield broker


@pytest.fixture(scope="module")
def address(server: EmbeddedBroker) -> BrokerAddress:
    return server.address()


def told(text: str) -> None:
    """Show a figure where pytest is asked for the output (-s, or a failure)."""
    sys.stdout.write(f"{text}\n")


def connected(address: BrokerAddress, name: str, version: int = 4, **options: bool) -> RawMqtt:
    return RawMqtt(address.port, client_context(address.as_client(name)), name, version, **options)


@dataclass
class Platform:
    """Those who would receive what slips through, and those whose messages must not leak."""

    everything: RawMqtt
    system: RawMqtt
    victim: RawMqtt
    downlink: RawMqtt
    bridge: RawMqtt
    number: int = 0
    faults: list[str] = field(default_factory=list)
    checked: int = 0

    def payload(self) -> bytes:
        self.number += 1
        return b"%06d" % self.number

    def judge(self, cell: str, got: object, expected: object) -> None:
        self.checked += 1
        if got != expected:
            self.faults.append(f"{cell}: expected {expected}, got {got}")


@pytest.fixture
def platform(address: BrokerAddress) -> Iterator[Platform]:
    with ExitStack() as stack:
        everything, system, victim, downlink, bridge = (
            stack.enter_context(connected(address, name))
            for name in ("muckline-record", "muckline-ingest-monitor", "T9", "muckline-downlink", "muckline-bridge")
        )
        everything.subscribe("muck/v1/#")
        system.subscribe("$SYS/#")
        victim.subscribe(DEVICE.format("T9") + "/down/#")
        yield Platform(everything, system, victim, downlink, bridge)


# What is written, and whether a device that was let in under a name that may be issued may.
WRITTEN = {
    "own report": (DEVICE + "/up/report/bin", True),
    "own state": (DEVICE + "/up/state/json", True),
    "own reply": (DEVICE + "/up/reply/json", True),
    "another's report": ("muck/v1/320412/truck/T9/up/report/bin", False),
    "another's state": ("muck/v1/320412/truck/T9/up/state/json", False),
    "T2's report": ("muck/v1/320412/truck/T2/up/report/bin", None),  # T2's own, nobody else's
    "own acknowledgement": (DEVICE + "/down/ack", False),
    "own command": (DEVICE + "/down/command", False),
    "another's command": ("muck/v1/320412/truck/T9/down/command", False),
    "another's acknowledgement": ("muck/v1/320412/truck/T9/down/ack", False),
    "above itself": ("muck/v1/320412/truck", False),
    "beside itself": ("muck/v1/320412/T9/{}/down/up/report", False),
    "$SYS": ("$SYS/broker/publish/messages/dropped", False),
    "elsewhere": ("muck/v2/320412/truck/{}/up/report/bin", False),
}

# What is subscribed; in all of them only the own downlink may arrive.
READ = (
    DEVICE + "/down/#",
    "muck/v1/+/+/+/down/#",
    "muck/v1/320412/truck/T9/down/#",
    "muck/v1/+/+/+/up/#",
    "muck/v1/320412/truck/T9/up/report/bin",
    "#",
    "+/+/+/+/+/+/+",
    "$SYS/#",
    "$share/stolen/muck/v1/+/+/+/up/#",
)


def is_name(name: str | None) -> bool:
    return name is not None and NAME.fullmatch(name) is not None


def means_something(topic: str) -> bool:
    """Tell whether anybody listens to a topic for what it says."""
    for parse in (parse_topic, parse_down_topic):
        with suppress(TopicError):
            parse(topic)
            return True
    return topic.startswith("$SYS")


@pytest.mark.parametrize("version", VERSIONS)
def test_only_the_allowed_cells_deliver(
    server: EmbeddedBroker, address: BrokerAddress, platform: Platform, tmp_path: Path, version: int
) -> None:
    for shown in every_kind(server.authority(), tmp_path):
        cell = f"MQTT {VERSIONS[version]}, {shown.title}"
        said = shown.name or "T1" if shown.says is None else shown.says
        try:
            client = RawMqtt(address.port, shown.context, said, version, username=said or None)
        except (ClosedByBroker, ssl.SSLError) as error:
            if shown.enters and is_name(shown.name) and said:
                platform.faults.append(f"{cell}: not let in: {error}")
            platform.checked += len(WRITTEN) + len(READ)  # nobody there, nothing delivered
            continue
        with client:
            platform.judge(f"{cell}: enters", True, shown.enters)
            _write_everything(cell, client, shown, platform)
            _read_everything(cell, client, shown, platform)
    told(f"MQTT {VERSIONS[version]}: cells checked {platform.checked}, cells wrong {len(platform.faults)}")
    assert platform.checked > 400
    assert not platform.faults, "\n".join(platform.faults)


def _write_everything(cell: str, client: RawMqtt, shown: Shown, platform: Platform) -> None:
    sent: dict[bytes, tuple[str, str, bool]] = {}
    for what, (template, allowed) in WRITTEN.items():
        topic = template.format(shown.name)
        if set(topic) & set("+#"):
            platform.checked += 1  # no topic: a broker ends the connection of whoever publishes there
            continue
        payload = platform.payload()
        expected = shown.name == "T2" if allowed is None else allowed and is_name(shown.name)
        sent[payload] = (what, topic, expected)
        client.publish(topic, payload)
    delivered = platform.everything.payloads() | platform.system.payloads() | platform.victim.payloads()
    for payload, (what, topic, expected) in sent.items():
        got = payload in delivered and means_something(topic)
        platform.judge(f"{cell}: write {what} ({topic})", got, expected)


def _read_everything(cell: str, client: RawMqtt, shown: Shown, platform: Platform) -> None:
    own = shown.name if is_name(shown.name) else None
    for template in READ:
        topic_filter = template.format(shown.name)
        client.received.clear()
        try:
            client.subscribe(topic_filter)
        except ClosedByBroker:
            platform.checked += 1  # no filter: the broker ended the connection
            return
        theirs = platform.payload()
        for name in ("T9", "T2"):
            if name != own:
                platform.downlink.publish(f"{DEVICE.format(name)}/down/command", theirs)
            platform.bridge.publish(f"{DEVICE.format(name)}/up/report/bin", theirs)
        platform.judge(f"{cell}: read {topic_filter}, what is not its own", theirs in client.payloads(), False)
        system = [topic for topic, _ in client.received if topic.startswith("$SYS")]
        platform.judge(f"{cell}: read {topic_filter}, $SYS", bool(system), False)
        if own is not None and template == READ[0]:
            ours = platform.payload()
            platform.downlink.publish(f"{DEVICE.format(own)}/down/command", ours)
            platform.judge(f"{cell}: read {topic_filter}, its own", ours in client.payloads(), True)


@pytest.mark.parametrize("version", VERSIONS)
def test_nobody_takes_over_anothers_connection_or_session(address: BrokerAddress, version: int) -> None:
    up = DEVICE.format("T2") + "/up/report/bin"
    with connected(address, "muckline-ingest", version, clean=False) as ingest:
        ingest.subscribe("muck/v1/+/+/+/up/#", qos=1)
    t1 = client_context(address.as_client("T1"))
    with connected(address, "T2", version) as t2:
        t2.publish(up, b"queued for an ingest that is away")
        for said in ("T2", "muckline-ingest"):
            for clean in (True, False):
                with RawMqtt(address.port, t1, said, version, username=said, clean=clean) as intruder:
                    assert not intruder.session_present
                    intruder.ping()
                    assert intruder.received == []
        assert t2.is_alive()
    with connected(address, "muckline-ingest", version, clean=False) as ingest:
        assert ingest.session_present
        assert (up, b"queued for an ingest that is away") in _taken(ingest)
    connected(address, "muckline-ingest", version).close()  # leave no session behind


def _taken(client: RawMqtt) -> list[tuple[str, bytes]]:
    client.ping()
    return client.received


def test_a_revoked_certificate_is_refused_also_to_resume_a_session(
    server: EmbeddedBroker, address: BrokerAddress
) -> None:
    with connected(address, "muckline-ingest", clean=False) as ingest:
        ingest.subscribe("muck/v1/+/+/+/up/#", qos=1)
    up = DEVICE.format("T5") + "/up/report/bin"
    with connected(address, "T5") as unconcerned:
        unconcerned.publish(up, b"queued")
    for name in ("T3", "T4"):  # twice: the second list must be believed too, though it is no second younger
        context = client_context(address.as_client(name))
        sessions = []
        for _ in range(2):
            with RawMqtt(address.port, context, name) as before:
                sessions.append(before.tls_session)
        authority = server.authority()
        # What one connection takes on a quiet machine is a hundredth of the promise; a busy one makes both wait.
        within_s = max(REVOKED_WITHIN_S, 20 * took_s(partial(_enters, address, context, name, None)))
        began_s = time.monotonic()
        assert len(authority.revoke_serials(authority.valid_serials(name))) == 1
        server.reload()
        while _enters(address, context, name, None):
            assert time.monotonic() - began_s < within_s, f"{name} is let in although it is revoked"
        told(f"{name} refused by the broker {1000 * (time.monotonic() - began_s):.0f} ms after it was revoked")
        assert not any(_enters(address, context, name, session) for session in sessions)
    assert _enters(address, client_context(address.as_client("T5")), "T5", None)
    with connected(address, "muckline-ingest", clean=False) as ingest:
        assert ingest.session_present
        assert (up, b"queued") in _taken(ingest), "reading the list costs nobody's queue"
    connected(address, "muckline-ingest").close()


def _enters(address: BrokerAddress, context: ssl.SSLContext | None, name: str, session: ssl.SSLSession | None) -> bool:
    try:
        RawMqtt(address.port, context, name, tls_session=session).close()
    except (ClosedByBroker, ssl.SSLError):
        return False
    return True


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
def test_plain_connections_and_old_tls_are_refused(address: BrokerAddress) -> None:
    assert not _enters(address, None, "T1", None)
    for version, enters in (
        (ssl.TLSVersion.TLSv1, False),
        (ssl.TLSVersion.TLSv1_1, False),
        (ssl.TLSVersion.TLSv1_2, True),
        (ssl.TLSVersion.TLSv1_3, True),
    ):
        context = client_context(address.as_client("T1"))
        assert context is not None
        context.set_ciphers("ALL:@SECLEVEL=0")  # so that it is the broker that refuses
        context.minimum_version = context.maximum_version = version
        assert _enters(address, context, "T1", None) is enters, version.name


def test_idle_connections_and_oversized_packets_keep_no_device_out(address: BrokerAddress, platform: Platform) -> None:
    """More idle connections than the usual limit of open files: what it takes is in the broker's and in `deploy/`."""
    idle = 1100
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < 2 * idle:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(2 * idle, hard), hard))
    with ExitStack() as stack:
        for _ in range(idle):
            stack.enter_context(socket.create_connection(("127.0.0.1", address.port), 5))
        glutton = stack.enter_context(connected(address, "T7"))
        with pytest.raises(ClosedByBroker):
            glutton.publish(DEVICE.format("T7") + "/up/report/bin", b"x" * 200_000)

        def served_s() -> float:
            began_s = time.monotonic()
            with connected(address, "T8") as honest:
                honest.publish(DEVICE.format("T8") + "/up/report/bin", b"honest")
            assert b"honest" in platform.everything.payloads()
            told(f"served {1000 * (time.monotonic() - began_s):.0f} ms after connecting beside {idle} idle connections")
            return time.monotonic() - began_s

        assert_quick(served_s, 2.0)


def test_a_last_will_is_held_to_the_same_rules(address: BrokerAddress) -> None:
    """Each connection in `every_kind` publishes for itself; a will is published by the broker."""
    from paho.mqtt.client import CallbackAPIVersion, Client

    with connected(address, "muckline-record") as everything:
        everything.subscribe("muck/v1/#")
        for topic, delivered in (("T9", False), ("T1", True)):
            context = client_context(address.as_client("T1"))
            assert context is not None
            client = Client(CallbackAPIVersion.VERSION2, "T1")
            client.tls_set_context(context)
            client.will_set(DEVICE.format(topic) + "/up/state/json", f"will of {topic}", 1)
            client.connect(address.host, address.port)
            while not client.is_connected():
                client.loop(0.05)
            raw = client.socket()
            assert raw is not None
            raw.close()  # type: ignore[no-untyped-call]
            deadline_s = time.monotonic() + (60.0 if delivered else 0.5)
            while f"will of {topic}".encode() not in everything.payloads() and time.monotonic() < deadline_s:
                time.sleep(0.02)
            assert (f"will of {topic}".encode() in everything.payloads()) is delivered
