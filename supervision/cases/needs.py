"""What a step must carry: one check a need."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from supervision.cases.errors import StepIncomplete, StepNotAllowed
from supervision.cases.reasons import EXTENSION_REASONS, FALSE_POSITIVE_REASONS
from supervision.cases.state import Actor, CaseState, StepOrder
from supervision.kinds import Words, kind_of

# Who works a case extends it once; more is the decision of whoever verifies, and has an end.
EXTENSIONS_OF_WORKERS = 1
EXTENSIONS_MOST = 3
EXTENSION_MOST = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Asked:
    """A step that somebody wants to take of a case."""

    state: CaseState
    order: StepOrder
    actor: Actor
    now: datetime
    critical: bool


def check_needs(needs: Sequence[str], asked: Asked) -> None:
    """Return if the order carries all that its step needs.

    Raises:
        StepIncomplete: Something is missing or wrong.
        StepNotAllowed: An extension that comes too late or once too often.
    """
    for need in needs:
        NEEDS[need](asked)


def no_extension(state: CaseState, actor: Actor, now: datetime) -> str | None:
    """Return why a case cannot be extended any more, None where it can."""
    if now >= state.due_at:
        return f"expected an extension before the case was due ({state.due_at.isoformat()}), it is late"
    most = EXTENSIONS_MOST if actor.may_verify else EXTENSIONS_OF_WORKERS
    if state.extensions >= most:
        return f"expected at most {most} extensions by this role, the case has had {state.extensions}"
    return None


def extended_to(state: CaseState, order: StepOrder) -> datetime:
    """Return until when an extension goes: as asked, or as long again as the kind has at first."""
    return order.due_at or state.due_at + timedelta(hours=kind_of(state.kind).due_h)


def _comment(asked: Asked) -> None:
    if not asked.order.comment:
        raise StepIncomplete(f"expected a comment for {asked.order.step}, got none", missing="comment")


def _comment_if_critical(asked: Asked) -> None:
    if asked.critical and not asked.order.comment:
        raise StepIncomplete("expected a comment, as the case is critical, got none", missing="comment")


def _comment_if_other(asked: Asked) -> None:
    if asked.order.reason == "other" and not asked.order.comment:
        raise StepIncomplete("expected a comment beside the reason 'other', got none", missing="comment")


def _comment_or_photo(asked: Asked) -> None:
    if not asked.order.comment and not asked.order.photos:
        raise StepIncomplete(f"expected a comment or a photo for {asked.order.step}, got neither", missing="comment")


def _reason_of(table: dict[str, Words], asked: Asked) -> None:
    if asked.order.reason not in table:
        named = ", ".join(table)
        raise StepIncomplete(f"expected a reason of {named}; got {asked.order.reason!r}", missing="reason")


def _false_reason(asked: Asked) -> None:
    _reason_of(FALSE_POSITIVE_REASONS, asked)


def _extension(asked: Asked) -> None:
    state = asked.state
    _reason_of(EXTENSION_REASONS, asked)
    _comment_if_other(asked)
    if (why_not := no_extension(state, asked.actor, asked.now)) is not None:
        raise StepNotAllowed(why_not)
    until = extended_to(state, asked.order)
    if not state.due_at < until <= state.due_at + EXTENSION_MOST:
        raise StepIncomplete(
            f"expected a new due time at most {EXTENSION_MOST.days} days after {state.due_at.isoformat()}, "
            f"got {until.isoformat()}",
            missing="due_at",
        )


def _assignee(asked: Asked) -> None:
    if asked.order.assignee_no is None:
        raise StepIncomplete("expected an assignee, got none", missing="assignee")


def _satisfaction(asked: Asked) -> None:
    if asked.order.satisfaction is None or not 1 <= asked.order.satisfaction <= 5:
        got = asked.order.satisfaction
        raise StepIncomplete(f"expected a satisfaction from 1 to 5, got {got}", missing="satisfaction")


def _truck(asked: Asked) -> None:
    if asked.order.truck is None:
        raise StepIncomplete("expected the vehicle_id of a truck, got none", missing="vehicle_id")


NEEDS: dict[str, Callable[[Asked], None]] = {
    "comment": _comment,
    "comment_if_critical": _comment_if_critical,
    "comment_if_other": _comment_if_other,
    "comment_or_photo": _comment_or_photo,
    "false_reason": _false_reason,
    "extension": _extension,
    "assignee": _assignee,
    "satisfaction": _satisfaction,
    "truck": _truck,
}
