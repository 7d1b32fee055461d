"""Sessions, their refresh tokens and tickets, keys of programs, and failed log-ins: written.

Tokens, tickets and keys are long random texts, of which only SHA-256 stands here: who reads the database can use none.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from psycopg import Connection

EndedWhy = Literal["logged_out", "token_reused", "password_changed", "disabled", "changed"]

# Two tabs of one browser may refresh with the same token at once; who stole it comes later. [s]
REUSE_GRACE_S = 10
# How long it is known of a session that it was. [d]
KEPT_DAYS = 30
# After this long a failed log-in counts no more. [s]
FORGOTTEN_S = 86_400

BEGIN = """
    insert into sessions (user_no, expires_at, address, program)
    values (%(user_no)s, now() + %(longest_s)s * interval '1 s', %(address)s, left(%(program)s, 200))
    returning session_id
"""
FORGET = f"""
    delete from sessions where expires_at < now() - interval '{KEPT_DAYS} days'
"""  # noqa: S608 - our own number
ISSUE = """
    insert into refresh_tokens (token_hash, session_id, expires_at)
    select %(hash)s, session_id, least(expires_at, now() + %(idle_s)s * interval '1 s')
    from sessions where session_id = %(session_id)s
"""
LOCK_TOKEN = f"""
    select session_id, user_no,
        ended_at is null and s.expires_at > now() and t.expires_at > now() as is_valid,
        used_at < now() - interval '{REUSE_GRACE_S} s' as is_reused
    from refresh_tokens as t join sessions as s using (session_id)
    where token_hash = %s for update
"""  # noqa: S608 - likewise
USE = "update refresh_tokens set used_at = coalesce(used_at, now()) where token_hash = %s"
END = "update sessions set ended_at = now(), ended_why = %s where session_id = %s and ended_at is null"
END_ALL = """
    update sessions set ended_at = now(), ended_why = %(why)s
    where user_no = %(user_no)s and ended_at is null and session_id is distinct from %(but)s
"""
ADD_KEY = """
    insert into api_keys (key_id, user_no, label, secret_hash, permissions, created_by, expires_at)
    values (%(key_id)s, %(user_no)s, %(label)s, %(hash)s, %(permissions)s, %(by)s,
        now() + %(valid_days)s * interval '1 day')
"""
REVOKE_KEY = "update api_keys set revoked_at = now() where key_id = %s and revoked_at is null"
ADD_TICKET = """
    insert into tickets (ticket_hash, session_id, key_id, expires_at)
    values (%(hash)s, %(session_id)s, %(key_id)s, now() + %(valid_s)s * interval '1 s')
"""
FORGET_TICKETS = "delete from tickets where expires_at < now()"
TAKE_TICKET = "delete from tickets where ticket_hash = %s returning session_id, key_id, expires_at > now()"

TRY = f"""
    insert into failed_logins (tried, failures, failed_at, locked_until) values (%s, 0, now(), now())
    on conflict (tried) do update set failures = case
        when failed_logins.failed_at < now() - interval '{FORGOTTEN_S} s' then 0 else failed_logins.failures
    end
    returning failures, extract(epoch from locked_until - now())::float8
"""  # noqa: S608 - likewise
COUNT = """
    update failed_logins
    set failures = %(failures)s, failed_at = now(), locked_until = now() + %(lock_s)s * interval '1 s'
    where tried = %(tried)s
