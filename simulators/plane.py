"""A flat city: metres east and north of an origin, and back to WGS 84.

The mapping is affine: a straight street stays straight on the map, and a truck drawn on a corridor is on it there.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import cos, radians, sin, sqrt

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

EQUATOR_RADIUS_M = 6_378_137.0  # WGS 84, semi-major axis
ECCENTRICITY_SQUARED = 6.694379990141e-3  # WGS 84, first eccentricity


@dataclass(frozen=True, slots=True)
class Plane:
    """The tangent plane of the ellipsoid at an origin; true to 0.2 % within 20 km of it."""

    origin_lat_deg: float
    origin_lon_deg: float

    @property
    def metres_per_degree(self) -> tuple[float, float]:
        """Return the length of one degree of latitude and of longitude at the origin. [m]"""
        lat = radians(self.origin_lat_deg)
        w = sqrt(1.0 - ECCENTRICITY_SQUARED * sin(lat) ** 2)
        meridian_m = EQUATOR_RADIUS_M * (1.0 - ECCENTRICITY_SQUARED) / w**3
        parallel_m = EQUATOR_RADIUS_M / w * cos(lat)
        return radians(meridian_m), radians(parallel_m)

    def to_lat_lon(self, xy_m: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return latitude and longitude of points, shape (N, 2) east and north. [deg]"""
        per_lat_m, per_lon_m = self.metres_per_degree
        return self.origin_lat_deg + xy_m[:, 1] / per_lat_m, self.origin_lon_deg + xy_m[:, 0] / per_lon_m

    def coordinates(self, xy_m: FloatArray) -> list[list[float]]:
        """Return points as GeoJSON positions, longitude first, to about a centimetre."""
        lat_deg, lon_deg = self.to_lat_lon(xy_m)
        return np.column_stack([lon_deg, lat_deg]).round(7).tolist()  # type: ignore[no-any-return]


def length_m(line_m: FloatArray) -> float:
    """Return the length of a line, shape (V, 2). [m]"""
    return float(np.hypot(*np.diff(line_m, axis=0).T).sum())


def chainage_m(line_m: FloatArray) -> FloatArray:
    """Return the distance along the line of each of its vertices, shape (V,). [m]"""
    return np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(line_m, axis=0).T))])


def cut(line_m: FloatArray, from_m: float, to_m: float) -> FloatArray:
    """Return the part of a line between two distances along it, shape (V', 2)."""
    along_m = chainage_m(line_m)
    inner = line_m[(along_m > from_m) & (along_m < to_m)]
    ends = point_at(line_m, np.array([from_m, to_m]))
    return np.concatenate([ends[:1], inner, ends[1:]])


def point_at(line_m: FloatArray, distance_m: FloatArray) -> FloatArray:
    """Return the points at distances along a line, shape (N, 2)."""
    along_m = chainage_m(line_m)
    return np.column_stack([np.interp(distance_m, along_m, line_m[:, axis]) for axis in (0, 1)])


def course_at_deg(line_m: FloatArray, distance_m: FloatArray) -> FloatArray:
    """Return the course of the line at distances along it, clockwise from north in [0, 360), shape (N,). [deg]"""
    leg = np.clip(np.searchsorted(chainage_m(line_m), distance_m, side="right") - 1, 0, len(line_m) - 2)
    east, north = np.diff(line_m, axis=0).T
    course_deg: FloatArray = np.mod(np.degrees(np.arctan2(east, north)), 360.0)
    return course_deg[leg]


def sideways(line_m: FloatArray, at_m: float, offset_m: float) -> FloatArray:
    """Return the point beside a line, `offset_m` to the right of its course, shape (2,)."""
    course = np.radians(course_at_deg(line_m, np.array([at_m])))[0]
    beside: FloatArray = point_at(line_m, np.array([at_m]))[0] + offset_m * np.array([np.cos(course), -np.sin(course)])
    return beside


def distance_to_line_m(points_m: FloatArray, line_m: FloatArray) -> FloatArray:
    """Return the distance of points, shape (N, 2), to the nearest place on a line, shape (N,). [m]"""
    nearest = np.full(len(points_m), np.inf)
    for start, end in pairwise(line_m):
        leg = end - start
        along = np.clip((points_m - start) @ leg / max(float(leg @ leg), 1e-9), 0.0, 1.0)
        nearest = np.minimum(nearest, np.hypot(*(points_m - start - along[:, None] * leg).T))
    return nearest


def rectangle(centre_m: FloatArray, width_m: float, height_m: float) -> FloatArray:
    """Return a closed counter-clockwise rectangle, shape (5, 2)."""
    corners = [(-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1)]
    ring: FloatArray = centre_m + np.array(corners) * np.array([width_m, height_m]) / 2.0
    return ring
