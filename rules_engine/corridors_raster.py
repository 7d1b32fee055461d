"""Builds what a `CorridorIndex` knows of one corridor: its pieces in metres, and a raster of one byte a cell.

    code 0..254   every fix in the cell is at least code * step_m and at most code * step_m + span_m from the corridor,
                  and the nearest piece is one of the cell's candidates
    code 255      every fix in the cell, and off the raster, is at least 255 * step_m from it

A line between two positions is straight in longitude and latitude, as GeoJSON has it; a long one is cut into pieces
that are short enough to be straight on the ground as well.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rules_engine.geodesy import (
    LONGEST_DEGREE_M,
    MEAN_RADIUS_M,
    SHORTEST_DEGREE_M,
    LocalFrame,
    Segments,
    metres_per_degree,
    middle_deg,
    wrap_deg,
)
from rules_engine.ragged import offsets, ranges

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.integer[Any]]

_Distances = tuple[NDArray[np.intp], NDArray[np.int32], FloatArray]

FAR = 255
CELL_M = 50.0
# Thresholds are around 100 m; farther out than some 200 m a code need only say "far". Building takes its square.
REACH_M = 300.0
# A piece bends from its chord by less than 0.03 m at mid latitudes.
PIECE_M = 1000.0
# Pieces that are left out or taken together by one comparison when a fix is far off.
GROUP_PIECES = 16
# Closer to a pole than this a raster of meridians and parallels is none of equal cells, and fixes are always measured.
RASTER_BELOW_DEG = 89.0
# Distances compared at once while building: 16 MB an array.
CHUNK = 2**21


@dataclass(frozen=True, slots=True)
class Groups:
    """Circles around `GROUP_PIECES` consecutive pieces each, in metres of the corridor's frame, shape (G,)."""

    east_m: FloatArray
    north_m: FloatArray
    radius_m: FloatArray


@dataclass(frozen=True, slots=True)
class Raster:
    """Classes of cells around a corridor, row by row from the south-west corner.

    Attributes:
        south_deg: Southern edge.
        west_deg: Western edge, may lie beyond -180.
        rows_per_deg: Cells in a degree of latitude, 0 for a raster without cells.
        columns_per_deg: Cells in a degree of longitude, likewise.
        code: Shape (rows, columns); see the module's drawing.
        step_m: What one code stands for.
        span_m: How far apart the distances in one cell may be.
        near: Cells with code below 255, ascending, shape (K,).
        candidate_start: Candidates of near[k] are `candidate[candidate_start[k]:candidate_start[k + 1]]`.
        candidate: Pieces.
    """

    south_deg: float
    west_deg: float
    rows_per_deg: float
    columns_per_deg: float
    code: NDArray[np.uint8]
    step_m: float
    span_m: float
    near: NDArray[np.int32]
    candidate_start: NDArray[np.int64]
    candidate: NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Corridor:
    """All that is built of one line; `digest` names the line and the bound it was built with."""

    digest: bytes
    origin_deg: tuple[float, float]
    pieces: Segments
    groups: Groups
    raster: Raster


def digest_of(line: FloatArray, most_cells: int) -> bytes:
    """Return the name of what would be built of a line of shape (V, 2): lon, lat."""
    return hashlib.sha256(np.int64(most_cells).tobytes() + np.ascontiguousarray(line, np.float64).tobytes()).digest()


def build_corridor(line: FloatArray, most_cells: int) -> Corridor:
    """Return pieces and raster of a line.

    Args:
        line: Positions, shape (V, 2): lon, lat; consecutive ones are joined the short way round the earth. [deg]
        most_cells: Bound of the raster; cells grow to keep it.
    """
    lon_deg = line[0, 0] + np.concatenate(([0.0], np.cumsum(wrap_deg(np.diff(line[:, 0])))))
    lat_deg, lon_deg = _cut(line[:, 1], lon_deg)
    origin_deg = middle_deg(lat_deg, lon_deg)
    frame = LocalFrame.at(*origin_deg)
    east, north = frame.project(lat_deg, lon_deg)
    pieces = Segments.through(east, north)
    raster = (
        _empty_raster()
        if np.abs(lat_deg).max() > RASTER_BELOW_DEG
        else _raster(lat_deg, lon_deg, frame, pieces, most_cells)
    )
    return Corridor(digest_of(line, most_cells), origin_deg, pieces, _groups(pieces), raster)


