"""The log of looks and deeds: appended to, and checked for what was altered later."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
from psycopg import Connection

# The database numbers and chains the rows in the order in which they stand here.
APPEND = """
    insert into audit_log (user_no, user_name, role, action, object_kind, object_id, allowed, detail)
    select user_no, user_name, role, action, object_kind, object_id, allowed, detail
    from jsonb_to_recordset(%s::jsonb) as given (
        user_no integer, user_name text, role text, action text, object_kind text, object_id text, allowed boolean,
        detail jsonb
    )
"""
# A page of the log at a time; `before` is the row before the page, which its first one is chained to.
VERIFY = """
    with page as (
        select * from audit_log where audit_no > %(after)s order by audit_no limit %(limit)s
    ), checked as (
        select audit_no, hash,
            hash = audit_hash(page::audit_log) as is_whole,
            audit_no = lag(audit_no, 1, %(after)s) over ascending + 1
                and previous_hash = lag(hash, 1, %(hash)s) over ascending as is_chained
        from page window ascending as (order by audit_no)
    )
    select audit_no, hash, is_whole, is_chained from checked order by audit_no
"""
PAGE = 5_000


@dataclass(frozen=True, slots=True)
class Entry:
    """What is logged of one look or deed.

    Attributes:
        user_no: Who; None where nobody was recognized.
        user_name: The name at the time, or the one that was tried.
        action: A verb in snake case.
        object_kind: `vehicle`, `case`, `user`, ...
        object_id: Which one.
        allowed: False where it was refused.
        detail: Further members.
    """

    user_no: int | None
    user_name: str
    role: str
    action: str
    object_kind: str
    object_id: str
    allowed: bool = True
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Chain:
    """What is known of the log after it was checked.

    Attributes:
        rows: How many rows hold together from the first one on.
        head: Hash of the last one of them.
        broken: Number of the first row that does not hold; None where all do.
        why: What is wrong with it.
    """

    rows: int
    head: bytes
    broken: int | None = None
    why: str | None = None


def append(connection: Connection, entries: Sequence[Entry]) -> None:
    """Append rows, all of them or none; what a text cannot hold in the database stands in it as a question mark.

    Paths and names are what somebody sent, and rows of others are written with them.
    """
    rows = [{name: _writable(getattr(entry, name)) for name in Entry.__slots__} for entry in entries]
    connection.execute(APPEND, [orjson.dumps(rows, default=str).decode()])


def _writable(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode().replace("\x00", "?")
    if isinstance(value, Mapping):
        return {_writable(name): _writable(member) for name, member in value.items()}
    if isinstance(value, list | tuple):
        return [_writable(each) for each in value]
    return value


def verify(connection: Connection) -> Chain:
    """Recompute every row's hash and follow the chain from its beginning to the first row that breaks it."""
    last_no, last_hash, rows = 0, b"", 0
    while page := connection.execute(VERIFY, {"after": last_no, "hash": last_hash, "limit": PAGE}).fetchall():
        for audit_no, row_hash, is_whole, is_chained in page:
            if not is_chained:
                return Chain(rows, last_hash, audit_no, f"the row before it, number {audit_no - 1}, is gone or altered")
            if not is_whole:
                return Chain(rows, last_hash, audit_no, "its content is not what was hashed")
            last_no, last_hash, rows = audit_no, bytes(row_hash), rows + 1
    return Chain(rows, last_hash)


def hash_at(connection: Connection, audit_no: int) -> bytes | None:
    """Return the hash of a row, None where there is none: what was noted elsewhere must still be there."""
    row = connection.execute("select hash from audit_log where audit_no = %s", [audit_no]).fetchone()
    return None if row is None else bytes(row[0])
