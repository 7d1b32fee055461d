"""The life of a command, as a table. Pure.

    pending ──> delivered ──> accepted | refused
       └────────────┴───────> expired

Replies come in any order, twice, and after the expiry was noted: what stands in the end is the one that ranks highest,
so that it depends on the set of replies alone. Having been carried out outranks everything, as it is what must not be
overlooked; a refusal outranks the expiry, which is only our guess of what the terminal did.
"""

from __future__ import annotations

PENDING, DELIVERED, EXPIRED, REFUSED, ACCEPTED = RANKED = ("pending", "delivered", "expired", "refused", "accepted")
OPEN = (PENDING, DELIVERED)
STATUSES = (PENDING, DELIVERED, ACCEPTED, REFUSED, EXPIRED)  # in the order in which people think of them


def after_reply(status: str, said: str) -> str:
    """Return what a command's status becomes when a terminal says `said` of it."""
    return max(status, said, key=RANKED.index)


def has_ended(status: str) -> bool:
    """Return whether nothing more is sent."""
    return status not in OPEN