"""
CLEAR = "delete from failed_logins where tried = any(%s)"
FORGET_FAILED = f"delete from failed_logins where failed_at < now() - interval '{FORGOTTEN_S} s'"  # noqa: S608 - likewise


@dataclass(frozen=True, slots=True)
class Rotation:
    """What became of a refresh token.

    Attributes:
        user_no: Whose session it is; None where the token is not known.
        session_id: Which session, None likewise.
        outcome: `rotated`, or why not.
    """

    outcome: Literal["rotated", "unknown", "ended", "reused"]
    user_no: int | None = None
    session_id: UUID | None = None


def token_hash(token: str) -> bytes:
    """Return what is kept of a token."""
    return hashlib.sha256(token.encode()).digest()


def begin_session(
    connection: Connection,
    user_no: int,
    *,
    longest_s: float,
    refresh: tuple[str, float] | None = None,
    address: str | None = None,
    program: str | None = None,
) -> UUID:
    """Begin a session and return its id.

    Args:
        connection: Any.
        user_no: Whose.
        longest_s: When it ends at the latest. [s]
        refresh: Its first refresh token, and how long it may lie unused [s]; None for a session without.
        address: Where it was begun from.
        program: What the client says it is.
    """
    parameters = {"user_no": user_no, "longest_s": longest_s, "address": address, "program": program}
    with connection.transaction():
        connection.execute(FORGET)
        row = connection.execute(BEGIN, parameters).fetchone()
        if row is None:
            raise RuntimeError("expected the id of the session, got nothing")
        if refresh is not None:
            _issue(connection, row[0], *refresh)
    session_id: UUID = row[0]
    return session_id


def rotate(connection: Connection, token: str, new_token: str, idle_s: float) -> Rotation:
    """Put a new refresh token in the place of one; one that was used before ends its session for everybody."""
    kept = token_hash(token)
    with connection.transaction():
        row = connection.execute(LOCK_TOKEN, [kept]).fetchone()
        if row is None:
            return Rotation("unknown")
        session_id, user_no, is_valid, is_reused = row
        if not is_valid:
            return Rotation("ended", user_no, session_id)
        if is_reused:
            end_session(connection, session_id, "token_reused")
            return Rotation("reused", user_no, session_id)
        connection.execute(USE, [kept])
        _issue(connection, session_id, new_token, idle_s)
    return Rotation("rotated", user_no, session_id)


def _issue(connection: Connection, session_id: UUID, token: str, idle_s: float) -> None:
    connection.execute(ISSUE, {"hash": token_hash(token), "session_id": session_id, "idle_s": idle_s})


def end_session(connection: Connection, session_id: UUID, why: EndedWhy) -> bool:
    """End a session; return whether it had not ended before."""
    return connection.execute(END, [why, session_id]).rowcount == 1


def end_sessions(connection: Connection, user_no: int, why: EndedWhy, *, but: UUID | None = None) -> None:
    """End every session of a user, but one."""
    connection.execute(END_ALL, {"user_no": user_no, "why": why, "but": but})


def add_key(
    connection: Connection,
    key_id: str,
    secret: str,
    *,
    user_no: int,
    label: str,
    by: str,
    permissions: list[str] | None = None,
    valid_days: int | None = None,
) -> None:
    """Add a key of a program, of which only the hash is kept."""
    parameters = {"key_id": key_id, "user_no": user_no, "label": label, "hash": token_hash(secret), "by": by}
    connection.execute(ADD_KEY, parameters | {"permissions": permissions, "valid_days": valid_days})


def revoke_key(connection: Connection, key_id: str) -> bool:
    """Revoke a key; return whether there was one in force."""
    return connection.execute(REVOKE_KEY, [key_id]).rowcount == 1


def add_ticket(
    connection: Connection, ticket: str, valid_s: float, *, session_id: UUID | None, key_id: str | None
) -> None:
    """Add a ticket for one stream of a session or of a key."""
    connection.execute(FORGET_TICKETS)
    parameters = {"hash": token_hash(ticket), "valid_s": valid_s, "session_id": session_id, "key_id": key_id}
    connection.execute(ADD_TICKET, parameters)


def take_ticket(connection: Connection, ticket: str) -> tuple[UUID | None, str | None] | None:
    """Use a ticket up and return the session or key that it is of; None where it is not valid."""
    row = connection.execute(TAKE_TICKET, [token_hash(ticket)]).fetchone()
    return (row[0], row[1]) if row is not None and row[2] else None


def count_attempt(connection: Connection, locks: Mapping[str, Callable[[int], float]]) -> float:
    """Count a log-in that is being tried, before its password is looked at, and return how long it is locked. [s]

    Counted first, so that many at once try no more passwords than one after the other; `clear_attempts` takes back the
    count of those that were right. One that is locked does not count.

    Args:
        connection: In autocommit.
        locks: What is tried, and how long so many failures of it lock. [s]
    """
    with connection.transaction():
        connection.execute(FORGET_FAILED)
        counted = {tried: connection.execute(TRY, [tried]).fetchone() for tried in sorted(locks)}
        locked_s = max((row[1] for row in counted.values() if row), default=0.0)
        if locked_s > 0:
            return float(locked_s)
        for tried, row in counted.items():
            failures = row[0] + 1 if row else 1
            connection.execute(COUNT, {"tried": tried, "failures": failures, "lock_s": locks[tried](failures)})
    return 0.0


def clear_attempts(connection: Connection, tried: list[str]) -> None:
    """Forget the failures of what was tried."""
    connection.execute(CLEAR, [tried])
