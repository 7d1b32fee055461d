"""How many JT/T 808 terminals one core carries: the real bridge, a real Mosquitto, a platform that acknowledges.

    python -m benchmarks.jt808_bridge [--terminals 5000] [--seconds 20] [--rate 1]

The bridge has one core for itself where there are two; broker, platform and terminals share the other. Each terminal
holds a TCP connection and reports once a second, spread over the second. The platform gathers for as long as ingest
does (100 ms) and then acknowledges, so that the latency from a report to its general response holds everything but the
database. Reported: answers a second, the bridge's share of a core, latency p50 and p99, and reports left unanswered.
The peer is the bare exchange: an asyncio server that answers each report at once and neither decodes nor publishes.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import select
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.broker_process import broker_process
from benchmarks.machine import machine_line
from firmware_contracts.jt808.header import Version
from firmware_contracts.jt808.location import FIXED, IGNITION, Location, pack_location, parse_location
from firmware_contracts.jt808.messages import Authentication, LocationReport, PlatformAnswer, encode
from ingest.jt808.authentication import Authenticator

SECRET = "a benchmark's secret, sixteen or more"  # noqa: S105
LINES = "max_inflight_messages 0\nmax_queued_messages 0\nset_tcp_nodelay true\n"
ITEMS = ((0x01, b"\0\0\x10\0"), (0x30, b"\x1f"), (0x31, b"\x0b"))
FLUSH_S = 0.1


def device(number: int) -> str:
    return f"B{number:05d}"


def phone(number: int) -> str:
    return f"{13_900_000_000 + number}"


def documents(count: int) -> list[dict[str, Any]]:
    fixed = {"kind": "truck", "region": "320412", "status": "active", "protocol": "jt808"}
    return [{"terminal_id": device(n), "phone": phone(n), **fixed} for n in range(count)]


def pin(core: int) -> None:
    os.sched_setaffinity(0, {core})


def cores() -> tuple[int, int]:
    allowed = sorted(os.sched_getaffinity(0))
    return allowed[0], allowed[-1]


# ---- the platform: what ingest does, but for the database


def run_platform(port: int, core: int, pipe: Any) -> None:
    from firmware_contracts.commit_ack import ranges_of
    from firmware_contracts.decode import decode_block
    from firmware_contracts.topic_table import TopicTable
    from firmware_contracts.topics import up_filter
    from firmware_contracts.transport import BrokerAddress
    from ingest.commit_acks import ack_payloads, ack_topic
    from ingest.mqtt_session import MqttSession, SessionOptions
    from ingest.packets import Packets, parse, pubacks, publish_packet

    pin(core)
    reads: list[tuple[Packets, int]] = []
    lock = threading.Lock()

    def receive(packets: Packets, _connection: int) -> None:
        with lock:
            reads.append((packets, time.time_ns() // 1_000_000))

    options = SessionOptions("bench-platform", version5=True, subscriptions=(up_filter(),), read_pause_ms=10)
    session = MqttSession(BrokerAddress(port=port), options, receive)
    session.start()
    assert session.ready.wait(10)
    pipe.send("ready")
    topics = TopicTable()
    while not pipe.poll(FLUSH_S):
        with lock:
            taken, reads[:] = list(reads), []
        if not taken:
            continue
        block, packet_ids = parse([p for p, _ in taken], [at for _, at in taken], version5=True)
        decoded = decode_block(block, topics)
        fixes = decoded.fixes
        kept = ranges_of(decoded.sender[fixes.message], fixes.epoch, fixes.seq)
        acks = [
            publish_packet(ack_topic(decoded.topics[sender]), payload, version5=True)
            for sender, payload in ack_payloads(kept, {})
        ]
        session.send(pubacks(packet_ids) + b"".join(acks), session.connection)
    session.close()


# ---- the terminals: one epoll loop, no library


@dataclass
class Figures:
    sent: int
    answered: int
    seconds: float
    latency_ms: np.ndarray[Any, np.dtype[np.float64]]


class Terminals:
    """Many connections that report in turn, and what came back."""

    def __init__(self, port: int, count: int, secret: str) -> None:
        authenticator = Authenticator(secret.encode())
        self._sockets: list[socket.socket] = []
        self._number: dict[int, int] = {}
        self._epoll = select.epoll()
        self._sent_s: dict[tuple[int, int], float] = {}
        self._rest: dict[int, bytes] = {}
        self.latencies: list[float] = []
        self.welcomed = 0
        for number in range(count):
            sock = socket.create_connection(("127.0.0.1", port))
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            code = authenticator.code(phone(number), device(number))
            sock.sendall(encode(Authentication(code), phone(number), 0)[0])
            sock.setblocking(False)
            self._sockets.append(sock)
            self._number[sock.fileno()] = number
            self._epoll.register(sock.fileno(), select.EPOLLIN)
            if number % 50 == 0:
                self.listen(0.0)

    def listen(self, wait_s: float) -> None:
        """Take in what has come."""
        for descriptor, _ in self._epoll.poll(wait_s):
            number = self._number[descriptor]
            data = self._rest.pop(descriptor, b"") + self._sockets[number].recv(65_536)
            assert data, "the bridge has ended a connection"
            *frames, rest = data.split(b"\x7e")
            if rest:
                self._rest[descriptor] = b"\x7e" + rest
            now_s = time.monotonic()
            for frame in frames:
                if frame:
                    self._hear(number, frame.replace(b"\x7d\x02", b"\x7e").replace(b"\x7d\x01", b"\x7d"), now_s)

    def _hear(self, number: int, frame: bytes, now_s: float) -> None:
        if frame[:2] != b"\x80\x01":
            return
        assert frame[16] == 0, f"expected result 0, got {frame.hex()}"
        serial, message_id = int.from_bytes(frame[12:14], "big"), frame[14:16]
        if message_id == b"\x01\x02":
            self.welcomed += 1
        else:
            self.latencies.append(now_s - self._sent_s.pop((number, serial)))

    def report(self, number: int, serial: int, time_ms: int) -> None:
        """Let a terminal report."""
        place = Location(0, IGNITION | FIXED, 31.5 + number * 1e-5, 119.9, 12, 10.0, 90.0, time_ms, ITEMS)
        body = parse_location(pack_location(place))
        frame = encode(LocationReport(body), phone(number), serial, Version.V2013)[0]
        self._sent_s[number, serial] = time.monotonic()
        self._sockets[number].sendall(frame)

    def run(self, seconds: float, rate: float) -> Figures:
        """Report evenly for a time, then wait for the last answers."""
        count, began, sent = len(self._sockets), time.monotonic(), 0
        base_ms = int(time.time()) * 1000 - 3_600_000
        while (elapsed := time.monotonic() - began) < seconds:
            due = int(elapsed * count * rate)
            for n in range(sent, min(due, sent + 200)):
                turn, number = divmod(n, count)
                self.report(number, turn + 1, base_ms + turn * 1000)
            sent = min(due, sent + 200)
            self.listen(0.001 if sent == due else 0.0)
        while self._sent_s and time.monotonic() - began < seconds + 5:
            self.listen(0.1)
        return Figures(sent, len(self.latencies), elapsed, np.array(self.latencies) * 1000)


# ---- the bridge and its peer


@contextmanager
def bridge_process(port: int, count: int, core: int, folder: Path) -> Iterator[tuple[int, int]]:
    """Yield the pid of `muckline bridge jt808` on one core, and where it listens."""
    world, secret = folder / "world", folder / "secret"
    world.mkdir()
    (world / "terminals.json").write_text(json.dumps(documents(count)))
    secret.write_text(SECRET + "\n")
    names = {"bridge.port": 0, "bridge.metrics_port": 0, "bridge.max_connections": count + 10}
    names |= {"bridge.secret_file": secret, "broker.host": "127.0.0.1", "broker.port": port}
    sets = [word for name, value in names.items() for word in ("--set", f"{name}={value}")]
    command = ["taskset", "-c", str(core), sys.executable, "-m", "muckline", *sets, "bridge", "jt808"]
    process = subprocess.Popen([*command, "--registry", str(world)], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        for line in process.stdout:
            if "terminals at" in line:
                threading.Thread(target=process.stdout.read, daemon=True).start()
                yield process.pid, int(line.strip().rstrip(".").rpartition(":")[2])
                break
        else:
            raise AssertionError("the bridge has ended")
    finally:
        process.terminate()
        process.wait(20)


def run_bare(core: int, pipe: Any) -> None:
    """Answer every frame at once: what sockets and asyncio cost alone."""
    import asyncio

    pin(core)
    answer = encode(PlatformAnswer(1, 0x0200, 0), phone(1), 0)[0]

    class Bare(asyncio.Protocol):
        def connection_made(self, transport: Any) -> None:
            self.transport = transport

        def data_received(self, data: bytes) -> None:
            plain = data[1:-1].replace(b"\x7d\x02", b"\x7e").replace(b"\x7d\x01", b"\x7d")
            said = answer[:13] + plain[10:12] + plain[:2] + answer[17:]
            self.transport.write(said.replace(b"\x7e", b"\x7d\x02") if b"\x7e" in said[1:-1] else said)

    async def serve() -> None:
        server = await asyncio.get_running_loop().create_server(Bare, "127.0.0.1", 0, backlog=1024)
        pipe.send((os.getpid(), server.sockets[0].getsockname()[1]))
        await asyncio.to_thread(pipe.recv)
        server.close()

    asyncio.run(serve())


def cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measured(pid: int, port: int, count: int, *, seconds: float, rate: float, wait: bool) -> tuple[Figures, float]:
    """Return what the terminals saw and the CPU that the process used per second."""
    terminals = Terminals(port, count, SECRET)
    deadline = time.monotonic() + 60
    while terminals.welcomed < count and wait:
        terminals.listen(0.1)
        assert time.monotonic() < deadline, f"expected {count} welcomed, got {terminals.welcomed}"
    time.sleep(1.0)
    terminals.listen(0.1)
    began = cpu_s(pid)
    figures = terminals.run(seconds, rate)
    return figures, (cpu_s(pid) - began) / figures.seconds


def told(name: str, count: int, figures: Figures, share: float) -> str:
    p50, p99 = np.percentile(figures.latency_ms, [50, 99]) if figures.answered else (np.nan, np.nan)
    answered = figures.answered / figures.seconds
    return (
        f"{name:8} {count:6} terminals {figures.sent / figures.seconds:8.0f} sent/s {answered:8.0f} answered/s"
        f"  CPU {share * 100:5.1f} % of a core ({share / max(answered, 1) * 1e6:5.0f} us each)"
        f"  latency p50 {p50:6.1f} ms p99 {p99:6.1f} ms  unanswered {figures.sent - figures.answered}"
    )


def bench_bridge(count: int, seconds: float, rate: float, on: tuple[int, int]) -> None:
    others, own = on
    with tempfile.TemporaryDirectory() as name, broker_process(Path(name), LINES, others) as address:
        ours, theirs = get_context("spawn").Pipe()
        platform = get_context("spawn").Process(target=run_platform, args=(address.port, others, theirs))
        platform.start()
        try:
            assert ours.recv() == "ready"
            with bridge_process(address.port, count, own, Path(name)) as (pid, port):
                figures, share = measured(pid, port, count, seconds=seconds, rate=rate, wait=True)
                print(told("bridge", count, figures, share), flush=True)
        finally:
            ours.send("stop")
            platform.join(10)


def bench_bare(count: int, seconds: float, rate: float, core: int) -> None:
    ours, theirs = get_context("spawn").Pipe()
    process = get_context("spawn").Process(target=run_bare, args=(core, theirs))
    process.start()
    try:
        pid, port = ours.recv()
        figures, share = measured(pid, port, count, seconds=seconds, rate=rate, wait=False)
        print(told("bare", count, figures, share), flush=True)
    finally:
        ours.send("stop")
        process.join(10)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--terminals", type=int, default=5000)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--rate", type=float, default=1.0, help="reports of a terminal a second")
    arguments = parser.parse_args()
    wanted = arguments.terminals + 256
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(wanted, hard)), hard))
    print(machine_line())
    others, own = cores()
    pin(others)
    bench_bare(arguments.terminals, arguments.seconds / 2, arguments.rate, own)
    bench_bridge(arguments.terminals, arguments.seconds, arguments.rate, (others, own))


if __name__ == "__main__":
    main()
