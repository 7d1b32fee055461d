"""Twin of rules_engine.rules.condition: one condition held long enough is an event, not again for a while after.

A row is on, off or undecided. The first row that is on begins a run and settles how long it must hold, by how many
fixes, and how long to be quiet after it. A row between two thresholds ends a run that has not held that long, and
decides nothing once it has. A run is confirmed on its first row that is old enough, has rows enough, and lies beyond
the quiet time; a row that is off ends it, and a confirmed one that ended makes the truck quiet.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from oracles.found import Found
from oracles.row import Row
from rules_engine.event import FixKey
from rules_engine.rules.rule import Telling


@dataclass
class Episode:
    """A run that goes on: `best` holds its extrema so far, `first` as of confirmation, `noted` the confirming row's."""

    start: FixKey
    place: tuple[float, float]
    hold_s: float
    min_fixes: int
    mute_s: float
    count: int = 0
    last_ms: int = 0
    held: bool = False
    confirmed_ms: int | None = None
    best: dict[str, Any] = field(default_factory=dict)
    first: dict[str, Any] = field(default_factory=dict)
    noted: dict[str, Any] = field(default_factory=dict)

    @property
    def since_ms(self) -> int:
        return self.start.fix_time_ms

    @property
    def duration_s(self) -> float:
        return (self.last_ms - self.since_ms) / 1000


class ConditionOracle:
    """Give it each row with `step`, at the end `finish`; then `found` is what there was.

    Args:
        telling: What the rule says of an episode that is over, or goes on.
        version: The world's, told with the opening.
        extrema: By name, `max` or `min`.
        hold_s: Read where a run begins, like the next two; a rule whose limits differ sets them before the row. [s]
        min_fixes: How many rows it takes.
        mute_s: How long after an event there is no other. [s]
    """

    def __init__(
        self,
        telling: Callable[[Episode, bool], Telling],
        version: str,
        *,
        extrema: Mapping[str, Callable[[Any, Any], Any]] | None = None,
        hold_s: float = 0.0,
        min_fixes: float = 1,
        mute_s: float = 0.0,
    ) -> None:
        self.telling, self.version, self.extrema = telling, version, extrema or {}
        self.hold_s, self.min_fixes, self.mute_s = hold_s, min_fixes, mute_s
        self.found: list[Found] = []
        self.episode: Episode | None = None
        self.quiet_ms: int | None = None

    def step(
        self,
        row: Row,
        on: bool,
        off: bool,
        values: Mapping[str, Any] | None = None,
        noted: Mapping[str, Any] | None = None,
        *,
        between: bool = False,
    ) -> bool:
        """Judge one row, with its values of the extrema and what to note where it confirms; return whether it did."""
        if on:
            return self._add(row, values or {}, noted or {})
        if off or (between and self.episode is not None and not self.episode.held):
            self._end()
        return False

    def _add(self, row: Row, values: Mapping[str, Any], noted: Mapping[str, Any]) -> bool:
        if self.episode is None:
            self.episode = Episode(row.key, row.place, self.hold_s, int(self.min_fixes), self.mute_s)
        episode = self.episode
        episode.count += 1
        episode.last_ms = row.time_ms
        for name, better in self.extrema.items():
            value = values[name]
            episode.best[name] = better(episode.best[name], value) if name in episode.best else value
        long_enough = row.time_ms - episode.since_ms >= round(episode.hold_s * 1000)
        episode.held = episode.held or (long_enough and episode.count >= episode.min_fixes)
        is_quiet = self.quiet_ms is not None and row.time_ms < self.quiet_ms
        if episode.confirmed_ms is not None or not episode.held or is_quiet:
            return False
        episode.confirmed_ms = row.time_ms
        episode.first, episode.noted = dict(episode.best), dict(noted)
        return True

    def _end(self) -> None:
        episode = self.episode
        self.episode = None
        if episode is None or episode.confirmed_ms is None:
            return
        self._tell(episode, over=True)
        until_ms = episode.last_ms + round(episode.mute_s * 1000)
        self.quiet_ms = until_ms if self.quiet_ms is None else max(until_ms, self.quiet_ms)

    def finish(self) -> None:
        """Tell of an episode that goes on when the rows end."""
        if self.episode is not None and self.episode.confirmed_ms is not None:
            self._tell(self.episode, over=False)

    def _tell(self, episode: Episode, *, over: bool) -> None:
        assert episode.confirmed_ms is not None
        telling = self.telling(episode, over)
        self.found.append(
            Found(
                kind=telling.kind,
                start=episode.start,
                confirmed_ms=episode.confirmed_ms,
                end_ms=telling.end_ms if over else None,
                place=episode.place,
                severity=telling.severity,
                opening=telling.opening | {"world_version": self.version},
                closing=telling.closing if over else None,
            )
        )
