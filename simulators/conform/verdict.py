"""All checks over one log: what conforms, what does not, what could not be tried."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from simulators.conform.check import Check, Finding
from simulators.conform.checks import CHECKS
from simulators.conform.needs import Need, missing_need
from simulators.conform.observed import Log

Status = Literal["conforms", "breaks", "not_tried"]
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
    def is_judged(self) -> bool:
        """Whether enough was heard: one grave breach is enough, that there is none takes the whole trial."""
        return bool(self.log.up) and (self.has_grave or not self.log.cut_short)

    @property
    def has_grave(self) -> bool:
        """Whether something grave was found."""
        return any(one.is_grave for one in self.outcomes)

    @property
    def exit_code(self) -> int:
        """0 conforms, 1 does not, 2 could not be judged."""
        return 2 if not self.is_judged else int(self.has_grave)


def judge(log: Log, checks: Sequence[Check] = CHECKS) -> Verdict:
    """Return what every check finds in a log; a breach is told even where the rest of the check could not be tried."""
    return Verdict(log, tuple(_outcome(log, check) for check in checks))


def _outcome(log: Log, check: Check) -> Outcome:
    missing = missing_need(log, check.needs)
    if missing is not None:
        return Outcome(check, "not_tried", missing=missing)
    found = list(islice(check.find(log), COUNTED))
    return Outcome(check, "breaks" if found else "conforms", tuple(found[:SHOWN]), len(found))
