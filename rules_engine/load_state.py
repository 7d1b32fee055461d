"""Whether a truck is empty or heavy, and when it was loaded.

A load is called heavy above one share of the truck's capacity and empty below another; a change counts once it has
been held, so that a bump in the road or one bad reading changes nothing. An absent sensor leaves the state unknown:
such a truck is never heavy, and never empty either.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rules_engine import readings
from rules_engine.carry_rows import Rows, carried, picked
from rules_engine.context import Context
from rules_engine.episodes import EPISODE, Episodes, settle
from rules_engine.fix_batch import BoolArray, FixBatch
from rules_engine.tracks import Tracks, at, stepwise

ABSENT_KG = -1
MOST_KG = 2**31 - 128  # heavier than anything, and a float32 as well
UNKNOWN, EMPTY, HEAVY = -1, 0, 1


@dataclass(frozen=True)
class LoadStateLimits:
    """Thresholds of load state; docs/rules.md tells their origin."""

    heavy_share: float = 0.40
    empty_share: float = 0.20
    hold_s: float = 10.0
    min_fixes: float = 2
    assumed_capacity_kg: float = 15_500.0


RUN = carried([*EPISODE, ("empty_ms", "i8"), ("on", "?")])
LOAD_STATE = carried([("run", RUN.dtype), ("empty_ms", "i8"), ("state", "i1")], state=UNKNOWN)
LOAD_STATE["run"] = RUN


@dataclass(frozen=True)
class Loadings:
    """Trucks that were loaded, in the order of the rows that confirmed it, each field of shape (L,).

    Attributes:
        row: Where it had been heavy for long enough.
        track: Which truck.
        state: Rows of `RUN`: the first heavy fix, and when the truck was last seen empty before it.
    """

    row: NDArray[np.intp]
    track: NDArray[np.intp]
    state: Rows

    def __len__(self) -> int:
        return len(self.row)


@dataclass(frozen=True)
class LoadState:
    """Load and load state on every row of a batch.

    Attributes:
        load_kg: Whole kilograms, `ABSENT_KG` where no sensor told or told what cannot be, below zero read as zero,
            shape (N,). [kg]
        wild: Rows on which it told what cannot be, ascending.
        capacity_kg: Rated load of each truck, the assumed one where unknown, shape (T,). [kg]
        state: UNKNOWN, EMPTY or HEAVY, debounced, shape (N,).
        changed: Rows where it became another one, ascending.
        loadings: Changes from EMPTY to HEAVY.
        limits: Thresholds in force.
    """

    load_kg: NDArray[np.int32]
    wild: NDArray[np.intp]
    capacity_kg: NDArray[np.float64]
    state: NDArray[np.int8]
    changed: NDArray[np.intp]
    loadings: Loadings
    limits: LoadStateLimits

    @cached_property
    def known(self) -> BoolArray:
        """Return where a sensor told the load, shape (N,)."""
        known: BoolArray = self.load_kg >= 0
        return known

    @cached_property
    def all_known(self) -> bool:
        """Return whether a sensor told the load on every row."""
        return bool(self.known.all())

    @cached_property
    def heavy(self) -> BoolArray:
        """Return where the truck is heavy, shape (N,)."""
        heavy: BoolArray = self.state == HEAVY
        return heavy


def follow(context: Context) -> LoadState:
    """Return the load state of a batch and write its part of the carry."""
    before: Any = context.before["load_state"]
    after: Any = context.after["load_state"]
    tracks = context.tracks
    limits = context.limits("load_state", LoadStateLimits())
    capacity_kg = _capacity_kg(context, limits)
    wild = readings.wild_loads(context, capacity_kg)
    load_kg = _load_kg(context.fixes, wild, capacity_kg, tracks)
    heavy_now = load_kg >= _share_kg(limits.heavy_share, capacity_kg, tracks, np.ceil)
    # an absent load is the largest of all when read without its sign
    empty_now = load_kg.view(np.uint32) <= _share_kg(limits.empty_share, capacity_kg, tracks, np.floor).view(np.uint32)
    runs = settle(
        heavy_now,
        empty_now,
        before["run"],
        RUN,
        tracks,
        hold_s=limits.hold_s,
        min_fixes=limits.min_fixes,
        origins=context.origins,
    )
    _note_last_empty(runs, empty_now, before["empty_ms"], after)
    runs.store(after["run"])
    confirmed = runs.confirmed_now.nonzero()[0]
    row, value = runs.confirm_row, runs.state["on"][confirmed].astype(np.int8)
    state = stepwise(before["state"], row, value, tracks)
    if not len(row):
        return LoadState(load_kg, wild, capacity_kg, state, row, Loadings(row, row, runs.state[:0]), limits)
    after["state"] = state[tracks.last]
    track = tracks.of[row]
    earlier = np.where(row == tracks.start[track], before["state"][track], state[row - 1])
    loaded = (earlier == EMPTY) & (value == HEAVY)
    loadings = Loadings(row[loaded], track[loaded], picked(runs.state, confirmed[loaded]))
    return LoadState(load_kg, wild, capacity_kg, state, row[earlier != value], loadings, limits)


def _capacity_kg(context: Context, limits: LoadStateLimits) -> NDArray[np.float64]:
    known = context.world.capacity_kg[context.vehicle].astype(np.float64)
    return np.where(np.isnan(known), at(limits.assumed_capacity_kg, context.tracks.start), known)


def _load_kg(
    fixes: FixBatch, wild: NDArray[np.intp], capacity_kg: NDArray[np.float64], tracks: Tracks
) -> NDArray[np.int32]:
    """Return the load on each row in whole kilograms: a mass where one is given, else a ratio of the capacity."""
    told_kg = np.rint(np.maximum(fixes.load_kg, 0))
    told_kg[wild] = np.nan
    absent = np.isnan(told_kg)
    if not absent.any():
        return told_kg.astype(np.int32)
    told_kg[absent] = ABSENT_KG
    load_kg = told_kg.astype(np.int32)
    absent[wild] = False
    by_ratio = (absent & ~np.isnan(fixes.load_ratio)).nonzero()[0]
    if len(by_ratio):
        load_kg[by_ratio] = np.rint(np.maximum(fixes.load_ratio[by_ratio], 0) * capacity_kg[tracks.of[by_ratio]])
    return load_kg


def _share_kg(
    share: Any, capacity_kg: NDArray[np.float64], tracks: Tracks, to_whole: Callable[[Any], NDArray[np.float64]]
) -> NDArray[np.int32]:
    """Return a share of the capacity in whole kilograms on each row, as loads are whole."""
    if np.ndim(share):
        least_kg = share * tracks.spread(capacity_kg)
        return np.minimum(to_whole(least_kg), MOST_KG).astype(np.int32)
    return tracks.spread(np.minimum(to_whole(share * capacity_kg), MOST_KG).astype(np.int32))


def _note_last_empty(runs: Episodes, empty_now: BoolArray, before_ms: NDArray[np.int64], after: Any) -> None:
    """Keep when each truck was last seen empty, and with each run when that was before it began."""
    tracks, begun = runs.tracks, (~runs.continued).nonzero()[0]
    at_last = empty_now[tracks.last]
    empty_ms = np.where(at_last, tracks.time_ms[tracks.last], before_ms)
    # of most trucks the last row tells; the others' rows are looked at
    asked = ~at_last
    asked[runs.track[begun]] = True
    empty_row = np.append(-1, (empty_now & tracks.spread(asked)).nonzero()[0])
    if len(empty_row) > 1:
        other = (asked & ~at_last).nonzero()[0]
        last = empty_row[empty_row.searchsorted(tracks.stop[other]) - 1]
        seen = (last >= tracks.start[other]).nonzero()[0]
        empty_ms[other[seen]] = tracks.time_ms[last[seen]]
    after["empty_ms"] = empty_ms
    if len(begun):
        track, row = runs.track[begun], runs.rows[runs.first[begun]]
        last = empty_row[empty_row.searchsorted(row) - 1]
        runs.state["empty_ms"][begun] = np.where(last >= tracks.start[track], tracks.time_ms[last], before_ms[track])
