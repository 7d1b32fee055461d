"""Why an application for a permit is not taken further; nothing was changed then.

ApplicationRefused
├── UnknownApplication      the asker sees no such application
├── ApplicationStepRefused  not from the status that the application has
├── ApplicationMovedOn      somebody took a step since the asker looked
└── NotTheirsToDecide       the role may not, the site lies in another district, or it is no company's user

What is wrong with the content is `supervision.registers.faults.Refused`, each fault with its member.
"""

from __future__ import annotations

from typing import Any


class ApplicationRefused(Exception):  # noqa: N818 - reads as what it is
    """A step of an application is not taken.

    Attributes:
        facts: For programs.
    """

    def __init__(self, detail: str, **facts: Any) -> None:
        super().__init__(detail)
        self.facts = facts


class UnknownApplication(ApplicationRefused):
    """The asker sees no such application."""


class ApplicationStepRefused(ApplicationRefused):
    """The step does not lead on from the application's status."""


class ApplicationMovedOn(ApplicationRefused):
    """The application is no longer as the asker saw it."""


class NotTheirsToDecide(ApplicationRefused):
    """The step is somebody else's to take."""
