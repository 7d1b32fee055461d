"""Overload (超载): a truck drives on the road with more than it may carry.

A load sensor wanders, so single readings say little: from the first load that is too heavy on, what each level lies
above the threshold is summed up, what it lies below is taken off, and the truck counts as overloaded as long as the sum
is above zero, that is while the mean of its levels since then is too heavy. One level adds or takes no more than a
share of the permitted load, so that no wild reading weighs for many. Standing, or being in a site or dump point,
decides nothing. Once it has held for long enough, only an empty truck ends it: there is one event per load.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rules_engine.carry_rows import carried
from rules_engine.episodes import EPISODE
from rules_engine.event import Event
from rules_engine.load_state import ABSENT_KG, EMPTY
from rules_engine.rules.condition import Condition, judge_condition, limit_noted
from rules_engine.rules.rule import Facts, Rule, Telling, plain, seconds
from rules_engine.tracks import Tracks, at
from rules_engine.world_keys import NO_KEY

NAME = "overload"
VERSION = 1
NOTICE, WARNING, CRITICAL = 1, 2, 3
# Sums of different loads lie this far apart when they are compared at once; none comes near it. [kg]
APART_KG = 2**41


@dataclass(frozen=True)
class OverloadLimits:
    """Thresholds of overload; docs/rules.md tells their origin."""

    above_share: float = 1.05
    step_share: float = 0.10
    above_mps: float = 5 / 3.6
    hold_s: float = 60.0
    min_fixes: float = 3
    severe_above_share: float = 1.30
    extreme_above_share: float = 2.00


CARRY = carried(
    [
        *EPISODE,
        ("excess_kg", "i8"),
        ("permit", "i8"),
        ("permitted_kg", "f8"),
        ("above_share", "f4"),
        ("severe_above_share", "f4"),
        ("extreme_above_share", "f4"),
        ("load_kg", "i4"),
        ("first_load_kg", "i4"),
    ],
    permit=NO_KEY,
    load_kg=ABSENT_KG,
    first_load_kg=ABSENT_KG,
)


def judge(facts: Facts) -> list[Event]:
    """Return the overloads of a batch."""
    context, levels = facts.context, facts.levels.kg
    limits = facts.limits(NAME, OverloadLimits())
    permitted_kg = _permitted_kg(facts)
    too_heavy = levels > np.multiply(permitted_kg, limits.above_share)
    if not too_heavy.any() and context.idle(NAME):
        return []
    concerned = context.says(NAME)
    concerned[context.tracks.of[too_heavy.nonzero()[0]]] = True
    on_road = _on_road(facts, permitted_kg, context.tracks.spread(concerned), limits)
    emptied = facts.load.state == EMPTY
    excess_kg = _excess_kg(facts, on_road, emptied, permitted_kg, limits)
    on, between = np.zeros(len(levels), np.bool_), np.zeros(len(levels), np.bool_)
    on[on_road], between[on_road] = excess_kg > 0, excess_kg <= 0
    condition = Condition(
        on,
        emptied,
        limits.hold_s,
        limits.min_fixes,
        between=between,
        extrema={"load_kg": (np.maximum, lambda rows: np.where(on[rows], levels[rows], ABSENT_KG))},
        noted={
            "permit": lambda rows: context.keys.permits.key(facts.trips.permit[rows]),
            "permitted_kg": lambda rows: permitted_kg[rows],
            "above_share": limit_noted(limits.above_share),
            "severe_above_share": limit_noted(limits.severe_above_share),
            "extreme_above_share": limit_noted(limits.extreme_above_share),
        },
        # a sum above zero is a run that goes on
        ending={"excess_kg": lambda tracks: _left_kg(facts, on_road, excess_kg, tracks)},
    )
    return judge_condition(facts, NAME, CARRY, condition, _telling)


def _permitted_kg(facts: Facts) -> NDArray[np.float64]:
    """Return what each row's truck may carry: what the permit says that binds it, else what it is built for. [kg]

    NaN where nobody knows, also where a share of an unknown capacity is all that the sensor tells.
    """
    context, permits = facts.context, facts.context.world.permits
    capacity_kg = context.world.capacity_kg[context.vehicle].astype(np.float64)
    permitted_kg = context.tracks.spread(capacity_kg)
    if not np.isnan(permits.max_load_kg).all():
        bound = (facts.trips.permit >= 0).nonzero()[0]
        own_kg = permits.max_load_kg[facts.trips.permit[bound]]
        permitted_kg[bound] = np.where(np.isnan(own_kg), permitted_kg[bound], own_kg)
        if np.isnan(capacity_kg).any():
            no_mass = np.isnan(context.fixes.load_kg) & np.isnan(context.tracks.spread(capacity_kg))
            permitted_kg[no_mass] = np.nan
    return permitted_kg


def _on_road(
    facts: Facts, permitted_kg: NDArray[np.float64], concerned: NDArray[np.bool_], limits: OverloadLimits
) -> NDArray[np.intp]:
    """Return the rows that decide: the truck drives, outside of sites and dump points, and its load is known."""
    drives = facts.context.speed_mps > np.asarray(limits.above_mps, np.float32)
    drives &= concerned & facts.accuracy.trusted
    drives &= (facts.levels.kg != ABSENT_KG) & (facts.load.state != EMPTY)
    rows = (drives & ~np.isnan(permitted_kg)).nonzero()[0]
    outside: NDArray[np.intp] = rows[~facts.in_places(rows)]
    return outside


def _excess_kg(
    facts: Facts,
    rows: NDArray[np.intp],
    emptied: NDArray[np.bool_],
    permitted_kg: NDArray[np.float64],
    limits: OverloadLimits,
) -> NDArray[np.int64]:
    """Return what levels lay above the threshold by each of some rows, never less than 0, 0 again after an empty truck.

    With s the sums of the steps, that is s minus the least s so far, as in a queue that no one leaves before he came.
    """
    if not len(rows):
        return np.empty(0, np.int64)
    tracks = facts.context.tracks
    step_kg = at(limits.step_share, rows) * permitted_kg[rows]
    above_kg = facts.levels.kg[rows] - at(limits.above_share, rows) * permitted_kg[rows]
    sums_kg = np.rint(np.clip(above_kg, -step_kg, step_kg)).astype(np.int64)
    track = tracks.of[rows]
    emptied_before = emptied.cumsum()[rows]
    begins = np.append(True, (track[1:] != track[:-1]) | (emptied_before[1:] != emptied_before[:-1]))
    start = begins.nonzero()[0]
    length = np.diff(np.append(start, len(rows)))
    sums_kg = sums_kg.cumsum()
    goes_on = ~_emptied_since_start(emptied, tracks, rows[start])
    carried_kg: Any = facts.context.before_part(NAME, track[start])["excess_kg"]
    base_kg = np.append(0, sums_kg)[start] - np.where(goes_on, carried_kg, 0)
    sums_kg -= base_kg.repeat(length)
    apart_kg = (np.arange(len(start)) * APART_KG).repeat(length)
    least_kg = np.minimum.accumulate(sums_kg - apart_kg) + apart_kg
    excess_kg: NDArray[np.int64] = sums_kg - np.minimum(least_kg, 0)
    return excess_kg


def _emptied_since_start(emptied: NDArray[np.bool_], tracks: Tracks, rows: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Return whether the truck was empty on a row of this batch before each of some rows."""
    count = np.append(0, emptied.cumsum())
    since: NDArray[np.bool_] = count[rows] > count[tracks.start[tracks.of[rows]]]
    return since


