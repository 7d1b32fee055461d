"""How good the events are: precision, recall and delay per rule, against the truth.

An event finds a happening of the same vehicle and kind whose time it overlaps, give or take a tolerance. Each counts
once: two events of one dumping are one find and one false alarm.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np

from simulators.instant import parse_instant
from simulators.truth import Happening

TOLERANCE_S = 120.0  # a loading that the truth begins with its first bucket is found some buckets later


class _Line(msgspec.Struct):
    vehicle_id: str
    kind: str
    start: str
    confirmed: str | None = None
    end: str | None = None


_decoder = msgspec.json.Decoder(_Line)


@dataclass(frozen=True, slots=True)
class Found:
    """An event as far as scoring needs it; `end_ms` is None while it goes on."""

    vehicle_id: str
    kind: str
    start_ms: int
    confirmed_ms: int | None
    end_ms: int | None


@dataclass(frozen=True, slots=True)
class RuleScore:
    """One rule's figures.

    Attributes:
        kind: The rule.
        happened: Happenings in the truth.
        found: Events.
        matched: Pairs of the two.
        delay_s: Median, p95 and largest time from a happening's start to its event's confirmation; None without pairs.
        missed: Happenings that no event found.
        false_alarms: Events that nothing stands behind.
    """

    kind: str
    happened: int
    found: int
    matched: int
    delay_s: tuple[float, float, float] | None
    missed: list[Happening]
    false_alarms: list[Found]

    @property
    def precision(self) -> float | None:
        """Share of the events that are right, None without events."""
        return self.matched / self.found if self.found else None

    @property
    def recall(self) -> float | None:
        """Share of the happenings that are found, None without happenings."""
        return self.matched / self.happened if self.happened else None


def read_events(path: Path) -> Iterator[Found]:
    """Yield the events of an NDJSON file as `detect` writes it.

    Raises:
        ValueError: A line is no event; the message names it.
    """
    with path.open("rb") as stream:
        for number, text in enumerate(stream, 1):
            try:
                line = _decoder.decode(text)
                confirmed, end = (None if at is None else parse_instant(at) for at in (line.confirmed, line.end))
                yield Found(line.vehicle_id, line.kind, parse_instant(line.start), confirmed, end)
            except ValueError as error:
                raise ValueError(f"{path}, line {number}: {error}") from error


def score(events: Iterable[Found], truth: Iterable[Happening], tolerance_s: float = TOLERANCE_S) -> list[RuleScore]:
    """Return one row per kind that stands in the truth or among the events, by name.

    Args:
        events: What was found.
        truth: What happened.
        tolerance_s: How far apart an event and a happening may lie and still be the same. [s]
    """
    found: dict[tuple[str, str], list[Found]] = defaultdict(list)
    happened: dict[tuple[str, str], list[Happening]] = defaultdict(list)
    for event in events:
        found[event.kind, event.vehicle_id].append(event)
    for happening in truth:
        happened[happening.kind, happening.vehicle_id].append(happening)
    keys = sorted({*found, *happened})
    kinds = sorted({kind for kind, _ in keys})
    tolerance_ms = round(tolerance_s * 1000.0)
    return [
        _rule_score(kind, [(found[key], happened[key]) for key in keys if key[0] == kind], tolerance_ms)
        for kind in kinds
    ]


def _rule_score(kind: str, vehicles: list[tuple[list[Found], list[Happening]]], tolerance_ms: int) -> RuleScore:
    delays_s: list[float] = []
    missed: list[Happening] = []
    false_alarms: list[Found] = []
    matched = 0
    for events, happenings in vehicles:
        pairs = match(events, happenings, tolerance_ms)
        matched += len(pairs)
        missed += [happening for n, happening in enumerate(happenings) if n not in pairs]
        false_alarms += [event for n, event in enumerate(events) if n not in set(pairs.values())]
        for truth_row, event_row in pairs.items():
            confirmed_ms = events[event_row].confirmed_ms
            if confirmed_ms is not None:
                delays_s.append((confirmed_ms - happenings[truth_row].start_ms) / 1000.0)
    return RuleScore(
        kind=kind,
        happened=sum(len(happenings) for _, happenings in vehicles),
        found=sum(len(events) for events, _ in vehicles),
        matched=matched,
        delay_s=tuple(np.percentile(delays_s, [50, 95, 100]).round(1).tolist()) if delays_s else None,
        missed=missed,
        false_alarms=false_alarms,
    )


def match(events: Sequence[Found], happenings: Sequence[Happening], tolerance_ms: int) -> dict[int, int]:
    """Return the event of each happening that is found, as many as one-to-one allows.

    Pairs are tried in order of time and re-arranged where a later happening would else go without (augmenting paths).
    """
    candidates = [
        sorted(
            (n for n, event in enumerate(events) if _overlaps(event, happening, tolerance_ms)),
            key=lambda n: (abs(events[n].start_ms - happening.start_ms), n),
        )
        for happening in happenings
    ]
    owner: dict[int, int] = {}
    for row in range(len(happenings)):
        _place(row, candidates, owner, set())
    return {happening: event for event, happening in owner.items()}


def _overlaps(event: Found, happening: Happening, tolerance_ms: int) -> bool:
    end_ms = max(event.start_ms, event.confirmed_ms or event.start_ms) if event.end_ms is None else event.end_ms
    return event.start_ms <= happening.end_ms + tolerance_ms and happening.start_ms <= end_ms + tolerance_ms


def _place(row: int, candidates: list[list[int]], owner: dict[int, int], tried: set[int]) -> bool:
    """Give a happening one of its candidates, moving others where they have another choice."""
    for event in candidates[row]:
        if event in tried:
            continue
        tried.add(event)
        if event not in owner or _place(owner[event], candidates, owner, tried):
            owner[event] = row
            return True
    return False
