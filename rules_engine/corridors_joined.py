"""Rasters of all corridors one after the other, so that one look-up serves fixes of any of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rules_engine.corridors_raster import FAR, Corridor, Raster
from rules_engine.ragged import offsets

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.integer[Any]]


@dataclass(frozen=True, slots=True)
class JoinedRasters:
    """Each raster with an edge of far cells around it, where fixes off the raster fall; per corridor shape (C,).

    Attributes:
        west_deg: Western edge of each raster.
        row_scale: Row of a fix is latitude times this plus `row_offset`. [1/deg]
        row_offset: Likewise.
        last_row: The far row beyond the raster; the one before it is 0.
        column_scale: Likewise for longitude. [1/deg]
        column_offset: Likewise.
        last_column: Likewise.
        width: Cells in a row.
        first: Where each raster begins among all cells.
        step_m: What one code stands for. [m]
        span_m: How far apart the distances in one cell may be. [m]
        code: Every cell's.
        near: Cells that have candidates, ascending, shape (K,).
        candidate_start: Candidates of near[k] are `candidate[candidate_start[k]:candidate_start[k + 1]]`.
        candidate: Pieces, numbered through all corridors.
        wraps: Whether a raster lies across the date line.
    """

    west_deg: FloatArray
    row_scale: FloatArray
    row_offset: FloatArray
    last_row: FloatArray
    column_scale: FloatArray
    column_offset: FloatArray
    last_column: FloatArray
    width: NDArray[np.int64]
    first: NDArray[np.int64]
    step_m: FloatArray
    span_m: FloatArray
    code: NDArray[np.uint8]
    near: NDArray[np.int64]
    candidate_start: NDArray[np.int64]
    candidate: NDArray[np.int32]
    wraps: bool

    @classmethod
    def join(cls, corridors: Sequence[Corridor]) -> JoinedRasters:
        """Return the rasters of corridors, in order."""
        rasters = [corridor.raster for corridor in corridors]
        rows, columns = (np.array([raster.code.shape[axis] for raster in rasters], np.int64) for axis in (0, 1))
        south, west = _column(rasters, "south_deg"), _column(rasters, "west_deg")
        row_scale, column_scale = _column(rasters, "rows_per_deg"), _column(rasters, "columns_per_deg")
        first = offsets((rows + 2) * (columns + 2))
        pieces = offsets(np.array([len(corridor.pieces.start_east_m) for corridor in corridors], np.int64))
        candidates = offsets(np.array([len(raster.candidate) for raster in rasters], np.int64))
        starts = [before + raster.candidate_start[:-1] for before, raster in zip(candidates, rasters, strict=False)]
        numbered = [raster.candidate + np.int32(before) for before, raster in zip(pieces, rasters, strict=False)]
        return cls(
            west_deg=west,
            row_scale=row_scale,
            row_offset=1.0 - south * row_scale,
            last_row=(rows + 1).astype(np.float64),
            column_scale=column_scale,
            column_offset=1.0 - west * column_scale,
            last_column=(columns + 1).astype(np.float64),
            width=columns + 2,
            first=first[:-1],
            step_m=_column(rasters, "step_m"),
            span_m=_column(rasters, "span_m"),
            code=_codes(rasters, first, columns + 2),
            near=np.concatenate([np.empty(0, np.int64), *map(_near, rasters, first, columns + 2)]),
            candidate_start=np.concatenate([*starts, candidates[-1:]]),
            candidate=np.concatenate([np.empty(0, np.int32), *numbered]),
            wraps=bool((west < -180).any() or (west * column_scale + columns > 180 * column_scale).any()),
        )

    def cell(self, corridor: NDArray[np.intp], lat_deg: FloatArray, lon_deg: FloatArray) -> NDArray[np.int64]:
        """Return the cell of each fix in its own corridor's raster, of the far edge where it is off it, shape (N,)."""
        if self.wraps:
            west_deg = self.west_deg.take(corridor)
            lon_deg = west_deg + np.remainder(lon_deg - west_deg, 360.0)
        row = lat_deg * self.row_scale.take(corridor)
        row += self.row_offset.take(corridor)
        column = lon_deg * self.column_scale.take(corridor)
        column += self.column_offset.take(corridor)
        np.minimum(row, self.last_row.take(corridor), out=row)
        np.maximum(row, 0.0, out=row)
        np.minimum(column, self.last_column.take(corridor), out=column)
        np.maximum(column, 0.0, out=column)
        cell: NDArray[np.int64] = row.astype(np.int64)
        cell *= self.width.take(corridor)
        cell += column.astype(np.int64)
        cell += self.first.take(corridor)
        return cell

    def candidates(self, cell: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return where the candidates of cells that are not far begin and end in `candidate`, each of shape (N,)."""
        place = np.searchsorted(self.near, cell)
        return self.candidate_start[place], self.candidate_start[place + 1]


def _column(rasters: Sequence[Raster], name: str) -> FloatArray:
    return np.array([getattr(raster, name) for raster in rasters], np.float64)


def _codes(rasters: Sequence[Raster], first: IntArray, widths: IntArray) -> NDArray[np.uint8]:
    code = np.full(int(first[-1]), FAR, np.uint8)
    for begin, end, width, raster in zip(first, first[1:], widths, rasters, strict=False):
        code[begin:end].reshape(-1, width)[1:-1, 1:-1] = raster.code
    return code


def _near(raster: Raster, first: np.int64, width: np.int64) -> NDArray[np.int64]:
    """Return a raster's cells that have candidates, by their places among all cells."""
    row, column = np.divmod(raster.near.astype(np.int64), max(int(width) - 2, 1))
    near: NDArray[np.int64] = first + (row + 1) * width + column + 1
    return near
