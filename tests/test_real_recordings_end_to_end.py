"""Recorded vehicles through broker, ingest, database and API: out comes what the rules find in the recording alone."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import psycopg
import pytest
from rich.console import Console

from firmware_contracts.decode import decode_block
from firmware_contracts.message_block import MessageBlock
from firmware_contracts.topic_table import TopicTable
from muckline.demo import Stack, running_stack
from muckline.settings import Settings
from rules_engine.event import Event
from rules_engine.world import World
from simulators.capture import read_capture, write_capture
from simulators.detect import detect
from simulators.importers import ImportOptions, import_folder
from simulators.instant import parse_instant
from simulators.live import unix_ms
from simulators.replay import Span, replay
from simulators.world_folder import read_world
from tests.conftest import Broker

pytestmark = [pytest.mark.services, pytest.mark.real_data]

STORED = """
    select vehicle_id, epoch, seq, (extract(epoch from fix_time) * 1000)::bigint, round(lat_deg::numeric, 7)::float8,
        load_kg
    from fixes join vehicles using (vehicle_no)
"""
LATE = """
    select count(*) from (
        select fix_time < max(fix_time) over (
            partition by vehicle_no order by received_at groups between unbounded preceding and 1 preceding
        ) as is_late
        from fixes join terminals using (terminal_no) where retired_at is null
    ) as received where is_late
"""
BUSES = {"route_deviation": 3, "fatigue": 8, "track_gap": 1}
COMMITTED_S = 30.0
LATE_S = 900.0


class Recording:
    """An imported recording: its world, its capture, and the fixes and events that must come out."""

    def __init__(self, source: str, data: Path, out: Path) -> None:
        import_folder(source, data / source, out, ImportOptions(unix_ms()))
        self.documents = read_world(out / "world")
        self.capture = out / "capture.ndjson.gz"
        self.expected = detect(self.capture, World.from_documents(self.documents))

    def disordered(self, path: Path, rng: np.random.Generator) -> Path:
        """Write the capture as a bad network delivers it: up to a quarter of an hour late, some messages twice."""
        messages = list(read_capture(self.capture))
        messages += [messages[n] for n in rng.choice(len(messages), len(messages) // 20, replace=False)]
        arrival_ms = np.array([m.received_at_ms for m in messages]) + rng.uniform(0, LATE_S * 1000, len(messages))
        with write_capture(path) as capture:
            for n in np.argsort(arrival_ms):
                capture.write(*messages[n])
        return path

    @property
    def fixes(self) -> set[tuple[Any, ...]]:
        """Return every fix in the capture, as `STORED` gives it; the trucks bear the names of their terminals."""
        messages = [(m.topic, m.payload, m.received_at_ms) for m in read_capture(self.capture)]
        decoded = decode_block(MessageBlock.from_messages(messages), TopicTable())
        fixes = decoded.fixes
        devices = [decoded.topics[topic].device for topic in decoded.sender[fixes.message]]
        columns = (fixes.epoch, fixes.seq, fixes.fix_time_ms, np.round(fixes.lat_deg, 7), fixes.load_kg)
        rows = zip(devices, *(column.tolist() for column in columns), strict=True)
        return {tuple(None if value != value else value for value in row) for row in rows}  # noqa: PLR0124 - NaN


@contextmanager
def stack(url: str, broker: Broker, home: Path, recording: Recording) -> Iterator[Stack]:
    """Run ingest and API as processes of their own around a recording's world."""
    settings = Settings.model_validate({
        "database": {"url": url},
        "broker": broker.settings(),
        "api": {"port": 0},
        "embedded": {"home": home},
    })  # fmt: skip
    with running_stack(settings, Console(file=StringIO()), recording.documents) as running:
        yield running


