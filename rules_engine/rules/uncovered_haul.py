"""Uncovered haul (未密闭): a heavy truck drives on the road with its cover open.

Standing decides nothing, so a red light neither makes nor ends an episode. It ends once the cover has been closed for a
moment, the load is gone, or the truck is in a site or dump point, where covers may be open.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from rules_engine.carry_rows import UNSET_MS, carried, whole
from rules_engine.episodes import EPISODE, HELD, Episodes, find
from rules_engine.event import Event
from rules_engine.fix_batch import BoolArray
from rules_engine.rules.rule import Facts, Rule, Telling, episode_events, seconds
from rules_engine.tracks import at

NAME = "uncovered_haul"
VERSION = 1
CLOSED, HALF, OPEN = 0, 1, 2
NOTICE, WARNING = 1, 2


@dataclass(frozen=True)
class UncoveredHaulLimits:
    """Thresholds of uncovered haul; docs/rules.md tells their origin."""

    above_mps: float = 5 / 3.6
    hold_s: float = 30.0
    min_fixes: float = 2
    clear_hold_s: float = 5.0
    severe_above_mps: float = 20 / 3.6
    half_is_open: float = 0


BARE = carried(
    [*EPISODE, ("speed_mps", "f4"), ("first_speed_mps", "f4"), ("above_mps", "f8"), ("severe_above_mps", "f8")],
    speed_mps=-np.inf,
    first_speed_mps=-np.inf,
)
CLEAR = carried(HELD)
CARRY = carried([("bare", BARE.dtype), ("clear", CLEAR.dtype)])
CARRY["bare"], CARRY["clear"] = BARE, CLEAR


def judge(facts: Facts) -> list[Event]:
    """Return the uncovered hauls of a batch."""
    context = facts.context
    before: Any = context.before[NAME]
    after: Any = context.after[NAME]
    limits = facts.limits(NAME, UncoveredHaulLimits())
    bare = _bare(facts, limits)
    rows = bare.nonzero()[0]
    concerned = before["bare"]["since_ms"] != UNSET_MS
    concerned[context.tracks.of[rows]] = True
    if not concerned.any():
        return []
    covered = (context.fixes.cover == CLOSED) | ~facts.load.heavy
    covered &= context.tracks.spread(concerned)
    placed = rows[facts.in_places(rows)]
    bare[placed], covered[placed] = False, True
    clear = find(covered, bare, before["clear"], CLEAR, context.tracks, hold_s=limits.clear_hold_s)
    off = np.zeros(len(bare), np.bool_)
    off[clear.confirm_row] = True
    on = bare & (context.speed_mps > np.asarray(limits.above_mps, np.float32))
    episodes = find(
        on,
        off,
        before["bare"],
        BARE,
        context.tracks,
        hold_s=limits.hold_s,
        min_fixes=limits.min_fixes,
        origins=context.origins,
    )
    _note(facts, episodes, on, limits)
    episodes.store(after["bare"])
    clear.store(after["clear"])
    whole(after["clear"])[after["bare"]["since_ms"] == UNSET_MS] = whole(CLEAR)
    return episode_events(facts, episodes, _telling)


def _bare(facts: Facts, limits: UncoveredHaulLimits) -> BoolArray:
    """Return where a heavy truck's cover is open."""
    cover = facts.context.fixes.cover
    bare: BoolArray = cover == OPEN
    if np.any(limits.half_is_open):
        bare |= (cover == HALF) & (np.asarray(limits.half_is_open) != 0)
    bare &= facts.load.heavy
    return bare


def _note(facts: Facts, episodes: Episodes, on: BoolArray, limits: UncoveredHaulLimits) -> None:
    """Keep with each episode the numbers that are its evidence."""
    rows = episodes.rows
    driven_mps = np.where(on[rows], facts.context.speed_mps[rows], -np.inf).astype(np.float32)
    episodes.fold(np.maximum, "speed_mps", driven_mps)
    confirm = rows[np.maximum(episodes.confirm, 0)]
    episodes.at_confirmation("world", facts.context.world.version.encode())
    episodes.at_confirmation("above_mps", at(limits.above_mps, confirm))
    episodes.at_confirmation("severe_above_mps", at(limits.severe_above_mps, confirm))


def _telling(_facts: Facts, state: dict[str, Any], over: bool) -> Telling:
    speed_mps = state["speed_mps"] if over else state["first_speed_mps"]
    opening = {
        "rule_version": VERSION,
        "max_speed_mps": state["first_speed_mps"],
        "above_mps": state["above_mps"],
        "severe_above_mps": state["severe_above_mps"],
        "hold_s": state["hold_s"],
    }
    closing = {
        "max_speed_mps": state["speed_mps"],
        "duration_s": seconds(state["since_ms"], state["last_ms"]),
        "fixes": state["count"],
    }
    severity = WARNING if speed_mps > state["severe_above_mps"] else NOTICE
    return Telling(NAME, severity, opening, closing, state["last_ms"], over)


RULE = Rule(NAME, VERSION, CARRY, judge)
