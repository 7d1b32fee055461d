"""What a fix may say, the same in every layout: one table of ranges, checked for a row and for columns.

A reading under its sensor's fault is taken out first, so that a broken sensor's nonsense does not cost the position.
Both forms exist because a block is judged as arrays, while a single rejected fix needs words for its reason.
"""

from __future__ import annotations

from dataclasses import replace
from math import isnan, nan
from typing import Any

import numpy as np
from numpy.typing import NDArray

from firmware_contracts.columns import ABSENT, FIX_DTYPES, Alarm, Cover, Fault, FixColumns, Switch
from firmware_contracts.errors import RecordError, RejectReason
from firmware_contracts.fix import Fix
from firmware_contracts.json_document import MAX_COUNTER
from firmware_contracts.time_window import TimeWindow

FLOAT_RANGES: dict[str, tuple[float, float]] = {
    "lat_deg": (-90.0, 90.0),
    "lon_deg": (-180.0, 180.0),
    "speed_mps": (0.0, 655.34),  # what the binary layout can say; implausible speeds are the rules' business
    "course_deg": (0.0, 360.0),  # receivers do print 360; it is folded to 0
    "hdop": (0.0, 1000.0),  # receivers print 99.99 and more without a fix
    "load_kg": (-5000.0, 655_340.0),  # a scale wanders below zero when empty; the top is the binary layout's
    "load_ratio": (-0.5, 6.5534),
    "lift_deg": (-180.0, 180.0),
}
INT_RANGES: dict[str, tuple[int, int]] = {
    "epoch": (0, MAX_COUNTER),
    "seq": (0, MAX_COUNTER),
    "satellites": (ABSENT, 254),
    "cover": (ABSENT, max(Cover)),
    "ignition": (ABSENT, max(Switch)),
    "main_power": (ABSENT, max(Switch)),
    "faults": (0, int(~Fault(0))),
    "alarms": (0, int(~Alarm(0))),
}
FAULTY_FIELDS: dict[Fault, tuple[str, ...]] = {
    Fault.LOAD_SENSOR: ("load_kg", "load_ratio"),
    Fault.LIFT_SENSOR: ("lift_deg",),
    Fault.COVER_SENSOR: ("cover",),
    Fault.GNSS: ("lat_deg", "lon_deg", "speed_mps", "course_deg", "hdop", "satellites"),
}


def without_faulty_readings(fix: Fix) -> Fix:
    """Return the fix with each reading absent whose sensor is reported broken, and a course of 360 as 0."""
    faulty = [name for fault, names in FAULTY_FIELDS.items() if fix.faults & fault for name in names]
    absent: dict[str, Any] = {name: nan if name in FLOAT_RANGES else ABSENT for name in faulty}
    if fix.course_deg == 360.0:
        absent.setdefault("course_deg", 0.0)
    return fix._replace(**absent) if absent else fix


def check_fix(fix: Fix, received_at_ms: int, window: TimeWindow) -> None:
    """Check one fix against every limit.

    Raises:
        RecordError: It breaks one; the first in the order identity, position, sensors, time.
    """
    for name, (lowest, highest) in INT_RANGES.items():
        _check_range(name, getattr(fix, name), lowest, highest)
    for name, (least, most) in FLOAT_RANGES.items():
        stored = FIX_DTYPES[name]  # compared as it is kept, so that rows and columns agree to the last bit
        with np.errstate(over="ignore"):
            _check_range(name, stored(getattr(fix, name)), stored(least), stored(most))
    if isnan(fix.lat_deg) != isnan(fix.lon_deg):
        raise RecordError(RejectReason.MISSING_FIELD, "expected lat_deg and lon_deg both or neither, got one")
    check_time(fix.fix_time_ms, received_at_ms, window)


def _check_range(name: str, value: Any, least: Any, most: Any) -> None:
    if value < least or value > most:  # a missing value, NaN, compares false and stays
        raise RecordError(RejectReason.OUT_OF_RANGE, f"expected {name} in [{least}, {most}], got {value!s:.40}")


def check_time(time_ms: int, received_at_ms: int, window: TimeWindow) -> None:
    """Check that an instant lies in the window around its arrival.

    Raises:
        RecordError: It does not.
    """
    age_ms = received_at_ms - time_ms
    if age_ms > window.past_ms:
        raise RecordError(RejectReason.TIME_PAST, f"expected at most {window.past_ms} ms old, got {age_ms} ms")
    if -age_ms > window.future_ms:
        raise RecordError(RejectReason.TIME_FUTURE, f"expected at most {window.future_ms} ms ahead, got {-age_ms} ms")


def columns_without_faulty_readings(fixes: FixColumns) -> FixColumns:
    """Return the columns with what `without_faulty_readings` does to a row done to every row."""
    changed: dict[str, NDArray[Any]] = {}
    if (fixes.course_deg == 360.0).any():
        changed["course_deg"] = np.where(fixes.course_deg == 360.0, np.float32(0.0), fixes.course_deg)
    for fault, names in FAULTY_FIELDS.items() if fixes.faults.any() else ():
        broken = (fixes.faults & fault) != 0
        for name in names:
            values = changed.get(name, getattr(fixes, name))
            absent = nan if name in FLOAT_RANGES else ABSENT
            changed[name] = np.where(broken, values.dtype.type(absent), values)
    return replace(fixes, **changed) if changed else fixes


def within_limits(fixes: FixColumns, received_at_ms: NDArray[np.int64], window: TimeWindow) -> NDArray[np.bool_]:
    """Return which rows `check_fix` would let pass, shape (N,).

    Args:
        fixes: The rows; no float is infinite unless it is meant to fail.
        received_at_ms: When the message of each row arrived, shape (M,).
        window: How far a time may lie from it.
    """
    age_ms = received_at_ms[fixes.message] - fixes.fix_time_ms
    sound = (age_ms <= window.past_ms) & (age_ms >= -window.future_ms)
    sound &= np.isnan(fixes.lat_deg) == np.isnan(fixes.lon_deg)
    for name, (least, most) in (FLOAT_RANGES | INT_RANGES).items():
        values = getattr(fixes, name)
        lowest, highest = values.dtype.type(least), values.dtype.type(most)
        if len(values) and (np.fmin.reduce(values) < lowest or np.fmax.reduce(values) > highest):
            sound &= ~((values < lowest) | (values > highest))  # NaN compares false and stays
    return sound
