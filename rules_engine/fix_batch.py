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


NOT_READ = ("vehicle", "mark")  # what a terminal does not say of itself


@dataclass(frozen=True, slots=True)
class FixBatch:
    """Rows sorted by (vehicle, fix_time_ms, mark, epoch, seq) without repetition, each array of shape (N,).

    `vehicle` is the truck's index in the `World` and the `Carry`. Missing is NaN in float columns, -1 in `cover` and
    `ignition`. A row is a fix of the truck's terminal unless `mark` says otherwise: what another device saw of the
    truck travels in the same order and by the same keys, with everything but its time missing.
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
    load_kg: NDArray[np.float32]
    load_ratio: NDArray[np.float32]
    lift_deg: NDArray[np.float32]
    cover: NDArray[np.int8]
    ignition: NDArray[np.int8]
    faults: NDArray[np.int32]

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
    def of_fixes(cls, vehicle: NDArray[np.int32], fixes: Any) -> Self:
        """Return terminals' fixes as rows of the trucks that they were in, in the order given.

        Args:
            vehicle: The truck of each, shape (N,).
            fixes: Holds the other columns under the names that they have here.
        """
        columns = {field.name: getattr(fixes, field.name) for field in fields(cls) if field.name not in NOT_READ}
        return cls(vehicle=vehicle, mark=np.full(len(vehicle), Mark.FIX, np.int8), **columns)

    @classmethod
    def of_marks(cls, vehicle: NDArray[np.int32], identity: NDArray[np.int64], mark: Mark) -> Self:
        """Return what other devices saw of trucks as rows, in the order given.

        Args:
            vehicle: Trucks, shape (N,).
            identity: Time [ms], epoch and seq of each, shape (N, 3).
            mark: What was seen.
        """
        count = len(vehicle)
        nowhere, absent = np.full(count, np.nan), np.full(count, -1, np.int8)
        missing = nowhere.astype(np.float32)
        return cls(
            vehicle=vehicle,
            fix_time_ms=identity[:, 0],
            epoch=identity[:, 1],
            seq=identity[:, 2],
            mark=np.full(count, mark, np.int8),
            lat_deg=nowhere,
            lon_deg=nowhere,
            speed_mps=missing,
            hdop=missing,
            load_kg=missing,
            load_ratio=missing,
            lift_deg=missing,
            cover=absent,
            ignition=absent,
            faults=np.zeros(count, np.int32),
        )

    def key_order(self) -> NDArray[np.intp]:
        """Return the permutation that sorts by (vehicle, fix_time_ms, mark, epoch, seq)."""
        return np.lexsort((self.seq, self.epoch, self.mark, self.fix_time_ms, self.vehicle))
