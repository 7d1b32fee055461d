"""How a live run stands: what a line for people and the benchmark are made of."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

import numpy as np

LATENESS_KEPT = 4_000  # ticks of a quarter of an hour


@dataclass(slots=True)
class StormRecord:
    """How one storm went.

    Attributes:
        at_s: When it took the links, from the scenario's start. [s]
        terminals: How many it took.
        back: How many of them are back, or have no network for another reason.
        recovery_s: How long after the network was back the last one was, None while one is missing. [s]
    """

    at_s: float
    terminals: int
    back: int = 0
    recovery_s: float | None = None


@dataclass(slots=True)
class LiveStatus:
    """How a run stands.

    Attributes:
        at_s: The scenario's second. [s]
        terminals: How many there are.
        begun: How many have begun.
        connected: How many have a connection.
        unconnected: How many have begun and have network, and yet no connection.
        connections: How often one was made.
        offered: Records stored in terminals' flash.
        acknowledged: Records that terminals were allowed to forget.
        unacknowledged: Records still in a flash.
        messages: Messages published.
        records_per_s: Records stored in the last second. [1/s]
        late_s: By how much each of the last ticks was late. [s]
        storms: How the storms went.
        trouble: Why one of the unconnected is not connected, in words.
    """

    at_s: float = 0.0
    terminals: int = 0
    begun: int = 0
    connected: int = 0
    unconnected: int = 0
    connections: int = 0
    offered: int = 0
    acknowledged: int = 0
    unacknowledged: int = 0
    messages: int = 0
    records_per_s: float = 0.0
    late_s: deque[float] = field(default_factory=lambda: deque(maxlen=LATENESS_KEPT))
    storms: list[StormRecord] = field(default_factory=list)
    trouble: str = ""

    @property
    def late_p99_s(self) -> float:
        """Return the lateness that one tick in a hundred exceeds. [s]"""
        return float(np.percentile(self.late_s, 99)) if self.late_s else 0.0
