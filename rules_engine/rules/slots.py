"""A truck's carry block as a plain object, for rules whose few rows that matter are taken one by one.

Rows are never walked through: only what a rule has singled out, such as jumps or long silences.
"""

from __future__ import annotations

from dataclasses import fields
from typing import Any, TypeVar

from rules_engine.carry_rows import Rows

Slot = TypeVar("Slot")


def read_slot(kind: type[Slot], block: Rows, track: int) -> Slot:
    """Return a truck's row of a block as an instance of a dataclass whose fields it has."""
    return kind(*(block[field.name][track].tolist() for field in fields(kind)))  # type: ignore[arg-type]


def write_slot(block: Rows, track: int, slot: Any) -> None:
    """Write such an instance into a truck's row."""
    for field in fields(slot):
        block[field.name][track] = getattr(slot, field.name)
