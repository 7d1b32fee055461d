"""Publisher to Mosquitto to pipeline to committed rows, at QoS 1, rules on, acknowledged after COMMIT.

    python -m benchmarks.end_to_end [--rounds 3] [--seconds 2] [--database URL]

Five figures, each from runs in turn within one session, medians of the rounds:

    rate     rows committed per second as a share of what the broker accepted in that run, 1, 10 and 50 fixes a message,
             beside what the broker accepts while nobody reads
    CPU      of the pipeline's process per fix, ours (with rules, ledger and commit acknowledgements) against
             aiomqtt + orjson + executemany(1000) and the bridge mq-bridge (Rust, MQTT to COPY in batches of 20,000),
             both into one table and nothing else; the bridge only where `pip install mq-bridge` has been done, as the
             project itself has no use for it
    latency  publish to commit acknowledgement at 1,000 and 20,000 messages/s
    alert    publish of the fix that confirms an event to its arrival at a client of /v1/events/stream, 2,000 messages/s
    lost     records missing after a burst at broker speed through a broker with its default window and queue

The broker's window and queue are unlimited, so that nothing but speed decides. Without --database the embedded
TimescaleDB of this checkout serves, in databases of this benchmark's own.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import importlib.util
import logging
import resource
import secrets
import statistics
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from multiprocessing import get_context
from multiprocessing.connection import Connection as Pipe
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import numpy as np
import orjson
import psycopg
import structlog
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from benchmarks.api_login import log_in, new_secret
from benchmarks.broker_process import broker_process
from benchmarks.machine import machine_line
from benchmarks.mqtt_load import LoadPublisher, publish_packets
from firmware_contracts import report_bin, report_json
from firmware_contracts.columns import FIX_DTYPES, FixColumns
from firmware_contracts.commit_ack import decode
from firmware_contracts.transport import BrokerAddress

TRUCKS = 500
STEP_MS = 1000
QUEUES = "max_inflight_messages 0\nmax_queued_messages 0\nset_tcp_nodelay true\n"
Target = Callable[[BrokerAddress, str, int, Pipe], None]


def city(trucks: int = TRUCKS) -> dict[str, Any]:
    """Return a world in which every rule has work: sites, dump points, corridors, and a permit for every company."""

    def square(lon: float, lat: float, half: float = 0.001) -> dict[str, Any]:
        ring = [[lon - half, lat - half], [lon + half, lat - half], [lon + half, lat + half], [lon - half, lat + half]]
        return {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}

    def collection(name: str, count: int, geometry: Callable[[int], dict[str, Any]]) -> dict[str, Any]:
        features = [
            {
                "type": "Feature",
                "properties": {f"{name}_id": f"{name}-{n}", "name": f"{name} {n}"},
                "geometry": geometry(n),
            }
            for n in range(count)
        ]
        return {"type": "FeatureCollection", "features": features}

    def line(n: int) -> dict[str, Any]:
        x = np.linspace(119.8, 120.2, 40)
        y = 31.5 + 0.008 * n + 0.003 * np.sin(60 * x)
        return {"type": "LineString", "coordinates": np.stack([x, y], axis=1).round(6).tolist()}

    companies = [f"C{n}" for n in range(50)]
    return {
        "companies": [{"company_id": name, "name": name} for name in companies],
        "vehicles": [
            {"vehicle_id": f"V{n}", "plate": f"P{n}", "company_id": companies[n % 50], "capacity_kg": 15_000.0}
            for n in range(trucks)
        ],
        "terminals": [
            {"terminal_id": f"T{n:04}", "kind": "truck", "region": "320412", "assignments": [{"vehicle_id": f"V{n}"}]}
            for n in range(trucks)
        ],
        "sites": collection("site", 50, lambda n: square(119.8, 31.5 + 0.008 * n)),
        "dump_points": collection("dump_point", 50, lambda n: square(120.2, 31.5 + 0.008 * n)),
        "corridors": collection("corridor", 50, line),
        "permits": [
            {
                "permit_id": f"permit-{n}",
                "company_id": companies[n],
                "site_id": f"site-{n}",
                "dump_point_ids": [f"dump_point-{n}"],
                "corridor_ids": [f"corridor-{n}"],
                "valid_from": "2020-01-01T00:00:00Z",
                "valid_to": "2100-01-01T00:00:00Z",
                "binding": "load",
            }
            for n in range(50)
        ],
    }


def reports(
    count: int,
    fixes_each: int,
    encoding: str,
    *,
    step_ms: int = STEP_MS,
    start_ms: int | None = None,
    uncovered: bool = False,
) -> list[tuple[bytes, bytes]]:
    """Return (topic, payload) of messages from trucks in turn, each truck loaded and driving its corridor.

    Args:
        count: Messages in all.
        fixes_each: Fixes a message.
        encoding: "json" or "bin".
        step_ms: From one fix of a truck to its next. [ms]
        start_ms: Time of each truck's first fix; None lets the last one be now.
        uncovered: Open each truck's cover for six fixes of every ten.
    """
    encode = {"json": report_json.encode, "bin": report_bin.encode}[encoding]
    rounds = -(-count // TRUCKS)
    if start_ms is None:
        start_ms = time.time_ns() // 1_000_000 - rounds * fixes_each * step_ms
    found = []
    for number in range(count):
        truck, turn = number % TRUCKS, number // TRUCKS
        seq = turn * fixes_each + np.arange(fixes_each)
        lon = 119.8 + (seq * 1e-4 + truck * 1e-3) % 0.4
        values: dict[str, Any] = {name: np.full(fixes_each, -1) for name in FIX_DTYPES}
        values |= {"message": seq * 0, "epoch": seq * 0 + 1, "seq": seq, "fix_time_ms": start_ms + seq * step_ms}
        values |= {
            "lat_deg": (31.5 + 0.008 * (truck % 50) + 0.003 * np.sin(60 * lon)).round(7),
            "lon_deg": lon.round(7),
        }
        values |= {
            "speed_mps": seq * 0 + 9.5,
            "course_deg": seq * 0 + 90.0,
            "hdop": seq * 0 + 0.9,
            "satellites": seq * 0 + 12,
        }
        values |= {
            "load_kg": 14_000.0 + 10 * (seq % 7),
            "load_ratio": seq * np.nan,
            "lift_deg": seq * 0.0,
            "cover": 2 * ((seq + truck) % 10 < 6) if uncovered else seq * 0,
        }
        values |= {"ignition": seq * 0 + 1, "main_power": seq * 0 + 1, "faults": seq * 0, "alarms": seq * 0}
        columns = FixColumns(**{name: np.asarray(values[name]).astype(FIX_DTYPES[name]) for name in FIX_DTYPES})
        found.append((f"muck/v1/320412/truck/T{truck:04}/up/report/{encoding}".encode(), encode(columns)))
    return found


def run_ours(address: BrokerAddress, url: str, _count: int, pipe: Pipe) -> None:
    """Run the product's ingest; tell the metrics' port, then, asked, the CPU spent since."""
    from ingest.service import run
    from ingest.settings import IngestSettings

    log_errors_only()
    stop = threading.Event()

    def ready(port: int) -> None:
        began_s = cpu_s()
        pipe.send(port)
        threading.Thread(target=answer, args=(began_s,), daemon=True).start()

    def answer(began_s: float) -> None:
        pipe.recv()
        pipe.send(cpu_s() - began_s)
        stop.set()

    run(IngestSettings(client_id="bench", metrics_port=0), address, url, stop, ready)


def run_peer(address: BrokerAddress, url: str, count: int, pipe: Pipe) -> None:
    """Run aiomqtt + orjson + executemany(1000), acknowledging after COMMIT."""
    import aiomqtt

    names = (
        "seq, time_ms, lat_deg, lon_deg, speed_mps, course_deg, hdop, satellites, load_kg, lift_deg, cover, ignition"
    )
    fields = names.split(", ")
    insert = f"insert into peer_fixes (device, fix_time, {names}) values (%s, to_timestamp(%s / 1000.0){', %s' * 12})"  # noqa: S608 - our own names

    async def receive() -> None:
        connection = await psycopg.AsyncConnection.connect(url, autocommit=True)
        client = aiomqtt.Client(
            address.host, address.port, identifier="bench-peer", protocol=aiomqtt.ProtocolVersion.V311
        )
        client._client.manual_ack_set(True)
        gc.freeze()
        async with client:
            await client.subscribe("muck/v1/+/+/+/up/#", qos=1)
            began_s = cpu_s()
            pipe.send(0)
            rows: list[tuple[Any, ...]] = []
            mids: list[int] = []
            done = 0
            async for message in client.messages:
                assert isinstance(message.payload, bytes)
                device = message.topic.value.split("/")[4]
                mids.append(message.mid)
                for fix in orjson.loads(message.payload)["fixes"]:
                    rows.append((device, fix["time_ms"], *map(fix.get, fields)))  # noqa: PERF401 - as one writes it
                if len(rows) >= 1000 or done + len(rows) >= count:
                    async with connection.transaction(), connection.cursor() as cursor:
                        await cursor.executemany(insert, rows)
                    for mid in mids:
                        client._client.ack(mid, 1)
                    done += len(rows)
                    rows, mids = [], []
                    if done >= count:
                        break
            pipe.send(cpu_s() - began_s)

    asyncio.run(receive())


def log_errors_only() -> None:
    """Keep what ingest tells out of the figures."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))


