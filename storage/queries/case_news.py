"""Cases as the background process needs them: new ones, and those that nobody has acknowledged. Listen on `CHANNEL`."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from psycopg import Connection
from psycopg.rows import DictRow, dict_row

from storage.cases import CHANNEL
from storage.queries.cases import JOINED, MEMBERS

__all__ = ["CHANNEL", "newest_change", "read_changed", "read_unacknowledged"]

CHANGED = f"""
    select {MEMBERS}, c.acknowledge_by, c.step_due_at, c.false_reason from cases c {JOINED}
    where c.change_no > %(after)s order by c.change_no limit %(limit)s
"""  # noqa: S608 - our names
UNACKNOWLEDGED = f"""
    select {MEMBERS}, c.acknowledge_by, c.step_due_at, c.false_reason from cases c {JOINED}
    where c.status = 'new' and c.paged and c.acknowledge_by <= %(now)s
    order by c.acknowledge_by, c.case_id limit %(limit)s
"""  # noqa: S608 - our names
NEWEST = "select coalesce(max(change_no), 0) from cases"


def read_changed(connection: Connection[Any], after: int, limit: int) -> list[DictRow]:
    """Return cases new or changed after a change number, in the order of their newest change.

    A new one has `version` 1. A change that was read is never followed by one with a smaller number.
    """
    return _rows(connection, CHANGED, {"after": after, "limit": limit})


def read_unacknowledged(connection: Connection[Any], now: datetime, limit: int) -> list[DictRow]:
    """Return cases that should have been acknowledged by now and page people, the longest overdue first."""
    return _rows(connection, UNACKNOWLEDGED, {"now": now, "limit": limit})


def newest_change(connection: Connection[Any]) -> int:
    """Return the number of the newest change, 0 before the first."""
    row = connection.execute(NEWEST).fetchone()
    return 0 if row is None else int(row[0])


def _rows(connection: Connection[Any], query: str, parameters: dict[str, Any]) -> list[DictRow]:
    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(query, parameters).fetchall()
