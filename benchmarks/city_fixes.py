"""Fixes of loaded trucks with every sensor: what benchmarks decode and store."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from firmware_contracts.columns import FIX_DTYPES, FixColumns


def city_fixes(seq: NDArray[np.int64], fix_time_ms: NDArray[np.int64], rng: np.random.Generator) -> FixColumns:
    """Return fixes with readings as a terminal rounds them, one for each number and time given."""
    count = len(seq)
    columns: dict[str, Any] = {
        "message": np.zeros(count),
        "epoch": np.full(count, 7),
        "seq": seq,
        "fix_time_ms": fix_time_ms,
        "lat_deg": np.round(rng.uniform(31.6, 31.9, count), 7),
        "lon_deg": np.round(rng.uniform(119.8, 120.1, count), 7),
        "speed_mps": np.round(rng.uniform(0, 25, count), 2),
        "course_deg": np.round(rng.uniform(0, 359, count), 2),
        "hdop": np.round(rng.uniform(0.5, 3, count), 1),
        "satellites": rng.integers(6, 30, count),
        "load_kg": np.round(rng.uniform(0, 30_000, count), -1),
        "load_ratio": np.full(count, np.nan),
        "lift_deg": np.round(rng.uniform(0, 2, count), 2),
        "cover": rng.integers(0, 3, count),
        "ignition": np.ones(count),
        "main_power": np.where(rng.random(count) < 0.1, -1, 1),  # absent here and there
        "faults": np.zeros(count),
        "alarms": np.zeros(count),
    }
    return FixColumns(**{name: columns[name].astype(dtype) for name, dtype in FIX_DTYPES.items()})
