"""What somebody wants to be told, and the case that it is held against."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time
from enum import StrEnum
from uuid import UUID


class Reason(StrEnum):
    """Why somebody is told of a case."""

    OPENED = "opened"
    ASSIGNED = "assigned"  # to the subscription's owner
    UNACKNOWLEDGED = "unacknowledged"  # a level of escalation
    OVERDUE = "overdue"
    ENDED = "ended"


MAX_LEVELS = 5
MAX_REPEATS = 10


@dataclass(frozen=True, slots=True)
class Level:
    """One level of escalation.

    Attributes:
        after_s: Told when nobody has acknowledged for so long. [s]
        channel_ids: Whom to tell.
    """

    after_s: int
    channel_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class Subscription:
    """What one person, or one district's duty group, wants to be told.

    Attributes:
        owner_no: Whose eyes it looks with: what its owner may not see it never tells.
        kinds: Of events; None for every kind. Likewise districts and companies.
        min_severity: From this severity on.
        reasons: Which turns of a case.
        quiet_from: Local time from which it is silent; None for never. Past midnight where it is later than `quiet_to`.
        quiet_passes: From this severity on it is told all the same.
        digest_over: More than this many within a minute become one message.
        levels: Escalation while nobody acknowledges, by growing time.
        plates: Whether its owner is given plates in full.
        repeats: How often the last level is told again, `repeat_every_s` apart.
    """

    subscription_id: UUID
    owner_no: int
    language: str
    kinds: frozenset[str] | None
    min_severity: int
    district_ids: frozenset[str] | None
    company_ids: frozenset[str] | None
    reasons: frozenset[Reason]
    channel_ids: tuple[UUID, ...]
    quiet_from: time | None
    quiet_to: time | None
    quiet_passes: int
    digest_over: int
    levels: tuple[Level, ...]
    repeats: int
    repeat_every_s: int
    plates: bool = True


@dataclass(frozen=True, slots=True)
class CaseNews:
    """A case as far as notices need it.

    Attributes:
        ended: Closed or a false positive.
        pages: Whether it may page anybody; cases of long ago do not.
        seen_by: Numbers of the owners who may see it.
        rework: How often it was sent back or reopened.
        times_sent: How often it was given to somebody else than before, the first time included.
        times_again: How often the records ended it and then brought it again.
        waits_since: Since when it is to be taken up, None for since it was opened.
    """

    case_id: UUID
    case_no: str
    kind: str
    severity: int
    status: str
    plate: str | None
    subject_id: str | None
    company_id: str | None
    company_name: str | None
    district_id: str | None
    opened_at: datetime
    due_at: datetime | None
    start: datetime
    assignee_no: int | None
    pages: bool
    ended: bool
    seen_by: frozenset[int]
    rework: int = 0
    times_sent: int = 1
    times_again: int = 0
    waits_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """One thing that a subscription is to be told; `nth` counts repeats of the same reason."""

    subscription_id: UUID
    case_id: UUID
    reason: Reason
    nth: int
    channel_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class Pending:
    """A notice that has not been told yet."""

    notice_no: int
    case_id: UUID
    reason: Reason
    severity: int
    channel_ids: tuple[UUID, ...]
    title: str
    line: str
    created_at: datetime
    case_status: str


@dataclass(frozen=True, slots=True)
class Message:
    """What goes to one channel: one notice, or a digest of several."""

    channel_id: UUID
    notice_nos: tuple[int, ...]
    title: str
    body: str
    is_digest: bool