def _left_kg(
    facts: Facts, rows: NDArray[np.intp], excess_kg: NDArray[np.int64], tracks: NDArray[np.intp]
) -> NDArray[np.int64]:
    """Return what some trucks carry on of their excess; none was empty after its last row that decided."""
    last = rows.searchsorted(facts.context.tracks.stop[tracks]) - 1
    decided = np.append(rows, -1)[last] >= facts.context.tracks.start[tracks]
    carried_kg: Any = facts.context.before_part(NAME, tracks)["excess_kg"]
    return np.where(decided, np.append(excess_kg, 0)[last], carried_kg)


def _telling(facts: Facts, state: dict[str, Any], over: bool) -> Telling:
    share = (state["load_kg"] if over else state["first_load_kg"]) / state["permitted_kg"]
    opening = {
        "rule_version": VERSION,
        "permit_id": facts.context.keys.permits.name(state["permit"]),
        "load_kg": plain(state["first_load_kg"]),
        "permitted_kg": plain(state["permitted_kg"]),
        "above_share": plain(state["above_share"]),
        "hold_s": state["hold_s"],
    }
    closing = {
        "load_kg": plain(state["load_kg"]),
        "duration_s": seconds(state["since_ms"], state["last_ms"]),
        "fixes": state["count"],
    }
    severe, extreme = share > state["severe_above_share"], share > state["extreme_above_share"]
    severity = CRITICAL if extreme else WARNING if severe else NOTICE
    return Telling(NAME, severity, opening, closing, state["last_ms"], over)


RULE = Rule(NAME, VERSION, CARRY, judge)
