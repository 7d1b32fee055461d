"""What one haul cycle, rest or night gives: fixes that wait for their time, truth, and what washers and gates see."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from firmware_contracts.fix import Fix
from simulators.plane import FloatArray
from simulators.truth import Happening


class FixSchedule:
    """Fixes of one stretch in columns, taken out as rows when their time has come: a row takes ten times the room."""

    def __init__(
        self, times_s: FloatArray, start_ms: int, columns: list[NDArray[Any]], lost: NDArray[np.bool_] | None = None
    ) -> None:
        """Keep the fixes.

        Args:
            times_s: When each is recorded, from the scenario's start, ascending, shape (N,). [s]
            start_ms: The scenario's start, milliseconds since 1970-01-01 UTC.
            columns: The members of `Fix` from `lat_deg` on, each shape (N,).
            lost: Which of them the flash fails to keep, likewise.
        """
        self._times_s = times_s
        self._start_ms = start_ms
        self._columns = columns
        self._lost = np.zeros(len(times_s), np.bool_) if lost is None else lost
        self._taken = 0

    def __bool__(self) -> bool:
        return self._taken < len(self._times_s)

    @property
    def due_s(self) -> float:
        """When the next is recorded, never if there is none. [s]"""
        return float(self._times_s[self._taken]) if self else np.inf

    def peek(self) -> Fix | None:
        """Return the fix that comes next, None where there is none or the flash will fail to keep it."""
        if not self or self._lost[self._taken]:
            return None
        row = [column[self._taken].item() for column in self._columns]
        return Fix(0, 0, self._start_ms + round(self.due_s * 1000.0), *row)

    def take(self, until_s: float) -> Iterator[Fix | None]:
        """Yield the fixes up to an instant that were not taken before, None for each that is lost."""
        if not self or self._times_s[self._taken] > until_s:
            return
        rows = slice(self._taken, int(np.searchsorted(self._times_s, until_s, "right")))
        self._taken = rows.stop
        times_ms = (self._start_ms + np.rint(self._times_s[rows] * 1000.0)).astype(np.int64).tolist()
        columns = [column[rows].tolist() for column in self._columns]
        lost = self._lost[rows].tolist()
        for time_ms, is_lost, row in zip(times_ms, lost, zip(*columns, strict=True), strict=True):
            yield None if is_lost else Fix(0, 0, time_ms, *row)


@dataclass(frozen=True, slots=True)
class Stretch:
    """What one haul cycle gives; times are seconds from the scenario's start.

    Attributes:
        fixes: What the terminal reports, identity still open.
        truth: What happened.
        passages: When which washer or gate saw what, as an event of contract v1 without its seq.
        end_s: The next cycle begins here.
        clone: What a second terminal of the same identity reports, None for nothing.
        at_device: The washer on whose silence a happening rests, by its place in `truth`.
    """

    fixes: FixSchedule
    truth: list[Happening]
    passages: list[tuple[float, str, dict[str, Any]]]
    end_s: float
    clone: FixSchedule | None = None
    at_device: dict[int, str] = field(default_factory=dict)
