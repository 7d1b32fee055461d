"""Columns of fixes as JSON: codes by name, missing as null, and no Python object made per row.

A column that holds nothing in the whole answer is null instead of a list of nulls: most terminals lack some sensor.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import repeat
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel

from firmware_contracts.columns import ABSENT, Alarm, Cover, Fault, Switch

Column = NDArray[Any]

# Index -1, which is ABSENT, picks the last element: None.
_COVER_NAMES = np.array([cover.name.lower() for cover in Cover if cover >= 0] + [None], dtype=object)
_SWITCH_VALUES = np.array([bool(switch) for switch in Switch if switch >= 0] + [None], dtype=object)
_CODES = {"cover": _COVER_NAMES, "ignition": _SWITCH_VALUES, "main_power": _SWITCH_VALUES}
# Degrees: 1e-7 is a centimetre, and what the binary report carries; more digits are noise that has to be sent.
_DECIMALS = {"lat_deg": 7, "lon_deg": 7}

LEGEND = {
    "faults": {fault.name.lower(): fault.value for fault in Fault if fault.name},
    "alarms": {alarm.name.lower(): alarm.value for alarm in Alarm if alarm.name},
}


class ReadingColumns(BaseModel):
    """The readings of fixes, one list per field; null where the answer holds no such reading.

    Attributes:
        cover: closed, half or open.
        faults: Bits, named in the answer's legend.
        alarms: Likewise.
    """

    lat_deg: list[float | None] | None
    lon_deg: list[float | None] | None
    speed_mps: list[float | None] | None
    course_deg: list[float | None] | None
    load_kg: list[float | None] | None
    load_ratio: list[float | None] | None
    lift_deg: list[float | None] | None
    cover: list[str | None] | None
    ignition: list[bool | None] | None
    main_power: list[bool | None] | None
    faults: list[int]
    alarms: list[int]


def columns_answer(columns: Mapping[str, Column]) -> dict[str, Any]:
    """Return each column, shape (N,), as what `json_bytes` writes: an array, a list of shared names, or None.

    A column `*_ms` of Unix milliseconds becomes times under the name without `_ms`.
    """
    return {name.removesuffix("_ms"): _column_answer(name, column) for name, column in columns.items()}


def _column_answer(name: str, column: Column) -> Any:
    if name.endswith("_ms"):
        return column.view("datetime64[ms]")
    if name in _CODES:
        return None if (column == ABSENT).all() else _CODES[name][column].tolist()
    if column.dtype == object:
        return list(column)
    if name == "satellites":
        return _nullable(column)
    if column.dtype.kind == "f" and np.isnan(column).all():
        return None
    return np.round(column, _DECIMALS[name]) if name in _DECIMALS else column


def _nullable(column: Column) -> Column | list[int | None] | None:
    absent = column == ABSENT
    if absent.all():
        return None
    if not absent.any():
        return column
    values = column.astype(object)
    values[absent] = None
    return list(values)


def listed(answer: Any, count: int) -> Iterable[Any]:
    """Return one value per row of a column that `columns_answer` made, for answers that need rows."""
    if answer is None:
        return repeat(None, count)
    if isinstance(answer, list):
        return answer
    if answer.dtype == np.float32:
        # The nearest double of a float32 has digits that nobody measured: its shortest text has not.
        return list(answer.astype("U16").astype(np.float64).tolist())
    return list(answer.tolist())
