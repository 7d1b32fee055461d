"""Route deviation: a truck on its way under a permit leaves every corridor of it for too long.

Distances are to the corridors' segments. Between the two thresholds nothing is decided, nor by a fix that cannot be
trusted: bad geometry, or a jump that no truck can drive. Where the trip came from and where it may go to, and their
surroundings, are no deviation, as the last metres to them are off the road. Other sites and dump points on the way are
roadside like any other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rules_engine.carry_rows import carried
from rules_engine.episodes import EPISODE, Episodes, find
from rules_engine.event import Event
from rules_engine.fix_batch import BoolArray
from rules_engine.rules.rule import Facts, Rule, Telling, episode_events, plain, seconds
from rules_engine.tracks import at
from rules_engine.world_keys import NO_KEY

NAME = "route_deviation"
VERSION = 2
SEVERITY = 2


@dataclass(frozen=True)
class RouteDeviationLimits:
    """Thresholds of route deviation; docs/rules.md tells their origin."""

    leave_above_m: float = 100.0
    return_share: float = 0.80
    hold_s: float = 180.0
    min_fixes: float = 3
    hdop_above: float = 10.0
    jump_above_mps: float = 60.0
    place_margin_m: float = 100.0


CARRY = carried(
    [*EPISODE, ("distance_m", "f8"), ("first_distance_m", "f8"), ("leave_above_m", "f8"), ("permit", "i8")],
    distance_m=-np.inf,
    first_distance_m=-np.inf,
    permit=NO_KEY,
)


def judge(facts: Facts) -> list[Event]:
    """Return the route deviations of a batch."""
    context, permit = facts.context, facts.trips.permit
    limits = context.limits(NAME, RouteDeviationLimits(), permit)
    off_route, on_route = _off_route(facts, limits)
    off = permit < 0
    off[on_route] = True
    on = np.zeros(len(permit), np.bool_)
    on[off_route] = True
    episodes = find(
        on,
        off,
        context.before[NAME],
        CARRY,
        context.tracks,
        hold_s=limits.hold_s,
        min_fixes=limits.min_fixes,
        origins=context.origins,
    )
    if not len(episodes):
        return []
    _note(facts, episodes, on, limits)
    episodes.store(context.after[NAME])
    return episode_events(facts, episodes, _telling)


def _leave_above_m(facts: Facts, limits: RouteDeviationLimits, rows: NDArray[np.intp]) -> NDArray[np.float64]:
    """Return how far from its corridors the truck may be on each of some rows that a permit binds. [m]

    The permit's own limit goes before the half width of its widest corridor, and that before everyone else's limit.
    """
    half_width_m = facts.context.keys.half_width_m[facts.trips.permit[rows]]
    return np.where(np.isnan(half_width_m), at(limits.leave_above_m, rows), half_width_m)


def _off_route(facts: Facts, limits: RouteDeviationLimits) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the rows that are off every corridor, and those that are on one or at an end of their trip."""
    fixes, permit = facts.context.fixes, facts.trips.permit
    rows = (permit >= 0).nonzero()[0]
    rows = rows[~(fixes.hdop[rows] > at(limits.hdop_above, rows))]
    if not len(rows):
        return rows, rows
    least_m = _leave_above_m(facts, limits, rows)
    place = facts.context.world.route_class(
        permit[rows], fixes.lat_deg[rows], fixes.lon_deg[rows], at(limits.return_share, rows) * least_m, least_m
    )
    off, on = rows[place == 2], rows[place == 0]
    if not len(off):
        return off, on
    jumped = facts.context.implied_mps(off) > at(limits.jump_above_mps, off)
    placed = facts.at_either_end(off, float(np.max(limits.place_margin_m)))
    return off[~jumped & ~placed], np.concatenate((on, off[placed]))


def _note(facts: Facts, episodes: Episodes, on: BoolArray, limits: RouteDeviationLimits) -> None:
    """Keep with each deviation the numbers that are its evidence."""
    context, permit, rows = facts.context, facts.trips.permit, episodes.rows
    away = rows[on[rows]]
    fixes = context.fixes
    distance_m = np.full(len(rows), -np.inf)
    distance_m[on[rows]] = context.world.route_distance_m(permit[away], fixes.lat_deg[away], fixes.lon_deg[away])
    episodes.fold(np.maximum, "distance_m", distance_m)
    confirm = rows[np.maximum(episodes.confirm, 0)]
    episodes.at_confirmation("world", context.world.version.encode())
    episodes.at_confirmation("permit", context.keys.permits.key(permit[confirm]))
    episodes.at_confirmation("leave_above_m", _leave_above_m(facts, limits, confirm))


def _telling(facts: Facts, state: dict[str, Any], over: bool) -> Telling:
    keys, world = facts.context.keys, facts.context.world
    permit = keys.permits.row_of.get(state["permit"], -1)
    bounds = world.permits.corridor_start[permit : permit + 2].tolist() if permit >= 0 else [0, 0]
    opening = {
        "rule_version": VERSION,
        "permit_id": keys.permits.name(state["permit"]),
        "corridor_ids": [world.corridor_ids[corridor] for corridor in world.permits.corridors[slice(*bounds)]],
        "max_distance_m": plain(state["first_distance_m"]),
        "leave_above_m": plain(state["leave_above_m"]),
        "hold_s": state["hold_s"],
        "min_fixes": state["min_fixes"],
    }
    closing = {
        "max_distance_m": plain(state["distance_m"]),
        "duration_s": seconds(state["since_ms"], state["last_ms"]),
        "fixes": state["count"],
    }
    return Telling(NAME, SEVERITY, opening, closing, state["last_ms"], over)


RULE = Rule(NAME, VERSION, CARRY, judge)
