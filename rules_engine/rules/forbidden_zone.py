"""Forbidden zone (禁区): a truck drives within a zone that is forbidden to it then; also what a control order needs.

A fix counts deep enough inside, so that a truck on the road along a zone gives nothing; between there and the outline
nothing is decided. Standing decides nothing either: it neither makes nor ends an event. Before it has held long enough
a fix outside ends it; later it is over once the truck was out, or the zone no longer in force, for a while. One event
per truck at a time, told of the zone that it entered first.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rules_engine.carry_rows import UNSET_MS, carried
from rules_engine.episodes import EPISODE, MUTED
from rules_engine.event import Event
from rules_engine.fix_batch import BoolArray
from rules_engine.rules.condition import Condition, judge_condition, limit_noted
from rules_engine.rules.rule import Facts, Rule, Telling, seconds
from rules_engine.tracks import Tracks, at, stepwise
from rules_engine.world_keys import NO_KEY
from rules_engine.world_zones import RuleZones

NAME = "forbidden_zone"
VERSION = 1


@dataclass(frozen=True)
class ForbiddenZoneLimits:
    """Thresholds of forbidden zones and control orders; docs/rules.md tells their origin."""

    above_mps: float = 5 / 3.6
    hold_s: float = 120.0
    min_fixes: float = 3
    clear_s: float = 60.0
    margin_m: float = 20.0
    mute_s: float = 7200.0
    severity: float = 2


CARRY = carried(
    [*EPISODE, *MUTED, ("zone", "i8"), ("out_ms", "i8"), ("above_mps", "f4"), ("severity", "i1")], zone=NO_KEY
)


def judge_zones(name: str, rule: str, facts: Facts) -> list[Event]:
    """Return the events of trucks that drove within zones of a rule.

    Args:
        name: The judging rule's name.
        rule: Which zones it is about.
        facts: What is known of the batch.
    """
    context = facts.context
    zones = context.world.zones_of(rule)
    limits = facts.limits(name, ForbiddenZoneLimits())
    row, zone = _deep_inside(facts, zones, limits)
    if not len(row) and context.idle(name):
        return []
    concerned = context.says(name)
    concerned[context.tracks.of[row]] = True
    which = concerned.nonzero()[0]
    among, tracks = context.tracks.among(which)
    inside = _inside(facts, zones, among)
    out = facts.accuracy.trusted[among] & ~inside
    before: Any = context.before_part(name, which)
    out_ms = _out_since(inside, out, before["out_ms"], tracks)
    on = np.zeros(len(among), np.bool_)
    place = among.searchsorted(row)
    on[place] = True
    condition = Condition(
        on,
        off=out & (tracks.time_ms - out_ms >= np.asarray(at(limits.clear_s, among)) * 1000),
        between=out,
        hold_s=_hold_s(at(limits.hold_s, among), len(among), place, zones.hold_s[zone]),
        min_fixes=at(limits.min_fixes, among),
        mute_s=at(limits.mute_s, among),
        noted={"above_mps": limit_noted(limits.above_mps), "severity": limit_noted(limits.severity)},
        begun={"zone": lambda start: context.keys.zones.key(zones.zone[zone[row.searchsorted(start)]])},
        ending={"out_ms": lambda going_on: out_ms[tracks.stop[which.searchsorted(going_on)] - 1]},
        rows=among,
        tracks=tracks,
        which=which,
    )
    return judge_condition(facts, name, CARRY, condition, partial(_telling, name, rule))


def _inside(facts: Facts, zones: RuleZones, rows: NDArray[np.intp]) -> BoolArray:
    """Return whether each of some rows is trusted and in a zone of the rule that is then in force."""
    fixes, inside = facts.context.fixes, facts.accuracy.trusted[rows]
    asked = inside.nonzero()[0]
    at_rows = rows[asked]
    fix, _ = zones.holding(fixes.lat_deg[at_rows], fixes.lon_deg[at_rows], fixes.fix_time_ms[at_rows])
    inside[asked] = False
    inside[asked[fix]] = True
    return inside


def _deep_inside(
    facts: Facts, zones: RuleZones, limits: ForbiddenZoneLimits
) -> tuple[NDArray[np.intp], NDArray[np.int32]]:
    """Return the rows of trucks that drive by the margin or more in zones then in force, and the first one of each."""
    fixes = facts.context.fixes
    earliest_ms, span_ms = facts.context.tracks.span_ms
    if not len(zones) or not zones.any_valid(earliest_ms, earliest_ms + span_ms):
        return np.empty(0, np.intp), np.empty(0, np.int32)
    moving = facts.moving_in_zones(float(np.min(limits.above_mps)))
    moving = moving[facts.context.speed_mps[moving] > np.asarray(at(limits.above_mps, moving), np.float32)]
    fix, zone = zones.holding(fixes.lat_deg[moving], fixes.lon_deg[moving], fixes.fix_time_ms[moving])
    row = moving[fix]
    # a strip as wide as a road keeps its middle, whatever the margin
    usual_m = np.minimum(at(limits.margin_m, row), zones.depth_m[zone])
    margin_m = np.where(np.isnan(zones.margin_m[zone]), usual_m, zones.margin_m[zone])
    deep = ~zones.near_border(fixes.lat_deg[row], fixes.lon_deg[row], zone, margin_m)
    row, zone = row[deep], zone[deep]
    first = np.append(True, row[1:] != row[:-1])[: len(row)]
    return row[first], zone[first]


def _hold_s(limit_s: Any, count: int, place: NDArray[np.intp], own_s: NDArray[np.float64]) -> Any:
    """Return how long it takes on so many rows: the limit, and in places what the zone there says. [s]"""
    if np.isnan(own_s).all():
        return limit_s
    hold_s = np.array(np.broadcast_to(limit_s, count), np.float64)
    hold_s[place] = np.where(np.isnan(own_s), at(limit_s, place), own_s)
    return hold_s


def _out_since(inside: BoolArray, out: BoolArray, before_ms: NDArray[np.int64], tracks: Tracks) -> NDArray[np.int64]:
    """Return on each row since when its truck is out of all zones, `UNSET_MS` where it is not, shape (N,)."""
    decides = inside | out
    rows = decides.nonzero()[0]
    is_out = out[rows]
    was_out = np.append(False, is_out[:-1])
    first = rows.searchsorted(tracks.start)
    seen = (first < rows.searchsorted(tracks.stop)).nonzero()[0]
    was_out[first[seen]] = before_ms[seen] != UNSET_MS
    changed = (is_out != was_out).nonzero()[0]
    since_ms = np.where(is_out[changed], tracks.time_ms[rows[changed]], UNSET_MS)
    return stepwise(before_ms, rows[changed], since_ms, tracks)


def _telling(name: str, rule: str, facts: Facts, state: dict[str, Any], over: bool) -> Telling:
    zone_id = facts.context.keys.zones.name(state["zone"])
    zones = facts.context.world.zones_of(rule)
    place = zones.zone_ids.index(zone_id) if zone_id in zones.zone_ids else None
    opening = {
        "rule_version": VERSION,
        "zone_id": zone_id,
        "zone_name": None if place is None else zones.names[place],
        "order": None if place is None else zones.orders[place],
        "above_mps": state["above_mps"],
        "hold_s": state["hold_s"],
        "min_fixes": state["min_fixes"],
    }
    closing = {"duration_s": seconds(state["since_ms"], state["last_ms"]), "fixes": state["count"]}
    return Telling(name, state["severity"], opening, closing, state["last_ms"], over)


RULE = Rule(NAME, VERSION, CARRY, partial(judge_zones, NAME, "forbidden"))
