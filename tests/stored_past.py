"""A city's past in a real database as ingest would have left it, without broker and messages, and how to compare it."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import numpy as np
import orjson
import psycopg
from oracles.tracks import random_track

from firmware_contracts.columns import FIX_DTYPES, FixColumns
from ingest.checkpoints import due_checkpoints
from rules_engine.carry import Carry
from rules_engine.engine import evaluate
from rules_engine.event import Event, Trip
from rules_engine.fix_batch import FixBatch, Mark
from rules_engine.world import World
from storage.batch_writer import BatchWriter
from storage.event_rows import event_documents
from storage.history import TRIP, event_findings, trip_findings
from storage.trip_rows import STATE_COLUMNS, trip_documents
from storage.world_store import read_documents, write_documents
from storage.write_batch import Received, StoredFixes, WriteBatch

REGION = "320412"


def registered(documents: dict[str, Any]) -> dict[str, Any]:
    """Return a world's documents with a terminal in each truck: `X-T0` in `T0`."""
    names = [vehicle["vehicle_id"] for vehicle in documents["vehicles"]]
    terminals = [
        {"terminal_id": f"X-{name}", "kind": "truck", "region": REGION, "assignments": [{"vehicle_id": name}]}
        for name in names
    ]
    return documents | {"terminals": [*documents.get("terminals", []), *terminals]}


def world_of(connection: psycopg.Connection[Any]) -> World:
    """Return the world in a database."""
    return World.from_documents(read_documents(connection))


def long_track(rng: np.random.Generator, vehicle: int, capacity_kg: float, count: int) -> FixBatch:
    """Return one truck's fixes of so many random tracks, one after the other."""
    parts: list[FixBatch] = []
    end_ms, seq = 0, 0
    for _ in range(count):
        track = random_track(rng, vehicle, capacity_kg)
        track = track.take(track.mark == Mark.FIX)
        first_ms = int(track.fix_time_ms[0])
        moved_ms = end_ms + 30_000 - first_ms if end_ms else 0
        track = replace(track, fix_time_ms=track.fix_time_ms + moved_ms, seq=np.arange(seq, seq + len(track)))
        parts.append(track)
        end_ms, seq = int(track.fix_time_ms[-1]), seq + len(track)
    rows = FixBatch.concatenate(parts)
    return rows.take(rows.key_order())


class StoredPast:
    """Judges and writes batches as ingest does."""

    def __init__(self, connection: psycopg.Connection[Any], documents: dict[str, Any]) -> None:
        write_documents(connection, registered(documents))
        self.world = world_of(connection)
        self.carry = Carry(len(self.world.vehicle_ids))
        self._writer = BatchWriter(connection)

    def write(self, rows: FixBatch, found_at_ms: int | None = None) -> None:
        """Judge and write rows in batches of a hundred, in the order in which they come."""
        for at in range(0, len(rows), 100):
            batch = rows.take(slice(at, at + 100))
            self._write(batch.take(batch.key_order()), found_at_ms or time.time_ns() // 1_000_000)

    def _write(self, rows: FixBatch, found_at_ms: int) -> None:
        world = self.world
        judgement = evaluate(rows, world, self.carry)
        terminal_rows = world.terminals.terminal_rows
        terminal_of = np.array([terminal_rows[f"X-{name}"] for name in world.vehicle_ids])
        terminal_no = world.terminals.terminal_no[terminal_of[rows.vehicle]]
        stored = StoredFixes(
            world.vehicle_no[rows.vehicle], terminal_no, rows.fix_time_ms + 500, columns(rows), ~judgement.late
        )
        batch = WriteBatch(
            fixes=stored,
            events=judgement.events,
            trips=judgement.trips,
            checkpoints=due_checkpoints(self.carry, judgement.update, world),
            received=Received(terminal_no, rows.epoch, rows.seq),
            found_at_ms=found_at_ms,
            world_version=world.version,
        )
        self._writer.write(batch)
        self.carry.apply(judgement.update)


def columns(rows: FixBatch) -> FixColumns:
    """Return fixes as a report would have brought them."""
    given = {name: getattr(rows, name) for name in FIX_DTYPES if hasattr(rows, name)}
    absent = {
        name: np.full(len(rows), np.nan if np.dtype(dtype).kind == "f" else -1, dtype)
        for name, dtype in FIX_DTYPES.items()
        if name not in given
    }
    return FixColumns(**{name: np.asarray((given | absent)[name], dtype) for name, dtype in FIX_DTYPES.items()})


# A silence that goes on is told by a job, now and then, and taken back: no set of records says whether it is there yet.
GOING_ON = "kind = 'offline' and closing is null"


def stored_findings(connection: psycopg.Connection[Any]) -> dict[str, str]:
    """Return what is stored and not withdrawn nor going on, as text by kind and name, without the world's version."""
    events = connection.execute(
        "select event_id, kind, severity, confirmed_at, end_time, lat_deg, lon_deg, opening, closing"
        f" from events where withdrawn_at is null and not ({GOING_ON})"
    ).fetchall()
    state = ", ".join(name for name in STATE_COLUMNS if name != "judged_to")
    trips = connection.execute(f"select trip_id, {state} from trips where withdrawn_at is null").fetchall()
    return {f"{row[1]} {row[0]}": _text(row[2:]) for row in events} | {
        f"trip {row[0]}": _text(row[1:]) for row in trips
    }


def fresh_findings(events: list[Event], trips: list[Trip], vehicle_no: dict[str, int]) -> dict[str, str]:
    """Return likewise what a judgement gave, in the order in which it was given."""
    lasting = [event for event in events if event.kind != "offline" or event.closing is not None]
    found = event_findings(event_documents(((0, event) for event in lasting), vehicle_no))
    found += trip_findings(trip_documents(((n, trip) for n, trip in enumerate(trips)), vehicle_no))
    as_rows = {}
    for each in found:
        content = each.content
        if each.kind != TRIP:
            content = {**content, "lat": content["place"][0], "lon": content["place"][1]}
            content = {
                name: content[name] for name in ("severity", "confirmed", "end", "lat", "lon", "opening", "closing")
            }
        as_rows[f"{each.kind} {each.name}"] = _text(list(content.values()))
    return as_rows


def judged_at_once(rows: FixBatch, world: World) -> tuple[dict[str, str], Carry]:
    """Return what one judgement of all rows finds, and the carry it leaves."""
    carry = Carry(len(world.vehicle_ids))
    judgement = evaluate(rows.take(rows.key_order()), world, carry)
    carry.apply(judgement.update)
    numbers = dict(zip(world.vehicle_ids, world.vehicle_no.tolist(), strict=True))
    return fresh_findings(judgement.events, judgement.trips, numbers), carry


def _text(values: Any) -> str:
    plain = orjson.loads(orjson.dumps(list(values), option=orjson.OPT_SERIALIZE_NUMPY))
    for value in plain:
        if isinstance(value, dict):
            value.pop("world_version", None)
    return orjson.dumps(plain, option=orjson.OPT_SORT_KEYS).decode()
