"""Thresholds in force: what the narrowest of city, site, company and permit says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rules_engine.world_documents import Limits

IntArray = NDArray[np.integer[Any]]
FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class LimitTable:
    """Named limits.

    Attributes:
        city: What holds where nobody narrower says otherwise.
        sites: What sites say, by row; likewise `companies` and `permits`.
        columns: Per level, wider before narrower, a column for each name: NaN where a row says nothing, and no longer
            than to the last row that does.
    """

    city: Limits
    sites: Mapping[int, Limits]
    companies: Mapping[int, Limits]
    permits: Mapping[int, Limits]
    columns: tuple[dict[str, FloatArray], dict[str, FloatArray], dict[str, FloatArray]]

    @classmethod
    def build(
        cls, city: Limits, sites: Mapping[int, Limits], companies: Mapping[int, Limits], permits: Mapping[int, Limits]
    ) -> LimitTable:
        """Return the table of limits given for the city and by row of sites, companies and permits."""
        return cls(city, sites, companies, permits, (_columns(sites), _columns(companies), _columns(permits)))

    def narrowed(self) -> frozenset[str]:
        """Return the names that some site, company or permit has a limit of its own for."""
        return frozenset(name for level in self.columns for name in level)

    def lookup(self, name: str, default: float, site: IntArray, company: IntArray, permit: IntArray) -> FloatArray:
        """Return the limit in force for each (site, company, permit); -1 stands for none of them, shape (N,)."""
        value = np.full(np.shape(site), self.city.get(name, default), np.float64)
        for rows, level in zip((site, company, permit), self.columns, strict=True):
            if name in level:
                value = _narrowed(value, rows, level[name])
        return value


def _columns(level: Mapping[int, Limits]) -> dict[str, FloatArray]:
    """Return the limits of a level's rows as a column for each name."""
    columns = {name: np.full(max(level) + 1, np.nan) for limits in level.values() for name in limits}
    for row, limits in level.items():
        for name, limit in limits.items():
            columns[name][row] = limit
    return columns


def _narrowed(value: FloatArray, rows: IntArray, column: FloatArray) -> FloatArray:
    known = (rows >= 0) & (rows < len(column))
    own = np.where(known, column[np.where(known, rows, 0)], np.nan)
    return np.where(np.isnan(own), value, own)
