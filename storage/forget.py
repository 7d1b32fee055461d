# ruff: noqa: S608 - the statements are made of the names of our own tables
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
_CASES = f"select case_id from cases where vehicle_no in ({_VEHICLES})"
# What a bureau did about them: books that are appended to only, so that their triggers are held back for the moment.
_BOOKS = (
    "delete from appeal_decisions where appeal_no in (select appeal_no from appeals join score_entries using (entry_no)"
    f" where case_id in ({_CASES}))",
    f"delete from appeals where entry_no in (select entry_no from score_entries where case_id in ({_CASES}))",
    f"delete from score_entries where case_id in ({_CASES})",
    *(
        f"delete from {table} where case_id in ({_CASES})"
        for table in ("case_steps", "case_events", "case_candidates", "cases")
    ),
    "delete from manifest_scans where manifest_no in"
    f" (select manifest_no from manifests where vehicle_no in ({_VEHICLES}))",
    f"delete from manifests where vehicle_no in ({_VEHICLES})",
)
STATEMENTS = (
    SETTLE,
    "set local session_replication_role = replica",
    *_BOOKS,
    "set local session_replication_role = origin",
    *(f"delete from {table} where vehicle_no in ({_VEHICLES})" for table in _BY_VEHICLE),
    *(f"delete from {table} where terminal_no in ({_TERMINALS})" for table in _BY_TERMINAL),
    "delete from events where subject_kind in ('washer', 'gate') and subject_id = any(%(terminal_ids)s)",
    "delete from rejected where device = any(%(terminal_ids)s)",
)


def forget_records(connection: Connection, vehicle_ids: Sequence[str], terminal_ids: Sequence[str]) -> None:
    """Delete every record of some trucks and terminals and all that was found from them, or nothing.

    Args:
        connection: Of a superuser or whoever may set session_replication_role, in whose database nobody ingests
            meanwhile.
        vehicle_ids: The trucks.
        terminal_ids: The terminals, those in the trucks and others.
    """
    names = {"vehicle_ids": list(vehicle_ids), "terminal_ids": list(terminal_ids)}
    with connection.transaction():
        for statement in STATEMENTS:
            connection.execute(statement, names)
