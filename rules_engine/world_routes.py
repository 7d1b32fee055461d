"""Which corridors a permit's truck may take at an instant, and where a fix is relative to the nearest of them.

Most permits name one corridor that always holds; for them one look-up does. A corridor with dates, such as the detour
while a road is dug up, counts only between them; a truck that has no corridor at an instant cannot leave one then.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rules_engine.corridors import CorridorIndex
from rules_engine.ragged import starts
from rules_engine.world_documents import CorridorFeature, from_ms, to_ms
from rules_engine.world_error import WorldError
from rules_engine.world_intervals import EVER_MS, NEVER_MS
from rules_engine.world_permits import PermitTable

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.integer[Any]]
# The nearest place of a corridor is its end where that is hardly farther than the corridor.
END_M = 1.0


@dataclass(frozen=True, slots=True)
class Routes:
    """Corridors as permits name them.

    Attributes:
        corridors: Where they are.
        permits: Who may take which.
        valid_ms: From when and until when each holds, shape (C, 2).
        dated: Whether any does not always hold.
        only: The corridor of a permit that names one which always holds, else -1; one more for permit -1.
        several: Whether a permit names several, or one with dates, likewise.
    """

    corridors: CorridorIndex
    permits: PermitTable
    valid_ms: NDArray[np.int64]
    dated: bool
    only: NDArray[np.int32]
    several: NDArray[np.bool_]

    @classmethod
    def build(cls, corridors: CorridorIndex, permits: PermitTable, valid_ms: NDArray[np.int64]) -> Routes:
        """Return the routes of permits; `valid_ms` as of `read_validity`."""
        always = np.append((valid_ms[:, 0] == EVER_MS) & (valid_ms[:, 1] == NEVER_MS), False)
        only = np.append(permits.only_corridor, np.int32(-1))
        named = np.append(np.diff(permits.corridor_start) > 0, False)
        only = np.where(always[only], only, np.int32(-1))
        return cls(corridors, permits, valid_ms, not bool(always[:-1].all()), only, named & (only < 0))

    def distance_m(
        self, permit: IntArray, lat_deg: FloatArray, lon_deg: FloatArray, time_ms: IntArray | None
    ) -> FloatArray:
        """Return the distance of each fix from the nearest corridor of its permit, NaN without one, shape (N,). [m]

        Without times all corridors count, whatever their dates.
        """
        distance_m = self.corridors.distance_m(self.only[permit], lat_deg, lon_deg)
        row, corridor = self._others(permit, time_ms)
        if len(row):
            first = starts(row)
            each_m = self.corridors.distance_m(corridor, lat_deg[row], lon_deg[row])
            distance_m[row[first]] = np.minimum.reduceat(each_m, first)
        return distance_m

    def classify(
        self,
        permit: IntArray,
        lat_deg: FloatArray,
        lon_deg: FloatArray,
        limits_m: tuple[ArrayLike, ArrayLike],
        time_ms: IntArray | None,
    ) -> NDArray[np.int8]:
        """Return 0 where the nearest corridor of the permit is within the first limit, 2 beyond the second, else 1.

        -1 without permit, corridor or position; times as of `distance_m`. Limits are numbers or of shape (N,). [m]
        """
        classes = self.corridors.classify(self.only[permit], lat_deg, lon_deg, *limits_m)
        row, corridor = self._others(permit, time_ms)
        if len(row):
            first = starts(row)
            inner_m, outer_m = (np.broadcast_to(np.asarray(m, np.float64), np.shape(lat_deg))[row] for m in limits_m)
            each = self.corridors.classify(corridor, lat_deg[row], lon_deg[row], inner_m, outer_m)
            # without a position every corridor says -1
            classes[row[first]] = np.minimum.reduceat(each, first)
        return classes

    def beyond_end(
        self, permit: IntArray, lat_deg: FloatArray, lon_deg: FloatArray, time_ms: IntArray
    ) -> NDArray[np.bool_]:
        """Return whether what is nearest to each fix of its permit's corridors is the end of one, shape (N,)."""
        distance_m = self.distance_m(permit, lat_deg, lon_deg, time_ms)
        row, corridor = self._named(np.arange(len(permit)), permit, time_ms)
        to_end_m = self.corridors.end_distance_m(corridor, lat_deg[row], lon_deg[row])
        beyond = np.zeros(len(lat_deg), np.bool_)
        beyond[row[to_end_m <= distance_m[row] + END_M]] = True
        return beyond

    def corridors_at(self, permit: int, time_ms: int) -> list[int]:
        """Return the corridors that a permit names and that hold at an instant."""
        _, corridor = self._named(np.zeros(1, np.intp), np.array([permit]), np.array([time_ms]))
        rows: list[int] = corridor.tolist()
        return rows

    def _others(self, permit: IntArray, time_ms: IntArray | None) -> tuple[NDArray[np.intp], NDArray[np.int32]]:
        """Return every (row, corridor) of the rows whose permit has not one corridor that always holds."""
        rows = self.several[permit].nonzero()[0]
        if not len(rows):
            return rows, np.empty(0, np.int32)
        return self._named(rows, permit[rows], None if time_ms is None else time_ms[rows])

    def _named(
        self, rows: NDArray[np.intp], permit: IntArray, time_ms: IntArray | None
    ) -> tuple[NDArray[np.intp], NDArray[np.int32]]:
        which, corridor = self.permits.corridors_of(permit)
        if self.dated and time_ms is not None:
            from_ms, to_ms = self.valid_ms[corridor].T
            holds = (from_ms <= time_ms[which]) & (time_ms[which] < to_ms)
            which, corridor = which[holds], corridor[holds]
        return rows[which], corridor


def read_validity(features: Sequence[CorridorFeature]) -> NDArray[np.int64]:
    """Return from when and until when each corridor holds, shape (C, 2). [ms]

    Raises:
        WorldError: One ends before it begins.
    """
    valid = [(from_ms(f.properties.valid_from), to_ms(f.properties.valid_to)) for f in features]
    for feature, (begin_ms, end_ms) in zip(features, valid, strict=True):
        if begin_ms >= end_ms:
            name, end = feature.properties.corridor_id, feature.properties.valid_to
            raise WorldError("corridors", name, "valid_to after valid_from", f"{end}")
    return np.array(valid, np.int64).reshape(-1, 2)
