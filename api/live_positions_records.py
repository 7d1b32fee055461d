"""Live positions on the wire: a header of 16 bytes and a record of 20 for each truck, little-endian. Pure.

    header   u8 version = 1 | u8 type, 1 all, 2 changes | u16 bytes of a record | u32 count | f64 server time, Unix [s]
    record   u32 vehicle_no | i32 lon, i32 lat [1e-7 deg] | u16 speed [0.01 m/s] | u16 course [0.01 deg]
             u8 state | u8 flags | u16 age of the position [s]

65535 says unknown in speed and course, and "or more" in age. New members come behind the old ones: a reader steps by
the header's bytes of a record. `docs/live-positions.md` says the same for people who read it from elsewhere.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from enum import IntEnum, IntFlag
from typing import Any

import numpy as np
from numpy.typing import NDArray

from firmware_contracts.columns import Alarm

Column = NDArray[Any]

VERSION = 1
HEADER = struct.Struct("<BBHId")
RECORD = np.dtype(
    [
        ("vehicle_no", "<u4"),
        ("lon", "<i4"),
        ("lat", "<i4"),
        ("speed", "<u2"),
        ("course", "<u2"),
        ("state", "u1"),
        ("flags", "u1"),
        ("age_s", "<u2"),
    ]
)
UNKNOWN = 0xFFFF
# Nothing heard for so long: the same for a terminal that is off and for one without coverage. [s]
SILENT_S = 300.0
# Receivers of standing trucks tell up to a metre a second; slower than a walk is standing. [m/s]
MOVING_FROM_MPS = 1.5


class Kind(IntEnum):
    """What a message holds."""

    ALL = 1
    CHANGES = 2


class State(IntEnum):
    """What a truck does."""

    SILENT = 0
    PARKED = 1
    MOVING_EMPTY = 2
    MOVING_LOADED = 3
    STANDING_LOADED = 4
    MOVING_UNKNOWN = 5


class Flag(IntFlag):
    """What is wrong with a truck."""

    VIOLATION = 1
    SENSOR_FAULT = 2
    TAMPER = 4


TAMPER_ALARMS = Alarm.MAIN_POWER_CUT | Alarm.CASE_OPENED | Alarm.SENSOR_UNPLUGGED

# By whether it moves, and by `loaded`: 0 empty, 1 loaded, -1 (which picks the last) unknown.
_STATES = np.array(
    [
        [State.PARKED, State.STANDING_LOADED, State.PARKED],
        [State.MOVING_EMPTY, State.MOVING_LOADED, State.MOVING_UNKNOWN],
    ],
    np.uint8,
)


def records(columns: Mapping[str, Column], now_ms: int) -> NDArray[np.void]:
    """Return a record of each truck that ever had a position, by ascending number.

    Args:
        columns: Those of `storage.queries.live`, each of shape (V,).
        now_ms: Unix time. [ms]
    """
    placed = np.flatnonzero(~np.isnan(columns["lat_deg"]))
    placed = placed[np.argsort(columns["vehicle_no"][placed])]
    rows = {name: column[placed] for name, column in columns.items()}
    packed = np.empty(len(placed), RECORD)
    packed["vehicle_no"] = rows["vehicle_no"]
    packed["lon"] = np.rint(rows["lon_deg"] * 1e7)
    packed["lat"] = np.rint(rows["lat_deg"] * 1e7)
    packed["speed"] = _hundredths(rows["speed_mps"])
    packed["course"] = _hundredths(np.mod(rows["course_deg"], 360.0))
    packed["state"] = states(rows, now_ms)
    packed["flags"] = flags(rows)
    packed["age_s"] = np.clip((now_ms - rows["position_time_ms"]) // 1000, 0, UNKNOWN)
    return packed


def states(rows: Mapping[str, Column], now_ms: int) -> NDArray[np.uint8]:
    """Return the `State` of each row."""
    moving = rows["speed_mps"] >= MOVING_FROM_MPS  # NaN is not
    silent = now_ms - rows["fix_time_ms"] > SILENT_S * 1000
    return np.where(silent, np.uint8(State.SILENT), _STATES[moving.astype(np.intp), rows["loaded"]])


def flags(rows: Mapping[str, Column]) -> NDArray[np.uint8]:
    """Return the bits of `Flag` of each row."""
    found = (
        (Flag.VIOLATION, rows["violating"] > 0),
        (Flag.SENSOR_FAULT, rows["faults"] != 0),
        (Flag.TAMPER, rows["alarms"] & TAMPER_ALARMS != 0),
    )
    bits = np.zeros(len(rows["faults"]), np.uint8)
    for flag, raised in found:
        bits |= np.where(raised, np.uint8(flag), np.uint8(0))
    return bits


def changed(now: NDArray[np.void], before: NDArray[np.void]) -> NDArray[np.bool_]:
    """Return which records say something new beside their age; both are of the same trucks."""
    told = [name for name in RECORD.names or () if name != "age_s"]
    differs: NDArray[np.bool_] = np.any([now[name] != before[name] for name in told], axis=0)
    return differs


def message(kind: Kind, chosen: NDArray[np.void], now_s: float) -> bytes:
    """Return one binary message."""
    return HEADER.pack(VERSION, kind, RECORD.itemsize, len(chosen), now_s) + chosen.tobytes()


def _hundredths(values: Column) -> NDArray[np.uint16]:
    with np.errstate(invalid="ignore"):
        whole = np.clip(np.rint(values * 100.0), 0, UNKNOWN - 1)
    return np.where(np.isnan(values), UNKNOWN, whole).astype(np.uint16)