def run_bridge(address: BrokerAddress, url: str, count: int, pipe: Pipe) -> None:
    """Run mq-bridge: each field of a flat JSON message into the column of its name, by COPY."""
    from mq_bridge import Route  # type: ignore[import-not-found, unused-ignore]

    values = ", ".join(f"${{payload:{name}}}" for name in BRIDGE_FIELDS)
    columns = ", ".join(BRIDGE_FIELDS)
    route = Route.from_config(
        {
            "batch_size": 20_000,
            "input": {"mqtt": {
                "url": f"tcp://{address.host}:{address.port}", "topic": "muck/v1/+/+/+/up/#",
                "client_id": "bench-bridge", "qos": 1, "queue_capacity": 20_000, "max_inflight": 65_535,
            }},
            "output": {"sqlx": {
                "url": f"postgres:///?{urlencode(conninfo_to_dict(url))}", "table": "bridge_fixes", "bulk_copy": True,
                "insert_query": f"insert into bridge_fixes ({columns}) values ({values})",  # noqa: S608 - our own names
            }},
        }
    )  # fmt: skip
    route.start()
    time.sleep(2.0)  # it does not say when it has subscribed
    began_s = cpu_s()
    pipe.send(0)
    with psycopg.connect(url, autocommit=True) as connection:
        stored = connection.execute("select count(*) from bridge_fixes")
        while (row := stored.fetchone()) is not None and row[0] < count:
            time.sleep(0.25)
            stored = connection.execute("select count(*) from bridge_fixes")
    pipe.send(cpu_s() - began_s)
    route.stop()


