"""Builds the grid behind a `PolygonIndex`: which cells an area fills, and which edges cross the others.

    cell value   -1 no area here;  k >= 0 all of it inside area k only;  -2 - b border cell b
    border cell  one entry per area that comes near: does it hold the cell's centre, and which edges pass here
    entry        edges of that area in this cell; a point is inside when the way from the centre crosses an odd (even)
                 number of them and the centre is outside (inside)

Rows and columns of cells that no area touches share one empty row and column, so that a polygon far from the others, or
one with a wrong coordinate, costs no memory and no fineness.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rules_engine.geodesy import LONGEST_DEGREE_M, SHORTEST_DEGREE_M
from rules_engine.ragged import offsets, ranges

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.integer[Any]]
Rings = Sequence[FloatArray]  # closed, outer ring first, shape (V, 2): lon, lat

# The first level's bound: 4 MB of cells, which stay in the processor's cache; beyond it cells grow.
MOST_CELLS = 2**20
# Edges this near a cell count as passing through, so that rounding (1e-14 deg) never hides one.
ROUNDING_DEG = 1e-9
# Cells begin at no round coordinate, so that no vertex lies on the line between a centre and a round-numbered fix.
ODD_SHARE = 0.3819660112501051


@dataclass(frozen=True, slots=True)
class Edges:
    """Edges of all rings, sorted by area, each array of shape (E,). [deg]"""

    area: NDArray[np.int32]
    start_lon: FloatArray
    start_lat: FloatArray
    end_lon: FloatArray
    end_lat: FloatArray

    @classmethod
    def of(cls, areas: Sequence[Sequence[Rings]], cut_deg: float) -> Edges:
        """Return the edges of areas with longitudes turned into [cut, cut + 360)."""
        rings = [(row, ring) for row, area in enumerate(areas) for polygon in area for ring in polygon]
        area = np.repeat([row for row, _ in rings], [len(ring) - 1 for _, ring in rings]).astype(np.int32)
        starts = np.concatenate([ring[:-1] for _, ring in rings] or [np.empty((0, 2))])
        ends = np.concatenate([ring[1:] for _, ring in rings] or [np.empty((0, 2))])
        return cls(area, turned(starts[:, 0], cut_deg), starts[:, 1], turned(ends[:, 0], cut_deg), ends[:, 1])


@dataclass(frozen=True, slots=True)
class Axis:
    """Cells along one axis: bins of equal width, of which those that nothing touches share number 0."""

    origin_deg: float
    width_deg: float
    number: NDArray[np.int32]  # of each bin, with one unused bin before the first and after the last
    count: int  # of different numbers

    @classmethod
    def covering(cls, low_deg: FloatArray, high_deg: FloatArray, width_deg: float) -> Axis:
        """Return the axis on which everything between each low and high has bins of its own."""
        origin_deg = float(low_deg.min()) - ODD_SHARE * width_deg
        first = np.floor((low_deg - origin_deg) / width_deg).astype(np.int64)
        last = np.floor((high_deg - origin_deg) / width_deg).astype(np.int64)
        change = np.zeros(int(last.max()) + 3, np.int64)
        np.add.at(change, first + 1, 1)
        np.add.at(change, last + 2, -1)
        used = np.cumsum(change) > 0
        number = np.where(used, np.cumsum(used), 0).astype(np.int32)
        return cls(origin_deg, width_deg, np.append(number, np.int32(0)), int(used.sum()) + 1)

    def bins(self, position_deg: FloatArray) -> NDArray[np.intp]:
        """Return the bin of each position, an unused one off the axis and for NaN."""
        scaled = position_deg - self.origin_deg
        scaled *= 1 / self.width_deg
        scaled += 1.0
        np.fmin(scaled, len(self.number) - 1, out=scaled)
        np.fmax(scaled, 0.0, out=scaled)
        return scaled.astype(np.intp)

    def centre_deg(self, bin_: IntArray) -> FloatArray:
        """Return the middle of each bin. [deg]"""
        return self.origin_deg + (np.asarray(bin_, np.float64) - 0.5) * self.width_deg


@dataclass(frozen=True, slots=True)
class Passing:
    """Edges seen from the centre of a cell that they pass through, each array of shape (M,). [deg]"""

    start_east: FloatArray
    start_north: FloatArray
    end_east: FloatArray
    end_north: FloatArray
    centre_is_left: NDArray[np.bool_]

    @classmethod
    def of(cls, edges: Edges, edge: IntArray, centre_lon: FloatArray, centre_lat: FloatArray) -> Passing:
        """Return edges as seen from a centre for each of them."""
        start_east, start_north = edges.start_lon[edge] - centre_lon, edges.start_lat[edge] - centre_lat
        end_east, end_north = edges.end_lon[edge] - centre_lon, edges.end_lat[edge] - centre_lat
        return cls(start_east, start_north, end_east, end_north, start_east * end_north >= start_north * end_east)

    def take(self, which: IntArray) -> Passing:
        """Return the edges that an index array picks."""
        return Passing(
            self.start_east.take(which),
            self.start_north.take(which),
            self.end_east.take(which),
            self.end_north.take(which),
            self.centre_is_left.take(which),
        )


@dataclass(frozen=True, slots=True)
class Grid:
    """Cells, their entries and the entries' edges; see the module's drawing.

    Attributes:
        rows: Axis of latitude.
        columns: Axis of longitude.
        cell: Value of each cell, row by row.
        entry_start: Entries of border cell b are `entry_start[b]` up to `entry_start[b + 1]`, shape (B + 1,).
        entry_area: Area of each entry, ascending within a border cell, shape (N,).
        entry_holds_centre: Whether the area holds the cell's centre, shape (N,).
        edge_start: Edges of entry n are `edge_start[n]` up to `edge_start[n + 1]`, shape (N + 1,).
        passing: Those edges.
    """

    rows: Axis
    columns: Axis
    cell: NDArray[np.int32]
    entry_start: NDArray[np.int64]
    entry_area: NDArray[np.int32]
    entry_holds_centre: NDArray[np.bool_]
    edge_start: NDArray[np.int64]
    passing: Passing

    @classmethod
    def build(cls, edges: Edges, reach_m: float, cell_m: float) -> Grid:
        """Return the grid whose border cells hold the edges that pass within `reach_m` of them."""
        reach_lon, reach_lat = reach_deg(edges, reach_m)
        rows, columns = axes(edges, reach_lon, reach_lat, cell_m)
        edge, row, column = passes(edges, rows, columns, reach_lon, reach_lat)
        pass_order = np.lexsort((edge, edges.area[edge], columns.number[column], rows.number[row]))
        edge, row, column = edge[pass_order], row[pass_order], column[pass_order]
        near = _cells(rows, columns, row, column) * (int(edges.area.max()) + 1) + edges.area[edge]
        first = np.flatnonzero(np.diff(near, prepend=-1))
        border = _Entries(
            edges.area[edge[first]], row[first], column[first], np.zeros(len(first), np.bool_), np.arange(len(first))
        )
        # the border's entries learn here whether they hold their centres
        filled = list(_filled(edges, border, rows, columns))
        entries = _Entries.concatenate([border, *filled])
        passing = Passing.of(edges, edge, columns.centre_deg(column), rows.centre_deg(row))
        return _assemble(rows, columns, entries, np.append(first, len(edge)), passing)


@dataclass(frozen=True, slots=True)
class _Entries:
    area: NDArray[np.int32]
    row: NDArray[np.intp]
    column: NDArray[np.intp]
    holds_centre: NDArray[np.bool_]
    edges_of: NDArray[np.intp]  # where its edges stand, -1 without

    @classmethod
    def concatenate(cls, parts: list[_Entries]) -> _Entries:
        return cls(*(np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(cls)))


def turned(lon_deg: FloatArray, cut_deg: float) -> FloatArray:
    """Return longitudes in [cut, cut + 360); the date line needs this only where areas come near it."""
    return lon_deg if cut_deg <= -180.0 else np.where(lon_deg < cut_deg, lon_deg + 360.0, lon_deg)


def reach_deg(edges: Edges, reach_m: float) -> tuple[float, float]:
    """Return how many degrees of longitude and latitude a reach is at most, near these edges."""
    if reach_m == 0:
        return ROUNDING_DEG, ROUNDING_DEG
    lat = reach_m / SHORTEST_DEGREE_M + ROUNDING_DEG
    poleward = min(float(np.abs(edges.start_lat).max()) + 2 * lat, 89.9)
    # a degree of longitude is no shorter than this on any ellipsoid of our flattening
    return reach_m / (SHORTEST_DEGREE_M * np.cos(np.radians(poleward))) + ROUNDING_DEG, lat


def axes(edges: Edges, reach_lon: float, reach_lat: float, cell_m: float) -> tuple[Axis, Axis]:
    """Return axes of latitude and longitude whose cells cover every area and its reach, wider ones if too many."""
    west, east = np.minimum(edges.start_lon, edges.end_lon), np.maximum(edges.start_lon, edges.end_lon)
    south, north = np.minimum(edges.start_lat, edges.end_lat), np.maximum(edges.start_lat, edges.end_lat)
    slimness = max(np.cos(np.radians(float((south.min() + north.max()) / 2))), 0.01)
    while True:
        lat_width = cell_m / LONGEST_DEGREE_M
        # an area's box, not only its edges, needs cells of its own: its inside lies between them
        rows = Axis.covering(
            _per_area(edges, south, np.minimum) - reach_lat, _per_area(edges, north, np.maximum) + reach_lat, lat_width
        )
        columns = Axis.covering(
            _per_area(edges, west, np.minimum) - reach_lon,
            _per_area(edges, east, np.maximum) + reach_lon,
            lat_width / slimness,
        )
        if rows.count * columns.count <= MOST_CELLS:
            return rows, columns
        cell_m *= 1.25


def _per_area(edges: Edges, values: FloatArray, extreme: np.ufunc) -> FloatArray:
    first = np.flatnonzero(np.diff(edges.area, prepend=-1))
    reduced: FloatArray = extreme.reduceat(values, first)
    return reduced


def _cells(rows: Axis, columns: Axis, row: IntArray, column: IntArray) -> NDArray[np.int64]:
    return rows.number[row].astype(np.int64) * columns.count + columns.number[column]


def passes(
    edges: Edges, rows: Axis, columns: Axis, reach_lon: float, reach_lat: float
) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]]:
    """Return every (edge, row bin, column bin) with the edge within reach of the cell."""
    south, north = np.minimum(edges.start_lat, edges.end_lat), np.maximum(edges.start_lat, edges.end_lat)
    edge, row = ranges(rows.bins(south - reach_lat), rows.bins(north + reach_lat) + 1)
    middle = rows.centre_deg(row)
    low = np.clip(middle - rows.width_deg / 2 - reach_lat, south[edge], north[edge])
    high = np.clip(middle + rows.width_deg / 2 + reach_lat, south[edge], north[edge])
    at_low, at_high = _lon_at(edges, edge, low), _lon_at(edges, edge, high)
    level = edges.start_lat[edge] == edges.end_lat[edge]
    west = np.where(level, np.minimum(edges.start_lon, edges.end_lon)[edge], np.minimum(at_low, at_high))
    east = np.where(level, np.maximum(edges.start_lon, edges.end_lon)[edge], np.maximum(at_low, at_high))
    which, column = ranges(columns.bins(west - reach_lon), columns.bins(east + reach_lon) + 1)
    return edge[which], row[which], column


def _lon_at(edges: Edges, edge: IntArray, lat_deg: FloatArray) -> FloatArray:
    start_lat, start_lon = edges.start_lat[edge], edges.start_lon[edge]
    rise = edges.end_lat[edge] - start_lat
    share = np.clip((lat_deg - start_lat) / np.where(rise == 0, 1.0, rise), 0.0, 1.0)
    return start_lon + share * (edges.end_lon[edge] - start_lon)


def _filled(edges: Edges, border: _Entries, rows: Axis, columns: Axis) -> Iterator[_Entries]:
    """Yield the cells that lie wholly inside each area; note for its border cells whether it holds their centres."""
    by_area = np.argsort(border.area, kind="stable")
    areas = np.unique(edges.area)
    edge_start = np.searchsorted(edges.area, areas)
    edge_stop = np.searchsorted(edges.area, areas, "right")
    entry_start = np.searchsorted(border.area[by_area], areas)
    entry_stop = np.searchsorted(border.area[by_area], areas, "right")
    for n, area in enumerate(areas):
        own, entries = slice(edge_start[n], edge_stop[n]), by_area[entry_start[n] : entry_stop[n]]
        row, column = border.row[entries], border.column[entries]
        first_row, first_column = int(row.min()), int(column.min())
        height, width = int(row.max()) - first_row + 1, int(column.max()) - first_column + 1
        inside = _centres_inside(
            edges,
            own,
            rows.centre_deg(np.arange(first_row, first_row + height)),
            columns.centre_deg(np.arange(first_column, first_column + width)),
        )
        border.holds_centre[entries] = inside[row - first_row, column - first_column]
        inside[row - first_row, column - first_column] = False
        full_row, full_column = np.nonzero(inside)
        yield _Entries(
            np.full(len(full_row), area, np.int32),
            full_row + first_row,
            full_column + first_column,
            np.ones(len(full_row), np.bool_),
            np.full(len(full_row), -1),
        )


def _centres_inside(edges: Edges, own: slice, lat_deg: FloatArray, lon_deg: FloatArray) -> NDArray[np.bool_]:
    """Return whether the area of these edges holds each (row, column) centre, by crossings to the west of it."""
    south = np.minimum(edges.start_lat[own], edges.end_lat[own])
    north = np.maximum(edges.start_lat[own], edges.end_lat[own])
    edge, row = ranges(np.searchsorted(lat_deg, south, "left"), np.searchsorted(lat_deg, north, "left"))
    crossing = _lon_at(edges, edge + own.start, lat_deg[row])
    crossed = np.zeros((len(lat_deg), len(lon_deg) + 1), np.int32)
    np.add.at(crossed, (row, np.searchsorted(lon_deg, crossing, "left")), 1)
    inside: NDArray[np.bool_] = np.cumsum(crossed[:, :-1], axis=1) % 2 == 1
    return inside


def _assemble(rows: Axis, columns: Axis, entries: _Entries, starts: IntArray, passing: Passing) -> Grid:
    """Return the grid of border and filled entries, whose edges stand in `passing` between `starts`."""
    at = _cells(rows, columns, entries.row, entries.column)
    order = np.lexsort((entries.area, at))
    at, area, edges_of = at[order], entries.area[order], entries.edges_of[order]
    first = np.flatnonzero(np.diff(at, prepend=-1))
    count = np.diff(np.append(first, len(at)))
    plain = (count == 1) & (edges_of[first] < 0)
    cell = np.full(rows.count * columns.count, -1, np.int32)
    cell[at[first[plain]]] = area[first[plain]]
    cell[at[first[~plain]]] = -2 - np.arange(np.count_nonzero(~plain), dtype=np.int32)
    kept = np.repeat(~plain, count)
    area, edges_of = area[kept], edges_of[kept]
    begin = starts[np.maximum(edges_of, 0)]
    edge_count = np.where(edges_of >= 0, starts[np.maximum(edges_of, 0) + 1] - begin, 0)
    _, source = ranges(begin, begin + edge_count)
    holds_centre = entries.holds_centre[order][kept]
    return Grid(
        rows, columns, cell, offsets(count[~plain]), area, holds_centre, offsets(edge_count), passing.take(source)
    )
