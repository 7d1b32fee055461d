"""The exchange as the background process reads it: rows for webhooks and MQTT alerts, and how far each got."""

from __future__ import annotations

from uuid import UUID

from psycopg import Connection
from psycopg.rows import DictRow, dict_row
from psycopg.types.json import Jsonb

from storage.queries.exchange_rows import ALL_ROWS, NEWEST, ROWS, UPTO

WEBHOOKS = """
select c.channel_id, c.owner_no, c.document_types, c.min_severity, c.positions, u.role
from channels c join users u on u.user_no = c.owner_no
where c.kind = 'webhook' and c.disabled_at is null and u.disabled_at is null and c.document_types <> '{}'
order by c.channel_id
"""
LOCK_WEBHOOK = "select positions from channels where channel_id = %s and disabled_at is null for update"
MOVE_WEBHOOK = "update channels set positions = positions || %s where channel_id = %s"

BEGIN = "insert into read_positions (name, change_no) values (%s, %s) on conflict do nothing"
POSITION = "select change_no from read_positions where name = %s"
MOVE = "update read_positions set change_no = greatest(change_no, %s) where name = %s"


def read_webhooks(connection: Connection) -> list[DictRow]:
    """Return webhooks in force that documents are pushed to."""
    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(WEBHOOKS).fetchall()


def take_webhook(connection: Connection, channel_id: UUID) -> dict[str, int] | None:
    """Return how far each type was pushed to a webhook, kept from other workers until this transaction ends."""
    row = connection.execute(LOCK_WEBHOOK, [channel_id]).fetchone()
    return None if row is None else dict(row[0])


def move_webhook(connection: Connection, channel_id: UUID, positions: dict[str, int]) -> None:
    """Say how far each type was pushed."""
    connection.execute(MOVE_WEBHOOK, [Jsonb(positions), channel_id])


def read_rows(
    connection: Connection, viewer: int | None, document_type: str, after: int, limit: int
) -> tuple[list[DictRow], int, bool]:
    """Return rows of a type that changed after a number and are seen, how far was looked, whether there may be more.

    Args:
        connection: Any.
        viewer: Whose eyes; None for the platform's own.
        document_type: A key of `ROWS`.
        after: Number of the last change that was looked at.
        limit: Most rows looked at.
    """
    query = (ALL_ROWS if viewer is None else ROWS)[document_type]
    with connection.cursor(row_factory=dict_row) as cursor:
        row = cursor.execute(UPTO[document_type], {"after": after, "limit": limit}).fetchone()
        upto = row["max"] if row else None
        if row is None or upto is None:
            return [], after, False
        rows = cursor.execute(query, {"viewer": viewer, "after": after, "upto": upto}).fetchall()
        return rows, int(upto), row["looked_at"] == limit


def newest(connection: Connection) -> dict[str, int]:
    """Return the number of the newest change of each type."""
    with connection.cursor(row_factory=dict_row) as cursor:
        return dict(cursor.execute(NEWEST).fetchone() or {})


def begin_position(connection: Connection, name: str, change_no: int) -> int:
    """Return how far a reader has come; the first time it begins at a number."""
    connection.execute(BEGIN, [name, change_no])
    row = connection.execute(POSITION, [name]).fetchone()
    return int(row[0]) if row else change_no


def move_position(connection: Connection, name: str, change_no: int) -> None:
    """Say how far a reader has come; it never goes back."""
    connection.execute(MOVE, [change_no, name])
