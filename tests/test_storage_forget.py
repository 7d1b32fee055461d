"""Forgetting some trucks in a real database: nothing of theirs is left, everything of the others is."""

from __future__ import annotations

import psycopg
import pytest
from psycopg import sql

from storage.batch_writer import BatchWriter
from storage.connect import connect_writer
from storage.forget import forget_records
from storage.ledger_news import settle
from storage.write_batch import Checkpoint, DeviceStateRow, RejectedRow
from tests.storage_rows import NOON_MS, add_registry, batch, event, fixes, together, trip
from tests.test_storage_batch_writer import passage

pytestmark = pytest.mark.services

REGISTRY = {"vehicles", "terminals", "terminal_assignments"}


def test_of_the_named_trucks_nothing_is_left(migrated_url: str) -> None:
    with connect_writer(migrated_url) as connection:
        add_registry(connection)
        writer = BatchWriter(connection)
        for truck in (1, 2):
            writer.write(
                batch(
                    together(fixes(truck, range(20, 40)), fixes(truck, range(5), fresh=False)),
                    device_events=[passage(truck, vehicle_no=truck)],
                    states=[DeviceStateRow(truck, NOON_MS, "boot", NOON_MS, 7, None)],
                    rejected=[RejectedRow(f"T{truck}", "bad_json", "", b"{", "topic", NOON_MS)],
                    events=[event(20, vehicle=f"V{truck}")],
                    trips=[trip(20, vehicle=f"V{truck}")],
                    checkpoints=[Checkpoint(truck, NOON_MS, 7, 20, 0, "L1", b"carry")],
                )
            )
        settle(connection)
        before = records(connection)
        forget_records(connection, ["V1"], ["T1"])
        after = records(connection)
    assert after == {(table, number): count for (table, number), count in before.items() if number != 1}
    tables = {table for table, number in before if number == 1}
    assert tables == {table for table, number in before if number == 2}
    assert tables >= {"fixes", "device_events", "events", "trips", "rejected", "ledger", "latest", "rejudge_queue"}


def records(connection: psycopg.Connection) -> dict[tuple[str, int], int]:
    """Return the number of rows by table and number of the truck, or of the terminal where no truck is named."""
    named = connection.execute(
        "select table_name, max(column_name) from information_schema.columns"
        " where table_schema = 'public' and column_name in ('vehicle_no', 'terminal_no') group by table_name"
    ).fetchall()
    counts = {
        (table, int(number)): int(count)
        for table, column in named
        if table not in REGISTRY
        for number, count in connection.execute(
            sql.SQL("select {column}, count(*) from {table} group by 1").format(
                column=sql.Identifier(column), table=sql.Identifier(table)
            )
        )
    }
    rejected = connection.execute("select ltrim(device, 'T')::int, count(*) from rejected group by 1")
    return counts | {("rejected", int(number)): int(count) for number, count in rejected}
