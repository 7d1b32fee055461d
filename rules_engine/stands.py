"""Stands: where a truck stood or crept, each with the row that ended it.

They are cut where the truck was loaded, and where a load sensor that had been stuck came back.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rules_engine.context import Context
from rules_engine.fix_batch import BoolArray
from rules_engine.load_state import LoadState
from rules_engine.motion import Motion
from rules_engine.tracks import Tracks, ranges


@dataclass(frozen=True)
class Stands:
    """The stands that touch a batch, P of them, in the order of their rows, each field of shape (P,).

    Attributes:
        track: Truck of each.
        first: First row in this batch.
        stop: One past the last row; that is the one that ended it, if it did end.
        ended: Whether it was seen to end: the truck went faster, or was loaded.
        cut: Whether the row that ended it is also the first of the next.
        resumed: Whether it began in an earlier batch.
        after_cut: Whether nothing that was read before its first row counts in it.
    """

    track: NDArray[np.intp]
    first: NDArray[np.intp]
    stop: NDArray[np.intp]
    ended: BoolArray
    cut: BoolArray
    resumed: BoolArray
    after_cut: BoolArray

    def __len__(self) -> int:
        return len(self.track)

    @property
    def inner_stop(self) -> NDArray[np.intp]:
        """Return where each stops if no row belongs to two."""
        return self.stop - self.cut

    def take(self, chosen: BoolArray) -> Stands:
        """Return some of the stands."""
        return Stands(
            self.track[chosen],
            self.first[chosen],
            self.stop[chosen],
            self.ended[chosen],
            self.cut[chosen],
            self.resumed[chosen],
            self.after_cut[chosen],
        )

    def rows(self, time_ms: NDArray[np.int64]) -> tuple[NDArray[np.intp], Tracks]:
        """Return the rows of all stands, one that cuts in both, and the stands as tracks of them."""
        rows, length = ranges(self.first, self.stop), self.stop - self.first
        stop = np.cumsum(length)
        return rows, Tracks(stop - length, stop, time_ms[rows])


def follow(context: Context, load: LoadState, motion: Motion, thawed: NDArray[np.intp]) -> Stands:
    """Return the stands of a batch; `thawed` are rows in them, ascending, on which a stuck load sensor came back."""
    before: Any = context.before["motion"]
    tracks, slow, was_slow = context.tracks, motion.slow, before["slow"]
    slow_before = tracks.previous(slow, was_slow)
    turned = (slow != slow_before).nonzero()[0]
    slowed = slow[turned]
    cuts = load.loadings.row[slow[load.loadings.row]]
    if len(thawed):
        cuts = np.concatenate((cuts, thawed))
    # twice the row, one more where the stand begins there; a truck that was loaded as it slowed down began one stand
    key = np.concatenate((tracks.start[was_slow] * 2, turned[slowed] * 2 + 1, cuts * 2 + 1))
    key.sort()
    if len(cuts):
        key = key[np.append(True, key[1:] != key[:-1])]
    first, resumed = key >> 1, (key & 1) == 0
    track = tracks.of[first]
    track_stop = tracks.stop[track]
    next_first = np.append(first[1:], len(slow))
    faster = np.append(turned[~slowed], len(slow))
    faster = faster[faster.searchsorted(first)]
    sped_up = faster < np.minimum(next_first, track_stop)
    cut = ~sped_up & (next_first < track_stop)
    stop = np.where(sped_up, faster + 1, np.where(cut, next_first + 1, track_stop))
    after_cut = np.append(False, cut)[:-1]
    if len(thawed):
        after_cut |= np.isin(first, thawed) & ~resumed
    return Stands(track, first, stop, sped_up | cut, cut, resumed, after_cut)
