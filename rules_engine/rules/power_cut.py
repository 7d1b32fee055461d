"""Power cut (断电): the truck's main supply is off the terminal, which goes on from its own battery.

Starting the engine makes the supply dip for seconds; that is no cut. A truck that stands with its ignition off may have
its battery switch turned for the night, which is told, but as a notice.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from rules_engine.event import Event
from rules_engine.fix_batch import Mark
from rules_engine.rules.condition import Condition, concerns_nobody, condition_carry, judge_condition, limit_noted
from rules_engine.rules.rule import Facts, Rule, Telling, plain, seconds

NAME = "power_cut"
VERSION = 1
NOTICE, WARNING = 1, 2
OFF, ON = 0, 1
MAIN_POWER_CUT = 1  # of the contract's alarms


@dataclass(frozen=True)
class PowerCutLimits:
    """Thresholds of power cut; docs/rules.md tells their origin."""

    hold_s: float = 15.0
    min_fixes: float = 2
    mute_s: float = 3600.0
    moving_above_mps: float = 10 / 3.6


CARRY = condition_carry({}, [("speed_mps", "f4"), ("ignition", "i1"), ("moving", "?")])


def judge(facts: Facts) -> list[Event]:
    """Return the power cuts of a batch."""
    context, fixes = facts.context, facts.context.fixes
    cut = fixes.main_power == OFF
    if fixes.alarms.any():
        cut |= (fixes.alarms & MAIN_POWER_CUT) != 0
    if concerns_nobody(facts, NAME, cut):
        return []
    limits = facts.limits(NAME, PowerCutLimits())
    moving = limit_noted(context.speed_mps > np.asarray(limits.moving_above_mps, np.float32))
    condition = Condition(
        on=cut,
        off=~cut & (fixes.mark == Mark.FIX),
        hold_s=limits.hold_s,
        min_fixes=limits.min_fixes,
        mute_s=limits.mute_s,
        noted={"speed_mps": limit_noted(context.speed_mps), "ignition": limit_noted(fixes.ignition), "moving": moving},
    )
    return judge_condition(facts, NAME, CARRY, condition, _telling)


def _telling(_facts: Facts, state: dict[str, Any], over: bool) -> Telling:
    working = state["ignition"] == ON or state["moving"]
    opening = {
        "rule_version": VERSION,
        "speed_mps": plain(state["speed_mps"]),
        "ignition": None if state["ignition"] < 0 else state["ignition"],
        "hold_s": state["hold_s"],
    }
    closing = {"duration_s": seconds(state["since_ms"], state["last_ms"]), "fixes": state["count"]}
    return Telling(NAME, WARNING if working else NOTICE, opening, closing, state["last_ms"], over)


RULE = Rule(NAME, VERSION, CARRY, judge)
