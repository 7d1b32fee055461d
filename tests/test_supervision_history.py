"""Stays, gaps and thinning: beside slow twins, and on tracks where the answer is known."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from supervision.history.gaps import gaps
from supervision.history.stays import stays
from supervision.history.thinning import NOISE_M, deviations_m, shape, thinned, wanted

START_MS = 1_780_000_000_000
DEG_PER_M = 1 / 110_900


def track(count: int, **given: Any) -> dict[str, Any]:
    """Return a parked truck's columns, ten seconds apart, but for what is given."""
    usual: dict[str, Any] = {
        "fix_time_ms": START_MS + 10_000 * np.arange(count),
        "epoch": 7,
        "seq": np.arange(count),
        "lat_deg": 31.7,
        "lon_deg": 119.9,
        "speed_mps": 0.0,
        "load_kg": np.nan,
        "lift_deg": np.nan,
        "cover": 0,
        "ignition": 1,
        "main_power": 1,
        "faults": 0,
        "alarms": 0,
    }
    return {name: np.broadcast_to(np.asarray(given.get(name, value)), count).copy() for name, value in usual.items()}


def driven(speeds: list[float], **given: Any) -> dict[str, Any]:
    """Return a truck that went north at these speeds. [m/s]"""
    north_m = np.cumsum(speeds) * 10
    return track(len(speeds), lat_deg=31.7 + north_m * DEG_PER_M, speed_mps=np.array(speeds), **given)


def found(columns: dict[str, Any]) -> list[tuple[int, int]]:
    some = stays(*(columns[name] for name in ("fix_time_ms", "lat_deg", "lon_deg", "speed_mps")))
    return list(zip(some.first.tolist(), some.last.tolist(), strict=True))


def test_a_stay_is_a_stand_of_two_minutes() -> None:
    assert found(driven([9] * 5 + [0] * 13 + [9] * 5)) == [(5, 17)]
    assert found(driven([9] * 5 + [0] * 12 + [9] * 5)) == []
    assert found(track(0)) == []
    assert found(driven([9] * 5)) == []


def test_moving_up_in_a_queue_does_not_end_a_stay_and_driving_on_does() -> None:
    assert found(driven([9] + [0] * 20 + [3, 2] + [0] * 20 + [9])) == [(1, 42)]
    assert found(driven([9] + [0] * 20 + [9] * 6 + [0] * 20 + [9])) == [(1, 20), (27, 46)]


def test_a_silence_in_one_place_belongs_to_the_stay_and_one_on_the_way_does_not() -> None:
    night = track(30)
    night["fix_time_ms"][15:] += 8 * 3_600_000
    assert found(night) == [(0, 29)]
    night["lat_deg"][15:] += 0.01
    assert found(night) == [(0, 14), (15, 29)]


def test_where_no_speed_is_told_the_way_decides() -> None:
    assert found(driven([9] * 5 + [0] * 20 + [9] * 5) | {"speed_mps": np.full(30, np.nan)}) == [(5, 24)]


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_stays_are_apart_long_and_of_placed_fixes(seed: int) -> None:
    rng = np.random.default_rng(seed)
    columns = driven(np.repeat(rng.choice([0.0, 0.5, 3.0, 9.0], 12), rng.integers(1, 30, 12)).tolist())
    columns["lat_deg"][rng.random(len(columns["seq"])) < 0.2] = np.nan
    places = found(columns)
    for first, last in places:
        assert columns["fix_time_ms"][last] - columns["fix_time_ms"][first] >= 120_000
        assert not np.isnan(columns["lat_deg"][[first, last]]).any()
    flat = [row for place in places for row in place]
    assert flat == sorted(flat)


def test_gaps_are_told_with_what_is_missing_and_with_the_ends_of_the_range() -> None:
    columns = driven([9] * 6)
    columns["fix_time_ms"][3:] += 600_000
    columns["seq"][3:] += 59
    start_ms, end_ms = START_MS - 400_000, int(columns["fix_time_ms"][-1]) + 299_000
    before, between = gaps(columns, start_ms, end_ms)
    assert (before.before, before.after, before.gap_s, before.missing, before.way_m) == (None, 0, 400.0, None, None)
    assert (between.before, between.after, between.gap_s, between.missing) == (2, 3, 610.0, 59)
    assert between.way_m == pytest.approx(90, abs=1)
    (all_silent,) = gaps(track(0), start_ms, end_ms)
    assert (all_silent.start_ms, all_silent.end_ms, all_silent.after) == (start_ms, end_ms, None)


def test_a_lost_count_tells_no_missing_records() -> None:
    columns = track(2, fix_time_ms=START_MS + np.array([0, 600_000]), epoch=[7, 8], seq=[100, 0])
    assert [gap.missing for gap in gaps(columns, START_MS, START_MS + 600_000)] == [None]
    counterless = columns | {"epoch": np.array([0, 0])}
    assert [gap.missing for gap in gaps(counterless, START_MS, START_MS + 600_000)] == [None]


