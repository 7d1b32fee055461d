"""Exports that take longer than a request: ordered, made by whoever is free, kept in pieces until they expire."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.rows import DictRow, dict_row
from psycopg.types.json import Jsonb

from storage.work_queue import defer

TASK = "make_export"
# A file is fetched when it is ready or the next day.
KEPT = timedelta(days=2)
# A maker that has said nothing for so long is dead; the next may begin again.
BEAT_S = 120.0
# Of one user at a time: the machine is everybody's.
OPEN_MOST = 5
CHUNK_BYTES = 1024 * 1024
# A quarter of a day's fixes of a city as CSV; more fills the database's disk.
FILE_MOST_BYTES = 512 * 1024 * 1024


class StillMade(Exception):  # noqa: N818 - nothing is broken, it is too early
    """Another maker is at an export; to be tried again later."""


MEMBERS = """
    export_id, what, format, query, asked_at, status, started_at, ended_at, expires_at, row_count, expected_rows,
    size_bytes, file_name, problem
"""

ORDER = f"""
    insert into exports (user_no, what, format, query)
    select %(user_no)s, %(what)s, %(format)s, %(query)s
    where (
        select count(*) from exports where user_no = %(user_no)s and status in ('waiting', 'running')
    ) < {OPEN_MOST}
    returning {MEMBERS}
"""  # noqa: S608 - our names
TAKE = """
    update exports set status = 'running', started_at = now(), beaten_at = now(), row_count = 0
    where export_id = %(export_id)s and (
        status = 'waiting' or status = 'running' and beaten_at < now() - %(beat_s)s * interval '1 second'
    )
    returning user_no, what, format, query
"""
RUNNING = "select from exports where export_id = %s and status = 'running'"
ASKER = "select user_no, role from users where user_no = %s and disabled_at is null"
PROGRESS = """
    update exports set row_count = %(rows)s, expected_rows = coalesce(%(expected)s, expected_rows), beaten_at = now()
    where export_id = %(export_id)s and status = 'running'
"""
DONE = """
    update exports
    set status = 'done', ended_at = now(), expires_at = now() + %(kept)s, row_count = %(rows)s,
        size_bytes = (select coalesce(sum(length(bytes)), 0) from export_chunks where export_id = %(export_id)s),
        file_name = %(file_name)s
    where export_id = %(export_id)s
"""
FAILED = """
    update exports set status = 'failed', ended_at = now(), expires_at = now() + %(kept)s, problem = %(problem)s
    where export_id = %(export_id)s
"""
# An order that nobody has taken for as long as a file is kept is forgotten likewise.
EXPIRE = """
    delete from exports
    where expires_at < now() or status in ('waiting', 'running') and asked_at < now() - %(kept)s
"""


def order_export(
    connection: Connection, user_no: int, what: str, format_: str, query: Mapping[str, Any]
) -> DictRow | None:
    """Take an order and put it into the queue; None where the user has as many open as one may."""
    given = {"user_no": user_no, "what": what, "format": format_, "query": Jsonb(dict(query))}
    with connection.transaction(), connection.cursor(row_factory=dict_row) as cursor:
        drop_expired(connection)
        connection.execute("select pg_advisory_xact_lock(hashtextextended('muckline exports', %s))", [user_no])
        row = cursor.execute(ORDER, given).fetchone()
        if row is not None:
            defer(connection, TASK, export_id=str(row["export_id"]))
    return row


def drop_expired(connection: Connection) -> int:
    """Delete exports with their files that were kept long enough, and orders that nobody took; return how many."""
    return connection.execute(EXPIRE, {"kept": KEPT}).rowcount


def take_export(connection: Connection, export_id: UUID) -> DictRow | None:
    """Return an order that is to be made and mark it as being made; None where it has ended or is gone.

    Raises:
        StillMade: Somebody is at it, or was a moment ago.
    """
    with connection.cursor(row_factory=dict_row) as cursor:
        row = cursor.execute(TAKE, {"export_id": export_id, "beat_s": BEAT_S}).fetchone()
    if row is not None:
        connection.execute("delete from export_chunks where export_id = %s", [export_id])
    elif connection.execute(RUNNING, [export_id]).fetchone() is not None:
        raise StillMade(
            f"expected to be the only maker of {export_id}, another said less than {BEAT_S:.0f} s ago it is"
        )
    return row


def release_export(connection: Connection, export_id: UUID) -> None:
    """Let an order that broke on the way be taken again."""
    connection.execute("update exports set status = 'waiting' where export_id = %s and status = 'running'", [export_id])


def read_asker(connection: Connection, user_no: int) -> tuple[int, str] | None:
    """Return number and role of a user as it is now; None where it is disabled."""
    row = connection.execute(ASKER, [user_no]).fetchone()
    return None if row is None else (row[0], row[1])


def tell_progress(connection: Connection, export_id: UUID, rows: int, expected: int | None = None) -> None:
    """Write down how far an export is, and that its maker lives."""
    connection.execute(PROGRESS, {"export_id": export_id, "rows": rows, "expected": expected})


def add_chunk(connection: Connection, export_id: UUID, chunk_no: int, data: bytes) -> None:
    """Keep one piece of a file."""
    connection.execute("insert into export_chunks values (%s, %s, %s)", [export_id, chunk_no, data])


def end_export(connection: Connection, export_id: UUID, rows: int, file_name: str) -> None:
    """Write down that an export is done."""
    parameters = {"export_id": export_id, "rows": rows, "file_name": file_name, "kept": KEPT}
    connection.execute(DONE, parameters)


def fail_export(connection: Connection, export_id: UUID, problem: str) -> None:
    """Write down why an export cannot be made, and forget what there is of it."""
    with connection.transaction():
        connection.execute("delete from export_chunks where export_id = %s", [export_id])
        connection.execute(FAILED, {"export_id": export_id, "problem": problem, "kept": KEPT})
