"""Twin of rules_engine.rules.fatigue."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from oracles.found import Found
from oracles.row import Row
from rules_engine.rules.fatigue import ENGINE_OFF, NAME, VERSION, WARNING, FatigueLimits

LIMITS = FatigueLimits()


@dataclass
class Span:
    first: Row
    moved_ms: int
    longest_ms: int = 0
    count: int = 1
    confirmed_ms: int | None = None
    first_longest_ms: int = 0


class FatigueOracle:
    def __init__(self, version: str, limits: FatigueLimits = LIMITS) -> None:
        self.version, self.limits = version, limits
        self.found: list[Found] = []
        self._span: Span | None = None
        self._moved_before = False

    def step(self, row: Row) -> None:
        moves = row.trusted and row.speed_mps > np.float32(self.limits.above_mps) and row.ignition != ENGINE_OFF
        drives = bool(moves and self._moved_before)
        self._moved_before = bool(moves)
        limits, rest_ms = self.limits, self.limits.rest_s * 1000
        unseen = row.gap_ms >= rest_ms and row.trusted and row.implied_mps > limits.silent_above_mps
        span = self._span
        if span is not None and not unseen and row.time_ms - span.moved_ms >= rest_ms:
            self._tell(over=True)
            self._span = span = None
        if not drives and not unseen:
            return
        if span is None:
            self._span = Span(row, row.time_ms)
            return
        stood_until_ms = row.time_ms - int(row.gap_ms) if unseen else row.time_ms
        span.longest_ms = max(span.longest_ms, stood_until_ms - span.moved_ms)
        span.moved_ms, span.count = row.time_ms, span.count + 1
        if span.confirmed_ms is None and row.time_ms - span.first.time_ms >= limits.hold_s * 1000:
            span.confirmed_ms, span.first_longest_ms = row.time_ms, span.longest_ms

    def finish(self) -> None:
        self._tell(over=False)

    def _tell(self, *, over: bool) -> None:
        span = self._span
        if span is None or span.confirmed_ms is None:
            return
        closing = {
            "duration_s": (span.moved_ms - span.first.time_ms) / 1000,
            "longest_stop_s": span.longest_ms / 1000,
            "fixes": span.count,
        }
        self.found.append(
            Found(
                kind=NAME,
                start=span.first.key,
                confirmed_ms=span.confirmed_ms,
                end_ms=span.moved_ms if over else None,
                place=span.first.place,
                severity=WARNING,
                opening={
                    "rule_version": VERSION,
                    "hold_s": self.limits.hold_s,
                    "rest_s": self.limits.rest_s,
                    "longest_stop_s": span.first_longest_ms / 1000,
                    "world_version": self.version,
                },
                closing=closing if over else None,
            )
        )
