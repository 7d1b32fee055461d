"""A street network: crossings joined by straight streets, and the way between two crossings.

Generated as a grid whose crossings are shifted and some of whose streets are missing; every crossing can be reached.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass

import numpy as np

from simulators.plane import FloatArray

EXPRESSWAY_MPS = 80 / 3.6  # every sixth street, where there are any; what cities allow muck trucks there
ARTERIAL_MPS = 60 / 3.6  # every third street; China's urban limit for trucks on main roads
STREET_MPS = 40 / 3.6
ARTERIAL_EVERY = 3

Street = tuple[int, int]


@dataclass(frozen=True, slots=True)
class StreetNetwork:
    """Crossings and the streets between them.

    Attributes:
        crossings_m: Where each crossing is, shape (N, 2). [m]
        neighbours: Per crossing, the crossings that a street leads to.
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
            avoid: Streets, crossings in ascending order, that count five times their length.

        Raises:
            ValueError: No street leads there.
        """
        best_s = {start: 0.0}
        before: dict[int, int] = {}
        queue = [(0.0, start)]
        while queue:
            so_far_s, here = heapq.heappop(queue)
            if here == goal:
                return _walk_back(before, start, goal)
            if so_far_s > best_s[here]:
                continue
            for there in self.neighbours[here]:
                candidate_s = so_far_s + self._cost_s(here, there, avoid)
                if candidate_s < best_s.get(there, np.inf):
                    best_s[there], before[there] = candidate_s, here
                    heapq.heappush(queue, (candidate_s, there))
        raise ValueError(f"expected a way from crossing {start} to {goal}, got none")

    def _cost_s(self, here: int, there: int, avoid: frozenset[Street]) -> float:
        street = street_of(here, there)
        metres = float(np.hypot(*(self.crossings_m[there] - self.crossings_m[here])))
        return metres / self.speed_limit_mps[street] * (5.0 if street in avoid else 1.0)


def street_of(here: int, there: int) -> Street:
    """Return the name of the street between two crossings, the same in both directions."""
    return (here, there) if here < there else (there, here)


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
