"""Silences of terminals: where a truck's own fix comes long after its own fix before.

Rows that other devices saw of a truck say nothing of its terminal and are passed over. Only what the rows say stands
here: whether a silence is an offence, or records are still to come, is for rules.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rules_engine.accuracy import Accuracy
from rules_engine.carry_rows import UNSET_MS, carried
from rules_engine.context import Context
from rules_engine.fix_batch import BoolArray, Mark
from rules_engine.tracks import Tracks

# Shorter silences are nobody's matter: terminals send every 5 to 60 s.
LEAST_MS = 90_000

# The newest fix of the truck's own terminal; doubtful is one with a position that is not sound.
OWN = carried(
    [("fix_time_ms", "i8"), ("epoch", "i8"), ("seq", "i8"), ("speed_mps", "f4"), ("ignition", "i1"), ("doubtful", "?")],
    speed_mps=np.nan,
    ignition=-1,
)
READ = ("fix_time_ms", "epoch", "seq", "speed_mps", "ignition")


@dataclass(frozen=True)
class Gaps:
    """Silences of at least `LEAST_MS`, G of them, in the order of the rows that ended them.

    Attributes:
        row: The fix that ended each, shape (G,).
        before: The truck's own fix before it, rows of `OWN`, shape (G,).
    """

    row: NDArray[np.intp]
    before: Any

    def __len__(self) -> int:
        return len(self.row)


def follow(context: Context, accuracy: Accuracy) -> Gaps:
    """Return the silences of a batch and write their part of the carry."""
    fixes = context.fixes
    rows, tracks = context.tracks.rows, context.tracks
    if fixes.mark.any():
        rows = (fixes.mark == Mark.FIX).nonzero()[0]
        tracks = context.tracks.pick(rows)
    before: Any = context.before["gaps"]
    # which tracks have such a row; to pick by a slice costs nothing
    filled = slice(None) if tracks.filled else tracks.length.nonzero()[0]
    own = _silent(tracks, filled, before["fix_time_ms"]).nonzero()[0]
    gaps = Gaps(rows[own], _fix_before(context, rows, own, tracks.start))
    last = rows[tracks.stop[filled] - 1]
    after: Any = context.after["gaps"]
    for name in READ:
        after[name][filled] = getattr(fixes, name)[last]
    after["doubtful"][filled] = context.located[last] & ~accuracy.sound[last]
    return gaps


def _silent(tracks: Tracks, filled: slice | NDArray[np.intp], before_ms: NDArray[np.int64]) -> BoolArray:
    """Return which rows end a silence, `before_ms` telling when each track's last row before them was."""
    time_ms, first, earlier_ms = tracks.time_ms, tracks.start[filled], before_ms[filled]
    resumed: BoolArray = (time_ms[first] - earlier_ms >= LEAST_MS) & (earlier_ms != UNSET_MS)
    if tracks.single:
        return resumed
    silent = np.zeros(len(time_ms), np.bool_)
    np.greater_equal(time_ms[1:] - time_ms[:-1], LEAST_MS, out=silent[1:])
    silent[first] = resumed
    return silent


def _fix_before(
    context: Context, rows: NDArray[np.intp], own: NDArray[np.intp], start: NDArray[np.intp]
) -> NDArray[np.void]:
    """Return the truck's own fix before each of some, positions in `rows`."""
    fixes, before = context.fixes, np.empty(len(own), OWN.dtype)
    if not len(own):
        return before
    carried_over: Any = context.before["gaps"]
    track = context.tracks.of[rows[own]]
    resumed: BoolArray = own == start[track]
    row = rows[np.maximum(own - 1, 0)]
    for name in READ:
        before[name] = np.where(resumed, carried_over[name][track], getattr(fixes, name)[row])
    return before
