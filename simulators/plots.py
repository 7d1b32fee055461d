"""Free ground beside given streets: where a building site or a dump point can be, clear of everybody's way.

A fence that a street runs through, or close by, would make every passing truck a visitor. So plots keep clear of all
streets by as much as the city gives, and of each other's gate roads.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from simulators.plane import FloatArray, rectangle
from simulators.streets import StreetNetwork

CLEAR_M = (90.0, 60.0, 40.0, 25.0)  # from every street, as much as there is room for; receivers err by 8 to 35 m
APART_M = 60.0  # between two fences
GATE_ROAD_M = 300.0  # the longest way from a crossing to a gate
OUTSIDE_M = 350.0  # how far beyond the last street a plot may lie
LEAST_HAUL_M = 800.0  # as the crow flies; a shorter one is over before anything can happen on it
MOST_CANDIDATES = 20_000  # places tried: every 40 m of a city of 5 x 6 km, rarer in a larger one
LEAST_SPACING_M = 40.0


class NoPlotError(ValueError):
    """Streets beside which there is no room; says what was expected and what came."""


@dataclass(frozen=True, slots=True)
class Plot:
    """A rectangle of free ground.

    Attributes:
        crossing: The crossing that its gate road leads to.
        centre_m: Its middle, shape (2,). [m]
        gate_m: Where its gate road enters, on its border, shape (2,). [m]
        road_m: Its gate road, from crossing to gate, shape (2, 2). [m]
        fence_m: Its border, closed, shape (5, 2). [m]
    """

    crossing: int
    centre_m: FloatArray
    gate_m: FloatArray
    road_m: FloatArray
    fence_m: FloatArray


def find_plots(
    rng: np.random.Generator,
    streets: StreetNetwork,
    sites: tuple[int, tuple[float, float]],
    dump_points: tuple[int, tuple[float, float]],
) -> tuple[list[Plot], list[Plot]]:
    """Return plots for sites, and plots for dump points in the outer half of the city.

    Args:
        rng: Where chance comes from.
        streets: The streets that they lie beside.
        sites: How many, and how large from west to east and from south to north. [m]
        dump_points: Likewise.

    Raises:
        NoPlotError: There is no room for that many, or none far enough from each other.
    """
    centres = _candidates(rng, streets.crossings_m)
    middle = (streets.crossings_m.min(axis=0) + streets.crossings_m.max(axis=0)) / 2.0
    away_m = np.hypot(*(centres - middle).T)
    outer = centres[away_m >= np.median(away_m)]
    ground = _Ground(streets)
    chosen: tuple[list[Plot], list[Plot]] = [], []
    for clear_m in CLEAR_M:
        far = ground.pick(outer, dump_points, clear_m, [])
        near = ground.pick(centres, sites, clear_m, far)
        chosen = near, far
        if len(near) == sites[0] and len(far) == dump_points[0]:
            return chosen
    extent = " x ".join(f"{metres / 1000.0:.1f}" for metres in np.ptp(streets.crossings_m, axis=0))
    raise NoPlotError(
        f"expected room for {sites[0]} sites and {dump_points[0]} dump points, hauls of {LEAST_HAUL_M:.0f} m or more, "
        f"got room for {len(chosen[0])} and {len(chosen[1])} beside streets of {extent} km; take a larger extract or "
        "fewer places"
    )


def _candidates(rng: np.random.Generator, crossings_m: FloatArray) -> FloatArray:
    """Return places all over the city and around it, in random order, shape (N, 2)."""
    low, high = crossings_m.min(axis=0) - OUTSIDE_M, crossings_m.max(axis=0) + OUTSIDE_M
    spacing_m = max(LEAST_SPACING_M, float(np.sqrt(np.prod(high - low) / MOST_CANDIDATES)))
    east, north = (np.arange(low[axis], high[axis], spacing_m) for axis in (0, 1))
    places: FloatArray = np.stack(np.meshgrid(east, north), axis=-1).reshape(-1, 2)
    return rng.permutation(places)


class _Ground:
    """The streets, indexed by place."""

    def __init__(self, streets: StreetNetwork) -> None:
        self._crossings_m = streets.crossings_m
        ends = streets.crossings_m[np.array(list(streets.speed_limit_mps), np.intp)]
        self._streets = shapely.STRtree(shapely.linestrings(ends))
        self._crossings = shapely.STRtree(shapely.points(streets.crossings_m))

    def pick(
        self, centres_m: FloatArray, wanted: tuple[int, tuple[float, float]], clear_m: float, far: list[Plot]
    ) -> list[Plot]:
        """Return up to so many plots around the given places, in their order, that disturb nothing and nobody.

        Args:
            centres_m: Where to try, shape (N, 2). [m]
            wanted: How many, and their size. [m]
            clear_m: How far from every street. [m]
            far: Plots that are taken; each new one lies a haul away from at least one of them.
        """
        count, size_m = wanted
        half = np.array(size_m) / 2.0
        fences = shapely.box(*(centres_m - half).T, *(centres_m + half).T)
        free = self._distance_m(self._streets, fences) >= clear_m
        free &= self._distance_m(self._crossings, fences) <= GATE_ROAD_M
        plots: list[Plot] = []
        for centre in centres_m[free]:
            if len(plots) == count:
                break
            plot = self._plot(centre, size_m)
            if _is_far_from_one(plot, far) and not any(_disturb(plot, other) for other in (*far, *plots)):
                plots.append(plot)
        return plots

    def _distance_m(self, tree: Any, fences: Any) -> FloatArray:
        (_, _), distance_m = tree.query_nearest(fences, return_distance=True, all_matches=False)
        found: FloatArray = distance_m
        return found

    def _plot(self, centre_m: FloatArray, size_m: tuple[float, float]) -> Plot:
        crossing = int(self._crossings.query_nearest(shapely.points(centre_m))[0])
        half = np.array(size_m) / 2.0
        towards = self._crossings_m[crossing] - centre_m
        gate = np.clip(towards, -half / 2.0, half / 2.0)
        axis = int(np.argmax(np.abs(towards) / half))
        gate[axis] = np.copysign(half[axis], towards[axis])
        road = np.vstack([self._crossings_m[crossing], centre_m + gate])
        return Plot(crossing, centre_m, centre_m + gate, road, rectangle(centre_m, *size_m))


def _is_far_from_one(plot: Plot, others: list[Plot]) -> bool:
    away_m = [float(np.hypot(*(plot.centre_m - other.centre_m))) for other in others]
    return max(away_m, default=np.inf) >= LEAST_HAUL_M


def _disturb(one: Plot, other: Plot) -> bool:
    """Return whether two plots lie too close, or the gate road of one runs along the fence of the other."""
    if np.hypot(*(one.centre_m - other.centre_m)) > GATE_ROAD_M * 3.0:
        return False
    fences = [shapely.polygons(plot.fence_m) for plot in (one, other)]
    roads = [shapely.linestrings(plot.road_m) for plot in (one, other)]
    apart_m = min(
        shapely.distance(fences[0], fences[1]),
        shapely.distance(fences[0], roads[1]),
        shapely.distance(fences[1], roads[0]),
    )
    return bool(apart_m < APART_M)