def flat(messages: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """Return JSON reports of one fix as the bridge wants them: the fix alone, and its device in it."""
    return [
        (topic, orjson.dumps({"device": topic.split(b"/")[4].decode(), **orjson.loads(payload)["fixes"][0]}))
        for topic, payload in messages
    ]


def run_api(address: BrokerAddress, url: str, _count: int, pipe: Pipe) -> None:
    """Serve the product's HTTP API; tell its port and the headers that a request must carry."""
    from api.app import create_app
    from api.server import listening_socket, make_server
    from api.settings import ApiSettings

    listener = listening_socket("127.0.0.1", 0)
    secret = new_secret()
    app = create_app(ApiSettings(), url, address, secret=secret)
    pipe.send((listener.getsockname()[1], log_in(url, secret)))
    make_server(app, "error").run(sockets=[listener])


def cpu_s() -> float:
    """Return the processor time that this process has used. [s]"""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


BRIDGE_FIELDS = (
    "device", "time_ms", "seq", "lat_deg", "lon_deg", "speed_mps", "course_deg", "hdop", "satellites", "load_kg",
    "lift_deg", "cover", "ignition",
)  # fmt: skip
PEER_TABLE = """
create table peer_fixes (
    device text not null, fix_time timestamptz not null, seq bigint not null, time_ms bigint, lat_deg float8,
    lon_deg float8, speed_mps real, course_deg real, hdop real, satellites int2, load_kg real, lift_deg real,
    cover text, ignition boolean, primary key (device, fix_time, seq));
select create_hypertable('peer_fixes', by_range('fix_time', interval '1 day'), create_default_indexes => false);
create table bridge_fixes (
    device text not null, time_ms bigint not null, seq bigint not null, lat_deg float8, lon_deg float8,
    speed_mps float8, course_deg float8, hdop float8, satellites bigint, load_kg float8, lift_deg float8,
    cover text, ignition boolean, primary key (device, time_ms, seq));
select create_hypertable('bridge_fixes', by_range('time_ms', 86400000), create_default_indexes => false);
"""


@contextmanager
def database(admin_url: str) -> Iterator[str]:
    """Yield the URL of a fresh database with schema, world and the peer's table."""
    from storage.connect import connect_writer
    from storage.migrate import upgrade
    from storage.world_store import write_documents

    name = f"bench_{secrets.token_hex(4)}"
    run_sql(admin_url, "create database {} template template0", name)
    url = make_conninfo(admin_url, dbname=name)
    try:
        upgrade(url)
        with connect_writer(url) as connection:
            write_documents(connection, city())
            connection.execute(PEER_TABLE)
        yield url
    finally:
        run_sql(admin_url, "drop database {} with (force)", name)


def run_sql(url: str, statement: str, name: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(sql.SQL(statement).format(sql.Identifier(name)))


@contextmanager
def pipeline(
    target: Target, address: BrokerAddress, url: str, count: int, *, lasting: bool = False
) -> Iterator[tuple[Pipe, Any]]:
    """Yield the pipe to a pipeline in a process of its own, and what it said when it was reading.

    At the end it has half a minute to end by itself, unless it is `lasting`.
    """
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    child = context.Process(target=target, args=(address, url, count, theirs))
    child.start()
    theirs.close()  # so that a child that dies is noticed
    try:
        yield ours, ours.recv()
        child.join(0 if lasting else 30)
    finally:
        if child.is_alive():
            child.kill()


@dataclass(frozen=True)
class Run:
    """One run: fixes a second accepted by the broker and committed, and the pipeline's CPU a fix."""

    accepted: float
    committed: float
    cpu_us: float


def throughput(target: Target, url: str, messages: list[tuple[bytes, bytes]], fixes_each: int) -> Run:
    """Publish as fast as the broker accepts and wait until the last fix is committed."""
    fixes = len(messages) * fixes_each
    packets = publish_packets(messages)
    with (
        tempfile.TemporaryDirectory() as folder,
        broker_process(Path(folder), QUEUES) as address,
        pipeline(target, address, url, fixes) as (pipe, port),
    ):
        publisher = LoadPublisher(address.host, address.port, "load")
        began_s = time.monotonic()
        published = publisher.publish(packets)
        if port:
            wait_accepted(port, fixes)
            pipe.send("cpu")
        cpu = pipe.recv()
        committed_s = time.monotonic() - began_s
    return Run(fixes / published.seconds, fixes / committed_s, cpu / fixes * 1e6)


def lost_with_default_queue(url: str, count: int) -> int:
    """Return how many fixes are missing after a burst through a broker that keeps its default window and queue."""
    packets = publish_packets(reports(count, 1, "bin"))
    with (
        tempfile.TemporaryDirectory() as folder,
        broker_process(Path(folder), "") as address,
        pipeline(run_ours, address, url, count) as (pipe, port),
    ):
        LoadPublisher(address.host, address.port, "load").publish(packets)
        before = -1.0
        while before < (before := accepted(port)) < count:
            time.sleep(2.0)
        pipe.send("cpu")
        pipe.recv()
    return count - int(before)


def accepted(port: int) -> float:
    """Return how many records the ingest has stored."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics") as answer:
        for line in answer.read().decode().splitlines():
            if line.startswith("muckline_ingest_accepted_total"):
                return float(line.rsplit(" ", 1)[1])
    raise AssertionError("the metrics lack the count of accepted records")


def wait_accepted(port: int, count: int) -> None:
    """Return when so many records are stored, asking ever more often: each question costs the ingest a millisecond."""
    began_s = time.monotonic()
    while (done := accepted(port)) < count:
        left_s = (count - done) * (time.monotonic() - began_s) / max(done, 1.0)
        time.sleep(min(max(left_s / 2, 0.02), 0.5))


def latency(url: str, rate: float, seconds: float) -> list[float]:
    """Return for each message the time from when it was due to its commit acknowledgement. [s]"""
    from ingest.mqtt_session import MqttSession, SessionOptions
    from ingest.packets import Packets, parse

    count = int(rate * seconds)
    packets = publish_packets(reports(count, 1, "bin"))
    reads: list[tuple[float, Packets]] = []
    with (
        tempfile.TemporaryDirectory() as folder,
        broker_process(Path(folder), QUEUES) as address,
        pipeline(run_ours, address, url, count) as (pipe, port),
    ):
        options = SessionOptions("bench-listener", version5=False, subscriptions=("muck/v1/+/+/+/down/ack",))
        listener = MqttSession(address, options, lambda packets, _: reads.append((time.monotonic(), packets)))
        listener.start()
        assert listener.ready.wait(10)
        time.sleep(1.0)
        began_s = time.monotonic()
        LoadPublisher(address.host, address.port, "load").publish(packets, rate)
        wait_accepted(port, count)
        time.sleep(0.2)
        listener.close()
        pipe.send("cpu")
        pipe.recv()
    waits = []
    for at_s, packets_read in reads:
        block, _ = parse([packets_read], [0], version5=False)
        for i in range(len(block)):
            truck = int(block.topic(i).split(b"/")[4][1:])
            for first, last in decode(block.payload(i)).ranges[1]:
                waits += [at_s - began_s - (seq * TRUCKS + truck) / rate for seq in range(first, last + 1)]
    assert len(waits) == count
    return waits


def alert_latency(url: str, rate: float, seconds: float) -> list[float]:
    """Return for each event the time from when its confirming fix was due to its arrival at an SSE client. [s]"""
    count, step_ms = int(rate * seconds), 10_000
    start_ms = time.time_ns() // 1_000_000 - count // TRUCKS * step_ms
    packets = publish_packets(reports(count, 1, "bin", step_ms=step_ms, start_ms=start_ms, uncovered=True))
    arrivals: list[tuple[float, bytes]] = []
    with (
        tempfile.TemporaryDirectory() as folder,
        broker_process(Path(folder), QUEUES) as address,
        pipeline(run_ours, address, url, count) as (pipe, port),
        pipeline(run_api, address, url, count, lasting=True) as (_, (api_port, headers)),
    ):
        stream = f"http://127.0.0.1:{api_port}/v1/events/stream?kind=uncovered_haul"
        threading.Thread(target=listen, args=(stream, headers, arrivals), daemon=True).start()
        time.sleep(1.0)
        began_s = time.monotonic()
        LoadPublisher(address.host, address.port, "load").publish(packets, rate)
        wait_accepted(port, count)
        time.sleep(1.0)
        pipe.send("cpu")
        pipe.recv()
    waits = []
    for at_s, line in arrivals:
        event = orjson.loads(line.removeprefix(b"data: "))
        if event["status"] == "open":
            confirmed_ms = datetime.fromisoformat(event["confirmed_at"]).timestamp() * 1000
            truck, seq = int(event["vehicle_id"][1:]), round((confirmed_ms - start_ms) / step_ms)
            waits.append(at_s - began_s - (seq * TRUCKS + truck) / rate)
    assert waits, "expected events, got none"
    return waits


def listen(url: str, headers: dict[str, str], arrivals: list[tuple[float, bytes]]) -> None:
    """Collect the events of a stream, each with when it came, until the server goes."""
    with suppress(httpx.TransportError), httpx.stream("GET", url, headers=headers, timeout=60) as answer:
        events = (line.encode() for line in answer.iter_lines() if line.startswith("data: {"))
        arrivals.extend((time.monotonic(), line) for line in events)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=2.0, help="about how long a run publishes")
    parser.add_argument("--database", default="", help="TimescaleDB whose user may create databases")
    arguments = parser.parse_args()
    log_errors_only()
    admin_url = arguments.database or embedded_url()
    print(machine_line())
    print_rates(admin_url, arguments.rounds, arguments.seconds)
    print_cpu(admin_url, arguments.rounds, max(arguments.seconds, 4.0))  # long enough that a start costs nothing
    print_latency(admin_url, arguments.rounds, arguments.seconds)
    print_alerts(admin_url, max(arguments.seconds, 10.0))
    with database(admin_url) as url:
        count = int(35_000 * arguments.seconds)
        print(f"broker with its default queue: {lost_with_default_queue(url, count)} of {count:,} records lost")


def embedded_url() -> str:
    from embedded.postgres import EmbeddedPostgres
    from embedded.settings import EmbeddedSettings

    return EmbeddedPostgres(EmbeddedSettings()).ensure()


def broker_alone(packets: list[bytes]) -> float:
    """Return the messages a second that a broker accepts while nobody reads them."""
    with tempfile.TemporaryDirectory() as folder, broker_process(Path(folder), QUEUES) as address:
        return LoadPublisher(address.host, address.port, "load").publish(packets).rate


def print_rates(admin_url: str, rounds: int, seconds: float) -> None:
    for encoding in ("json", "bin"):
        for fixes_each, rate in ((1, 35_000), (10, 25_000), (50, 8_000)):
            messages = reports(int(rate * seconds), fixes_each, encoding)
            packets = publish_packets(messages)
            alone = statistics.median(broker_alone(packets) for _ in range(rounds))
            runs = [fresh_run(admin_url, run_ours, messages, fixes_each) for _ in range(rounds)]
            accepted_rate = statistics.median(run.accepted for run in runs) / fixes_each
            share = statistics.median(run.committed / run.accepted for run in runs)
            committed = statistics.median(run.committed for run in runs)
            cpu = statistics.median(run.cpu_us for run in runs)
            print(
                f"{encoding:4} {fixes_each:3} fixes a message: {committed:9,.0f} fixes/s committed, "
                f"{100 * share:4.0f} % of what the broker accepted ({accepted_rate:,.0f} messages/s; "
                f"{alone:,.0f} while nobody reads), {cpu:6.2f} us CPU a fix"
            )


def print_cpu(admin_url: str, rounds: int, seconds: float) -> None:
    messages = reports(int(30_000 * seconds), 1, "json")
    few = messages[: int(8_000 * seconds)]
    cases = {"ours": (run_ours, messages), "aiomqtt + orjson + executemany": (run_peer, few)}
    if importlib.util.find_spec("mq_bridge"):
        cases["mq-bridge"] = (run_bridge, flat(messages))
    runs: dict[str, list[float]] = {name: [] for name in cases}
    for _ in range(rounds):
        for name, (target, load) in cases.items():
            runs[name].append(fresh_run(admin_url, target, load, 1).cpu_us)
    ours_us = statistics.median(runs["ours"])
    for name, found in runs.items():
        cpu_us = statistics.median(found)
        print(f"CPU a fix, JSON, 1 fix a message: {name:30} {cpu_us:6.2f} us, ours is 1/{cpu_us / ours_us:.1f}")
    if "mq-bridge" not in cases:
        print("CPU a fix, JSON, 1 fix a message: mq-bridge is not installed")


def print_latency(admin_url: str, rounds: int, seconds: float) -> None:
    for rate in (1_000, 20_000):
        p50, p95 = [], []
        for _ in range(rounds):
            with database(admin_url) as url:
                waits = np.array(latency(url, rate, seconds)) * 1000
            p50.append(float(np.percentile(waits, 50)))
            p95.append(float(np.percentile(waits, 95)))
        print(
            f"publish to commit acknowledgement at {rate:6,} messages/s: p50 {statistics.median(p50):.0f} ms, "
            f"p95 {statistics.median(p95):.0f} ms (flush age 100 ms)"
        )


def print_alerts(admin_url: str, seconds: float) -> None:
    with database(admin_url) as url:
        waits = np.array(alert_latency(url, 2_000, seconds)) * 1000
    print(
        f"publish to SSE at 2,000 messages/s: {len(waits):,} events, p50 {np.percentile(waits, 50):.0f} ms, "
        f"p99 {np.percentile(waits, 99):.0f} ms"
    )


def fresh_run(admin_url: str, target: Target, messages: list[tuple[bytes, bytes]], fixes_each: int) -> Run:
    with database(admin_url) as url:
        return throughput(target, url, messages, fixes_each)


if __name__ == "__main__":
    main()