def send(running: Stack, recording: Recording, capture: Path) -> None:
    """Replay a capture as fast as the broker takes it, and wait until its fixes are stored and judged."""
    result = asyncio.run(replay(capture, running.broker, span=Span.of(capture), speed=float("inf")))
    assert result.messages >= len(list(read_capture(recording.capture)))
    deadline_s = time.monotonic() + COMMITTED_S
    while (progress := query(running, PROGRESS)) != [(recording.expected.fixes, 0)]:
        running.check()
        assert time.monotonic() < deadline_s, f"(fixes, trucks to be judged again) stand at {progress}"
        time.sleep(0.1)


PROGRESS = """
    select (select count(*) from fixes join terminals using (terminal_no) where retired_at is null),
        (select count(*) from rejudge_queue)
"""


def query(running: Stack, statement: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(running.database_url) as connection:
        return connection.execute(statement).fetchall()


def told(running: Stack, recording: Recording) -> dict[str, dict[str, Any]]:
    """Return what the API says of each event of the recording's vehicles, without silences that go on."""
    vehicles = {vehicle["vehicle_id"] for vehicle in recording.documents["vehicles"]}
    page = running.get("/v1/events?limit=1000")
    assert page["next"] is None
    return {
        event["event_id"]: shown(event)
        for event in page["events"]
        if event["vehicle_id"] in vehicles and not goes_on(event["kind"], event["closing"])
    }


def goes_on(kind: str, closing: dict[str, Any] | None) -> bool:
    """Return whether an event is a silence that goes on: a job tells of it later, as long as nothing comes after it."""
    return kind == "offline" and closing is None


def shown(event: dict[str, Any]) -> dict[str, Any]:
    """Return the members of an answer that depend on the records alone."""
    return {
        "kind": event["kind"],
        "vehicle_id": event["vehicle_id"],
        "severity": event["severity"],
        "start": (parse_instant(event["start"]), event["first_fix"]["epoch"], event["first_fix"]["seq"]),
        "confirmed": parse_instant(event["confirmed_at"]),
        "end": event["end"] and parse_instant(event["end"]),
        "position": event["position"]["coordinates"],
        "opening": event["opening"],
        "closing": event["closing"],
        "withdrawn": event["withdrawn_at"],
    }


def meant(recording: Recording) -> dict[str, dict[str, Any]]:
    """Return what it should say."""
    return {
        str(event.event_id): members(event)
        for event in recording.expected.events
        if not goes_on(event.kind, event.closing)
    }


def members(event: Event) -> dict[str, Any]:
    return {
        "kind": event.kind,
        "vehicle_id": event.vehicle_id,
        "severity": event.severity,
        "start": tuple(event.start),
        "confirmed": event.confirmed_ms,
        "end": event.end_ms,
        "position": [event.lon_deg, event.lat_deg],
        "opening": event.opening,
        "closing": event.closing,
        "withdrawn": None,
    }


def test_real_vehicles_end_to_end(
    test_data: Path, tmp_path: Path, test_home: Path, migrated_url: str, broker: Broker
) -> None:
    quarry = Recording("haul_quarry_telemetry", test_data, tmp_path / "quarry")
    with stack(migrated_url, broker, test_home, quarry) as running:
        send(running, quarry, quarry.capture)
        assert set(query(running, STORED)) == quarry.fixes
        events = told(running, quarry)
        assert events == meant(quarry)
        assert len(events) == 15
        assert query(running, "select count(*) from rejected") == [(0,)]
        trips = set(query(running, "select trip_id::text from trips where withdrawn_at is null"))
        assert trips == {(str(trip.trip_id),) for trip in quarry.expected.trips}

    buses = Recording("buses_wmata", test_data, tmp_path / "buses")
    capture = buses.disordered(tmp_path / "disordered.ndjson.gz", np.random.default_rng(1))
    with stack(migrated_url, broker, test_home, buses) as running:
        send(running, buses, capture)
        assert set(query(running, STORED)) == quarry.fixes | buses.fixes
        assert query(running, LATE)[0][0] > 1_000
        events = told(running, buses)
        assert events == meant(buses)
        assert Counter(event["kind"] for event in events.values()) == BUSES
