"""Rows of different lengths in flat arrays: row i is `values[start[i]:start[i + 1]]`."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

IntArray = NDArray[np.integer[Any]]


def ranges(first: IntArray, stop: IntArray) -> tuple[NDArray[np.intp], NDArray[np.int64]]:
    """Return every (i, n) with first[i] <= n < stop[i], sorted by i and n, each of shape (P,)."""
    count = stop - first
    which = np.repeat(np.arange(len(first)), count)
    passed = np.cumsum(count) - count
    return which, np.arange(len(which), dtype=np.int64) + np.repeat(first - passed, count)


def offsets(count: IntArray) -> NDArray[np.int64]:
    """Return where rows of these lengths start, and where the last one ends, shape (N + 1,)."""
    return np.concatenate(([0], np.cumsum(count))).astype(np.int64)
