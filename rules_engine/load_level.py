"""Load levels: the smaller of two readings in a row, so that one wild reading neither makes a load nor loses one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rules_engine.carry_rows import carried
from rules_engine.context import Context
from rules_engine.fix_batch import BoolArray
from rules_engine.load_state import ABSENT_KG, LoadState
from rules_engine.tracks import Tracks, at


@dataclass(frozen=True)
class LoadLevelLimits:
    """Thresholds of load levels; docs/rules.md tells their origin."""

    memory_s: float = 600.0
    frozen_s: float = 3600.0


# A truck's newest reading, the level it made, and since when readings have been the same.
LEVEL = carried(
    [("reading_ms", "i8"), ("same_ms", "i8"), ("reading_kg", "i4"), ("level_kg", "i4")],
    reading_kg=ABSENT_KG,
    level_kg=ABSENT_KG,
)


@dataclass(frozen=True)
class Levels:
    """Load levels of a batch, `ABSENT_KG` where there are no two readings close enough in time.

    Attributes:
        kg: Level on each row, shape (N,).
        previous_kg: The reading before each row, likewise.
        previous_ms: When that was.
        other: Where a reading is another one than that, or comes too late to be compared with it.
        resumed: Rows with a reading that comes too late to be compared with the one before, ascending.
        load: The readings.
        limits: Thresholds in force.
    """

    kg: NDArray[np.int32]
    previous_kg: NDArray[np.int32]
    previous_ms: NDArray[np.int64]
    other: BoolArray
    resumed: NDArray[np.intp]
    load: LoadState
    limits: LoadLevelLimits

    def before(self, rows: NDArray[np.intp], context: Context) -> NDArray[np.int32]:
        """Return the level that the last reading before each of some rows made."""
        before: Any = context.before["level"]
        track, row = context.tracks.of[rows], _reading_before(rows, self.load, context.tracks)
        in_batch = row >= 0
        level_kg: NDArray[np.int32] = np.where(in_batch, self.kg[row], before["level_kg"][track])
        reading_ms = np.where(in_batch, context.fixes.fix_time_ms[row], before["reading_ms"][track])
        silence_ms = context.fixes.fix_time_ms[rows] - reading_ms
        level_kg[silence_ms > np.asarray(at(self.limits.memory_s, rows)) * 1000] = ABSENT_KG
        return level_kg

    def was_frozen(self, rows: NDArray[np.intp], context: Context) -> BoolArray:
        """Return whether the reading before each of some rows had been the same for longer than any real one is."""
        same_ms = self.previous_ms[rows] - self.same_since_ms(rows, context)
        frozen: BoolArray = same_ms >= np.asarray(at(self.limits.frozen_s, rows)) * 1000
        return frozen & ~self._stale(rows, context)

    def same_since_ms(self, rows: NDArray[np.intp], context: Context) -> NDArray[np.int64]:
        """Return since when the readings before each of some rows had been the same."""
        return _same_since_ms(rows, self.other, context)

    def _stale(self, rows: NDArray[np.intp], context: Context) -> BoolArray:
        silence_ms = context.fixes.fix_time_ms[rows] - self.previous_ms[rows]
        stale: BoolArray = silence_ms > np.asarray(at(self.limits.memory_s, rows)) * 1000
        return stale


def follow(context: Context, load: LoadState) -> Levels:
    """Return the load levels of a batch and write their part of the carry."""
    before: Any = context.before["level"]
    tracks, time_ms = context.tracks, context.fixes.fix_time_ms
    limits = context.limits("load_level", LoadLevelLimits())
    reading_kg = tracks.previous(load.load_kg, before["reading_kg"])
    reading_ms = tracks.previous(time_ms, before["reading_ms"])
    if not load.all_known:
        after_unknown = tracks.previous(~load.known, np.zeros(len(tracks), np.bool_)).nonzero()[0]
        row, track = _reading_before(after_unknown, load, tracks), tracks.of[after_unknown]
        reading_kg[after_unknown] = np.where(row >= 0, load.load_kg[row], before["reading_kg"][track])
        reading_ms[after_unknown] = np.where(row >= 0, time_ms[row], before["reading_ms"][track])
    kg = np.minimum(load.load_kg, reading_kg)
    stale = time_ms - reading_ms > np.asarray(limits.memory_s) * 1000
    other = load.load_kg != reading_kg
    if stale.any():
        kg[stale] = ABSENT_KG
        other |= stale
    if not load.all_known:
        other &= load.known
        stale &= load.known
    _keep(context, load, kg, other)
    return Levels(kg, reading_kg, reading_ms, other, stale.nonzero()[0], load, limits)


def _same_since_ms(rows: NDArray[np.intp], other: BoolArray, context: Context) -> NDArray[np.int64]:
    """Return since when the readings before each of some rows were the same."""
    before: Any = context.before["level"]
    tracks = context.tracks
    track = tracks.of[rows]
    asked = np.zeros(len(tracks), np.bool_)
    asked[track] = True
    begins = (other & tracks.spread(asked)).nonzero()[0]
    last = np.append(-1, begins)[begins.searchsorted(rows)]
    since_ms: NDArray[np.int64] = np.where(last >= tracks.start[track], tracks.time_ms[last], before["same_ms"][track])
    return since_ms


def _reading_before(rows: NDArray[np.intp], load: LoadState, tracks: Tracks) -> NDArray[np.intp]:
    """Return the row of the last reading before each of some rows, ascending; negative where that was not in the batch.

    Nothing tells apart the rows of a run without readings, so one row before them all is looked up for each.
    """
    row: NDArray[np.intp] = rows - 1
    row[rows == tracks.start[tracks.of[rows]]] = -1
    if load.all_known:
        return row
    unknown = ((row >= 0) & ~load.known[row]).nonzero()[0]
    if len(unknown):
        without = (~load.known).nonzero()[0]
        row[unknown] = tracks.row_before(without)[without.searchsorted(row[unknown])]
    return row


def _keep(context: Context, load: LoadState, kg: NDArray[np.int32], other: BoolArray) -> None:
    after: Any = context.after["level"]
    last = context.tracks.last
    _keep_same_since(context, other)
    if load.all_known:
        after["reading_kg"], after["level_kg"] = load.load_kg[last], kg[last]
        after["reading_ms"] = context.fixes.fix_time_ms[last]
        return
    row = np.where(load.known[last], last, -1)
    others = (row < 0).nonzero()[0]
    row[others] = _reading_before(last[others], load, context.tracks)
    read = (row >= 0).nonzero()[0]
    row = row[read]
    after["reading_kg"][read], after["level_kg"][read] = load.load_kg[row], kg[row]
    after["reading_ms"][read] = context.fixes.fix_time_ms[row]


def _keep_same_since(context: Context, other: BoolArray) -> None:
    after: Any = context.after["level"]
    tracks = context.tracks
    at_last = other[tracks.last].nonzero()[0]
    after["same_ms"][at_last] = tracks.time_ms[tracks.last[at_last]]
    # of most trucks the last row tells; the others' rows are looked at
    rest = (~other[tracks.last]).nonzero()[0]
    if len(rest):
        after["same_ms"][rest] = _same_since_ms(tracks.last[rest], other, context)
