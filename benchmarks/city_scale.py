"""A city on one broker from one process: 10,000 trucks, 200 washers, 50 gates over mutual TLS, with a storm in between.

    python -m benchmarks.city_scale [--trucks 10000] [--seconds 390] [--plain]

The broker is the one that `make demo` runs, with its certificates and access rules. The platform is a process of its
own that reads with the client of ingest, decodes and acknowledges, without a database: what is measured is the
simulator. Everything shares this machine's cores. Reported: seconds until all are connected, messages and records a
second, CPU of each process, memory, how late ticks were, and how long a storm that takes every link lasts. It ends by
itself some seconds after the time given; the storm strikes 110 s before, when all should have been connected for long.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from benchmarks.broker_process import broker_process
from benchmarks.machine import machine_line
from embedded.broker import EmbeddedBroker
from embedded.settings import EmbeddedSettings
from firmware_contracts.transport import BrokerAddress
from simulators.live import run_live
from simulators.live_status import LiveStatus
from simulators.reception import StormPlan
from simulators.scenario import Scenario, read_scenario
from simulators.simulation import Simulation

STORM_BEFORE_END_S = 110.0  # the network is back after 10 s, the last link by then half a minute later
PLAIN = "max_inflight_messages 0\nmax_queued_messages 0\nset_tcp_nodelay true\nuser root\n"
TICKS_PER_S = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")


def platform(address: BrokerAddress, pipe: Any) -> None:
    """Read, decode, acknowledge until told to stop; send what it cost and what it has."""
    from firmware_contracts.commit_ack import ranges_of
    from firmware_contracts.decode import decode_block
    from firmware_contracts.topic_table import TopicTable
    from ingest.commit_acks import CommitAcknowledger
    from ingest.delivery import Batch
    from ingest.settings import IngestSettings
    from ingest.subscriber import Subscriber

    settings, topics = IngestSettings(), TopicTable()
    reader, acks = Subscriber(address, settings, expect_session=False), CommitAcknowledger(address, settings)
    reader.start()
    acks.start()
    assert reader.session.ready.wait(20)
    assert acks.session.ready.wait(20)
    pipe.send("ready")
    waiting: list[Any] = []
    messages = rejected = 0
    while not pipe.poll():
        waiting += reader.take(0.05)
        if not waiting:
            continue
        batch, waiting = Batch.of(waiting), []
        content = decode_block(batch.block, topics)
        fixes, events = content.fixes, content.device_events
        named = [one for one in content.rejected if one.epoch is not None and one.seq is not None]
        sender = content.sender[[*fixes.message.tolist(), *(one.message for one in (*events, *named))]]
        epoch = np.array([*fixes.epoch.tolist(), *(one.epoch for one in (*events, *named))], np.int64)
        seq = np.array([*fixes.seq.tolist(), *(one.seq for one in (*events, *named))], np.int64)
        acks.publish(content.topics, ranges_of(sender, epoch, seq), {})
        reader.acknowledge(batch)
        messages, rejected = messages + len(batch), rejected + len(content.rejected)
    pipe.send((messages, rejected))
    reader.close()
    acks.close()


@dataclass
class Watch:
    """What a run shows, second by second."""

    pids: dict[str, int]
    began_s: float = field(default_factory=time.monotonic)
    all_begun_s: float | None = None
    connected_s: float | None = None
    rows: list[tuple[float, int, int, dict[str, float]]] = field(default_factory=list)
    status: LiveStatus = field(default_factory=LiveStatus)
    steady_late_s: list[float] = field(default_factory=list)
    before_storm: tuple[int, int] = (0, 0)
    most_mb: dict[str, float] = field(default_factory=dict)

    def __call__(self, status: LiveStatus) -> None:
        now_s = time.monotonic() - self.began_s
        self.status = status
        if self.all_begun_s is None and status.begun == status.terminals:
            self.all_begun_s = now_s
        if self.connected_s is None and self.all_begun_s is not None and status.unconnected <= status.terminals // 100:
            self.connected_s = now_s
            status.late_s.clear()
        if status.at_s < status.storms[0].at_s:
            self.steady_late_s = list(status.late_s)
            self.before_storm = status.begun, status.connected
        cpu = {name: cpu_s(pid) for name, pid in self.pids.items()}
        for name, pid in self.pids.items():
            self.most_mb[name] = max(self.most_mb.get(name, 0.0), rss_mb(pid))
        self.rows.append((now_s, status.messages, status.offered, cpu))
        if len(self.rows) % 10 == 1:
            print(
                f"  {now_s:5.0f} s: {status.connected} of {status.terminals} connected, {status.messages} messages, "
                f"{status.unacknowledged} unacknowledged, {self.most_mb['simulator']:.0f} MB",
                flush=True,
            )


def cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS_PER_S


def rss_mb(pid: int) -> float:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE / 1e6


def city(trucks: int, seconds: float) -> Scenario:
    """Return the shipped city, two minutes old, with a storm that takes all links near the end."""
    scenario = read_scenario("city").with_changes(trucks=trucks)
    storm = StormPlan(at_s=max(0.5 * seconds, seconds - STORM_BEFORE_END_S), share=1.0, outage_s=10.0)
    return msgspec.structs.replace(scenario, storm=(storm,), history_s=120.0)


async def run(scenario: Scenario, address: BrokerAddress, seconds: float, watch: Watch) -> Simulation:
    stop = asyncio.Event()
    asyncio.get_running_loop().call_later(seconds, stop.set)

    async def no_world(_documents: dict[str, Any]) -> None:
        watch.began_s = time.monotonic()

    return await run_live(scenario, address, 1, 1.0, stop, no_world, told=watch)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trucks", type=int, default=10_000)
    parser.add_argument("--seconds", type=float, default=390.0)
    parser.add_argument("--plain", action="store_true", help="without TLS")
    arguments = parser.parse_args()
    print(machine_line())
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(dir="/var/tmp")))
        address, broker_pid = _broker(stack, folder, plain=arguments.plain)
        ours, theirs = get_context("fork").Pipe()
        child = get_context("fork").Process(target=platform, args=(address, theirs))
        child.start()
        assert ours.recv() == "ready"
        assert child.pid is not None
        watch = Watch({"simulator": os.getpid(), "broker": broker_pid, "platform": child.pid})
        scenario = city(arguments.trucks, arguments.seconds)
        simulation = asyncio.run(run(scenario, address, arguments.seconds, watch))
        ended_s = time.monotonic() - watch.began_s - arguments.seconds
        ours.send("stop")
        received, rejected = ours.recv()
        child.join()
    report(watch, simulation, received, rejected, ended_s)


def _broker(stack: ExitStack, folder: Path, *, plain: bool) -> tuple[BrokerAddress, int]:
    if plain:
        address = stack.enter_context(broker_process(folder, PLAIN))
        return address, _listener(address.port)
    broker = EmbeddedBroker(EmbeddedSettings(home=folder))
    stack.callback(broker.stop)
    address = broker.ensure()
    return address, _listener(address.port)


def _listener(port: int) -> int:
    """Return the process that listens on a port."""
    wanted = f":{port:04X} "
    inodes = {
        line.split()[9]
        for line in Path("/proc/net/tcp").read_text().splitlines()[1:]
        if wanted in line and " 0A " in line
    }
    for folder in Path("/proc").glob("[0-9]*/fd"):
        try:
            if any(str(entry.readlink())[8:-1] in inodes for entry in folder.iterdir()):
                return int(folder.parent.name)
        except OSError:
            continue
    raise AssertionError(f"expected a listener on port {port}, got none")


def _lateness(late_s: list[float]) -> str:
    if not late_s:
        return "none"
    median_ms, p99_ms = np.percentile(late_s, (50, 99)) * 1e3
    return f"median {median_ms:.0f} ms, p99 {p99_ms:.0f} ms"


def report(watch: Watch, simulation: Simulation, received: int, rejected: int, ended_s: float) -> None:
    """Print the figures of the steady part of the run: from all connected to the storm."""
    begun, connected = watch.before_storm
    status, counts = watch.status, [station.terminal.counts for station in simulation.stations]
    storm = status.storms[0]
    steady = [row for row in watch.rows if watch.connected_s is not None and watch.connected_s < row[0] < storm.at_s]
    print(
        f"terminals {status.terminals}; all begun after {watch.all_begun_s or -1:.0f} s, "
        f"all but 1 % of those with network connected after {watch.connected_s or -1:.0f} s; "
        f"{status.connected} connected at the end"
    )
    if len(steady) > 1:
        (from_s, messages, records, cpu), (to_s, more, stored, spent) = steady[0], steady[-1]
        shares = ", ".join(f"{name} {(spent[name] - cpu[name]) / (to_s - from_s):.0%}" for name in cpu)
        print(
            f"steady for {to_s - from_s:.0f} s: {(more - messages) / (to_s - from_s):.0f} messages/s, "
            f"{(stored - records) / (to_s - from_s):.0f} records/s; CPU of a core: {shares}"
        )
    else:
        print("no steady part: the storm came before all were connected; give more --seconds")
    print(f"ticks late, steady: {_lateness(watch.steady_late_s)}; with the storm: {_lateness(list(status.late_s))}")
    print("memory: " + ", ".join(f"{name} {most:.0f} MB" for name, most in watch.most_mb.items()))
    print(
        f"storm: {storm.terminals} links lost at once ({begun} had begun, {connected} were connected), "
        f"{storm.back} back, "
        + ("not all before the end" if storm.recovery_s is None else f"the last after {storm.recovery_s:.0f} s")
    )
    print(
        f"records: {sum(c.offered for c in counts)} offered, {sum(c.acknowledged for c in counts)} acknowledged, "
        f"{sum(len(s.terminal) for s in simulation.stations)} left, {sum(c.overwritten for c in counts)} overwritten, "
        f"{sum(c.sent for c in counts)} sent; platform: {received} messages, {rejected} rejected (wrong clocks)"
    )
    print(f"ended {ended_s:.1f} s after it was told to; connections made {status.connections}")


if __name__ == "__main__":
    main()
