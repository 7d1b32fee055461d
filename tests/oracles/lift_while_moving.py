"""Twin of rules_engine.rules.lift_while_moving."""

from __future__ import annotations

import math

import numpy as np

from oracles.condition import ConditionOracle, Episode
from oracles.row import Row
from rules_engine.rules.lift_while_moving import CRITICAL, NAME, VERSION, WARNING, LiftWhileMovingLimits
from rules_engine.rules.rule import Telling

LIMITS = LiftWhileMovingLimits()


class LiftWhileMovingOracle:
    def __init__(self, version: str) -> None:
        self.condition = ConditionOracle(
            _telling,
            version,
            extrema={"lift_deg": max, "speed_mps": max},
            hold_s=LIMITS.hold_s,
            min_fixes=LIMITS.min_fixes,
            mute_s=LIMITS.mute_s,
        )

    def step(self, row: Row) -> None:
        speed_mps = row.speed_mps if row.trusted else math.nan
        known = not math.isnan(row.lift_deg) and not math.isnan(speed_mps)
        raised = row.lift_deg >= LIMITS.lift_above_deg and speed_mps > np.float32(LIMITS.above_mps)
        over = row.lift_deg < LIMITS.lift_below_deg or speed_mps < np.float32(LIMITS.until_mps)
        self.condition.step(
            row,
            raised,
            over,
            {"lift_deg": row.lift_deg, "speed_mps": float(speed_mps)},
            between=known and not raised and not over,
        )


def _telling(episode: Episode, over: bool) -> Telling:
    opening = {
        "rule_version": VERSION,
        "lift_deg": episode.first["lift_deg"],
        "max_speed_mps": episode.first["speed_mps"],
        "lift_above_deg": LIMITS.lift_above_deg,
        "severe_above_mps": float(np.float32(LIMITS.severe_above_mps)),
        "hold_s": LIMITS.hold_s,
    }
    closing = {
        "lift_deg": episode.best["lift_deg"],
        "max_speed_mps": episode.best["speed_mps"],
        "duration_s": episode.duration_s,
        "fixes": episode.count,
    }
    speed_mps = (episode.best if over else episode.first)["speed_mps"]
    severity = CRITICAL if speed_mps > LIMITS.severe_above_mps else WARNING
    return Telling(NAME, severity, opening, closing, episode.last_ms, over)
