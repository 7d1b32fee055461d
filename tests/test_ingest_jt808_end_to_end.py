"""JT/T 808 terminals, bridge, broker, ingest and database, all real, while bridge and ingest are killed.

Every position that a terminal ever took is in the database once, and no terminal still waits for an answer.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from zlib import crc32

import psycopg
import pytest
from conftest import Broker
from jt808_link import Jt808Link
from jt808_platform import location, phone_of, terminals, until

from embedded.processes import free_port
from firmware_contracts.jt808.clock import bcd_of
from firmware_contracts.jt808.header import Version
from firmware_contracts.jt808.location import parse_location
from muckline.child import broker_environment
from simulators.jt808_terminal import Jt808Limits, Jt808Terminal
from storage.world_store import write_documents

pytestmark = [pytest.mark.services, pytest.mark.timeout(180)]

ROOT = Path(__file__).parents[1]
TRUCKS = 6
LIMITS = Jt808Limits(batch=25, window=2, retry_s=2.0, heartbeat_s=5.0)
EDITIONS = (Version.V2011, Version.V2013, Version.V2019)
# When what is killed, and started again a moment later. [s]
KILLS = (
    (1.5, "ingest"),
    (2.5, "bridge"),
    (4.5, "bridge"),
    (4.7, "ingest"),
    (6.2, "broker"),
    (7.4, "bridge"),
    (8.2, "ingest"),
)
SECONDS, DOWN_S = 9.0, 0.5
ANGLE = 3


class Command:
    """A `muckline` command that can be killed and started again."""

    def __init__(self, words: list[str], environment: dict[str, str], log: Path) -> None:
        self._words, self._environment, self._log = words, environment, log
        self.start()

    def start(self) -> None:
        with self._log.open("ab") as log:
            command = [sys.executable, "-m", "muckline", *self._words]
            self._process = subprocess.Popen(
                command, env=os.environ | self._environment, cwd=ROOT, stdout=log, stderr=log
            )

    def kill9(self) -> None:
        self._process.kill()
        self._process.wait()

    def terminate(self) -> int:
        self._process.terminate()
        return self._process.wait(60)


def world(**members: Any) -> dict[str, Any]:
    vehicles = [{"vehicle_id": f"V{n}", "plate": f"P{n}", "company_id": "C1"} for n in range(TRUCKS)]
    documents = terminals(TRUCKS)
    for number, document in enumerate(documents):
        document["assignments"] = [{"vehicle_id": f"V{number}", "from": None, "to": None}]
    documents[0] |= members
    documents[ANGLE]["vendor"] = "angle"  # its lift comes beside its positions, in 0x0900
    return {"companies": [{"company_id": "C1", "name": "C1"}], "vehicles": vehicles, "terminals": documents}


class Fleet:
    """Terminals at work."""

    def __init__(self, port: int) -> None:
        clock = asyncio.get_running_loop().time
        self.terminals = [Jt808Terminal(phone_of(n), EDITIONS[n % 3], LIMITS) for n in range(TRUCKS)]
        self.links = [Jt808Link(one, "127.0.0.1", port, clock, reconnect_s=0.3) for one in self.terminals]
        self.taken: dict[tuple[str, int], int] = {}
        self.swapped = b""
        self.lifted: dict[int, float | None] = {}  # degrees by identity

    async def work(self, seconds: float) -> None:
        """Take five positions a second, each of an instant of its own; a battery is pulled now and then."""
        base_s, made, began = int(time.time()) - 10_000, 0, time.monotonic()
        while time.monotonic() - began < seconds:
            for number, terminal in enumerate(self.terminals):
                body = terminal.offer(location(made, (base_s + made) * 1000))
                self.taken[f"B{number:03d}", crc32(body)] = parse_location(body).time_ms
                self.links[number].wake()
            made += 1
            if made % 13 == 0:
                self.terminals[made % TRUCKS].battery_pull()
                self.links[made % TRUCKS].cut()
            await asyncio.sleep(0.2)

    def say_odd_things(self) -> None:
        """Send transparent data that nobody knows, and a position with latitude and longitude swapped."""
        self.terminals[1].pass_through(0xF7, b"scale")
        self.swapped = self.terminals[2].offer(location(0, lat_deg=119.9, lon_deg=31.7))
        for link in self.links[1:3]:
            link.wake()

    async def lift(self) -> None:
        """Say how far the body is up: with a position, of which a bare copy follows in a batch, and at the end."""
        terminal, link, time_ms = self.terminals[ANGLE], self.links[ANGLE], int(time.time()) * 1000
        positions = [location(n, time_ms - n * 1000) for n in range(2)]
        carried, alone = (bcd_of(time_ms) + tenths.to_bytes(2, "little") + b"\0" for tenths in (300, 310))
        terminal.pass_through(0xF1, carried)
        body = terminal.offer(positions[0])
        link.wake()
        await until(lambda: self.waiting == 0, 20)
        copies = [terminal.offer(position) for position in positions]
        link.wake()
        await until(lambda: self.waiting == 0, 20)
        terminal.pass_through(0xF1, alone)
        link.wake()
        await asyncio.sleep(0.3)
        link.cut()
        self.lifted = {crc32(body + b"\xf1" + carried): 30.0, crc32(b"\xf1" + alone): 31.0}
        self.lifted |= dict.fromkeys(map(crc32, copies))

    @property
    def waiting(self) -> int:
        return sum(map(len, self.terminals))


def test_nothing_is_lost_and_nothing_doubled(migrated_url: str, broker: Broker, tmp_path: Path) -> None:
    with psycopg.connect(migrated_url) as connection:
        write_documents(connection, world())
    port, log = free_port(), tmp_path / "log"
    environment = broker_environment(broker.address) | {
        "MUCKLINE_DATABASE__URL": migrated_url,
        "MUCKLINE_INGEST__METRICS_PORT": "0",
        "MUCKLINE_BRIDGE__PORT": str(port),
        "MUCKLINE_BRIDGE__METRICS_PORT": "0",
        "MUCKLINE_EMBEDDED__HOME": str(tmp_path / "home"),
    }
    commands = {
        "ingest": Command(["ingest"], environment, log),
        "bridge": Command(["bridge", "jt808"], environment, log),
    }
    try:
        fleet = asyncio.run(drive(port, {**commands, "broker": broker}, migrated_url))
        assert commands["bridge"].terminate() == 0
        assert commands["ingest"].terminate() == 0
    except BaseException:
        sys.stderr.write(log.read_text()[-6000:])
        raise
    finally:
        for command in commands.values():
            command.kill9()
    with psycopg.connect(migrated_url) as connection:
        rows = connection.execute(
            "select terminal_id, seq, (extract(epoch from fix_time) * 1000)::int8, epoch, lift_deg"
            " from fixes join terminals using (terminal_no)"
        ).fetchall()
        rejected = connection.execute(
            "select device, epoch, seq, detail, payload from rejected where seq is not null"
        ).fetchall()
        events = connection.execute("select type, body ->> 'data' from device_events").fetchall()
        assert connection.execute("select count(*) from ledger where epoch = 0").fetchone() == (0,)
    assert events == [("transparent", "c2NhbGU=")]
    assert len(rejected) == 1, rejected
    ((device, epoch, seq, detail, payload),) = rejected
    assert (device, epoch, seq) == ("B002", 0, crc32(fleet.swapped))
    assert "latitude before longitude" in detail
    assert fleet.swapped.hex().encode() in payload
    lifted = {seq: lift_deg for device, seq, _, _, lift_deg in rows if device == "B003" and seq in fleet.lifted}
    assert lifted == fleet.lifted
    taken = {(device, seq): time_ms for device, seq, time_ms, epoch, _ in rows if epoch == 0 and seq not in lifted}
    assert taken == fleet.taken
    assert len(rows) == len(taken) + len(lifted) > 200
    assert sum(one.counts.sent for one in fleet.terminals) > len(fleet.taken), "nothing was ever sent again"


async def drive(port: int, commands: dict[str, Command | Broker], url: str) -> Fleet:
    fleet = Fleet(port)
    links = [asyncio.create_task(link.run()) for link in fleet.links]
    kills = [asyncio.create_task(kill(at_s, commands[name])) for at_s, name in KILLS]
    await until(lambda: all(link.connections for link in fleet.links), 30)
    await fleet.work(SECONDS)
    await asyncio.gather(*kills)
    await until(lambda: fleet.waiting == 0, 120)
    fleet.say_odd_things()
    await until(lambda: fleet.waiting == 0, 20)
    await until(lambda: count(url, "device_events") == 1, 10)
    before = count(url, "fixes")
    await fleet.lift()
    await until(lambda: count(url, "fixes") == before + len(fleet.lifted), 10)
    await suspend(fleet, url)
    for link in links:
        link.cancel()
    await asyncio.gather(*links, return_exceptions=True)
    return fleet


async def kill(at_s: float, command: Command | Broker) -> None:
    await asyncio.sleep(at_s)
    await asyncio.to_thread(command.kill9)
    await asyncio.sleep(DOWN_S)
    await asyncio.to_thread(command.start)


def count(url: str, table: str) -> int:
    with psycopg.connect(url) as connection:
        row = connection.execute(f"select count(*) from {table}").fetchone()
    assert row is not None
    return int(row[0])


async def suspend(fleet: Fleet, url: str) -> None:
    """Suspend a terminal in the registry: it is put out at once and not let in again."""

    def write() -> None:
        with psycopg.connect(url) as connection:
            write_documents(connection, world(status="suspended"))

    assert fleet.terminals[0].welcome
    refused = fleet.terminals[0].counts.refused
    await asyncio.to_thread(write)
    await until(lambda: fleet.terminals[0].counts.refused > refused, 10)
    assert not fleet.terminals[0].welcome
    assert fleet.terminals[1].welcome
