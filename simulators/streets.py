"""A street network: crossings joined by straight streets, and the way between two crossings.

Generated as a grid whose crossings are shifted and some of whose streets are missing; every crossing can be reached.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from math import dist

import numpy as np
from numpy.typing import NDArray

from simulators.plane import FloatArray

EXPRESSWAY_MPS = 80 / 3.6  # every sixth street, where there are any; what cities allow muck trucks there
ARTERIAL_MPS = 60 / 3.6  # every third street; China's urban limit for trucks on main roads
STREET_MPS = 40 / 3.6
ARTERIAL_EVERY = 3
AVOIDED = 5.0

Street = tuple[int, int]


@dataclass(frozen=True, slots=True)
class StreetNetwork:
    """Crossings and the streets between them.

    Attributes:
        crossings_m: Where each crossing is, shape (N, 2). [m]
        neighbours: Per crossing, the crossings that a street leads to; one way only where the other is forbidden.
        speed_limit_mps: Speed limit of each street, by its crossings in ascending order. [m/s]
    """

    crossings_m: FloatArray
    neighbours: list[list[int]]
    speed_limit_mps: dict[Street, float]

    def way(self, start: int, goal: int, avoid: frozenset[Street] = frozenset()) -> list[int]:
        """Return the crossings of the fastest way, both ends included.

        Args:
            start: Crossing to start from.
            goal: Crossing to reach.
            avoid: Streets, crossings in ascending order, that count `AVOIDED` times their length.

        Raises:
            ValueError: No street leads there.
        """
        places: list[tuple[float, float]] = self.crossings_m.tolist()
        fastest_mps = max(self.speed_limit_mps.values(), default=np.inf)
        best_s = {start: 0.0}
        before: dict[int, int] = {}
        # First the crossing whose way would be the fastest if a straight and fast street led from there to the goal.
        queue = [(0.0, 0.0, start)]
        while queue:
            _, so_far_s, here = heapq.heappop(queue)
            if here == goal:
                return _walk_back(before, start, goal)
            if so_far_s > best_s[here]:
                continue
            for there in self.neighbours[here]:
                street = street_of(here, there)
                cost_s = dist(places[here], places[there]) / self.speed_limit_mps[street]
                candidate_s = so_far_s + cost_s * (AVOIDED if street in avoid else 1.0)
                if candidate_s < best_s.get(there, np.inf):
                    best_s[there], before[there] = candidate_s, here
                    ahead_s = dist(places[there], places[goal]) / fastest_mps
                    heapq.heappush(queue, (candidate_s + ahead_s, candidate_s, there))
        raise ValueError(f"expected a way from crossing {start} to {goal}, got none")


def street_of(here: int, there: int) -> Street:
    """Return the name of the street between two crossings, the same in both directions."""
    return (here, there) if here < there else (there, here)


def largest_connected(streets: StreetNetwork) -> StreetNetwork:
    """Return the largest part in which a way leads from every crossing to every other, crossings numbered anew."""
    part = _strong_parts(streets.neighbours)
    kept = np.flatnonzero(part == np.bincount(part).argmax())
    number = {crossing: n for n, crossing in enumerate(kept.tolist())}
    neighbours = [[number[there] for there in streets.neighbours[here] if there in number] for here in number]
    limits = {
        street_of(number[here], number[there]): limit
        for (here, there), limit in streets.speed_limit_mps.items()
        if here in number and there in number
    }
    return StreetNetwork(streets.crossings_m[kept], neighbours, limits)


def _strong_parts(neighbours: list[list[int]]) -> NDArray[np.intp]:
    """Return the number of each crossing's part, by a search forwards and one backwards (Kosaraju).

    Source: Aho, Hopcroft, Ullman, Data Structures and Algorithms, 6.7.
    """
    into: list[list[int]] = [[] for _ in neighbours]
    for here, ways in enumerate(neighbours):
        for there in ways:
            into[there].append(here)
    part, number = np.full(len(neighbours), -1, np.intp), -1
    for start in reversed(_finished(neighbours)):
        if part[start] >= 0:
            continue
        number += 1
        reached = [start]
        part[start] = number
        while reached:
            for before in into[reached.pop()]:
                if part[before] < 0:
                    part[before] = number
                    reached.append(before)
    return part


def _finished(neighbours: list[list[int]]) -> list[int]:
    """Return all crossings in the order in which a search in depth leaves them."""
    seen, order = [False] * len(neighbours), []
    for start in range(len(neighbours)):
        if seen[start]:
            continue
        seen[start] = True
        path = [(start, iter(neighbours[start]))]
        while path:
            here, ways = path[-1]
            there = next((way for way in ways if not seen[way]), None)
            if there is None:
                order.append(here)
                path.pop()
            else:
                seen[there] = True
                path.append((there, iter(neighbours[there])))
    return order


def _walk_back(before: dict[int, int], start: int, goal: int) -> list[int]:
    way = [goal]
    while way[-1] != start:
        way.append(before[way[-1]])
    return way[::-1]


def generate_streets(
    rng: np.random.Generator,
    columns: int,
    rows: int,
    spacing_m: float,
    missing: float = 0.08,
    *,
    expressways: bool = False,
) -> StreetNetwork:
    """Return a grid of streets around the plane's origin, crossings numbered row by row from the south-west.

    Args:
        rng: Where chance comes from.
        columns: Crossings from west to east.
        rows: Crossings from south to north.
        spacing_m: Distance between neighbouring crossings, before they are shifted by up to a tenth of it. [m]
        missing: Share of inner west-east streets that are not there.
        expressways: Every second arterial is one.
    """
    column, row = np.meshgrid(np.arange(columns), np.arange(rows))
    grid = np.column_stack([column.ravel() - (columns - 1) / 2, row.ravel() - (rows - 1) / 2]) * spacing_m
    crossings_m = grid + rng.uniform(-0.1, 0.1, grid.shape) * spacing_m
    limits: dict[Street, float] = {}
    for here in range(columns * rows):
        x, y = here % columns, here // columns
        if y + 1 < rows:
            limits[here, here + columns] = _limit_mps(x, expressways)
        # Only streets from west to east go missing, and none at the border: every crossing stays within reach.
        if x + 1 < columns and (y in (0, rows - 1) or rng.random() >= missing):
            limits[here, here + 1] = _limit_mps(y, expressways)
    neighbours: list[list[int]] = [[] for _ in range(columns * rows)]
    for here, there in limits:
        neighbours[here].append(there)
        neighbours[there].append(here)
    return StreetNetwork(crossings_m, neighbours, limits)


def _limit_mps(line: int, expressways: bool) -> float:
    if line % ARTERIAL_EVERY != 1:
        return STREET_MPS
    return EXPRESSWAY_MPS if expressways and line % (2 * ARTERIAL_EVERY) == 1 else ARTERIAL_MPS
