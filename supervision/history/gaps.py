"""Gaps: when nothing was heard of a truck, and how many records its terminal counted that never came. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rules_engine.geodesy import distance_m

Column = NDArray[Any]

# Terminals report every ten seconds on the move and every minute or two when parked.
LEAST_S = 300.0


@dataclass(frozen=True, slots=True)
class Gap:
    """A silence between two fixes, or between a fix and an end of the range.

    Attributes:
        start_ms: Last fix before it, or the range's start where there is none. [ms]
        end_ms: First fix after it, or the range's end. [ms]
        before: Index of the fix before it, None where the range began in silence.
        after: Index of the fix after it, None where the range ended in it.
        way_m: Between the positions around it. [m]
        missing: Records that the terminal counted meanwhile and that are not here; None where its count was lost.
    """

    start_ms: int
    end_ms: int
    before: int | None
    after: int | None
    way_m: float | None
    missing: int | None

    @property
    def gap_s(self) -> float:
        """Return how long it lasted. [s]"""
        return (self.end_ms - self.start_ms) / 1000


def gaps(columns: Mapping[str, Column], start_ms: int, end_ms: int, least_s: float = LEAST_S) -> list[Gap]:
    """Return the gaps of a range in time order.

    Args:
        columns: `fix_time_ms`, `epoch`, `seq`, `lat_deg`, `lon_deg` of one truck in time order, each of shape (N,).
        start_ms: Of the range. [ms]
        end_ms: Likewise; a gap at the end reaches to it, so that it must not lie in the future. [ms]
        least_s: Shorter silences are none. [s]
    """
    time_ms = columns["fix_time_ms"]
    bounds_ms = np.concatenate(([start_ms], time_ms, [end_ms]))
    silent = np.flatnonzero(np.diff(bounds_ms) >= least_s * 1000)
    return [
        Gap(
            start_ms=int(bounds_ms[place]),
            end_ms=int(bounds_ms[place + 1]),
            before=(before := int(place) - 1 if place > 0 else None),
            after=(after := int(place) if place < len(time_ms) else None),
            way_m=_way_m(columns, before, after),
            missing=_missing(columns, before, after),
        )
        for place in silent
    ]


def _way_m(columns: Mapping[str, Column], before: int | None, after: int | None) -> float | None:
    if before is None or after is None:
        return None
    lat_deg, lon_deg = columns["lat_deg"], columns["lon_deg"]
    way_m = float(distance_m(lat_deg[before], lon_deg[before], lat_deg[after], lon_deg[after]))
    return None if np.isnan(way_m) else way_m


def _missing(columns: Mapping[str, Column], before: int | None, after: int | None) -> int | None:
    """Return how far the count jumped; epoch 0 has none."""
    if before is None or after is None:
        return None
    epoch, seq = columns["epoch"], columns["seq"]
    counted = epoch[before] == epoch[after] > 0 and seq[after] > seq[before]
    return int(seq[after] - seq[before] - 1) if counted else None
