"""Events and cases in a database, for tests of cases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
from psycopg import Connection
from psycopg.rows import dict_row

from rules_engine.event import Event
from storage.batch_writer import BatchWriter
from storage.users import add_user
from supervision.cases.state import Actor
from supervision.casework import open_cases
from tests.storage_rows import add_registry, batch, event, fixes

# Events of `tests.storage_rows` are of a day that has passed; cases are opened when they are found.
OPENED = datetime(2026, 6, 1, 8, tzinfo=UTC)
DISTRICTS = {"D1": 119.8, "D2": 120.0}


def add_city(connection: Connection[Any]) -> None:
    """Put two districts, side by side, two companies and their trucks V1 to V4 into the registry."""
    connection.execute("insert into companies (company_id, name) values ('C1', '安达运输'), ('C2', '宏远渣土')")
    add_registry(connection)
    connection.execute("update vehicles set company_id = case when vehicle_no % 2 = 1 then 'C1' else 'C2' end")
    for district_id, west in DISTRICTS.items():
        ring = [[west, 31.6], [west + 0.2, 31.6], [west + 0.2, 31.9], [west, 31.9], [west, 31.6]]
        connection.execute(
            "insert into districts (district_id, feature) values (%s, jsonb_build_object('type', 'Feature', 'geometry',"
            " jsonb_build_object('type', 'Polygon', 'coordinates', jsonb_build_array(%s::jsonb))))",
            [district_id, psycopg.types.json.Jsonb(ring)],
        )


def write(connection: Connection[Any], *events: Event, **rest: Any) -> None:
    """Commit events as ingest does."""
    BatchWriter(connection).write(batch(fixes(1, []), events=list(events), **rest))


def opened(connection: Connection[Any], *events: Event, now: datetime = OPENED) -> list[dict[str, Any]]:
    """Commit events, let them become cases, and return all cases, oldest number first."""
    write(connection, *events)
    open_cases(connection, now)
    return rows(connection, "select * from cases order by case_no")


def rows(connection: Connection[Any], query: str, parameters: Any = ()) -> list[dict[str, Any]]:
    """Return what a query gives."""
    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(query, parameters).fetchall()


def worker(connection: Connection[Any], name: str = "wang", role: str = "bureau", **scope: Any) -> Actor:
    """Add a user, and return who takes steps."""
    user_no = add_user(connection, name, role=role, **scope)
    return Actor(user_no, name, name, may_work=True, may_verify=role != "inspector")


def dumping(start_seq: int = 0, **rest: Any) -> Event:
    """Return a critical event."""
    return event(start_seq, kind="illegal_dumping", severity=3, **rest)


def after(hours: float) -> datetime:
    """Return an instant so long after cases were opened."""
    return OPENED + timedelta(hours=hours)
