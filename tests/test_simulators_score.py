"""Scoring on cases that can be counted by hand."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulators.instant import from_milliseconds
from simulators.score import Found, RuleScore, match, read_events, score
from simulators.truth import Happening, read_truth, write_happening

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
