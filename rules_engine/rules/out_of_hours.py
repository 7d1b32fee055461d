"""Out of hours (非时段作业): a truck hauls when hauling is not allowed, or is loaded when its site may not work.

The hours are those of the permit, else of the site that the load came from, else of the city. Whoever set out in time
may finish: for a while after the hours the rule is silent. A loading out of the site's hours (提前出土) counts at once,
and the haul that follows is the same event; otherwise it takes a while of driving outside the places, where standing
decides nothing. It is over once the truck hauls no longer, or may.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rules_engine.carry_rows import UNSET_MS
from rules_engine.event import Event
from rules_engine.fix_batch import BoolArray
from rules_engine.rules.condition import Condition, condition_carry, judge_condition
from rules_engine.rules.rule import Facts, Rule, Telling, load_known_by, seconds
from rules_engine.time_windows import ALWAYS
from rules_engine.tracks import at

NAME = "out_of_hours"
VERSION = 1
NOTICE, WARNING = 1, 2
HAULING, LOADING = 0, 1
WHAT = ("hauling", "loading")
BY = ("permit", "site", "city")


@dataclass(frozen=True)
class OutOfHoursLimits:
    """Thresholds of out of hours; docs/rules.md tells their origin."""

    above_mps: float = 5 / 3.6
    hold_s: float = 120.0
    min_fixes: float = 3
    grace_s: float = 600.0
    mute_s: float = 7200.0


CARRY = condition_carry(
    {}, [("permit", "i8"), ("site", "i8"), ("grace_s", "f4"), ("what", "i1"), ("by", "i1"), ("heavy", "?")]
)


def judge(facts: Facts) -> list[Event]:
    """Return the hauls and loadings out of hours of a batch."""
    context, world, tracks = facts.context, facts.context.world, facts.context.tracks
    time_ms = context.fixes.fix_time_ms
    doubtful = ~world.windows.surely_allowed(world.haul_closings, time_ms[tracks.start], time_ms[tracks.last])
    # a loading that is confirmed here may have begun before the batch
    if not doubtful.any() and not len(facts.load.loadings) and context.idle(NAME):
        return []
    before: Any = context.before[NAME]
    concerned = before["since_ms"] != UNSET_MS
    limits = facts.limits(NAME, OutOfHoursLimits())
    hauled = _hauled(facts, doubtful, limits)
    loaded = _loaded(facts, limits)
    concerned[context.tracks.of[hauled]] = True
    concerned[context.tracks.of[loaded]] = True
    if not concerned.any():
        return []
    on = np.zeros(len(context.fixes), np.bool_)
    on[hauled], on[loaded] = True, True
    just_loaded = np.zeros(len(on), np.bool_)
    just_loaded[loaded] = True
    condition = Condition(
        on,
        _over(facts, concerned, limits),
        hold_s=np.where(just_loaded, 0.0, limits.hold_s),
        min_fixes=np.where(just_loaded, 1, limits.min_fixes),
        mute_s=limits.mute_s,
        noted={
            "permit": lambda rows: context.keys.permits.key(_haul(facts, rows)[0]),
            "site": lambda rows: context.keys.sites.key(_haul(facts, rows)[1]),
            "by": lambda rows: _set_by(facts, rows),
            "grace_s": lambda rows: at(limits.grace_s, rows),
            "heavy": lambda rows: facts.load.heavy[rows],
        },
        begun={"what": lambda rows: np.where(just_loaded[rows], LOADING, HAULING)},
    )
    return judge_condition(facts, NAME, CARRY, condition, _telling)


def _hauled(facts: Facts, doubtful: BoolArray, limits: OutOfHoursLimits) -> NDArray[np.intp]:
    """Return the rows on which one of some trucks hauls on the road out of hours, and may not finish either."""
    context = facts.context
    if not doubtful.any():
        return np.empty(0, np.intp)
    moving = context.speed_mps > np.asarray(limits.above_mps, np.float32)
    moving &= facts.hauling
    moving &= facts.accuracy.trusted
    rows = (moving if doubtful.all() else moving & context.tracks.spread(doubtful)).nonzero()[0]
    rows = rows[~_allowed(facts, rows, limits)]
    return rows[~facts.in_places(rows)]


def _loaded(facts: Facts, limits: OutOfHoursLimits) -> NDArray[np.intp]:
    """Return the rows that confirmed a loading at a site not at work then, unless the permit's own hours allow it."""
    loadings, world, trips = facts.load.loadings, facts.context.world, facts.trips
    if not len(loadings):
        return loadings.row
    of_site = _windows_of(world.site_windows, trips.loading_site)
    of_permit = _windows_of(world.permits.windows, trips.loading_permit)
    windows = np.where((of_site != ALWAYS) & (of_permit != ALWAYS), of_permit, of_site)
    at_work = _within(facts, windows, loadings.state["since_ms"], at(limits.grace_s, loadings.row))
    return loadings.row[~at_work]


