"""Route deviation: a truck on its way under a permit leaves every corridor of it for too long.

Distances are to the corridors' segments, so past a corridor's end the distance from that end counts: a truck that goes
on towards no dump point of its permit is off its route as well, and the event says that it was beyond the end. Between
the two thresholds nothing is decided, nor by a fix that cannot be trusted. Where the trip came from and where it may
go to, and their surroundings, are no deviation, as the last metres to them are off the road. Other sites and dump
points on the way are roadside like any other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rules_engine.event import Event
from rules_engine.fix_batch import BoolArray
from rules_engine.rules.condition import Condition, condition_carry, judge_condition
from rules_engine.rules.rule import Facts, Rule, Telling, plain, seconds
from rules_engine.tracks import at

NAME = "route_deviation"
VERSION = 3
SEVERITY = 2
WITHIN, BEYOND = 0, 2  # of the thresholds, as `World.route_class` has it


@dataclass(frozen=True)
class RouteDeviationLimits:
    """Thresholds of route deviation; docs/rules.md tells their origin."""

    leave_above_m: float = 100.0
    return_share: float = 0.80
    hold_s: float = 180.0
    min_fixes: float = 3
    place_margin_m: float = 100.0
    mute_s: float = 7200.0


CARRY = condition_carry(
    {"distance_m": ("f8", -np.inf)}, [("leave_above_m", "f8"), ("permit", "i8"), ("beyond_end", "?")]
)


def judge(facts: Facts) -> list[Event]:
    """Return the route deviations of a batch."""
    context, permit = facts.context, facts.trips.permit
    bound = permit >= 0
    if not bound.any() and context.idle(NAME):
        return []
    limits = facts.limits(NAME, RouteDeviationLimits())
    off_route, on_route = _off_route(facts, limits, (bound & facts.accuracy.trusted).nonzero()[0])
    if not len(off_route) and context.idle(NAME):
        return []
    off = ~bound
    off[on_route] = True
    on = np.zeros(len(permit), np.bool_)
    on[off_route] = True
    condition = Condition(
        on,
        off,
        limits.hold_s,
        limits.min_fixes,
        limits.mute_s,
        extrema={"distance_m": (np.maximum, lambda rows: _distance_m(facts, rows, on))},
        noted={
            "permit": lambda rows: context.keys.permits.key(permit[rows]),
            "leave_above_m": lambda rows: _leave_above_m(facts, limits, rows),
            "beyond_end": lambda rows: _beyond_end(facts, rows),
        },
    )
    return judge_condition(facts, NAME, CARRY, condition, _telling)


def _leave_above_m(facts: Facts, limits: RouteDeviationLimits, rows: NDArray[np.intp]) -> NDArray[np.float64]:
    """Return how far from its corridors the truck may be on each of some rows that a permit binds. [m]

    The permit's own limit goes before the half width of its widest corridor, and that before everyone else's limit.
    """
    half_width_m = facts.context.keys.half_width_m[facts.trips.permit[rows]]
    return np.where(np.isnan(half_width_m), at(limits.leave_above_m, rows), half_width_m)


def _off_route(
    facts: Facts, limits: RouteDeviationLimits, rows: NDArray[np.intp]
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return of some rows that a permit binds those off every corridor, and those on one or at an end of their trip."""
    fixes, permit = facts.context.fixes, facts.trips.permit
    if not len(rows):
        return rows, rows
    least_m = _leave_above_m(facts, limits, rows)
    world = facts.context.world
    place = world.route_class(
        permit[rows],
        fixes.lat_deg[rows],
        fixes.lon_deg[rows],
        at(limits.return_share, rows) * least_m,
        least_m,
        fixes.fix_time_ms[rows] if world.routes.dated else None,
    )
    off, on = rows[place == BEYOND], rows[place == WITHIN]
    if not len(off):
        return off, on
    placed = facts.at_either_end(off, float(np.max(limits.place_margin_m)))
    return off[~placed], np.concatenate((on, off[placed]))


def _distance_m(facts: Facts, rows: NDArray[np.intp], on: BoolArray) -> NDArray[np.float64]:
    """Return the distance from the route on those of some rows that are off it, else -inf. [m]"""
    fixes, away = facts.context.fixes, on[rows].nonzero()[0]
    distance_m = np.full(len(rows), -np.inf)
    row = rows[away]
    distance_m[away] = facts.context.world.route_distance_m(
        facts.trips.permit[row], fixes.lat_deg[row], fixes.lon_deg[row], fixes.fix_time_ms[row]
    )
    return distance_m


def _beyond_end(facts: Facts, rows: NDArray[np.intp]) -> BoolArray:
    """Return whether what is nearest of the route on each of some rows is its end."""
    fixes = facts.context.fixes
    return facts.context.world.routes.beyond_end(
        facts.trips.permit[rows], fixes.lat_deg[rows], fixes.lon_deg[rows], fixes.fix_time_ms[rows]
    )


def _telling(facts: Facts, state: dict[str, Any], over: bool) -> Telling:
    keys, world = facts.context.keys, facts.context.world
    permit = keys.permits.row_of.get(state["permit"], -1)
    corridors = world.routes.corridors_at(permit, state["confirmed_ms"])
    opening = {
        "rule_version": VERSION,
        "permit_id": keys.permits.name(state["permit"]),
        "corridor_ids": [world.corridor_ids[corridor] for corridor in corridors],
        "max_distance_m": plain(state["first_distance_m"]),
        "leave_above_m": plain(state["leave_above_m"]),
        "beyond_end": state["beyond_end"],
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
