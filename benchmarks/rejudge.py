"""Judging the past again: a blind zone's upload beside live ingest, and the history of a city.

    python -m benchmarks.rejudge [--seconds 10] [--rate 1000] [--trucks 48] [--days 5] [--database URL]

    late      one truck of a live city uploads 10,000 records of its last 12 hours: seconds from its last message until
              everything is stored and judged, and the p95 from publish to commit acknowledgement of everybody's live
              messages, as a ratio to the same without the upload
    history   `muckline rejudge --dry-run` over all trucks and days with one process and with two, fixes a second and
              where the time goes (processes take a second or two to start, which counts); then once more with the world
              changed, written

Trucks haul in cycles of two hours at a fix every ten seconds, loaded, driven, dumped and driven back on one road each.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import psycopg

from benchmarks.broker_process import broker_process
from benchmarks.end_to_end import (
    QUEUES,
    TRUCKS,
    city,
    database,
    embedded_url,
    log_errors_only,
    pipeline,
    reports,
    run_ours,
    wait_accepted,
)
from benchmarks.machine import machine_line
from benchmarks.mqtt_load import LoadPublisher, publish_packets
from firmware_contracts import report_bin
from firmware_contracts.columns import FIX_DTYPES, FixColumns
from firmware_contracts.commit_ack import decode
from ingest.checkpoints import due_checkpoints
from ingest.mqtt_session import MqttSession, SessionOptions
from ingest.packets import Packets, parse
from ingest.past_changes import Asked
from ingest.past_groups import GroupResult
from ingest.past_workers import judge_pasts, world_in_force
from rules_engine.carry import Carry
from rules_engine.engine import evaluate
from rules_engine.fix_batch import FixBatch
from storage.batch_writer import BatchWriter
from storage.connect import connect_writer
from storage.history import trucks_concerned
from storage.world_store import write_documents
from storage.write_batch import Received, StoredFixes, WriteBatch

UPLOADED = 10_000
BLIND_MS = 12 * 3_600_000
CYCLE_S = 7200
HOUR_FIXES = 360


def haul(truck: int, seq: np.ndarray[Any, Any], fix_time_ms: np.ndarray[Any, Any], epoch: int) -> FixColumns:
    """Return one truck's fixes at these times, wherever in its cycle it is then."""
    phase_s = (fix_time_ms / 1000 + 97 * truck) % CYCLE_S
    out, dumping, back = phase_s - 600, phase_s - 3600, phase_s - 3900
    share = np.clip(out / 3000, 0, 1) - np.clip(back / 3000, 0, 1)
    lon = 119.8 + 0.4 * share
    bend = 0.003 * np.sin(60 * lon) * np.clip(20 * share, 0, 1) * np.clip(20 * (1 - share), 0, 1)  # none at the ends
    driving = ((out > 0) & (dumping < 0)) | ((back > 0) & (back < 3000))
    tipping = (dumping >= 60) & (dumping < 120)
    load_kg = 14_000 * (np.clip(phase_s / 500, 0, 1) - np.clip((dumping - 60) / 50, 0, 1))
    count = len(seq)
    values: dict[str, Any] = {
        "message": np.zeros(count),
        "epoch": np.full(count, epoch),
        "seq": seq,
        "fix_time_ms": fix_time_ms,
        "lat_deg": np.round(31.5 + 0.008 * (truck % 50) + bend, 7),
        "lon_deg": np.round(lon, 7),
        "speed_mps": np.where(driving, 12.5, 0.0),
        "course_deg": np.where(back > 0, 270.0, 90.0),
        "hdop": np.full(count, 0.9),
        "satellites": np.full(count, 12),
        "load_kg": np.round(load_kg + 20 * (seq % 7), -1),
        "load_ratio": np.full(count, np.nan),
        "lift_deg": np.where(tipping, 40.0, 0.0),
        "cover": np.where(driving, 0, 2),
        "ignition": np.ones(count),
        "main_power": np.ones(count),
        "faults": np.zeros(count),
        "alarms": np.zeros(count),
    }
    return FixColumns(**{name: np.asarray(values[name]).astype(dtype) for name, dtype in FIX_DTYPES.items()})