def _over(facts: Facts, concerned: BoolArray, limits: OutOfHoursLimits) -> BoolArray:
    """Return where a truck that is concerned hauls no longer, or may."""
    over = facts.context.tracks.spread(concerned)
    rows = (over & facts.hauling).nonzero()[0]
    over[rows] = _allowed(facts, rows, limits)
    return over


def _allowed(facts: Facts, rows: NDArray[np.intp], limits: OutOfHoursLimits) -> BoolArray:
    """Return whether hauling is allowed on each of some rows, or was until a moment ago."""
    world = facts.context.world
    windows: Any = world.city_windows
    if world.has_narrow_windows:
        windows = world.haul_windows(facts.trips.permit[rows], facts.trips.origin(rows))
    return _within(facts, windows, facts.context.fixes.fix_time_ms[rows], at(limits.grace_s, rows))


def _within(facts: Facts, windows: Any, time_ms: NDArray[np.int64], grace_s: Any) -> BoolArray:
    weekly = facts.context.world.windows
    grace_ms = np.rint(np.asarray(grace_s) * 1000).astype(np.int64)
    return weekly.allowed(windows, time_ms) | weekly.allowed(windows, time_ms - grace_ms)


def _haul(facts: Facts, rows: NDArray[np.intp]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return permit and site of origin on each of some rows; where a loading is confirmed, those that it has."""
    permit, site = facts.trips.permit[rows], facts.trips.origin(rows)
    loaded = facts.load.loadings.row
    if len(loaded):
        place = np.minimum(loaded.searchsorted(rows), len(loaded) - 1)
        is_loading = loaded[place] == rows
        permit = np.where(is_loading, facts.trips.loading_permit[place], permit)
        site = np.where(is_loading, facts.trips.loading_site[place], site)
    return permit, site


def _windows_of(windows: NDArray[np.int32], rows: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return the windows of each of some sites or permits, of row -1 `ALWAYS`."""
    return np.append(windows, np.int32(ALWAYS))[rows]


def _set_by(facts: Facts, rows: NDArray[np.intp]) -> NDArray[np.int8]:
    """Return whose hours hold on each of some rows, a place in `BY`."""
    world, (permit, site) = facts.context.world, _haul(facts, rows)
    by_permit = _windows_of(world.permits.windows, permit) != ALWAYS
    by_site = _windows_of(world.site_windows, site) != ALWAYS
    return np.where(by_permit, 0, np.where(by_site, 1, 2)).astype(np.int8)


def _telling(facts: Facts, state: dict[str, Any], over: bool) -> Telling:
    keys = facts.context.keys
    opening = {
        "rule_version": VERSION,
        "what": WHAT[state["what"]],
        **load_known_by(state["heavy"]),
        "hours_of": BY[state["by"]],
        "local_time": facts.context.world.windows.clock(state["since_ms"]),
        "permit_id": keys.permits.name(state["permit"]),
        "site_id": keys.sites.name(state["site"]),
        "hold_s": state["hold_s"],
        "grace_s": state["grace_s"],
    }
    closing = {"duration_s": seconds(state["since_ms"], state["last_ms"]), "fixes": state["count"]}
    return Telling(NAME, WARNING if state["heavy"] else NOTICE, opening, closing, state["last_ms"], over)


RULE = Rule(NAME, VERSION, CARRY, judge)
