"""How good the events are: precision, recall and delay per rule, against the truth.

An event finds a happening of the same subject and kind whose time it overlaps, give or take a tolerance. Each counts
once: two events of one dumping are one find and one false alarm. What the truth says need not be found is neither
required nor held against an event, and so is what follows from another happening (`simulators.truth`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
import numpy as np

from simulators.instant import parse_instant
from simulators.intervals import median_interval, wilson
from simulators.truth import ANY_KIND, Happening, subject_of

TOLERANCE_S = 120.0  # a loading that the truth begins with its first bucket is found some buckets later
UNJUDGED = ("mass_imbalance",)  # a day's sums: what makes them wrong is told load by load

Interval = tuple[float, float]
Subject = tuple[str, str]


class _Line(msgspec.Struct):
    kind: str
    start: str
    vehicle_id: str | None = None
    subject_kind: str | None = None
    subject_id: str | None = None
    confirmed: str | None = None
    end: str | None = None
    lat_deg: float | None = None
    lon_deg: float | None = None


_decoder = msgspec.json.Decoder(_Line)


@dataclass(frozen=True, slots=True)
class Found:
    """An event as far as scoring needs it; `end_ms` is None while it goes on."""

    subject_id: str
    kind: str
    start_ms: int
    confirmed_ms: int | None
    end_ms: int | None
    subject_kind: str = "vehicle"
    lat_deg: float | None = None
    lon_deg: float | None = None


@dataclass(frozen=True, slots=True)
class RuleScore:
    """One rule's figures.

    Attributes:
        kind: The rule.
        happened: Happenings that must be found.
        found: Events that count: those that are right or wrong.
        matched: Pairs of the two.
        tolerated: Events that are neither right nor wrong.
        delays_s: Time from each found happening's start to its event's confirmation. [s]
        missed: Happenings that no event found.
        false_alarms: Events that nothing stands behind.
    """

    kind: str
    happened: int = 0
    found: int = 0
    matched: int = 0
    tolerated: int = 0
    delays_s: list[float] = field(default_factory=list)
    missed: list[Happening] = field(default_factory=list)
    false_alarms: list[Found] = field(default_factory=list)

    @property
    def precision(self) -> float | None:
        """Share of the events that are right, None without events."""
        return self.matched / self.found if self.found else None

    @property
    def recall(self) -> float | None:
        """Share of the happenings that are found, None without happenings."""
        return self.matched / self.happened if self.happened else None

    @property
    def precision_interval(self) -> Interval | None:
        """In which it lies with 95 % confidence."""
        return wilson(self.matched, self.found)

    @property
    def recall_interval(self) -> Interval | None:
        """In which it lies with 95 % confidence."""
        return wilson(self.matched, self.happened)

    @property
    def delay_s(self) -> tuple[float, float, float] | None:
        """Median, p95 and largest delay, None without pairs. [s]"""
        if not self.delays_s:
            return None
        median, p95, largest = np.percentile(self.delays_s, [50, 95, 100]).round(1).tolist()
        return median, p95, largest

    @property
    def delay_interval_s(self) -> Interval | None:
        """In which the median lies with 95 % confidence. [s]"""
        return median_interval(self.delays_s)

    def __add__(self, other: RuleScore) -> RuleScore:
        """Return the figures of both."""
        return RuleScore(
            kind=self.kind,
            happened=self.happened + other.happened,
            found=self.found + other.found,
            matched=self.matched + other.matched,
            tolerated=self.tolerated + other.tolerated,
            delays_s=self.delays_s + other.delays_s,
            missed=self.missed + other.missed,
            false_alarms=self.false_alarms + other.false_alarms,
        )


def read_events(path: Path) -> Iterator[Found]:
    """Yield the events of an NDJSON file as `detect` writes it.

    Raises:
        ValueError: A line is no event; the message names it.
    """
    with path.open("rb") as stream:
        for number, text in enumerate(stream, 1):
            try:
                yield _found(_decoder.decode(text))
            except ValueError as error:
                raise ValueError(f"{path}, line {number}: {error}") from error


def _found(line: _Line) -> Found:
    kind, name = subject_of(line.vehicle_id, line.subject_kind, line.subject_id)
    confirmed, end = (None if at is None else parse_instant(at) for at in (line.confirmed, line.end))
    return Found(name, line.kind, parse_instant(line.start), confirmed, end, kind, line.lat_deg, line.lon_deg)


def score(
    events: Iterable[Found],
    truth: Iterable[Happening],
    tolerance_s: float = TOLERANCE_S,
    chosen: Callable[[Subject], bool] = lambda _: True,
) -> list[RuleScore]:
    """Return one row per kind that stands in the truth or among the events, by name.

    Args:
        events: What was found.
        truth: What happened.
        tolerance_s: How far apart an event and a happening may lie and still be the same. [s]
        chosen: Which subjects count, by kind and id.
    """
    found: dict[Subject, list[Found]] = defaultdict(list)
    happened: dict[Subject, list[Happening]] = defaultdict(list)
    for event in events:
        found[event.subject_kind, event.subject_id].append(event)
    for happening in truth:
        happened[happening.subject_kind, happening.subject_id].append(happening)
    rows: dict[str, RuleScore] = {}
    for subject in sorted({*found, *happened}):
        if chosen(subject):
            for row in _subject_scores(found[subject], happened[subject], round(tolerance_s * 1000.0)):
                rows[row.kind] = rows[row.kind] + row if row.kind in rows else row
    return [rows[kind] for kind in sorted(rows)]


def _subject_scores(events: list[Found], happenings: list[Happening], tolerance_ms: int) -> Iterator[RuleScore]:
    for kind in sorted({event.kind for event in events} | {happening.kind for happening in happenings}):
        own = [event for event in events if event.kind == kind]
        yield _rule_score(kind, own, happenings, tolerance_ms)


def _rule_score(kind: str, events: list[Found], happenings: list[Happening], tolerance_ms: int) -> RuleScore:
    required = [happening for happening in happenings if happening.kind == kind and happening.required]
    excuses = [one for one in happenings if (one.kind == kind and not one.required) or {kind, ANY_KIND} & set(one.also)]
    pairs = match(events, required, tolerance_ms)
    left = [event for n, event in enumerate(events) if n not in set(pairs.values())]
    excused = [
        event for event in left if kind in UNJUDGED or any(_overlaps(event, one, tolerance_ms) for one in excuses)
    ]
    confirmed = [(events[event].confirmed_ms, required[truth].start_ms) for truth, event in pairs.items()]
    return RuleScore(
        kind=kind,
        happened=len(required),
        found=len(events) - len(excused),
        matched=len(pairs),
        tolerated=len(excused),
        delays_s=[(at_ms - start_ms) / 1000.0 for at_ms, start_ms in confirmed if at_ms is not None],
        missed=[happening for n, happening in enumerate(required) if n not in pairs],
        false_alarms=[event for event in left if event not in excused],
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
    allowed_ms = tolerance_ms + round(happening.slack_s * 1000.0)
    return event.start_ms <= happening.end_ms + allowed_ms and happening.start_ms <= end_ms + allowed_ms


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
