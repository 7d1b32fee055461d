"""Figures of each local day, kept in tables: what changed since the last time is counted anew, day by day."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from psycopg import Connection

from storage.queries.statistics_sql import EVENT_FIGURES, TRIP_FIGURES

# Days of one run; the rest comes with the next, so that a first run over years does not hold anybody up.
MOST_DAYS = 62
# Trips change without an event (a weighbridge's word comes hours later): the newest days are always counted anew.
ALWAYS = 2

CURSOR = "select change_no from figure_cursor"
NEWEST = "select coalesce(max(change_no), 0) from events"
OFFSET = "select coalesce((select value::text::float8 from city where member = 'utc_offset_h'), 8)"
CHANGED = """
    select distinct (start_time at time zone 'UTC' + %(offset)s::interval)::date as day
    from events where change_no > %(change_no)s
"""
# Quiet days, too, are days that were counted.
MISSING = """
    select given::date from generate_series(
        (select (least(
            (select min(start_time) from events), (select min(start_time) from trips)
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
ADVANCE = """
    insert into figure_cursor (change_no, refreshed_at) values (%(change_no)s, %(now)s)
    on conflict (only_row) do update set change_no = excluded.change_no, refreshed_at = excluded.refreshed_at
"""
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
    # Read before the rows: what changes meanwhile is counted again the next time.
    newest, known = int(_one(connection, NEWEST)), int(_one(connection, CURSOR) or 0)
    today = (now + offset).date()
    asked = {"offset": offset, "change_no": known, "today": today}
    changed = [day for (day,) in connection.execute(CHANGED, asked)] + [
        day for (day,) in connection.execute(MISSING, asked)
    ]
    always = [today - timedelta(days=back) for back in range(ALWAYS)]
    days = sorted({*changed, *always}, reverse=True)
    for day in days[:MOST_DAYS]:
        _write(connection, day, offset, now)
    if len(days) <= MOST_DAYS:
        connection.execute(ADVANCE, {"change_no": newest, "now": now})
    return min(len(days), MOST_DAYS)


def _write(connection: Connection, day: date, offset: timedelta, now: datetime) -> None:
    with connection.transaction():
        for statement in WRITE:
            connection.execute(statement, {"days": [day], "offset": offset, "now": now})


def _one(connection: Connection, query: str) -> Any:
    row = connection.execute(query).fetchone()
    return row[0] if row else None
