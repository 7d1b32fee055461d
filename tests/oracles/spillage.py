"""Twin of rules_engine.minutes and rules_engine.rules.spillage."""

from __future__ import annotations

from dataclasses import dataclass

from oracles.found import Found
from oracles.row import Held, Row
from oracles.unloading import LevelOracle, MotionOracle
from rules_engine.minutes import MINUTE_MS
from rules_engine.rules.spillage import CRITICAL, LASTING, NAME, OPEN, VERSION, WARNING, SpillageLimits

LIMITS = SpillageLimits()


@dataclass
class Minute:
    minute: int
    first: Row
    sum_kg: int = 0
    count: int = 0
    open: bool = False


class SpillageOracle:
    def __init__(self, version: str) -> None:
        self.version = version
        self.found: list[Found] = []
        self._standing = Held(LIMITS.stand_s)
        self._current: Minute | None = None
        self._minutes: list[Minute] = []  # those that are over, since the truck started anew
        self._less = 0
        self._told = False
        self._rises_kg, self._rises = 0, 0

    def step(self, row: Row, heavy: bool, motion: MotionOracle, level: LevelOracle, new_load: bool) -> None:
        if self._current is not None and row.time_ms // MINUTE_MS != self._current.minute:
            self._over()
        long_stand = self._standing.step(row, motion.slow, not motion.slow)
        if new_load or long_stand or level.resumed or (motion.lifted and not motion.lifted_before):
            if self._current is not None:
                self._over()
            self._minutes, self._less = [], 0
            self._told = self._told and not new_load
        if heavy and row.load_kg is not None and not motion.slow and not motion.lifted:
            if self._current is None:
                self._current = Minute(row.time_ms // MINUTE_MS, row)
            self._current.sum_kg += row.load_kg
            self._current.count += 1
            self._current.open |= row.cover == OPEN

    def _level_kg(self, i: int) -> float | None:
        if i < 1:
            return None
        pair = self._minutes[i - 1 : i + 1]
        count = sum(minute.count for minute in pair)
        return sum(minute.sum_kg for minute in pair) / count if count >= LIMITS.least_fixes else None

    def _over(self) -> None:
        assert self._current is not None
        self._minutes.append(self._current)
        self._current = None
        i = len(self._minutes) - 1
        level_kg = self._level_kg(i)
        if i == 0:
            self._rises_kg, self._rises = self._rises_kg // 2, self._rises // 2
        earlier_kg = self._level_kg(i - 2)
        if level_kg is not None and earlier_kg is not None and level_kg > earlier_kg:
            self._rises_kg, self._rises = self._rises_kg + round(level_kg - earlier_kg), self._rises + 1
        peak_kg, peak = None, 0
        for k in range(i - 2, max(i - 11, -1), -1):
            kg = self._level_kg(k)
            within = self._minutes[i].minute - self._minutes[k].minute <= LIMITS.within_min
            if kg is not None and within and (peak_kg is None or kg > peak_kg):
                peak_kg, peak = kg, self._minutes[k].minute
        less, least_kg = False, 0.0
        if level_kg is not None and peak_kg is not None:
            least_kg = max(LIMITS.lost_share * peak_kg, LIMITS.lost_kg)
            if self._rises >= LIMITS.least_rises:
                least_kg = max(least_kg, LIMITS.wander_factor * (self._rises_kg / self._rises))
            less = peak_kg - level_kg >= least_kg
        self._less = self._less + 1 if less else 0
        if self._less >= LASTING and not self._told:
            assert peak_kg is not None
            assert level_kg is not None
            self._tell(peak_kg, peak, level_kg, least_kg)

    def _tell(self, peak_kg: float, peak: int, level_kg: float, least_kg: float) -> None:
        self._told = True
        before, now = self._minutes[-2:]
        end_ms = (now.minute + 1) * MINUTE_MS
        uncovered = before.open or now.open
        opening = {
            "rule_version": VERSION,
            "world_version": self.version,
            "peak_kg": peak_kg,
            "peak_ms": (peak - 1) * MINUTE_MS,
            "level_kg": level_kg,
            "lost_kg": peak_kg - level_kg,
            "lost_above_kg": least_kg,
            "cover_open": uncovered,
        }
        self.found.append(
            Found(
                kind=NAME,
                start=before.first.key,
                confirmed_ms=end_ms,
                end_ms=end_ms,
                place=before.first.place,
                severity=CRITICAL if uncovered else WARNING,
                opening=opening,
                closing={"lost_kg": peak_kg - level_kg},
            )
        )

    def finish(self) -> None:
        """Nothing is left to tell: a minute that goes on is not judged."""