# Thinning ------------------------------------------------------------------------------------------------------------


def put_in(time_ms: Any, line: Any, part: tuple[int, int], bound: float, found_m: dict[int, float]) -> None:
    """Cut one part of a line after the other, as the method is written in books."""
    (first, last), worst, most = part, None, -1.0
    for row in range(first + 1, last):
        passed = (time_ms[row] - time_ms[first]) / (time_ms[last] - time_ms[first])
        off = float(np.sqrt(((line[:, row] - line[:, first] - (line[:, last] - line[:, first]) * passed) ** 2).sum()))
        if off > most + 1e-9:
            worst, most = row, off
    if worst is None or most <= NOISE_M:
        return
    found_m[worst] = min(most, bound)
    put_in(time_ms, line, (first, worst), found_m[worst], found_m)
    put_in(time_ms, line, (worst, last), found_m[worst], found_m)


def random_track(seed: int, count: int) -> dict[str, Any]:
    rng = np.random.default_rng(seed)
    speed = np.repeat(rng.choice([0.0, 4.0, 12.0], count), rng.integers(1, 20, count))[:count]
    course = np.cumsum(rng.normal(0, 0.2, count))
    north_m, east_m = np.cumsum(speed * 10 * np.cos(course)), np.cumsum(speed * 10 * np.sin(course))
    return track(
        count,
        lat_deg=31.7 + (north_m + rng.normal(0, 3, count)) * DEG_PER_M,
        lon_deg=119.9 + (east_m + rng.normal(0, 3, count)) * DEG_PER_M / 0.85,
        speed_mps=speed,
    )


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(3, 120))
def test_the_method_equals_its_slow_twin(seed: int, count: int) -> None:
    columns = random_track(seed, count)
    line, kept = shape(columns), wanted(columns, ())
    twin: dict[int, float] = {}
    put_in(columns["fix_time_ms"], line, (0, count - 1), np.inf, twin)
    deviation = deviations_m(columns["fix_time_ms"], line, kept)
    assert {int(row): round(float(deviation[row]), 6) for row in np.flatnonzero(deviation) if not kept[row]} == {
        row: round(off_m, 6) for row, off_m in twin.items()
    }


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_a_thinned_line_is_as_near_as_it_says_and_nearer_than_every_nth_fix(seed: int) -> None:
    columns = random_track(seed, 600)
    kept = thinned(columns, 60)
    assert len(kept.rows) <= 60
    every_nth = np.unique(np.linspace(0, 599, 60).round().astype(int))
    off_m = drawn_off_m(columns, kept.rows)
    assert off_m == pytest.approx(kept.deviation_m)
    assert off_m < drawn_off_m(columns, every_nth)


def drawn_off_m(columns: dict[str, Any], rows: Any) -> float:
    """Return how far off the farthest fix is, one fix after the other."""
    time_ms, line, most = columns["fix_time_ms"], shape(columns).T, 0.0
    for row in range(len(time_ms)):
        after = next(place for place, kept in enumerate(rows) if kept >= row)
        first, last = rows[max(after - 1, 0)], rows[after]
        passed = (time_ms[row] - time_ms[first]) / max(time_ms[last] - time_ms[first], 1)
        most = max(most, float(np.hypot.reduce(line[row] - line[first] - (line[last] - line[first]) * passed)))
    return most


def test_stops_loads_switches_silences_and_instants_stay() -> None:
    speeds = [10.0] * 200 + [0.0] * 100 + [10.0] * 200
    load_kg = np.where(np.arange(500) < 240, 15_000.0, 0.0)
    cover = np.where(np.arange(500) < 100, 0, 2)
    columns = driven(speeds, load_kg=load_kg, cover=cover)
    columns["fix_time_ms"][400:] += 900_000
    kept = thinned(columns, 20, [START_MS + 3_450_000]).rows.tolist()
    assert len(kept) <= 20
    for row in (0, 99, 100, 199, 239, 240, 299, 345, 399, 400, 499):
        assert row in kept


def test_few_fixes_are_left_alone_and_too_many_wanted_ones_are_thinned_too() -> None:
    assert thinned(track(5), 5).rows.tolist() == [0, 1, 2, 3, 4]
    flickering = track(1_000, cover=np.arange(1_000) % 2)
    kept = thinned(flickering, 100).rows
    assert len(kept) <= 100
    assert kept[[0, -1]].tolist() == [0, 999]


def test_a_track_without_any_position_is_thinned_too() -> None:
    nowhere = track(1_000, lat_deg=np.nan, lon_deg=np.nan)
    assert thinned(nowhere, 10).rows.tolist() == [0, 999]
