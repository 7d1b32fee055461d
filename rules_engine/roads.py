"""Roads: which ones a fix may be on, and the least limit that may hold where it is.

A fix is on every road whose line is within reach, as GPS does not tell an expressway from the road beneath it; which of
them counts is the asking rule's matter.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from rules_engine.polygons_grid import FloatArray
from rules_engine.road_lines import LineIndex

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
    lines: LineIndex
    _least: dict[tuple[float, ...], NDArray[np.float64]] = field(default_factory=dict)

    @classmethod
    def build(cls, roads: Sequence[Road], previous: RoadIndex | None = None) -> RoadIndex:
        """Return the index of roads; `previous` lends its geometry where none has changed."""
        return cls(
            [road.road_id for road in roads],
            np.array([CLASSES.index(road.road_class) for road in roads], np.int8),
            np.array([np.nan if road.limit_kmh is None else road.limit_kmh for road in roads], np.float64),
            LineIndex.build([road.line for road in roads], None if previous is None else previous.lines),
        )

    def __len__(self) -> int:
        return len(self.road_ids)

    def near(
        self, lat_deg: FloatArray, lon_deg: FloatArray, reach_m: float
    ) -> tuple[NDArray[np.intp], NDArray[np.int32]]:
        """Return every (fix, road) no farther apart than the reach, sorted by fix, a road perhaps twice, shape (P,)."""
        return self.lines.near(lat_deg, lon_deg, reach_m)

    def least_kmh(
        self, lat_deg: FloatArray, lon_deg: FloatArray, class_kmh: Sequence[float], reach_m: float
    ) -> NDArray[np.float64]:
        """Return a limit that no road within reach of each fix is below, infinite where there is none, shape (N,).

        Args:
            lat_deg: Latitude of each fix, WGS 84, shape (N,). [deg]
            lon_deg: Longitude, likewise. [deg]
            class_kmh: Limit of each class. [km/h]
            reach_m: How far from its line a road reaches. [m]
        """
        if not len(self):
            return np.full(len(lat_deg), np.inf)
        grid, key = self.lines.grid(reach_m), (reach_m, *class_kmh)
        if key not in self._least:
            self._least.clear()  # limits of classes hardly ever change
            kmh = np.where(np.isnan(self.limit_kmh), np.asarray(class_kmh)[self.road_class], self.limit_kmh)
            of_piece = kmh[self.lines.pieces.area[grid.piece]]
            self._least[key] = np.append(np.minimum.reduceat(of_piece, grid.start[:-1]), np.inf)
        return self._least[key][self.lines.entry(lat_deg, lon_deg, reach_m)]
