"""Rows and `now` in, what is to be told out. Pure: neither clock nor database.

    wanted    a case's news      -> which subscriptions want to be told of it, and through which channels
    overdue   open cases + now   -> escalation levels and due times that have passed
    due       pending notices    -> messages now: one by one, as one digest, or none yet (quiet hours)

Whatever is decided twice has the same key, so that it is told once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, time, timedelta
from uuid import UUID

from supervision.notices.subscription import CaseNews, Message, Pending, Reason, Subscription, Wanted
from supervision.notices.words import digest_body, digest_title

MINUTE = timedelta(minutes=1)
# Of a case that the records ended and brought again everything is told anew: no case has so many levels and turns.
AGAIN = 1_000
# Reasons that no longer matter once somebody has taken the case up.
LAPSES_WHEN_TAKEN_UP = frozenset({Reason.OPENED, Reason.UNACKNOWLEDGED})
ENDED = frozenset({"closed", "false_positive"})


def matches(subscription: Subscription, case: CaseNews) -> bool:
    """Tell whether a subscription is about a case, and its owner may see it."""
    return (
        subscription.owner_no in case.seen_by
        and case.severity >= subscription.min_severity
        and (subscription.kinds is None or case.kind in subscription.kinds)
        and (subscription.district_ids is None or case.district_id in subscription.district_ids)
        and (subscription.company_ids is None or case.company_id in subscription.company_ids)
    )


def wanted(subscriptions: Iterable[Subscription], case: CaseNews) -> Iterator[Wanted]:
    """Return what is to be told because a case is new or has changed."""
    for subscription in subscriptions:
        if not matches(subscription, case):
            continue
        for reason, nth in _turns(case, subscription.owner_no):
            # What pages nobody may still be given to somebody, who must know of it.
            if reason in subscription.reasons and (case.pages or reason is Reason.ASSIGNED):
                yield Wanted(subscription.subscription_id, case.case_id, reason, nth, subscription.channel_ids)


def _turns(case: CaseNews, owner_no: int) -> Iterator[tuple[Reason, int]]:
    again = case.times_again * AGAIN
    if case.ended:
        yield Reason.ENDED, case.rework + again
    else:
        yield Reason.OPENED, again
        if case.assignee_no == owner_no:
            # Whoever it is given back to, by a step or after another had it, is sent again.
            yield Reason.ASSIGNED, case.rework + max(case.times_sent - 1, 0)


def overdue(subscriptions: Sequence[Subscription], case: CaseNews, now: datetime) -> Iterator[Wanted]:
    """Return what is to be told of an open case because time has passed."""
    if case.ended or not case.pages:
        return
    for subscription in subscriptions:
        if not matches(subscription, case):
            continue
        if Reason.OVERDUE in subscription.reasons and case.due_at is not None and case.due_at <= now:
            nth = int(case.due_at.timestamp())  # a case that was extended may be overdue again
            yield Wanted(subscription.subscription_id, case.case_id, Reason.OVERDUE, nth, subscription.channel_ids)
        if case.status == "new":
            yield from _escalations(subscription, case, now)


def _escalations(subscription: Subscription, case: CaseNews, now: datetime) -> Iterator[Wanted]:
    waited_s = (now - (case.waits_since or case.opened_at)).total_seconds()
    tellings = [(level.after_s, level.channel_ids) for level in subscription.levels]
    if tellings:
        last_s, last_channels = tellings[-1]
        repeats = range(1, subscription.repeats + 1)
        tellings += [(last_s + nth * subscription.repeat_every_s, last_channels) for nth in repeats]
    for nth, (after_s, channel_ids) in enumerate(tellings, case.times_again * AGAIN):
        if waited_s >= after_s:
            yield Wanted(subscription.subscription_id, case.case_id, Reason.UNACKNOWLEDGED, nth, channel_ids)


def is_quiet(quiet_from: time | None, quiet_to: time | None, local: time) -> bool:
    """Tell whether a local time lies in quiet hours, the beginning included, the end not."""
    if quiet_from is None or quiet_to is None:
        return False
    if quiet_from <= quiet_to:
        return quiet_from <= local < quiet_to
    return local >= quiet_from or local < quiet_to


def has_lapsed(notice: Pending) -> bool:
    """Tell whether nobody needs to be told any more: the case was taken up, or has ended, while the notice waited."""
    if notice.reason is Reason.ENDED:
        return False
    return notice.case_status in ENDED or (notice.reason in LAPSES_WHEN_TAKEN_UP and notice.case_status != "new")


def due(
    subscription: Subscription, pending: Sequence[Pending], told: Sequence[datetime], now: datetime, utc_offset_h: float
) -> list[Message]:
    """Return the messages that are to be made of a subscription's pending notices now.

    Args:
        subscription: Whose.
        pending: Notices that have not lapsed, the oldest first.
        told: When messages were made for it during the last minute.
        now: The present instant.
        utc_offset_h: Of the city, for quiet hours. [h]
    """
    local = (now + timedelta(hours=utc_offset_h)).timetz().replace(tzinfo=None)
    quiet = is_quiet(subscription.quiet_from, subscription.quiet_to, local)
    ready = [one for one in pending if not quiet or one.severity >= subscription.quiet_passes]
    recent = sum(1 for at in told if now - at < MINUTE)
    if len(ready) + recent <= subscription.digest_over:
        return [_single(channel_id, one) for one in ready for channel_id in one.channel_ids]
    if recent > subscription.digest_over:  # the minute's digest has gone out: the rest waits for the next minute
        return []
    return _digests(subscription.language, ready)


def _single(channel_id: UUID, one: Pending) -> Message:
    return Message(channel_id, (one.notice_no,), one.title, one.line, is_digest=False)


def _digests(language: str, ready: Sequence[Pending]) -> list[Message]:
    """Return one message a channel, the most severe cases first."""
    channels = dict.fromkeys(channel_id for one in ready for channel_id in one.channel_ids)
    messages = []
    for channel_id in channels:
        listed = [one for one in ready if channel_id in one.channel_ids]
        listed.sort(key=lambda one: (-one.severity, one.created_at, one.notice_no))
        if len(listed) == 1:
            messages.append(_single(channel_id, listed[0]))
            continue
        title, body = digest_title(language, listed), digest_body(language, listed)
        messages.append(Message(channel_id, tuple(one.notice_no for one in listed), title, body, is_digest=True))
    return messages
