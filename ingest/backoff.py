"""Waiting times between tries: doubling, with jitter, so that many who lost one peer do not come back at once. Pure."""

from __future__ import annotations

import random
from dataclasses import dataclass, field


@dataclass(slots=True)
class Backoff:
    """The waits of one peer's retries.

    Attributes:
        first_s: Longest first wait. [s]
        most_s: Longest wait of all. [s]
        rng: Where the jitter comes from.
        tries: Tries since the last success.
    """

    first_s: float
    most_s: float
    rng: random.Random = field(repr=False)
    tries: int = 0

    def next_s(self) -> float:
        """Return how long to wait before the next try: half to all of a doubling bound. [s]"""
        bound_s = min(self.most_s, self.first_s * 2.0 ** min(self.tries, 32))
        self.tries += 1
        return bound_s * self.rng.uniform(0.5, 1.0)

    def reset(self) -> None:
        """Begin again after a success."""
        self.tries = 0
