"""Who changes a register: said to the database, whose triggers write the history of every change."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

from psycopg import Connection, Rollback

from storage.world_store import RAISE_VERSION

Source = Literal["console", "import", "merge", "step", "world"]


@dataclass(frozen=True, slots=True)
class Author:
    """Who changes something, by which way and why.

    Attributes:
        who: Login.
        user_no: Number of the user, None for one who has none.
        source: Which way the change came.
        reason: In words.
    """

    who: str
    user_no: int | None
    source: Source
    reason: str | None = None


@contextmanager
def editing(connection: Connection, author: Author, *, dry_run: bool = False) -> Iterator[Connection]:
    """Give a transaction in which nobody else changes the world, and announce the world when something was changed.

    Args:
        connection: In autocommit.
        author: Stands in the history.
        dry_run: Take everything back at the end.
    """
    with connection.transaction():
        connection.execute("select version from world_version for update")
        last = _last_change(connection)
        for setting in ("who", "user_no", "source", "reason"):
            value = getattr(author, setting)
            connection.execute(
                "select set_config(%s, %s, true)", [f"muckline.{setting}", "" if value is None else str(value)]
            )
        yield connection
        if dry_run:
            raise Rollback
        if _last_change(connection) != last:
            connection.execute(RAISE_VERSION)


def _last_change(connection: Connection) -> int:
    row = connection.execute("select max(history_no) from register_history").fetchone()
    return int(row[0] or 0) if row else 0
