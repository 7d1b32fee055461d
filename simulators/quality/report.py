"""`docs/detection-quality.md`: the tables and pictures of how good detection is, written by one command."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from rules_engine.rules import RULES
from simulators.families import FAMILIES
from simulators.instant import from_milliseconds
from simulators.quality.cases import Picture
from simulators.quality.labels import LabelScore
from simulators.quality.measure import Measured
from simulators.quality.recordings import RecordingScore
from simulators.score import Interval, RuleScore
from simulators.trial import INFERRED, MEASURED, SPLIT_KINDS, Report
from simulators.truth import FACTS

# Recall and precision to reach; every rule that is not named has `OTHERS`.
GOALS = {
    ("illegal_dumping", MEASURED): (0.99, 0.98),
    ("illegal_dumping", INFERRED): (0.85, 0.90),
    ("route_deviation", None): (0.98, 0.98),
    ("spillage", None): (0.90, 0.95),
}
OTHERS = (0.95, 0.95)
FALSE_PER_TRUCK_DAY = 0.2
MEDIAN_DELAY_S = 60.0


@dataclass(frozen=True)
class Findings:
    """Everything that the page tells of."""

    measured: Measured
    failures: Sequence[Picture]
    labels: Sequence[LabelScore]
    recordings: Sequence[RecordingScore]


def write_report(findings: Findings, page: Path) -> None:
    """Write the page; pictures are named relative to it."""
    parts = [
        _head(findings.measured),
        _rules(findings.measured.pooled),
        _split(findings.measured.pooled),
        _families(findings.measured),
        _failures(findings.failures, page.parent),
        _labels(findings.labels),
        _recordings(findings.recordings),
    ]
    page.write_text("\n\n".join(parts) + "\n", encoding="utf-8")


def _head(measured: Measured) -> str:
    plan, pooled = measured.plan, measured.pooled
    return f"""# How good detection is

Made by `muckline quality` (do not edit): {pooled.runs} simulated runs of {len(plan.families)} families, {plan.runs}
cities each, {plan.trucks} trucks for {plan.hours:g} hours, seeds from {plan.first_seed} on; {pooled.truck_days:.0f}
truck-days in all. The simulator shares no threshold with the rules and knows what really happened. Terminals buffer,
repeat and send out of order; events are those that stand once every record is there. Intervals are 95 % (Wilson; order
statistics for the median). A goal is reached (yes), only its interval reaches it (~), or it is not (-).

False violations per truck-day over all rules: **{_number(pooled.false_per_truck_day())}** (goal {FALSE_PER_TRUCK_DAY}).
False facts (loadings, unloadings, trips) per truck-day: {_number(pooled.false_per_truck_day(facts=True))}.