def upload(truck: int) -> list[tuple[bytes, bytes]]:
    """Return the messages of a blind zone of 12 hours, fifty fixes each."""
    seq = np.arange(UPLOADED)
    end_ms = time.time_ns() // 1_000_000 - 60_000
    times = end_ms - BLIND_MS + seq * (BLIND_MS // UPLOADED)
    topic = f"muck/v1/320412/truck/T{truck:04}/up/report/bin".encode()
    fixes = haul(truck, seq, times, epoch=2)
    return [(topic, report_bin.encode(fixes.take(slice(at, at + 50)))) for at in range(0, UPLOADED, 50)]


@dataclass
class Live:
    """What one run of live messages showed."""

    waits_s: list[float]
    upload_s: float = 0.0
    judged_s: float = 0.0


def live(url: str, rate: float, seconds: float, *, late: bool) -> Live:
    """Publish live messages at a rate, and in their midst the upload; return how long each waited for COMMIT."""
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
        found = Live([])
        began_s = time.monotonic()
        publishing = threading.Thread(
            target=LoadPublisher(address.host, address.port, "load").publish, args=(packets, rate)
        )
        publishing.start()
        if late:
            time.sleep(seconds / 4)
            uploader = LoadPublisher(address.host, address.port, "upload")
            found.upload_s = uploader.publish(publish_packets(upload(7))).seconds
            found.judged_s = judged_after(url)
        publishing.join()
        wait_accepted(port, count + (UPLOADED if late else 0))
        time.sleep(0.2)
        listener.close()
        pipe.send("cpu")
        pipe.recv()
    found.waits_s = list(waits(reads, began_s, rate))
    assert len(found.waits_s) == count, f"expected {count} acknowledgements, got {len(found.waits_s)}"
    return found


def judged_after(url: str) -> float:
    """Return the time until the upload is stored and its truck waits for nothing. [s]"""
    began_s = time.monotonic()
    with psycopg.connect(url, autocommit=True) as connection:
        while True:
            row = connection.execute(
                "select (select count(*) from fixes where epoch = 2), (select count(*) from rejudge_queue)"
            ).fetchone()
            if row == (UPLOADED, 0):
                return time.monotonic() - began_s
            time.sleep(0.02)


def waits(reads: list[tuple[float, Packets]], began_s: float, rate: float) -> Iterator[float]:
    """Yield for each live message the time from when it was due to its commit acknowledgement. [s]"""
    for at_s, packets_read in reads:
        block, _ = parse([packets_read], [0], version5=False)
        for i in range(len(block)):
            truck = int(block.topic(i).split(b"/")[4][1:])
            for first, last in decode(block.payload(i)).ranges.get(1, []):
                yield from (at_s - began_s - (seq * TRUCKS + truck) / rate for seq in range(first, last + 1))


def fill(url: str, trucks: int, days: float) -> int:
    """Store a city's past as ingest leaves it, an hour a batch, and return the number of fixes."""
    end_ms = time.time_ns() // 1_000_000 // 3_600_000 * 3_600_000
    hours = int(24 * days)
    with connect_writer(url) as connection:
        write_documents(connection, city(trucks))
        world, writer = world_in_force(connection).world, BatchWriter(connection)
        carry = Carry(len(world.vehicle_ids))
        for hour in range(hours):
            seq = np.arange(hour * HOUR_FIXES, (hour + 1) * HOUR_FIXES)
            times = end_ms - hours * 3_600_000 + seq * 10_000
            store(writer, [haul(truck, seq, times, epoch=1) for truck in range(trucks)], world, carry)
    return trucks * hours * HOUR_FIXES


def store(writer: BatchWriter, tracks: list[FixColumns], world: Any, carry: Carry) -> None:
    """Judge and write one hour of every truck."""
    fixes = tracks[0].concatenate(tracks)
    vehicle_of = {name: row for row, name in enumerate(world.vehicle_ids)}
    vehicle = np.repeat(np.array([vehicle_of[f"V{n}"] for n in range(len(tracks))], np.int32), HOUR_FIXES)
    rows = FixBatch.of_fixes(vehicle, fixes)
    order = rows.key_order()
    rows, fixes, vehicle = rows.take(order), fixes.take(order), vehicle[order]
    judgement = evaluate(rows, world, carry)
    terminal_no = world.vehicle_no[vehicle]  # one in each truck, numbered alike here
    writer.write(
        WriteBatch(
            fixes=StoredFixes(world.vehicle_no[vehicle], terminal_no, rows.fix_time_ms, fixes, ~judgement.late),
            events=judgement.events,
            trips=judgement.trips,
            checkpoints=due_checkpoints(carry, judgement.update, world),
            received=Received(terminal_no, rows.epoch, rows.seq),
            found_at_ms=int(rows.fix_time_ms.max()),
            world_version=world.version,
        )
    )
    carry.apply(judgement.update)


def judged(url: str, asked: Asked, workers: int) -> tuple[GroupResult, float]:
    """Judge everything again and return what came of it, and the seconds it took."""
    with connect_writer(url) as connection:
        number = world_in_force(connection).number
        trucks = trucks_concerned(connection)
    total, began_s = GroupResult(), time.monotonic()
    for result in judge_pasts(url, number, trucks, asked, workers):
        total.add(result)
    return total, time.monotonic() - began_s


def print_late(admin_url: str, rate: float, seconds: float, rounds: int) -> None:
    alone, beside = [], []
    for _ in range(rounds):
        with database(admin_url) as url:
            alone.append(live(url, rate, seconds, late=False))
        with database(admin_url) as url:
            beside.append(live(url, rate, seconds, late=True))
    p95 = [[float(np.percentile(run.waits_s, 95)) * 1000 for run in runs] for runs in (alone, beside)]
    ratio = statistics.median(b / a for a, b in zip(*p95, strict=True))
    judged_s = statistics.median(run.judged_s for run in beside)
    most_ms = max(max(run.waits_s) for run in beside) * 1000
    print(
        f"upload of {UPLOADED:,} records of 12 hours beside {rate:,.0f} live messages/s: stored and judged again "
        f"{judged_s:.2f} s after its last message; live p95 {statistics.median(p95[1]):.0f} ms, {ratio:.2f} times that "
        f"without it, the slowest {most_ms:.0f} ms"
    )


def print_history(admin_url: str, trucks: int, days: float) -> None:
    with database(admin_url) as url:
        fixes = fill(url, trucks, days)
        rates = {}
        for workers in (1, 2):
            result, took_s = judged(url, Asked(is_dry=True), workers)
            assert result.rows == fixes
            assert not result.changes, f"expected no change, got {len(result.changes)}"
            rates[workers] = fixes / took_s
            print(f"history, {workers} process{'es' * (workers > 1)}: {told(result, took_s)}")
        year_min = 1000 * 30 * 8640 / rates[2] / 60
        print(f"two processes {rates[2] / rates[1]:.2f} times one; 1,000 trucks for 30 days in {year_min:.0f} min")
        with connect_writer(url) as connection:
            documents = city(trucks)
            for permit in documents["permits"]:
                permit["dump_point_ids"] = ["dump_point-0"]
            write_documents(connection, documents)
        result, took_s = judged(url, Asked(), 2)
        print(f"every dump point but one closed, written: {len(result.changes):,} changes, {told(result, took_s)}")


def told(result: GroupResult, took_s: float) -> str:
    parts = {"reading": result.read_s, "judging": result.judge_s, "comparing and writing": result.write_s}
    spent_s = sum(parts.values())
    shares = ", ".join(f"{name} {100 * part / spent_s:.0f} %" for name, part in parts.items())
    return f"{result.rows:,} fixes in {took_s:.1f} s, {result.rows / took_s:,.0f} fixes/s; {shares}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=10.0, help="how long live messages are published")
    parser.add_argument("--rate", type=float, default=1000.0, help="live messages a second")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--trucks", type=int, default=48)
    parser.add_argument("--days", type=float, default=5.0)
    parser.add_argument("--database", default="", help="TimescaleDB whose user may create databases")
    arguments = parser.parse_args()
    log_errors_only()
    admin_url = arguments.database or embedded_url()
    print(machine_line())
    print_late(admin_url, arguments.rate, arguments.seconds, arguments.rounds)
    print_history(admin_url, arguments.trucks, arguments.days)


if __name__ == "__main__":
    main()
