"""Gathers deliveries into batches: full, or old enough. Pure: the caller brings the clock.

A batch is written when its oldest message is `flush_age_ms` old, however few it holds: the broker's window may be
smaller than any count, and a batcher that waited for the count alone would then wait for good. While the batch before
it is still being written an old one goes on growing, until it is full or its turn: small batches cost the database
most when it has least to spare.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from ingest.delivery import Delivery

# A message's fixes are counted when it is decoded; until then they are estimated from its bytes. The first estimate is
# the binary layout's, the most fixes that a payload can hold, so that a first batch is rather too small.
BYTES_PER_FIX = 32.0
ESTIMATE_WEIGHT = 0.25  # of the newest batch: follows a change of encoding within ten batches


class Batcher:
    """The deliveries that wait for their batch, oldest first."""

    def __init__(self, flush_fixes: int, flush_age_ms: int) -> None:
        self._flush_fixes = flush_fixes
        self._flush_age_ms = flush_age_ms
        self._bytes_per_fix = BYTES_PER_FIX
        self._waiting: deque[Delivery] = deque()

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, deliveries: Sequence[Delivery]) -> None:
        """Put new deliveries behind those that wait."""
        self._waiting.extend(deliveries)

    def due_in_ms(self, now_ms: int) -> int:
        """Return how long the oldest message may still wait, the whole flush age while there is none. [ms]"""
        if not self._waiting:
            return self._flush_age_ms
        age_ms = now_ms - self._waiting[0].received_at_ms
        # an age below zero means that the wall clock was set back: do not wait it out
        return self._flush_age_ms - age_ms if age_ms >= 0 else 0

    def take(self, now_ms: int, *, flush: bool = False, only_full: bool = False) -> list[Delivery]:
        """Return the next batch if it is full, old enough (unless it must be full) or asked for; else nothing.

        A batch ends with the delivery that fills it, so it holds at most one read more than `flush_fixes`.
        """
        fixes, count = 0.0, 0
        while count < len(self._waiting) and fixes < self._flush_fixes:
            fixes += self._estimate(self._waiting[count])
            count += 1
        old = not only_full and self.due_in_ms(now_ms) <= 0
        if fixes < self._flush_fixes and not flush and not old:
            return []
        return [self._waiting.popleft() for _ in range(count)]

    def learn(self, batch_bytes: int, fixes: int) -> None:
        """Take in how many fixes the bytes of a batch, topics and all, turned out to hold."""
        if fixes:
            newest = max(batch_bytes / fixes, 1.0)
            self._bytes_per_fix += ESTIMATE_WEIGHT * (newest - self._bytes_per_fix)

    def _estimate(self, delivery: Delivery) -> float:
        """Return about how many fixes a delivery holds; every message counts as one at least."""
        return max(len(delivery), len(delivery.packets.stream) / self._bytes_per_fix)
