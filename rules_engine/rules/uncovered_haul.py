"""Uncovered haul (未密闭): a heavy truck drives on the road with its cover open.

Standing decides nothing, so a red light neither makes nor ends an episode. It ends once the cover has been closed for a
moment, the load is gone, or the truck is in a site or dump point, where covers may be open.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rules_engine.carry_rows import UNSET_MS, carried, duplicate, whole
from rules_engine.episodes import EPISODE, HELD, Episodes, OriginsAmong, find
from rules_engine.event import Event
from rules_engine.fix_batch import BoolArray
from rules_engine.rules.rule import Facts, Rule, Telling, episode_events, seconds
from rules_engine.tracks import Tracks, at

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


@dataclass(frozen=True)
class _Scene:
    """Trucks that a batch's open covers or episodes concern: which, their rows, and how they run through these."""

    facts: Facts
    limits: UncoveredHaulLimits
    which: NDArray[np.intp]
    rows: NDArray[np.intp]
    tracks: Tracks


def judge(facts: Facts) -> list[Event]:
    """Return the uncovered hauls of a batch."""
    context = facts.context
    limits = facts.limits(NAME, UncoveredHaulLimits())
    bare = _bare(facts, limits)
    concerned = context.says(NAME)
    concerned[context.tracks.of[_fast(facts, limits, bare).nonzero()[0]]] = True
    which = concerned.nonzero()[0]
    if not len(which):
        return []
    scene = _Scene(facts, limits, which, *context.tracks.among(which))
    open_rows = scene.rows[bare[scene.rows]]
    bare[open_rows[facts.in_places(open_rows)]] = False
    before: Any = context.before_part(NAME, which)
    clear, episodes = _found(scene, bare, before)
    after: Any = duplicate(before)
    episodes.store(after["bare"])
    clear.store(after["clear"])
    whole(after["clear"])[after["bare"]["since_ms"] == UNSET_MS] = whole(CLEAR)
    context.put_part(NAME, which, after)
    return episode_events(facts, replace(episodes, track=which[episodes.track]), _telling)


def _found(scene: _Scene, bare: BoolArray, before: Any) -> tuple[Episodes, Episodes]:
    """Return the runs of rows that end an episode, and the episodes."""
    facts, limits, rows, tracks = scene.facts, scene.limits, scene.rows, scene.tracks
    fixes, context = facts.context.fixes, facts.context
    on, bare = _fast(facts, limits, bare)[rows], bare[rows]
    covered = _open(fixes.cover[rows], at(limits.half_is_open, rows))
    # open in a place is as good as closed, half open decides nothing
    covered &= ~bare
    covered |= fixes.cover[rows] == CLOSED
    covered |= ~facts.load.heavy[rows]
    clear = find(covered, bare, before["clear"], CLEAR, tracks, hold_s=at(limits.clear_hold_s, rows))
    off = np.zeros(len(bare), np.bool_)
    off[clear.confirm_row] = True
    episodes = find(
        on,
        off,
        before["bare"],
        BARE,
        tracks,
        hold_s=at(limits.hold_s, rows),
        min_fixes=at(limits.min_fixes, rows),
        origins=OriginsAmong(context.origins, rows),
    )
    _note(scene, episodes, on)
    return clear, episodes


def _bare(facts: Facts, limits: UncoveredHaulLimits) -> BoolArray:
    """Return where a heavy truck's cover is open."""
    bare = _open(facts.context.fixes.cover, limits.half_is_open)
    bare &= facts.load.heavy
    return bare


def _fast(facts: Facts, limits: UncoveredHaulLimits, bare: BoolArray) -> BoolArray:
    """Return where a truck drives with such a cover."""
    fast: BoolArray = facts.context.speed_mps > np.asarray(limits.above_mps, np.float32)
    fast &= bare
    return fast


def _open(cover: NDArray[np.int8], half_is_open: Any) -> BoolArray:
    is_open: BoolArray = cover == OPEN
    if np.any(half_is_open):
        is_open |= (cover == HALF) & (np.asarray(half_is_open) != 0)
    return is_open


def _note(scene: _Scene, episodes: Episodes, on: BoolArray) -> None:
    """Keep with each episode the numbers that are its evidence."""
    facts, limits, rows = scene.facts, scene.limits, scene.rows[episodes.rows]
    driven_mps = np.where(on[episodes.rows], facts.context.speed_mps[rows], np.float32(-np.inf))
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
