"""Twin of rules_engine.rules.overload."""

from __future__ import annotations

import math

import numpy as np

from oracles.condition import ConditionOracle, Episode
from oracles.load_state import LoadStateOracle
from oracles.row import Row
from oracles.unloading import LevelOracle
from rules_engine.load_state import EMPTY
from rules_engine.rules.overload import CRITICAL, NAME, NOTICE, VERSION, WARNING, OverloadLimits
from rules_engine.rules.rule import Telling
from rules_engine.world import World

LIMITS = OverloadLimits()


class OverloadOracle:
    def __init__(self, world: World) -> None:
        self.world, self.excess_kg = world, 0
        self.condition = ConditionOracle(
            self._telling, world.version, extrema={"load_kg": max}, hold_s=LIMITS.hold_s, min_fixes=LIMITS.min_fixes
        )

    def step(self, row: Row, load: LoadStateOracle, level: LevelOracle, permit: int) -> None:
        if load.state == EMPTY:
            self.excess_kg = 0
            self.condition.step(row, False, True)
            return
        permitted_kg = self._permitted_kg(row, permit)
        drives = row.trusted and row.speed_mps > np.float32(LIMITS.above_mps)
        if not drives or row.in_place or level.kg < 0 or math.isnan(permitted_kg):
            return
        step_kg = LIMITS.step_share * permitted_kg
        above_kg = level.kg - LIMITS.above_share * permitted_kg
        self.excess_kg = max(0, self.excess_kg + round(min(max(above_kg, -step_kg), step_kg)))
        heavy = self.excess_kg > 0
        noted = {"permit": permit, "permitted_kg": permitted_kg}
        self.condition.step(row, heavy, False, {"load_kg": level.kg}, noted, between=not heavy)

    def _permitted_kg(self, row: Row, permit: int) -> float:
        own_kg = float(self.world.permits.max_load_kg[permit]) if permit >= 0 else math.nan
        built_for_kg = float(self.world.capacity_kg[row.vehicle])
        if math.isnan(built_for_kg) and row.load_ratio_only:
            return math.nan
        return built_for_kg if math.isnan(own_kg) else own_kg

    def _telling(self, episode: Episode, over: bool) -> Telling:
        permit, permitted_kg = episode.noted["permit"], episode.noted["permitted_kg"]
        opening = {
            "rule_version": VERSION,
            "permit_id": self.world.permits.permit_ids[permit] if permit >= 0 else None,
            "load_kg": float(episode.first["load_kg"]),
            "permitted_kg": permitted_kg,
            "above_share": float(np.float32(LIMITS.above_share)),
            "hold_s": LIMITS.hold_s,
        }
        closing = {
            "load_kg": float(episode.best["load_kg"]),
            "duration_s": episode.duration_s,
            "fixes": episode.count,
        }
        share = (episode.best if over else episode.first)["load_kg"] / permitted_kg
        grades = ((LIMITS.extreme_above_share, CRITICAL), (np.float32(LIMITS.severe_above_share), WARNING), (0, NOTICE))
        severity = next(grade for least, grade in grades if share > least)
        return Telling(NAME, severity, opening, closing, episode.last_ms, over)
