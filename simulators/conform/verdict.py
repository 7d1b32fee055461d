"""All checks over one log: what conforms, what does not, what could not be tried."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from simulators.conform.check import Check, Finding
from simulators.conform.checks import CHECKS
from simulators.conform.needs import CAPTURE_NEEDS, NEEDS, Need, missing_need
from simulators.conform.observed import Log

Status = Literal["conforms", "breaks", "not_tried"]
Word = Literal["conforms", "no_breach_in_capture", "does_not_conform", "incomplete", "not_judged"]
EXIT_CODES: dict[Word, int] = {
    "conforms": 0,
    "no_breach_in_capture": 0,
    "does_not_conform": 1,
    "incomplete": 2,
    "not_judged": 2,
}
# The core of a trial: without these a terminal that loses records would pass.
CORE = ("keeps_unacknowledged", "keeps_unnamed", "refused_set_aside", "refused_alone", "reply_given")
SHOWN = 3  # findings of one check that are written out; the others are counted
COUNTED = 10_000  # and no further


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one check.

    Attributes:
        check: The check.
        status: Its end.
        findings: The first breaches.
        total: How many there were, `COUNTED` for that many or more.
        missing: What it lacked, where it was not tried.
    """

    check: Check
    status: Status
    findings: tuple[Finding, ...] = ()
    total: int = 0
    missing: Need | None = None

    @property
    def is_grave(self) -> bool:
        """Whether the terminal does not conform for this alone."""
        return self.status == "breaks" and self.check.severity == "must"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of a log: one outcome for each check, in the order of the table."""

    log: Log
    outcomes: tuple[Outcome, ...]

    def of(self, status: Status) -> list[Outcome]:
        """Return the outcomes of one kind, the gravest first."""
        return sorted((one for one in self.outcomes if one.status == status), key=lambda one: one.check.severity)

    @property
    def lacking(self) -> list[Need]:
        """What would have to be tried before the terminal may be called sound."""
        if self.log.mode == "capture":
            return [need for need in CAPTURE_NEEDS if not need.met(self.log)]
        ended = [NEEDS["to_the_end"]] if self.log.cut_short else []
        return ended + [
            Need(lambda _: False, f"{one.check.id}: {one.missing.en}", f"{one.check.id}：{one.missing.zh}")
            for one in self.outcomes
            if one.check.id in CORE and one.missing is not None
        ]

    @property
    def word(self) -> Word:
        """What is to be said of the terminal."""
        if not is_heard(self.log):
            return "not_judged"
        if any(one.is_grave for one in self.outcomes):
            return "does_not_conform"
        if self.lacking:
            return "incomplete"
        return "conforms" if self.log.mode == "live" else "no_breach_in_capture"

    @property
    def exit_code(self) -> int:
        """0 no breach, 1 does not conform, 2 not judged, or not to the end."""
        return EXIT_CODES[self.word]


def judge(log: Log, checks: Sequence[Check] = CHECKS) -> Verdict:
    """Return what every check finds in a log; a breach is told even where the rest of the check could not be tried."""
    return Verdict(log, tuple(_outcome(log, check) for check in checks))


def is_heard(log: Log) -> bool:
    """Return whether the terminal said anything itself, beside what the broker had kept of it."""
    return any(not content.message.stored for content in log.up)


def _outcome(log: Log, check: Check) -> Outcome:
    missing = missing_need(log, check.needs) if is_heard(log) else NEEDS["messages"]
    if missing is not None:
        return Outcome(check, "not_tried", missing=missing)
    found = list(islice(check.find(log), COUNTED))
    return Outcome(check, "breaks" if found else "conforms", tuple(found[:SHOWN]), len(found))
