"""Everything that the records say of an event or a case, of one instant: what a bundle of evidence is made of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.rows import DictRow, dict_row

from storage.scope import CASE_VISIBLE, EVENT_VISIBLE, Kind, seen

# What is shown of the truck before and after; a court asks how it came there and where it went. [s]
AROUND = timedelta(minutes=10)
# A night; longer episodes (a terminal silent for days) show their beginning.
LONGEST = timedelta(hours=12)
# Half a day at a fix in five seconds, and twice that.
MOST_FIXES = 20_000
# An episode is explained by the places around it, not by the city. Beyond that many the named ones remain.
MOST_PLACES = 200
MOST_PASSAGES = 200
MOST_EVENTS = 200
MOST_PHOTOS = 50
# Around the track. [deg]
NEAR_DEG = 0.01

# No viewer is the operator's own command.
_BY_OPERATOR = "%(viewer)s::integer is null"
_DISTRICT_NAME = """(select feature -> 'properties' ->> 'name' from districts d where d.district_id = {}.district_id)"""
_EVENT = f"""
    select e.event_id, e.kind, e.severity, e.subject_kind, coalesce(e.subject_id, v.vehicle_id) as subject_id,
        e.vehicle_no, v.vehicle_id, e.start_time, e.epoch, e.seq, e.confirmed_at, e.end_time, e.lon_deg, e.lat_deg,
        e.opening, e.closing, e.opened_to, e.closed_to, e.world_version, e.found_at, e.back_dated, e.withdrawn_at,
        e.district_id, {_DISTRICT_NAME.format("e")} as district_name
    from events e left join vehicles v using (vehicle_no)
"""  # noqa: S608 - of our own names alone
EVENT = f"{_EVENT} where e.event_id = %(event_id)s and ({_BY_OPERATOR} or {EVENT_VISIBLE})"
CASE_EVENTS = f"""{_EVENT} join case_events using (event_id)
    where case_id = %(case_id)s order by e.start_time, e.event_id limit {MOST_EVENTS}
"""
CASE = f"""
    select c.case_id, c.case_no, c.kind, c.severity, c.status, c.source, c.vehicle_no, v.vehicle_id, c.company_id,
        c.district_id, c.subject_kind, c.subject_id, c.lon_deg, c.lat_deg, c.start_time, c.end_time, c.opened_at,
        c.due_at, c.first_due_at, c.extensions, c.version, c.ended_at, c.rework, c.false_reason, c.reported_plate,
        c.description, c.reference, c.updated_at,
        {_DISTRICT_NAME.format("c")} as district_name
    from cases c left join vehicles v using (vehicle_no)
    where case_id = %(case_id)s
        and ({_BY_OPERATOR} or {CASE_VISIBLE})
"""  # noqa: S608 - likewise
STEPS = """
    select step_no, at, by_name, by_display_name, step, from_status, to_status, comment, detail, photos
    from case_steps where case_id = %(case_id)s order by step_no
"""
PHOTOS = f"""
    select photo_id, uploaded_at, width, height, encode(sha256, 'hex') as sha256,
        encode(original_sha256, 'hex') as original_sha256, image
    from photos
    where photo_id in (select unnest(photos) from case_steps where case_id = %(case_id)s)
    order by uploaded_at, photo_id limit {MOST_PHOTOS}
"""  # noqa: S608 - likewise
VEHICLE = """
    select v.vehicle_id, v.plate, v.company_id, c.name as company_name, v.capacity_kg, v.tare_kg, v.retired_at
    from vehicles v left join companies c using (company_id) where v.vehicle_no = %(vehicle_no)s
"""
NUMBER = "select vehicle_no from vehicles where vehicle_id = %(vehicle_id)s"
TERMINALS = """
    select terminal_id, region, lower(valid) as assigned_from, upper(valid) as assigned_to,
        (select firmware from device_states s where s.terminal_no = t.terminal_no and firmware is not null
            and received_at < %(end)s order by received_at desc limit 1) as firmware
    from terminal_assignments join terminals t using (terminal_no)
    where vehicle_no = %(vehicle_no)s and valid && tstzrange(%(start)s, %(end)s)
    order by lower(valid), terminal_id
