"""Receiving at QoS 1 through a real Mosquitto, acknowledged late: ours against paho and aiomqtt, plain and over TLS.

    python -m benchmarks.receive [--messages 60000] [--rounds 5]

Publisher and broker share one core, the subscriber has the other where there are two. Every client acknowledges in
batches, as a pipeline that commits does: every 1000 messages or 50 ms. Reported: messages a second at the wall, and the
subscriber's CPU per message, which also holds when the broker is the limit. Clients run in turn, medians of the rounds.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import resource
import socket
import statistics
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from admission.authority import Authority
from admission.identities import write_identity
from admission.tls import client_context
from benchmarks.broker_process import broker_process
from benchmarks.machine import machine_line
from benchmarks.mqtt_load import LoadPublisher, publish_packets
from firmware_contracts.transport import BrokerAddress

TOPIC = b"muck/v1/320412/truck/T%04d/up/report/bin"
BATCH, AGE_S = 1000, 0.05
Client = Callable[[BrokerAddress, str, int, Any], None]


def cpu_s() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def run_ours(address: BrokerAddress, version: str, count: int, ready: Any) -> None:
    from ingest.delivery import Batch
    from ingest.settings import IngestSettings
    from ingest.subscriber import Subscriber

    settings = IngestSettings(client_id="bench-ours", mqtt_version=version)  # type: ignore[arg-type]
    reader = Subscriber(address, settings, expect_session=False)
    reader.start()
    assert reader.session.ready.wait(10)
    ready()
    seen = 0
    waiting: list[Any] = []
    flushed_s = time.monotonic()
    while seen < count:
        waiting += reader.take(0.01)
        held = sum(map(len, waiting))
        if held and (held >= BATCH or time.monotonic() - flushed_s > AGE_S or seen + held >= count):
            reader.acknowledge(Batch.of(waiting))
            seen, waiting, flushed_s = seen + held, [], time.monotonic()
    reader.close()


def run_paho(address: BrokerAddress, version: str, count: int, ready: Any) -> None:
    from paho.mqtt.client import Client as PahoClient
    from paho.mqtt.client import MQTTMessage
    from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

    protocol = MQTTProtocolVersion.MQTTv5 if version == "5" else MQTTProtocolVersion.MQTTv311
    client = PahoClient(CallbackAPIVersion.VERSION2, "bench-paho", protocol=protocol, manual_ack=True)
    waiting: list[int] = []
    state = {"seen": 0, "flushed": time.monotonic()}

    def on_message(_client: PahoClient, _data: object, message: MQTTMessage) -> None:
        waiting.append(message.mid)
        if (
            len(waiting) >= BATCH
            or time.monotonic() - state["flushed"] > AGE_S
            or state["seen"] + len(waiting) >= count
        ):
            for mid in waiting:
                client.ack(mid, 1)
            state["seen"] += len(waiting)
            state["flushed"] = time.monotonic()
            waiting.clear()

    client.on_message = on_message
    client.on_subscribe = lambda *_: ready()
    client.on_connect = lambda *_: client.subscribe("muck/v1/+/+/+/up/#", 1)
    context = client_context(address)
    if context is not None:
        client.tls_set_context(context)
    client.connect(address.host, address.port, **({"properties": paho_window()} if version == "5" else {}))
    while state["seen"] < count:
        client.loop(0.1)
    while client.want_write():
        client.loop(0.01)
    client.disconnect()


def paho_window() -> Any:
    from paho.mqtt.packettypes import PacketTypes
    from paho.mqtt.properties import Properties

    properties = Properties(PacketTypes.CONNECT)
    properties.ReceiveMaximum = 20_000
    return properties


def run_aiomqtt(address: BrokerAddress, version: str, count: int, ready: Any) -> None:
    import aiomqtt

    async def receive() -> None:
        protocol = aiomqtt.ProtocolVersion.V5 if version == "5" else aiomqtt.ProtocolVersion.V311
        options: dict[str, Any] = {"properties": paho_window()} if version == "5" else {}
        client = aiomqtt.Client(address.host, address.port, identifier="bench-aio", protocol=protocol, **options)
        client._client.manual_ack_set(True)
        async with client:
            await client.subscribe("muck/v1/+/+/+/up/#", qos=1)
            ready()
            seen, waiting, flushed_s = 0, [], time.monotonic()
            async for message in client.messages:
                waiting.append(message.mid)
                now_s = time.monotonic()
                if len(waiting) >= BATCH or now_s - flushed_s > AGE_S or seen + len(waiting) >= count:
                    for mid in waiting:
                        client._client.ack(mid, 1)
                    seen, flushed_s = seen + len(waiting), now_s
                    waiting.clear()
                    if seen >= count:
                        return

    asyncio.run(receive())


OVER_TLS = " over TLS"
CLIENTS: dict[str, Client] = {
    "ours": run_ours,
    "paho, manual ack": run_paho,
    "aiomqtt, manual ack": run_aiomqtt,
    "ours" + OVER_TLS: run_ours,
    "paho, manual ack" + OVER_TLS: run_paho,
}


def measured(name: str, address: BrokerAddress, version: str, count: int, pipe: Any) -> None:
    """Run a client in this process and send what it cost."""
    pin(-1)
    began: list[float] = []

    def ready() -> None:
        began[:] = [cpu_s(), time.monotonic()]
        pipe.send("ready")

    CLIENTS[name](address, version, count, ready)
    pipe.send((cpu_s() - began[0], time.monotonic() - began[1]))


def pin(which: int) -> None:
    """Stay on one of the processors that we may use."""
    cores = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {cores[which]})


def one_round(name: str, version: str, count: int, payload_bytes: int) -> tuple[float, float]:
    """Return messages a second and CPU microseconds a message of one client with a broker of its own."""
    core = sorted(os.sched_getaffinity(0))[0]
    lines = "max_inflight_messages 0\nmax_queued_messages 0\nset_tcp_nodelay true\n"
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        encrypted, tls_lines = tls_listener(folder)
        address = stack.enter_context(broker_process(folder, lines + tls_lines, core))
        target = encrypted if name.endswith(OVER_TLS) else address
        ours, theirs = get_context("spawn").Pipe()
        child = get_context("spawn").Process(target=measured, args=(name, target, version, count, theirs))
        child.start()
        theirs.close()  # so that a child that dies is noticed
        assert ours.recv() == "ready"
        packets = publish_packets([(TOPIC % (n % 500), os.urandom(payload_bytes)) for n in range(count)])
        publisher = LoadPublisher(address.host, address.port, "load")
        thread = threading.Thread(target=publisher.publish, args=(packets,))
        thread.start()
        cpu, wall = ours.recv()
        thread.join()
        child.join()
        return count / wall, cpu / count * 1e6


def tls_listener(folder: Path) -> tuple[BrokerAddress, str]:
    """Return how a second listener with mutual TLS is reached, and its configuration."""
    authority = Authority.create(folder / "authority")
    server = authority.issue_server(["127.0.0.1"])
    assert server.key is not None
    certificate, key = write_identity(folder, replace(server, name="server"))
    for file in (folder, authority.folder, certificate, key, authority.ca_file):
        file.chmod(0o755)  # Mosquitto gives up root before it reads them
    client_certificate, client_key = write_identity(folder, authority.issue("bench-tls"))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    lines = f"listener {port} 127.0.0.1\ncafile {authority.ca_file}\ncertfile {certificate}\nkeyfile {key}\n"
    address = BrokerAddress(port=port, ca_file=authority.ca_file, cert_file=client_certificate, key_file=client_key)
    return address, lines + "require_certificate true\ntls_version tlsv1.2\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=60_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--payload-bytes", type=int, default=52, help="one binary fix")
    parser.add_argument("--clients", nargs="+", choices=CLIENTS, default=list(CLIENTS), metavar="CLIENT")
    arguments = parser.parse_args()
    version = subprocess.run(["mosquitto", "-h"], capture_output=True, text=True, check=False).stdout.split("\n")[0]
    print(f"{machine_line()}, {version}")
    for protocol in ("3.1.1", "5"):
        results: dict[str, list[tuple[float, float]]] = {name: [] for name in arguments.clients}
        for _ in range(arguments.rounds):
            for name, rounds in results.items():
                rounds.append(one_round(name, protocol, arguments.messages, arguments.payload_bytes))
        first = arguments.clients[0]
        first_us = statistics.median(cpu for _, cpu in results[first])
        for name, rounds in results.items():
            rate, cpu = (statistics.median(column) for column in zip(*rounds, strict=True))
            ratio = cpu / first_us
            print(f"MQTT {protocol:5} {name:26} {rate:9,.0f} msg/s  {cpu:7.2f} us CPU/msg  {ratio:6.1f}x {first}")


if __name__ == "__main__":
    main()
