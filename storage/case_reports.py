"""Reports on their way into cases: the trucks that a plate names, and those that were near the place at the time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection, Connection
from psycopg.rows import DictRow, dict_row

# A truck is seen, driven past, and reported afterwards; a telephone's place is some ten metres off, a caller's more.
BEFORE = timedelta(minutes=30)
AFTER = timedelta(minutes=10)
RADIUS_M = 300.0
# More trucks than these at one place say nothing.
CANDIDATES_MOST = 20
# Reports looked after by one call: each takes the index of every truck.
DUE_MOST = 20

PLATES = "select vehicle_no, vehicle_id, company_id, plate from vehicles where plate is not null and retired_at is null"
DISTRICT = "select district_at(%s, %s)"
REPORTED = "select count(*) from cases where reporter_no = %s and opened_at > %s"
REPORTED_BUT = f"select case when exists (select from cases where case_id = %s) then 0 else ({REPORTED}) end"  # noqa: S608
KNOWN = "select 1 from cases where case_id = %s"
DUE = """
    select case_id, start_time, opened_at, lon_deg, lat_deg from cases
    where match_at <= %(now)s and (%(only)s::uuid is null or case_id = %(only)s) order by match_at limit %(most)s
"""
# A degree of latitude is 111.2 km; across 300 m the earth is flat.
NEAR = """
    select v.vehicle_no, near.*
    from vehicles v cross join lateral (
        select distance_m, fix_time as at, lon_deg, lat_deg, (count(*) over ())::integer as fixes
        from (
            select fix_time, lon_deg, lat_deg, 111195.0 * sqrt(
                (lat_deg - %(lat_deg)s) ^ 2 + ((lon_deg - %(lon_deg)s) * cos(radians(%(lat_deg)s))) ^ 2
            ) as distance_m
            from fixes
            where vehicle_no = v.vehicle_no and fix_time between %(start)s and %(end)s
                and lat_deg between %(lat_deg)s - %(radius_m)s / 111195.0 and %(lat_deg)s + %(radius_m)s / 111195.0
        ) as fix
        where distance_m <= %(radius_m)s
        order by distance_m, fix_time limit 1
    ) as near
    order by distance_m, v.vehicle_no limit %(most)s
"""
FORGET = "delete from case_candidates where case_id = %s"
ADD = """
    insert into case_candidates (case_id, vehicle_no, distance_m, at, lon_deg, lat_deg, fixes)
    values (%(case_id)s, %(vehicle_no)s, %(distance_m)s, %(at)s, %(lon_deg)s, %(lat_deg)s, %(fixes)s)
"""
LOOKED = "update cases set match_at = %s, updated_at = %s where case_id = %s"


def read_plates(connection: Connection) -> list[DictRow]:
    """Return trucks with their plates as registered."""
    return _rows(connection, PLATES, {})


def district_of(connection: Connection, place: tuple[float, float] | None) -> str | None:
    """Return the district of a longitude and latitude. [deg]"""
    row = None if place is None else connection.execute(DISTRICT, place).fetchone()
    return None if row is None else row[0]


def reports_since(connection: Connection, user_no: int, since: datetime) -> int:
    """Return how many cases a user's reports have opened since an instant."""
    row = connection.execute(REPORTED, [user_no, since]).fetchone()
    return 0 if row is None else int(row[0])


async def read_reports_since(connection: AsyncConnection[Any], user_no: int, since: datetime, case_id: UUID) -> int:
    """Return how many cases a user's reports have opened since an instant; none where one case is there already."""
    row = await (await connection.execute(REPORTED_BUT, [case_id, user_no, since])).fetchone()
    return 0 if row is None else int(row[0])


def is_known(connection: Connection, case_id: UUID) -> bool:
    """Tell whether a case of this name was opened."""
    return connection.execute(KNOWN, [case_id]).fetchone() is not None


def due_to_match(connection: Connection, now: datetime, only: UUID | None = None) -> list[DictRow]:
    """Return reports for which it is time to look which trucks were there; or one of them, where it is time."""
    return _rows(connection, DUE, {"now": now, "only": only, "most": DUE_MOST})


def trucks_near(connection: Connection, lon_deg: float, lat_deg: float, at: datetime) -> list[DictRow]:
    """Return trucks that were near a place at about a time, the nearest first."""
    parameters = {
        "lon_deg": lon_deg,
        "lat_deg": lat_deg,
        "start": at - BEFORE,
        "end": at + AFTER,
        "radius_m": RADIUS_M,
        "most": CANDIDATES_MOST,
    }
    return _rows(connection, NEAR, parameters)


def replace_candidates(
    connection: Connection,
    case_id: UUID,
    found: Sequence[Mapping[str, Any]],
    *,
    again_at: datetime | None,
    now: datetime,
) -> None:
    """Write which trucks were near, and when to look again; in a transaction that holds `lock_cases`."""
    connection.execute(FORGET, [case_id])
    with connection.cursor() as cursor:
        cursor.executemany(ADD, [{"case_id": case_id} | dict(row) for row in found])
    look_later(connection, case_id, again_at=again_at, now=now)


def look_later(connection: Connection, case_id: UUID, *, again_at: datetime | None, now: datetime) -> None:
    """Write when to look again; in a transaction that holds `lock_cases`."""
    connection.execute(LOOKED, [again_at, now, case_id])


def _rows(connection: Connection, query: str, parameters: Any) -> list[DictRow]:
    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(query, parameters).fetchall()
