"""What reports hold once decoded: one array per field, one row per fix.

Everything after the codec works on these columns. A missing value is NaN in a float column and `ABSENT` (-1) in a
small-integer column; a sentinel of the wire never gets this far.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import IntEnum, IntFlag
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.floating[Any]]
IntArray = NDArray[np.integer[Any]]

ABSENT = -1


class Cover(IntEnum):
    """State of the load bed's cover (密闭盖)."""

    ABSENT = ABSENT
    CLOSED = 0
    HALF = 1
    OPEN = 2


class Switch(IntEnum):
    """State of a two-state input such as ignition or main power."""

    ABSENT = ABSENT
    OFF = 0
    ON = 1


class Fault(IntFlag):
    """What the terminal says is broken; a reading under a fault is absent, so that a torn wire is no violation."""

    LOAD_SENSOR = 1
    LIFT_SENSOR = 2
    COVER_SENSOR = 4
    GNSS = 8
    GNSS_ANTENNA_OPEN = 16
    GNSS_ANTENNA_SHORT = 32
    STORAGE = 64
    CLOCK = 128


class Alarm(IntFlag):
    """What the terminal itself raised, tamper contacts included."""

    MAIN_POWER_CUT = 1
    UNDER_VOLTAGE = 2
    CASE_OPENED = 4
    SENSOR_UNPLUGGED = 8
    SOS = 16
    COLLISION = 32
    ROLLOVER = 64


@dataclass(frozen=True, slots=True)
class FixColumns:
    """Fixes of one or many reports, one row per fix, each array of shape (N,).

    Attributes:
        message: Index of the message that the fix came in, within the block that was decoded.
        epoch: Changes when the terminal lost its counter.
        seq: Counts up in the terminal's flash; (device, epoch, seq) identifies the record.
        fix_time_ms: Instant of the fix, milliseconds since 1970-01-01 UTC.
        lat_deg: WGS 84 latitude, NaN while the receiver had no position. [deg]
        lon_deg: Likewise longitude; both are NaN or neither is. [deg]
        speed_mps: Speed over ground. [m/s]
        course_deg: Course over ground from true north, [0, 360). [deg]
        hdop: Horizontal dilution of precision.
        satellites: Satellites used, ABSENT when not reported.
        load_kg: Mass of the load. [kg]
        load_ratio: Load relative to the rated load, where the sensor is uncalibrated.
        lift_deg: Angle of the load bed above the chassis. [deg]
        cover: A `Cover`.
        ignition: A `Switch`.
        main_power: A `Switch`.
        faults: Bits of `Fault`.
        alarms: Bits of `Alarm`.
    """

    message: NDArray[np.int32]
    epoch: NDArray[np.int64]
    seq: NDArray[np.int64]
    fix_time_ms: NDArray[np.int64]
    lat_deg: NDArray[np.float64]
    lon_deg: NDArray[np.float64]
    speed_mps: NDArray[np.float32]
    course_deg: NDArray[np.float32]
    hdop: NDArray[np.float32]
    satellites: NDArray[np.int16]
    load_kg: NDArray[np.float32]
    load_ratio: NDArray[np.float32]
    lift_deg: NDArray[np.float32]
    cover: NDArray[np.int8]
    ignition: NDArray[np.int8]
    main_power: NDArray[np.int8]
    faults: NDArray[np.int32]
    alarms: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.seq)

    def take(self, index: NDArray[Any] | slice) -> Self:
        """Return the rows that an index array, mask or slice picks."""
        return type(self)(*(getattr(self, field.name)[index] for field in fields(self)))

    @classmethod
    def concatenate(cls, parts: list[Self]) -> Self:
        """Return all rows of all parts, in order; at least one part is needed."""
        return cls(*(np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(cls)))

    @classmethod
    def empty(cls) -> Self:
        """Return columns without rows."""
        return cls(*(np.empty(0, dtype) for dtype in FIX_DTYPES.values()))


FIX_DTYPES: dict[str, type[np.generic]] = {
    "message": np.int32,
    "epoch": np.int64,
    "seq": np.int64,
    "fix_time_ms": np.int64,
    "lat_deg": np.float64,
    "lon_deg": np.float64,
    "speed_mps": np.float32,
    "course_deg": np.float32,
    "hdop": np.float32,
    "satellites": np.int16,
    "load_kg": np.float32,
    "load_ratio": np.float32,
    "lift_deg": np.float32,
    "cover": np.int8,
    "ignition": np.int8,
    "main_power": np.int8,
    "faults": np.int32,
    "alarms": np.int32,
}
