"""Twin of rules_engine.rules.uncovered_haul."""

from __future__ import annotations

import math

import numpy as np

from oracles.found import Found, Pending
from oracles.row import Held, Row
from rules_engine.rules.uncovered_haul import CLOSED, NAME, NOTICE, OPEN, VERSION, WARNING, UncoveredHaulLimits

LIMITS = UncoveredHaulLimits()


class UncoveredHaulOracle:
    def __init__(self, version: str) -> None:
        self.version = version
        self.found: list[Found] = []
        self._pending: Pending | None = None
        self._clear = Held(LIMITS.clear_hold_s)
        self._speed_mps = -math.inf
        self._first_speed_mps = -math.inf

    def step(self, row: Row, heavy: bool) -> None:
        bare = heavy and row.cover == OPEN and not row.in_place
        clear = row.cover == CLOSED or not heavy or (row.in_place and row.cover == OPEN)
        if bare and row.speed_mps > np.float32(LIMITS.above_mps):
            self._add(row)
        if self._clear.step(row, clear, bare):
            self._tell(over=True)
            self._pending = None

    def _add(self, row: Row) -> None:
        if self._pending is None:
            self._pending = Pending(row, LIMITS.hold_s, int(LIMITS.min_fixes))
            self._speed_mps = -math.inf
        self._speed_mps = max(self._speed_mps, float(row.speed_mps))
        if self._pending.add(row):
            self._first_speed_mps = self._speed_mps
            self._pending.opening = {
                "rule_version": VERSION,
                "max_speed_mps": self._speed_mps,
                "above_mps": LIMITS.above_mps,
                "severe_above_mps": LIMITS.severe_above_mps,
                "hold_s": LIMITS.hold_s,
                "world_version": self.version,
            }

    def finish(self) -> None:
        self._tell(over=False)

    def _tell(self, *, over: bool) -> None:
        pending = self._pending
        if pending is None or pending.opening is None:
            return
        speed_mps = self._speed_mps if over else self._first_speed_mps
        closing = {
            "max_speed_mps": self._speed_mps,
            "duration_s": (pending.run.last_ms - pending.run.start.fix_time_ms) / 1000,
            "fixes": pending.run.count,
        }
        severity = WARNING if speed_mps > LIMITS.severe_above_mps else NOTICE
        self.found.append(pending.found(NAME, severity, pending.run.last_ms, closing if over else None))
