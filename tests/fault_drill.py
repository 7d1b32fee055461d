"""Everything is killed under load, and afterwards the records stored are compared with the records produced.

The terminals are the simulators' own (store and forward, forget on commit acknowledgement), over real connections to a
real broker; ingest is the real command in a process of its own; the database is the real one. A short form runs in the
tests, `make soak` runs the long one: `python tests/fault_drill.py --minutes 10`.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Coroutine
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import psycopg
from poison import POISONS, Poison, kinds_kept, lost_poison, publish_poison

from embedded.broker import EmbeddedBroker
from embedded.postgres import EmbeddedPostgres
from embedded.processes import free_port
from embedded.settings import EmbeddedSettings
from firmware_contracts.fix import Fix
from firmware_contracts.topics import DownTopic, Topic
from firmware_contracts.transport import BrokerAddress
from muckline.child import broker_environment
from simulators.link import Link
from simulators.payloads import report_encoder
from simulators.reception import Reception
from simulators.scenario import LinkPlan
from simulators.simulation import Station
from simulators.terminal import Terminal, TerminalLimits
from storage.migrate import upgrade
from storage.world_store import write_documents

ROOT = Path(__file__).parents[1]
HOME = ROOT / ".muckline"
REGION = "320412"
ENCODINGS = ("bin", "json", "nmea")
LIMITS = TerminalLimits(batch=20, flush_s=0.5, window=4, retry_s=5.0, retry_max_s=20.0)
DRAIN_MOST_S = 120.0
POISON_EVERY_S = 1.0


@dataclass(frozen=True)
class DrillPlan:
    """What goes wrong, and how hard the terminals work meanwhile; None leaves a fault out.

    Attributes:
        seconds: How long records are produced. [s]
        terminals: Trucks, each with a connection of its own.
        rate_hz: Records each terminal produces a second. [Hz]
        kill_ingest_s: Shortest and longest time between two SIGKILLs of ingest. [s]
        kill_broker_s: Likewise of the broker.
        kill_database_s: Likewise of the database.
        database_down_s: How long the database stays down after a kill. [s]
        poison: Payloads that no terminal should send are mixed in.
    """

    seconds: float
    terminals: int = 20
    rate_hz: float = 25.0
    kill_ingest_s: tuple[float, float] | None = None
    kill_broker_s: tuple[float, float] | None = None
    kill_database_s: tuple[float, float] | None = None
    database_down_s: float = 3.0
    poison: bool = False
    seed: int = 1


@dataclass
class Figures:
    """What a drill found.

    `poison_lost` counts payloads that the broker took and nobody kept. A broker that is killed forgets what it took,
    and the terminal sends it again; one that lives on, whoever else is killed, may lose none.
    """

    produced: int = 0
    stored: int = 0
    missing: int = 0
    altered: int = 0
    invented: int = 0
    deliveries_per_record: float = 0.0
    drain_s: float = 0.0
    ingest_kills: int = 0
    broker_kills: int = 0
    database_kills: int = 0
    poison_kinds_sent: int = 0
    poison_kinds_kept: int = 0
    poison_lost: int = 0


class Ingest:
    """The `muckline ingest` process; ended and started again by pid."""

    def __init__(self, database_url: str, address: BrokerAddress, log: Path) -> None:
        self._log = log
        self._environment = os.environ | {
            "MUCKLINE_DATABASE__URL": database_url,
            **broker_environment(address),
            "MUCKLINE_INGEST__METRICS_PORT": str(free_port()),
        }
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "muckline", "ingest"], env=self._environment, cwd=ROOT, stdout=log, stderr=log
            )

    def kill9(self) -> None:
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def terminate(self) -> int:
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)
        return self._process.wait(timeout=60)

    @property
    def died(self) -> bool:
        return self._process is not None and self._process.poll() is not None


@dataclass
class Truck:
    """A terminal, its connection and everything it ever produced."""

    station: Station
    link: Link
    produced: dict[tuple[int, int], Fix] = field(default_factory=dict)

    def produce(self, number: int, now: float) -> None:
        terminal = self.station.terminal
        seq = terminal.seq + 1
        fix = Fix(
            epoch=terminal.epoch,
            seq=seq,
            fix_time_ms=time.time_ns() // 10_000_000 * 10,
            lat_deg=round(31.5 + number * 0.01 + (seq % 1000) * 1e-5, 7),
            lon_deg=round(119.5 + (seq // 1000) * 1e-3, 7),
            speed_mps=(seq % 20) + 0.5,
            course_deg=float(seq % 360),
            hdop=1.0,
            load_kg=float(seq % 3 * 10_000),
        )
        self.produced[terminal.offer(fix, now)] = fix


def drill_world(terminals: int) -> dict[str, Any]:
    """Return a world with that many trucks, one more for poison, and nothing else."""
    names = [f"D{number:03d}" for number in range(terminals)] + ["POISON"]
    vehicles = [{"vehicle_id": f"V-{name}", "plate": f"V-{name}", "company_id": "C1"} for name in names]
    assigned = [{"vehicle_id": f"V-{name}", "from": None, "to": None} for name in names]
    devices = [
        {"terminal_id": name, "kind": "truck", "region": REGION, "status": "active", "assignments": [assignment]}
        for name, assignment in zip(names, assigned, strict=True)
    ]
    return {"companies": [{"company_id": "C1", "name": "C1"}], "vehicles": vehicles, "terminals": devices}


def _truck(number: int, address: BrokerAddress, clock: Callable[[], float], seed: int) -> Truck:
    device, encoding = f"D{number:03d}", ENCODINGS[number % len(ENCODINGS)]
    rng = np.random.default_rng([seed, number])
    terminal = Terminal(
        str(Topic(REGION, "truck", device, "report", encoding)), report_encoder(encoding, device), LIMITS, epoch=1
    )
    station = Station(
        device,
        "truck",
        terminal,
        Reception(rng, LinkPlan()),
        str(Topic(REGION, "truck", device, "state", "json")),
        str(DownTopic(REGION, "truck", device, "ack")),
    )
    return Truck(station, Link(station, address, clock, rng))


async def run_drill(plan: DrillPlan, home: Path, log: Path) -> Figures:
    """Run one drill on servers of its own and return what it found; servers and ingest are ended."""
    settings = EmbeddedSettings(home=home)
    database = EmbeddedPostgres(settings, software_home=HOME)
    broker = EmbeddedBroker(settings)
    try:
        url, address = database.ensure(), broker.ensure()
        upgrade(url)
        with psycopg.connect(url) as connection:
            write_documents(connection, drill_world(plan.terminals))
        ingest = Ingest(url, address, log)
        ingest.start()
        try:
            drill = Drill(plan, database, broker, ingest, address, url)
            await drill.run()
            exit_code = ingest.terminate()
            # one that was just started again may be told to end before Python has read its first line
            assert exit_code in (0, -signal.SIGTERM), f"expected ingest to end with 0 on SIGTERM, got {exit_code}"
        finally:
            if not ingest.died:
                ingest.kill9()
        drill.compare()
        return drill.figures
    finally:
        database.kill9()
        broker.kill9()


class Drill:
    """Terminals at work and faults beside them."""

    def __init__(  # noqa: PLR0917 - one drill needs all of these
        self,
        plan: DrillPlan,
        database: EmbeddedPostgres,
        broker: EmbeddedBroker,
        ingest: Ingest,
        address: BrokerAddress,
        database_url: str,
    ) -> None:
        self.figures = Figures()
        self._database_url = database_url
        self._plan = plan
        self._database, self._broker, self._ingest, self._address = database, broker, ingest, address
        self._rng = random.Random(plan.seed)
        self._producing = True
        clock = asyncio.get_running_loop().time
        self._trucks = [_truck(number, address, clock, plan.seed) for number in range(plan.terminals)]
        self._poison_sent: dict[bytes, Poison] = {}

    async def run(self) -> None:
        """Produce under faults, then wait until every terminal has been told that its last record is committed."""
        links = [asyncio.create_task(truck.link.run()) for truck in self._trucks]
        faults = [asyncio.create_task(fault) for fault in self._faults()]
        await self._produce()
        self._producing = False
        await asyncio.gather(*faults)
        await self._drain()
        if self._plan.poison:
            await self._drain_poison()
        for link in links:
            link.cancel()
        await asyncio.gather(*links, return_exceptions=True)

    def _faults(self) -> list[Coroutine[Any, Any, None]]:
        plan = self._plan
        every = [
            (plan.kill_ingest_s, self._kill_ingest),
            (plan.kill_broker_s, self._kill_broker),
            (plan.kill_database_s, self._kill_database),
        ]
        faults = [self._repeat(between, fault) for between, fault in every if between is not None]
        return [*faults, self._poison()] if plan.poison else faults

    async def _produce(self) -> None:
        clock = asyncio.get_running_loop().time
        began, made = clock(), 0
        while (elapsed := clock() - began) < self._plan.seconds:
            due = int(elapsed * self._plan.rate_hz)
            for _ in range(due - made):
                for number, truck in enumerate(self._trucks):
                    truck.produce(number, clock())
            made = due
            for truck in self._trucks:
                truck.link.wake()
            assert not self._ingest.died, "ingest ended by itself"
            await asyncio.sleep(0.05)
        self.figures.produced = sum(len(truck.produced) for truck in self._trucks)

    async def _repeat(self, between: tuple[float, float], fault: Callable[[], Coroutine[Any, Any, None]]) -> None:
        while self._producing:
            await asyncio.sleep(self._rng.uniform(*between))
            await fault()

    async def _kill_ingest(self) -> None:
        await asyncio.to_thread(self._ingest.kill9)
        self.figures.ingest_kills += 1
        self._ingest.start()

    async def _kill_broker(self) -> None:
        await asyncio.to_thread(self._broker.kill9)
        self.figures.broker_kills += 1
        await asyncio.sleep(self._rng.uniform(0.2, 2.0))
        await asyncio.to_thread(self._broker.ensure)

    async def _kill_database(self) -> None:
        await asyncio.to_thread(self._database.kill9)
        self.figures.database_kills += 1
        await asyncio.sleep(self._plan.database_down_s)
        await asyncio.to_thread(self._database.ensure)

    async def _poison(self) -> None:
        """Publish every kind of poison again and again, from when ingest has its session with the broker."""
        while self._producing:
            if any(truck.link.acknowledged for truck in self._trucks):
                await publish_poison(self._address, self._poison_sent)
            await asyncio.sleep(POISON_EVERY_S)

    async def _drain(self) -> None:
        began = time.monotonic()
        while any(len(truck.station.terminal) for truck in self._trucks):
            left = {truck.station.device: len(truck.station.terminal) for truck in self._trucks}
            assert time.monotonic() - began < DRAIN_MOST_S, f"terminals still wait for commits: {left}"
            await asyncio.sleep(0.1)
        self.figures.drain_s = round(time.monotonic() - began, 2)

    async def _drain_poison(self) -> None:
        """Wait until what the broker took is kept; where it was killed, publish it again, as terminals do."""
        began = time.monotonic()
        while time.monotonic() - began < DRAIN_MOST_S:
            kept = await asyncio.to_thread(self._kept)
            if len(kinds_kept(self._poison_sent, kept)) == len(POISONS) and (
                self.figures.broker_kills or not lost_poison(self._poison_sent, kept)
            ):
                return
            # Ingest that is killed sooner than a busy machine starts it had no session while terminals reported.
            if self.figures.broker_kills or not self._poison_sent:
                await publish_poison(self._address, self._poison_sent)
            await asyncio.sleep(POISON_EVERY_S)

    def _kept(self) -> list[tuple[bytes, str]]:
        with psycopg.connect(self._database_url) as connection:
            return connection.execute("select payload, reason from rejected").fetchall()

    def compare(self) -> None:
        """Count what is missing, altered and invented in the database."""
        figures = self.figures
        sent = sum(truck.station.terminal.counts.sent for truck in self._trucks)
        figures.deliveries_per_record = round(sent / max(figures.produced, 1), 3)
        kept = self._kept()
        with psycopg.connect(self._database_url) as connection:
            for truck in self._trucks:
                self._compare_truck(connection, truck)
            stored = connection.execute(
                "select count(*) from fixes join terminals using (terminal_no) where terminal_id = 'POISON'"
            ).fetchone()
        assert stored is not None
        figures.invented += stored[0]
        figures.poison_kinds_sent = len({poison.name for poison in self._poison_sent.values()})
        figures.poison_kinds_kept = len(kinds_kept(self._poison_sent, kept))
        figures.poison_lost = len(lost_poison(self._poison_sent, kept))

    def _compare_truck(self, connection: psycopg.Connection, truck: Truck) -> None:
        rows = connection.execute(
            "select epoch, seq, extract(epoch from fix_time) * 1000, lat_deg, lon_deg, speed_mps, course_deg, hdop,"
            " load_kg from fixes join terminals using (terminal_no) where terminal_id = %s",
            [truck.station.device],
        ).fetchall()
        produced = truck.produced
        self.figures.stored += len(rows)
        found = set()
        for epoch, seq, *values in rows:
            fix = produced.get((epoch, seq))
            if fix is None or (epoch, seq) in found:
                self.figures.invented += 1
                continue
            found.add((epoch, seq))
            said = (fix.fix_time_ms, fix.lat_deg, fix.lon_deg, fix.speed_mps, fix.course_deg, fix.hdop, fix.load_kg)
            near = zip(values, said, RESOLUTION, strict=True)
            self.figures.altered += not all(
                value is not None and abs(float(value) - meant) <= allowed for value, meant, allowed in near
            )
        self.figures.missing += len(produced) - len(found)


# Half of what the coarsest wire format can tell apart, in the order of the comparison: ms, deg, deg, m/s, deg, 1, kg
RESOLUTION = (0.5, 2e-7, 2e-7, 0.01, 0.01, 0.05, 5.0)

SHORT = DrillPlan(
    seconds=20.0,
    kill_ingest_s=(3.0, 5.0),
    kill_broker_s=(5.0, 8.0),
    kill_database_s=(7.0, 9.0),
    poison=True,
)
STATIONS: dict[str, DrillPlan] = {
    "ingest killed every few seconds": DrillPlan(60.0, kill_ingest_s=(3.0, 6.0)),
    "broker killed": DrillPlan(60.0, kill_broker_s=(5.0, 12.0)),
    "database killed and down for a minute": DrillPlan(90.0, kill_database_s=(15.0, 20.0), database_down_s=60.0),
    "poison mixed in": DrillPlan(30.0, poison=True),
    "poison while ingest and database are killed": DrillPlan(
        60.0, kill_ingest_s=(4.0, 8.0), kill_database_s=(8.0, 15.0), poison=True
    ),
}


def soak(minutes: float, home: Path) -> list[tuple[str, Figures]]:
    """Run every drill alone and then all faults at once for the given time."""
    everything = replace(
        SHORT,
        seconds=minutes * 60.0,
        kill_ingest_s=(4.0, 20.0),
        kill_broker_s=(10.0, 60.0),
        kill_database_s=(20.0, 90.0),
        database_down_s=10.0,
    )
    found = []
    for name, plan in (*STATIONS.items(), ("all at once", everything)):
        figures = asyncio.run(run_drill(plan, home / name.replace(" ", "-"), home / "ingest.log"))
        sys.stdout.write(f"{name}: {json.dumps(asdict(figures))}\n")
        sys.stdout.flush()
        found.append((name, figures))
    return found


def main() -> int:
    """Run the long form; exit code 1 when anything was missing, altered or invented."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0, help="length of the drill with all faults at once")
    arguments = parser.parse_args()
    parent = HOME / "test"
    parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=parent, prefix=f"{os.getpid()}-soak") as folder:
        found = soak(arguments.minutes, Path(folder))
    return int(any(is_wrong(figures) for _, figures in found))


def is_wrong(figures: Figures) -> bool:
    """Return whether a drill found what must not be."""
    poison_lost = figures.poison_kinds_kept < figures.poison_kinds_sent or (
        figures.poison_lost > 0 and not figures.broker_kills
    )
    return bool(figures.missing or figures.altered or figures.invented or poison_lost)


if __name__ == "__main__":
    sys.exit(main())
