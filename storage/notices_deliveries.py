"""Deliveries written: a message for one channel, each attempt to hand it over, and when to try again.

A delivery and the job that sends it are committed together; a channel has one job, which sends what is due. It is taken
before each attempt: one message at a time, no more in a minute than its receiver takes, and none while it recovers from
a failure.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import psycopg
from psycopg import Connection
from psycopg.rows import DictRow, dict_row

from storage.work_queue import defer

FreeAt = Callable[[DictRow, datetime], datetime | None]

TASK = "deliver"
BUSY_S = 60  # longest that a process may hold a channel; the sending itself is bounded below it
AGAIN_S = 1.0  # a busy channel is asked again after this
# Messages that may wait for one channel: beyond it the receiver is gone. Notices are dead then, documents are not read.
WAITING_MOST = 10_000
FULL = f"expected fewer than {WAITING_MOST} messages to wait for the channel"

INSERT = """
insert into deliveries
    (delivery_id, channel_id, about, object_id, title, body, status, created_at, next_at, resent_from)
values (%(delivery_id)s, %(channel_id)s, %(about)s, %(object_id)s, %(title)s, %(body)s, 'waiting', %(now)s, %(now)s,
    %(resent_from)s)
"""

INSERT_DEAD = """
with dead as (
    insert into deliveries
        (delivery_id, channel_id, about, object_id, title, body, status, attempts, created_at, ended_at)
    values (%(delivery_id)s, %(channel_id)s, %(about)s, %(object_id)s, %(title)s, %(body)s, 'dead', 1, %(now)s, %(now)s)
    returning delivery_no
)
insert into delivery_attempts (delivery_no, attempt_no, at, took_ms, outcome, detail)
select delivery_no, 1, %(now)s, 0, 'refused', %(why)s from dead
"""

WAITING = "select count(*) from deliveries where channel_id = %s and status = 'waiting'"

CHANNEL = """
select channel_id, kind, url, secret, per_minute, recent, busy_until, paused_until, failures, disabled_at
from channels where channel_id = %s for update
"""

DUE = """
select delivery_no, delivery_id, channel_id, about, object_id, title, body, status, attempts
from deliveries where channel_id = %s and status = 'waiting' and next_at <= %s order by delivery_no limit 1
"""
NEXT_DUE = "select min(next_at) from deliveries where channel_id = %s and status = 'waiting'"

TAKE = """
update channels set busy_until = %(busy_until)s,
    recent = array(select at from unnest(recent) as at where at > %(minute_ago)s order by at) || %(now)s::timestamptz
where channel_id = %(channel_id)s
"""

LET_GO = """
update channels set busy_until = null, failures = %(failures)s, paused_until = %(paused_until)s
where channel_id = %(channel_id)s
"""

ATTEMPT = """
insert into delivery_attempts (delivery_no, attempt_no, at, took_ms, outcome, http_status, detail)
values (%(delivery_no)s, %(attempt_no)s, %(at)s, %(took_ms)s, %(outcome)s, %(http_status)s, %(detail)s)
"""

RESULT = """
update deliveries set attempts = %(attempts)s, status = %(status)s, next_at = %(next_at)s, ended_at = %(ended_at)s
where delivery_no = %(delivery_no)s
"""

LOST = """
select distinct channel_id from deliveries d
where status = 'waiting' and next_at < %(before)s
    and not exists (
        select from queue.procrastinate_jobs j
        where j.queueing_lock = 'deliver ' || d.channel_id and j.status in ('todo', 'doing')
    )
limit 500
"""

# A job that waits for later is brought forward: one job a channel waits, whatever number of messages.
SOONER = """
update queue.procrastinate_jobs
set scheduled_at = case
    when scheduled_at is not null and %(at)s::timestamptz is not null then least(scheduled_at, %(at)s)
end -- NULL is at once
where queueing_lock = %(once)s and status = 'todo'
"""

PRUNE = "delete from deliveries where status <> 'waiting' and created_at < %s"


@dataclass(frozen=True, slots=True)
class Sending:
    """A delivery that is to be sent now, with its channel's secrets."""

    delivery: DictRow
    channel: DictRow


@dataclass(frozen=True, slots=True)
class Attempt:
    """How one attempt went.

    Attributes:
        outcome: `delivered`, `failed` (to be tried again) or `refused` (trying again would not help).
        detail: For people; without any secret.
    """

    at: datetime
    took_ms: int
    outcome: str
    http_status: int | None
    detail: str


def enqueue(
    connection: Connection,
    channel_id: UUID,
    *,
    about: str,
    object_id: str,
    title: str,
    body: str,
    now: datetime,
    resent_from: UUID | None = None,
) -> UUID:
    """Write a delivery and the job that sends it, and return its id; to be called in a transaction."""
    delivery_id = uuid4()
    values = {
        "delivery_id": delivery_id,
        "channel_id": channel_id,
        "about": about,
        "object_id": object_id,
        "title": title,
        "body": body,
        "now": now,
        "resent_from": resent_from,
    }
    connection.execute(INSERT, values)
    ask(connection, channel_id, None)
    return delivery_id


