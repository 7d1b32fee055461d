"""Clocks that are wrong: hours ahead, never set, run over, jumping back, drifting.

What the platform makes of it: a time more than five minutes ahead or more than sixty days ago is rejected and kept with
its reason; anything else is believed. Truth says so too: as long as a truck's clock is wrong, nothing about it must be
found, and whatever is found is neither right nor wrong.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import msgspec
import numpy as np

from firmware_contracts.fix import Fix

DAY_S = 86_400.0
HOUR_MS = 3_600_000
OVERFLOW_MS = int(datetime(2106, 2, 7, 6, 28, tzinfo=UTC).timestamp() * 1000)  # 32 bits of seconds are nearly over

# What a clock shows: (true time, milliseconds since its fault began, its own amount) -> time. [ms]
Shown = Callable[[int, int, float], int]


class ClockPlan(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a scenario says about one kind of wrong clock.

    `kind` is a row of `CLOCKS`; `share` of the trucks have it, from `at_s` on, for `seconds`.
    """

    kind: str
    share: float
    at_s: float = 0.0
    seconds: float = DAY_S


@dataclass(frozen=True, slots=True)
class ClockKind:
    """One way to be wrong.

    Attributes:
        shown: What the clock shows.
        amount: Between which amounts a terminal's own is drawn.
        rejected: The platform takes no fix with such a time.
    """

    shown: Shown
    amount: tuple[float, float] = (0.0, 0.0)
    rejected: bool = False


CLOCKS: dict[str, ClockKind] = {
    # Local time sent as UTC, the commonest fault of terminals made in China. [h]
    "ahead": ClockKind(lambda true_ms, _since_ms, hours: true_ms + round(hours * HOUR_MS), (8.0, 8.0), rejected=True),
    # A receiver that has not heard the date yet counts from 1970.
    "unset": ClockKind(lambda _true_ms, since_ms, _: since_ms, rejected=True),
    "overflow": ClockKind(lambda _true_ms, since_ms, _: OVERFLOW_MS + since_ms % 15_000, rejected=True),
    # Set back by some hours, so that the same times come twice. [h]
    "back": ClockKind(lambda true_ms, _since_ms, hours: true_ms - round(hours * HOUR_MS), (0.5, 20.0)),
    # Seconds lost in an hour; no clock without satellites is better than some seconds a day. [s/h]
    "drift": ClockKind(lambda true_ms, since_ms, lost_s: true_ms - round(since_ms / 3600.0 * lost_s), (2.0, 40.0)),
}


@dataclass(frozen=True, slots=True)
class ClockFault:
    """One terminal's wrong clock; times are seconds from the scenario's start.

    Attributes:
        kind: A row of `CLOCKS`.
        from_s: When it begins to be wrong. [s]
        to_s: When it is set right. [s]
        amount: How wrong it is, in the kind's own unit.
    """

    kind: str
    from_s: float
    to_s: float
    amount: float

    def shown(self, fix: Fix, start_ms: int) -> Fix:
        """Return a fix with the time that the clock shows."""
        since_ms = fix.fix_time_ms - start_ms - round(self.from_s * 1000.0)
        if not 0 <= since_ms < (self.to_s - self.from_s) * 1000.0:
            return fix
        return fix._replace(fix_time_ms=CLOCKS[self.kind].shown(fix.fix_time_ms, since_ms, self.amount))

    def covers(self, first_ms: int, last_ms: int, start_ms: int) -> bool:
        """Return whether the clock is wrong at any time of an interval."""
        return last_ms >= start_ms + self.from_s * 1000.0 and first_ms < start_ms + self.to_s * 1000.0

    def span_ms(self, start_ms: int) -> tuple[int, int]:
        """Return the first and the last time at which its fixes may lie, true ones and shown ones that are believed."""
        first_ms, last_ms = (start_ms + round(at_s * 1000.0) for at_s in (self.from_s, self.to_s))
        kind = CLOCKS[self.kind]
        shown = () if kind.rejected else (kind.shown(first_ms, 0, self.amount),)
        return min(first_ms, *shown) if shown else first_ms, last_ms


def draw_clock_faults(
    rng: np.random.Generator, plans: tuple[ClockPlan, ...], trucks: int, spared: int
) -> dict[int, ClockFault]:
    """Return whose clocks are wrong, by the truck's index; each truck has one fault at most.

    Args:
        rng: Where chance comes from.
        plans: What the scenario says.
        trucks: How many there are.
        spared: The first ones, whose truth is staged.
    """
    faults: dict[int, ClockFault] = {}
    for plan in plans:
        candidates = [n for n in range(spared, trucks) if n not in faults]
        count = min(round(plan.share * trucks), len(candidates))
        for n in rng.choice(candidates, count, replace=False).tolist() if count else ():
            amount = float(rng.uniform(*CLOCKS[plan.kind].amount))
            faults[n] = ClockFault(plan.kind, plan.at_s, plan.at_s + plan.seconds, amount)
    return faults