"""
FIXES = """
    select terminal_id, epoch, seq, fix_time, received_at, lon_deg, lat_deg, speed_mps, course_deg, hdop, satellites,
        load_kg, load_ratio, lift_deg, cover, ignition, main_power, faults, alarms
    from fixes join terminals using (terminal_no)
    where vehicle_no = %(vehicle_no)s and fix_time >= %(start)s and fix_time <= %(end)s
    order by fix_time, epoch, seq limit %(limit)s
"""
TRIP = """
    select trip_id, start_time, site_id, permit_id, corridor_id, loading_start, loaded_at, washed_at, left_site_at,
        unloading_start, unloading_end, dump_point_id, end_time, load_kg, gate_in_at, gate_out_at, gate_dump_point_id,
        weighed_kg, ending, inferred, world_version
    from trips
    where vehicle_no = %(vehicle_no)s and withdrawn_at is null and start_time <= %(end)s
        and start_time > %(start)s - interval '1 day' and coalesce(end_time, 'infinity') >= %(start)s
    order by start_time desc limit 1
"""
PASSAGES = f"""
    select terminal_id as device, kind as device_kind, site_id, dump_point_id, e.type, event_time, e.epoch, e.seq,
        received_at, e.plate as plate_read, body
    from device_events e join terminals t using (terminal_no)
    where e.type in ('washer_passage', 'gate_passage') and event_time >= %(start)s and event_time <= %(end)s
        and (e.vehicle_no = %(vehicle_no)s or %(vehicle_no)s::integer is null and case %(subject_kind)s
            when 'site' then site_id = %(subject_id)s
            when 'dump_point' then dump_point_id = %(subject_id)s
            else terminal_id = %(subject_id)s end)
    order by event_time, terminal_id, e.epoch, e.seq limit {MOST_PASSAGES}
"""  # noqa: S608 - likewise
# What speaks for or against the readings: found in the same hours of the same truck.
DOUBTS = f"""
    select event_id, kind, severity, start_time, end_time, opening, withdrawn_at
    from events
    where vehicle_no = %(vehicle_no)s and start_time <= %(end)s and start_time > %(start)s - interval '7 days'
        and coalesce(end_time, 'infinity') >= %(start)s and withdrawn_at is null
        and kind in ('sensor_fault', 'jamming', 'position_jump', 'track_gap', 'clone', 'power_cut', 'offline')
    order by start_time, event_id limit {MOST_EVENTS}
"""  # noqa: S608 - likewise
PLACES: dict[str, Kind] = {"sites": "site", "dump_points": "dump_point", "zones": "zone", "corridors": "corridor"}
_SEEN = " ".join(f"when '{table}' then id in {seen(kind)}" for table, kind in PLACES.items())
# The version in force at an instant, else the first one that the registry knew after it: its beginning then tells.
_PAST = """
    select distinct on (kind, id) kind, id, document, nullif(from_at, '-infinity') as since,
        nullif(to_at, 'infinity') as until
    from world_past
    where to_at > %(at)s and kind = any(%(kinds)s)
"""
NAMED = f"""{_PAST}
        and id = any(%(ids)s)
    order by kind, id, from_at
"""
# Of what lies near, whoever may not see a place is not shown it; what the records themselves name belongs to them.
NEAR = f"""{_PAST}
        and ({_BY_OPERATOR} or case kind {_SEEN} end)
        and west_deg <= %(east)s and east_deg >= %(west)s and south_deg <= %(north)s and north_deg >= %(south)s
    order by kind, id, from_at
    limit {MOST_PLACES}
