"""A truck's carry block as a plain object, for rules whose few rows that matter are taken one by one.

Rows are never walked through: only what a rule has singled out, such as jumps or long silences.
"""

from __future__ import annotations

from dataclasses import fields
from functools import lru_cache
from typing import Any, TypeVar

import numpy as np

from rules_engine.carry_rows import Rows

Slot = TypeVar("Slot")


def read_slot(kind: type[Slot], block: Rows, track: int) -> Slot:
    """Return a truck's row of a block as an instance of a dataclass whose fields it has."""
    row = block[track].item()
    return kind(*(row[place] for place in _places(kind, block.dtype)))  # type: ignore[arg-type]


def write_slot(block: Rows, track: int, slot: Any) -> None:
    """Write such an instance into a truck's row."""
    for name, value in vars(slot).items():
        block[name][track] = value


@lru_cache(maxsize=64)
def _places(kind: Any, dtype: np.dtype[np.void]) -> tuple[int, ...]:
    """Return where each field of a dataclass stands in rows."""
    names = dtype.names or ()
    return tuple(names.index(field.name) for field in fields(kind))
