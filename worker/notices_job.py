"""Cases become notices, notices become messages: reads rows, lets `supervision.notices` decide, writes what it says."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from psycopg import Connection

from storage import notices as stored
from storage.city_member import utc_offset_h
from storage.notices_deliveries import enqueue, enqueue_dead, has_room
from supervision.masking import PLATES_IN_FULL, masked_plate
from supervision.notices import decide
from supervision.notices.subscription import CaseNews, Level, Message, Pending, Reason, Subscription, Wanted
from supervision.notices.words import line, title
from worker.job import JobContext

Row = Mapping[str, Any]


def make_notices(context: JobContext) -> bool:
    """Decide whom the newest changes of cases concern, and hand out the messages that are due.

    Returns:
        Whether there are more changes to look at.
    """
    connection, now = context.connection, context.now
    offset_h = utc_offset_h(connection)
    subscriptions = [read_subscription(row) for row in stored.read_subscriptions(connection)]
    with connection.transaction():
        changed = stored.take_changed_cases(connection)
        news = cases_as_seen(connection, changed, subscriptions)
        write(context, subscriptions, [(case, one) for case in news for one in decide.wanted(subscriptions, case)])
    tell(connection, subscriptions, now, offset_h)
    return len(changed) == stored.CASES_AT_ONCE


def escalate(context: JobContext) -> None:
    """Decide who is to be told because time has passed: nobody acknowledges, or a case is overdue."""
    connection, now = context.connection, context.now
    subscriptions = [read_subscription(row) for row in stored.read_subscriptions(connection)]
    waiting = cases_as_seen(connection, stored.read_waiting_cases(connection, now), subscriptions)
    write(context, subscriptions, [(case, one) for case in waiting for one in decide.overdue(subscriptions, case, now)])


def write(context: JobContext, subscriptions: Sequence[Subscription], found: Sequence[tuple[CaseNews, Wanted]]) -> None:
    """Write what is to be told, leaving out what was written before."""
    if not found:
        return
    by_id = {one.subscription_id: one for one in subscriptions}
    offset_h, url = utc_offset_h(context.connection), context.settings.console_url
    known = stored.read_known(context.connection, list({case.case_id for case, _ in found}))
    rows = [
        notice_row(case, one, by_id[one.subscription_id], now=context.now, offset_h=offset_h, console_url=url)
        for case, one in found
        if (one.subscription_id, one.case_id, one.reason.value, one.nth) not in known
    ]
    stored.write_notices(context.connection, rows)


def tell(connection: Connection, subscriptions: Sequence[Subscription], now: datetime, offset_h: float) -> None:
    """Make messages of what has not been told yet; each notice is told in the transaction that says so."""
    ids = [one.subscription_id for one in subscriptions]
    with connection.transaction():
        pending: defaultdict[UUID, list[Pending]] = defaultdict(list)
        for row in stored.take_pending(connection, ids):
            pending[row["subscription_id"]].append(read_pending(row))
        told: defaultdict[UUID, list[datetime]] = defaultdict(list)
        for row in stored.read_told_lately(connection, list(pending), now):
            told[row["subscription_id"]].append(row["told_at"])
        lapsed = [one.notice_no for listed in pending.values() for one in listed if decide.has_lapsed(one)]
        stored.write_lapsed(connection, lapsed, now)
        for subscription in subscriptions:
            standing = [one for one in pending[subscription.subscription_id] if not decide.has_lapsed(one)]
            messages = decide.due(subscription, standing, told[subscription.subscription_id], now, offset_h)
            send(connection, messages, now)


def send(connection: Connection, messages: Iterable[Message], now: datetime) -> None:
    """Put messages into the queue, and say which notices they tell; whose channel was deleted is told no more."""
    told: dict[tuple[int, ...], None] = {}
    messages = list(messages)
    there = stored.channels_there(connection, {message.channel_id for message in messages}) if messages else set()
    write = {channel_id: enqueue if has_room(connection, channel_id) else enqueue_dead for channel_id in there}
    for message in messages:
        told[message.notice_nos] = None
        if message.channel_id not in there:
            continue
        about, first = ("digest" if message.is_digest else "notice"), str(message.notice_nos[0])
        write[message.channel_id](
            connection,
            message.channel_id,
            about=about,
            object_id=first,
            title=message.title,
            body=message.body,
            now=now,
        )
    for notice_nos in told:
        stored.write_told(connection, notice_nos, now)


def cases_as_seen(connection: Connection, rows: Sequence[Row], subscriptions: Sequence[Subscription]) -> list[CaseNews]:
    """Return cases with the owners of subscriptions that may see them."""
    if not rows or not subscriptions:
        return []
    scopes = stored.read_scopes(connection, {one.owner_no for one in subscriptions})

    @cache
    def seen_by(company_id: str | None, district_id: str | None) -> frozenset[int]:
        return frozenset(owner_no for owner_no, scope in scopes.items() if scope.sees(company_id, district_id))

    return [
        CaseNews(
            **{name: value for name, value in row.items() if name != "change_no"},
            seen_by=seen_by(row["company_id"], row["district_id"]),
        )
        for row in rows
    ]


def notice_row(
    case: CaseNews, wanted: Wanted, subscription: Subscription, *, now: datetime, offset_h: float, console_url: str
) -> dict[str, Any]:
    """Return the row of one notice."""
    language = subscription.language
    if not subscription.plates:
        case = replace(case, plate=masked_plate(case.plate))
    return {
        "subscription_id": wanted.subscription_id,
        "case_id": wanted.case_id,
        "reason": wanted.reason.value,
        "nth": wanted.nth,
        "channel_ids": list(wanted.channel_ids),
        "severity": case.severity,
        "title": title(language, case, wanted.reason),
        "line": line(language, case, offset_h, console_url),
        "now": now,
    }


def read_subscription(row: Row) -> Subscription:
    """Return a row as the decisions read it."""
    sets = {
        name: None if row[name] is None else frozenset(row[name]) for name in ("kinds", "district_ids", "company_ids")
    }
    levels = tuple(Level(one["after_s"], tuple(UUID(name) for name in one["channel_ids"])) for one in row["levels"])
    read = sets | {
        "reasons": frozenset(Reason(name) for name in row["reasons"]),
        "channel_ids": tuple(row["channel_ids"]),
        "levels": levels,
        "plates": row["role"] in PLATES_IN_FULL,
    }
    return Subscription(**{name: value for name, value in {**row, **read}.items() if name != "role"})


def read_pending(row: Row) -> Pending:
    """Return a row as the decisions read it."""
    values = {name: value for name, value in row.items() if name != "subscription_id"}
    return Pending(**{**values, "reason": Reason(row["reason"]), "channel_ids": tuple(row["channel_ids"])})
