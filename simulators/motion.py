"""How a heavy truck moves along a line: it speeds up, slows for corners, waits at lights, and is seen once a second."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulators.plane import FloatArray, chainage_m, length_m
from simulators.speed_law import SpeedLaw

STEP_M = 2.0  # resolution of the speed profile; a truck passes it in 0.1-0.5 s
ACCELERATION_MPS2 = 0.6  # a loaded tipper pulls away gently
BRAKING_MPS2 = 1.0
CORNER_MPS = 4.0
CREEP_MPS = 0.3  # the profile's "standing": keeps the time of a step finite
CORNER_DEG = 30.0
LIGHT_SHARE = 0.3  # crossings at which a truck has to wait
LIGHT_WAIT_S = (8.0, 45.0)
OBEYS = (0.75, 0.97)  # of the limit, what most drivers of heavy trucks drive on a free road


@dataclass(frozen=True, slots=True)
class Rush:
    """A stretch on which a driver goes faster than allowed, at no light.

    Attributes:
        from_m: Where it begins, along the line. [m]
        to_m: Where it ends. [m]
        share: Of the limit.
    """

    from_m: float
    to_m: float
    share: float


@dataclass(frozen=True, slots=True)
class Pace:
    """How a driver takes the speed limit.

    Attributes:
        law: The limits of the city.
        share: Of the limit; None draws it once a drive.
        rush: Where the driver goes faster, None for nowhere.
    """

    law: SpeedLaw
    share: float | None = None
    rush: Rush | None = None

    def obey(
        self, rng: np.random.Generator, line_m: FloatArray, distance_m: FloatArray, limit_mps: FloatArray
    ) -> FloatArray:
        """Return the speeds of a profile no higher than the driver takes the law to allow, shape (N,). [m/s]"""
        lawful_mps = self.law.limits_mps(line_m, distance_m)
        share = float(rng.uniform(*OBEYS)) if self.share is None else self.share
        # Who drives exactly at the limit is not held back by a heavy truck's usual cruise.
        obeyed = np.where(np.isinf(lawful_mps), limit_mps, lawful_mps) if share >= 1.0 else limit_mps
        obeyed = np.minimum(obeyed, lawful_mps * share)
        if self.rush is not None:
            rushing = (distance_m > self.rush.from_m) & (distance_m < self.rush.to_m)
            obeyed = np.where(rushing, lawful_mps * self.rush.share, obeyed)
        return obeyed


def drive(
    rng: np.random.Generator,
    line_m: FloatArray,
    cruise_mps: float,
    light_share: float = LIGHT_SHARE,
    pace: Pace | None = None,
) -> tuple[FloatArray, FloatArray]:
    """Return distance along the line and speed, second by second, from standing to standing.

    Args:
        rng: Draws the speed of each leg (80-115 % of cruise) and the waits at lights.
        line_m: The line, shape (V, 2). [m]
        cruise_mps: Usual speed on a free straight. [m/s]
        light_share: Share of inner vertices at which the truck waits.
        pace: How the driver takes the speed limit, None where nobody knows one.

    Returns:
        Distance [m] and speed [m/s], each shape (N,); the last is at the line's end.
    """
    total_m = length_m(line_m)
    distance_m = np.linspace(0.0, total_m, max(3, int(total_m / STEP_M) + 1))
    limit_mps, wait_s = _limits(rng, line_m, distance_m, cruise_mps, light_share, pace)
    squared = _reachable(limit_mps**2, distance_m, ACCELERATION_MPS2)
    squared = np.minimum(squared, _reachable((limit_mps**2)[::-1], distance_m, BRAKING_MPS2)[::-1])
    speed_mps = np.sqrt(squared)
    step_s = np.diff(distance_m) / ((speed_mps[1:] + speed_mps[:-1]) / 2.0) + wait_s[1:]
    time_s = np.concatenate([[0.0], np.cumsum(step_s)])
    seconds = np.append(np.arange(0.0, time_s[-1]), time_s[-1])
    seen_m = np.interp(seconds, time_s, distance_m)
    return seen_m, np.gradient(seen_m)


def _limits(  # noqa: PLR0917 - what a drive is told, and the steps of its profile
    rng: np.random.Generator,
    line_m: FloatArray,
    distance_m: FloatArray,
    cruise_mps: float,
    light_share: float,
    pace: Pace | None,
) -> tuple[FloatArray, FloatArray]:
    """Return the highest speed allowed and the time waited at each step of the profile."""
    along_m = chainage_m(line_m)
    leg = np.clip(np.searchsorted(along_m, distance_m, side="right") - 1, 0, len(line_m) - 2)
    limit_mps = (cruise_mps * rng.uniform(0.8, 1.15, len(line_m) - 1))[leg]
    if pace is not None:
        limit_mps = pace.obey(rng, line_m, distance_m, limit_mps)
    wait_s = np.zeros(len(distance_m))
    vertex = np.minimum(np.searchsorted(distance_m, along_m[1:-1]), len(distance_m) - 1)
    limit_mps[vertex] = np.where(turn_deg(line_m) > CORNER_DEG, np.minimum(CORNER_MPS, cruise_mps), limit_mps[vertex])
    waits = rng.random(len(vertex)) < light_share
    if pace is not None and pace.rush is not None:
        waits &= (along_m[1:-1] < pace.rush.from_m) | (along_m[1:-1] > pace.rush.to_m)
    limit_mps[vertex[waits]] = CREEP_MPS
    wait_s[vertex[waits]] = rng.uniform(*LIGHT_WAIT_S, int(waits.sum()))
    limit_mps[[0, -1]] = CREEP_MPS
    return limit_mps, wait_s


def turn_deg(line_m: FloatArray) -> FloatArray:
    """Return by how much the course changes at each inner vertex, shape (V - 2,). [deg]"""
    east, north = np.diff(line_m, axis=0).T
    turn = np.diff(np.degrees(np.arctan2(east, north)))
    turn_deg: FloatArray = np.abs(np.mod(turn + 180.0, 360.0) - 180.0)
    return turn_deg


def _reachable(limit_squared: FloatArray, distance_m: FloatArray, rate_mps2: float) -> FloatArray:
    """Return the squared speed that constant acceleration allows: v^2 grows by 2 a ds, and never above the limit."""
    gain = 2.0 * rate_mps2 * distance_m
    return np.minimum.accumulate(limit_squared - gain) + gain