def enqueue_dead(
    connection: Connection, channel_id: UUID, *, about: str, object_id: str, title: str, body: str, now: datetime
) -> None:
    """Write a delivery that a full channel does not take, with the reason; somebody may send it again."""
    values = {
        "delivery_id": uuid4(),
        "channel_id": channel_id,
        "about": about,
        "object_id": object_id,
        "title": title,
        "body": body,
        "now": now,
        "why": FULL,
    }
    connection.execute(INSERT_DEAD, values)


def wake(connection: Connection, channel_id: UUID) -> None:
    """Let a channel that rests after a failure be tried at once: somebody asked."""
    connection.execute("update channels set paused_until = null where channel_id = %s", [channel_id])


def has_room(connection: Connection, channel_id: UUID) -> bool:
    """Tell whether a channel takes more messages."""
    row = connection.execute(WAITING, [channel_id]).fetchone()
    return row is not None and row[0] < WAITING_MOST


def take(connection: Connection, channel_id: UUID, now: datetime, free_at: FreeAt) -> Sending | None:
    """Return the next message of a channel, the channel taken; None where none is due or the channel is not free.

    What is to be done later is asked for with the same transaction.

    Args:
        connection: Autocommit; this is one transaction.
        channel_id: Which.
        now: The present instant.
        free_at: Function of the channel's row and `now` to the instant at which it is free, None where it is free now.
    """
    with connection.transaction(), connection.cursor(row_factory=dict_row) as cursor:
        channel = cursor.execute(CHANNEL, [channel_id]).fetchone()
        if channel is None:
            return None
        delivery = cursor.execute(DUE, [channel_id, now]).fetchone()
        later = free_at(channel, now) if delivery is not None else _next_due(connection, channel_id)
        if delivery is None or later is not None:
            if later is not None:
                ask(connection, channel_id, later)
            return None
        values = {
            "busy_until": now + timedelta(seconds=BUSY_S),
            "minute_ago": now - timedelta(minutes=1),
            "now": now,
            "channel_id": channel_id,
        }
        connection.execute(TAKE, values)
    return Sending(delivery, channel)


def _next_due(connection: Connection, channel_id: UUID) -> datetime | None:
    row = connection.execute(NEXT_DUE, [channel_id]).fetchone()
    return row[0] if row else None


def write_attempt(
    connection: Connection,
    sending: Sending,
    attempt: Attempt,
    *,
    next_at: datetime | None,
    paused_until: datetime | None,
) -> None:
    """Write how an attempt went, and let the channel go."""
    delivery = sending.delivery
    delivered = attempt.outcome == "delivered"
    status = "delivered" if delivered else "dead" if next_at is None else "waiting"
    attempts = delivery["attempts"] + 1
    row = {
        "delivery_no": delivery["delivery_no"],
        "attempt_no": attempts,
        "at": attempt.at,
        "took_ms": attempt.took_ms,
        "outcome": attempt.outcome,
        "http_status": attempt.http_status,
        "detail": attempt.detail,
    }
    result = {
        "delivery_no": delivery["delivery_no"],
        "attempts": attempts,
        "status": status,
        "next_at": next_at,
        "ended_at": None if status == "waiting" else attempt.at,
    }
    channel = {
        "channel_id": delivery["channel_id"],
        "failures": 0 if delivered else sending.channel["failures"] + 1,
        "paused_until": paused_until,
    }
    with connection.transaction():
        connection.execute(LET_GO, channel)
        connection.execute(ATTEMPT, row)
        connection.execute(RESULT, result)


def defer_lost(connection: Connection, before: datetime) -> int:
    """Put in jobs for channels with messages whose job is gone: its worker died with it. Return how many."""
    lost = connection.execute(LOST, {"before": before}).fetchall()
    for (channel_id,) in lost:
        ask(connection, channel_id, None)
    return len(lost)


def prune_deliveries(connection: Connection, before: datetime) -> int:
    """Delete deliveries that ended, from before an instant."""
    return connection.execute(PRUNE, [before]).rowcount


def ask(connection: Connection, channel_id: UUID, at: datetime | None) -> None:
    """Ask for a channel's messages to be sent, at once or not before an instant."""
    once = f"deliver {channel_id}"
    with connection.transaction():
        if connection.execute(SOONER, {"once": once, "at": at}).rowcount:
            return
        try:
            with connection.transaction():
                defer(connection, TASK, at=at, once=once, channel_id=str(channel_id))
        except psycopg.errors.UniqueViolation:
            connection.execute(SOONER, {"once": once, "at": at})
