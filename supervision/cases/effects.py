"""What each step changes of a case besides its status, and what is kept of it beyond the comment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from supervision.cases.due import due_times, has_been_late
from supervision.cases.needs import Asked, extended_to
from supervision.cases.state import CaseState

Effect = Callable[[Asked], tuple[CaseState, dict[str, Any]]]


def _acknowledge(asked: Asked) -> tuple[CaseState, dict[str, Any]]:
    return replace(asked.state, acknowledged_at=asked.state.acknowledged_at or asked.now), {}


def _assign(asked: Asked) -> tuple[CaseState, dict[str, Any]]:
    """Whoever sends somebody has taken the case up."""
    changed = replace(
        asked.state,
        assignee_no=asked.order.assignee_no,
        acknowledged_at=asked.state.acknowledged_at or asked.now,
        assigned_at=asked.state.assigned_at or asked.now,
    )
    return changed, {"assignee": asked.order.assignee_name}


def _extend(asked: Asked) -> tuple[CaseState, dict[str, Any]]:
    due_at = extended_to(asked.state, asked.order)
    changed = replace(asked.state, due_at=due_at, extensions=asked.state.extensions + 1)
    if asked.state.status == "assigned":
        changed = replace(changed, step_due_at=due_at)
    return changed, {
        "reason": asked.order.reason,
        "due_at": due_at.isoformat(),
        "was_due_at": asked.state.due_at.isoformat(),
    }


def _handle(asked: Asked) -> tuple[CaseState, dict[str, Any]]:
    return replace(asked.state, handler_no=asked.actor.user_no, handled_at=asked.state.handled_at or asked.now), {}


def _verify(asked: Asked) -> tuple[CaseState, dict[str, Any]]:
    return replace(asked.state, verified_at=asked.state.verified_at or asked.now), {}


def _close(asked: Asked) -> tuple[CaseState, dict[str, Any]]:
    return replace(asked.state, ended_at=asked.now), {}


def _send_back(asked: Asked) -> tuple[CaseState, dict[str, Any]]:
    """It goes to whoever was sent, else to whoever handled it."""
    back_to = asked.state.assignee_no if asked.state.assignee_no is not None else asked.state.handler_no
    return replace(
        asked.state,
        assignee_no=back_to,
        assigned_at=asked.state.assigned_at or asked.now,
        rework=asked.state.rework + 1,
    ), {}


def _false_positive(asked: Asked) -> tuple[CaseState, dict[str, Any]]:
    return replace(asked.state, ended_at=asked.now, false_reason=asked.order.reason), {"reason": asked.order.reason}


def _comment(asked: Asked) -> tuple[CaseState, dict[str, Any]]:
    return asked.state, {}


def _reopen(asked: Asked) -> tuple[CaseState, dict[str, Any]]:
    """Work begins anew, with the time that the kind has; that it was due once already, or late, stays in the record."""
    _, due_at = due_times(asked.state.kind, asked.state.severity, asked.now)
    changed = replace(
        asked.state,
        ended_at=None,
        false_reason=None,
        satisfaction=None,
        rework=asked.state.rework + 1,
        acknowledged_at=asked.state.acknowledged_at or asked.now,
        due_at=max(due_at, asked.state.due_at),
        was_late=has_been_late(asked.state, asked.now),
        extensions=asked.state.extensions + 1,
    )
    return changed, {"was_due_at": asked.state.due_at.isoformat(), "due_at": changed.due_at.isoformat()}


def _call_back(asked: Asked) -> tuple[CaseState, dict[str, Any]]:
    return replace(asked.state, satisfaction=asked.order.satisfaction), {"satisfaction": asked.order.satisfaction}


def _confirm_vehicle(asked: Asked) -> tuple[CaseState, dict[str, Any]]:
    truck = asked.order.truck
    if truck is None:
        raise ValueError("expected a truck, which the step's needs check")
    changed = replace(
        asked.state, vehicle_no=truck.vehicle_no, company_id=truck.company_id, subject_kind="vehicle", subject_id=None
    )
    return changed, {"vehicle_id": truck.vehicle_id}


EFFECTS: dict[str, Effect] = {
    "acknowledge": _acknowledge,
    "assign": _assign,
    "extend": _extend,
    "handle": _handle,
    "verify": _verify,
    "close": _close,
    "send_back": _send_back,
    "false_positive": _false_positive,
    "comment": _comment,
    "reopen": _reopen,
    "call_back": _call_back,
    "confirm_vehicle": _confirm_vehicle,
}
