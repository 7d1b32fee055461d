"""Whoever edits names the revision that was read; what somebody else made of it meanwhile is shown, never lost.

A revision is a hash of what stands, and of nothing that changes by itself: no table needs a column for it, and no way
of writing can forget to count. `edited` is the one place where an edit is compared with what stands; whoever uses it
holds the turn of the thing, so that nobody comes between the comparison and the write.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, LiteralString

import orjson
from psycopg import Connection
from psycopg.rows import DictRow, dict_row

from storage.errors import EditedMeanwhile

TURN = "select pg_advisory_xact_lock(hashtextextended('muckline edit ' || %s, 0))"
ANY = "*"  # named by programs that set things up, whatever stands; no request can name it
REVISION_DIGITS = 16  # 64 bits: two states of one thing that share a revision are no concern


def revision_of(standing: Any) -> str:
    """Return what names a state by its content: the same for the same, whatever zone its times are shown in."""
    plain = orjson.dumps(_plain(standing), option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(plain).hexdigest()[:REVISION_DIGITS]


@contextmanager
def edited(connection: Connection, what: str) -> Iterator[None]:
    """Hold the turn to edit a thing, in one transaction; the next one waits until it ends."""
    with connection.transaction():
        connection.execute(TURN, [what])
        yield


def assert_standing(expected: str | None, standing: Any, current: Any, *, wanted: Any = None) -> None:
    """Refuse an edit of what is no longer what its author saw.

    Args:
        expected: The revision that was read; None where the author saw nothing there, or `ANY`.
        standing: What stands and is about to be replaced; None, or empty, where nothing does.
        current: Likewise as answers show it: what the author is told where somebody was faster.
        wanted: What is to stand; an edit that was made before, whose answer got lost, is no conflict.

    Raises:
        EditedMeanwhile: Something else stands than the author saw.
    """
    found = revision_of(standing)
    if expected in (found, ANY) or (expected is None and not standing):
        return
    if wanted is not None and revision_of(wanted) == found:
        return
    named = f"got {expected}: somebody changed it meanwhile" if expected else "got none"
    raise EditedMeanwhile(f"expected revision {found}, which stands, {named}", current, found)


def rows_of(connection: Connection, query: LiteralString, parameters: Mapping[str, Any]) -> list[DictRow]:
    """Return rows as the transaction of an edit sees them."""
    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(query, parameters).fetchall()


def _plain(value: Any) -> Any:
    """Return a value in which equal instants are equal texts, and numbers equal numbers."""
    if isinstance(value, Mapping):
        return {str(name): _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value.astimezone(UTC) if isinstance(value, datetime) else value
