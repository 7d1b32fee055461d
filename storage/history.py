"""What an asked-for judging of the past reads and writes: whose, from where in steps, what was found before.

Findings are compared in one form, `Finding`, whether they come from the engine or from a table.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import Any
from uuid import UUID

import orjson
from psycopg import Connection
from psycopg.rows import dict_row

from storage import event_rows, trip_rows
from storage.checkpoints import delete_checkpoints_between
from storage.rejudge import PAST_LOCK
from storage.times import to_ms, utc
from storage.write_batch import Checkpoint

TRIP = "trip"
NEVER_MS = 2**62


@dataclass(frozen=True, slots=True)
class Finding:
    """An event or a trip as it is known.

    Attributes:
        name: `Event.event_id` or `Trip.trip_id`.
        kind: Of the event, or "trip".
        start_ms: Event time of its first fix.
        content: What is compared; the world's version is not among it.
        told_ms: How far its truck had been judged when the first and the last of it was told; the last is `NEVER_MS`
            while it goes on.
        document: As it would be written; for one that was read, its opening and closing.
    """

    name: UUID
    kind: str
    start_ms: int
    content: dict[str, Any]
    told_ms: tuple[int, int]
    document: dict[str, Any] = field(repr=False)


def trucks_concerned(
    connection: Connection,
    *,
    vehicle_ids: Sequence[str] = (),
    site_id: str | None = None,
    from_ms: int | None = None,
    to_ms: int | None = None,
) -> list[int]:
    """Return the numbers of the trucks that somebody names, ordered: all that are not retired where nothing is named.

    Args:
        connection: Any.
        vehicle_ids: Only these.
        site_id: Only those with a trip from this site in the span.
        from_ms: The span; None is the beginning.
        to_ms: Likewise its end.
    """
    parameters = {
        "vehicle_ids": list(vehicle_ids) or None,
        "site_id": site_id,
        "from_time": "-infinity" if from_ms is None else utc(from_ms),
        "to_time": "infinity" if to_ms is None else utc(to_ms),
    }
    return [number for (number,) in connection.execute(TRUCKS, parameters).fetchall()]


def world_of_ingest(connection: Connection, client_id: str) -> int | None:
    """Return the number of the world by which a running ingest judges, None where none was heard of lately."""
    row = connection.execute(WORLD_OF_INGEST, [client_id]).fetchone()
    return None if row is None else int(row[0])


def daily_checkpoints(
    connection: Connection, vehicle_no: int, start: Checkpoint | None, layout: str
) -> list[Checkpoint]:
    """Return a truck's last checkpoint of each day after `start`, in order; none that shares its instant with a row
    after it: what was found at that instant could have been found before it or after it.
    """
    after = utc(start.fix_time_ms) if start else "-infinity"
    rows = connection.execute(DAILY, {"vehicle_no": vehicle_no, "after": after, "layout": layout}).fetchall()
    return [Checkpoint(vehicle_no, to_ms(fix_time), *rest) for fix_time, *rest, is_shared in rows if not is_shared]


@contextmanager
def claimed_pasts(connection: Connection, vehicle_nos: Sequence[int]) -> Iterator[None]:
    """Let nobody else judge the pasts of these trucks meanwhile; waits for those who do."""
    try:
        for vehicle_no in sorted(vehicle_nos):
            connection.execute("select pg_advisory_lock(%s, %s)", [PAST_LOCK, vehicle_no])
        yield
    finally:
        if not connection.closed:
            connection.execute("select pg_advisory_unlock_all()")


def found_before(connection: Connection, vehicle_no: int, start: Checkpoint | None, until_ms: int) -> list[Finding]:
    """Return the events and trips of which something was told after `start` and up to an instant, not withdrawn ones.

    What was told of an event after that instant is left out.
    """
    parameters = {
        "vehicle_no": vehicle_no,
        "since": utc(start.fix_time_ms) if start else "-infinity",
        "until": "infinity" if until_ms == NEVER_MS else utc(until_ms),
    }
    with connection.cursor(row_factory=dict_row) as cursor:
        events = [_event(row) for row in cursor.execute(EVENTS, parameters).fetchall()]
        return events + [_trip(row) for row in cursor.execute(TRIPS, parameters).fetchall()]


def event_findings(documents: dict[UUID, dict[str, Any]]) -> list[Finding]:
    """Return what the engine found, from the documents that would be written (`event_rows.event_documents`)."""
    plain = orjson.loads(
        orjson.dumps([[d["opening"], d["closing"]] for d in documents.values()], option=orjson.OPT_SERIALIZE_NUMPY)
    )
    return [
        _event(document | {"opening": opening, "closing": closing, "document": document})
        for document, (opening, closing) in zip(documents.values(), plain, strict=True)
    ]


def trip_findings(documents: dict[tuple[UUID, int], dict[str, Any]]) -> list[Finding]:
    """Return likewise the trips that were found, each as it was known last (`trip_rows.trip_documents`)."""
    states: dict[UUID, list[dict[str, Any]]] = {}
    for (name, _), document in sorted(documents.items(), key=lambda item: item[0][1]):
        states.setdefault(name, []).append(document)
    return [_trip(each[-1] | {"document": each, "first_told": each[0]["judged_to"]}) for each in states.values()]


def replace_some(
    connection: Connection,
    vehicle_no: int,
    bounds: Sequence[Checkpoint | None],
    *,
    written: Iterable[Finding],
    withdrawn: Iterable[Finding],
    found_at_ms: int,
    world_version: str,
) -> None:
    """Write some findings of a truck's past and withdraw others, in one transaction; the others stay as they are.

    Args:
        connection: Holds the truck's past (`claimed_pasts`).
        vehicle_no: The truck.
        bounds: Where judging began, the checkpoints at which the carry was as stored, and where judging ended. All
            checkpoints between these go: what they carry does not lead to what is stored now.
        written: Events and trips as found; those that are new page nobody.
        withdrawn: As stored.
        found_at_ms: Wall clock. [ms]
        world_version: `World.version` that judged.
    """
    written, now = list(written), utc(found_at_ms)
    gone = [finding.name for finding in withdrawn]
    trips = [finding for finding in written if finding.kind == TRIP]
    states = {(trip.name, to_ms(state["judged_to"])): state for trip in trips for state in trip.document["document"]}
    events = {each.name: each.document["document"] for each in written if each.kind != TRIP}
    since: datetime | str = utc(bounds[0].fix_time_ms) if bounds[0] else "-infinity"
    with connection.transaction():
        for first, last in pairwise(bounds):
            delete_checkpoints_between(connection, vehicle_no, first, last)
        names = {"names": gone + [trip.name for trip in trips], "since": since, "now": now, "gone": gone}
        connection.execute(FORGET_STATES_OF, names)
        connection.execute(WITHDRAW_TRIPS_OF, names)
        trip_rows.write_trips(connection, states, world_version=world_version)
        event_rows.write_events(
            connection, events, found_at=now, page_within_ms=NOBODY_MS, world_version=world_version, since=since
        )
        connection.execute(WITHDRAW_EVENTS_OF, names)


NOBODY_MS = -(10**12)  # every event was confirmed longer ago than this


def _event(row: dict[str, Any]) -> Finding:
    closing, closed_to = row["closing"], row["closed_to"]
    content = {
        "severity": row["severity"],
        "confirmed": row["confirmed_at"],
        "end": row["end_time"],
        "place": [None if value is None or math.isnan(value) else value for value in (row["lat_deg"], row["lon_deg"])],
        "opening": _plain(row["opening"]),
        "closing": _plain(closing),
    }
    told = (to_ms(row["opened_to"]), NEVER_MS if closed_to is None else to_ms(closed_to))
    return Finding(UUID(str(row["event_id"])), row["kind"], to_ms(row["start_time"]), content, told, row)


def _trip(row: dict[str, Any]) -> Finding:
    content = {name: row[name] for name in trip_rows.STATE_COLUMNS if name != "judged_to"}
    told = (to_ms(row["first_told"]), to_ms(row["judged_to"]))
    return Finding(UUID(str(row["trip_id"])), TRIP, to_ms(row["start_time"]), content, told, row)


def _plain(evidence: dict[str, Any] | None) -> dict[str, Any] | None:
    return None if evidence is None else {name: value for name, value in evidence.items() if name != "world_version"}


TRUCKS = """
select vehicle_no from vehicles
where
    retired_at is null
    and (%(vehicle_ids)s::text[] is null or vehicle_id = any(%(vehicle_ids)s))
    and (%(site_id)s::text is null or exists (
        select from trips
        where
            trips.vehicle_no = vehicles.vehicle_no and trips.site_id = %(site_id)s and trips.withdrawn_at is null
            and trips.start_time < %(to_time)s and coalesce(trips.end_time, 'infinity') >= %(from_time)s
    ))
