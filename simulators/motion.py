"""How a heavy truck moves along a line: it speeds up, slows for corners, waits at lights, and is seen once a second."""

from __future__ import annotations

import numpy as np

from simulators.plane import FloatArray, chainage_m, length_m

STEP_M = 2.0  # resolution of the speed profile; a truck passes it in 0.1-0.5 s
ACCELERATION_MPS2 = 0.6  # a loaded tipper pulls away gently
BRAKING_MPS2 = 1.0
CORNER_MPS = 4.0
CREEP_MPS = 0.3  # the profile's "standing": keeps the time of a step finite
CORNER_DEG = 30.0
LIGHT_SHARE = 0.3  # crossings at which a truck has to wait
LIGHT_WAIT_S = (8.0, 45.0)


def drive(
    rng: np.random.Generator, line_m: FloatArray, cruise_mps: float, light_share: float = LIGHT_SHARE
) -> tuple[FloatArray, FloatArray]:
    """Return distance along the line and speed, second by second, from standing to standing.

    Args:
        rng: Draws the speed of each leg (80-115 % of cruise) and the waits at lights.
        line_m: The line, shape (V, 2). [m]
        cruise_mps: Usual speed on a free straight. [m/s]
        light_share: Share of inner vertices at which the truck waits.

    Returns:
        Distance [m] and speed [m/s], each shape (N,); the last is at the line's end.
    """
    total_m = length_m(line_m)
    distance_m = np.linspace(0.0, total_m, max(3, int(total_m / STEP_M) + 1))
    limit_mps, wait_s = _limits(rng, line_m, distance_m, cruise_mps, light_share)
    squared = _reachable(limit_mps**2, distance_m, ACCELERATION_MPS2)
    squared = np.minimum(squared, _reachable((limit_mps**2)[::-1], distance_m, BRAKING_MPS2)[::-1])
    speed_mps = np.sqrt(squared)
    step_s = np.diff(distance_m) / ((speed_mps[1:] + speed_mps[:-1]) / 2.0) + wait_s[1:]
    time_s = np.concatenate([[0.0], np.cumsum(step_s)])
    seconds = np.append(np.arange(0.0, time_s[-1]), time_s[-1])
    seen_m = np.interp(seconds, time_s, distance_m)
    return seen_m, np.gradient(seen_m)


def _limits(
    rng: np.random.Generator, line_m: FloatArray, distance_m: FloatArray, cruise_mps: float, light_share: float
) -> tuple[FloatArray, FloatArray]:
    """Return the highest speed allowed and the time waited at each step of the profile."""
    along_m = chainage_m(line_m)
    leg = np.clip(np.searchsorted(along_m, distance_m, side="right") - 1, 0, len(line_m) - 2)
    limit_mps = (cruise_mps * rng.uniform(0.8, 1.15, len(line_m) - 1))[leg]
    wait_s = np.zeros(len(distance_m))
    vertex = np.minimum(np.searchsorted(distance_m, along_m[1:-1]), len(distance_m) - 1)
    limit_mps[vertex] = np.where(_turn_deg(line_m) > CORNER_DEG, np.minimum(CORNER_MPS, cruise_mps), limit_mps[vertex])
    waits = rng.random(len(vertex)) < light_share
    limit_mps[vertex[waits]] = CREEP_MPS
    wait_s[vertex[waits]] = rng.uniform(*LIGHT_WAIT_S, int(waits.sum()))
    limit_mps[[0, -1]] = CREEP_MPS
    return limit_mps, wait_s


def _turn_deg(line_m: FloatArray) -> FloatArray:
    """Return by how much the course changes at each inner vertex, shape (V - 2,). [deg]"""
    east, north = np.diff(line_m, axis=0).T
    turn = np.diff(np.degrees(np.arctan2(east, north)))
    turn_deg: FloatArray = np.abs(np.mod(turn + 180.0, 360.0) - 180.0)
    return turn_deg


def _reachable(limit_squared: FloatArray, distance_m: FloatArray, rate_mps2: float) -> FloatArray:
    """Return the squared speed that constant acceleration allows: v^2 grows by 2 a ds, and never above the limit."""
    gain = 2.0 * rate_mps2 * distance_m
    return np.minimum.accumulate(limit_squared - gain) + gain
