"""Structured rows, as the carry is made of: how they are declared, copied and picked.

NumPy copies structured rows field by field, at microseconds a row, and leaves out padding. So rows here are declared
without unnamed gaps, and copied as plain bytes.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.void]  # structured rows

# "No time yet". Far enough from the ends of int64 that a duration can be added to it.
UNSET_MS = -(2**62)


def carried(fields: list[Any], **values: Any) -> Rows:
    """Return the carry row of a vehicle never seen: a structured scalar, times unset, places unknown, else `values`."""
    row = np.zeros((), _without_gaps(np.dtype(fields, align=True)))
    for name in row.dtype.names or ():
        if name.endswith("_ms"):
            row[name] = UNSET_MS
        elif name in ("lat_deg", "lon_deg"):
            row[name] = np.nan
    for name, value in values.items():
        row[name] = value
    return row


def _without_gaps(dtype: np.dtype[np.void]) -> np.dtype[np.void]:
    """Return an aligned dtype, whole words long, whose padding is named: NumPy copies what has a name, so rows compare
    as bytes. Nested dtypes come before smaller fields.
    """
    named: list[tuple[str, Any]] = []
    end = 0
    for name in dtype.names or ():
        field_type, offset = dtype.fields[name][:2]  # type: ignore[index]
        if offset > end:
            named.append((f"_{end}", np.dtype((np.void, offset - end))))
        named.append((name, field_type))
        end = offset + field_type.itemsize
    if end % 8:
        named.append((f"_{end}", np.dtype((np.void, -end % 8))))
    return np.dtype(named)


def whole(rows: Rows) -> NDArray[np.void]:
    """Return structured rows as words without fields, the same memory: NumPy copies these at once, others by field."""
    return rows.getfield(_words(rows.dtype.itemsize))


@cache
def _words(size: int) -> np.dtype[np.void]:
    return np.dtype((np.void, size))


def picked(rows: Rows, index: NDArray[Any]) -> Rows:
    """Return a copy of the rows that an index array or mask picks."""
    chosen: Rows = whole(rows)[index].getfield(rows.dtype)
    return chosen


def duplicate(rows: Rows) -> Rows:
    """Return a copy of rows."""
    copied: Rows = whole(rows).copy().getfield(rows.dtype)
    return copied


def repeated(row: Rows, count: int) -> Rows:
    """Return so many copies of one row."""
    copies: Rows = np.full(count, whole(row)).getfield(row.dtype)
    return copies
