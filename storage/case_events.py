"""Events on their way into cases: what changed since the last look, the cases it may concern, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.rows import DictRow, dict_row

from storage.cases import STATE

# Held until the transaction ends: a second worker waits, and then finds nothing left to do.
CURSOR = "select change_no from case_cursor for update"
NEWS = """
    select e.event_id, e.change_no, e.kind, e.severity, e.vehicle_no, v.company_id, e.district_id, e.subject_kind,
        e.subject_id, e.lon_deg, e.lat_deg, e.start_time, e.end_time,
        greatest(e.start_time, e.end_time, e.confirmed_at) as newest_time, e.back_dated,
        e.withdrawn_at is not null as withdrawn
    from events e left join vehicles v using (vehicle_no)
    where e.change_no > %(after)s order by e.change_no limit %(limit)s
"""
# Those that an event belongs to already, and the open ones of the same truck (device, place) and kind.
CONCERNED = f"""
    select case_id, {", ".join(STATE)},
        exists (select from case_steps s where s.case_id = c.case_id and s.user_no is not null) as touched
    from cases c
    where case_id in (
        select case_id from case_events where event_id = any(%(event_ids)s)
        union all
        select o.case_id from cases o join unnest(%(vehicle_nos)s::integer[], %(vehicle_kinds)s::text[]) as a (no, kind)
            on o.vehicle_no = a.no and o.kind = a.kind
        where o.ended_at is null and o.source = 'event'
        union all
        select o.case_id from cases o
        join unnest(%(subject_ids)s::text[], %(subject_kinds)s::text[], %(kinds)s::text[]) as a (id, subject_kind, kind)
            on o.subject_id = a.id and o.subject_kind = a.subject_kind and o.kind = a.kind
        where o.ended_at is null and o.vehicle_no is null and o.source = 'event'
    )
    order by case_id
"""  # noqa: S608 - our names
KEPT = """
    select event_id, case_id, start_time, end_time, newest_time, severity, withdrawn
    from case_events where case_id = any(%s)
"""
KEEP = """
    insert into case_events (event_id, case_id, joined_at, start_time, end_time, newest_time, severity, withdrawn)
    values (%(event_id)s, %(case_id)s, %(joined_at)s, %(start_time)s, %(end_time)s, %(newest_time)s, %(severity)s,
        %(withdrawn)s)
    on conflict (event_id) do update set
        start_time = excluded.start_time, end_time = excluded.end_time, newest_time = excluded.newest_time,
        severity = excluded.severity, withdrawn = excluded.withdrawn
"""


def read_news(connection: Connection, limit: int) -> list[DictRow]:
    """Return events new or changed since they became cases last, in order, and let no other worker read them."""
    with connection.cursor(row_factory=dict_row) as cursor:
        row = cursor.execute(CURSOR).fetchone()
        if row is None:
            raise RuntimeError("expected the row of case_cursor, got none")
        return cursor.execute(NEWS, {"after": row["change_no"], "limit": limit}).fetchall()


def advance(connection: Connection, change_no: int) -> None:
    """Remember up to which change events have become cases."""
    connection.execute("update case_cursor set change_no = %s", [change_no])


def read_concerned(connection: Connection, events: Sequence[Mapping[str, Any]]) -> list[DictRow]:
    """Return the cases that some events may change or join."""
    trucks = [event for event in events if event["vehicle_no"] is not None]
    others = [event for event in events if event["vehicle_no"] is None]
    parameters = {
        "event_ids": [event["event_id"] for event in events],
        "vehicle_nos": [event["vehicle_no"] for event in trucks],
        "vehicle_kinds": [event["kind"] for event in trucks],
        "subject_ids": [event["subject_id"] for event in others],
        "subject_kinds": [event["subject_kind"] for event in others],
        "kinds": [event["kind"] for event in others],
    }
    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(CONCERNED, parameters).fetchall()


def read_kept(connection: Connection, case_ids: Sequence[UUID]) -> list[DictRow]:
    """Return the events of cases as those knew them last."""
    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(KEPT, [list(case_ids)]).fetchall()


def keep_events(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write what cases know of their events."""
    with connection.cursor() as cursor:
        cursor.executemany(KEEP, rows)
