"""Twin of rules_engine.motion, load_level, stands and unloading."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from oracles.row import Latch, Row, Run
from rules_engine.load_level import LoadLevelLimits
from rules_engine.load_state import LoadStateLimits
from rules_engine.motion import MotionLimits
from rules_engine.unloading import BY_LIFT, BY_LOAD, UnloadingLimits

MOTION, LEVEL, LIMITS, LOAD = MotionLimits(), LoadLevelLimits(), UnloadingLimits(), LoadStateLimits()


@dataclass
class Seen:
    """What was seen of an unloading so far."""

    peak_kg: int = -1
    least_kg: int | None = None
    lift_deg: float = -math.inf
    by: int = 0
    progress_ms: int | None = None
    count: int = 0


@dataclass(eq=False)
class Signs:
    run: Run
    muted: bool
    where: tuple[int, int, bool] = (-1, -1, False)  # permit, dump point, allowed
    empty: bool = False  # nothing weighs the bed, and the trip had been unloaded before
    doubted: bool = False  # nothing weighs the bed, and there is no trip
    seen: Seen = field(default_factory=Seen)
    first: Seen | None = None
    lowest_step: float = math.inf


@dataclass
class Stand:
    peak_kg: int
    low: Latch = field(default_factory=Latch)
    raised_before: bool = False
    unloaded: bool = False
    signs: Signs | None = None


class MotionOracle:
    def __init__(self) -> None:
        self._slow, self._lifted = Latch(), Latch()

    def step(self, row: Row) -> None:
        on = bool(row.speed_mps < np.float32(MOTION.slow_below_mps))
        off = bool(row.speed_mps > np.float32(MOTION.slow_until_mps))
        near = row.implied_mps * row.silence_ms <= MOTION.silence_m * 1000
        if row.silence_ms >= MOTION.silence_s * 1000 and near and row.implied_mps < MOTION.slow_below_mps:
            on, off = True, False
        self.slow_before, self.lifted_before = self._slow.state, self._lifted.state
        self.slow = self._slow.step(on, off)
        down = row.lift_deg < MOTION.lift_below_deg or (math.isnan(row.lift_deg) and not self.slow)
        self.lifted = self._lifted.step(row.lift_deg >= MOTION.lift_above_deg, down)


class LevelOracle:
    """The level of this row, and of the last reading before it, and whether a stuck sensor came back."""

    def __init__(self, capacity_kg: float) -> None:
        self.capacity_kg = capacity_kg
        self._same_ms = self.same_before_ms = 0
        self._reading: tuple[int, int, int] | None = None  # time, load, level

    def step(self, row: Row, motion: MotionOracle) -> None:
        self.kg = self.before_kg = -1
        self.same_before_ms = self._same_ms
        self.thawed = row.load_kg is not None and self._thaws(row, row.load_kg) and motion.slow and not motion.lifted
        is_near = self._reading is not None and row.time_ms - self._reading[0] <= LEVEL.memory_s * 1000
        self.resumed = row.load_kg is not None and not is_near
        if row.load_kg is not None and not (is_near and self._reading is not None and self._reading[1] == row.load_kg):
            self._same_ms = row.time_ms
        if self._reading is not None and row.time_ms - self._reading[0] <= LEVEL.memory_s * 1000:
            self.before_kg = self._reading[2]
            if row.load_kg is not None:
                self.kg = min(row.load_kg, self._reading[1])
        if row.load_kg is not None:
            self._reading = (row.time_ms, row.load_kg, self.kg)

    def _thaws(self, row: Row, load_kg: int) -> bool:
        if self._reading is None or row.time_ms - self._reading[0] > LEVEL.memory_s * 1000:
            return False
        reading_ms, reading_kg, _ = self._reading
        heavy = reading_kg >= LOAD.heavy_share * self.capacity_kg
        falls = load_kg <= (1 - LIMITS.lost_share) * reading_kg
        return heavy and falls and reading_ms - self._same_ms >= LEVEL.frozen_s * 1000


class UnloadingOracle:
    """Says which unloadings are confirmed and which are over on a row."""

    def __init__(self, capacity_kg: float) -> None:
        self.capacity_kg = capacity_kg
        self.stand: Stand | None = None
        self.confirmed: list[Signs] = []
        self.over: list[Signs] = []

    def step(self, row: Row, motion: MotionOracle, level: LevelOracle, loaded_now: bool) -> None:
        self.confirmed, self.over = [], []
        if self.stand is None:
            if motion.slow:
                self.stand = Stand(-1 if level.thawed else level.before_kg)
                self._look(row, motion, level, ends=False)
            return
        ends = not motion.slow or loaded_now or level.thawed
        self._look(row, motion, level, ends)
        if ends:
            self._close(self.stand)
            self.stand = None
        if (loaded_now or level.thawed) and motion.slow:
            self.stand = Stand(-1)
            self._look(row, motion, level, ends=False)

    def _look(self, row: Row, motion: MotionOracle, level: LevelOracle, ends: bool) -> None:
        stand = self.stand
        assert stand is not None
        stand.peak_kg = max(stand.peak_kg, level.kg)
        loaded = stand.peak_kg >= LIMITS.peak_share * self.capacity_kg
        if row.load_kg is not None:
            low_now = loaded and row.load_kg <= (1 - LIMITS.lost_share) * stand.peak_kg
            stand.low.step(low_now, not low_now)
        lingering = (
            stand.raised_before
            and not motion.lifted
            and LIMITS.sparse_s * 1000 <= row.gap_ms <= LIMITS.silence_until_s * 1000
        )
        stand.raised_before = motion.lifted
        tipped = (motion.lifted or lingering) and (loaded or stand.peak_kg < 0)
        if row.load_kg is None and not lingering and math.isnan(row.lift_deg) and not ends:
            return
        if tipped or stand.low.state:
            self._add(stand, row, motion.lifted, BY_LIFT * tipped + BY_LOAD * stand.low.state)
        else:
            self._close(stand)

    def _add(self, stand: Stand, row: Row, lifted: bool, by: int) -> None:
        if stand.signs is None:
            stand.signs = Signs(Run(row, LIMITS.hold_s, int(LIMITS.min_fixes)), stand.unloaded)
        signs, seen = stand.signs, stand.signs.seen
        seen.peak_kg = max(seen.peak_kg, stand.peak_kg)
        seen.by |= by
        seen.count += 1
        step = math.inf
        if row.load_kg is not None:
            seen.least_kg = row.load_kg if seen.least_kg is None else min(seen.least_kg, row.load_kg)
            step = math.floor(row.load_kg / max(LIMITS.progress_share * self.capacity_kg, 1.0))
        if not math.isnan(row.lift_deg):
            seen.lift_deg = max(seen.lift_deg, row.lift_deg)
        if lifted or step < signs.lowest_step:
            seen.progress_ms = row.time_ms
        signs.lowest_step = min(signs.lowest_step, step)
        if signs.run.add(row):
            stand.unloaded = True
            signs.first = Seen(**vars(seen))
            if not signs.muted:
                self.confirmed.append(signs)

    def _close(self, stand: Stand) -> None:
        if stand.signs is not None and stand.signs.first is not None and not stand.signs.muted:
            self.over.append(stand.signs)
        stand.signs = None
