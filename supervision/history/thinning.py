"""A month's line in a few thousand fixes: those without which it would be drawn most wrongly in place and time. Pure.

The method is Douglas and Peucker's with the distance of Meratnia and de By (2004): how far a truck that drove evenly
from one kept fix to the next would be from where it was at that very instant. A stop is a bend in time and so is kept
like a bend in place. Load and the raised bed are two more dimensions, so that loading and dumping bend the line too.
All parts of the line are cut at once, pass by pass, with NumPy; every fix gets the deviation at which it is put in, and
the largest ones stay.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rules_engine.geodesy import metres_per_degree
from rules_engine.tracks import ranges

Column = NDArray[Any]

# How much load, and lift, bends the line like a metre of way: a ton like 50 m, a bed raised by 25 degrees likewise.
LOAD_KG_PER_M = 20.0
LIFT_DEG_PER_M = 0.5
# Fixes nearer than that to the line between the others are receiver noise. [m]
NOISE_M = 2.0
# Silences longer than this are kept with both ends: nobody may draw a truck where it was not heard. [s]
SILENCE_S = 300.0
# Each pass halves the parts of an ordinary track; a spiral made to be bad ends here, its last parts straight.
PASSES_MOST = 200
# A change in these is an instant that an inspector looks for.
SWITCHES = ("cover", "ignition", "main_power", "faults", "alarms")


class Thinned(NamedTuple):
    """Which fixes are kept.

    Attributes:
        rows: Their indices, ascending.
        deviation_m: How far the others are off the line between them at most. [m]
    """

    rows: NDArray[np.intp]
    deviation_m: float


def thinned(columns: Mapping[str, Column], most: int, instants_ms: Sequence[int] = ()) -> Thinned:
    """Return at most `most` of one truck's fixes; all of them where they are no more.

    Args:
        columns: Those of a track in time order, each of shape (N,).
        most: At least 2.
        instants_ms: Instants whose nearest fixes are to be kept before others: of events and trips. [ms]
    """
    time_ms = columns["fix_time_ms"]
    if len(time_ms) <= most:
        return Thinned(np.arange(len(time_ms)), 0.0)
    kept = wanted(columns, instants_ms)
    line = shape(columns)
    deviation_m = deviations_m(time_ms, line, kept)
    # Where even what is wanted is too much, its every nth: the ends are always among them.
    if kept.sum() > most:
        rows = np.flatnonzero(kept)
        rows = rows[np.unique(np.linspace(0, len(rows) - 1, most).round().astype(np.intp))]
    else:
        rows = np.argsort(-deviation_m, kind="stable")[:most]
        rows = np.sort(rows[deviation_m[rows] > 0])
    return Thinned(rows, farthest_m(time_ms, line, rows))


def farthest_m(time_ms: NDArray[np.int64], line: NDArray[np.float64], rows: NDArray[np.intp]) -> float:
    """Return how far a line drawn through some rows is off the others at most. [m]"""
    drawn = np.stack([np.interp(time_ms, time_ms[rows], dimension[rows]) for dimension in line])
    return float(np.sqrt(np.square(line - drawn).sum(axis=0).max()))


def wanted(columns: Mapping[str, Column], instants_ms: Sequence[int]) -> NDArray[np.bool_]:
    """Return which fixes are kept in any case: the ends, both sides of silences, changed switches, the instants."""
    time_ms = columns["fix_time_ms"]
    kept = np.zeros(len(time_ms), np.bool_)
    kept[[0, -1]] = True
    after = np.diff(time_ms) > SILENCE_S * 1000
    for name in SWITCHES:
        after = after | (np.diff(columns[name]) != 0)
    after = after | (np.diff(np.isnan(columns["lat_deg"]).astype(np.int8)) != 0)
    kept[1:] |= after
    kept[:-1] |= after
    inside = [instant for instant in instants_ms if time_ms[0] <= instant <= time_ms[-1]]
    kept[np.searchsorted(time_ms, inside)] = True
    return kept


def shape(columns: Mapping[str, Column]) -> NDArray[np.float64]:
    """Return east, north, load and lift of each fix as one line in metres, shape (4, N)."""
    lat_deg, lon_deg = _held(columns["lat_deg"]), _held(columns["lon_deg"])
    north_m, east_m = metres_per_degree(lat_deg.mean())
    load, lift = _held(columns["load_kg"]), _held(columns["lift_deg"])
    return np.stack((lon_deg * east_m, lat_deg * north_m, load / LOAD_KG_PER_M, lift / LIFT_DEG_PER_M))


def deviations_m(
    time_ms: NDArray[np.int64], line: NDArray[np.float64], kept: NDArray[np.bool_], noise_m: float = NOISE_M
) -> NDArray[np.float64]:
    """Return the deviation at which each fix is put in: infinite for kept ones, 0 where never, shape (N,). [m]

    A fix is never put in before the one that its part of the line was cut at, so that the largest n of these are what n
    steps of the method put in.
    """
    deviation = np.where(kept, np.inf, 0.0)
    ends = np.flatnonzero(kept)
    first, last = ends[:-1], ends[1:]
    bound = np.full(len(first), np.inf)
    for _ in range(PASSES_MOST):
        longer = last - first > 1
        first, last, bound = first[longer], last[longer], bound[longer]
        if len(first) == 0:
            break
        worst, off_m = _worst(time_ms, line, first, last)
        level = np.minimum(off_m, bound)
        bent = off_m > noise_m
        first, worst, last, level = first[bent], worst[bent], last[bent], level[bent]
        deviation[worst] = level
        first, last, bound = np.append(first, worst), np.append(worst, last), np.append(level, level)
    return deviation


def _worst(
    time_ms: NDArray[np.int64], line: NDArray[np.float64], first: NDArray[np.intp], last: NDArray[np.intp]
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Return of each part, from `first` to `last`, the fix inside that is farthest off the chord, and how far. [m]"""
    rows, length = ranges(first + 1, last), last - first - 1
    part = np.repeat(np.arange(len(first)), length)
    begin = np.cumsum(length) - length
    passed = (time_ms[rows] - time_ms[first][part]) / np.maximum(time_ms[last] - time_ms[first], 1)[part]
    chord = line[:, last] - line[:, first]
    off = line[:, rows] - line[:, first][:, part] - chord[:, part] * passed
    squared = np.einsum("ij,ij->j", off, off)
    most = np.maximum.reduceat(squared, begin)
    hits = np.flatnonzero(squared == most[part])
    worst = rows[hits[np.searchsorted(part[hits], np.arange(len(first)))]]
    return worst, np.sqrt(most)


def _held(values: Column) -> NDArray[np.float64]:
    """Return the values with the last one told before in the place of absent ones, 0 before the first."""
    told = ~np.isnan(values)
    if not told.any():
        return np.zeros(len(values))
    at = np.maximum.accumulate(np.where(told, np.arange(len(values)), 0))
    at[: np.argmax(told)] = np.argmax(told)
    return values[at].astype(np.float64)
