"""Which area holds a fix, and which areas are near it.

Most fixes fall in cells that lie wholly inside or outside every area; the others are compared with the few edges that
pass through their cell. Inside is decided in longitude and latitude, as GeoJSON draws its lines; distances are metres.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import ceil, log2
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rules_engine.geodesy import Segments, metres_per_degree
from rules_engine.polygons_grid import Edges, FloatArray, Grid, Passing, Rings, reach_deg, turned
from rules_engine.ragged import ranges, starts

IntArray = NDArray[np.integer[Any]]

CELL_M = 100.0
# The usual margin around a dump point.
REACH_M = 50.0


@dataclass(frozen=True)
class PolygonIndex:
    """Areas, each a polygon or several, with holes, numbered in the order given. Built by `build`.

    Attributes:
        count: How many areas there are.
        digest: Names their geometry.
    """

    count: int
    digest: bytes
    _edges: Edges
    _cut_deg: float
    _reaching: dict[float, Grid] = field(default_factory=dict)

    @classmethod
    def build(cls, areas: Sequence[Sequence[Rings]], previous: PolygonIndex | None = None) -> PolygonIndex:
        """Return the index of areas.

        Args:
            areas: Of each area its polygons, of each its closed rings, outer first, shape (V, 2): lon, lat. [deg]
            previous: An index to return instead where nothing has changed.
        """
        digest = _digest(areas)
        if previous is not None and previous.digest == digest:
            return previous
        longitudes = [ring[:, 0] for area in areas for polygon in area for ring in polygon]
        cut_deg = _widest_gap_deg(np.concatenate(longitudes)) if longitudes else -180.0
        return cls(len(areas), digest, Edges.of(areas, cut_deg), cut_deg)

    def query(self, lat_deg: FloatArray, lon_deg: FloatArray) -> NDArray[np.int32]:
        """Return the first area that contains each fix, -1 where none does or the fix is NaN, shape (N,)."""
        if not self.count:
            return np.full(len(lat_deg), -1, np.int32)
        lon_deg = turned(lon_deg, self._cut_deg)
        cell = _cells_at(self._grid, lat_deg, lon_deg)
        border = (cell < -1).nonzero()[0]
        if not len(border):
            return cell
        point, entry = _entries(self._grid, -2 - cell[border])
        inside = _inside(_Places.of(self._grid, lat_deg[border], lon_deg[border]), point, entry)
        cell[border] = -1
        # backwards, so that of several areas the first is written last
        cell[border[point[inside][::-1]]] = self._grid.entry_area[entry[inside][::-1]]
        return cell

    def within_margin(self, lat_deg: FloatArray, lon_deg: FloatArray, margin_m: ArrayLike) -> NDArray[np.int32]:
        """Return the first area that holds each fix, else the nearest at most `margin_m` away, else -1, shape (N,)."""
        fix, area, distance_m = self.pairs_within(lat_deg, lon_deg, margin_m)
        found = np.full(len(lat_deg), -1, np.int32)
        if (fix[1:] > fix[:-1]).all():
            found[fix] = area
            return found
        order = np.lexsort((area, distance_m, fix))
        found[fix[order][::-1]] = area[order][::-1]
        return found

    def pairs_within(
        self, lat_deg: FloatArray, lon_deg: FloatArray, margin_m: ArrayLike
    ) -> tuple[NDArray[np.intp], NDArray[np.int32], FloatArray]:
        """Return every (fix, area, distance) with the fix in the area (distance 0) or at most `margin_m` off it.

        Sorted by fix and area, each of shape (P,); distances in metres, right to 0.1 m. The margin is a number or one
        for each fix.
        """
        if not self.count or not len(lat_deg):
            return np.empty(0, np.intp), np.empty(0, np.int32), np.empty(0)
        margin = np.broadcast_to(np.asarray(margin_m, np.float64), lat_deg.shape)
        grid = self._reaching_grid(float(margin.max()))
        lon_deg = turned(lon_deg, self._cut_deg)
        cell = _cells_at(grid, lat_deg, lon_deg)
        plain, border = (cell >= 0).nonzero()[0], (cell < -1).nonzero()[0]
        if not len(border):
            return plain, cell[plain], np.zeros(len(plain))
        point, entry = _entries(grid, -2 - cell[border])
        places = _Places.of(grid, lat_deg[border], lon_deg[border])
        inside = _inside(places, point, entry)
        distance_m = np.where(inside, 0.0, np.inf)
        distance_m[~inside] = _distance_m(places, point[~inside], entry[~inside])
        near = distance_m <= margin[border[point]]
        fix = np.concatenate((plain, border[point[near]]))
        area = np.concatenate((cell[plain], grid.entry_area[entry[near]]))
        distance_m = np.concatenate((np.zeros(len(plain)), distance_m[near]))
        order = np.argsort(fix, kind="stable")
        return fix[order], area[order], distance_m[order]

    def in_own(self, area: IntArray, lat_deg: FloatArray, lon_deg: FloatArray, margin_m: float) -> NDArray[np.bool_]:
        """Return whether each fix is in its own area (-1: it has none) or at most `margin_m` off it, shape (N,)."""
        held = np.zeros(len(lat_deg), np.bool_)
        if not self.count:
            return held
        reach_lon, reach_lat = reach_deg(self._edges, margin_m)
        west, south, east, north = self._boxes
        turned_deg = turned(lon_deg, self._cut_deg)
        near = (area >= 0) & (lat_deg >= south[area] - reach_lat) & (lat_deg <= north[area] + reach_lat)
        near &= (turned_deg >= west[area] - reach_lon) & (turned_deg <= east[area] + reach_lon)
        row = near.nonzero()[0]
        if len(row):
            fix, found, _ = self.pairs_within(lat_deg[row], lon_deg[row], margin_m)
            held[row[fix[found == area[row[fix]]]]] = True
        return held

    @cached_property
    def _boxes(self) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
        """Return west, south, east and north of each area, shape (count,). [deg]"""
        edges = self._edges
        first = starts(edges.area)
        boxes = []
        for ends, extreme in (
            ((edges.start_lon, edges.end_lon), np.minimum),
            ((edges.start_lat, edges.end_lat), np.minimum),
            ((edges.start_lon, edges.end_lon), np.maximum),
            ((edges.start_lat, edges.end_lat), np.maximum),
        ):
            box = np.full(self.count, np.nan)
            box[edges.area[first]] = extreme.reduceat(extreme(*ends), first)
            boxes.append(box)
        return boxes[0], boxes[1], boxes[2], boxes[3]

    @cached_property
    def _grid(self) -> Grid:
        return Grid.build(self._edges, 0.0, CELL_M)

    def _reaching_grid(self, margin_m: float) -> Grid:
        """Return a grid that reaches at least as far as a margin; there is one for each doubling, built when needed."""
        reach_m = REACH_M * 2.0 ** max(ceil(log2(max(margin_m, 1.0) / REACH_M)), 0)
        if reach_m not in self._reaching:
            # cells as wide as the reach keep the edges of a cell few and the cells of an edge, too
            self._reaching[reach_m] = Grid.build(self._edges, reach_m, max(CELL_M, reach_m))
        return self._reaching[reach_m]


def _inside(places: _Places, point: IntArray, entry: IntArray) -> NDArray[np.bool_]:
    """Return whether the entry's area holds the point, by crossings on the way from the cell's centre, shape (P,).

    A line through a vertex counts as passing on one fixed side of it, so that each way round is crossed once.
    """
    pair, edges = _entry_edges(places.grid, entry)
    of_place = point[pair]
    east, north = places.east.take(of_place), places.north.take(of_place)
    parted_by_way = (east * edges.start_north >= north * edges.start_east) != (
        east * edges.end_north >= north * edges.end_east
    )
    point_is_left = (edges.start_east - east) * (edges.end_north - north) >= (edges.start_north - north) * (
        edges.end_east - east
    )
    crossed = np.bincount(pair[parted_by_way & (edges.centre_is_left != point_is_left)], minlength=len(entry))
    inside: NDArray[np.bool_] = places.grid.entry_holds_centre[entry] ^ (crossed % 2 == 1)
    return inside


def _distance_m(places: _Places, point: IntArray, entry: IntArray) -> FloatArray:
    """Return the distance of the point from the entry's edges, in the plane at the point, shape (P,). [m]"""
    if not len(entry):
        return np.empty(0)
    pair, edges = _entry_edges(places.grid, entry)
    of_place = point[pair]
    east, north = places.east.take(of_place), places.north.take(of_place)
    metres_lat, metres_lon = (metres.take(of_place) for metres in metres_per_degree(places.lat_deg))
    segments = Segments(
        (edges.start_east - east) * metres_lon,
        (edges.start_north - north) * metres_lat,
        (edges.end_east - edges.start_east) * metres_lon,
        (edges.end_north - edges.start_north) * metres_lat,
    )
    # an entry without edges is all inside, and no distance is asked of it
    first = starts(pair)
    least: FloatArray = np.minimum.reduceat(segments.distance_m(np.zeros(1), np.zeros(1)), first)
    return least


