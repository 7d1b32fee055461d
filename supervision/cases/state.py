"""What decisions about a case are made of: its state, an order to take a step, who gives it, and what comes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

ENDED = frozenset({"closed", "false_positive"})


@dataclass(frozen=True, slots=True)
class CaseState:
    """A case as far as steps and events change it; the columns of `cases` have the same names.

    Attributes:
        newest_time: Up to which its events are known to have gone on.
        first_due_at: Due before any extension.
        step_due_at: When the next step is due, None once it has ended.
        handler_no: Who handled it last.
        acknowledged_at: When it first came so far; likewise the next three.
        ended_at: When it ended last, None while it is open.
        rework: How often it was sent back or reopened.
        was_late: It was overdue before it was given time anew, and stays so however soon it is closed then.
    """

    kind: str
    severity: int
    status: str
    version: int
    opened_at: datetime
    acknowledge_by: datetime
    first_due_at: datetime
    due_at: datetime
    step_due_at: datetime | None
    start_time: datetime
    end_time: datetime | None
    newest_time: datetime
    paged: bool
    source: str = "event"
    vehicle_no: int | None = None
    company_id: str | None = None
    district_id: str | None = None
    subject_kind: str = "vehicle"
    subject_id: str | None = None
    extensions: int = 0
    assignee_no: int | None = None
    handler_no: int | None = None
    acknowledged_at: datetime | None = None
    assigned_at: datetime | None = None
    handled_at: datetime | None = None
    verified_at: datetime | None = None
    ended_at: datetime | None = None
    rework: int = 0
    was_late: bool = False
    satisfaction: int | None = None
    false_reason: str | None = None

    @property
    def ended(self) -> bool:
        """Tell whether nothing is left to do."""
        return self.status in ENDED


@dataclass(frozen=True, slots=True)
class Actor:
    """Who takes a step.

    Attributes:
        user_no: None for the records themselves.
        may_work: Takes the steps of the work.
        may_verify: Also those that end a case, or send it back.
    """

    user_no: int | None
    name: str
    display_name: str
    may_work: bool
    may_verify: bool


RECORDS = Actor(None, "records", "the records", may_work=False, may_verify=False)


@dataclass(frozen=True, slots=True)
class Truck:
    """A truck that a report turned out to be about."""

    vehicle_no: int
    vehicle_id: str
    company_id: str | None


@dataclass(frozen=True, slots=True)
class StepOrder:
    """A step that somebody wants to take; names are resolved already.

    Attributes:
        expected_version: The version that the one who orders has seen; None checks nothing.
        assignee_no: Whom to send.
        assignee_name: The same, for the record.
        due_at: Until when to extend.
        reason: Of an extension or a false positive.
        satisfaction: What the citizen said, 1 to 5.
        truck: The truck that a report is about.
    """

    step: str
    expected_version: int | None = None
    comment: str | None = None
    assignee_no: int | None = None
    assignee_name: str | None = None
    due_at: datetime | None = None
    reason: str | None = None
    satisfaction: int | None = None
    truck: Truck | None = None
    photos: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class StepRecord:
    """A step as it is kept for ever."""

    step: str
    at: datetime
    actor: Actor
    from_status: str | None
    to_status: str
    comment: str | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)
    photos: tuple[UUID, ...] = ()