def _cut(lat_deg: FloatArray, lon_deg: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the line with vertices added until no piece is longer than its latitude allows."""
    steep = np.maximum(np.abs(lat_deg[:-1]), np.abs(lat_deg[1:]))
    longest_m = PIECE_M / np.maximum(np.tan(np.radians(np.minimum(steep, RASTER_BELOW_DEG))), 1.0)
    metres_lat, metres_lon = metres_per_degree((lat_deg[:-1] + lat_deg[1:]) / 2)
    length_m = np.hypot(np.diff(lat_deg) * metres_lat, np.diff(lon_deg) * metres_lon)
    count = np.maximum(np.ceil(length_m / longest_m), 1).astype(np.int64)
    segment, part = ranges(np.zeros(len(count), np.int64), count)
    share = part / count[segment]
    return (
        np.append(lat_deg[segment] + share * np.diff(lat_deg)[segment], lat_deg[-1]),
        np.append(lon_deg[segment] + share * np.diff(lon_deg)[segment], lon_deg[-1]),
    )


def _groups(pieces: Segments) -> Groups:
    first = np.arange(0, len(pieces.start_east_m), GROUP_PIECES)
    ends_east, ends_north = pieces.start_east_m + pieces.along_east_m, pieces.start_north_m + pieces.along_north_m
    low_east = np.minimum.reduceat(np.minimum(pieces.start_east_m, ends_east), first)
    high_east = np.maximum.reduceat(np.maximum(pieces.start_east_m, ends_east), first)
    low_north = np.minimum.reduceat(np.minimum(pieces.start_north_m, ends_north), first)
    high_north = np.maximum.reduceat(np.maximum(pieces.start_north_m, ends_north), first)
    radius_m = np.hypot(high_east - low_east, high_north - low_north) / 2
    return Groups((low_east + high_east) / 2, (low_north + high_north) / 2, radius_m)


def _empty_raster() -> Raster:
    none, no_code = np.empty(0, np.int32), np.empty((0, 0), np.uint8)
    return Raster(0.0, 0.0, 0.0, 0.0, no_code, 0.0, np.inf, none, np.zeros(1, np.int64), none)


@dataclass(frozen=True, slots=True)
class _Cells:
    south_deg: float
    west_deg: float
    lat_deg: float
    lon_deg: float
    rows: int
    columns: int
    half_diagonal_m: float
    reach_m: float


def _raster(lat_deg: FloatArray, lon_deg: FloatArray, frame: LocalFrame, pieces: Segments, most_cells: int) -> Raster:
    cells = _cells(lat_deg, lon_deg, most_cells)
    half_m = cells.half_diagonal_m
    boxes = _Boxes.around(lat_deg, lon_deg, cells)
    used = boxes.touched()
    centres = _Centres.of(used, cells, frame)
    # one chunk is kept and used twice, more are measured twice
    once = list(centres.distances(boxes, pieces)) if boxes.pair_count() <= CHUNK else None
    least_m = np.full(len(used), np.inf)
    for _, at, distance_m in once or centres.distances(boxes, pieces):
        np.minimum.at(least_m, at, distance_m)
    near = least_m <= cells.reach_m - 2 * half_m
    step_m = (cells.reach_m - 3 * half_m) / FAR
    code = np.full(cells.rows * cells.columns, FAR, np.uint8)
    code[used[near]] = np.minimum(np.maximum(least_m[near] - half_m, 0) / step_m, FAR - 1).astype(np.uint8)
    within_m = np.where(near, least_m + 2 * half_m, -1.0)
    start, candidate = _candidates(once or centres.distances(boxes, pieces), within_m)
    return Raster(
        cells.south_deg,
        cells.west_deg,
        1 / cells.lat_deg,
        1 / cells.lon_deg,
        code.reshape(cells.rows, cells.columns),
        step_m,
        step_m + 2 * half_m,
        used[near].astype(np.int32),
        np.append(start[:-1][near], start[-1]),
        candidate,
    )


def _candidates(distances: Iterable[_Distances], within_m: FloatArray) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Return per used cell the pieces whose distance from its centre is within its bound, as rows of a flat array."""
    cells_of, pieces_of = [np.empty(0, np.int32)], [np.empty(0, np.int32)]
    for piece, at, distance_m in distances:
        close = distance_m <= within_m[at]
        cells_of.append(at[close])
        pieces_of.append(piece[close].astype(np.int32))
    at = np.concatenate(cells_of)
    order = np.argsort(at, kind="stable")
    return offsets(np.bincount(at, minlength=len(within_m))), np.concatenate(pieces_of)[order]


@dataclass(frozen=True, slots=True)
class _Centres:
    """Middles of the used cells in metres of the corridor's frame, shape (U,), and the row of each cell among them."""

    east_m: FloatArray
    north_m: FloatArray
    row: NDArray[np.int32]

    @classmethod
    def of(cls, used: NDArray[np.int64], cells: _Cells, frame: LocalFrame) -> _Centres:
        row, column = np.divmod(used, cells.columns)
        lat_deg = cells.south_deg + (row + 0.5) * cells.lat_deg
        lon_deg = cells.west_deg + (column + 0.5) * cells.lon_deg
        rows = np.zeros(cells.rows * cells.columns, np.int32)
        rows[used] = np.arange(len(used))
        return cls(*frame.project(lat_deg, lon_deg), rows)

    def distances(self, boxes: _Boxes, pieces: Segments) -> Iterator[_Distances]:
        """Yield pieces, rows of cells within their boxes, and how far the cells' middles are from them. [m]"""
        for piece, cell in boxes.pairs():
            at = self.row[cell]
            yield piece, at, pieces.take(piece).distance_m(self.east_m[at], self.north_m[at])


@dataclass(frozen=True, slots=True)
class _Boxes:
    """Of each piece the rows and columns of cells within reach of it, each array of shape (S,)."""

    first_row: NDArray[np.int64]
    stop_row: NDArray[np.int64]
    first_column: NDArray[np.int64]
    stop_column: NDArray[np.int64]
    cells: _Cells

    @classmethod
    def around(cls, lat_deg: FloatArray, lon_deg: FloatArray, cells: _Cells) -> _Boxes:
        reach_lat, reach_lon = _reach_deg(cells.reach_m + cells.half_diagonal_m, lat_deg)
        row, column = (lat_deg - cells.south_deg) / cells.lat_deg, (lon_deg - cells.west_deg) / cells.lon_deg
        rows, columns = reach_lat / cells.lat_deg, reach_lon / cells.lon_deg
        return cls(
            _clipped(np.minimum(row[:-1], row[1:]) - rows, cells.rows - 1),
            _clipped(np.maximum(row[:-1], row[1:]) + rows, cells.rows - 1) + 1,
            _clipped(np.minimum(column[:-1], column[1:]) - columns, cells.columns - 1),
            _clipped(np.maximum(column[:-1], column[1:]) + columns, cells.columns - 1) + 1,
            cells,
        )

    def pair_count(self) -> int:
        """Return how many (piece, cell) there are."""
        return int(((self.stop_row - self.first_row) * (self.stop_column - self.first_column)).sum())

    def pairs(self) -> Iterator[tuple[NDArray[np.intp], NDArray[np.int64]]]:
        """Yield every (piece, cell), about `CHUNK` at a time."""
        width = self.stop_column - self.first_column
        size = np.cumsum((self.stop_row - self.first_row) * width)
        for part in np.split(np.arange(len(size)), np.searchsorted(size, np.arange(CHUNK, size[-1], CHUNK))):
            piece, row = ranges(self.first_row[part], self.stop_row[part])
            along, column = ranges(self.first_column[part][piece], self.stop_column[part][piece])
            yield part[piece[along]], row[along] * self.cells.columns + column

    def touched(self) -> NDArray[np.int64]:
        """Return every cell of some box, ascending."""
        edges = np.zeros((self.cells.rows + 1, self.cells.columns + 1), np.int32)
        for sign, row, column in (
            (1, self.first_row, self.first_column),
            (-1, self.first_row, self.stop_column),
            (-1, self.stop_row, self.first_column),
            (1, self.stop_row, self.stop_column),
        ):
            np.add.at(edges, (row, column), sign)
        return np.flatnonzero(edges.cumsum(axis=0).cumsum(axis=1)[:-1, :-1])


def _clipped(cell: FloatArray, last: int) -> NDArray[np.int64]:
    return np.clip(np.floor(cell), 0, last).astype(np.int64)


def _reach_deg(reach_m: float, lat_deg: FloatArray) -> tuple[float, float]:
    """Return degrees of latitude and longitude that are at least this far at every one of these latitudes."""
    reach_lat = reach_m / SHORTEST_DEGREE_M
    poleward = np.radians(np.abs(lat_deg).max() + reach_lat)
    return reach_lat, reach_m / (SHORTEST_DEGREE_M * float(np.cos(poleward)))


def _cells(lat_deg: FloatArray, lon_deg: FloatArray, most_cells: int) -> _Cells:
    """Return the cells to lay around a line, no more than the bound, and as near to square as they can be."""
    cell_m = CELL_M
    while True:
        cell_lat = cell_m / LONGEST_DEGREE_M
        # the widest place is the one nearest to the equator, and the frame stretches what is far from its origin
        equatorward = 0.0 if lat_deg.min() <= 0 <= lat_deg.max() else float(np.abs(lat_deg).min())
        cell_lon = cell_m / float(metres_per_degree(max(equatorward - 0.01, 0.0))[1])
        extent_m = LONGEST_DEGREE_M * float(np.hypot(np.ptp(lat_deg), np.ptp(lon_deg)))
        half_diagonal_m = cell_m / np.sqrt(2) * (1.001 + (extent_m / MEAN_RADIUS_M) ** 2 / 3)
        reach_m = max(REACH_M, 6 * half_diagonal_m)
        margin_lat, margin_lon = _reach_deg(reach_m + 2 * half_diagonal_m, lat_deg)
        south, west = float(lat_deg.min()) - margin_lat, float(lon_deg.min()) - margin_lon
        rows = int(np.ceil((lat_deg.max() + margin_lat - south) / cell_lat))
        columns = int(np.ceil((lon_deg.max() + margin_lon - west) / cell_lon))
        if rows * columns <= most_cells:
            return _Cells(south, west, cell_lat, cell_lon, rows, columns, half_diagonal_m, reach_m)
        cell_m *= 1.25