@dataclass(frozen=True, slots=True)
class _Places:
    """Fixes in cells of a grid, as seen from their cells' centres. [deg]"""

    grid: Grid
    lat_deg: FloatArray
    east: FloatArray
    north: FloatArray

    @classmethod
    def of(cls, grid: Grid, lat_deg: FloatArray, lon_deg: FloatArray) -> _Places:
        east = lon_deg - grid.columns.centre_deg(grid.columns.bins(lon_deg))
        return cls(grid, lat_deg, east, lat_deg - grid.rows.centre_deg(grid.rows.bins(lat_deg)))


def _cells_at(grid: Grid, lat_deg: FloatArray, lon_deg: FloatArray) -> NDArray[np.int32]:
    cell = grid.rows.number.take(grid.rows.bins(lat_deg))
    cell *= np.int32(grid.columns.count)  # of at most `MOST_CELLS` cells
    cell += grid.columns.number.take(grid.columns.bins(lon_deg))
    value: NDArray[np.int32] = grid.cell.take(cell)
    return value


def _entries(grid: Grid, border: IntArray) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return every (point, entry) of points in border cells, sorted by point and area."""
    return ranges(grid.entry_start[border], grid.entry_start[border + 1])


def _entry_edges(grid: Grid, entry: IntArray) -> tuple[NDArray[np.intp], Passing]:
    """Return every (pair, edge) of pairs that name an entry, sorted by pair."""
    pair, place = ranges(grid.edge_start[entry], grid.edge_start[entry + 1])
    return pair, grid.passing.take(place)


def _widest_gap_deg(lon_deg: FloatArray) -> float:
    """Return the longitude where no area is, to count from; -180 unless areas come near the date line."""
    if np.abs(lon_deg).max() < 179.0:
        return -180.0
    ordered = np.unique(lon_deg)
    gaps = np.diff(np.append(ordered, ordered[0] + 360.0))
    widest = int(gaps.argmax())
    return float(ordered[widest] + gaps[widest] / 2) if widest < len(ordered) - 1 else -180.0


def _digest(areas: Sequence[Sequence[Rings]]) -> bytes:
    content = hashlib.sha256()
    for area in areas:
        content.update(b"area")
        for polygon in area:
            content.update(b"polygon")
            for ring in polygon:
                content.update(np.int64(len(ring)).tobytes() + np.ascontiguousarray(ring, np.float64).tobytes())
    return content.digest()
