"""Forgetting trucks that never were: what a demonstration left behind goes before the same trucks drive again.

Records of real terminals are never deleted here or anywhere; who calls this answers for the trucks being made up or
recorded elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence

from psycopg import Connection

from storage.ledger_news import SETTLE

# What names a truck by number, and what names a terminal; the trucks and terminals themselves stay, with their numbers.
_BY_VEHICLE = ("events", "trips", "checkpoints", "rejudge_queue", "latest", "fixes", "device_events")
_BY_TERMINAL = ("device_events", "device_states", "ledger", "washers_heard")
_VEHICLES = "select vehicle_no from vehicles where vehicle_id = any(%(vehicle_ids)s)"
_TERMINALS = "select terminal_no from terminals where terminal_id = any(%(terminal_ids)s)"
STATEMENTS = (
    SETTLE,
    *(f"delete from {table} where vehicle_no in ({_VEHICLES})" for table in _BY_VEHICLE),  # noqa: S608 - our names
    *(f"delete from {table} where terminal_no in ({_TERMINALS})" for table in _BY_TERMINAL),  # noqa: S608 - our names
    "delete from events where subject_kind in ('washer', 'gate') and subject_id = any(%(terminal_ids)s)",
    "delete from rejected where device = any(%(terminal_ids)s)",
)


def forget_records(connection: Connection, vehicle_ids: Sequence[str], terminal_ids: Sequence[str]) -> None:
    """Delete every record of some trucks and terminals and all that was found from them, or nothing.

    Args:
        connection: To a database in which nobody ingests meanwhile.
        vehicle_ids: The trucks.
        terminal_ids: The terminals, those in the trucks and others.
    """
    names = {"vehicle_ids": list(vehicle_ids), "terminal_ids": list(terminal_ids)}
    with connection.transaction():
        for statement in STATEMENTS:
            connection.execute(statement, names)
