"""Trips into their table: each state replaces the one before, which is kept to go back to when judging again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from psycopg import Connection

from rules_engine.event import Trip
from storage.times import utc


def trip_documents(
    given: Iterable[tuple[int, Trip]], vehicle_nos: dict[str, int]
) -> dict[tuple[UUID, int], dict[str, Any]]:
    """Return one document per trip and time up to which its truck had been judged; the last one given counts.

    Args:
        given: How far the truck had been judged, and the trip, in the order in which it was given. [ms]
        vehicle_nos: The registry's number of each truck.
    """
    return {
        (trip.trip_id, judged_to_ms): _document(trip, vehicle_nos[trip.vehicle_id]) | {"judged_to": utc(judged_to_ms)}
        for judged_to_ms, trip in given
    }


def write_trips(
    connection: Connection, documents: dict[tuple[UUID, int], dict[str, Any]], *, world_version: str
) -> None:
    """Insert the trips or replace them, and keep each state."""
    if not documents:
        return
    states = orjson.dumps([documents[name] for name in sorted(documents)], option=orjson.OPT_SERIALIZE_NUMPY)
    parameters = {"documents": states.decode(), "world_version": world_version}
    connection.execute(WRITE_TRIPS, parameters)
    connection.execute(WRITE_STATES, parameters)


def take_back_trips(
    connection: Connection, vehicle_no: int, *, since: datetime | str, now: datetime, until: datetime | str = "infinity"
) -> None:
    """Forget what was known of a truck's trips after `since` and up to `until`; those never known are withdrawn.

    What was found again is to be written afterwards.
    """
    parameters = {"vehicle_no": vehicle_no, "since": since, "until": until, "now": now}
    connection.execute(FORGET_STATES, parameters)
    connection.execute(GO_BACK, parameters)
    connection.execute(WITHDRAW_TRIPS, parameters)


def bring_up_to_date(connection: Connection, vehicle_no: int, *, since: datetime | str) -> None:
    """Let a truck's trips say what was known of them last: states from before the newest may just have been written."""
    connection.execute(GO_BACK, {"vehicle_no": vehicle_no, "since": since})


def prune_trip_states(connection: Connection, before: datetime) -> int:
    """Delete states that no judging again goes back to: those before an instant but the newest of each trip."""
    return connection.execute(PRUNE_STATES, {"before": before}).rowcount


def _document(trip: Trip, vehicle_no: int) -> dict[str, Any]:
    return {
        "trip_id": trip.trip_id,
        "vehicle_no": vehicle_no,
        "start_time": utc(trip.start.fix_time_ms),
        "epoch": trip.start.epoch,
        "seq": trip.start.seq,
        "site_id": trip.site_id,
        "permit_id": trip.permit_id,
        "corridor_id": trip.corridor_id,
        "loading_start": _utc_or_none(trip.loading_start_ms),
        "loaded_at": utc(trip.loaded_ms),
        "washed_at": _utc_or_none(trip.washed_ms),
        "left_site_at": _utc_or_none(trip.left_site_ms),
        "unloading_start": _utc_or_none(trip.unloading_start_ms),
        "unloading_end": _utc_or_none(trip.unloading_end_ms),
        "dump_point_id": trip.dump_point_id,
        "end_time": _utc_or_none(trip.end_ms),
        "load_kg": trip.load_kg,
        "gate_in_at": _utc_or_none(trip.gate_in_ms),
        "gate_out_at": _utc_or_none(trip.gate_out_ms),
        "gate_dump_point_id": trip.gate_dump_point_id,
        "weighed_kg": trip.weighed_kg,
        "ending": trip.ending,
        "inferred": trip.inferred,
    }


def _utc_or_none(time_ms: int | None) -> datetime | None:
    return None if time_ms is None else utc(time_ms)


# What a state says of its trip; the rest of a row says which trip it is and how it came to be known.
STATE_COLUMNS = (
    "site_id",
    "permit_id",
    "corridor_id",
    "loading_start",
    "loaded_at",
    "washed_at",
    "left_site_at",
    "unloading_start",
    "unloading_end",
    "dump_point_id",
    "end_time",
    "load_kg",
    "gate_in_at",
    "gate_out_at",
    "gate_dump_point_id",
    "weighed_kg",
    "ending",
    "inferred",
    "judged_to",
)
_STATE = ", ".join(STATE_COLUMNS)

WRITE_TRIPS = f"""
insert into trips (trip_id, vehicle_no, start_time, epoch, seq, world_version, {_STATE})
select distinct on (trip_id) trip_id, vehicle_no, start_time, epoch, seq, %(world_version)s, {_STATE}
from jsonb_populate_recordset(null::trips, %(documents)s::jsonb)
order by trip_id, judged_to desc
on conflict (trip_id) do update
set ({_STATE}) = row({", ".join(f"excluded.{name}" for name in STATE_COLUMNS)}),
    world_version = excluded.world_version, withdrawn_at = null
"""  # noqa: S608 - made of our own column names

WRITE_STATES = """
insert into trip_states (trip_id, judged_to, state)
select (document ->> 'trip_id')::uuid, (document ->> 'judged_to')::timestamptz, document
from jsonb_array_elements(%(documents)s::jsonb) as document
on conflict (trip_id, judged_to) do update set state = excluded.state
"""

FORGET_STATES = """
delete from trip_states using trips
where trips.trip_id = trip_states.trip_id and trips.vehicle_no = %(vehicle_no)s
    and trip_states.judged_to > %(since)s and trip_states.judged_to <= %(until)s
"""

GO_BACK = f"""
update trips
set ({_STATE}) = (
    select {", ".join(f"known.{name}" for name in STATE_COLUMNS)}
    from trip_states cross join jsonb_populate_record(null::trips, trip_states.state) as known
    where trip_states.trip_id = trips.trip_id
    order by trip_states.judged_to desc
    limit 1
)
where
    vehicle_no = %(vehicle_no)s and judged_to > %(since)s
    and exists (select from trip_states where trip_states.trip_id = trips.trip_id)
"""  # noqa: S608

WITHDRAW_TRIPS = """
update trips set withdrawn_at = %(now)s
where
    vehicle_no = %(vehicle_no)s and judged_to > %(since)s and withdrawn_at is null
    and not exists (select from trip_states where trip_states.trip_id = trips.trip_id)
"""

PRUNE_STATES = """
delete from trip_states as s
where
    judged_to < %(before)s
    and exists (
        select from trip_states as newer
        where newer.trip_id = s.trip_id and newer.judged_to > s.judged_to and newer.judged_to < %(before)s
    )
"""
