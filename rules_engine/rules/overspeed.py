"""Overspeed (超速): a truck drives faster than the limit where it is, by more than a share, for long enough.

Only a speed that a receiver in good order told counts, and only if the truck went as far as it says: a value that got
stuck is no speed. Fixes not faster than the lowest limit of all are not asked where they are.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rules_engine.event import Event
from rules_engine.fix_batch import BoolArray
from rules_engine.roads import CLASSES
from rules_engine.rules.condition import Condition, condition_carry, judge_condition, limit_noted
from rules_engine.rules.rule import Facts, Rule, Telling, plain, seconds
from rules_engine.speed_limits import (
    BY_CLASS,
    BY_ROAD,
    BY_ZONE,
    KMH,
    SET_BY,
    OverspeedLimits,
    SpeedLimits,
    least_kmh,
    lowest_kmh,
    speed_limits,
)
from rules_engine.tracks import at

NAME = "overspeed"
VERSION = 1
NOTICE, WARNING, CRITICAL = 1, 2, 3

CARRY = condition_carry(
    {"speed_mps": ("f4", -np.inf), "share": ("f4", -np.inf)},
    [
        ("key", "i8"),
        ("limit_kmh", "f4"),
        ("over_share", "f4"),
        ("severe_over_share", "f4"),
        ("extreme_over_share", "f4"),
        ("by", "i1"),
    ],
)


def judge(facts: Facts) -> list[Event]:
    """Return the overspeeds of a batch."""
    context = facts.context
    limits = facts.limits(NAME, OverspeedLimits())
    lowest_mps = lowest_kmh(context.world, limits) / KMH
    speed_mps = context.fixes.speed_mps
    least_over = 1 + float(np.min(limits.over_share))
    fast = ((speed_mps >= np.float32(lowest_mps * least_over)) & facts.accuracy.trusted).nonzero()[0]
    if not len(fast) and context.idle(NAME):
        return []
    fast = fast[speed_mps[fast] > least_kmh(context, fast, limits) / KMH * (1 + at(limits.over_share, fast))]
    concerned = context.says(NAME)
    fast = fast[_may_matter(facts, fast, concerned, limits)]
    here = speed_limits(context, fast, facts.trips.permit, limits)
    speeding = _speeding(facts, fast, here, limits)
    concerned[context.tracks.of[fast[speeding]]] = True
    if not concerned.any():
        return []
    which = concerned.nonzero()[0]
    among, tracks = context.tracks.among(which)
    trusted = facts.accuracy.trusted[among]
    off = trusted & (speed_mps[among] < np.float32(lowest_mps))
    asked = (trusted & (speed_mps[among] >= np.float32(lowest_mps))).nonzero()[0]
    # below the least limit that may hold there it is off, whichever does
    slower = speed_mps[among[asked]] < least_kmh(context, among[asked], limits) / KMH
    off[asked[slower]] = True
    asked = asked[~slower]
    rows = among[asked]
    here = speed_limits(context, rows, facts.trips.permit, limits)
    on, between = np.zeros(len(off), np.bool_), np.zeros(len(off), np.bool_)
    on[asked] = _speeding(facts, rows, here, limits)
    within = speed_mps[rows] <= here.kmh / KMH * (1 + at(limits.over_share, rows))
    off[asked] = speed_mps[rows] < here.kmh / KMH
    between[asked] = within & ~off[asked]
    condition = _condition(facts, (on, off, between), rows, here, limits)
    condition = replace(
        condition,
        hold_s=at(limits.hold_s, among),
        min_fixes=at(limits.min_fixes, among),
        mute_s=at(limits.mute_s, among),
        rows=among,
        tracks=tracks,
        which=which,
    )
    return judge_condition(facts, NAME, CARRY, condition, _telling)


def _may_matter(facts: Facts, fast: NDArray[np.intp], carried: BoolArray, limits: OverspeedLimits) -> BoolArray:
    """Return which of the rows that may be too fast can be part of a run that lasts, or goes on beyond the batch.

    A speed between that is surely not too high ends a run that has not held. Only what is carried, and rows up
    to the end of the batch, may be part of longer ones.
    """
    tracks = facts.context.tracks
    if not len(fast):
        return np.zeros(0, np.bool_)
    track = tracks.of[fast]
    told = facts.accuracy.trusted & ~np.isnan(facts.context.fixes.speed_mps)
    told_before = told.cumsum(dtype=np.int32)
    place = told_before[fast]
    begins = np.append(True, (track[1:] != track[:-1]) | (place[1:] != place[:-1] + 1))
    first = begins.nonzero()[0]
    last = np.append(first[1:], len(fast)) - 1
    span_ms = tracks.time_ms[fast[last]] - tracks.time_ms[fast[first]]
    matters = (span_ms >= round(float(np.min(limits.hold_s)) * 1000)) & (last - first + 1 >= np.min(limits.min_fixes))
    matters |= carried[track[first]]
    matters |= place[last] == told_before[tracks.last[track[last]]]
    of_rows: BoolArray = matters.repeat(last - first + 1)
    return of_rows


def _speeding(facts: Facts, rows: NDArray[np.intp], here: SpeedLimits, limits: OverspeedLimits) -> BoolArray:
    """Return which of some rows are too fast, and went as far as they say."""
    speed_mps = facts.context.fixes.speed_mps[rows]
    speeding: BoolArray = speed_mps > here.kmh / KMH * (1 + at(limits.over_share, rows))
    speeding &= speed_mps <= at(facts.accuracy.limits.jump_above_mps, rows)
    fast = speeding.nonzero()[0]
    went_mps = facts.context.implied_mps(rows[fast])
    speeding[fast[went_mps < at(limits.moved_share, rows[fast]) * speed_mps[fast]]] = False
    return speeding


def _condition(
    facts: Facts,
    masks: tuple[BoolArray, BoolArray, BoolArray],
    asked: NDArray[np.intp],
    here: SpeedLimits,
    limits: OverspeedLimits,
) -> Condition:
    on, off, between = masks
    speed_mps = facts.context.fixes.speed_mps
    too_fast = _speeding(facts, asked, here, limits)

    def is_on(rows: NDArray[np.intp]) -> BoolArray:
        place = asked.searchsorted(rows)
        is_asked: BoolArray = np.append(asked, -1)[place] == rows
        is_asked &= np.append(too_fast, False)[place]
        return is_asked

    def limits_on(rows: NDArray[np.intp]) -> SpeedLimits:
        return here.take(np.minimum(asked.searchsorted(rows), len(asked) - 1))

    def share(rows: NDArray[np.intp]) -> NDArray[np.float32]:
        ratio = np.full(len(rows), -np.inf, np.float32)
        over = is_on(rows).nonzero()[0]
        ratio[over] = speed_mps[rows[over]] / (limits_on(rows[over]).kmh / KMH)
        return ratio

    return Condition(
        on,
        off,
        between=between,
        extrema={
            "speed_mps": (np.maximum, lambda rows: np.where(is_on(rows), speed_mps[rows], np.float32(-np.inf))),
            "share": (np.maximum, share),
        },
        noted={
            "key": lambda rows: limits_on(rows).key if len(asked) else 0,
            "limit_kmh": lambda rows: limits_on(rows).kmh if len(asked) else 0,
            "by": lambda rows: limits_on(rows).by if len(asked) else 0,
            "over_share": limit_noted(limits.over_share),
            "severe_over_share": limit_noted(limits.severe_over_share),
            "extreme_over_share": limit_noted(limits.extreme_over_share),
        },
    )


def _telling(facts: Facts, state: dict[str, Any], over: bool) -> Telling:
    keys, roads = facts.context.keys, facts.context.world.roads
    by, road = state["by"], keys.roads.row_of.get(state["key"], -1)
    on_road = by in (BY_ROAD, BY_CLASS) and road >= 0
    opening = {
        "rule_version": VERSION,
        "max_speed_mps": plain(state["first_speed_mps"]),
        "limit_kmh": plain(state["limit_kmh"]),
        "by": SET_BY[by],
        "zone_id": keys.zones.name(state["key"]) if by == BY_ZONE else None,
        "road_id": keys.roads.name(state["key"]) if on_road else None,
        "road_class": CLASSES[roads.road_class[road]] if on_road else None,
        "over_share": plain(state["over_share"]),
        "hold_s": state["hold_s"],
    }
    closing = {
        "max_speed_mps": plain(state["speed_mps"]),
        "duration_s": seconds(state["since_ms"], state["last_ms"]),
        "fixes": state["count"],
    }
    excess = (state["share"] if over else state["first_share"]) - 1
    severe, extreme = excess > state["severe_over_share"], excess > state["extreme_over_share"]
    severity = CRITICAL if extreme else WARNING if severe else NOTICE
    return Telling(NAME, severity, opening, closing, state["last_ms"], over)


RULE = Rule(NAME, VERSION, CARRY, judge)
