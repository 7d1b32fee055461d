"""Twin of rules_engine.rules.not_washed, and a list of when washers were heard in place of its bits."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from oracles.found import Found
from oracles.row import Row
from oracles.trips import TripsOracle
from rules_engine.event import FixKey
from rules_engine.fix_batch import Mark
from rules_engine.rules import not_washed
from rules_engine.site_exit import NotWashedLimits
from rules_engine.washers import WasherLimits
from rules_engine.world import World

LIMITS = NotWashedLimits()
NEVER_MS = -math.inf
SILENCE_MIN = WasherLimits().silence_s // 60


@dataclass
class HeardOracle:
    """Times at which washers were heard, and at which they saw a truck that they could not name, by terminal. [ms]"""

    heard_ms: dict[str, list[int]] = field(default_factory=dict)
    unread_ms: dict[str, list[int]] = field(default_factory=dict)

    def was_there(self, washer_id: str, time_ms: int) -> bool:
        minutes = [heard_ms // 60_000 for heard_ms in self.heard_ms.get(washer_id, [])]
        before = [minute for minute in minutes if minute <= time_ms // 60_000]
        after = [minute for minute in minutes if minute >= time_ms // 60_000]
        return bool(before and after) and min(after) - max(before) <= SILENCE_MIN

    def has_unread(self, washer_id: str, time_ms: int) -> bool:
        minutes = [unread_ms // 60_000 for unread_ms in self.unread_ms.get(washer_id, [])]
        return any(abs(minute - time_ms // 60_000) <= LIMITS.unread_within_s // 60 for minute in minutes)


@dataclass
class Leaving:
    row: Row
    site: int
    from_ms: int
    presumed: bool
    due_ms: int = 0


class NotWashedOracle:
    """Remembers everything that washers said of the truck."""

    def __init__(self, world: World, heard: HeardOracle) -> None:
        self.world, self.heard = world, heard
        self.found: list[Found] = []
        self._leaving: Leaving | None = None
        self._passages: list[Row] = []

    def step(self, row: Row, trips: TripsOracle) -> None:
        if self._leaving is not None and row.time_ms > self._leaving.due_ms:
            self._decide(self._leaving, row)
        if row.mark in (Mark.WASHED, *not_washed.UNWASHED):
            self._pass(row)
        for site, trip in trips.departures:
            from_ms = trip.start.fix_time_ms - round(LIMITS.early_s * 1000)
            self._leave(Leaving(row, site, from_ms, presumed=trip.inferred))

    def finish(self) -> None:
        """Nothing is told before its time is up."""

    def _washers(self, site: int) -> list[int]:
        terminals = self.world.terminals
        return [
            n
            for n in range(len(terminals.kinds))
            if terminals.kinds[n] == "washer" and terminals.active[n] and terminals.site[n] == site
        ]

    def _pass(self, row: Row) -> None:
        if row.mark != Mark.WASHED:
            anywhere = any(row.device in self._washers(site) for site in range(len(self.world.site_ids)))
            if not anywhere or (self._leaving and row.device not in self._washers(self._leaving.site)):
                return
            # Of passages unwashed only the last counts, wherever it was.
            self._passages = [each for each in self._passages if each.mark == Mark.WASHED]
            if self._leaving:
                self._leaving.due_ms = min(self._leaving.due_ms, row.time_ms + round(LIMITS.settle_s * 1000))
        self._passages.append(row)
        if row.mark == Mark.WASHED and self._leaving:
            self._forget()

    def _forget(self) -> None:
        """Wait no more; of what washers said, only washings count for what comes."""
        self._leaving = None
        self._passages = [each for each in self._passages if each.mark == Mark.WASHED]

    def _washed_ms(self) -> float:
        return max((each.time_ms for each in self._passages if each.mark == Mark.WASHED), default=NEVER_MS)

    def _leave(self, leaving: Leaving) -> None:
        if self._leaving is not None and self._leaving.site != leaving.site:
            self._decide(self._leaving, leaving.row)
        if not self._washers(leaving.site) or self._washed_ms() >= leaving.from_ms:
            self._forget()
            return
        self._leaving = leaving
        self._passages = [each for each in self._passages if each.mark == Mark.WASHED or self._counts(each, leaving)]
        waits_s = LIMITS.within_s if self._unwashed() is None else LIMITS.settle_s
        leaving.due_ms = leaving.row.time_ms + round(waits_s * 1000)

    def _counts(self, passage: Row, leaving: Leaving) -> bool:
        return passage.time_ms >= leaving.from_ms and passage.device in self._washers(leaving.site)

    def _unwashed(self) -> Row | None:
        unwashed = [each for each in self._passages if each.mark != Mark.WASHED]
        return unwashed[-1] if unwashed else None

    def _decide(self, leaving: Leaving, row: Row) -> None:
        washed_ms, passed = self._washed_ms(), self._unwashed()
        self._forget()
        if row.site == leaving.site or washed_ms >= leaving.from_ms:
            return
        washers = [self.world.terminals.terminal_ids[n] for n in self._washers(leaving.site)]
        result = "no_passage"
        if passed is not None:
            result = not_washed.UNWASHED[Mark(passed.mark)]
        elif not all(self._saw(each, leaving.row.time_ms) for each in washers):
            return
        self.found.append(self._found(leaving, row, result, passed, washed_ms if washed_ms > NEVER_MS else None))

    def _saw(self, washer_id: str, time_ms: int) -> bool:
        """Return whether a washer would have seen the truck and named it."""
        return self.heard.was_there(washer_id, time_ms) and not self.heard.has_unread(washer_id, time_ms)

    def _found(self, leaving: Leaving, row: Row, result: str, passed: Row | None, washed_ms: float | None) -> Found:
        left_ms = leaving.row.time_ms
        return Found(
            kind="not_washed",
            start=FixKey(left_ms, leaving.row.epoch, leaving.row.seq),
            confirmed_ms=row.time_ms,
            end_ms=left_ms,
            place=leaving.row.place,
            severity=1 if result == "too_short" or leaving.presumed else 2,
            opening={
                "rule_version": not_washed.VERSION,
                "world_version": self.world.version,
                "site_id": self.world.site_ids[leaving.site],
                "result": result,
                "washer_id": self.world.terminals.terminal_ids[passed.device] if passed else None,
                "passed_ms": passed.time_ms if passed else None,
                "left_site_ms": left_ms,
                "last_washed_ms": washed_ms,
                "within_s": LIMITS.within_s,
                "silence_s": WasherLimits().silence_s,
            }
            | ({"by": ["stay"], "confidence": not_washed.PRESUMED} if leaving.presumed else {}),
            closing={"waited_s": (row.time_ms - left_ms) / 1000},
        )