order by vehicle_no
"""

DAILY = """
select
    fix_time, epoch, seq, mark, layout, carry,
    exists (
        select from fixes as f
        where f.vehicle_no = c.vehicle_no and f.fix_time = c.fix_time and (0, f.epoch, f.seq) > (c.mark, c.epoch, c.seq)
    ) or exists (
        select from device_events as e
        where
            e.vehicle_no = c.vehicle_no and e.event_time = c.fix_time
            and (c.mark = 0 or (e.epoch, e.seq) <> (c.epoch, c.seq))
    )
from (
    select distinct on (date_trunc('day', fix_time)) * from checkpoints
    where vehicle_no = %(vehicle_no)s and layout = %(layout)s and fix_time > %(after)s
    order by date_trunc('day', fix_time), fix_time desc, mark desc, epoch desc, seq desc
    offset 0
) as c
order by fix_time, mark, epoch, seq
"""

# A silence that goes on was not found by judging rows: see `storage.silence`.
EVENTS = """
select
    event_id, kind, start_time, severity, confirmed_at, lat_deg, lon_deg, opening, opened_to,
    case when closed_to <= %(until)s then closing end as closing,
    case when closed_to <= %(until)s then end_time end as end_time,
    case when closed_to <= %(until)s then closed_to end as closed_to
from events
where
    vehicle_no = %(vehicle_no)s and withdrawn_at is null and opened_to <= %(until)s
    and (opened_to > %(since)s or closed_to > %(since)s and closed_to <= %(until)s)
    and not (kind = 'offline' and events.closing is null)
"""

TRIPS = f"""
select
    trip_id, start_time, (select min(judged_to) from trip_states as s where s.trip_id = trips.trip_id) as first_told,
    {", ".join(trip_rows.STATE_COLUMNS)}
from trips
where vehicle_no = %(vehicle_no)s and withdrawn_at is null and judged_to > %(since)s
"""  # noqa: S608 - made of our own column names

FORGET_STATES_OF = "delete from trip_states where trip_id = any(%(names)s) and judged_to > %(since)s"

WITHDRAW_TRIPS_OF = "update trips set withdrawn_at = %(now)s where trip_id = any(%(gone)s) and withdrawn_at is null"

WITHDRAW_EVENTS_OF = "update events set withdrawn_at = %(now)s where event_id = any(%(gone)s) and withdrawn_at is null"

WORLD_OF_INGEST = """
select world_version from ingest_status where client_id = %s and seen_at > now() - interval '15 seconds'
"""
