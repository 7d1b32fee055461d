"""Twin of rules_engine.load_state."""

from __future__ import annotations

from dataclasses import dataclass

from oracles.row import Row, Run
from rules_engine.event import FixKey
from rules_engine.load_state import EMPTY, HEAVY, UNKNOWN, LoadStateLimits

LIMITS = LoadStateLimits()


@dataclass
class Loading:
    start: FixKey
    place: tuple[float, float]
    empty_ms: int | None
    confirmed_ms: int
    load_kg: int


class LoadStateOracle:
    def __init__(self, capacity_kg: float) -> None:
        self.capacity_kg = capacity_kg
        self.state = UNKNOWN
        self.changed = False
        self.loading: Loading | None = None
        self._kind: int | None = None
        self._run: Run | None = None
        self._empty_ms: int | None = None
        self._empty_before_ms: int | None = None

    def step(self, row: Row) -> None:
        """Set `state`, `changed` and `loading` to what is so on this row."""
        self.changed, self.loading = False, None
        if row.load_kg is None:
            return
        if row.load_kg >= LIMITS.heavy_share * self.capacity_kg:
            kind = HEAVY
        elif row.load_kg <= LIMITS.empty_share * self.capacity_kg:
            kind = EMPTY
        else:
            return
        if self._run is None or kind != self._kind:
            self._kind, self._run = kind, Run(row, LIMITS.hold_s, int(LIMITS.min_fixes))
            self._empty_before_ms = self._empty_ms
        if kind == EMPTY:
            self._empty_ms = row.time_ms
        if self._run.add(row):
            self._become(row, kind)

    def _become(self, row: Row, kind: int) -> None:
        assert self._run is not None
        if kind == HEAVY and self.state == EMPTY:
            self.loading = Loading(
                self._run.start, self._run.place, self._empty_before_ms, row.time_ms, row.load_kg or 0
            )
        self.changed = kind != self.state
        self.state = kind
