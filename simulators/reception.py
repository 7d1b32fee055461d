"""What a terminal's link lives through: blind zones, storms, lost messages and answers, pulled batteries."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import numpy as np

from simulators.terminal import TerminalLimits


class LinkPlan(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a scenario says about links and flash; rates are per terminal and hour.

    A lost link is made anew after a random time of up to `back_off_s`, which doubles with each failure up to
    `back_off_max_s`. `newest_first` is the share of terminals whose live fixes overtake their backlog; `tick_s` is how
    often links are looked at in a run without a broker: more than a second hurries long runs and changes when messages
    come, not what they say.
    """

    batch: int = 10
    flush_s: float = 4.0
    window: int = 4
    flash_records: int = 86_400
    retry_s: float = 15.0
    retry_max_s: float = 300.0
    newest_first: float = 0.0
    blind_per_hour: float = 0.0
    blind_minutes: tuple[float, float] = (2.0, 15.0)
    message_loss: float = 0.0
    answer_loss: float = 0.0
    battery_pulls_per_hour: float = 0.0
    counter_lost: float = 0.5
    back_off_s: float = 0.5
    back_off_max_s: float = 30.0
    tick_s: float = 1.0

    def limits(self, newest_first: bool) -> TerminalLimits:
        """Return a terminal's limits."""
        return TerminalLimits(
            batch=self.batch,
            flush_s=self.flush_s,
            window=self.window,
            flash_records=self.flash_records,
            retry_s=self.retry_s,
            retry_max_s=self.retry_max_s,
            newest_first=newest_first,
        )


class StormPlan(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a scenario says about one reconnect storm.

    At `at_s` a `share` of all terminals lose their links at once, as when a network's core fails; after `outage_s` the
    network is back, and they all come back, each after its own pause.
    """

    at_s: float
    share: float = 1.0
    outage_s: float = 5.0


class Reception:
    """One terminal's luck, second by second; ask in ascending time.

    Attributes:
        rng: Where chance comes from.
        plan: How often what happens.
        storms: From and to when a storm keeps it from the network, beside its own blind zones.
    """

    def __init__(self, rng: np.random.Generator, plan: LinkPlan) -> None:
        self.rng = rng
        self.plan = plan
        self.storms: list[tuple[float, float]] = []
        self._blind = self._windows()
        self._start_s, self._end_s = next(self._blind)
        self._pulls = self._moments(self.plan.battery_pulls_per_hour)
        self._pull_s = next(self._pulls)

    def is_blind(self, at_s: float) -> bool:
        """Return whether there is no network at this second."""
        while at_s >= self._end_s:
            self._start_s, self._end_s = next(self._blind)
        return at_s >= self._start_s or any(from_s <= at_s < to_s for from_s, to_s in self.storms)

    def next_change_s(self, at_s: float) -> float:
        """Return when after a second, asked for before, anything of it may change; never if nothing will. [s]"""
        edges = (edge_s for storm in self.storms for edge_s in storm if edge_s > at_s)
        blind_s = self._end_s if at_s >= self._start_s else self._start_s
        return min(blind_s, self._pull_s, *edges)

    def battery_pulled(self, at_s: float) -> bool:
        """Return whether the battery was pulled since the last question."""
        pulled = False
        while at_s >= self._pull_s:
            self._pull_s = next(self._pulls)
            pulled = True
        return pulled

    def counter_lost(self) -> bool:
        """Return whether a pulled battery takes the counter with it."""
        return bool(self.rng.random() < self.plan.counter_lost)

    def message_lost(self) -> bool:
        """Return whether the network or the broker loses a message."""
        return bool(self.rng.random() < self.plan.message_loss)

    def answer_lost(self) -> bool:
        """Return whether the commit acknowledgement gets lost."""
        return bool(self.rng.random() < self.plan.answer_loss)

    def _windows(self) -> Iterator[tuple[float, float]]:
        for start_s in self._moments(self.plan.blind_per_hour):
            low, high = self.plan.blind_minutes
            yield start_s, start_s + 60.0 * float(self.rng.uniform(low, high))

    def _moments(self, per_hour: float) -> Iterator[float]:
        at_s = 0.0
        while True:
            at_s += float(self.rng.exponential(3600.0 / per_hour)) if per_hour > 0 else float("inf")
            yield at_s