"""


async def read_event_dossier(
    connection: AsyncConnection[Any], event_id: UUID, viewer: int | None
) -> dict[str, Any] | None:
    """Return all that is known of an event; None where there is none, or the viewer may not see it."""
    async with connection.transaction():
        await connection.execute("set transaction isolation level repeatable read read only")
        found = await _rows(connection, EVENT, {"event_id": event_id, "viewer": viewer})
        if not found:
            return None
        return await _around(connection, {"object_kind": "event", "object_id": str(event_id)}, found, found[0], viewer)


async def read_case_dossier(
    connection: AsyncConnection[Any], case_id: UUID, viewer: int | None
) -> dict[str, Any] | None:
    """Return all that is known of a case; None where there is none, or the viewer may not see it."""
    async with connection.transaction():
        await connection.execute("set transaction isolation level repeatable read read only")
        found = await _rows(connection, CASE, {"case_id": case_id, "viewer": viewer})
        if not found:
            return None
        events = await _rows(connection, CASE_EVENTS, {"case_id": case_id})
        about = {
            "object_kind": "case",
            "object_id": str(case_id),
            "case": {name: value for name, value in found[0].items() if name != "vehicle_no"},
            "steps": await _rows(connection, STEPS, {"case_id": case_id}),
            "photos": await _rows(connection, PHOTOS, {"case_id": case_id}),
        }
        return await _around(connection, about, events, found[0], viewer)


async def read_fix_rows(
    connection: AsyncConnection[Any], vehicle_id: str, start: datetime, end: datetime
) -> list[DictRow]:
    """Return a truck's fixes of a range as evidence shows them, both ends included."""
    numbers = await _rows(connection, NUMBER, {"vehicle_id": vehicle_id})
    numbered = {"vehicle_no": numbers[0]["vehicle_no"] if numbers else None, "start": start, "end": end}
    return await _rows(connection, FIXES, {**numbered, "limit": MOST_FIXES})


async def _around(
    connection: AsyncConnection[Any],
    about: dict[str, Any],
    events: list[DictRow],
    subject: Mapping[str, Any],
    viewer: int | None,
) -> dict[str, Any]:
    """Return the rest of the records around events and their subject."""
    start, whole_end = _range_of(events, subject)
    end = min(whole_end, start + LONGEST)
    asked = {
        "vehicle_no": subject["vehicle_no"],
        "subject_kind": subject["subject_kind"],
        "subject_id": subject["subject_id"],
        "start": start,
        "end": end,
        "limit": MOST_FIXES + 1,
    }
    fixes = await _rows(connection, FIXES, asked)
    trip = next(iter(await _rows(connection, TRIP, asked)), None)
    vehicle = next(iter(await _rows(connection, VEHICLE, asked)), None)
    since = start if trip is None else min(start, trip["start_time"])
    until = end if trip is None or trip["end_time"] is None else max(end, min(trip["end_time"], end + LONGEST))
    at = events[0]["found_at"] if events else subject["opened_at"]
    passages = await _rows(connection, PASSAGES, {**asked, "start": since, "end": until})
    doubts = await _rows(connection, DOUBTS, asked)
    world = await _world(
        connection,
        {"at": at, "viewer": viewer, "ids": _named(events, trip, subject)},
        _extent(fixes, subject),
        {"sites": (trip or {}).get("site_id"), "companies": (vehicle or {}).get("company_id")},
    )
    # Whoever is shown a part must be told that it is one.
    bounded = [(events, MOST_EVENTS), (passages, MOST_PASSAGES), (doubts, MOST_EVENTS), (world["items"], MOST_PLACES),
               (about.get("photos", ()), MOST_PHOTOS)]  # fmt: skip
    cut_short = whole_end > end or len(fixes) > MOST_FIXES or any(len(rows) >= most for rows, most in bounded)
    return {
        "case": None,
        "steps": [],
        "photos": [],
        **about,
        "events": [{name: value for name, value in row.items() if name != "vehicle_no"} for row in events],
        "range": {"start": start, "end": end, "cut_short": cut_short},
        "fixes": fixes[:MOST_FIXES],
        "vehicle": vehicle,
        "terminals": await _rows(connection, TERMINALS, asked),
        "trip": trip,
        "passages": passages,
        "doubts": doubts,
        "world": world,
    }


def _range_of(events: list[DictRow], subject: Mapping[str, Any]) -> tuple[datetime, datetime]:
    """Return from when to when the records explain the episode, however long it was."""
    starts = [row["start_time"] for row in events] or [subject["start_time"]]
    ends = [max(row["end_time"] or row["confirmed_at"], row["confirmed_at"]) for row in events]
    start = min(starts) - AROUND
    return start, max([*ends, *starts]) + AROUND


