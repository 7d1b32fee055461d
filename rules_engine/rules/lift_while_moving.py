"""Lift while moving (举升行驶): a truck drives with its load bed raised.

Creeping while it tips out is not driving. A bed that tilts with the road, or a reading that now and then crosses the
threshold, adds up to nothing; once the bed was up for long enough, only a lowered bed or a standing truck ends it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from rules_engine.event import Event
from rules_engine.rules.condition import Condition, concerns_nobody, condition_carry, judge_condition, limit_noted
from rules_engine.rules.rule import Facts, Rule, Telling, plain, seconds

NAME = "lift_while_moving"
VERSION = 1
WARNING, CRITICAL = 2, 3


@dataclass(frozen=True)
class LiftWhileMovingLimits:
    """Thresholds of lift while moving; docs/rules.md tells their origin."""

    lift_above_deg: float = 10.0
    lift_below_deg: float = 5.0
    above_mps: float = 10 / 3.6
    until_mps: float = 5 / 3.6
    hold_s: float = 5.0
    min_fixes: float = 2
    severe_above_mps: float = 30 / 3.6
    mute_s: float = 1800.0


CARRY = condition_carry(
    {"lift_deg": ("f4", -np.inf), "speed_mps": ("f4", -np.inf)},
    [("lift_above_deg", "f4"), ("severe_above_mps", "f4")],
)


def judge(facts: Facts) -> list[Event]:
    """Return the drives of a batch with the bed raised."""
    context = facts.context
    lift_deg, speed_mps = facts.motion.lift_deg, context.speed_mps
    limits = facts.limits(NAME, LiftWhileMovingLimits())
    on = lift_deg >= np.asarray(limits.lift_above_deg, np.float32)
    if on.any():
        on &= speed_mps > np.asarray(limits.above_mps, np.float32)
        on &= facts.accuracy.trusted
    if concerns_nobody(facts, NAME, on):
        return []
    stands = (speed_mps < np.asarray(limits.until_mps, np.float32)) & facts.accuracy.trusted
    off = (lift_deg < np.asarray(limits.lift_below_deg, np.float32)) | stands
    between = ~np.isnan(lift_deg) & facts.accuracy.trusted & ~np.isnan(speed_mps) & ~on & ~off
    condition = Condition(
        on,
        off,
        limits.hold_s,
        limits.min_fixes,
        limits.mute_s,
        between=between,
        extrema={
            "lift_deg": (np.maximum, lambda rows: np.where(on[rows], lift_deg[rows], np.float32(-np.inf))),
            "speed_mps": (np.maximum, lambda rows: np.where(on[rows], speed_mps[rows], np.float32(-np.inf))),
        },
        noted={
            "lift_above_deg": limit_noted(limits.lift_above_deg),
            "severe_above_mps": limit_noted(limits.severe_above_mps),
        },
    )
    return judge_condition(facts, NAME, CARRY, condition, _telling)


def _telling(_facts: Facts, state: dict[str, Any], over: bool) -> Telling:
    speed_mps = state["speed_mps"] if over else state["first_speed_mps"]
    opening = {
        "rule_version": VERSION,
        "lift_deg": plain(state["first_lift_deg"]),
        "max_speed_mps": plain(state["first_speed_mps"]),
        "lift_above_deg": plain(state["lift_above_deg"]),
        "severe_above_mps": plain(state["severe_above_mps"]),
        "hold_s": state["hold_s"],
    }
    closing = {
        "lift_deg": plain(state["lift_deg"]),
        "max_speed_mps": plain(state["speed_mps"]),
        "duration_s": seconds(state["since_ms"], state["last_ms"]),
        "fixes": state["count"],
    }
    severity = CRITICAL if speed_mps > state["severe_above_mps"] else WARNING
    return Telling(NAME, severity, opening, closing, state["last_ms"], over)


RULE = Rule(NAME, VERSION, CARRY, judge)
