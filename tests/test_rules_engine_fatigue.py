"""Driving for hours without a rest, and what is not that."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles.cuts import by_time, comparable, found_by_twin, found_in_batches
from oracles.fatigue import FatigueOracle
from oracles.found import Found
from oracles.row import rows_of
from oracles.scenes import START_MS, Scene
from oracles.tracks import LAT, LON, M_LON, city

from rules_engine.event import Event
from rules_engine.fix_batch import FixBatch
from rules_engine.rules.fatigue import FatigueLimits
from rules_engine.world import World

NAME = "fatigue"
H = 3600.0


@pytest.fixture(scope="module")
def world() -> World:
    return city()


def found(scene: Scene, world: World) -> list[Event]:
    return [event for event in scene.judge(world)[0] if event.kind == NAME]


def driven(scene: Scene, duration_s: float, speed_mps: float = 10.0) -> Scene:
    """Drive to and fro on a road."""
    for step in range(round(duration_s / scene.interval_s)):
        forth = step // 100 % 2 == 0
        scene.place = (scene.place[0] + (1 if forth else -1) * speed_mps * scene.interval_s, 1000.0)
        scene.fix(speed_mps)
    return scene


def away(interval_s: float = 30.0) -> Scene:
    return Scene(interval_s=interval_s, at=(1000.0, 1000.0))


def test_four_hours_without_a_rest_are_found_and_end_with_the_rest(world: World) -> None:
    scene = driven(away(), 5 * H).stand(1500)
    (event,) = found(scene, world)
    assert event.confirmed_ms - event.start.fix_time_ms == 4 * H * 1000
    assert event.end_ms is not None
    assert event.closing is not None
    assert event.closing["duration_s"] == pytest.approx(5 * H, abs=100)
    assert found(driven(scene, 3.9 * H), world)[0].end_ms == event.end_ms


def test_jams_queues_and_short_stands_are_no_rest(world: World) -> None:
    scene = away()
    for _ in range(6):
        driven(scene, 1800, 8.0).stand(15 * 60)
        driven(scene, 600, 2.0)
    (event,) = found(scene, world)
    assert event.opening["longest_stop_s"] == pytest.approx(15 * 60, abs=60)


@pytest.mark.parametrize("rests", [True, False])
def test_a_rest_of_twenty_minutes_makes_it_anew(world: World, rests: bool) -> None:
    scene = driven(away(), 3.5 * H)
    scene.stand(21 * 60 if rests else 18 * 60)
    assert len(found(driven(scene, 1.5 * H), world)) == (0 if rests else 1)


def test_two_spans_are_two_events(world: World) -> None:
    scene = driven(driven(away(), 4.5 * H).stand(1800), 4.5 * H)
    assert len(found(scene, world)) == 2


def test_a_parked_truck_whose_position_wanders_is_not_driven(world: World) -> None:
    scene, rng = away(), np.random.default_rng(3)
    for step in range(round(10 * H / 30)):
        scene.place = (1000.0 + rng.normal(0, 15), 1000.0 + rng.normal(0, 15))
        scene.fix(2.0 if step % 20 == 0 else float(rng.uniform(0, 0.5)))
    assert found(scene, world) == []


def test_a_silence_counts_as_a_rest_unless_the_truck_was_driven_in_it(world: World) -> None:
    still = driven(driven(away(), 3 * H).wait(30 * 60), 2 * H)
    assert found(still, world) == []
    moved = driven(away(), 3 * H).wait(30 * 60)
    moved.place = (moved.place[0] + 20_000.0, 1000.0)
    (event,) = found(driven(moved, 2 * H), world)
    assert event.opening["longest_stop_s"] < 60


def test_limits_are_settings(world: World) -> None:
    limits = {"limits": {"companies": {"C1": {"fatigue.hold_s": 2 * H, "fatigue.rest_s": 600}}}}
    strict = World.from_documents(world.documents | limits)
    assert len(found(driven(away(), 2.5 * H), strict)) == 1
    assert found(driven(driven(away(), 1.5 * H).stand(720), 1.5 * H), strict) == []


def dense(rng: np.random.Generator, vehicle: int) -> FixBatch:
    """Return days with many short and some long stands."""
    n = int(rng.integers(1, 400))
    gap_s = rng.choice([60, 200, 600, 1190, 1200, 1300, 4000], n, p=[0.3, 0.54, 0.14, 0.01, 0.005, 0.003, 0.002])
    speed_mps = np.repeat(rng.choice([0.3, *[8.0] * 7, np.nan], n), rng.integers(1, 4, n))[:n]
    lat_deg = np.where(rng.random(n) < 0.05, np.nan, LAT)
    way_m = gap_s * np.where(np.isnan(speed_mps), rng.choice([0.0, 8.0], n), speed_mps)
    return FixBatch.of_columns(
        vehicle=np.full(n, vehicle, np.int32),
        fix_time_ms=START_MS + np.cumsum(gap_s) * 1000,
        seq=np.arange(n),
        lat_deg=lat_deg,
        lon_deg=np.where(np.isnan(lat_deg), np.nan, LON + np.cumsum(way_m) * M_LON),
        speed_mps=speed_mps.astype(np.float32),
        satellites=rng.choice([-1, 3, 9], n, p=[0.1, 0.05, 0.85]),
        ignition=rng.choice([-1, 0, 1], n, p=[0.1, 0.02, 0.88]),
    )


def hasty(world: World) -> World:
    """Return a city where an hour is long enough."""
    return World.from_documents(world.documents | {"limits": {"city": {"fatigue.hold_s": H}}})


def twin(track: FixBatch, world: World) -> list[Found]:
    oracle = FatigueOracle(world.version, FatigueLimits(hold_s=H))
    for row in rows_of(track, world, 16_000):
        oracle.step(row)
    oracle.finish()
    return oracle.found


@settings(max_examples=80, deadline=None)
@given(seed=st.integers(0, 2**32), cuts=st.lists(st.integers(0, 500), max_size=8))
def test_the_twin_finds_the_same_however_the_rows_are_cut(world: World, seed: int, cuts: list[int]) -> None:
    rng, world = np.random.default_rng(seed), hasty(world)
    tracks = [dense(rng, vehicle) for vehicle in (0, 2)]
    rows = by_time(tracks)
    events, carry = found_in_batches(rows, [], world, NAME)
    cut_events, cut_carry = found_in_batches(rows, cuts, world, NAME)
    assert comparable(events) == comparable(found_by_twin(tracks, world, twin))
    assert comparable(events) == comparable(cut_events)
    assert carry == cut_carry


def test_the_random_tracks_hold_events(world: World) -> None:
    rng = np.random.default_rng(1)
    assert sum(len(found_in_batches(dense(rng, 0), [], hasty(world), NAME)[0]) for _ in range(40)) > 15
