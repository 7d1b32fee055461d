"""Trials: runs whose events and truth are compared, pooled over many runs.

A run is a folder as `simulate` writes it (`world/`, `capture.ndjson.gz`, `truth.ndjson`, `run.json`) with the events
that were found in it (`events.ndjson`). `run_family` makes one: it draws, simulates, judges.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from simulators.families import draw
from simulators.score import TOLERANCE_S, Found, RuleScore, Subject, read_events, score
from simulators.simulate import HEADER_NAME, TRUTH_NAME, simulate
from simulators.truth import FACTS, Happening, RunHeader, read_header, read_truth

EVENTS_NAME = "events.ndjson"
MEASURED, INFERRED = "measured", "inferred"
SPLIT_KINDS = ("illegal_dumping", "loading", "unloading")


@dataclass(frozen=True, slots=True)
class Run:
    """One run's events and truth.

    Attributes:
        name: Of its folder or files.
        events: What was found.
        truth: What happened.
        header: Who was watched for how long; None where nobody wrote it down.
    """

    name: str
    events: list[Found]
    truth: list[Happening]
    header: RunHeader | None


@dataclass(slots=True)
class Report:
    """What several runs show together.

    Attributes:
        rules: One row per kind, by name.
        split: For some kinds, the rows of trucks with ("measured") and without ("inferred") load or lift sensor.
        truck_days: Trucks times days; 0 where no run says. [d]
        runs: How many runs.
        missed: What was missed, with the name of the run.
        false_alarms: What was false, likewise.
    """

    rules: dict[str, RuleScore] = field(default_factory=dict)
    split: dict[tuple[str, str], RuleScore] = field(default_factory=dict)
    truck_days: float = 0.0
    runs: int = 0
    missed: list[tuple[str, Happening]] = field(default_factory=list)
    false_alarms: list[tuple[str, Found]] = field(default_factory=list)

    def false_per_truck_day(self, *, facts: bool = False) -> float | None:
        """Return how many false violations (or false facts) there are per truck and day, None where nobody counts."""
        if not self.truck_days:
            return None
        rows = [row for kind, row in self.rules.items() if (kind in FACTS) == facts]
        return sum(len(row.false_alarms) for row in rows) / self.truck_days

    def add(self, run: Run, tolerance_s: float = TOLERANCE_S) -> None:
        """Count one more run."""
        self.runs += 1
        self.truck_days += run.header.truck_days if run.header else 0.0
        for row in score(run.events, run.truth, tolerance_s):
            self.rules[row.kind] = self.rules[row.kind] + row if row.kind in self.rules else row
            self.missed += [(run.name, happening) for happening in row.missed]
            self.false_alarms += [(run.name, event) for event in row.false_alarms]
        for group in (MEASURED, INFERRED) if run.header else ():
            self._add_split(run, group, tolerance_s)

    def _add_split(self, run: Run, group: str, tolerance_s: float) -> None:
        sensors = {} if run.header is None else run.header.sensors

        def chosen(subject: Subject) -> bool:
            measured = bool({"load", "lift"} & set(sensors.get(subject[1], ())))
            return subject[0] == "vehicle" and measured == (group == MEASURED)

        for row in score(run.events, run.truth, tolerance_s, chosen):
            key = (row.kind, group)
            if row.kind in SPLIT_KINDS:
                self.split[key] = self.split[key] + row if key in self.split else row


def report_of(runs: Iterable[Run], tolerance_s: float = TOLERANCE_S) -> Report:
    """Return what several runs show together."""
    report = Report()
    for run in runs:
        report.add(run, tolerance_s)
    return report


def read_run(events: Path, truth: Path) -> Run:
    """Return a run from its files; a header beside the truth is read too.

    Raises:
        ValueError: A file says something that cannot be.
    """
    header = truth.parent / HEADER_NAME
    return Run(
        name=truth.parent.name,
        events=list(read_events(events)),
        truth=list(read_truth(truth)),
        header=read_header(header) if header.is_file() else None,
    )


def runs_below(folder: Path) -> list[tuple[Path, Path]]:
    """Return events and truth of each run in a folder: the folder itself, or folders in it.

    Raises:
        ValueError: There is none.
    """
    candidates = [folder, *sorted(child for child in folder.iterdir() if child.is_dir())]
    runs = [(run / EVENTS_NAME, run / TRUTH_NAME) for run in candidates if (run / TRUTH_NAME).is_file()]
    missing = [events for events, _ in runs if not events.is_file()]
    if missing or not runs:
        got = f"no {missing[0]}" if missing else "no run"
        raise ValueError(f"{folder}: expected runs, each with {TRUTH_NAME} and {EVENTS_NAME}, got {got}")
    return runs


def run_family(name: str, seed: int, out: Path, trucks: int = 40, hours: float = 24.0) -> Run:
    """Return a run of a family, drawn, simulated and judged; its files are kept in a folder.

    Args:
        name: A row of `simulators.families.FAMILIES`.
        seed: The same seed gives the same run.
        out: The folder.
        trucks: How many trucks.
        hours: How long. [h]
    """
    from simulators.detect import detect_folder

    simulate(draw(name, seed, trucks, hours), seed, out, lambda _: None)
    detect_folder(out)
    return read_run(out / EVENTS_NAME, out / TRUTH_NAME)


def report_document(report: Report, *, named: bool = True) -> dict[str, Any]:
    """Return a report as plain values: figures per rule, the split by sensors, and what was missed or false.

    Args:
        report: The report.
        named: With every missed happening and every false alarm.
    """
    document: dict[str, Any] = {
        "runs": report.runs,
        "truck_days": report.truck_days,
        "false_violations_per_truck_day": report.false_per_truck_day(),
        "false_facts_per_truck_day": report.false_per_truck_day(facts=True),
        "rules": [_row(row) for row in report.rules.values()],
        "split": [_row(row) | {"sensors": group} for (_, group), row in sorted(report.split.items())],
    }
    if named:
        document["missed"] = [{"run": run} | happening._asdict() for run, happening in report.missed]
        document["false_alarms"] = [{"run": run} | asdict(event) for run, event in report.false_alarms]
    return document


def _row(row: RuleScore) -> dict[str, Any]:
    return {
        "kind": row.kind,
        "happened": row.happened,
        "found": row.found,
        "matched": row.matched,
        "tolerated": row.tolerated,
        "precision": row.precision,
        "precision_interval": row.precision_interval,
        "recall": row.recall,
        "recall_interval": row.recall_interval,
        "delay_s": row.delay_s,
        "delay_interval_s": row.delay_interval_s,
    }
