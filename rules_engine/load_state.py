"""Whether a truck is empty or heavy, and when it was loaded.

A load is called heavy above one share of the truck's capacity and empty below another; a change counts once it has
been held, so that a bump in the road or one bad reading changes nothing. An absent sensor leaves the state unknown:
such a truck is never heavy, and never empty either.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rules_engine.context import Context
from rules_engine.episodes import EPISODE, HELD, UNSET_MS, Episodes, Tracks, at, carried, find, stepwise
from rules_engine.event import FixKey
from rules_engine.fix_batch import BoolArray, FixBatch

ABSENT_KG = -1
UNKNOWN, EMPTY, HEAVY = -1, 0, 1


@dataclass(frozen=True)
class LoadStateLimits:
    """Thresholds of load state; docs/rules.md tells their origin."""

    heavy_share: float = 0.40
    empty_share: float = 0.20
    hold_s: float = 10.0
    min_fixes: float = 2
    assumed_capacity_kg: float = 15_500.0


HEAVY_RUN = carried([*EPISODE, ("empty_ms", "i8")])
EMPTY_RUN = carried(HELD)
LOAD_STATE = carried([("heavy", HEAVY_RUN.dtype), ("empty", EMPTY_RUN.dtype), ("empty_ms", "i8"), ("state", "i1")])
LOAD_STATE["heavy"], LOAD_STATE["empty"], LOAD_STATE["state"] = HEAVY_RUN, EMPTY_RUN, UNKNOWN


@dataclass(frozen=True)
class Loadings:
    """Trucks that were loaded, in the order of the rows that confirmed it, each field of shape (L,).

    Attributes:
        row: Where it had been heavy for long enough.
        track: Which truck.
        start_ms: Time of the first heavy fix; with epoch and seq, its name.
        empty_ms: Time of the last fix before that still was empty.
        lat_deg: Where the first heavy fix was, NaN where unknown. [deg]
    """

    row: NDArray[np.intp]
    track: NDArray[np.intp]
    start_ms: NDArray[np.int64]
    epoch: NDArray[np.int64]
    seq: NDArray[np.int64]
    empty_ms: NDArray[np.int64]
    lat_deg: NDArray[np.float64]
    lon_deg: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.row)

    def key(self, i: int) -> FixKey:
        """Return the name of the first heavy fix of one of them."""
        return FixKey(int(self.start_ms[i]), int(self.epoch[i]), int(self.seq[i]))


@dataclass(frozen=True)
class LoadState:
    """Load and load state on every row of a batch.

    Attributes:
        load_kg: Whole kilograms, `ABSENT_KG` where no sensor told, below zero read as zero, shape (N,). [kg]
        capacity_kg: Rated load of each truck, the assumed one where unknown, shape (T,). [kg]
        state: UNKNOWN, EMPTY or HEAVY, debounced, shape (N,).
        changed: Rows where it became another one, ascending.
        loadings: Changes from EMPTY to HEAVY.
        limits: Thresholds in force.
    """

    load_kg: NDArray[np.int32]
    capacity_kg: NDArray[np.float64]
    state: NDArray[np.int8]
    changed: NDArray[np.intp]
    loadings: Loadings
    limits: LoadStateLimits

    @cached_property
    def known(self) -> BoolArray:
        """Return where a sensor told the load, shape (N,)."""
        return self.load_kg >= 0

    @cached_property
    def heavy(self) -> BoolArray:
        """Return where the truck is heavy, shape (N,)."""
        return self.state == HEAVY


def follow(context: Context) -> LoadState:
    """Return the load state of a batch and write its part of the carry."""
    before: Any = context.before["load_state"]
    after: Any = context.after["load_state"]
    tracks = context.tracks
    limits = context.limits("load_state", LoadStateLimits())
    capacity_kg = _capacity_kg(context, limits)
    rated_kg = tracks.spread(capacity_kg)
    load_kg = _load_kg(context.fixes, rated_kg)
    heavy_now = load_kg >= limits.heavy_share * rated_kg
    empty_now = (load_kg <= limits.empty_share * rated_kg) & (load_kg >= 0)
    held = {"hold_s": limits.hold_s, "min_fixes": limits.min_fixes, "news_only": True}
    heavy = find(heavy_now, empty_now, before["heavy"], HEAVY_RUN, tracks, origins=context.origins, **held)
    empty = find(empty_now, heavy_now, before["empty"], EMPTY_RUN, tracks, **held)
    _note_last_empty(heavy, empty_now, before["empty_ms"], after)
    heavy.store(after["heavy"])
    empty.store(after["empty"])
    row, value = _changes(heavy, empty)
    state = stepwise(before["state"], row, value, tracks)
    after["state"] = state[tracks.last]
    earlier = _earlier(state, before["state"], row, tracks)
    return LoadState(
        load_kg, capacity_kg, state, row[state[row] != earlier], _loadings(heavy, state, before["state"]), limits
    )


def _capacity_kg(context: Context, limits: LoadStateLimits) -> NDArray[np.float64]:
    known = context.world.capacity_kg[context.vehicle].astype(np.float64)
    return np.where(np.isnan(known), at(limits.assumed_capacity_kg, context.tracks.start), known)


def _load_kg(fixes: FixBatch, capacity_kg: NDArray[np.float64]) -> NDArray[np.int32]:
    """Return the load on each row in whole kilograms: a mass where one is given, else a ratio of the capacity."""
    absent = np.isnan(fixes.load_kg)
    if not absent.any():
        return np.rint(np.maximum(fixes.load_kg, 0)).astype(np.int32)
    by_ratio = absent & ~np.isnan(fixes.load_ratio)
    load_kg = np.where(absent, np.float64(ABSENT_KG), np.maximum(fixes.load_kg, 0))
    load_kg[by_ratio] = np.maximum(fixes.load_ratio[by_ratio], 0) * capacity_kg[by_ratio]
    return np.rint(load_kg).astype(np.int32)


def _note_last_empty(heavy: Episodes, empty_now: BoolArray, before_ms: NDArray[np.int64], after: Any) -> None:
    """Keep when each truck was last seen empty, and with each heavy run when that was before it began."""
    tracks, begun = heavy.tracks, np.flatnonzero(~heavy.continued)
    empty_row = np.append(-1, np.flatnonzero(empty_now))
    last = empty_row[np.searchsorted(empty_row, tracks.stop) - 1]
    seen = np.flatnonzero(last >= tracks.start)
    after["empty_ms"][seen] = tracks.time_ms[last[seen]]
    track, row = heavy.track[begun], heavy.rows[heavy.first[begun]]
    last = empty_row[np.searchsorted(empty_row, row) - 1]
    heavy.state["empty_ms"][begun] = np.where(last >= tracks.start[track], tracks.time_ms[last], before_ms[track])


def _changes(heavy: Episodes, empty: Episodes) -> tuple[NDArray[np.intp], NDArray[np.int8]]:
    """Return the rows where a state was confirmed, ascending, and which."""
    row = np.concatenate((heavy.confirm_row, empty.confirm_row))
    value = np.repeat(np.array([HEAVY, EMPTY], np.int8), [len(heavy.confirm_row), len(empty.confirm_row)])
    order = np.argsort(row)
    return row[order], value[order]


def _earlier(
    state: NDArray[np.int8], before: NDArray[np.int8], row: NDArray[np.intp], tracks: Tracks
) -> NDArray[np.int8]:
    """Return the state on the row before each of some rows."""
    track = tracks.of[row]
    return np.where(row == tracks.start[track], before[track], state[row - 1])


def _loadings(heavy: Episodes, state: NDArray[np.int8], state_before: NDArray[np.int8]) -> Loadings:
    now = np.flatnonzero(heavy.confirmed_now)
    row, track = heavy.rows[heavy.confirm[now]], heavy.track[now]
    was_empty = _earlier(state, state_before, row, heavy.tracks) == EMPTY
    run = heavy.state[now[was_empty]]
    return Loadings(
        row[was_empty],
        track[was_empty],
        run["since_ms"],
        run["epoch"],
        run["seq"],
        run["empty_ms"],
        run["lat_deg"],
        run["lon_deg"],
    )
