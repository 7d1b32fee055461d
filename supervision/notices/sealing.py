"""Channels sealed that are not, and all of them sealed anew with a new key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from psycopg import Connection

from storage.notices_sealing import lock_channels, write_sealed
from storage.sealing import Seal
from supervision.notices.addresses import shown_address


def sealed_columns(kind: str, url: str, secret: str | None, seal: Seal) -> dict[str, str | None]:
    """Return the columns that keep an address and a secret."""
    return {
        "url": seal.sealed(url),
        "secret": None if secret is None else seal.sealed(secret),
        "scheme": url.partition(":")[0],
        "shown": shown_address(kind, url),
    }


def seal_plain_channels(connection: Connection, seal: Seal) -> int:
    """Seal channels from before there was a key; return how many."""
    return _seal(connection, seal, plain_only=True)


def seal_anew(connection: Connection, seal: Seal) -> int:
    """Seal every channel with the newest key; return how many.

    Raises:
        SealError: One was sealed with a key that is not there any more; nothing was changed.
    """
    return _seal(connection, seal, plain_only=False)


def _seal(connection: Connection, seal: Seal, *, plain_only: bool) -> int:
    with connection.transaction():
        rows = lock_channels(connection, plain_only=plain_only)
        columns = [_columns(row, seal) for row in rows]
        write_sealed(
            connection,
            [
                (told["url"], told["secret"], told["scheme"], told["shown"], row["channel_id"])  # type: ignore[misc]
                for row, told in zip(rows, columns, strict=True)
            ],
        )
    return len(rows)


def _columns(row: Mapping[str, Any], seal: Seal) -> dict[str, str | None]:
    secret = None if row["secret"] is None else seal.opened(row["secret"])
    return sealed_columns(row["kind"], seal.opened(row["url"]), secret, seal)
