"""What a twin found: an event without the vehicle's name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from oracles.row import Row, Run
from rules_engine.event import FixKey


@dataclass
class Found:
    kind: str
    start: FixKey
    confirmed_ms: int
    end_ms: int | None
    place: tuple[float, float]
    severity: int
    opening: dict[str, Any]
    closing: dict[str, Any] | None


class Pending:
    """An episode that goes on; `opening` is set by who knows what it was confirmed by."""

    def __init__(self, row: Row, hold_s: float, min_fixes: int) -> None:
        self.run = Run(row, hold_s, min_fixes)
        self.opening: dict[str, Any] | None = None

    def add(self, row: Row) -> bool:
        return self.run.add(row)

    def found(self, kind: str, severity: int, end_ms: int, closing: dict[str, Any] | None) -> Found:
        assert self.opening is not None
        assert self.run.confirmed_ms is not None
        return Found(
            kind=kind,
            start=self.run.start,
            confirmed_ms=self.run.confirmed_ms,
            end_ms=None if closing is None else end_ms,
            place=self.run.place,
            severity=severity,
            opening=self.opening,
            closing=closing,
        )
