"""Which instants a record may carry, seen from the moment it was received."""

from __future__ import annotations

from dataclasses import dataclass

DAY_MS = 86_400_000
MINUTE_MS = 60_000


@dataclass(frozen=True, slots=True)
class TimeWindow:
    """How far a record's time may lie from its arrival.

    Attributes:
        past_ms: Longest blind zone whose records are still taken; beyond it a clock is wrong, and each wild day
            would open a chunk of its own in the database. [ms]
        future_ms: Largest fast-running clock that is believed. [ms]
    """

    past_ms: int = 60 * DAY_MS
    future_ms: int = 5 * MINUTE_MS
