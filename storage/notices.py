"""Notices written: what is to be told of which case, and that it was told.

One row for each subscription, case, reason and repeat; whoever decides the same again writes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from psycopg import Connection
from psycopg.rows import DictRow, dict_row

from storage.queries.scope import Scope
from storage.queries.scopes import SCOPES

POSITION = "notices"
CASES_AT_ONCE = 200  # changes of cases looked at in one transaction
OPEN_MOST = 5_000  # open cases looked at for escalation: a city that has more unanswered has another problem
# A case that nobody took up for longer pages nobody any more, nor one that has been overdue for longer.
ESCALATE_WITHIN = "7 days"

SUBSCRIPTIONS = """
select s.subscription_id, s.owner_no, s.language, s.kinds, s.min_severity, s.district_ids, s.company_ids, s.reasons,
    s.channel_ids, s.quiet_from, s.quiet_to, s.quiet_passes, s.digest_over, s.levels, s.repeats, s.repeat_every_s,
    u.role
from subscriptions s join users u on u.user_no = s.owner_no
where s.enabled and u.disabled_at is null
order by s.created_at, s.subscription_id
"""

_CASE = """
select c.change_no, c.case_id, c.case_no, c.kind, c.severity, c.status, coalesce(v.plate, c.reported_plate) as plate,
    coalesce(c.subject_id, v.vehicle_id) as subject_id, c.company_id, o.name as company_name, c.district_id,
    c.opened_at, c.due_at, c.start_time as start, c.assignee_no, c.paged as pages, c.ended_at is not null as ended,
    c.rework, sent.times as times_sent, again.times as times_again,
    coalesce(again.newest_at, c.opened_at) as waits_since
from cases c
left join vehicles v using (vehicle_no)
left join companies o on o.company_id = c.company_id
cross join lateral (
    select count(*)::integer as times, max(at) as newest_at from case_steps s
    where s.case_id = c.case_id and s.step = 'reopen' and s.user_no is null
) as again
cross join lateral (
    select (count(*) filter (where assignee is distinct from before))::integer as times from (
        select detail ->> 'assignee' as assignee, lag(detail ->> 'assignee') over (order by step_no) as before
        from case_steps s where s.case_id = c.case_id and s.step = 'assign'
    ) as sendings
) as sent
"""

CHANGED_CASES = f"{_CASE} where c.change_no > %(after)s order by c.change_no limit %(limit)s"

WAITING_CASES = f"""{_CASE}
where c.ended_at is null and c.paged and (
    c.status = 'new' and c.acknowledge_by > %(now)s - interval '{ESCALATE_WITHIN}'
    or c.due_at <= %(now)s and c.due_at > %(now)s - interval '{ESCALATE_WITHIN}'
)
order by c.opened_at desc limit %(limit)s
"""

TAKE_POSITION = "select change_no from read_positions where name = %s for update"
BEGIN_POSITION = """
insert into read_positions (name, change_no) select %s, coalesce(max(change_no), 0) from cases on conflict do nothing
"""
MOVE_POSITION = "update read_positions set change_no = %s where name = %s"

INSERT = """
insert into notices
    (subscription_id, case_id, reason, nth, channel_ids, severity, title, line, created_at)
values (%(subscription_id)s, %(case_id)s, %(reason)s, %(nth)s, %(channel_ids)s, %(severity)s, %(title)s, %(line)s,
    %(now)s)
