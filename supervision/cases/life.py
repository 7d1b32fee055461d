"""The life of a case: ONE table of steps, and the function that takes one.

    new 待受理 -> acknowledged 受理 -> assigned 派遣 -> handled 处置 -> verified 核查 -> closed 结案
    each of them but the last -> false_positive 误报

`send_back` leads from handled and verified to assigned, `reopen` from either end to acknowledged; both count as rework.
`extend`, `comment`, `call_back` and `confirm_vehicle` leave the status. What a step changes besides is in `effects`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from supervision.cases.due import step_due
from supervision.cases.effects import EFFECTS
from supervision.cases.errors import CaseMovedOn, StepNotAllowed, StepNotPermitted
from supervision.cases.needs import Asked, check_needs, no_extension
from supervision.cases.state import ENDED, Actor, CaseState, StepOrder, StepRecord
from supervision.kinds import kind_of

OPEN = frozenset({"new", "acknowledged", "assigned", "handled", "verified"})
ON_THE_WAY = frozenset({"acknowledged", "assigned"})
DONE = frozenset({"handled", "verified"})


@dataclass(frozen=True, slots=True)
class StepRule:
    """One row of the table.

    Attributes:
        sources: Statuses that it leads on from.
        target: Status after it, None for the one before it.
        verifies: Only who may verify takes it; otherwise who may work.
        needs: What it must carry: names of `needs.NEEDS`.
        conflicts: Refused where the case moved on meanwhile; a comment never contradicts anybody.
    """

    sources: frozenset[str]
    target: str | None
    verifies: bool = False
    needs: tuple[str, ...] = ()
    conflicts: bool = True


LIFE: dict[str, StepRule] = {
    "acknowledge": StepRule(frozenset({"new"}), "acknowledged"),
    "assign": StepRule(frozenset({"new"}) | ON_THE_WAY, "assigned", needs=("assignee",)),
    "extend": StepRule(ON_THE_WAY, None, needs=("extension",)),
    "handle": StepRule(ON_THE_WAY, "handled", needs=("comment_or_photo",)),
    "verify": StepRule(frozenset({"handled"}), "verified", verifies=True),
    "close": StepRule(ON_THE_WAY | DONE, "closed", verifies=True, needs=("comment_if_critical",)),
    "send_back": StepRule(DONE, "assigned", verifies=True, needs=("comment",)),
    "false_positive": StepRule(
        OPEN, "false_positive", verifies=True, needs=("false_reason", "comment_if_critical", "comment_if_other")
    ),
    "comment": StepRule(OPEN | ENDED, None, needs=("comment_or_photo",), conflicts=False),
    "reopen": StepRule(ENDED, "acknowledged", verifies=True, needs=("comment",)),
    "call_back": StepRule(frozenset({"closed"}), None, needs=("satisfaction",)),
    "confirm_vehicle": StepRule(OPEN, None, needs=("truck",)),
}

# Without the steps between: what is only a notice is closed from the desk, what is critical is always verified.
CLOSABLE: dict[int, frozenset[str]] = {
    0: ON_THE_WAY | DONE,
    1: ON_THE_WAY | DONE,
    2: DONE,
    3: frozenset({"verified"}),
}


def is_critical(state: CaseState) -> bool:
    """Tell whether whoever ends the case must say why."""
    return state.severity >= 3 or kind_of(state.kind).critical


def sources_of(step: str, state: CaseState) -> frozenset[str]:
    """Return the statuses that a step of this case leads on from."""
    if step == "close":
        return CLOSABLE[3 if is_critical(state) else state.severity]
    if step == "confirm_vehicle" and state.source == "event":
        return frozenset()  # the truck's own records say which it is
    return LIFE[step].sources


def allowed_steps(state: CaseState, actor: Actor, now: datetime) -> list[str]:
    """Return the steps that somebody could take now, in the order of the table."""
    return [
        step
        for step, rule in LIFE.items()
        if _permitted(rule, actor)
        and state.status in sources_of(step, state)
        and (step != "extend" or no_extension(state, actor, now) is None)
    ]


def take(state: CaseState, order: StepOrder, actor: Actor, now: datetime) -> tuple[CaseState, StepRecord]:
    """Return the case after a step, and the step as it is kept.

    Raises:
        StepNotPermitted: The role may not.
        CaseMovedOn: Somebody was faster.
        StepNotAllowed: It does not lead on from the case's status.
        StepIncomplete: Something is missing or wrong.
    """
    rule = LIFE[order.step]
    if not _permitted(rule, actor):
        raise StepNotPermitted(f"expected a role that may {order.step}, got one that may not", step=order.step)
    if rule.conflicts and order.expected_version not in (None, state.version):
        raise CaseMovedOn(f"expected version {order.expected_version} of the case, it is at {state.version}")
    sources = sources_of(order.step, state)
    if state.status not in sources:
        expected = ", ".join(sorted(sources)) or "of a report"
        raise StepNotAllowed(f"expected a case that is {expected} for {order.step}, this one is {state.status}")
    asked = Asked(state, order, actor, now, critical=is_critical(state))
    check_needs(rule.needs, asked)
    changed, detail = EFFECTS[order.step](asked)
    status = rule.target or state.status
    changed = replace(changed, status=status, version=state.version + 1)
    if rule.target is not None:
        changed = replace(changed, step_due_at=step_due(changed, now))
    step = StepRecord(order.step, now, actor, state.status, status, order.comment, detail, order.photos)
    return changed, step


def _permitted(rule: StepRule, actor: Actor) -> bool:
    return actor.may_verify if rule.verifies else actor.may_work
