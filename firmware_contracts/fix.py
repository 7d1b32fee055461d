"""One fix as a plain Python record: the row form of `FixColumns`, used where fixes come one at a time.

Encoders and the obvious reference readers work on rows; everything fast works on columns. Both mark what is missing in
the same way: NaN for floats, `ABSENT` for small integers.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import nan
from typing import NamedTuple

import numpy as np

from firmware_contracts.columns import ABSENT, FIX_DTYPES, FixColumns


class Fix(NamedTuple):
    """One fix with its identity (epoch, seq) and sensors; the fields mean what they mean in `FixColumns`."""

    epoch: int
    seq: int
    fix_time_ms: int
    lat_deg: float = nan
    lon_deg: float = nan
    speed_mps: float = nan
    course_deg: float = nan
    hdop: float = nan
    satellites: int = ABSENT
    load_kg: float = nan
    load_ratio: float = nan
    lift_deg: float = nan
    cover: int = ABSENT
    ignition: int = ABSENT
    main_power: int = ABSENT
    faults: int = 0
    alarms: int = 0


def columns_of(fixes: Sequence[Fix], message: int | Sequence[int] = 0) -> FixColumns:
    """Return rows as columns; `message` is one index for all rows or one for each."""
    if not fixes:
        return FixColumns.empty()
    columns = [
        np.array(values, FIX_DTYPES[name]) for name, values in zip(Fix._fields, zip(*fixes, strict=True), strict=True)
    ]
    messages = np.full(len(fixes), message, np.int32) if isinstance(message, int) else np.array(message, np.int32)
    return FixColumns(messages, *columns)


def rows_of(columns: FixColumns) -> list[Fix]:
    """Return columns as rows; 32-bit columns come back with the digits of a double."""
    return [Fix(*row) for row in zip(*(getattr(columns, name).tolist() for name in Fix._fields), strict=True)]


def joined_columns(parts: Sequence[FixColumns]) -> FixColumns:
    """Return all rows of all parts, in order; one part is not copied."""
    if len(parts) == 1:
        return parts[0]
    return FixColumns.concatenate(list(parts)) if parts else FixColumns.empty()
