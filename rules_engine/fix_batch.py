"""The engine's input: fixes of many trucks in columns, sorted by vehicle and time."""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import IntEnum
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.floating[Any]]
IntArray = NDArray[np.integer[Any]]
BoolArray = NDArray[np.bool_]


class Mark(IntEnum):
    """What a row of a `FixBatch` tells of its truck."""

    FIX = 0
    WASHED = 1  # a wheel-washer saw the truck pass, washed
    PASSED_UNWASHED = 2  # a wheel-washer saw it pass and did not wash it
    GATE_IN = 3  # a gate saw it enter, loaded
    GATE_OUT = 4  # a gate saw it leave
    WASHED_TOO_SHORT = 5  # a wheel-washer saw it pass and washed it, not for long enough
    BYPASSED = 6  # a wheel-washer saw it pass beside the washing bay


NAN = float("nan")
# What stands in each column where nothing is known.
MISSING: dict[str, tuple[type[np.generic], float]] = {
    "epoch": (np.int64, 0),
    "seq": (np.int64, 0),
    "mark": (np.int8, Mark.FIX),
    "lat_deg": (np.float64, NAN),
    "lon_deg": (np.float64, NAN),
    "speed_mps": (np.float32, NAN),
    "hdop": (np.float32, NAN),
    "satellites": (np.int16, -1),
    "load_kg": (np.float32, NAN),
    "load_ratio": (np.float32, NAN),
    "lift_deg": (np.float32, NAN),
    "cover": (np.int8, -1),
    "ignition": (np.int8, -1),
    "main_power": (np.int8, -1),
    "faults": (np.int32, 0),
    "alarms": (np.int32, 0),
    "device": (np.int32, -1),
    "weight_kg": (np.float32, NAN),
}
# What a terminal says of itself.
READ = ["fix_time_ms"] + [name for name in MISSING if name not in ("mark", "device", "weight_kg")]


@dataclass(frozen=True, slots=True)
class FixBatch:
    """Rows sorted by (vehicle, fix_time_ms, mark, epoch, seq) without repetition, each array of shape (N,).

    `vehicle` is the truck's index in the `World` and the `Carry`. Missing is NaN in float columns, -1 in integer ones.
    A row is a fix of the truck's terminal unless `mark` says otherwise: what another device saw of the truck travels in
    the same order and by the same keys, with everything missing but its time, `device` (its row among the world's
    terminals) and, where it weighed the load, `weight_kg`.
    """

    vehicle: NDArray[np.int32]
    fix_time_ms: NDArray[np.int64]
    epoch: NDArray[np.int64]
    seq: NDArray[np.int64]
    mark: NDArray[np.int8]
    lat_deg: NDArray[np.float64]
    lon_deg: NDArray[np.float64]
    speed_mps: NDArray[np.float32]
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
    device: NDArray[np.int32]
    weight_kg: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.vehicle)

    def take(self, index: NDArray[Any] | slice) -> Self:
        """Return the rows that an index array, mask or slice picks."""
        return type(self)(*(getattr(self, field.name)[index] for field in fields(self)))

    @classmethod
    def concatenate(cls, parts: list[Self]) -> Self:
        """Return all rows of all parts, in order; at least one part is needed. Not sorted."""
        return cls(*(np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(cls)))

    @classmethod
    def of_columns(cls, vehicle: NDArray[np.int32], fix_time_ms: NDArray[np.int64], **columns: NDArray[Any]) -> Self:
        """Return rows of which only some columns are known, the others missing, in the order given.

        Args:
            vehicle: The truck of each, shape (N,).
            fix_time_ms: When each was, likewise. [ms]
            columns: Other columns by name, likewise.
        """
        count = len(vehicle)
        missing = {
            name: np.full(count, absent, dtype) for name, (dtype, absent) in MISSING.items() if name not in columns
        }
        known = {name: np.asarray(column, MISSING[name][0]) for name, column in columns.items()}
        return cls(
            vehicle=np.asarray(vehicle, np.int32), fix_time_ms=np.asarray(fix_time_ms, np.int64), **known, **missing
        )

    @classmethod
    def of_fixes(cls, vehicle: NDArray[np.int32], fixes: Any) -> Self:
        """Return terminals' fixes as rows of the trucks that they were in, in the order given.

        Args:
            vehicle: The truck of each, shape (N,).
            fixes: Holds the other columns under the names that they have here.
        """
        return cls.of_columns(vehicle, **{name: getattr(fixes, name) for name in READ})

    @classmethod
    def of_marks(cls, vehicle: NDArray[np.int32], identity: NDArray[np.int64], **seen: NDArray[Any]) -> Self:
        """Return what other devices saw of trucks as rows, in the order given.

        Args:
            vehicle: Trucks, shape (N,).
            identity: Time [ms], epoch and seq of each, shape (N, 3).
            seen: `mark`, `device` and `weight_kg` of each, likewise.
        """
        return cls.of_columns(vehicle, identity[:, 0], epoch=identity[:, 1], seq=identity[:, 2], **seen)

    def key_order(self) -> NDArray[np.intp]:
        """Return the permutation that sorts by (vehicle, fix_time_ms, mark, epoch, seq)."""
        return np.lexsort((self.seq, self.epoch, self.mark, self.fix_time_ms, self.vehicle))
