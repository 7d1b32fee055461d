"""No valid permit (无准运证): a truck drives with a load and no permit lets it, or none for the site of the load.

Any permit counts that names the truck or its company and is valid then; one that ended a moment ago still does, so
that a trip begun under it may end. A truck that has permits, but none for the site that it was loaded at, hauls from
the wrong site. A load whose site is not known asks for any permit. One event a truck and day of the city.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rules_engine.carry_rows import UNSET_MS, carried, picked
from rules_engine.episodes import EPISODE, Episodes, find
from rules_engine.event import Event
from rules_engine.fix_batch import BoolArray
from rules_engine.rules.rule import Facts, Rule, Telling, episode_event, load_known_by, rows_of, seconds
from rules_engine.tracks import at
from rules_engine.world_intervals import NEVER_MS
from rules_engine.world_keys import NO_KEY

NAME = "no_permit"
VERSION = 1
WARNING, CRITICAL = 2, 3
NO_PERMIT, WRONG_SITE = 0, 1
WHAT = ("no_permit", "wrong_site")
NO_DAY = -(2**31)


@dataclass(frozen=True)
class NoPermitLimits:
    """Thresholds of no valid permit; docs/rules.md tells their origin."""

    above_mps: float = 5 / 3.6
    hold_s: float = 120.0
    min_fixes: float = 3
    grace_s: float = 3600.0


RUN = carried(
    [
        *EPISODE,
        ("permit", "i8"),
        ("valid_to_ms", "i8"),
        ("site", "i8"),
        ("grace_s", "f4"),
        ("what", "i1"),
        ("told", "?"),
        ("heavy", "?"),
    ],
    permit=NO_KEY,
    site=NO_KEY,
)
CARRY = carried([("run", RUN.dtype), ("told_day", "i4")], told_day=NO_DAY)
CARRY["run"] = RUN


@dataclass(frozen=True)
class _Lacking:
    """The rows of a batch on which a truck hauls without a permit for it, ascending, and what each lacks."""

    rows: NDArray[np.intp]
    what: NDArray[np.int8]


def judge(facts: Facts) -> list[Event]:
    """Return the hauls without valid permit of a batch."""
    context = facts.context
    limits = facts.limits(NAME, NoPermitLimits())
    lacking = _lacking(facts, limits)
    if not len(lacking.rows) and context.idle(NAME):
        return []
    before: Any = context.before[NAME]
    on = np.zeros(len(context.fixes), np.bool_)
    on[lacking.rows] = True
    concerned = before["run"]["since_ms"] != UNSET_MS
    concerned[context.tracks.of[lacking.rows]] = True
    episodes = find(
        on,
        _permitted(facts, concerned, limits),
        before["run"],
        RUN,
        context.tracks,
        hold_s=limits.hold_s,
        min_fixes=limits.min_fixes,
        origins=context.origins,
    )
    if not len(episodes):
        return []
    _note(facts, episodes, lacking, limits)
    told_day = _once_a_day(facts, episodes, before["told_day"])
    after: Any = context.after[NAME]
    episodes.store(after["run"])
    after["told_day"] = told_day
    return _events(facts, episodes)


def _lacking(facts: Facts, limits: NoPermitLimits) -> _Lacking:
    """Return where trucks drive on the road with a load and without a permit for it."""
    context, world = facts.context, facts.context.world
    if not world.permits.permit_ids:  # a city without permits asks for none
        return _Lacking(np.empty(0, np.intp), np.empty(0, np.int8))
    tracks, time_ms = context.tracks, context.fixes.fix_time_ms
    always = world.permits.by_truck.throughout(context.vehicle, time_ms[tracks.start], time_ms[tracks.last])
    unbound = facts.trips.permit < 0
    if not always.all():
        unbound |= tracks.spread(~always)
    unbound &= facts.hauling
    unbound &= context.speed_mps > np.asarray(limits.above_mps, np.float32)
    rows = (unbound & context.located).nonzero()[0]
    # a truck with a permit all the time may lack one for its site only
    rows = rows[~always[tracks.of[rows]] | (facts.trips.origin(rows) >= 0)]
    what = _what(facts, rows, limits)
    rows, what = rows[what >= 0], what[what >= 0]
    outside = ~facts.in_places(rows)
    return _Lacking(rows[outside], what[outside])


def _what(facts: Facts, rows: NDArray[np.intp], limits: NoPermitLimits) -> NDArray[np.int8]:
    """Return what each of some rows with a load lacks, a place in `WHAT`, -1 where nothing."""
    context, permits = facts.context, facts.context.world.permits
    vehicle, now_ms = context.vehicle[context.tracks.of[rows]], context.fixes.fix_time_ms[rows]
    earlier_ms = now_ms - np.rint(np.asarray(at(limits.grace_s, rows)) * 1000).astype(np.int64)
    has_any = (permits.holds_for(vehicle, now_ms) >= 0) | (permits.holds_for(vehicle, earlier_ms) >= 0)
    what = np.where(has_any, np.int8(-1), np.int8(NO_PERMIT))
    unbound = (has_any & (facts.trips.permit[rows] < 0)).nonzero()[0]
    site = facts.trips.origin(rows[unbound])
    unbound, site = unbound[site >= 0], site[site >= 0]
    lets = permits.lets_load(vehicle[unbound], site, now_ms[unbound])
    lets |= permits.lets_load(vehicle[unbound], site, earlier_ms[unbound])
    what[unbound[~lets]] = WRONG_SITE
    return what


def _permitted(facts: Facts, concerned: BoolArray, limits: NoPermitLimits) -> BoolArray:
    """Return where a truck that is concerned has no load, or a permit for it."""
    off = facts.context.tracks.spread(concerned)
    rows = (off & facts.hauling).nonzero()[0]
    off[rows] = _what(facts, rows, limits) < 0
    return off


def _note(facts: Facts, episodes: Episodes, lacking: _Lacking, limits: NoPermitLimits) -> None:
    """Keep with each run what it lacked, and which permit its truck had last."""
    if not episodes.confirmed_now.any():
        return
    context, keys = facts.context, facts.context.keys
    confirm = episodes.rows[np.maximum(episodes.confirm, 0)]
    place = np.minimum(lacking.rows.searchsorted(confirm), len(lacking.rows) - 1)
    vehicle = context.vehicle[context.tracks.of[confirm]]
    permit = context.world.permits.by_truck.newest(vehicle, context.fixes.fix_time_ms[confirm])
    episodes.at_confirmation("world", context.world.version.encode())
    episodes.at_confirmation("what", lacking.what[place])
    episodes.at_confirmation("permit", keys.permits.key(permit))
    episodes.at_confirmation("valid_to_ms", np.append(context.world.permits.valid_to_ms, NEVER_MS)[permit])
    episodes.at_confirmation("site", keys.sites.key(facts.trips.origin(confirm)))
    episodes.at_confirmation("grace_s", at(limits.grace_s, confirm))
    episodes.at_confirmation("heavy", facts.load.heavy[confirm])


def _once_a_day(facts: Facts, episodes: Episodes, before: NDArray[np.int32]) -> NDArray[np.int32]:
    """Note which runs confirmed in this batch are the first of their truck and day; return each truck's last such day.

    A run belongs to the day that it began on.
    """
    confirmed = episodes.confirmed_now.nonzero()[0]
    track = episodes.track[confirmed]
    day = facts.context.world.windows.day(episodes.state["since_ms"][confirmed]).astype(np.int32)
    is_first = np.append(True, (track[1:] != track[:-1]) | (day[1:] != day[:-1]))[: len(track)]
    episodes.state["told"][confirmed] = is_first & (day > before[track])
    told_day = before.copy()
    np.maximum.at(told_day, track, day)
    return told_day


def _events(facts: Facts, episodes: Episodes) -> list[Event]:
    told = episodes.told[episodes.state["told"][episodes.told]]
    states, tracks = rows_of(picked(episodes.state, told)), episodes.track[told].tolist()
    over = episodes.ended[told].tolist()
    return [
        episode_event(facts.context, track, state, _telling(facts, state, ended))
        for track, state, ended in zip(tracks, states, over, strict=True)
    ]


def _telling(facts: Facts, state: dict[str, Any], over: bool) -> Telling:
    keys = facts.context.keys
    has_had, ends = state["permit"] != NO_KEY, state["valid_to_ms"] < NEVER_MS
    opening = {
        "rule_version": VERSION,
        "what": WHAT[state["what"]],
        **load_known_by(state["heavy"]),
        "permit_id": keys.permits.name(state["permit"]),
        "permit_valid_to_ms": state["valid_to_ms"] if has_had and ends else None,
        "site_id": keys.sites.name(state["site"]),
        "local_day": facts.context.world.windows.date(state["since_ms"]),
        "hold_s": state["hold_s"],
        "grace_s": state["grace_s"],
    }
    closing = {"duration_s": seconds(state["since_ms"], state["last_ms"]), "fixes": state["count"]}
    severity = (CRITICAL if state["what"] == NO_PERMIT else WARNING) - (not state["heavy"])
    return Telling(NAME, severity, opening, closing, state["last_ms"], over)


RULE = Rule(NAME, VERSION, CARRY, judge)