def _named(
    events: Iterable[Mapping[str, Any]], trip: Mapping[str, Any] | None, subject: Mapping[str, Any]
) -> list[str]:
    """Return ids of places and permits that the records name."""
    documents = [trip or {}, {"subject_id": subject["subject_id"]}]
    documents += [row["opening"] for row in events] + [row["closing"] or {} for row in events]
    values = [document.get(name) for document in documents for name in document if name.endswith(("_id", "_ids"))]
    listed = [each for value in values for each in (value if isinstance(value, list) else [value])]
    return sorted({each for each in listed if isinstance(each, str)})


def _extent(fixes: list[DictRow], subject: Mapping[str, Any]) -> dict[str, float] | None:
    at = [(row["lon_deg"], row["lat_deg"]) for row in fixes] + [(subject["lon_deg"], subject["lat_deg"])]
    known = [(lon, lat) for lon, lat in at if lon is not None and lat is not None]
    if not known:
        return None
    lons, lats = zip(*known, strict=True)
    return {
        "west": min(lons) - NEAR_DEG,
        "east": max(lons) + NEAR_DEG,
        "south": min(lats) - NEAR_DEG,
        "north": max(lats) + NEAR_DEG,
    }


async def _world(
    connection: AsyncConnection[Any],
    asked: dict[str, Any],
    extent: dict[str, float] | None,
    whose: Mapping[str, str | None],
) -> dict[str, Any]:
    """Return permits, limits and places as they were in force at an instant, each with the time it held.

    Args:
        connection: Reads in UTC.
        asked: The instant, the viewer, and ids that the records name.
        extent: The box around the track.
        whose: Of `sites` and `companies` with limits of their own the one whose limits are told.
    """
    named = await _rows(connection, NAMED, {**asked, "kinds": [*PLACES, "roads", "permits"]})
    permits = [row["document"] for row in named if row["kind"] == "permits"]
    allowed = sorted({
        each for permit in permits for name in ("dump_point_ids", "corridor_ids") for each in permit.get(name) or ()
    })  # fmt: skip
    further = await _rows(connection, NAMED, {**asked, "kinds": [*PLACES], "ids": allowed})
    near = [] if extent is None else await _rows(connection, NEAR, {**asked, "kinds": [*PLACES], **extent})
    places = {(row["kind"], row["id"]): row for row in [*named, *further, *near]}
    settings = await _rows(connection, f"{_PAST} order by kind, id, from_at", {**asked, "kinds": ["limits", "city"]})
    return {
        "at": asked["at"],
        "version": await _version(connection),
        "items": [_dated(places[key]) for key in sorted(places)],
        "settings": [_dated(_narrowed(row, whose)) for row in settings],
    }


def _narrowed(row: Mapping[str, Any], whose: Mapping[str, str | None]) -> Mapping[str, Any]:
    """Return limits of sites or companies without those of others."""
    if row["kind"] != "limits" or row["id"] not in whose:
        return row
    return {**row, "document": {key: limits for key, limits in row["document"].items() if key == whose[row["id"]]}}


def _dated(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a version with the time it held; ends that nobody knows are null."""
    return {
        "kind": row["kind"],
        "id": row["id"],
        "from": row["since"],
        "to": row["until"],
        "document": row["document"],
    }


async def _version(connection: AsyncConnection[Any]) -> int:
    row = await (await connection.execute("select version from world_version")).fetchone()
    return int(row[0]) if row else 0


async def _rows(connection: AsyncConnection[Any], query: str, parameters: dict[str, Any]) -> list[DictRow]:
    async with connection.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(query, parameters)
        return await cursor.fetchall()


async def read_case_id(connection: AsyncConnection[Any], case_no: str) -> UUID | None:
    """Return the id of a case by its number."""
    rows = await _rows(connection, "select case_id from cases where case_no = %(case_no)s", {"case_no": case_no})
    return UUID(str(rows[0]["case_id"])) if rows else None
