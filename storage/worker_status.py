"""What a background process says of itself, and who holds which of its jobs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from psycopg import Connection

WRITE = """
insert into worker_status (worker_id, seen_at) values (%s, clock_timestamp())
on conflict (worker_id) do update set seen_at = excluded.seen_at
"""

FORGET = "delete from worker_status where seen_at < clock_timestamp() - interval '1 day'"


def say_alive(connection: Connection, worker_id: str) -> None:
    """Say that a worker lives, now; those that have not for a day are forgotten."""
    connection.execute(WRITE, [worker_id])
    connection.execute(FORGET)


@contextmanager
def claimed(connection: Connection, job: str) -> Iterator[bool]:
    """Tell whether a job is ours while the block runs; another worker may have it.

    A session's advisory lock: it ends with the connection, also when the process is killed.
    """
    row = connection.execute(
        "select pg_try_advisory_lock(hashtextextended('muckline job ' || %s, 0))", [job]
    ).fetchone()
    ours = bool(row and row[0])
    try:
        yield ours
    finally:
        if ours and not connection.closed and not connection.broken:
            connection.execute("select pg_advisory_unlock(hashtextextended('muckline job ' || %s, 0))", [job])
