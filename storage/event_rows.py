"""Events into their table, so that what is found again changes nothing and what is no longer found stays visible.

An event is given out when it opens and again when it closes; each time its truck had been judged up to some row. The
table keeps that time for both (`opened_to`, `closed_to`): judging again from a checkpoint gives again exactly what was
given after it, so whatever of that does not come back no longer holds.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from psycopg import Connection

from rules_engine.event import Event
from storage.errors import UnknownVehicle
from storage.times import utc

# With this as `since`, everything given before stands: records in order, nothing is judged again.
ALL_STANDS = "infinity"


def vehicle_numbers(connection: Connection, vehicle_ids: Iterable[str]) -> dict[str, int]:
    """Return the registry's number of each truck.

    Raises:
        UnknownVehicle: A truck is not in the registry.
    """
    wanted = set(vehicle_ids)
    if not wanted:
        return {}
    found = connection.execute("select vehicle_id, vehicle_no from vehicles where vehicle_id = any(%s)", [list(wanted)])
    numbers: dict[str, int] = dict(found.fetchall())
    if missing := wanted - numbers.keys():
        raise UnknownVehicle(list(missing))
    return numbers


def event_documents(given: Iterable[tuple[int, Event]], vehicle_nos: dict[str, int]) -> dict[UUID, dict[str, Any]]:
    """Return one document per event from all that was given out of it, in the order in which it was given.

    Args:
        given: How far the truck had been judged, and the event. [ms]
        vehicle_nos: The registry's number of each truck.
    """
    documents: dict[UUID, dict[str, Any]] = {}
    for judged_to_ms, event in given:
        earlier = documents.get(event.event_id, {})
        judged_to = utc(judged_to_ms)
        document = _document(event, vehicle_nos[event.vehicle_id])
        document["opened_to"] = earlier.get("opened_to", judged_to)
        if event.closing is not None:
            document["closed_to"] = judged_to
        elif earlier.get("closing") is not None:
            document |= {name: earlier[name] for name in ("closing", "end_time", "closed_to")}
        documents[event.event_id] = document
    return documents


def write_events(
    connection: Connection,
    documents: dict[UUID, dict[str, Any]],
    *,
    found_at: datetime,
    page_within_ms: int,
    world_version: str,
    since: datetime | str = ALL_STANDS,
    until: datetime | str = ALL_STANDS,
) -> None:
    """Insert the events or bring them up to date; what was given out of them up to `since` or after `until` stands."""
    if documents:
        connection.execute(
            WRITE_EVENTS,
            {
                "documents": _json_rows(documents),
                "found_at": found_at,
                "page_within_ms": page_within_ms,
                "world_version": world_version,
                "since": since,
                "until": until,
            },
        )


def take_back_events(
    connection: Connection,
    vehicle_no: int,
    *,
    since: datetime | str,
    found: dict[UUID, dict[str, Any]],
    now: datetime,
    until: datetime | str = ALL_STANDS,
) -> None:
    """Withdraw a truck's events that were given out after `since` and not found again, and reopen what was closed.

    What was given out after `until` stands.
    """
    parameters = {"vehicle_no": vehicle_no, "since": since, "until": until, "found": list(found), "now": now}
    connection.execute(WITHDRAW_EVENTS, parameters)
    connection.execute(REOPEN_EVENTS, parameters)


def _document(event: Event, vehicle_no: int) -> dict[str, Any]:
    return {
        "event_id": event.event_id,
        "vehicle_no": vehicle_no,
        "kind": event.kind,
        "start_time": utc(event.start.fix_time_ms),
        "epoch": event.start.epoch,
        "seq": event.start.seq,
        "confirmed_at": utc(event.confirmed_ms),
        "end_time": None if event.end_ms is None else utc(event.end_ms),
        "lat_deg": event.lat_deg,
        "lon_deg": event.lon_deg,
        "severity": event.severity,
        "opening": event.opening,
        "closing": event.closing,
        "closed_to": None,
    }


def _json_rows(documents: dict[UUID, dict[str, Any]]) -> str:
    # In the order of their names, so that two writers lock rows in one order. NaN becomes null.
    rows = [documents[name] for name in sorted(documents)]
    return orjson.dumps(rows, option=orjson.OPT_SERIALIZE_NUMPY).decode()


_KEEPS_OPENING = "events.withdrawn_at is null and events.opened_to <= %(since)s"
_KEEPS_CLOSING = """events.withdrawn_at is null and excluded.closing is null
        and (events.closed_to <= %(since)s or events.closed_to > %(until)s)"""

WRITE_EVENTS = f"""
insert into events (
    event_id, change_no, vehicle_no, subject_kind, subject_id, kind, start_time, epoch, seq, confirmed_at, end_time,
    lat_deg, lon_deg, severity, opening, closing, opened_to, closed_to, world_version, found_at, back_dated
)
select
    event_id, 0, vehicle_no, coalesce(subject_kind, 'vehicle'), subject_id, kind, start_time, epoch, seq, confirmed_at,
    end_time, lat_deg, lon_deg, severity, opening, nullif(closing, 'null'), opened_to, closed_to, %(world_version)s,
    %(found_at)s, %(found_at)s::timestamptz - confirmed_at > %(page_within_ms)s * interval '1 ms'
from jsonb_to_recordset(%(documents)s::jsonb) as given (
    event_id uuid, vehicle_no integer, subject_kind text, subject_id text, kind text, start_time timestamptz,
    epoch bigint, seq bigint, confirmed_at timestamptz, end_time timestamptz, lat_deg double precision,
    lon_deg double precision, severity smallint, opening jsonb, closing jsonb, opened_to timestamptz,
    closed_to timestamptz
)
on conflict (event_id) do update
set
    confirmed_at = excluded.confirmed_at,
    lat_deg = excluded.lat_deg,
    lon_deg = excluded.lon_deg,
    severity = excluded.severity,
    opening = excluded.opening,
    opened_to = case when {_KEEPS_OPENING} then events.opened_to else excluded.opened_to end,
    closing = case when {_KEEPS_CLOSING} then events.closing else excluded.closing end,
    end_time = case when {_KEEPS_CLOSING} then events.end_time else excluded.end_time end,
    closed_to = case when {_KEEPS_CLOSING} then events.closed_to else excluded.closed_to end,
    world_version = excluded.world_version,
    withdrawn_at = null
"""  # noqa: S608 - made of our own conditions

# A silence that goes on was not found by judging rows, and no row can take it back: see `storage.silence`.
WITHDRAW_EVENTS = """
update events set withdrawn_at = %(now)s
where
    vehicle_no = %(vehicle_no)s and opened_to > %(since)s and opened_to <= %(until)s and withdrawn_at is null
    and event_id <> all(%(found)s::uuid[]) and not (kind = 'offline' and closing is null)
"""

REOPEN_EVENTS = """
update events set closing = null, end_time = null, closed_to = null
where
    vehicle_no = %(vehicle_no)s and opened_to <= %(since)s and closed_to > %(since)s and closed_to <= %(until)s
    and withdrawn_at is null
    and event_id <> all(%(found)s::uuid[])
"""
