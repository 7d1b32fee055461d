"""How punctual a replay is: a capture of a city published at 1, 10, 100 and 1000 times its pace, and recorded again.

    python -m benchmarks.replay_jitter [--trucks 300] [--seconds 20]

For each pace a part of the capture that lasts so long at that pace is published to a Mosquitto and recorded by a second
process. Reported: how late each publish was against one clock (what `muckline replay` prints), by how much the distance
of neighbouring messages differed when they arrived, and messages a second.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import tempfile
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.broker_process import broker_process
from benchmarks.machine import machine_line
from firmware_contracts.transport import BrokerAddress
from simulators.capture import CaptureMessage, read_capture, write_capture
from simulators.record import record
from simulators.replay import ReplayResult, Span, replay
from simulators.scenario import read_scenario
from simulators.simulate import CAPTURE_NAME, simulate

PACES = (1.0, 10.0, 100.0, 1000.0)
LINES = "max_inflight_messages 0\nmax_queued_messages 0\nset_tcp_nodelay true\nuser root\n"
MOST_RATE = 10_000.0  # messages a second that a Mosquitto beside us carries with room to spare


def recorder(address: BrokerAddress, out: Path, pipe: Any) -> None:
    """Record until told to stop."""

    async def run() -> None:
        stop, subscribed = asyncio.Event(), asyncio.Event()
        task = asyncio.create_task(record(address, out, stop, subscribed=subscribed))
        await subscribed.wait()
        pipe.send("ready")
        await asyncio.to_thread(pipe.recv)
        await asyncio.sleep(0.5)
        stop.set()
        await task

    asyncio.run(run())


def part_of(messages: list[CaptureMessage], pace: float, seconds: float, out: Path) -> Path:
    """Write the part of a capture that lasts some seconds at a pace, from its busy middle."""
    middle_ms = messages[len(messages) // 3].received_at_ms
    end_ms = middle_ms + seconds * pace * 1000.0
    with write_capture(out) as capture:
        for message in messages:
            if middle_ms <= message.received_at_ms < end_ms and capture.messages < MOST_RATE * seconds:
                capture.write(*message)
    return out


def one_pace(
    part: Path, address: BrokerAddress, pace: float, folder: Path
) -> tuple[ReplayResult, np.ndarray[Any, Any]]:
    """Return a replay's figures and by how much neighbours' distances differed on arrival. [ms]"""
    copy = folder / f"copy-{pace:.0f}.ndjson"
    ours, theirs = get_context("spawn").Pipe()
    child = get_context("spawn").Process(target=recorder, args=(address, copy, theirs))
    child.start()
    assert ours.recv() == "ready"
    result = asyncio.run(replay(part, address, span=Span.of(part), speed=pace))
    ours.send("stop")
    child.join()
    sent, heard = list(read_capture(part)), list(read_capture(copy))
    assert [message[1:] for message in heard] == [message[1:] for message in sent], "lost, or out of order"
    due = np.array([b.received_at_ms - a.received_at_ms for a, b in itertools.pairwise(sent)]) / pace
    came = np.array([b.received_at_ms - a.received_at_ms for a, b in itertools.pairwise(heard)])
    return result, np.abs(came - due)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trucks", type=int, default=300)
    parser.add_argument("--seconds", type=float, default=15.0)
    arguments = parser.parse_args()
    print(machine_line())
    with tempfile.TemporaryDirectory() as name, broker_process(Path(name), LINES) as address:
        folder = Path(name)
        simulate(read_scenario("city").with_changes(trucks=arguments.trucks, hours=0.2), 1, folder, lambda _: None)
        messages = list(read_capture(folder / CAPTURE_NAME))
        print(f"capture: {len(messages)} messages of {arguments.trucks} trucks")
        for pace in PACES:
            part = part_of(messages, pace, arguments.seconds, folder / f"part-{pace:.0f}.ndjson.gz")
            result, off_ms = one_pace(part, address, pace, folder)
            median, p95, p99, most = result.late_ms
            late = f"published late by {median:.2f} ms median, {p95:.2f} p95, {p99:.2f} p99, {most:.1f} at most"
            off = f"distances on arrival off by {np.median(off_ms):.1f} ms median, {np.percentile(off_ms, 99):.1f} p99"
            rate = result.messages / result.seconds
            print(f"{pace:5.0f}x: {result.messages:6} messages, {rate:7.0f}/s; {late}; {off}")


if __name__ == "__main__":
    main()
