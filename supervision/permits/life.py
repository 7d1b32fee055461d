"""The life of an application: who may take which step from where, and what needs a reason.

draft ── submit ──> submitted ── approve ──> approved
                      │ ^  └──── reject ───> rejected
               send_back submit
                      v │
                    returned          withdraw: from draft, submitted or returned to withdrawn
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Kind = Literal["new", "change", "extension"]
Status = Literal["draft", "submitted", "returned", "approved", "rejected", "withdrawn"]
Side = Literal["company", "officer"]


@dataclass(frozen=True, slots=True)
class Step:
    """One step.

    Attributes:
        before: Statuses from which it leads on.
        after: The status that it leads to.
        side: Who takes it.
        commented: Whether somebody will ask the reason.
    """

    before: tuple[Status, ...]
    after: Status
    side: Side
    commented: bool = False


STEPS: Mapping[str, Step] = {
    "submit": Step(("draft", "returned"), "submitted", "company"),
    "withdraw": Step(("draft", "submitted", "returned"), "withdrawn", "company"),
    "approve": Step(("submitted",), "approved", "officer"),
    "send_back": Step(("submitted",), "returned", "officer", commented=True),
    "reject": Step(("submitted",), "rejected", "officer", commented=True),
}
EDITABLE: tuple[Status, ...] = ("draft", "returned")
OPEN: tuple[Status, ...] = ("draft", "submitted", "returned")


def allowed_steps(status: str, sides: frozenset[Side]) -> list[str]:
    """Return the steps that somebody may take of an application of a status."""
    return [name for name, step in STEPS.items() if status in step.before and step.side in sides]
