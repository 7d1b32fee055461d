"""Channels whose address or secret is to be sealed, or sealed anew; all in one transaction."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from psycopg import Connection
from psycopg.rows import DictRow, dict_row

PLAIN = "not (starts_with(url, 'sealed:') and starts_with(coalesce(secret, 'sealed:'), 'sealed:'))"
# Others wait until the sealing process has ended, and find nothing to do.
LOCK = "select pg_advisory_xact_lock(hashtextextended('muckline seal', 0))"
CHANNELS = (
    "select channel_id, kind, url, secret from channels where %(all)s or ({plain}) order by channel_id for update"
)
WRITE = "update channels set url = %s, secret = %s, scheme = %s, shown = %s where channel_id = %s"
COUNT_PLAIN = f"select count(*) from channels where {PLAIN}"  # noqa: S608 - our names
ONE_SEALED = "select url from channels where starts_with(url, 'sealed:') order by created_at desc limit 1"


def lock_channels(connection: Connection, *, plain_only: bool) -> list[DictRow]:
    """Return channels, or those that are not sealed, kept from others until the transaction ends."""
    connection.execute(LOCK)
    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(CHANNELS.replace("{plain}", PLAIN), {"all": not plain_only}).fetchall()


def write_sealed(connection: Connection, rows: Iterable[tuple[str, str | None, str, str, UUID]]) -> None:
    """Write url, secret, scheme and shown address of channels."""
    with connection.cursor() as cursor:
        cursor.executemany(WRITE, list(rows))


def count_plain(connection: Connection) -> int:
    """Return how many channels are not sealed."""
    row = connection.execute(COUNT_PLAIN).fetchone()
    return 0 if row is None else int(row[0])


def newest_sealed(connection: Connection) -> str | None:
    """Return the sealed address of a channel, None where there is none."""
    row = connection.execute(ONE_SEALED).fetchone()
    return None if row is None else str(row[0])
