"""How far a fix is from its corridor.

Most fixes are told apart by one byte: the class of the cell they are in. The others are measured against the few pieces
that can be nearest in their cell, and those far from everything against the groups of pieces that can be.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rules_engine.corridors_joined import JoinedRasters
from rules_engine.corridors_raster import (
    FAR,
    GROUP_PIECES,
    Corridor,
    Groups,
    build_corridor,
    digest_of,
)
from rules_engine.geodesy import LocalFrame, Segments
from rules_engine.ragged import offsets, ranges, starts

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.integer[Any]]

# All rasters together: 128 MB. With more corridors each one's cells grow.
MOST_CELLS = 2**27
MOST_CELLS_EACH = 2**20
FEWEST_CELLS_EACH = 2**12
# Distances compared at once: 8 MB an array.
CHUNK = 2**20


@dataclass(frozen=True, slots=True)
class CorridorIndex:
    """Polylines of up to some thousand vertices, numbered in the order given; distances are to their segments.

    Built by `build`; changes of the world rebuild only the lines that changed.
    """

    corridors: list[Corridor]
    _frames: LocalFrame
    _pieces: Segments
    _groups: Groups
    _piece_start: NDArray[np.int64]
    _group_start: NDArray[np.int64]
    _rasters: JoinedRasters

    @classmethod
    def build(cls, lines: Sequence[FloatArray], previous: CorridorIndex | None = None) -> CorridorIndex:
        """Return the index of lines.

        Args:
            lines: Of each corridor its positions, shape (V, 2): lon, lat, V >= 2. [deg]
            previous: An index whose corridors are taken over where their lines are the same.
        """
        most_cells = _most_cells(len(lines))
        known = {corridor.digest: corridor for corridor in previous.corridors} if previous else {}
        corridors = [known.get(digest_of(line, most_cells)) or build_corridor(line, most_cells) for line in lines]
        if previous is not None and list(map(id, corridors)) == list(map(id, previous.corridors)):
            return previous
        origins = np.array([corridor.origin_deg for corridor in corridors], np.float64).reshape(-1, 2)
        return cls(
            corridors,
            LocalFrame.at(origins[:, 0], origins[:, 1]),
            Segments(*_joined([corridor.pieces for corridor in corridors], Segments)),
            Groups(*_joined([corridor.groups for corridor in corridors], Groups)),
            offsets(np.array([len(corridor.pieces.start_east_m) for corridor in corridors], np.int64)),
            offsets(np.array([len(corridor.groups.east_m) for corridor in corridors], np.int64)),
            JoinedRasters.join(corridors),
        )

    def distance_m(self, corridor: IntArray, lat_deg: FloatArray, lon_deg: FloatArray) -> FloatArray:
        """Return the distance of each fix from its own corridor.

        Args:
            corridor: Corridor of each fix, -1 for none, shape (N,).
            lat_deg: Latitude of each fix, WGS 84, shape (N,). [deg]
            lon_deg: Longitude, likewise. [deg]

        Returns:
            Right to 0.1 m at 1 km and 0.1 % beyond, NaN for corridor -1 and where a fix is NaN, shape (N,). [m]
        """
        distance = np.full(len(lat_deg), np.nan)
        there = ((corridor >= 0) & ~np.isnan(lat_deg) & ~np.isnan(lon_deg)).nonzero()[0]
        if not len(there):
            return distance
        own, lat, lon = corridor[there].astype(np.intp), lat_deg[there], lon_deg[there]
        distance[there] = self._measured_m(own, lat, lon, self._rasters.cell(own, lat, lon))
        return distance

    def end_distance_m(self, corridor: IntArray, lat_deg: FloatArray, lon_deg: FloatArray) -> FloatArray:
        """Return how far each fix is from the last position of its own corridor, which is not -1, shape (N,). [m]"""
        own = np.asarray(corridor, np.intp)
        east_m, north_m = self._frames.take(own).project(lat_deg, lon_deg)
        last = self._pieces.take(self._piece_start[own + 1] - 1)
        distance_m: FloatArray = np.hypot(
            last.start_east_m + last.along_east_m - east_m, last.start_north_m + last.along_north_m - north_m
        )
        return distance_m

    def classify(
        self, corridor: IntArray, lat_deg: FloatArray, lon_deg: FloatArray, inner_m: ArrayLike, outer_m: ArrayLike
    ) -> NDArray[np.int8]:
        """Return on which side of two thresholds each fix's distance from its own corridor is.

        The same as comparing `distance_m` with them, and faster.

        Args:
            corridor: Corridor of each fix, -1 for none, shape (N,).
            lat_deg: Latitude of each fix, WGS 84, shape (N,). [deg]
            lon_deg: Longitude, likewise. [deg]
            inner_m: A number or one for each fix. [m]
            outer_m: Likewise, not less than `inner_m`. [m]

        Returns:
            0 where distance <= inner, 2 where it is > outer, 1 between, -1 where there is none, shape (N,).
        """
        classes = np.full(len(lat_deg), -1, np.int8)
        there = np.flatnonzero((corridor >= 0) & ~np.isnan(lat_deg) & ~np.isnan(lon_deg))
        if not len(there):
            return classes
        inner, outer = (np.broadcast_to(np.asarray(limit, np.float64), classes.shape) for limit in (inner_m, outer_m))
        if len(there) == len(classes):
            return self._classes(corridor.astype(np.intp), lat_deg, lon_deg, inner, outer)
        own = corridor[there].astype(np.intp)
        classes[there] = self._classes(own, lat_deg[there], lon_deg[there], inner[there], outer[there])
        return classes

    def _classes(
        self, corridor: NDArray[np.intp], lat_deg: FloatArray, lon_deg: FloatArray, *limits_m: FloatArray
    ) -> NDArray[np.int8]:
        """Return the classes of fixes that have corridor and position, as `classify` does, shape (N,)."""
        inner_m, outer_m = limits_m
        cell = self._rasters.cell(corridor, lat_deg, lon_deg)
        code = self._rasters.code.take(cell)
        least_m = code * self._rasters.step_m.take(corridor)
        most_m = least_m + self._rasters.span_m.take(corridor)
        classes = np.zeros(len(code), np.int8)
        # most fixes are surely on their way
        row = ((most_m > inner_m) | (code == FAR)).nonzero()[0]
        least_m, most_m, code = least_m[row], most_m[row], code[row]
        most_m[code == FAR] = np.inf
        surely_outside = least_m > outer_m[row]
        surely_between = (least_m > inner_m[row]) & (most_m <= outer_m[row])
        classes[row[surely_between]] = 1
        classes[row[surely_outside]] = 2
        row = row[~(surely_outside | surely_between)]
        if not len(row):
            return classes
        measured_m = self._measured_m(corridor[row], lat_deg[row], lon_deg[row], cell[row])
        classes[row] = (measured_m > inner_m[row]).astype(np.int8) + (measured_m > outer_m[row])
        return classes

    def _measured_m(
        self, corridor: IntArray, lat_deg: FloatArray, lon_deg: FloatArray, cell: NDArray[np.int64]
    ) -> FloatArray:
        """Return the exact distance of each fix from its corridor, shape (N,). [m]"""
        east_m, north_m = self._frames.take(corridor).project(lat_deg, lon_deg)
        far = self._rasters.code[cell] == FAR
        near, far = (~far).nonzero()[0], far.nonzero()[0]
        distance = np.empty(len(lat_deg))
        start, stop = self._rasters.candidates(cell[near])
        for part in _parts(stop - start):
            which, candidate = ranges(start[part], stop[part])
            row = near[part]
            distance[row] = self._least_m(self._rasters.candidate[candidate], which, east_m[row], north_m[row])
        groups = self._group_start[corridor[far] + 1] - self._group_start[corridor[far]]
        for part in _parts(groups * GROUP_PIECES):
            row = far[part]
            distance[row] = self._far_m(corridor[row], east_m[row], north_m[row])
        return distance

    def _far_m(self, corridor: IntArray, east_m: FloatArray, north_m: FloatArray) -> FloatArray:
        """Return the distance of points from their corridors, of whose groups most are surely not the nearest."""
        which, group = ranges(self._group_start[corridor], self._group_start[corridor + 1])
        middle_m = np.hypot(self._groups.east_m[group] - east_m[which], self._groups.north_m[group] - north_m[which])
        first = starts(which)
        most_m = np.minimum.reduceat(middle_m + self._groups.radius_m[group], first)
        possible = middle_m - self._groups.radius_m[group] <= most_m[which]
        which, group = which[possible], group[possible]
        own = corridor[which]
        start = self._piece_start[own] + (group - self._group_start[own]) * GROUP_PIECES
        pair, piece = ranges(start, np.minimum(start + GROUP_PIECES, self._piece_start[own + 1]))
        return self._least_m(piece, which[pair], east_m, north_m)

    def _least_m(self, piece: IntArray, which: IntArray, east_m: FloatArray, north_m: FloatArray) -> FloatArray:
        """Return the least distance of each point over its (which, piece) pairs, which are sorted and miss no point."""
        offset_m = self._pieces.take(piece).distance_m(east_m[which], north_m[which])
        least: FloatArray = np.minimum.reduceat(offset_m, starts(which))
        return least


def _parts(size: IntArray) -> list[NDArray[np.intp]]:
    """Return rows split where their sizes add up to `CHUNK`; no rows have no parts."""
    if not len(size):
        return []
    passed = size.cumsum()
    if passed[-1] <= CHUNK:
        return [np.arange(len(size))]
    cuts = np.unique(np.searchsorted(passed, np.arange(CHUNK, int(passed[-1]), CHUNK)))
    return [part for part in np.split(np.arange(len(size)), cuts) if len(part)]


def _most_cells(corridors: int) -> int:
    """Return each raster's bound; it halves as corridors double, so that a few more change no raster."""
    share = MOST_CELLS >> max(corridors - 1, 1).bit_length()
    return min(max(share, FEWEST_CELLS_EACH), MOST_CELLS_EACH)


def _joined(parts: Sequence[Any], kind: type) -> list[FloatArray]:
    return [np.concatenate([np.empty(0), *(getattr(part, f.name) for part in parts)]) for f in fields(kind)]
