"""What a check found: a stable code, a one-line cause, a one-line fix."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How much a finding matters."""

    FINE = "fine"
    NOTE = "note"
    WARNING = "warning"
    BLOCKING = "blocking"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the doctor's report.

    Attributes:
        code: Stable name of what was looked at, as documents and support cite it.
        subject: What was looked at, in words.
        level: How much it matters.
        cause: What was found.
        fix: What to do about it; empty where nothing needs doing.
    """

    code: str
    subject: str
    level: Level
    cause: str
    fix: str = ""


def fine(code: str, subject: str, cause: str) -> Finding:
    """Return a finding that needs nothing done."""
    return Finding(code, subject, Level.FINE, cause)