on conflict do nothing
"""

KNOWN = "select subscription_id, case_id, reason, nth from notices where case_id = any(%s)"

# Of each subscription by itself, the severe ones first: what waits for the end of quiet hours is in nobody's way.
PENDING = """
select pending.*
from unnest(%(subscriptions)s::uuid[]) as asked (subscription_id)
cross join lateral (
    select n.notice_no, n.subscription_id, n.case_id, n.reason, n.severity, n.channel_ids, n.title, n.line,
        n.created_at, c.status as case_status
    from notices n join cases c using (case_id)
    where n.told_at is null and n.lapsed_at is null and n.subscription_id = asked.subscription_id
    order by n.severity desc, n.notice_no
    limit %(limit)s
    for update of n skip locked
) as pending
order by pending.notice_no
"""

# Kept until the messages to them are written; a channel may go while subscriptions still name it.
THERE = "select channel_id from channels where channel_id = any(%s) for key share"

TOLD_LATELY = """
select subscription_id, max(told_at) as told_at from notices
where told_at > %(now)s - interval '1 minute' and subscription_id = any(%(subscriptions)s)
group by subscription_id, told_in
"""

TOLD = "update notices set told_at = %s, told_in = %s where notice_no = any(%s)"
LAPSED = "update notices set lapsed_at = %s where notice_no = any(%s)"
PRUNE = "delete from notices where created_at < %s"
PENDING_MOST = 1_000  # notices of a subscription taken up at once; a storm's digest needs no more


def read_subscriptions(connection: Connection) -> list[DictRow]:
    """Return every subscription in force."""
    return _rows(connection, SUBSCRIPTIONS, {})


def take_changed_cases(connection: Connection) -> list[DictRow]:
    """Return cases that changed since this was asked last, and count them as read with this transaction.

    The first time only what changes from then on counts: nobody is told of a whole past.
    """
    connection.execute(BEGIN_POSITION, [POSITION])
    row = connection.execute(TAKE_POSITION, [POSITION]).fetchone()
    after = int(row[0]) if row else 0
    rows = _rows(connection, CHANGED_CASES, {"after": after, "limit": CASES_AT_ONCE})
    if rows:
        connection.execute(MOVE_POSITION, [rows[-1]["change_no"], POSITION])
    return rows


def read_waiting_cases(connection: Connection, now: datetime) -> list[DictRow]:
    """Return open cases that nobody has taken up, or whose time is up."""
    return _rows(connection, WAITING_CASES, {"now": now, "limit": OPEN_MOST})


def read_scopes(connection: Connection, owners: Iterable[int]) -> dict[int, Scope]:
    """Return how far some users see; `Scope.sees` is asked for each case, as in streams: thousands wait at times."""
    rows = connection.execute(SCOPES, [sorted(set(owners))]).fetchall()
    return {row[0]: Scope(row[2], row[3], frozenset(row[4])) for row in rows}


def read_known(connection: Connection, case_ids: Sequence[UUID]) -> set[tuple[UUID, UUID, str, int]]:
    """Return the keys of the notices of some cases."""
    return set(connection.execute(KNOWN, [list(case_ids)]).fetchall())


def write_notices(connection: Connection, notices: Sequence[dict[str, Any]]) -> int:
    """Write what is to be told, leaving out what was written before; return how many are new."""
    if not notices:
        return 0
    with connection.cursor() as cursor:
        cursor.executemany(INSERT, notices)
        return cursor.rowcount


def take_pending(connection: Connection, subscription_ids: Sequence[UUID]) -> list[DictRow]:
    """Return what has not been told yet, the oldest first, kept from other workers until this transaction ends."""
    return _rows(connection, PENDING, {"subscriptions": list(subscription_ids), "limit": PENDING_MOST})


def channels_there(connection: Connection, channel_ids: Iterable[UUID]) -> set[UUID]:
    """Return those of some channels that have not been deleted, and keep them until this transaction ends."""
    return {row[0] for row in connection.execute(THERE, [list(channel_ids)])}


def read_told_lately(connection: Connection, subscription_ids: Sequence[UUID], now: datetime) -> list[DictRow]:
    """Return when messages were made for subscriptions within the last minute, a row a message."""
    return _rows(connection, TOLD_LATELY, {"subscriptions": list(subscription_ids), "now": now})


def write_told(connection: Connection, notice_nos: Sequence[int], now: datetime) -> None:
    """Say that notices were told, in one message."""
    connection.execute(TOLD, [now, uuid4(), list(notice_nos)])


def write_lapsed(connection: Connection, notice_nos: Sequence[int], now: datetime) -> None:
    """Say that nobody needs to be told any more."""
    if notice_nos:
        connection.execute(LAPSED, [now, list(notice_nos)])


def prune_notices(connection: Connection, before: datetime) -> int:
    """Delete notices from before an instant; their cases and deliveries stay."""
    return connection.execute(PRUNE, [before]).rowcount


def _rows(connection: Connection, query: str, parameters: dict[str, Any]) -> list[DictRow]:
    with connection.cursor(row_factory=dict_row) as cursor:
        cursor.execute(query, parameters)
        return cursor.fetchall()
