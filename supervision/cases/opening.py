"""How events become cases: one event after the other, in the order of their changes, into a book of what is open.

- A violation opens a case; a later one of the same truck (or device, or place) and kind joins the open case while that
  is not dealt with and the merge time of its kind has not passed.
- An event that late records made untrue ends its case as a false positive "by the records" where nobody has touched it,
  and is told of by a step where somebody has.
- What ended stays ended: an event that holds again reopens only what the records alone had ended, by a step of its own,
  and with its full time: nobody could work it meanwhile.

Every decision depends on what the book holds and on the event alone, so that reading the same changes twice, or in
pieces of any size, gives the same.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from supervision.cases.due import due_times, has_been_late, step_due
from supervision.cases.reasons import WITHDRAWN
from supervision.cases.state import RECORDS, CaseState, StepRecord
from supervision.kinds import kind_of

CASE_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "urn:muckline:case")
# Facts such as a normal unloading are no violations.
LEAST_SEVERITY = 1
NOT_DEALT_WITH = frozenset({"new", "acknowledged", "assigned"})

Subject = tuple[str, int | None, str, str | None]


@dataclass(frozen=True, slots=True)
class EventSeen:
    """An event as it is now.

    Attributes:
        subject_id: Of what is no truck.
        newest_time: Up to which it is known to have gone on.
    """

    event_id: UUID
    kind: str
    severity: int
    vehicle_no: int | None
    company_id: str | None
    district_id: str | None
    subject_kind: str
    subject_id: str | None
    lon_deg: float | None
    lat_deg: float | None
    start_time: datetime
    end_time: datetime | None
    newest_time: datetime
    back_dated: bool
    withdrawn: bool

    @property
    def subject(self) -> Subject:
        """Return what is merged: the same kind of the same truck, device or place."""
        return (self.kind, self.vehicle_no, self.subject_kind, self.subject_id)


@dataclass(frozen=True, slots=True)
class EventKept:
    """An event as its case knew it last."""

    start_time: datetime
    end_time: datetime | None
    newest_time: datetime
    severity: int
    withdrawn: bool

    @classmethod
    def of(cls, event: EventSeen) -> EventKept:
        """Return what a case keeps of an event."""
        return cls(event.start_time, event.end_time, event.newest_time, event.severity, event.withdrawn)


@dataclass(slots=True)
class CaseBook:
    """Cases that events may concern, and what became of them; filled by storage, written back by it.

    Attributes:
        states: By case; entered by `add`.
        of_subject: Cases by what is merged into them.
        events: Of each case, what it keeps of its events.
        touched: Cases of which a person has taken a step.
        places: Of cases opened here, where they began: longitude and latitude. [deg]
        case_of: By event.
        opened: Cases opened here, in order.
        changed: Cases changed or opened here.
        joined: Events new to their case or changed, by event.
        steps: Steps taken here, in order.
    """

    states: dict[UUID, CaseState] = field(default_factory=dict)
    events: dict[UUID, dict[UUID, EventKept]] = field(default_factory=dict)
    touched: set[UUID] = field(default_factory=set)
    places: dict[UUID, tuple[float | None, float | None]] = field(default_factory=dict)
    case_of: dict[UUID, UUID] = field(default_factory=dict)
    opened: list[UUID] = field(default_factory=list)
    changed: dict[UUID, None] = field(default_factory=dict)
    joined: dict[UUID, None] = field(default_factory=dict)
    steps: list[tuple[UUID, StepRecord]] = field(default_factory=list)
    of_subject: defaultdict[Subject, list[UUID]] = field(default_factory=lambda: defaultdict(list))

    def add(self, case_id: UUID, state: CaseState) -> None:
        """Enter a case."""
        self.states[case_id] = state
        self.of_subject[(state.kind, state.vehicle_no, state.subject_kind, state.subject_id)].append(case_id)


def enter(book: CaseBook, event: EventSeen, now: datetime) -> None:
    """Let an event, new or changed, have its effect on the book."""
    case_id = book.case_of.get(event.event_id)
    if case_id is not None:
        _change(book, case_id, event, now)
    elif not event.withdrawn and event.severity >= LEAST_SEVERITY:
        into = _open_case_for(book, event)
        if into is None:
            _open(book, event, now)
        else:
            _join(book, into, event, now)


def _open_case_for(book: CaseBook, event: EventSeen) -> UUID | None:
    merge = timedelta(minutes=kind_of(event.kind).merge_min)
    found = [case_id for case_id in book.of_subject[event.subject] if _takes(book.states[case_id], event, merge)]
    return max(found, key=lambda case_id: (book.states[case_id].opened_at, case_id), default=None)


def _takes(state: CaseState, event: EventSeen, merge: timedelta) -> bool:
    """Tell whether a case takes an event: after it was dealt with, only what happened before that."""
    if state.source != "event" or state.ended:
        return False
    if state.status not in NOT_DEALT_WITH and event.start_time >= (state.handled_at or state.opened_at):
        return False
    soon_after = state.end_time is None or event.start_time <= state.newest_time + merge
    return soon_after and event.newest_time >= state.start_time - merge


def _open(book: CaseBook, event: EventSeen, now: datetime) -> None:
    case_id = uuid.uuid5(CASE_NAMESPACE, str(event.event_id))
    acknowledge_by, due_at = due_times(event.kind, event.severity, now)
    state = CaseState(
        kind=event.kind,
        severity=event.severity,
        status="new",
        version=1,
        opened_at=now,
        acknowledge_by=acknowledge_by,
        first_due_at=due_at,
        due_at=due_at,
        step_due_at=acknowledge_by,
        start_time=event.start_time,
        end_time=event.end_time,
        newest_time=event.newest_time,
        paged=not event.back_dated,
        vehicle_no=event.vehicle_no,
        company_id=event.company_id,
        district_id=event.district_id,
        subject_kind=event.subject_kind,
        subject_id=event.subject_id,
    )
    book.add(case_id, state)
    book.places[case_id] = (event.lon_deg, event.lat_deg)
    book.opened.append(case_id)
    _keep(book, case_id, event)
    _tell(book, case_id, "open", now, was=None, becomes="new", detail={"event_id": str(event.event_id)})


def _join(book: CaseBook, case_id: UUID, event: EventSeen, now: datetime) -> None:
    state = book.states[case_id]
    _keep(book, case_id, event)
    state = replace(state, paged=state.paged or not event.back_dated, version=state.version + 1)
    book.states[case_id] = _summed_up(book, case_id, state)
    detail = {"event_id": str(event.event_id)}
    _tell(book, case_id, "event", now, was=state.status, becomes=state.status, detail=detail)


def _change(book: CaseBook, case_id: UUID, event: EventSeen, now: datetime) -> None:
    known = book.events[case_id][event.event_id]
    if EventKept.of(event) == known:
        return
    was = book.states[case_id]
    _keep(book, case_id, event)
    book.states[case_id] = state = _summed_up(book, case_id, was)
    detail: dict[str, Any] = {"event_id": str(event.event_id)}
    if event.withdrawn and not known.withdrawn:
        _withdraw(book, case_id, detail, now)
    elif known.withdrawn and not event.withdrawn:
        _hold_again(book, case_id, detail, now)
    elif state.severity != was.severity:
        _note(book, case_id, "event", detail | {"severity": state.severity, "was_severity": was.severity}, now)


def _withdraw(book: CaseBook, case_id: UUID, detail: dict[str, Any], now: datetime) -> None:
    state = book.states[case_id]
    none_holds = all(kept.withdrawn for kept in book.events[case_id].values())
    if none_holds and state.status == "new" and case_id not in book.touched:
        book.states[case_id] = replace(
            state,
            status="false_positive",
            false_reason=WITHDRAWN,
            ended_at=now,
            step_due_at=None,
            version=state.version + 1,
        )
        detail |= {"reason": WITHDRAWN}
        _tell(book, case_id, "false_positive", now, was="new", becomes="false_positive", detail=detail)
    else:
        _note(book, case_id, "withdrawn", detail | {"all": none_holds}, now)


def _hold_again(book: CaseBook, case_id: UUID, detail: dict[str, Any], now: datetime) -> None:
    state = book.states[case_id]
    if state.false_reason != WITHDRAWN:
        _note(book, case_id, "event", detail | {"holds_again": True}, now)
        return
    late = has_been_late(state, now)
    state = replace(state, status="new", false_reason=None, ended_at=None, was_late=late, version=state.version + 1)
    state = _summed_up(book, case_id, state)
    acknowledge_by, due_at = due_times(state.kind, state.severity, now)
    state = replace(state, acknowledge_by=acknowledge_by, first_due_at=due_at, due_at=due_at)
    book.states[case_id] = replace(state, step_due_at=step_due(state, now))
    detail |= {"holds_again": True}
    _tell(book, case_id, "reopen", now, was="false_positive", becomes="new", detail=detail)


def _note(book: CaseBook, case_id: UUID, step: str, detail: dict[str, Any], now: datetime) -> None:
    """Tell of something that whoever works the case must see before they go on."""
    state = book.states[case_id]
    book.states[case_id] = replace(state, version=state.version + 1)
    _tell(book, case_id, step, now, was=state.status, becomes=state.status, detail=detail)


def _keep(book: CaseBook, case_id: UUID, event: EventSeen) -> None:
    book.events.setdefault(case_id, {})[event.event_id] = EventKept.of(event)
    book.case_of[event.event_id] = case_id
    book.joined[event.event_id] = None
    book.changed[case_id] = None


def _summed_up(book: CaseBook, case_id: UUID, state: CaseState) -> CaseState:
    """Return the case with the times and severity of the events that hold; all of them where none does."""
    kept = list(book.events[case_id].values())
    holding = [event for event in kept if not event.withdrawn] or kept
    ends = [event.end_time for event in holding if event.end_time is not None]
    return replace(
        state,
        severity=state.severity if state.ended else max(event.severity for event in holding),
        start_time=min(event.start_time for event in holding),
        end_time=max(ends) if len(ends) == len(holding) else None,
        newest_time=max(event.newest_time for event in holding),
    )


def _tell(
    book: CaseBook, case_id: UUID, step: str, now: datetime, *, was: str | None, becomes: str, detail: dict[str, Any]
) -> None:
    book.steps.append((case_id, StepRecord(step, now, RECORDS, was, becomes, None, detail)))
