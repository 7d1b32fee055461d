"""The background process in a thread, and rows for it to work on."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
from api_server import SEAL
from psycopg.types.json import Jsonb

from firmware_contracts.transport import BrokerAddress
from worker.service import run
from worker.settings import WorkSettings


@contextmanager
def working(url: str, broker: BrokerAddress | None = None, **settings: Any) -> Iterator[None]:
    """Run the background process while the block runs; it must end in order."""
    values: dict[str, Any] = {"alerts": broker is not None, "allowed_hosts": ("127.0.0.1",)} | settings
    stop, failed = threading.Event(), []

    def work() -> None:
        try:
            run(WorkSettings(**values), broker or BrokerAddress(port=1), url, stop, seal=SEAL)
        except BaseException as error:  # noqa: BLE001 - told to the test
            failed.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(60)
        assert not thread.is_alive(), "expected the worker to end within 60 s"
        assert not failed, failed


def add_event(connection: psycopg.Connection[Any], kind: str = "illegal_dumping", **members: Any) -> uuid.UUID:
    """Put an event of truck 1 into the database and return its id."""
    now = datetime.now(UTC)
    row = {
        "event_id": uuid.uuid4(),
        "vehicle_no": 1,
        "kind": kind,
        "start_time": now - timedelta(seconds=30),
        "epoch": 7,
        "seq": 1,
        "confirmed_at": now,
        "lat_deg": 31.77,
        "lon_deg": 119.97,
        "severity": 3,
        "opening": Jsonb({"lost_kg": 12_000.0}),
        "opened_to": now,
        "world_version": "1",
        "found_at": now,
        "back_dated": False,
    } | members
    names = ", ".join(row)
    places = ", ".join(f"%({name})s" for name in row)
    connection.execute(f"insert into events ({names}) values ({places})", row)
    return row["event_id"]


def add_trip(connection: psycopg.Connection[Any], **members: Any) -> uuid.UUID:
    """Put a trip of truck 1 into the database and return its id."""
    now = datetime.now(UTC)
    row = {
        "trip_id": uuid.uuid4(),
        "vehicle_no": 1,
        "start_time": now,
        "epoch": 7,
        "seq": 1,
        "loaded_at": now,
        "judged_to": now,
        "world_version": "1",
    } | members
    names = ", ".join(row)
    places = ", ".join(f"%({name})s" for name in row)
    connection.execute(f"insert into trips ({names}) values ({places})", row)
    return row["trip_id"]


def add_trucks(connection: psycopg.Connection[Any]) -> None:
    """Put two companies with a truck each into the registry: V1 is number 1."""
    connection.execute("insert into companies (company_id, name) values ('C1', '甲运输公司'), ('C2', '乙运输公司')")
    connection.execute(
        "insert into vehicles (vehicle_id, plate, company_id) values ('V1', '苏D10001', 'C1'), ('V2', '苏D10002', 'C2')"
    )
    connection.execute(
        "insert into terminals (terminal_id, kind, region, status) values ('T1', 'truck', '320412', 'active')"
    )
    connection.execute(
        "insert into terminal_assignments (terminal_no, vehicle_no, valid) values (1, 1, tstzrange(null, null))"
    )