Median delay from the act to the event over all violations: **{_median_delay_s(pooled):.0f} s** (goal
{MEDIAN_DELAY_S:.0f}). A delay counts from when the act began, so it holds what a rule waits for by its definition: half
an hour of a long stop, three minutes off the route."""


def _median_delay_s(report: Report) -> float:
    delays_s = [delay for kind, row in report.rules.items() if kind not in FACTS for delay in row.delays_s]
    return median(delays_s) if delays_s else float("nan")


def _rules(report: Report) -> str:
    rows = [
        _rule_row(row, None)
        for kind, row in sorted(report.rules.items())
        if kind not in FACTS and kind in _judged(report)
    ]
    unseen = sorted({rule.name for rule in RULES} - set(report.rules) - set(FACTS))
    note = f"\n\nNeither in the truth nor found: {', '.join(unseen)}." if unseen else ""
    facts = [_rule_row(row, None) for kind, row in sorted(report.rules.items()) if kind in FACTS]
    return "## Rule by rule\n\n" + _table(HEADINGS, rows) + note + "\n\nFacts:\n\n" + _table(HEADINGS, facts)


def _judged(report: Report) -> set[str]:
    return {kind for kind, row in report.rules.items() if row.happened or row.found}


def _split(report: Report) -> str:
    rows = [
        _rule_row(report.split[kind, group], group)
        for kind in SPLIT_KINDS
        for group in (MEASURED, INFERRED)
        if (kind, group) in report.split
    ]
    return (
        "## With load or lift sensor, and without\n\nWhere neither is there, loading, unloading and dumping are "
        "inferred from stays, gates and the trip, and dumping is known only once the truck has turned home.\n\n"
        + _table(HEADINGS, rows)
    )


def _families(measured: Measured) -> str:
    rows = []
    for family, report in measured.by_family.items():
        happened = sum(row.happened for kind, row in report.rules.items() if kind not in FACTS)
        matched = sum(row.matched for kind, row in report.rules.items() if kind not in FACTS)
        found = sum(row.found for kind, row in report.rules.items() if kind not in FACTS)
        rows.append(
            [
                family,
                FAMILIES[family].what,
                str(happened),
                _number(matched / found if found else None),
                _number(matched / happened if happened else None),
                _number(report.false_per_truck_day()),
            ]
        )
    headings = ("family", "what is in it", "violations", "precision", "recall", "false a truck-day")
    return "## Family by family\n\nAll violations together.\n\n" + _table(headings, rows)


def _failures(pictures: Sequence[Picture], beside: Path) -> str:
    text = [
        "## What was missed, and what was false\n\nUp to two of each kind. Orange is what happened, red what was "
        "found, grey whatever else was; the corridors are light, sites blue, dump points green, zones red."
    ]
    for picture in pictures:
        path = Path(os.path.relpath(picture.path, beside)).as_posix()
        what = {"missed": "missed", "false": "false alarm"}[picture.what]
        when = from_milliseconds(picture.start_ms)
        text.append(f"**{picture.kind}, {what}** ({picture.run}, {picture.subject_id}, {when})\n\n![{what}]({path})")
    return "\n\n".join(text if pictures else [*text, "Nothing."])


def _labels(scores: Sequence[LabelScore]) -> str:
    rows = [
        [s.source, s.what, str(s.labelled), str(s.found), str(s.matched), _number(s.precision), _number(s.recall)]
        for s in scores
    ]
    headings = ("recording", "what people labelled", "labels", "found", "both", "precision", "recall")
    told = "What each is, and why it misses, stands in [real-data.md](real-data.md)."
    return "## Against labels that people made\n\n" + told + "\n\n" + (_table(headings, rows) if rows else ABSENT)


def _recordings(scores: Sequence[RecordingScore]) -> str:
    kinds = sorted({kind for score in scores for kind in score.kinds})
    rows = [
        [score.source, str(score.vehicle_days), *(_rate(score.kinds[kind], score.vehicle_days) for kind in kinds)]
        for score in scores
    ]
    listed = [
        [
            score.source,
            event.vehicle_id,
            event.kind,
            from_milliseconds(event.start.fix_time_ms)[11:19],
            ", ".join(f"{name} {value}" for name, value in event.opening.items() if isinstance(value, int | float)),
        ]
        for score in scores
        for event in score.explained
    ]
    text = "## Recordings of real vehicles\n\nEvents, and in brackets per vehicle and day on which it sent something. "
    text += "Each dumping, spillage and deviation is explained in [real-data.md](real-data.md).\n\n"
    if not rows:
        return text + ABSENT
    table = _table(("recording", "vehicle-days", *kinds), rows)
    headings = ("recording", "vehicle", "kind", "time of day, UTC", "evidence")
    return text + table + ("\n\n" + _table(headings, listed) if listed else "")


ABSENT = "The recordings were not there when this was made."
HEADINGS = (
    "rule",
    "happened",
    "found",
    "recall",
    "95 %",
    "goal",
    "precision",
    "95 %",
    "goal",
    "median delay [s]",
    "95 %",
)


def _rule_row(row: RuleScore, group: str | None) -> list[str]:
    recall, precision = GOALS.get((row.kind, group), OTHERS)
    delay = row.delay_s
    return [
        row.kind if group is None else f"{row.kind}, {group}",
        str(row.happened),
        str(row.found),
        _number(row.recall),
        _interval(row.recall_interval),
        _reached(row.recall, row.recall_interval, recall),
        _number(row.precision),
        _interval(row.precision_interval),
        _reached(row.precision, row.precision_interval, precision),
        "" if delay is None else f"{delay[0]:.0f}",
        _interval(row.delay_interval_s, "{:.0f}"),
    ]


def _reached(share: float | None, interval: Interval | None, goal: float) -> str:
    if share is None or interval is None:
        return ""
    mark = "yes" if share >= goal else "~" if interval[1] >= goal else "-"
    return f"{mark} ({goal:.2f})"


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"


def _interval(interval: Interval | None, form: str = "{:.3f}") -> str:
    return "" if interval is None else " to ".join(form.format(end) for end in interval)


def _rate(count: int, days: int) -> str:
    return "" if not count else f"{count} ({count / max(days, 1):.2f})"


def _table(headings: Iterable[str], rows: Iterable[Sequence[str]]) -> str:
    lines: list[Sequence[str]] = [tuple(headings)]
    lines.append(tuple("---" for _ in lines[0]))
    lines += rows
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)
