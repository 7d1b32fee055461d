"""How fast one may drive where: the limits of streets, and of zones where it is lower."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from simulators.plane import FloatArray, chainage_m, point_at
from simulators.streets import StreetNetwork

OWN_GROUND_M = 60.0  # further from every street is a yard, which has no limit of its own
MOST_PAIRS = 300_000  # of places and streets compared at once, 30 MB; a large extract has that many streets
REMEMBERED = 100_000  # places whose street is known: every leg of a thousand corridors, 20 MB


@dataclass(frozen=True, slots=True)
class SpeedLaw:
    """The limits of a city.

    Attributes:
        from_m: Where each street begins, shape (S, 2). [m]
        along_m: From there to its end, likewise. [m]
        street_mps: Its limit, shape (S,). [m/s]
        low_m: South-western corner of each zone, shape (Z, 2). [m]
        high_m: North-eastern corner. [m]
        zone_mps: Its limit, shape (Z,). [m/s]

    Trucks drive the same legs again and again, so a place's street is looked for once.
    """

    from_m: FloatArray
    along_m: FloatArray
    street_mps: FloatArray
    low_m: FloatArray
    high_m: FloatArray
    zone_mps: FloatArray
    _known_mps: dict[tuple[float, float], float] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def of(cls, streets: StreetNetwork, zones: list[tuple[FloatArray, float]]) -> SpeedLaw:
        """Return the law of a city's streets and of rectangular zones, each a ring [m] and a limit [m/s]."""
        ends = np.array(list(streets.speed_limit_mps), np.intp)
        from_m = streets.crossings_m[ends[:, 0]]
        return cls(
            from_m=from_m,
            along_m=streets.crossings_m[ends[:, 1]] - from_m,
            street_mps=np.array(list(streets.speed_limit_mps.values())),
            low_m=np.array([ring.min(axis=0) for ring, _ in zones]).reshape(-1, 2),
            high_m=np.array([ring.max(axis=0) for ring, _ in zones]).reshape(-1, 2),
            zone_mps=np.array([limit for _, limit in zones]),
        )

    def limits_mps(self, line_m: FloatArray, distance_m: FloatArray) -> FloatArray:
        """Return the limit at distances along a line, infinite off the streets, shape (N,). [m/s]"""
        leg = np.clip(np.searchsorted(chainage_m(line_m), distance_m, side="right") - 1, 0, len(line_m) - 2)
        limit_mps: FloatArray = self._known_limits((line_m[1:] + line_m[:-1]) / 2.0)[leg]
        near = (self.low_m <= line_m.max(axis=0)).all(axis=1) & (self.high_m >= line_m.min(axis=0)).all(axis=1)
        if near.any():
            east_m, north_m = point_at(line_m, distance_m).T
            for zone in np.flatnonzero(near):
                (west, south), (east, north) = self.low_m[zone], self.high_m[zone]
                inside = (east_m >= west) & (east_m <= east) & (north_m >= south) & (north_m <= north)
                limit_mps[inside] = np.minimum(limit_mps[inside], self.zone_mps[zone])
        return limit_mps

    def _known_limits(self, points_m: FloatArray) -> FloatArray:
        places: list[tuple[float, float]] = [(east, north) for east, north in points_m.tolist()]
        unknown = [row for row, place in enumerate(places) if place not in self._known_mps]
        if unknown:
            if len(self._known_mps) + len(unknown) > REMEMBERED:
                self._known_mps.clear()
                unknown = list(range(len(places)))
            most = max(MOST_PAIRS // len(self.street_mps), 1)
            parts = (points_m[unknown[at : at + most]] for at in range(0, len(unknown), most))
            found = [limit for part in parts for limit in self._street_limits(part).tolist()]
            self._known_mps.update(zip([places[row] for row in unknown], found, strict=True))
        return np.array([self._known_mps[place] for place in places])

    def _street_limits(self, points_m: FloatArray) -> FloatArray:
        from_start = points_m[:, None, :] - self.from_m
        share = (from_start * self.along_m).sum(axis=2) / (self.along_m**2).sum(axis=1)
        off = from_start - np.clip(share, 0.0, 1.0)[..., None] * self.along_m
        off_m = np.hypot(off[..., 0], off[..., 1])
        nearest = off_m.argmin(axis=1)
        on_street = off_m[np.arange(len(points_m)), nearest] <= OWN_GROUND_M
        return np.where(on_street, self.street_mps[nearest], np.inf)
