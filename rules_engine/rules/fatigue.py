"""Fatigue (疲劳驾驶): a truck is driven for hours without a rest.

Nobody says who drives, so the truck stands for its driver. A span of driving begins with the second of two fixes in a
row that move, and goes on over every stand that is shorter than a rest: queues, jams and loading are none. A silence as
long as a rest counts as one, as nobody saw the truck drive, unless the places before and after it are so far apart that
it did. One event per span. Limits are those of the city or company: a span goes over many trips.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rules_engine.carry_rows import UNSET_MS, Rows, carried, picked, whole
from rules_engine.event import Event
from rules_engine.fix_batch import BoolArray
from rules_engine.rules.rule import Facts, Rule, Telling, episode_event, rows_of, seconds
from rules_engine.tracks import at, reduce_slices

NAME = "fatigue"
VERSION = 1
WARNING = 2
ENGINE_OFF = 0


@dataclass(frozen=True)
class FatigueLimits:
    """Thresholds of fatigue; docs/rules.md tells their origin."""

    hold_s: float = 4 * 3600.0
    rest_s: float = 20 * 60.0
    above_mps: float = 5 / 3.6
    silent_above_mps: float = 20 / 3.6


# `moving`: whether the newest row moved; `moved_ms`: when two in a row last did; the rest is of the span that goes on.
CARRY = carried(
    [
        ("moved_ms", "i8"),
        ("since_ms", "i8"),
        ("confirmed_ms", "i8"),
        ("epoch", "i8"),
        ("seq", "i8"),
        ("lat_deg", "f8"),
        ("lon_deg", "f8"),
        ("world", "S16"),
        ("hold_s", "f4"),
        ("rest_s", "f4"),
        ("count", "i4"),
        ("longest_stop", "i4"),
        ("first_longest_stop", "i4"),
        ("moving", "?"),
    ]
)


@dataclass(frozen=True)
class _Driving:
    """The rows of a batch that drive, D of them, each field of shape (D,).

    Attributes:
        rows: Which they are, ascending.
        track: Truck of each.
        time_ms: When it was.
        stood_ms: How long the truck had not been driven.
        first: Whether it is the first one of its track.
        rested: Whether that was a rest.
    """

    rows: NDArray[np.intp]
    track: NDArray[np.intp]
    time_ms: NDArray[np.int64]
    stood_ms: NDArray[np.int64]
    first: BoolArray
    rested: BoolArray


def judge(facts: Facts) -> list[Event]:
    """Return the spans of driving that were too long, of a batch."""
    tracks = facts.context.tracks
    before: Any = facts.context.before[NAME]
    after: Any = facts.context.after[NAME]
    limits = facts.context.limits(NAME, FatigueLimits())
    moving = _moving(facts, limits)
    driving = _driving(facts, moving, limits)
    begins = driving.first | driving.rested
    start = begins.nonzero()[0]
    stop = np.append(start[1:], len(driving.rows))[: len(start)]
    track = driving.track[start]
    state = _begun(facts, driving, start, limits)
    confirmed = _follow(facts, driving, state, start, stop)
    state["moved_ms"] = driving.time_ms[stop - 1]
    last = np.append(track[1:] != track[:-1], True)[: len(track)]
    whole(after)[track[last]] = whole(state)[last]
    after["moving"] = moving[tracks.last]
    rest_ms = np.asarray(at(limits.rest_s, tracks.last)) * 1000
    rested = (after["since_ms"] != UNSET_MS) & (tracks.time_ms[tracks.last] - after["moved_ms"] >= rest_ms)
    went_on = np.zeros(len(tracks), np.bool_)
    went_on[driving.track[driving.first & ~driving.rested]] = True
    drove = np.zeros(len(tracks), np.bool_)
    drove[track] = True
    over = ~last | rested[track]
    earlier = (before["confirmed_ms"] != UNSET_MS) & np.where(drove, ~went_on, rested)
    events = _told(facts, before, earlier.nonzero()[0], np.ones(len(tracks), np.bool_))
    told = (confirmed | (over & (state["confirmed_ms"] != UNSET_MS))).nonzero()[0]
    events += _told(facts, state, told, over, track)
    _forget(after, rested)
    return events


def _moving(facts: Facts, limits: FatigueLimits) -> BoolArray:
    """Return where a truck moves by its own engine."""
    moving = facts.context.speed_mps > np.asarray(limits.above_mps, np.float32)
    moving &= facts.accuracy.trusted
    moving &= facts.context.fixes.ignition != ENGINE_OFF
    return moving


def _driving(facts: Facts, moving: BoolArray, limits: FatigueLimits) -> _Driving:
    """Return the rows that move like the one before, or that ended a silence in which the truck was driven."""
    context, tracks = facts.context, facts.context.tracks
    before: Any = context.before[NAME]
    clock: Any = context.before["clock"]
    drives = moving & tracks.previous(moving, before["moving"])
    recorded_ms = tracks.previous(tracks.time_ms, clock["fix_time_ms"])
    rest_ms = np.asarray(limits.rest_s) * 1000
    silent = ((tracks.time_ms - recorded_ms >= rest_ms) & facts.accuracy.trusted).nonzero()[0]
    unseen = silent[context.implied_mps(silent) > at(limits.silent_above_mps, silent)]
    drives[unseen] = True
    rows = drives.nonzero()[0]
    time_ms, track = tracks.time_ms[rows], tracks.of[rows]
    first = np.append(True, track[1:] != track[:-1])[: len(rows)]
    moved_ms = np.append(UNSET_MS, time_ms)[:-1]
    moved_ms[first] = before["moved_ms"][track[first]]
    until_ms = time_ms.copy()
    until_ms[rows.searchsorted(unseen)] = recorded_ms[unseen]
    stood_ms = until_ms - moved_ms
    rested = stood_ms >= (at(rest_ms, rows) if rest_ms.ndim else rest_ms)
    return _Driving(rows, track, time_ms, stood_ms, first, rested)


def _begun(facts: Facts, driving: _Driving, start: NDArray[np.intp], limits: FatigueLimits) -> Rows:
    """Return the carry row that each span starts this batch with."""
    context = facts.context
    state = picked(context.before[NAME], driving.track[start])
    begun = driving.rested[start].nonzero()[0]
    whole(state)[begun] = whole(CARRY)
    rows = driving.rows[start[begun]]
    state["since_ms"][begun] = context.tracks.time_ms[rows]
    state["hold_s"][begun], state["rest_s"][begun] = at(limits.hold_s, rows), at(limits.rest_s, rows)
    for name, column in zip(context.origins._fields, context.origins, strict=True):
        state[name][begun] = column[rows]
    return state


def _follow(facts: Facts, driving: _Driving, state: Rows, start: NDArray[np.intp], stop: NDArray[np.intp]) -> BoolArray:
    """Bring the spans up to their last row in this batch, and return which of them were long enough only now."""
    confirmed = np.zeros(len(start), np.bool_)
    stops_ms = np.where(driving.rested, 0, driving.stood_ms).astype(np.int32)
    longest = state["longest_stop"].copy()
    state["longest_stop"] = np.maximum(longest, reduce_slices(np.maximum, stops_ms, start, stop, longest))
    state["count"] += (stop - start).astype(np.int32)
    due_ms = state["since_ms"] + np.rint(state["hold_s"].astype(np.float64) * 1000).astype(np.int64)
    due = (state["confirmed_ms"] == UNSET_MS) & (driving.time_ms[stop - 1] >= due_ms)
    for span in due.nonzero()[0].tolist():
        rows = slice(start[span], stop[span])
        row = start[span] + driving.time_ms[rows].searchsorted(due_ms[span])
        state["confirmed_ms"][span] = driving.time_ms[row]
        state["first_longest_stop"][span] = max(longest[span], stops_ms[start[span] : row + 1].max())
        state["world"][span] = facts.context.world.version.encode()
        confirmed[span] = True
    return confirmed


def _forget(after: Any, rested: BoolArray) -> None:
    """Leave of the spans that are over only when the truck was driven last."""
    tracks = rested.nonzero()[0]
    moved_ms, moving = after["moved_ms"][tracks], after["moving"][tracks]
    whole(after)[tracks] = whole(CARRY)
    after["moved_ms"][tracks], after["moving"][tracks] = moved_ms, moving


def _told(
    facts: Facts, state: Rows, which: NDArray[np.intp], over: BoolArray, track: NDArray[np.intp] | None = None
) -> list[Event]:
    tracks = which if track is None else track[which]
    return [
        episode_event(facts.context, of, row, _telling(row, is_over))
        for of, row, is_over in zip(tracks.tolist(), rows_of(picked(state, which)), over[which].tolist(), strict=True)
    ]


def _telling(state: dict[str, Any], over: bool) -> Telling:
    opening = {
        "rule_version": VERSION,
        "hold_s": state["hold_s"],
        "rest_s": state["rest_s"],
        "longest_stop_s": state["first_longest_stop"] / 1000,
    }
    closing = {
        "duration_s": seconds(state["since_ms"], state["moved_ms"]),
        "longest_stop_s": state["longest_stop"] / 1000,
        "fixes": state["count"],
    }
    return Telling(NAME, WARNING, opening, closing, state["moved_ms"], over)


RULE = Rule(NAME, VERSION, CARRY, judge)
