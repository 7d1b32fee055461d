"""Figures of each local day, kept in tables: what changed since the last time is counted anew, day by day.

A day that changed is struck off the list of counted days in the transaction that says how far changes were looked at;
days that are not on the list are counted, the newest first. So a run that ends anywhere is gone on with by the next,
and whoever reads meanwhile finds a day either as it is or not on the list.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from psycopg import Connection

from storage.queries.statistics_sql import EVENT_FIGURES, TRIP_FIGURES

# Days of one run; the rest comes with the next, so that a first run over years does not hold anybody up.
MOST_DAYS = 62
# Registers change without an event or a trip (a truck gets a company): the newest days are always counted anew.
ALWAYS = 2

# How far the changes of trips were looked at; those of events stand in `figure_cursor`.
TRIPS_POSITION = "figures trips"
NEWEST = "select (select coalesce(max(change_no), 0) from events), (select coalesce(max(change_no), 0) from trips)"
OFFSET = "select coalesce((select value::text::float8 from city where member = 'utc_offset_h'), 8)"
# A trip changes without an event when a weighbridge's word comes late.
STRIKE_OFF = """
    delete from figure_days where day in (
        select (start_time at time zone 'UTC' + %(offset)s::interval)::date from events
        where change_no > coalesce((select change_no from figure_cursor), 0)
        union
        select (start_time at time zone 'UTC' + %(offset)s::interval)::date from trips
        where change_no > coalesce((select change_no from read_positions where name = %(trips)s), 0)
    )
"""
# Quiet days, too, are days that were counted.
MISSING = """
    select given::date from generate_series(
        (select (least(
            (select min(start_time) from events), (select min(start_time) from trips where withdrawn_at is null)
        ) at time zone 'UTC' + %(offset)s::interval)::date),
        %(today)s::date, interval '1 day'
    ) as given where given::date not in (select day from figure_days)
"""
WRITE = (
    "delete from event_figures where day = any(%(days)s)",
    "delete from trip_figures where day = any(%(days)s)",
    f"insert into event_figures {EVENT_FIGURES}",
    f"insert into trip_figures {TRIP_FIGURES}",
    """
    insert into figure_days (day, refreshed_at) select day, %(now)s from unnest(%(days)s::date[]) as day
    on conflict (day) do update set refreshed_at = excluded.refreshed_at
    """,
)
ADVANCE = (
    """
    insert into figure_cursor (change_no, refreshed_at) values (%(events)s, %(now)s)
    on conflict (only_row) do update set change_no = excluded.change_no, refreshed_at = excluded.refreshed_at
    """,
    """
    insert into read_positions (name, change_no) values (%(name)s, %(trips)s)
    on conflict (name) do update set change_no = excluded.change_no
    """,
)
LOCK = "select pg_try_advisory_lock(hashtextextended('muckline figures', 0))"
UNLOCK = "select pg_advisory_unlock(hashtextextended('muckline figures', 0))"


def refresh_figures(connection: Connection, now: datetime) -> int:
    """Bring the figures of changed days up to date; return how many days were counted.

    Two workers do not count the same: the second one returns at once.

    Args:
        connection: In autocommit.
        now: An aware time.
    """
    if not _one(connection, LOCK):
        return 0
    try:
        return _refresh(connection, now)
    finally:
        connection.execute(UNLOCK)


def utc_offset(connection: Connection) -> timedelta:
    """Return how far the city's clock is before UTC."""
    return timedelta(hours=float(_one(connection, OFFSET)))


def _refresh(connection: Connection, now: datetime) -> int:
    offset = utc_offset(connection)
    _strike_off(connection, offset, now)
    today = (now + offset).date()
    missing = [day for (day,) in connection.execute(MISSING, {"offset": offset, "today": today})]
    always = [today - timedelta(days=back) for back in range(ALWAYS)]
    days = sorted({*missing, *always}, reverse=True)[:MOST_DAYS]
    for day in days:
        _write(connection, day, offset, now)
    return len(days)


def _strike_off(connection: Connection, offset: timedelta, now: datetime) -> None:
    with connection.transaction():
        # Read before the rows: what changes meanwhile is looked at again the next time.
        events, trips = connection.execute(NEWEST).fetchone() or (0, 0)
        connection.execute(STRIKE_OFF, {"offset": offset, "trips": TRIPS_POSITION})
        for statement in ADVANCE:
            connection.execute(statement, {"events": events, "trips": trips, "name": TRIPS_POSITION, "now": now})


def _write(connection: Connection, day: date, offset: timedelta, now: datetime) -> None:
    with connection.transaction():
        for statement in WRITE:
            connection.execute(statement, {"days": [day], "offset": offset, "now": now})


def _one(connection: Connection, query: str) -> Any:
    row = connection.execute(query).fetchone()
    return row[0] if row else None
