"""Corners: where a terminal records one more fix because the course has changed enough since the last one.

A course counts only while the truck moves: what a receiver says of a standing one is noise.
"""

from __future__ import annotations

import numpy as np

from simulators.cab import STANDING_MPS
from simulators.plane import FloatArray

BoolArray = np.ndarray[tuple[int], np.dtype[np.bool_]]


def turn_deg(before_deg: float, after_deg: float) -> float:
    """Return by how much a course changed, the short way round, in [0, 180]; NaN where one is unknown. [deg]"""
    return abs((after_deg - before_deg + 180.0) % 360.0 - 180.0)


def corners(course_deg: FloatArray, speed_mps: FloatArray, recorded: BoolArray, corner_deg: float) -> BoolArray:
    """Return at which seconds the course has changed by more than an angle since the last fix.

    Args:
        course_deg: Course of each second, shape (N,). [deg]
        speed_mps: Speed of each second, likewise. [m/s]
        recorded: When a fix is recorded anyway, likewise.
        corner_deg: The angle. [deg]
    """
    turned = np.zeros(len(course_deg), np.bool_)
    moving = speed_mps > STANDING_MPS
    last_deg = float("nan")
    for n, (course, is_recorded, is_moving) in enumerate(zip(course_deg.tolist(), recorded, moving, strict=True)):
        turned[n] = is_moving and turn_deg(last_deg, course) > corner_deg
        if is_recorded or turned[n]:
            last_deg = course
    return turned
