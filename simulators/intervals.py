"""How sure one can be of a share or a median: 95 % confidence intervals."""

from __future__ import annotations

from collections.abc import Sequence
from math import comb, sqrt

import numpy as np

Z_95 = 1.959964  # the normal distribution's 97.5th percentile
EXACT_UP_TO = 300  # values; beyond, the normal approximation errs by less than a rank


def wilson(hits: int, tries: int, z: float = Z_95) -> tuple[float, float] | None:
    """Return the interval of a share of independent tries, None without tries.

    Source: Wilson, "Probable inference, the law of succession, and statistical inference", 1927. Unlike the textbook
    interval it is not empty where every try is a hit.
    """
    if tries == 0:
        return None
    share = hits / tries
    scale = 1.0 + z * z / tries
    middle = (share + z * z / (2.0 * tries)) / scale
    half = z / scale * sqrt(share * (1.0 - share) / tries + z * z / (4.0 * tries * tries))
    return (max(0.0, middle - half) if hits else 0.0, min(1.0, middle + half) if hits < tries else 1.0)


def median_interval(values: Sequence[float]) -> tuple[float, float] | None:
    """Return the 95 % interval of a median from order statistics, None without values; few values give all there is.

    How many of N values lie below the median is binomial: the interval runs from the k-th smallest value to the k-th
    largest, k the greatest number that leaves 2.5 % outside on each side.
    """
    if not values:
        return None
    ordered = np.sort(np.asarray(values, np.float64))
    rank = _rank(len(ordered))
    return float(ordered[rank - 1]), float(ordered[-rank])


def _rank(count: int) -> int:
    if count > EXACT_UP_TO:
        return int(count / 2.0 - Z_95 * sqrt(count) / 2.0)
    rank, ways_below = 1, 1
    while (ways_below := ways_below + comb(count, rank)) <= 0.025 * 2**count:
        rank += 1
    return rank
