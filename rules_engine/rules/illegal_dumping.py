"""Illegal dumping, and the fact of normal unloading: each unloading is one of them, by where it began.

Within the fence (and the margin that GPS needs) of a dump point of the permit that binds the truck it is `unloading`,
anywhere else `illegal_dumping`. A truck that no permit binds may use every registered dump point. Where the place is
not known at all, nothing illegal can be shown.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from rules_engine.episodes import carried
from rules_engine.event import Event
from rules_engine.load_state import ABSENT_KG
from rules_engine.rules.rule import Facts, Rule, episode_event, plain, seconds
from rules_engine.unloading import BY_LIFT, BY_LOAD, MOST_KG, Unloadings
from rules_engine.world_keys import NO_KEY

VERSION = 1
CARRY = carried([("permit", "i8"), ("dump_point", "i8"), ("allowed", "?")], permit=NO_KEY, dump_point=NO_KEY)


def judge(facts: Facts) -> list[Event]:
    """Return the unloadings of a batch, allowed or not."""
    unloadings, trips, keys = facts.unloadings, facts.trips, facts.context.keys
    before: Any = facts.context.before["illegal_dumping"][unloadings.track]
    found = np.empty(len(unloadings), CARRY.dtype)
    found["permit"] = keys.permits.key(trips.unloading_permit)
    found["dump_point"] = keys.dump_points.key(trips.unloading_dump_point)
    found["allowed"] = trips.unloading_allowed
    found = np.where(unloadings.confirm_row >= 0, found, before)
    going_on = unloadings.end_row < 0
    facts.context.after["illegal_dumping"][unloadings.track[going_on]] = found[going_on]
    return [_event(facts, unloadings, found[i], i) for i in range(len(unloadings))]


def _event(facts: Facts, unloadings: Unloadings, found: Any, i: int) -> Event:
    keys, state = facts.context.keys, unloadings.state[i]
    opening = {
        "rule_version": VERSION,
        "permit_id": keys.permits.name(found["permit"]),
        "dump_point_id": keys.dump_points.name(found["dump_point"]),
        "by": [name for name, bit in (("lift", BY_LIFT), ("load", BY_LOAD)) if state["first_by"] & bit],
        "lift_deg": plain(state["first_lift_deg"]),
        "load_before_kg": plain(state["first_peak_kg"], ABSENT_KG),
        "load_kg": plain(state["first_least_kg"], MOST_KG),
        "lift_above_deg": float(state["lift_above_deg"]),
        "lost_share_above": float(state["lost_share"]),
        "hold_s": float(state["hold_s"]),
    }
    over = unloadings.end_row[i] >= 0
    end_ms = max(int(state["progress_ms"]), int(state["since_ms"]))
    closing = {
        "lift_deg": plain(state["lift_deg"]),
        "load_before_kg": plain(state["peak_kg"], ABSENT_KG),
        "load_kg": plain(state["least_kg"], MOST_KG),
        "duration_s": seconds(state["since_ms"], end_ms),
        "fixes": int(state["count"]),
    }
    kind, severity = ("unloading", 0) if found["allowed"] else ("illegal_dumping", 3)
    return episode_event(
        facts.context,
        int(unloadings.track[i]),
        state,
        kind,
        severity,
        opening,
        end_ms if over else None,
        closing if over else None,
    )


RULE = Rule("illegal_dumping", VERSION, CARRY, judge)
