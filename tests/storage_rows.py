"""Rows for tests of storage: a small registry, fixes whose readings follow from their seq, events, trips."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import numpy as np
import psycopg

from firmware_contracts.columns import FIX_DTYPES, FixColumns
from rules_engine.event import Event, FixKey, Trip
from storage.record_rows import device_event_identity
from storage.write_batch import Received, StoredFixes, WriteBatch

NOON_MS = 1_780_000_000_000
TRUCKS = 4


def add_registry(connection: psycopg.Connection[Any], trucks: int = TRUCKS) -> None:
    """Put trucks V1.. with terminals T1.. and a washer W1 into the registry; numbers start at 1."""
    connection.execute(
        "insert into vehicles (vehicle_id, plate) select 'V' || n, 'P' || n from generate_series(1, %s) n", [trucks]
    )
    connection.execute(
        "insert into terminals (terminal_id, kind, region, status)"
        " select 'T' || n, 'truck', '320412', 'active' from generate_series(1, %s) n",
        [trucks],
    )
    connection.execute(
        "insert into terminals (terminal_id, kind, region, status) values ('W1', 'washer', '320412', 'active')"
    )


def fixes(truck: int, seqs: Any, *, fresh: bool = True, **readings: Any) -> StoredFixes:
    """Return fixes of one truck and its terminal, ten seconds apart; seq 0 is at `NOON_MS`."""
    seq = np.asarray(seqs, np.int64)
    count = len(seq)
    columns: dict[str, Any] = {
        name: np.full(count, np.nan if dtype in (np.float32, np.float64) else -1, dtype)
        for name, dtype in FIX_DTYPES.items()
    }
    columns |= {
        "message": np.zeros(count, np.int32),
        "epoch": np.full(count, 7, np.int64),
        "seq": seq,
        "fix_time_ms": NOON_MS + seq * 10_000,
        "lat_deg": 31.7 + seq * 1e-5,
        "lon_deg": 119.9 + seq * 1e-5,
        "speed_mps": (seq % 20).astype(np.float32),
        "load_kg": np.where(seq % 3 == 0, np.nan, 15_000 + seq).astype(np.float32),
        "cover": (seq % 4 - 1).astype(np.int8),
        "faults": np.zeros(count, np.int32),
        "alarms": np.zeros(count, np.int32),
    }
    for name, value in readings.items():
        columns[name] = np.broadcast_to(np.asarray(value), count).astype(FIX_DTYPES[name])
    number = np.full(count, truck, np.int32)
    return StoredFixes(
        number, number, columns["fix_time_ms"] + 500, FixColumns(**columns), np.full(count, fresh, np.bool_)
    )


def together(*parts: StoredFixes) -> StoredFixes:
    """Return all rows of all parts."""
    return StoredFixes(
        np.concatenate([p.vehicle_no for p in parts]),
        np.concatenate([p.terminal_no for p in parts]),
        np.concatenate([p.received_at_ms for p in parts]),
        FixColumns.concatenate([p.fixes for p in parts]),
        np.concatenate([p.fresh for p in parts]),
    )


def batch(rows: StoredFixes | None = None, **rest: Any) -> WriteBatch:
    """Return a batch that names every record as received."""
    rows = StoredFixes.empty() if rows is None else rows
    events = device_event_identity(rest.get("device_events", []))
    identity = [(rows.terminal_no, events.terminal_no), (rows.fixes.epoch, events.epoch), (rows.fixes.seq, events.seq)]
    rest.setdefault("received", Received(*map(np.concatenate, identity)))
    rest.setdefault("found_at_ms", NOON_MS + 60_000)
    rest.setdefault("world_version", "w1")
    return WriteBatch(fixes=rows, **rest)


def event(
    start_seq: int, *, vehicle: str = "V1", kind: str = "spillage", end_seq: int | None = None, **rest: Any
) -> Event:
    """Return an event that starts at a fix of `fixes`, is confirmed 3 fixes later and may be over."""
    found = Event(
        vehicle_id=vehicle,
        kind=kind,
        start=FixKey(NOON_MS + start_seq * 10_000, 7, start_seq),
        confirmed_ms=NOON_MS + (start_seq + 3) * 10_000,
        end_ms=None if end_seq is None else NOON_MS + end_seq * 10_000,
        lat_deg=31.7,
        lon_deg=119.9,
        severity=2,
        opening={"lost_kg": np.float32(812.5), "missing": float("nan")},
        closing=None if end_seq is None else {"lost_kg": 900.0 + end_seq},
    )
    return replace(found, **rest)


def trip(start_seq: int, *, vehicle: str = "V1", **rest: Any) -> Trip:
    """Return a trip that has been loaded and nothing more."""
    loaded = Trip(
        vehicle_id=vehicle,
        start=FixKey(NOON_MS + start_seq * 10_000, 7, start_seq),
        site_id="S1",
        permit_id=None,
        corridor_id=None,
        loading_start_ms=NOON_MS + start_seq * 10_000,
        loaded_ms=NOON_MS + (start_seq + 5) * 10_000,
        washed_ms=None,
        left_site_ms=None,
        unloading_start_ms=None,
        unloading_end_ms=None,
        dump_point_id=None,
        end_ms=None,
        load_kg=15_000.0,
    )
    return replace(loaded, **rest)


def wait_for_lock(url: str) -> int:
    """Return the process of this database that waits for a lock, as soon as one does."""
    with psycopg.connect(url, autocommit=True) as connection:
        while True:
            row = connection.execute(
                "select pid from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()"
            ).fetchone()
            if row:
                return int(row[0])
            time.sleep(0.01)
