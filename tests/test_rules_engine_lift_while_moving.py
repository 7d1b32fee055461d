"""Driving with the bed raised, and what is not that."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles.cuts import by_time, comparable, found_by_twin, found_in_batches
from oracles.found import Found
from oracles.lift_while_moving import LiftWhileMovingOracle
from oracles.row import rows_of
from oracles.scenes import NAN, START_MS, Scene, loaded
from oracles.tracks import LAT, LON, M_LAT, M_LON, city

from rules_engine.event import Event
from rules_engine.fix_batch import FixBatch
from rules_engine.world import World

NAME = "lift_while_moving"


@pytest.fixture(scope="module")
def world() -> World:
    return city()


def found(scene: Scene, world: World) -> list[Event]:
    return [event for event in scene.judge(world)[0] if event.kind == NAME]


def raised(lift_deg: float, speed_mps: float, fixes: int = 20, interval_s: float = 5.0) -> Scene:
    scene = loaded(interval_s=interval_s).drive((300.0, 0.0))
    scene.lift_deg = lift_deg
    return onward(scene, speed_mps, fixes)


def onward(scene: Scene, speed_mps: float, fixes: int) -> Scene:
    for _ in range(fixes):
        scene.place = (scene.place[0] + speed_mps * scene.interval_s, scene.place[1])
        scene.fix(speed_mps)
    return scene


@pytest.mark.parametrize(("speed_mps", "severity"), [(4.0, 2), (12.0, 3)])
def test_driving_with_the_bed_up_is_found_and_graded_by_speed(world: World, speed_mps: float, severity: int) -> None:
    scene = raised(35.0, speed_mps)
    scene.lift_deg = 0.0
    (event,) = found(onward(scene, speed_mps, 5), world)
    assert event.severity == severity
    assert event.opening["lift_deg"] == 35.0
    assert event.confirmed_ms - event.start.fix_time_ms >= 5000
    assert event.closing is not None
    assert event.closing["fixes"] == 20


@pytest.mark.parametrize("interval_s", [1, 5, 30])
def test_however_seldom_fixes_come(world: World, interval_s: float) -> None:
    assert len(found(raised(35.0, 8.0, interval_s=interval_s), world)) == 1


@pytest.mark.parametrize("lift_deg", [3.0, 8.0, NAN])
def test_a_bed_that_tilts_with_the_slope_is_not_raised(world: World, lift_deg: float) -> None:
    assert found(raised(lift_deg, 12.0, 200), world) == []


def test_a_noisy_sensor_on_a_slope_adds_up_to_nothing(world: World) -> None:
    rng = np.random.default_rng(4)
    scene = raised(0.0, 8.0, 1, interval_s=1.0)
    for _ in range(1800):
        scene.lift_deg = float(rng.normal(7.0, 1.5))
        onward(scene, 8.0, 1)
    assert max(row[7] for row in scene.rows) > 11  # it did cross the threshold now and then
    assert found(scene, world) == []


def test_a_raised_bed_that_shakes_is_one_event(world: World) -> None:
    scene = raised(14.0, 8.0, interval_s=1.0)
    for step in range(120):
        scene.lift_deg = 14.0 if step % 3 else 8.0
        onward(scene, 8.0, 1)
    (event,) = found(scene, world)
    assert event.end_ms is None


def test_creeping_while_tipping_out_is_not_driving(world: World) -> None:
    assert found(loaded().drive("D2").ramp(0, 60, 2.2, lift_deg=45.0).stand(60), world) == []


def test_a_single_wild_reading_is_nothing(world: World) -> None:
    scene = raised(0.0, 8.0)
    for _ in range(5):
        scene.lift_deg = 45.0
        onward(scene, 8.0, 1)
        scene.lift_deg = 1.0
        onward(scene, 8.0, 10)
    assert found(scene, world) == []


def test_again_soon_is_the_same_cause_and_again_later_is_not(world: World) -> None:
    scene = raised(40.0, 8.0)
    for pause_s, events in ((300, 1), (2400, 2)):
        scene.lift_deg = 0.0
        onward(scene, 8.0, 2)
        scene.stand(pause_s)
        scene.lift_deg = 40.0
        onward(scene, 8.0, 20)
        assert len(found(scene, world)) == events


def test_a_speed_that_cannot_be_trusted_decides_nothing(world: World) -> None:
    scene = loaded(interval_s=5.0)
    scene.lift_deg, scene.hdop = 40.0, 25.0
    assert found(onward(scene, 12.0, 20), world) == []


def test_limits_are_settings(world: World) -> None:
    documents = {"limits": {"companies": {"C1": {f"{NAME}.lift_above_deg": 50, f"{NAME}.lift_below_deg": 45}}}}
    assert found(raised(35.0, 8.0), World.from_documents(world.documents | documents)) == []


def dense(rng: np.random.Generator, vehicle: int) -> FixBatch:
    """Return a track that stays about the thresholds."""
    n = int(rng.integers(1, 300))
    time_ms = START_MS + np.cumsum(rng.choice([1000, 2000, 5000, 60_000, 1_000_000], n, p=[0.4, 0.3, 0.2, 0.09, 0.01]))
    speed_mps = np.repeat(rng.choice([0.5, 2.0, 4.0, 10.0, np.nan], n), rng.integers(1, 9, n))[:n]
    lift_deg = np.repeat(rng.choice([1.0, 7.0, 9.9, 10.0, 30.0, np.nan], n), rng.integers(1, 9, n))[:n]
    lat_deg = LAT + rng.normal(0, 20, n) * M_LAT
    lat_deg[rng.random(n) < 0.05] = np.nan
    return FixBatch.of_columns(
        vehicle=np.full(n, vehicle, np.int32),
        fix_time_ms=time_ms,
        seq=np.arange(n),
        lat_deg=lat_deg,
        lon_deg=np.where(np.isnan(lat_deg), np.nan, LON + np.arange(n) * 8 * M_LON),
        speed_mps=speed_mps.astype(np.float32),
        lift_deg=lift_deg.astype(np.float32),
        satellites=rng.choice([-1, 3, 9], n, p=[0.1, 0.1, 0.8]),
    )


def twin(track: FixBatch, world: World) -> list[Found]:
    oracle = LiftWhileMovingOracle(world.version)
    for row in rows_of(track, world, 16_000):
        oracle.step(row)
    oracle.condition.finish()
    return oracle.condition.found


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32), cuts=st.lists(st.integers(0, 600), max_size=8))
def test_the_twin_finds_the_same_however_the_rows_are_cut(world: World, seed: int, cuts: list[int]) -> None:
    rng = np.random.default_rng(seed)
    tracks = [dense(rng, vehicle) for vehicle in (0, 2)]
    rows = by_time(tracks)
    events, carry = found_in_batches(rows, [], world, NAME)
    cut_events, cut_carry = found_in_batches(rows, cuts, world, NAME)
    assert comparable(events) == comparable(found_by_twin(tracks, world, twin))
    assert comparable(events) == comparable(cut_events)
    assert carry == cut_carry


def test_the_random_tracks_hold_events(world: World) -> None:
    rng = np.random.default_rng(1)
    tracks = [dense(rng, 0) for _ in range(40)]
    assert sum(len(found_in_batches(track, [], world, NAME)[0]) for track in tracks) > 20
