"""The page on detection quality: families run and pooled, pictures drawn, labels compared, everything written down."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from rules_engine.fix_batch import FixBatch
from simulators.quality.cases import draw_failures, draw_successes
from simulators.quality.draw import Case, draw
from simulators.quality.labels import SOURCES
from simulators.quality.measure import Measured, Plan, measure
from simulators.quality.recordings import judge_recordings
from simulators.quality.report import Findings, write_report
from simulators.trial import Report, read_run, runs_below
from simulators.truth import Happening

PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Measured:
    """Return two small runs of two families, made by two processes."""
    plan = Plan(("dumpers", "tampering"), runs=1, trucks=8, hours=12.0, first_seed=3, workers=2)
    return measure(plan, tmp_path_factory.mktemp("runs"))


def test_runs_are_pooled_over_families(measured: Measured) -> None:
    assert measured.pooled.runs == 2
    assert measured.pooled.truck_days == pytest.approx(8.0)
    happened = {family: report.rules["loading"].happened for family, report in measured.by_family.items()}
    assert measured.pooled.rules["loading"].happened == sum(happened.values()) > 0


def test_the_same_seeds_give_the_same_figures(measured: Measured, tmp_path: Path) -> None:
    plan = Plan(("dumpers",), runs=1, trucks=8, hours=12.0, first_seed=3, workers=1)
    again = measure(plan, tmp_path).pooled
    assert again.rules == measured.by_family["dumpers"].rules


def test_successes_are_drawn_one_of_each_kind(measured: Measured, tmp_path: Path) -> None:
    runs = [measured.folder / f"{family}-{seed}" for family, seed in measured.plan.names]
    pictures = draw_successes(runs, tmp_path)
    assert {"illegal_dumping", "loading", "unloading"} <= {picture.kind for picture in pictures}
    for picture in pictures:
        assert picture.path.read_bytes().startswith(PNG)
        assert picture.path == tmp_path / f"{picture.kind}.png"


def test_what_is_missed_is_drawn_and_named_in_the_page(measured: Measured, tmp_path: Path) -> None:
    run, dumping = next(
        (run, one) for run, one in _truth(measured) if one.kind == "illegal_dumping" and one.subject_kind == "vehicle"
    )
    blind = Report(missed=[(run, dumping)], truck_days=1.0, runs=1)
    pictures = draw_failures(blind, measured.folder, tmp_path / "detection-quality")
    (picture,) = pictures
    assert (picture.kind, picture.what, picture.run) == ("illegal_dumping", "missed", run)
    page = tmp_path / "detection-quality.md"
    write_report(Findings(measured, pictures, [], []), page)
    text = page.read_text()
    assert "![missed](detection-quality/illegal_dumping-missed-1.png)" in text
    assert f"**{measured.pooled.false_per_truck_day():.3f}**" in text
    assert text.count("The recordings were not there when this was made.") == 2


def test_the_page_has_a_row_for_each_kind_that_happened(measured: Measured, tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    write_report(Findings(measured, [], [], []), page)
    rows = [line for line in page.read_text().splitlines() if line.startswith("| ")]
    for kind, row in measured.pooled.rules.items():
        if row.happened:
            assert any(line.startswith(f"| {kind} | {row.happened} | {row.found} |") for line in rows), kind


def _truth(measured: Measured) -> list[tuple[str, Happening]]:
    runs = [read_run(events, truth) for events, truth in runs_below(measured.folder)]
    return [(run.name, happening) for run in runs for happening in run.truth]


def test_a_truck_that_never_had_a_position_is_drawn_too(tmp_path: Path) -> None:
    rows = FixBatch.of_columns(np.zeros(3, np.int32), np.arange(3) * 10_000)
    draw(Case("no position", "jamming", rows, {}, [("jamming", 0, 20_000)]), tmp_path / "case.png")
    assert (tmp_path / "case.png").read_bytes().startswith(PNG)


@pytest.mark.real_data
def test_labels_that_people_made(test_data: Path) -> None:
    scores = {(score.source, score.what): score for source, of in SOURCES.items() for score in of(test_data / source)}
    cycles = [score for (source, _), score in scores.items() if source == "haul_cycle_labels"]
    assert [(score.recall, score.precision) for score in cycles] == [(1.0, 1.0), (1.0, 1.0)]
    trips = scores["roadai_mass_haul", "trips begun"]
    assert (trips.labelled, trips.precision) == (9, 1.0)
    assert trips.matched >= 7
    standing = scores["stops_delivery_goal", "points standing or on foot"]
    assert standing.recall is not None
    assert standing.recall > 0.98


@pytest.mark.real_data
def test_recordings_are_counted_per_vehicle_and_day(test_data: Path, tmp_path: Path) -> None:
    told: list[None] = []
    scores = {score.source: score for score in judge_recordings(test_data, tmp_path, lambda: told.append(None))}
    assert len(told) == len(scores) == 5
    assert scores["haul_quarry_telemetry"].kinds["unloading"] == 7
    assert {event.kind for event in scores["buses_wmata"].explained} == {"route_deviation"}
