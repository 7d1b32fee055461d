"""How long a driver has been at work without a rest: the law's four hours and twenty minutes, as the truck moved.

China's road traffic safety regulation, article 62: no more than four hours of driving without twenty minutes of rest.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from simulators.plane import FloatArray

HOUR_S = 3_600.0
LAWFUL_S = 4.0 * HOUR_S
FATIGUED_S = 4.75 * HOUR_S  # this long without a rest is too long by anyone's measure
DOUBTFUL_S = 3.3 * HOUR_S
REST_S = 22.0 * 60.0  # a stop this long is a rest by anyone's measure
NO_REST_S = 18.0 * 60.0  # and a shorter one is none
STANDING_MPS = 0.05


class Fatigue(NamedTuple):
    """From when to when a driver drove on; seconds from the scenario's start."""

    from_s: float
    to_s: float
    required: bool


class DriverClock:
    """Watches one truck's speed, stretch after stretch."""

    def __init__(self, at_s: float) -> None:
        """Begin with a driver who rests."""
        self._since_s: float | None = None
        self._standing_s: float | None = at_s
        self._doubtful = False

    def watch(self, begins_s: float, speed_mps: FloatArray) -> list[Fatigue]:
        """Return what a rest has brought to an end in a stretch that begins at a second."""
        standing = speed_mps <= STANDING_MPS
        changes = np.flatnonzero(np.diff(standing.astype(np.int8))) + 1
        found: list[Fatigue] = []
        for second in [0, *changes.tolist()]:
            at_s = begins_s + second
            if standing[second] and self._standing_s is None:
                self._standing_s = at_s
            elif not standing[second] and self._standing_s is not None:
                found += self._stood(self._standing_s, at_s)
                self._since_s = at_s if self._since_s is None else self._since_s
                self._standing_s = None
        if self._standing_s is not None:
            found += self._stood(self._standing_s, begins_s + len(speed_mps))
        return found

    def _stood(self, from_s: float, to_s: float) -> list[Fatigue]:
        """Return what a stop of that length brings to an end; a stop that goes on is asked for again."""
        since_s = self._since_s
        if to_s - from_s < NO_REST_S or since_s is None:
            return []
        if to_s - from_s < REST_S:
            self._doubtful = True
            return []
        required = from_s - since_s >= FATIGUED_S and not self._doubtful
        self._since_s, self._doubtful = None, False
        if from_s - since_s < DOUBTFUL_S:
            return []
        return [Fatigue(since_s + LAWFUL_S, max(from_s, since_s + LAWFUL_S), required)]
