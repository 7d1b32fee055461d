"""Load levels: the smaller of two readings in a row, so that one wild reading neither makes a load nor loses one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rules_engine.carry_rows import carried
from rules_engine.context import Context
from rules_engine.load_state import ABSENT_KG, LoadState
from rules_engine.tracks import Tracks, at


@dataclass(frozen=True)
class LoadLevelLimits:
    """Thresholds of load levels; docs/rules.md tells their origin."""

    memory_s: float = 600.0


# A truck's newest reading, and the level it made.
LEVEL = carried(
    [("reading_ms", "i8"), ("reading_kg", "i4"), ("level_kg", "i4")], reading_kg=ABSENT_KG, level_kg=ABSENT_KG
)


@dataclass(frozen=True)
class Levels:
    """Load levels of a batch, `ABSENT_KG` where there are no two readings close enough in time.

    Attributes:
        kg: Level on each row, shape (N,).
        reading_row: Row of the last reading before each row, negative where that was before the batch.
        reading_ms: When that was, `UNSET_MS` where there was none.
        limits: Thresholds in force.
    """

    kg: NDArray[np.int32]
    reading_row: NDArray[np.intp]
    reading_ms: NDArray[np.int64]
    limits: LoadLevelLimits

    def before(self, rows: NDArray[np.intp], context: Context) -> NDArray[np.int32]:
        """Return the level that the last reading before each of some rows made."""
        carried_kg: Any = context.before["level"]["level_kg"][context.tracks.of[rows]]
        reading_row = self.reading_row[rows]
        level_kg: NDArray[np.int32] = np.where(reading_row >= 0, self.kg[reading_row], carried_kg)
        silence_ms = context.fixes.fix_time_ms[rows] - self.reading_ms[rows]
        level_kg[silence_ms > np.asarray(at(self.limits.memory_s, rows)) * 1000] = ABSENT_KG
        return level_kg


def follow(context: Context, load: LoadState) -> Levels:
    """Return the load levels of a batch and write their part of the carry."""
    before: Any = context.before["level"]
    tracks, time_ms = context.tracks, context.fixes.fix_time_ms
    limits = context.limits("load_level", LoadLevelLimits())
    reading_row = _reading_row(load, tracks)
    if load.known.all():
        reading_kg = tracks.previous(load.load_kg, before["reading_kg"])
        reading_ms = tracks.previous(time_ms, before["reading_ms"])
    else:
        in_batch = reading_row >= 0
        reading_kg = np.where(in_batch, load.load_kg[reading_row], tracks.spread(before["reading_kg"]))
        reading_ms = np.where(in_batch, time_ms[reading_row], tracks.spread(before["reading_ms"]))
    kg = np.minimum(load.load_kg, reading_kg)
    kg[time_ms - reading_ms > np.asarray(limits.memory_s) * 1000] = ABSENT_KG
    levels = Levels(kg, reading_row, reading_ms, limits)
    _keep(context, load, levels)
    return levels


def _reading_row(load: LoadState, tracks: Tracks) -> NDArray[np.intp]:
    row = np.arange(len(load.load_kg))
    none = np.full(len(tracks), -1)
    if not load.known.all():
        row = np.maximum.accumulate(np.where(load.known, row, -1))
        row[row < tracks.spread(tracks.start)] = -1
    return tracks.previous(row, none)


def _keep(context: Context, load: LoadState, levels: Levels) -> None:
    after: Any = context.after["level"]
    last = context.tracks.last
    row = np.where(load.known[last], last, levels.reading_row[last])
    read = (row >= 0).nonzero()[0]
    row = row[read]
    after["reading_kg"][read], after["level_kg"][read] = load.load_kg[row], levels.kg[row]
    after["reading_ms"][read] = context.fixes.fix_time_ms[row]
