"""Why a step is not taken; nothing was changed then.

CaseRefused
├── UnknownCase         the asker sees no such case
├── StepNotPermitted    the role may not take this step
├── StepNotAllowed      not from the status that the case has
├── CaseMovedOn         somebody took a step since the asker looked
├── StepIncomplete      a comment, a reason or another part is missing or wrong
├── NobodyOnDuty        the roster names nobody for the district at this time
├── BadReport           a report without place, or of a time that cannot be
├── TooManyReports      one person reports faster than anybody could read
├── BadPhoto            what was sent is no picture, or too large a one
└── BadRoster           shifts that contradict each other
"""

from __future__ import annotations

from typing import Any


class CaseRefused(Exception):  # noqa: N818 - reads as what it is
    """A step is not taken.

    Attributes:
        facts: For programs.
    """

    def __init__(self, detail: str, **facts: Any) -> None:
        super().__init__(detail)
        self.facts = facts


class UnknownCase(CaseRefused):
    """The asker sees no such case."""


class StepNotPermitted(CaseRefused):
    """The role may not take this step."""


class StepNotAllowed(CaseRefused):
    """The step does not lead on from the case's status."""


class CaseMovedOn(CaseRefused):
    """The case is no longer as the asker saw it."""


class StepIncomplete(CaseRefused):
    """A part of the step is missing or wrong."""


class NobodyOnDuty(CaseRefused):
    """The roster names nobody."""


class TooManyReports(CaseRefused):
    """One person reports too much."""


class BadReport(CaseRefused):
    """A report cannot be taken."""


class BadPhoto(CaseRefused):
    """What was sent is no photo."""


class BadRoster(CaseRefused):
    """Shifts contradict each other."""
