"""Which device events tell of a truck that passed a washer or a gate, and what was weighed there.

A passage becomes one row of the truck among its fixes. Its number is the row's mark; whoever judges has the same ones.
A washer that does not know whether it washed (`unknown`) says nothing of the truck, nor does a passage that the barrier
refused: that truck has not passed, and comes again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

NAN = float("nan")
WASHER_PASSAGE = "washer_passage"
REFUSED = "refused"
# By type: the member that decides, and the mark of each of its values.
PASSAGES: dict[str, tuple[str, dict[str, int]]] = {
    WASHER_PASSAGE: ("result", {"washed": 1, "not_washed": 2, "too_short": 5, "bypass": 6}),
    "gate_passage": ("direction", {"in": 3, "out": 4}),
}


@dataclass(frozen=True, slots=True)
class Passages:
    """Passages among some events, P of them.

    Attributes:
        index: Which of the events each is, ascending, shape (P,).
        mark: What it says of the truck, likewise.
        gross_kg: Mass of truck and load, NaN where it was not weighed. [kg]
        tare_kg: Mass of the empty truck as the device knew it, NaN where it did not. [kg]
    """

    index: NDArray[np.intp]
    mark: NDArray[np.int8]
    gross_kg: NDArray[np.float64]
    tare_kg: NDArray[np.float64]


def mark_of(event_type: str, body: Mapping[str, Any]) -> int | None:
    """Return the mark of an event that tells of a truck's passage, None of one that does not."""
    if event_type not in PASSAGES:
        return None
    member, marks = PASSAGES[event_type]
    if body.get("barrier") == REFUSED:
        return None
    return marks.get(str(body.get(member)))


def is_clear(event_type: str, body: Mapping[str, Any]) -> bool:
    """Return whether a washer knows what it says of a truck: what became of it, or that the barrier sent it back."""
    return mark_of(event_type, body) is not None or body.get("barrier") == REFUSED


def passages_among(events: Iterable[tuple[str, Mapping[str, Any]]]) -> Passages:
    """Return the passages among some events, each given as its type and its body."""
    marks = [(n, mark_of(event_type, body), body) for n, (event_type, body) in enumerate(events)]
    found = [(n, mark, body) for n, mark, body in marks if mark is not None]
    return Passages(
        np.array([n for n, _, _ in found], np.intp),
        np.array([mark for _, mark, _ in found], np.int8),
        np.array([_mass_kg(body, "gross_kg") for _, _, body in found], np.float64),
        np.array([_mass_kg(body, "tare_kg") for _, _, body in found], np.float64),
    )


def net_mass_kg(
    gross_kg: NDArray[np.float64], tare_kg: NDArray[np.float64], truck_tare_kg: NDArray[np.floating[Any]]
) -> NDArray[np.float32]:
    """Return what was loaded, NaN where it cannot be known; the passage's own tare goes before the registry's. [kg]

    All of it in doubles, rounded once at the end: the database reckons the same way, so that both give the same bits.
    """
    tare = np.where(np.isnan(tare_kg), truck_tare_kg.astype(np.float64), tare_kg)
    return (gross_kg - tare).astype(np.float32)


def _mass_kg(body: Mapping[str, Any], name: str) -> float:
    value = body.get(name)
    return NAN if value is None else float(value)
