"""When a case and its next step are due. Hours run by the clock: trucks drive at night, duty officers work at night."""

from __future__ import annotations

from datetime import datetime, timedelta

from supervision.cases.state import CaseState
from supervision.kinds import kind_of

# Whatever its kind: a severe case is taken up sooner. [min]
ACKNOWLEDGE_MOST_MIN = {3: 10}
# From acknowledging to sending somebody, and what the desk needs once the work on the spot is done.
ASSIGN_WITHIN = timedelta(hours=1)
DESK_WITHIN = timedelta(hours=24)


def due_times(kind: str, severity: int, opened_at: datetime) -> tuple[datetime, datetime]:
    """Return when a case is to be acknowledged and when closed."""
    row = kind_of(kind)
    acknowledge_min = min(row.acknowledge_min, ACKNOWLEDGE_MOST_MIN.get(severity, row.acknowledge_min))
    return opened_at + timedelta(minutes=acknowledge_min), opened_at + timedelta(hours=row.due_h)


def step_due(state: CaseState, now: datetime) -> datetime | None:
    """Return when the step after the one taken now is due, None where nothing is left to do."""
    dues = {
        "new": state.acknowledge_by,
        "acknowledged": min(now + ASSIGN_WITHIN, state.due_at),
        "assigned": state.due_at,
        "handled": now + DESK_WITHIN,
        "verified": now + DESK_WITHIN,
    }
    return dues.get(state.status)


def overdue(state: CaseState, now: datetime) -> bool:
    """Tell whether a case is late, or ended late; one that was no violation never is.

    `storage.lateness.OVERDUE` is the same condition.
    """
    if state.status == "false_positive":
        return False
    return has_been_late(state, now) if state.ended else now > state.due_at


def has_been_late(state: CaseState, now: datetime) -> bool:
    """Tell whether a case was overdue at any time, whatever became of it."""
    return state.was_late or (state.ended_at or now) > state.due_at
