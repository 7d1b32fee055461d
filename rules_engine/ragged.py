"""Rows of different lengths in flat arrays: row i is `values[start[i]:start[i + 1]]`."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

IntArray = NDArray[np.integer[Any]]


def ranges(first: IntArray, stop: IntArray) -> tuple[NDArray[np.intp], NDArray[np.int64]]:
    """Return every (i, n) with first[i] <= n < stop[i], sorted by i and n, each of shape (P,)."""
    count = stop - first
    which = np.arange(len(first)).repeat(count)
    passed = count.cumsum()
    passed -= count
    numbers = np.arange(len(which), dtype=np.int64)
    numbers += (first - passed).take(which)
    return which, numbers


def starts(which: IntArray) -> NDArray[np.intp]:
    """Return where each run of equal values begins, shape (R,)."""
    begins = np.ones(len(which), np.bool_)
    np.not_equal(which[1:], which[:-1], out=begins[1:])
    return begins.nonzero()[0]


def offsets(count: IntArray) -> NDArray[np.int64]:
    """Return where rows of these lengths start, and where the last one ends, shape (N + 1,)."""
    return np.concatenate(([0], np.cumsum(count))).astype(np.int64)
