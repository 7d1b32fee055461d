"""Where a truck tipped its load, told from lift and load, each alone or together; whether it was allowed is not asked.

A truck unloads standing or creeping. Within a stand the bed raised for some seconds, or the load fallen far below its
highest level of the stand (and of the fix just before it), held, is an unloading; one per stand. Raising a bed that the
load sensor knows to be empty is none.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rules_engine.carry_rows import UNSET_MS, Rows, carried, picked, whole
from rules_engine.context import Context
from rules_engine.episodes import EPISODE, Episodes, OriginsAmong, find
from rules_engine.fix_batch import BoolArray
from rules_engine.load_level import Levels
from rules_engine.load_state import ABSENT_KG, LoadState
from rules_engine.motion import Motion
from rules_engine.stands import Stands
from rules_engine.tracks import Tracks, at, latch, ranges, reduce_slices


@dataclass(frozen=True)
class UnloadingLimits:
    """Thresholds of unloading; docs/rules.md tells their origin."""

    hold_s: float = 10.0
    min_fixes: float = 2
    lost_share: float = 0.40
    peak_share: float = 0.25
    progress_share: float = 0.05
    sparse_s: float = 20.0
    silence_until_s: float = 600.0


BY_LIFT, BY_LOAD = 1, 2
MOST_KG = np.iinfo(np.int32).max

# A run of signs of unloading: lift or load says so. `first_` is as of the moment it was confirmed.
SIGNS = carried(
    [
        *EPISODE,
        ("progress_ms", "i8"),
        ("first_progress_ms", "i8"),
        ("peak_kg", "i4"),
        ("first_peak_kg", "i4"),
        ("least_kg", "i4"),
        ("first_least_kg", "i4"),
        ("lift_deg", "f4"),
        ("first_lift_deg", "f4"),
        ("lift_above_deg", "f8"),
        ("lost_share", "f8"),
        ("by", "i1"),
        ("first_by", "i1"),
        ("muted", "?"),
    ],
    peak_kg=ABSENT_KG,
    first_peak_kg=ABSENT_KG,
    least_kg=MOST_KG,
    first_least_kg=MOST_KG,
    lift_deg=-np.inf,
    first_lift_deg=-np.inf,
)
UNLOADING = carried([("signs", SIGNS.dtype), ("peak_kg", "i4"), ("low", "?"), ("unloaded", "?")], peak_kg=ABSENT_KG)
UNLOADING["signs"] = SIGNS


@dataclass(frozen=True)
class Unloadings:
    """Unloadings that were confirmed or ended in this batch, each field of shape (U,), in the order of trucks and time.

    Attributes:
        track: Which truck.
        confirm_row: Row of the batch where it was confirmed, -1 where that was in an earlier one.
        end_row: Row where it was known to be over, -1 while it goes on.
        state: What was seen, rows of `SIGNS`.
    """

    track: NDArray[np.intp]
    confirm_row: NDArray[np.intp]
    end_row: NDArray[np.intp]
    state: Rows

    def __len__(self) -> int:
        return len(self.track)

    def mute(self, context: Context, muted: BoolArray) -> None:
        """Take back some that were told in this batch: their trips show that there was nothing to unload."""
        if not muted.any():
            return
        self.state["muted"][muted] = True
        after: Any = context.after["unloading"]["signs"]
        after["muted"][self.track[muted & (self.end_row < 0)]] = True


@dataclass(frozen=True)
class _Scene:
    """What the search for unloadings looks at: some stands of a batch, row by row."""

    context: Context
    load: LoadState
    motion: Motion
    limits: UnloadingLimits
    stands: Stands
    rows: NDArray[np.intp]
    within: Tracks
    capacity_kg: NDArray[np.float64]


def follow(context: Context, load: LoadState, motion: Motion, levels: Levels, stands: Stands) -> Unloadings:
    """Return the unloadings of a batch and write their part of the carry."""
    before: Any = context.before["unloading"]
    after: Any = context.after["unloading"]
    limits = context.limits("unloading", UnloadingLimits())
    start_kg = np.where(stands.resumed, before["peak_kg"][stands.track], levels.before(stands.first, context))
    start_kg[stands.after_cut] = ABSENT_KG
    peak_kg = np.maximum(start_kg, reduce_slices(np.maximum, levels.kg, stands.first, stands.inner_stop, start_kg))
    whole(after)[:] = whole(UNLOADING)
    going_on = (~stands.ended).nonzero()[0]
    track = stands.track[going_on]
    after["peak_kg"][track] = peak_kg[going_on]
    after["unloaded"][track] = stands.resumed[going_on] & before["unloaded"][track]
    chosen = _worth_a_look(context, load, motion, stands, peak_kg, limits=limits)
    if not chosen.any():
        none = np.empty(0, np.intp)
        return Unloadings(none, none, none, np.empty(0, SIGNS.dtype))
    stands = stands.take(chosen)
    rows, within = stands.rows(context.tracks.time_ms)
    scene = _Scene(context, load, motion, limits, stands, rows, within, load.capacity_kg[stands.track])
    return _unloadings(scene, _running_peak(levels.kg[rows], start_kg[chosen], within))


def _worth_a_look(
    context: Context,
    load: LoadState,
    motion: Motion,
    stands: Stands,
    peak_kg: NDArray[np.int32],
    *,
    limits: UnloadingLimits,
) -> BoolArray:
    """Return the stands in which the bed was raised, or the least load is far below the highest, in either order."""
    readings_kg = load.load_kg if load.all_known else np.where(load.known, load.load_kg, MOST_KG)
    none = np.full(len(stands), MOST_KG)
    least_kg = reduce_slices(np.minimum, readings_kg, stands.first, stands.inner_stop, none)
    loaded = peak_kg >= at(limits.peak_share, stands.first) * load.capacity_kg[stands.track]
    before: Any = context.before["unloading"]
    was_lifted: Any = context.before["motion"]["lifted"]
    active = before["low"] | was_lifted | (before["signs"]["since_ms"] != UNSET_MS)
    chosen: BoolArray = loaded & (least_kg <= (1 - np.asarray(at(limits.lost_share, stands.first))) * peak_kg)
    chosen |= stands.resumed & active[stands.track]
    if motion.lifted.any():
        no = np.zeros(len(stands), np.bool_)
        chosen |= reduce_slices(np.logical_or, motion.lifted, stands.first, stands.inner_stop, no)
    return chosen


def _unloadings(scene: _Scene, peak_kg: NDArray[np.int64]) -> Unloadings:
    """Return the unloadings of some stands and write what is open into the carry."""
    before: Any = scene.context.before["unloading"]
    after: Any = scene.context.after["unloading"]
    rows, within, stands, limits = scene.rows, scene.within, scene.stands, scene.limits
    load_kg = scene.load.load_kg[rows]
    known = load_kg >= 0
    loaded = peak_kg >= at(limits.peak_share, rows) * within.spread(scene.capacity_kg)
    low_now = known & loaded & (load_kg <= (1 - np.asarray(at(limits.lost_share, rows))) * peak_kg)
    low = latch(low_now, known & ~low_now, stands.resumed & before["low"][stands.track], within)
    raised = scene.motion.lifted[rows]
    lingering = _lingering(scene, raised)
    tipped = (raised | lingering) & (loaded | (peak_kg < 0))
    lift_deg = scene.motion.lift_deg[rows]
    decides = known | lingering | ~np.isnan(lift_deg)
    decides[within.stop[stands.ended] - 1] = True
    signs = find(
        (tipped | low) & decides,
        ~(tipped | low) & decides,
        _signs_before(before["signs"], stands),
        SIGNS,
        within,
        hold_s=at(limits.hold_s, rows),
        min_fixes=at(limits.min_fixes, rows),
        origins=OriginsAmong(scene.context.origins, rows),
    )
    readings_kg = np.where(known, load_kg, MOST_KG)
    _note(scene, signs, readings_kg=readings_kg, raised=raised, lift_deg=lift_deg, peak_kg=peak_kg)
    signs.fold(np.bitwise_or, "by", (BY_LIFT * tipped + BY_LOAD * low).astype(np.int8)[signs.rows])
    unloaded = _mute(signs, stands.resumed & before["unloaded"][stands.track])
    over = signs.ended | stands.ended[signs.track]
    going_on = ~stands.ended
    track = stands.track[going_on]
    after["low"][track] = low[within.last][going_on]
    after["unloaded"][track] = unloaded[going_on]
    _store_signs(signs, over, stands, before["signs"], after["signs"])
    return _told(signs, over, scene)


def _running_peak(level_kg: NDArray[np.int32], start_kg: NDArray[np.int32], within: Tracks) -> NDArray[np.int64]:
    """Return the highest level of each stand so far, on each of its rows."""
    offset = np.arange(len(within)) << 32
    peak = level_kg + offset[within.of]
    peak[within.start] = np.maximum(peak[within.start], start_kg + offset)
    peak_kg: NDArray[np.int64] = np.maximum.accumulate(peak) - offset[within.of]
    return peak_kg


def _lingering(scene: _Scene, raised: BoolArray) -> BoolArray:
    """Return where the bed is down but was up on the row before, too long ago to know when it came down."""
    clock: Any = scene.context.before["clock"]
    was_lifted: Any = scene.context.before["motion"]["lifted"]
    within, stands = scene.within, scene.stands
    raised_before = within.previous(raised, stands.resumed & was_lifted[stands.track])
    silence_ms = within.time_ms - within.previous(within.time_ms, clock["fix_time_ms"][stands.track])
    least_ms = np.asarray(at(scene.limits.sparse_s, scene.rows)) * 1000
    most_ms = np.asarray(at(scene.limits.silence_until_s, scene.rows)) * 1000
    lingering: BoolArray = raised_before & ~raised & (silence_ms >= least_ms) & (silence_ms <= most_ms)
    return lingering


def _note(
    scene: _Scene,
    signs: Episodes,
    *,
    readings_kg: NDArray[np.int32],
    raised: BoolArray,
    lift_deg: NDArray[np.float32],
    peak_kg: NDArray[np.int64],
) -> None:
    """Keep with each run of signs the numbers that are its evidence; columns are on the rows of the scene."""
    rows, limits = signs.rows, scene.limits
    step_kg = np.maximum(at(limits.progress_share, scene.rows[scene.within.start]) * scene.capacity_kg, 1.0)
    progress = _progress(signs, readings_kg[rows], raised[rows], step_kg)
    signs.fold(np.maximum, "progress_ms", np.where(progress, scene.within.time_ms[rows], UNSET_MS))
    signs.fold(np.maximum, "peak_kg", peak_kg[rows])
    signs.fold(np.minimum, "least_kg", readings_kg[rows])
    signs.fold(np.maximum, "lift_deg", np.where(np.isnan(lift_deg), -np.inf, lift_deg)[rows])
    confirm = scene.rows[rows[np.maximum(signs.confirm, 0)]]
    signs.at_confirmation("world", scene.context.world.version.encode())
    signs.at_confirmation("lift_above_deg", at(scene.motion.limits.lift_above_deg, confirm))
    signs.at_confirmation("lost_share", at(limits.lost_share, confirm))


def _progress(
    signs: Episodes, readings_kg: NDArray[np.int32], raised: BoolArray, step_kg: NDArray[np.float64]
) -> BoolArray:
    """Return on each deciding row whether the unloading went on: the body up, or the load a step lower than ever.

    Counted in steps, because an empty truck's sensor finds new minima all night.
    """
    rows = ranges(signs.first, signs.stop)
    run = np.repeat(np.arange(len(signs)), signs.stop - signs.first)
    step = np.floor(readings_kg[rows] / step_kg[signs.track[run]]).astype(np.int64)
    least = np.floor(signs.state["least_kg"] / step_kg[signs.track]).astype(np.int64)
    filled = signs.stop > signs.first
    start = (np.cumsum(signs.stop - signs.first) - (signs.stop - signs.first))[filled]
    offset = run << 34
    lowest = step - offset
    lowest[start] = np.minimum(lowest[start], least[filled] - offset[start])
    lowest = np.minimum.accumulate(lowest) + offset
    lowest_before = np.empty_like(lowest)
    lowest_before[1:] = lowest[:-1]
    lowest_before[start] = least[filled]
    progress = np.zeros(len(signs.rows), np.bool_)
    progress[rows] = raised[rows] | (lowest < lowest_before)
    return progress


def _mute(signs: Episodes, unloaded: BoolArray) -> BoolArray:
    """Mute the runs of signs that come after an unloading in their stand; return which stands have unloaded by now."""
    confirmed = signs.state["confirmed_ms"] != UNSET_MS
    earlier = np.cumsum(confirmed) - confirmed
    earlier -= earlier[signs.track.searchsorted(signs.track)] if len(signs) else 0
    muted = unloaded[signs.track] | (earlier > 0)
    signs.state["muted"] = np.where(signs.continued, signs.state["muted"], muted)
    by_now = unloaded.copy()
    by_now[signs.track[confirmed]] = True
    return by_now


def _signs_before(before: Rows, stands: Stands) -> Rows:
    signs = picked(before, stands.track)
    whole(signs)[~stands.resumed] = whole(SIGNS)
    return signs


def _store_signs(signs: Episodes, over: BoolArray, stands: Stands, before: Rows, after: Rows) -> None:
    kept = (~stands.ended & stands.resumed).nonzero()[0]
    whole(after)[stands.track[kept]] = whole(before)[stands.track[kept]]
    touched = ~stands.ended[signs.track]
    whole(after)[stands.track[signs.track[touched]]] = whole(SIGNS)
    whole(after)[stands.track[signs.track[~over]]] = whole(signs.state)[~over]


def _told(signs: Episodes, over: BoolArray, scene: _Scene) -> Unloadings:
    rows, within = scene.rows, scene.within
    confirmed = signs.state["confirmed_ms"] != UNSET_MS
    told = (~signs.state["muted"] & (signs.confirmed_now | (over & confirmed))).nonzero()[0]
    confirm_row = np.where(signs.confirm[told] >= 0, rows[signs.rows[signs.confirm[told]]], -1)
    off = rows[signs.rows[np.minimum(signs.stop[told], len(signs.rows) - 1)]]
    last = rows[within.stop[signs.track[told]] - 1]
    end_row = np.where(over[told], np.where(signs.ended[told], off, last), -1)
    return Unloadings(scene.stands.track[signs.track[told]], confirm_row, end_row, picked(signs.state, told))
