"""Stands: where a truck stood or crept, cut where it was loaded, each with the row that ended it."""

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
        cut: Whether the row that ended it is also the first of the next, as the truck was loaded.
        resumed: Whether it began in an earlier batch.
        after_cut: Whether it began where the truck was loaded.
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


def follow(context: Context, load: LoadState, motion: Motion) -> Stands:
    """Return the stands of a batch."""
    before: Any = context.before["motion"]
    tracks, slow, was_slow = context.tracks, motion.slow, before["slow"]
    slow_before = tracks.previous(slow, was_slow)
    resumed = tracks.start[was_slow]
    cuts = load.loadings.row[slow[load.loadings.row]]
    first = np.concatenate((resumed, np.union1d((slow & ~slow_before).nonzero()[0], cuts)))
    order = np.argsort(first, kind="stable")
    first = first[order]
    track = tracks.of[first]
    track_stop = tracks.stop[track]
    next_first = np.append(first[1:], len(slow))
    faster = np.append((slow_before & ~slow).nonzero()[0], len(slow))
    faster = faster[faster.searchsorted(first)]
    sped_up = faster < np.minimum(next_first, track_stop)
    cut = ~sped_up & (next_first < track_stop)
    stop = np.where(sped_up, faster + 1, np.where(cut, next_first + 1, track_stop))
    after_cut = np.append(False, cut)[:-1]
    return Stands(track, first, stop, sped_up | cut, cut, order < len(resumed), after_cut)
