"""Long stop (长时间停车): a loaded truck stands for long where it has no business to.

Standing is measured by place, as a standing receiver tells speeds and its place wanders: every stopped fix must be near
the first one. One that is farther off decides nothing for a while, as it may be an excursion; if the truck stays away,
it has moved on and what follows is another stop. So a queue that creeps on makes no stop, and a spike of speed ends
none. A stop may also be a silence: a truck found after it where it was before stood for all of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rules_engine.carry_rows import UNSET_MS, carried
from rules_engine.episodes import EPISODE
from rules_engine.event import Event
from rules_engine.fix_batch import BoolArray
from rules_engine.geodesy import distance_m
from rules_engine.load_state import EMPTY, HEAVY
from rules_engine.rules.condition import Condition, judge_condition, limit_noted
from rules_engine.rules.rule import Facts, Rule, Telling, plain, seconds
from rules_engine.tracks import at

NAME = "long_stop"
VERSION = 1
NOTICE = 1


@dataclass(frozen=True)
class LongStopLimits:
    """Thresholds of long stops; docs/rules.md tells their origin."""

    below_mps: float = 1 / 3.6
    hold_s: float = 30 * 60.0
    min_fixes: float = 2
    moved_m: float = 50.0
    away_s: float = 120.0
    silence_s: float = 120.0


CARRY = carried([*EPISODE, ("stop_s", "f4")])


@dataclass(frozen=True)
class _Stopped:
    """The rows where a loaded truck stands outside of every place, S of them, each field of shape (S,).

    Attributes:
        rows: Which they are, ascending.
        silent_s: How long nothing was heard of the truck before, where it was found again where it had been, else 0.
    """

    rows: NDArray[np.intp]
    silent_s: NDArray[np.float64]


def judge(facts: Facts) -> list[Event]:
    """Return the long stops of a batch."""
    context = facts.context
    before: Any = context.before[NAME]
    limits = facts.limits(NAME, LongStopLimits())
    stopped, placed = _stopped(facts, limits)
    concerned = before["since_ms"] != UNSET_MS
    concerned[context.tracks.of[stopped.rows]] = True
    if not concerned.any():
        return []
    on, off = np.zeros(len(context.fixes), np.bool_), _ended(facts, concerned)
    off[placed] = True
    stayed, moved = _by_place(facts, stopped.rows[~off[stopped.rows]], off, limits)
    on[stayed], off[moved] = True, True
    condition = Condition(on, off, *_hold(stopped, limits, len(on)), noted={"stop_s": limit_noted(limits.hold_s)})
    return judge_condition(facts, NAME, CARRY, condition, _telling)


def _stopped(facts: Facts, limits: LongStopLimits) -> tuple[_Stopped, NDArray[np.intp]]:
    """Return where loaded trucks stand outside of every place, and the rows where they stand in one."""
    context, load = facts.context, facts.load
    heavy = (load.state == HEAVY) & facts.accuracy.trusted
    if not heavy.any():
        none = np.empty(0, np.intp)
        return _Stopped(none, np.empty(0)), none
    clock: Any = context.before["clock"]
    silence_ms = context.fixes.fix_time_ms - context.tracks.previous(context.place.time_ms, clock["place_ms"])
    silent = (heavy & (silence_ms >= np.asarray(limits.silence_s) * 1000)).nonzero()[0]
    silent_s = silence_ms[silent] / 1000
    found = context.implied_mps(silent) * silent_s < at(limits.moved_m, silent)
    still_s = np.zeros(len(heavy))
    still_s[silent[found]] = silent_s[found]
    rows = (heavy & ((context.speed_mps <= np.asarray(limits.below_mps, np.float32)) | (still_s > 0))).nonzero()[0]
    rated_kg = load.capacity_kg[context.tracks.of[rows]]
    rows = rows[~load.known[rows] | (load.load_kg[rows] >= at(load.limits.heavy_share, rows) * rated_kg)]
    placed = facts.in_places(rows)
    parking = context.world.zones_of("parking")
    fix, _ = parking.holding(context.fixes.lat_deg[rows], context.fixes.lon_deg[rows], context.fixes.fix_time_ms[rows])
    placed[fix] = True
    return _Stopped(rows[~placed], still_s[rows[~placed]]), rows[placed]


def _ended(facts: Facts, concerned: BoolArray) -> BoolArray:
    """Return where a stop is over for certain: the truck drives for the second fix in a row, or is empty."""
    tracks, slow = facts.context.tracks, facts.motion.slow
    motion: Any = facts.context.before["motion"]
    ended: BoolArray = ~slow & ~tracks.previous(slow, motion["slow"])
    ended |= facts.load.state == EMPTY
    ended &= tracks.spread(concerned)
    return ended


def _hold(stopped: _Stopped, limits: LongStopLimits, count: int) -> tuple[Any, Any]:
    """Return how long a stop that begins on each row must last, and by how many fixes.

    One that begins with a silence has lasted as long as the silence already.
    """
    if not stopped.silent_s.any():
        return limits.hold_s, limits.min_fixes
    hold_s, min_fixes = np.full(count, limits.hold_s), np.full(count, limits.min_fixes)
    hold_s[stopped.rows] -= stopped.silent_s
    min_fixes[stopped.rows[stopped.silent_s > 0]] = 1
    return hold_s, min_fixes


def _by_place(
    facts: Facts, rows: NDArray[np.intp], off: BoolArray, limits: LongStopLimits
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return which of the stopped rows are near the first one of their stop, and which show that it is over.

    Stop after stop of every truck at once: what comes after a row that is away for too long is the next one's.
    """
    context = facts.context
    before: Any = context.before[NAME]
    tracks, time_ms = context.tracks, context.fixes.fix_time_ms
    lat_deg, lon_deg = context.fixes.lat_deg, context.fixes.lon_deg
    stayed, moved = [rows[:0]], [rows[:0]]
    over = np.append(0, off.cumsum())
    group = tracks.of[rows] * (len(off) + 1) + over[rows]
    own = over[rows] == over[tracks.start[tracks.of[rows]]]
    carried_on = own & (before["since_ms"][tracks.of[rows]] != UNSET_MS)
    while len(rows):
        start = np.append(True, group[1:] != group[:-1]).nonzero()[0]
        count = np.diff(np.append(start, len(rows)))
        first, track, goes_on = rows[start], tracks.of[rows[start]], carried_on[start]
        anchor_lat_deg = np.where(goes_on, before["lat_deg"][track], lat_deg[first]).repeat(count)
        anchor_lon_deg = np.where(goes_on, before["lon_deg"][track], lon_deg[first]).repeat(count)
        far = distance_m(anchor_lat_deg, anchor_lon_deg, lat_deg[rows], lon_deg[rows]) > at(limits.moved_m, rows)
        seen_ms = np.where(far, np.where(goes_on, before["last_ms"][track], UNSET_MS).repeat(count), time_ms[rows])
        # seen last at or before each row; groups lie one after the other in time or are told apart by their number
        order = np.arange(len(rows))
        near = np.maximum.accumulate(np.where(~far, order, -1))
        seen_ms = np.where(near >= start.repeat(count), time_ms[rows[near]], seen_ms)
        gone = far & (time_ms[rows] - seen_ms > np.asarray(at(limits.away_s, rows)) * 1000)
        until = np.where(gone, order, len(rows))
        ends = np.minimum(np.minimum.reduceat(until, start), np.append(start[1:], len(rows))).repeat(count)
        stayed.append(rows[~far & (order < ends)])
        moved.append(rows[gone & (order == ends)])
        left = order > ends
        rows, group, carried_on = rows[left], group[left], np.zeros(int(left.sum()), np.bool_)
    return np.concatenate(stayed), np.concatenate(moved)


def _telling(_facts: Facts, state: dict[str, Any], over: bool) -> Telling:
    silent_s = round(state["stop_s"] - state["hold_s"], 3)
    opening = {
        "rule_version": VERSION,
        "stood_s": seconds(state["since_ms"], state["confirmed_ms"]) + silent_s,
        "silent_before_s": silent_s,
        "hold_s": plain(state["stop_s"]),
    }
    closing = {
        "stood_s": seconds(state["since_ms"], state["last_ms"]) + silent_s,
        "fixes": state["count"],
    }
    return Telling(NAME, NOTICE, opening, closing, state["last_ms"], over)


RULE = Rule(NAME, VERSION, CARRY, judge)
