"""Illegal dumping, and the fact of normal unloading: each unloading is one of them, by where it began.

Within the fence (and the margin that GPS needs) of a dump point of the permit that binds the truck it is `unloading`,
anywhere else `illegal_dumping`. A truck that no permit binds may use every registered dump point. Where the place is
not known at all, nothing illegal can be shown. A bed raised with nothing to tell what was in it is a warning unless the
truck is on a trip; after that trip's unloading it was empty. What is only presumed, of trucks without sensors, is told
once, with how sure it is, and is a warning at most.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from rules_engine.carry_rows import carried, picked, whole
from rules_engine.event import Event, FixKey
from rules_engine.fix_batch import BoolArray
from rules_engine.load_state import ABSENT_KG, HEAVY
from rules_engine.presumed_dumping import PresumedDumping, PresumedDumpingLimits, confidence
from rules_engine.rules.rule import Facts, Rule, Telling, episode_event, plain, rows_of, seconds
from rules_engine.rules.told_once import Finding, Origin, place_of, told_once
from rules_engine.trip_notes import Arrival
from rules_engine.unloading import BY_LIFT, BY_LOAD, MOST_KG
from rules_engine.world_keys import NO_KEY

NAME = "illegal_dumping"
VERSION = 3
FACT, WARNING, CRITICAL = 0, 2, 3
# How sure it is that a truck unloaded: a gate let it in, or it stayed in the right place.
BY_GATE, BY_STAY = 0.95, 0.8
# The same of a bed that was raised while nothing tells whether there was anything in it.
BY_LIFT_ALONE = 0.5
CARRY = carried(
    [("permit", "i8"), ("dump_point", "i8"), ("allowed", "?"), ("doubted", "?")], permit=NO_KEY, dump_point=NO_KEY
)


def judge(facts: Facts) -> list[Event]:
    """Return the unloadings of a batch, allowed or not, measured or presumed."""
    presumed = [_arrived(facts, arrival) for arrival in facts.trips.log.arrivals]
    return _measured(facts) + presumed + [_dumped(facts, dumping) for dumping in facts.trips.presumed_dumpings]


def _measured(facts: Facts) -> list[Event]:
    unloadings, trips, keys = facts.unloadings, facts.trips, facts.context.keys
    if not len(unloadings):
        return []
    before: Any = facts.context.before[NAME]
    after: Any = facts.context.after[NAME]
    found = picked(before, unloadings.track)
    now = (unloadings.confirm_row >= 0).nonzero()[0]
    found["permit"][now] = keys.permits.key(trips.unloading_permit[now])
    found["dump_point"][now] = keys.dump_points.key(trips.unloading_dump_point[now])
    found["allowed"][now] = trips.unloading_allowed[now]
    found["doubted"][now] = _doubted(facts, now)
    told = (~unloadings.state["muted"]).nonzero()[0]
    found, track = picked(found, told), unloadings.track[told]
    going_on = unloadings.end_row[told] < 0
    whole(after)[track] = whole(CARRY)
    whole(after)[track[going_on]] = whole(found)[going_on]
    states, places = rows_of(picked(unloadings.state, told)), rows_of(found)
    over = (~going_on).tolist()
    return [
        episode_event(facts.context, one, state, _telling(facts, state, place, over[i]))
        for i, (one, state, place) in enumerate(zip(track.tolist(), states, places, strict=True))
    ]


def _doubted(facts: Facts, now: NDArray[np.intp]) -> BoolArray:
    """Return which unloadings are a bed raised on no trip, with nothing to tell whether there was a load in it."""
    unloadings = facts.unloadings
    unweighed = unloadings.state["first_peak_kg"][now] == ABSENT_KG
    heavy = facts.load.state[unloadings.confirm_row[now]] == HEAVY
    doubted: BoolArray = unweighed & ~facts.trips.unloading_on_trip[now] & ~heavy
    return doubted


def _telling(facts: Facts, state: dict[str, Any], place: dict[str, Any], over: bool) -> Telling:
    keys = facts.context.keys
    opening = {
        "rule_version": VERSION,
        "permit_id": keys.permits.name(place["permit"]),
        "dump_point_id": keys.dump_points.name(place["dump_point"]),
        "by": [name for name, bit in (("lift", BY_LIFT), ("load", BY_LOAD)) if state["first_by"] & bit],
        "lift_deg": plain(state["first_lift_deg"]),
        "load_before_kg": plain(state["first_peak_kg"], ABSENT_KG),
        "load_kg": plain(state["first_least_kg"], MOST_KG),
        "lift_above_deg": state["lift_above_deg"],
        "lost_share_above": state["lost_share"],
        "hold_s": state["hold_s"],
    }
    if place["doubted"]:
        opening["confidence"] = BY_LIFT_ALONE
    kind, severity = ("unloading", FACT) if place["allowed"] else (NAME, WARNING if place["doubted"] else CRITICAL)
    end_ms = max(state["progress_ms"], state["since_ms"])
    if not over:
        return Telling(kind, severity, opening, {}, end_ms, over)
    closing = {
        "lift_deg": plain(state["lift_deg"]),
        "load_before_kg": plain(state["peak_kg"], ABSENT_KG),
        "load_kg": plain(state["least_kg"], MOST_KG),
        "duration_s": seconds(state["since_ms"], end_ms),
        "fixes": state["count"],
    }
    return Telling(kind, severity, opening, closing, end_ms, over)


def _arrived(facts: Facts, arrival: Arrival) -> Event:
    """Return the unloading that a gate or a stay at a dump point lets presume."""
    context, keys = facts.context, facts.context.keys
    if arrival.item < 0:
        by, sure = "gate", BY_GATE
        origin = Origin(context.key_of(arrival.row), *place_of(facts, arrival.row))
    else:
        by, sure = "stay", BY_STAY
        (state,) = rows_of(facts.trips.stays.arrivals.state[arrival.item : arrival.item + 1])
        origin = Origin(FixKey(state["since_ms"], state["epoch"], state["seq"]), state["lat_deg"], state["lon_deg"])
    opening = {
        "rule_version": VERSION,
        "permit_id": keys.permits.name(arrival.permit),
        "dump_point_id": keys.dump_points.name(arrival.dump_point),
        "by": [by],
        "confidence": sure,
    }
    stayed_s = seconds(origin.start.fix_time_ms, int(context.fixes.fix_time_ms[arrival.row]))
    return told_once(facts, arrival.row, origin, Finding("unloading", FACT, opening, {"duration_s": stayed_s}))


def _dumped(facts: Facts, dumping: PresumedDumping) -> Event:
    """Return the dumping at the stop where a truck most likely unloaded, known when its trip was over."""
    keys, stop = facts.context.keys, dumping.stop
    limits = keys.of_city("presumed_dumping", PresumedDumpingLimits())
    opening = {
        "rule_version": VERSION,
        "permit_id": keys.permits.name(stop.permit),
        "dump_point_id": keys.dump_points.name(stop.dump_point),
        "by": ["stay"],
        "confidence": confidence(stop, limits),
        "stayed_s": stop.stayed_s,
        "off_route_m": plain(stop.off_route_m),
        "followed_by": dumping.why,
        "loading_presumed": dumping.trip.presumed,
    }
    origin = Origin(FixKey(stop.since_ms, stop.epoch, stop.seq), stop.lat_deg, stop.lon_deg)
    end_ms = stop.since_ms + stop.stayed_s * 1000
    finding = Finding(NAME, WARNING, opening, {"duration_s": float(stop.stayed_s)}, end_ms)
    return told_once(facts, dumping.row, origin, finding)


RULE = Rule(NAME, VERSION, CARRY, judge)
