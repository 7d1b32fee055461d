"""Jamming (屏蔽): a truck at work has no sound position for longer than any short tunnel takes.

Lost position, too few satellites, bad geometry or a fault of receiver or antenna, while the ignition is on or the truck
drives. In sites, dump points and parking zones roofs explain it. A truck whose power is cut is a matter of power cut.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rules_engine.accuracy import GNSS_FAULTS
from rules_engine.event import Event
from rules_engine.fix_batch import BoolArray, Mark
from rules_engine.rules.condition import Condition, concerns_nobody, condition_carry, judge_condition
from rules_engine.rules.rule import Facts, Rule, Telling, seconds
from rules_engine.tracks import at

NAME = "jamming"
VERSION = 1
WARNING = 2
OFF, ON = 0, 1
LOST, FEW_SATELLITES, BAD_GEOMETRY, RECEIVER_FAULT = 1, 2, 4, 8
WORDS = {
    LOST: "position_lost",
    FEW_SATELLITES: "few_satellites",
    BAD_GEOMETRY: "bad_geometry",
    RECEIVER_FAULT: "receiver_fault",
}


@dataclass(frozen=True)
class JammingLimits:
    """Thresholds of jamming; docs/rules.md tells their origin."""

    hold_s: float = 180.0
    min_fixes: float = 3
    mute_s: float = 1800.0
    moving_above_mps: float = 10 / 3.6


CARRY = condition_carry({"how": ("i1", 0)})


def judge(facts: Facts) -> list[Event]:
    """Return the jammings of a batch."""
    fixes, sound = facts.context.fixes, facts.accuracy.sound
    unsound = (~sound).nonzero()[0]
    if not len(unsound) and facts.context.idle(NAME):
        return []
    limits = facts.limits(NAME, JammingLimits())
    on = np.zeros(len(sound), np.bool_)
    on[unsound[_suspect(facts, unsound, limits)]] = True
    if concerns_nobody(facts, NAME, on):
        return []
    idle = (fixes.ignition == OFF) & ~sound & ~on
    condition = Condition(
        on=on,
        off=sound | idle,
        hold_s=limits.hold_s,
        min_fixes=limits.min_fixes,
        mute_s=limits.mute_s,
        extrema={"how": (np.bitwise_or, lambda rows: _how(facts, rows, on))},
    )
    return judge_condition(facts, NAME, CARRY, condition, _telling)


def _suspect(facts: Facts, rows: NDArray[np.intp], limits: JammingLimits) -> BoolArray:
    """Return whether each row without a sound position is of a truck at work, powered, and under no known roof."""
    fixes, world, place = facts.context.fixes, facts.context.world, facts.context.place
    ignition = fixes.ignition[rows]
    working = (ignition == ON) | ((ignition != OFF) & (fixes.speed_mps[rows] > at(limits.moving_above_mps, rows)))
    suspect: BoolArray = working & (fixes.mark[rows] == Mark.FIX) & (fixes.main_power[rows] != OFF)
    chosen = suspect.nonzero()[0]
    if len(chosen):
        lat_deg, lon_deg = place.lat_deg[rows[chosen]], place.lon_deg[rows[chosen]]
        for areas in (world.sites, world.dump_points, world.zones_of("parking").areas):
            suspect[chosen[areas.query(lat_deg, lon_deg) >= 0]] = False
    return suspect


def _how(facts: Facts, rows: NDArray[np.intp], on: BoolArray) -> NDArray[np.int8]:
    context, limits = facts.context, facts.accuracy.limits
    fixes = context.fixes
    satellites = fixes.satellites[rows]
    how = np.where(context.located[rows], 0, LOST)
    how |= np.where((satellites >= 0) & (satellites < at(limits.satellites_below, rows)), FEW_SATELLITES, 0)
    how |= np.where(fixes.hdop[rows] > at(limits.hdop_above, rows), BAD_GEOMETRY, 0)
    how |= np.where(fixes.faults[rows] & GNSS_FAULTS, RECEIVER_FAULT, 0)
    return np.where(on[rows], how, 0).astype(np.int8)


def _telling(_facts: Facts, state: dict[str, Any], over: bool) -> Telling:
    opening = {
        "rule_version": VERSION,
        "how": [word for bit, word in WORDS.items() if state["first_how"] & bit],
        "hold_s": state["hold_s"],
        "min_fixes": state["min_fixes"],
    }
    closing = {
        "how": [word for bit, word in WORDS.items() if state["how"] & bit],
        "duration_s": seconds(state["since_ms"], state["last_ms"]),
        "fixes": state["count"],
    }
    return Telling(NAME, WARNING, opening, closing, state["last_ms"], over)


RULE = Rule(NAME, VERSION, CARRY, judge)
