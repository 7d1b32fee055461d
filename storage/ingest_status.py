"""What an ingest says of itself, for whoever must know whether records are being committed."""

from __future__ import annotations

from dataclasses import dataclass

from psycopg import Connection


@dataclass(frozen=True, slots=True)
class IngestStatus:
    """How one ingest is.

    Attributes:
        client_id: Its name.
        world_version: Number of the world it judges by.
        oldest_uncommitted_s: Age of the oldest record that it holds and has not committed. [s]
    """

    client_id: str
    world_version: int
    oldest_uncommitted_s: float


WRITE = """
insert into ingest_status (client_id, seen_at, world_version, oldest_uncommitted_s)
values (%s, clock_timestamp(), %s, %s)
on conflict (client_id) do update set seen_at = excluded.seen_at, world_version = excluded.world_version,
    oldest_uncommitted_s = excluded.oldest_uncommitted_s
"""


def write_ingest_status(connection: Connection, status: IngestStatus) -> None:
    """Say how an ingest is, now."""
    connection.execute(WRITE, [status.client_id, status.world_version, status.oldest_uncommitted_s])
