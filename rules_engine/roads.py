"""Roads: which ones a fix may be on.

A fix is on every road whose line is within reach, as GPS does not tell an expressway from the road beneath it; which of
them counts is the asking rule's matter. Lines are indexed as areas without inside: there, and back the same way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rules_engine.polygons import PolygonIndex
from rules_engine.polygons_grid import FloatArray

CLASSES = ("expressway", "fast", "ordinary")


@dataclass(frozen=True)
class Road:
    """A road with its class, its speed limit where it has one, and its line, shape (V, 2): lon, lat. [deg]"""

    road_id: str
    road_class: str
    limit_kmh: float | None
    line: NDArray[np.float64]


@dataclass(frozen=True)
class RoadIndex:
    """The roads of a world, R of them in the order of their document; columns of shape (R,).

    Attributes:
        road_ids: Names.
        road_class: Position of each one's class in `CLASSES`.
        limit_kmh: Speed limit, NaN where the class decides. [km/h]
        lines: Where they are.
    """

    road_ids: list[str]
    road_class: NDArray[np.int8]
    limit_kmh: NDArray[np.float64]
    lines: PolygonIndex

    @classmethod
    def build(cls, roads: Sequence[Road], previous: RoadIndex | None = None) -> RoadIndex:
        """Return the index of roads; `previous` lends its geometry where none has changed."""
        outlines = [[[np.concatenate((road.line, road.line[-2::-1]))]] for road in roads]
        return cls(
            [road.road_id for road in roads],
            np.array([CLASSES.index(road.road_class) for road in roads], np.int8),
            np.array([np.nan if road.limit_kmh is None else road.limit_kmh for road in roads], np.float64),
            PolygonIndex.build(outlines, None if previous is None else previous.lines),
        )

    def __len__(self) -> int:
        return len(self.road_ids)

    def near(
        self, lat_deg: FloatArray, lon_deg: FloatArray, reach_m: ArrayLike
    ) -> tuple[NDArray[np.intp], NDArray[np.int32]]:
        """Return every (fix, road) no farther apart than the reach, sorted by fix and road, each of shape (P,)."""
        fix, road, _ = self.lines.pairs_within(lat_deg, lon_deg, reach_m)
        return fix, road
