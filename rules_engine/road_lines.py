"""Which lines are near a fix, of thousands of them that may touch, cross and lie over each other.

A grid of cells names the pieces that come within reach of each cell; a fix is compared with those of its own cell.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from math import ceil, log2

import numpy as np
from numpy.typing import NDArray

from rules_engine.geodesy import Segments, metres_per_degree, wrap_deg
from rules_engine.polygons_grid import Axis, Edges, FloatArray, axes, passes, reach_deg
from rules_engine.ragged import offsets, ranges

CELL_M = 50.0
# The usual half width of a road and its fixes; grids are made for this and its doublings.
REACH_M = 25.0


@dataclass(frozen=True, slots=True)
class LineGrid:
    """Cells and the pieces that come within reach of them.

    Attributes:
        rows: Axis of latitude.
        columns: Axis of longitude.
        cell: Entry of each cell, row by row, -1 where nothing is near.
        start: Pieces of entry e are `piece[start[e]:start[e + 1]]`, shape (E + 1,).
        piece: Those pieces.
    """

    rows: Axis
    columns: Axis
    cell: NDArray[np.int32]
    start: NDArray[np.int64]
    piece: NDArray[np.intp]

    @classmethod
    def build(cls, pieces: Edges, reach_m: float) -> LineGrid:
        """Return the grid of pieces for a reach. [m]"""
        reach_lon, reach_lat = reach_deg(pieces, reach_m)
        rows, columns = axes(pieces, reach_lon, reach_lat, max(CELL_M, 2 * reach_m))
        piece, row, column = passes(pieces, rows, columns, reach_lon, reach_lat)
        at = rows.number[row].astype(np.int64) * columns.count + columns.number[column]
        order = np.lexsort((piece, at))
        occupied, count = np.unique(at, return_counts=True)
        cell = np.full(rows.count * columns.count, -1, np.int32)
        cell[occupied] = np.arange(len(occupied))
        return cls(rows, columns, cell, offsets(count), piece[order])

    def entry(self, lat_deg: FloatArray, east_deg: FloatArray) -> NDArray[np.int32]:
        """Return the entry of each place's cell, -1 without and for NaN, shape (N,)."""
        cell = self.rows.number.take(self.rows.bins(lat_deg))
        cell *= np.int32(self.columns.count)
        cell += self.columns.number.take(self.columns.bins(east_deg))
        entry: NDArray[np.int32] = self.cell.take(cell)
        return entry


@dataclass(frozen=True)
class LineIndex:
    """Lines numbered in the order given; built by `build`.

    Attributes:
        digest: Names their geometry.
        pieces: Their pieces, `area` being the line of each, longitudes counted from `origin_deg`.
        origin_deg: A longitude among them. [deg]
    """

    digest: bytes
    pieces: Edges
    origin_deg: float
    _grids: dict[float, LineGrid] = field(default_factory=dict)

    @classmethod
    def build(cls, lines: Sequence[FloatArray], previous: LineIndex | None = None) -> LineIndex:
        """Return the index of lines, each of shape (V, 2): lon, lat, V >= 2; `previous` where none has changed."""
        content = hashlib.sha256()
        for line in lines:
            content.update(np.int64(len(line)).tobytes() + np.ascontiguousarray(line, np.float64).tobytes())
        if previous is not None and previous.digest == content.digest():
            return previous
        origin_deg = float(lines[0][0, 0]) if lines else 0.0
        begin = np.concatenate([line[:-1] for line in lines] or [np.empty((0, 2))])
        end = np.concatenate([line[1:] for line in lines] or [np.empty((0, 2))])
        owner = np.repeat(np.arange(len(lines)), [len(line) - 1 for line in lines]).astype(np.int32)
        east_deg = wrap_deg(begin[:, 0] - origin_deg), wrap_deg(end[:, 0] - origin_deg)
        return cls(content.digest(), Edges(owner, east_deg[0], begin[:, 1], east_deg[1], end[:, 1]), origin_deg)

    def grid(self, reach_m: float) -> LineGrid:
        """Return the grid for at least a reach. [m]"""
        reach_m = REACH_M * 2.0 ** max(ceil(log2(max(reach_m, 1.0) / REACH_M)), 0)
        if reach_m not in self._grids:
            self._grids[reach_m] = LineGrid.build(self.pieces, reach_m)
        return self._grids[reach_m]

    def entry(self, lat_deg: FloatArray, lon_deg: FloatArray, reach_m: float) -> NDArray[np.int32]:
        """Return the entry of each fix's cell in the grid for a reach, -1 where no line is near, shape (N,)."""
        return self.grid(reach_m).entry(lat_deg, wrap_deg(lon_deg - self.origin_deg))

    def near(
        self, lat_deg: FloatArray, lon_deg: FloatArray, reach_m: float
    ) -> tuple[NDArray[np.intp], NDArray[np.int32]]:
        """Return every (fix, line) no farther apart than a reach, sorted by fix, a line perhaps twice, shape (P,)."""
        if not len(self.pieces.area):
            return np.empty(0, np.intp), np.empty(0, np.int32)
        grid, east_deg = self.grid(reach_m), wrap_deg(lon_deg - self.origin_deg)
        entry = grid.entry(lat_deg, east_deg)
        known = (entry >= 0).nonzero()[0]
        which, place = ranges(grid.start[entry[known]], grid.start[entry[known] + 1])
        fix, piece = known[which], grid.piece[place]
        metres_lat, metres_lon = (metres.take(which) for metres in metres_per_degree(lat_deg[known]))
        pieces = self.pieces
        segments = Segments(
            (pieces.start_lon[piece] - east_deg[fix]) * metres_lon,
            (pieces.start_lat[piece] - lat_deg[fix]) * metres_lat,
            (pieces.end_lon[piece] - pieces.start_lon[piece]) * metres_lon,
            (pieces.end_lat[piece] - pieces.start_lat[piece]) * metres_lat,
        )
        near = (segments.distance_m(np.zeros(1), np.zeros(1)) <= reach_m).nonzero()[0]
        return fix[near], pieces.area[piece[near]]
