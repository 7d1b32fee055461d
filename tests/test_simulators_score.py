"""Scoring on cases that can be counted by hand."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulators.instant import from_milliseconds
from simulators.intervals import median_interval, wilson
from simulators.score import Found, RuleScore, match, read_events, score
from simulators.trial import Run, read_run, report_document, report_of, runs_below
from simulators.truth import Happening, RunHeader, read_truth, write_happening, write_header

MINUTE_MS = 60_000


def happened(start_min: float, end_min: float, vehicle: str = "V1", kind: str = "spillage") -> Happening:
    return Happening(vehicle, kind, round(start_min * MINUTE_MS), round(end_min * MINUTE_MS))


def found(start_min: float, end_min: float, vehicle: str = "V1", kind: str = "spillage") -> Found:
    start_ms = round(start_min * MINUTE_MS)
    return Found(vehicle, kind, start_ms, start_ms + 30_000, round(end_min * MINUTE_MS))


def only(rows: list[RuleScore]) -> RuleScore:
    (row,) = rows
    return row


def test_all_found() -> None:
    row = only(score([found(10, 12), found(50, 55)], [happened(10, 12), happened(49, 55)]))
    assert (row.precision, row.recall) == (1.0, 1.0)
    assert row.delay_s == (60.0, 87.0, 90.0)  # 30 s and 90 s


def test_two_events_of_one_happening_are_one_find_and_one_false_alarm() -> None:
    row = only(score([found(10, 11), found(11, 12)], [happened(10, 12)]))
    assert (row.matched, row.precision, row.recall) == (1, 0.5, 1.0)
    assert row.false_alarms == [found(11, 12)]


def test_one_event_over_two_happenings_finds_one() -> None:
    row = only(score([found(10, 30)], [happened(10, 12), happened(25, 28)]))
    assert (row.matched, row.recall) == (1, 0.5)
    assert row.missed == [happened(25, 28)]


def test_another_truck_or_kind_finds_nothing() -> None:
    rows = score([found(10, 12, "V2"), found(10, 12, kind="loading")], [happened(10, 12)])
    assert {row.kind: (row.precision, row.recall) for row in rows} == {"loading": (0.0, None), "spillage": (0.0, 0.0)}


@pytest.mark.parametrize(("gap_s", "matched"), [(119, 1), (121, 0)])
def test_the_tolerance_is_kept(gap_s: int, matched: int) -> None:
    late = found(20 + gap_s / 60, 30)
    assert only(score([late], [happened(10, 20)], tolerance_s=120.0)).matched == matched


def test_an_event_that_goes_on_counts_up_to_its_confirmation() -> None:
    going_on = Found("V1", "spillage", 10 * MINUTE_MS, 14 * MINUTE_MS, None)
    assert only(score([going_on], [happened(15, 20)], tolerance_s=60.0)).matched == 1
    assert only(score([going_on], [happened(16, 20)], tolerance_s=60.0)).matched == 0


def test_a_pair_moves_where_another_would_go_without() -> None:
    events = [found(10, 20), found(18, 19)]
    assert match(events, [happened(19, 21), happened(9, 11)], 0) == {0: 1, 1: 0}


INTERVALS = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 4)), max_size=4)


@given(events=INTERVALS, truth=INTERVALS)
def test_as_many_pairs_as_any_assignment_has(events: list[tuple[int, int]], truth: list[tuple[int, int]]) -> None:
    founds = [found(start, start + length) for start, length in events]
    happenings = [happened(start, start + length) for start, length in truth]
    pairs = match(founds, happenings, 0)
    assert len(set(pairs.values())) == len(pairs)

    def overlap(event: Found, happening: Happening) -> bool:
        assert event.end_ms is not None
        return event.start_ms <= happening.end_ms and happening.start_ms <= event.end_ms

    assert all(overlap(founds[e], happenings[h]) for h, e in pairs.items())
    padded = [*range(len(founds)), *[None] * len(happenings)]
    best = max(
        sum(e is not None and overlap(founds[e], h) for e, h in zip(order, happenings, strict=True))
        for order in permutations(padded, len(happenings))
    )
    assert len(pairs) == best


def test_files_are_read_and_bad_lines_named(tmp_path: Path) -> None:
    truth, events = tmp_path / "truth.ndjson", tmp_path / "events.ndjson"
    with truth.open("wb") as stream:
        write_happening(stream, happened(10, 12))
    assert list(read_truth(truth)) == [happened(10, 12)]
    start = from_milliseconds(10 * MINUTE_MS)
    events.write_text(f'{{"vehicle_id":"V1","kind":"spillage","start":"{start}","opening":{{}}}}\n{{"kind":1}}\n')
    read = read_events(events)
    assert next(read) == Found("V1", "spillage", 10 * MINUTE_MS, None, None)
    with pytest.raises(ValueError, match="line 2"):
        next(read)


def test_what_need_not_be_found_is_neither_missed_nor_false() -> None:
    doubtful = happened(10, 12)._replace(required=False)
    assert (only(score([], [doubtful])).happened, only(score([], [doubtful])).missed) == (0, [])
    row = only(score([found(10, 12), found(40, 41)], [doubtful]))
    assert (row.found, row.tolerated, row.precision) == (1, 1, 0.0)


def test_what_follows_from_another_happening_is_not_false() -> None:
    dumping = happened(10, 12, kind="illegal_dumping")._replace(also=("undelivered_load",))
    rows = {row.kind: row for row in score([found(11, 12, kind="undelivered_load"), found(11, 12)], [dumping])}
    assert (rows["undelivered_load"].tolerated, rows["undelivered_load"].false_alarms) == (1, [])
    assert len(rows["spillage"].false_alarms) == 1
    anything = dumping._replace(also=("*",))
    assert all(not row.false_alarms for row in score([found(11, 12), found(11, 12, kind="clone")], [anything]))


def test_a_required_happening_is_found_before_a_doubtful_one_excuses() -> None:
    truth = [happened(10, 12), happened(11, 13)._replace(required=False)]
    row = only(score([found(11, 12)], truth))
    assert (row.matched, row.tolerated, row.recall) == (1, 0, 1.0)


def test_other_subjects_than_trucks_are_scored(tmp_path: Path) -> None:
    silent = Happening("W-S01", "washer_offline", 0, 60 * MINUTE_MS, subject_kind="washer")
    path = tmp_path / "events.ndjson"
    start, end = from_milliseconds(0), from_milliseconds(60 * MINUTE_MS)
    path.write_text(
        f'{{"subject_kind":"washer","subject_id":"W-S01","kind":"washer_offline","start":"{start}","end":"{end}"}}\n'
        f'{{"vehicle_id":"W-S01","kind":"washer_offline","start":"{start}","end":"{end}"}}\n'
    )
    row = only(score(read_events(path), [silent]))
    assert (row.matched, row.found) == (1, 2)
    with (tmp_path / "truth.ndjson").open("wb") as stream:
        write_happening(stream, silent)
        write_happening(stream, happened(1, 2)._replace(also=("clone",), required=False, slack_s=60.0))
    assert list(read_truth(tmp_path / "truth.ndjson")) == [
        silent,
        happened(1, 2)._replace(also=("clone",), required=False, slack_s=60.0),
    ]


def test_what_only_a_stay_shows_may_lie_further_beside() -> None:
    tipped = happened(20, 21)
    assert only(score([found(10, 12)], [tipped])).matched == 0
    assert only(score([found(10, 12)], [tipped._replace(slack_s=480.0)])).matched == 1


def test_an_interval_of_a_share_is_wilsons() -> None:
    assert wilson(0, 0) is None
    assert wilson(8, 10) == pytest.approx((0.4902, 0.9433), abs=1e-4)  # by hand, z = 1.96
    assert wilson(10, 10) == pytest.approx((0.7225, 1.0), abs=1e-4)
    assert wilson(0, 10) == pytest.approx((0.0, 0.2775), abs=1e-4)


@pytest.mark.parametrize("count", [15, 60, 400])
def test_an_interval_of_a_median_holds_it_as_often_as_it_says(count: int) -> None:
    rng = np.random.default_rng(1)
    tries = [median_interval(rng.exponential(1.0, count).tolist()) for _ in range(600)]
    held = sum(low <= np.log(2.0) <= high for low, high in filter(None, tries))
    assert 0.93 < held / len(tries) < 0.985


def test_few_values_say_all_they_can() -> None:
    assert median_interval([]) is None
    assert median_interval([3.0, 1.0]) == (1.0, 3.0)


def a_run(name: str, sensors: dict[str, list[str]], events: list[Found], truth: list[Happening]) -> Run:
    return Run(name, events, truth, RunHeader("t", 1, "2026-03-02T00:00:00Z", 12.0, sensors))


def test_runs_are_pooled_and_split_by_sensors() -> None:
    sensors: dict[str, list[str]] = {"V1": ["cover"], "V2": ["lift"]}
    kind = "illegal_dumping"
    first = a_run("a", sensors, [found(1, 2, "V1", kind), found(9, 9, "V2")], [happened(1, 2, "V1", kind)])
    second = a_run("b", sensors, [], [happened(5, 6, "V2", kind), happened(5, 6, "V1", kind)])
    report = report_of([first, second])
    assert (report.runs, report.truck_days) == (2, 2.0)
    assert (report.rules[kind].happened, report.rules[kind].matched) == (3, 1)
    assert {group: row.recall for (_, group), row in report.split.items()} == {"inferred": 0.5, "measured": 0.0}
    assert [run for run, _ in report.missed] == ["b", "b"]
    assert report.false_per_truck_day() == 0.5
    assert report.false_per_truck_day(facts=True) == 0.0
    document = report_document(report)
    assert document["false_alarms"][0]["run"] == "a"
    assert {row["kind"] for row in document["rules"]} == {kind, "spillage"}


def test_runs_are_found_in_folders(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="got no run"):
        runs_below(tmp_path)
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "truth.ndjson").touch()
    (tmp_path / "one" / "events.ndjson").touch()
    with pytest.raises(ValueError, match=r"got no .*two"):
        runs_below(tmp_path)
    (tmp_path / "two" / "events.ndjson").touch()
    write_header(tmp_path / "two" / "run.json", RunHeader("t", 3, "2026-03-02T00:00:00Z", 24.0, {"V1": []}))
    runs = [read_run(*pair) for pair in runs_below(tmp_path)]
    assert [(run.name, run.header is None) for run in runs] == [("one", True), ("two", False)]
    assert report_of(runs).truck_days == 1.0
