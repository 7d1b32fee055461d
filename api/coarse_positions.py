"""Where trucks are, for viewers who may not see tracks: the middle of a square, held for minutes. Pure but for `Held`.

Whoever may look but not follow (`Permission.LOOK` without `TRACK`) could otherwise ask every second and have each
truck's track without one row in the audit log. What is given here, asked however often, is six places an hour of about
a kilometre, without speed, course or record numbers; docs/decisions/0013-coarse-positions.md says why.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from api.fix_columns_answer import Column
from api.live_positions_records import UNKNOWN

Kept = TypeVar("Kept")

# About 1.1 km by 0.95 km in a city at 31 degrees: a part of town, not a street.
CELL_DEG = 0.01
# A truck crosses a square in two minutes: six places an hour are no way.
HOLD_S = 600
HOUR_S = 3_600
# More viewers of this kind than a city has associations, 2 MB each for 10,000 trucks.
VIEWERS_MOST = 32
# What is left out: by these a place between two places, or a way, could be told.
LEFT_OUT = ("speed_mps", "course_deg", "hdop", "satellites")


def slot_of(now_s: float) -> int:
    """Return the number of the ten minutes that a time lies in."""
    return int(now_s // HOLD_S)


def middle_deg(degrees: Column) -> Column:
    """Return the middle of the cell that each coordinate lies in; NaN stays. [deg]"""
    middles: Column = np.round((np.floor(degrees / CELL_DEG) + 0.5) * CELL_DEG, 3)
    return middles


def coarse_columns(columns: Mapping[str, Column]) -> dict[str, Column]:
    """Return the newest fixes as they are held: places by square, times by ten minutes, no way to tell more.

    Args:
        columns: Those of `storage.queries.latest`, each of shape (V,).
    """
    coarse = dict(columns)
    coarse |= {name: middle_deg(columns[name]) for name in ("lat_deg", "lon_deg")}
    for name in ("fix_time_ms", "received_at_ms", "position_time_ms"):
        coarse[name] = columns[name] - columns[name] % (HOLD_S * 1000)
    for name in ("epoch", "seq"):
        coarse[name] = np.zeros_like(columns[name])
    return coarse | {name: _nothing(columns[name]) for name in LEFT_OUT}


def coarse_records(packed: NDArray[np.void]) -> NDArray[np.void]:
    """Return live records likewise; age counts in whole ten minutes."""
    coarse = packed.copy()
    for name in ("lon", "lat"):
        coarse[name] = np.rint(middle_deg(packed[name] / 1e7) * 1e7)
    coarse["speed"] = coarse["course"] = UNKNOWN
    coarse["age_s"] = packed["age_s"] // HOLD_S * HOLD_S
    return coarse


class Held(Generic[Kept]):
    """What each viewer was given first in the ten minutes of now, and is given again until they are over."""

    def __init__(self, most: int = VIEWERS_MOST) -> None:
        self._most = most
        self._slot = -1
        self._kept: OrderedDict[int, Kept] = OrderedDict()

    async def of(self, viewer: int, now_s: float, read: Callable[[], Awaitable[Kept]]) -> Kept | None:
        """Return what a viewer is given now, reading it where it is the first time; None where every place is taken."""
        if self._slot != slot_of(now_s):
            self._slot = slot_of(now_s)
            self._kept.clear()
        if viewer not in self._kept:
            if len(self._kept) >= self._most:
                return None
            slot, read_now = self._slot, await read()
            if slot == self._slot:  # who asked twice at once is given the first of both
                return self._kept.setdefault(viewer, read_now)
            return read_now
        return self._kept[viewer]


def _nothing(column: Column) -> Column:
    """Return a column that says nothing, in the type that says so."""
    return np.full(len(column), np.nan) if column.dtype.kind == "f" else np.full(len(column), -1, column.dtype)


class FirstLooks:
    """Who has looked within the hour: asking every second is one look an hour, and one row of the audit log."""

    def __init__(self) -> None:
        self._hour = -1
        self._seen: set[int] = set()

    def is_first(self, viewer: int, now_s: float) -> bool:
        """Tell whether a viewer looks for the first time in the hour of now, which then is over for it."""
        if self._hour != int(now_s // HOUR_S):
            self._hour = int(now_s // HOUR_S)
            self._seen.clear()
        if viewer in self._seen:
            return False
        self._seen.add(viewer)
        return True

    def forget(self, viewer: int) -> None:
        """Let the next look be the first: this one could not be written down."""
        self._seen.discard(viewer)
