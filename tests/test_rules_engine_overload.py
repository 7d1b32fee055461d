"""Driving with more than is permitted, and what is not that."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles.cuts import by_time, comparable, found_by_twin, found_in_batches
from oracles.found import Found
from oracles.judge import judge_track
from oracles.scenes import NAN, START_MS, Scene, loaded
from oracles.tracks import LAT, LON, M_LON, city

from rules_engine.event import Event
from rules_engine.fix_batch import FixBatch
from rules_engine.world import World

NAME = "overload"
CAPACITY_KG = 16_000


@pytest.fixture(scope="module")
def world() -> World:
    return city()


def found(scene: Scene, world: World) -> list[Event]:
    return [event for event in scene.judge(world)[0] if event.kind == NAME]


def haul(share: float, wander: float = 0.0, interval_s: float = 10.0, to: str = "S2", seed: int = 0) -> Scene:
    """Return a truck loaded to a share of its capacity that drives on while its sensor wanders."""
    rng = np.random.default_rng(seed)
    scene = loaded(interval_s=interval_s, load_kg=share * CAPACITY_KG)
    first = len(scene.rows)
    scene.drive(to)
    for i, row in enumerate(scene.rows[first:], first):
        scene.rows[i] = (*row[:6], row[6] * (1 + wander * rng.standard_normal()), *row[7:])
    return scene


@pytest.mark.parametrize(("share", "severity"), [(1.1, 1), (1.4, 2), (2.1, 3)])
def test_an_overload_is_found_and_graded(world: World, share: float, severity: int) -> None:
    (event,) = found(haul(share).ramp(0, 60).stand(60), world)
    assert event.severity == severity
    assert event.opening["load_kg"] == pytest.approx(share * CAPACITY_KG, abs=1)
    assert event.opening["permitted_kg"] == CAPACITY_KG
    assert event.confirmed_ms - event.start.fix_time_ms >= 60_000
    assert event.closing is not None


@pytest.mark.parametrize("interval_s", [1, 10, 30])
@pytest.mark.parametrize("wander", [0.0, 0.02, 0.07])
def test_however_the_sensor_wanders_and_fixes_come(world: World, interval_s: float, wander: float) -> None:
    assert len(found(haul(1.15, wander, interval_s), world)) == 1


@pytest.mark.parametrize("interval_s", [1, 10, 30])
@pytest.mark.parametrize("seed", range(5))
def test_a_full_truck_whose_sensor_drifts_and_wanders_is_not_overloaded(
    world: World, interval_s: float, seed: int
) -> None:
    assert found(haul(1.02, 0.02, interval_s, seed=seed), world) == []


def test_single_wild_readings_weigh_nothing(world: World) -> None:
    scene = haul(1.0)
    for i in range(30, len(scene.rows), 4):
        row = scene.rows[i]
        scene.rows[i] = (*row[:6], 3.0 * CAPACITY_KG, *row[7:])
    assert found(scene, world) == []


def test_what_is_too_much_in_the_site_may_be_taken_off_there(world: World) -> None:
    scene = loaded(load_kg=1.3 * CAPACITY_KG).drive((140.0, 0.0), 2.0).drive((-140.0, 0.0), 2.0)
    scene.load_kg = 0.9 * CAPACITY_KG
    assert found(scene.stand(60).drive("S2"), world) == []


def test_standing_decides_nothing(world: World) -> None:
    scene = loaded(load_kg=1.3 * CAPACITY_KG).drive((300.0, 0.0), 15.0)
    assert found(scene.stand(3600), world) == []


def test_one_event_per_load(world: World) -> None:
    scene = haul(1.2)
    for kg in (0.9, 1.2, 0.95, 1.2):
        scene.load_kg = kg * CAPACITY_KG
        scene.drive("D1").drive("S2")
    assert len(found(scene, world)) == 1
    scene.ramp(0, 60).stand(60).load(1.2 * CAPACITY_KG).stand(60).drive("D1")
    assert len(found(scene, world)) == 2


def test_the_permit_goes_before_the_capacity(world: World) -> None:
    permits = [
        permit | {"max_load_kg": 12_000} if permit["permit_id"] == "P0" else permit
        for permit in world.documents["permits"]
    ]
    (event,) = found(haul(0.9), World.from_documents(world.documents | {"permits": permits}))
    assert (event.opening["permitted_kg"], event.opening["permit_id"]) == (12_000, "P0")


@pytest.mark.parametrize("load_kg", [NAN, 40_000.0])
def test_without_sensor_or_capacity_nothing_is_known(world: World, load_kg: float) -> None:
    unknown = Scene(vehicle=2).stand(60).load(load_kg).stand(30).drive("S2")
    assert found(unknown, world) == []


def test_limits_are_settings(world: World) -> None:
    lenient = World.from_documents(world.documents | {"limits": {"companies": {"C1": {"overload.above_share": 1.5}}}})
    assert found(haul(1.3), lenient) == []


def dense(rng: np.random.Generator, vehicle: int) -> FixBatch:
    """Return a track that stays about the thresholds."""
    n = int(rng.integers(1, 300))
    time_ms = START_MS + np.cumsum(rng.choice([1000, 5000, 20_000, 60_000, 700_000], n, p=[0.3, 0.4, 0.2, 0.09, 0.01]))
    speed_mps = np.repeat(rng.choice([0.5, 10.0, 10.0, np.nan], n), rng.integers(1, 19, n))[:n]
    share = np.repeat(rng.choice([0.0, 0.9, 1.04, 1.06, 1.2, 1.4], n), rng.integers(1, 30, n))[:n]
    load_kg = share * (12_000 if vehicle == 0 else CAPACITY_KG) * (1 + 0.02 * rng.standard_normal(n))
    load_kg[rng.random(n) < 0.05] = np.nan
    return FixBatch.of_columns(
        vehicle=np.full(n, vehicle, np.int32),
        fix_time_ms=time_ms,
        seq=np.arange(n),
        lat_deg=np.full(n, LAT),
        lon_deg=LON + np.cumsum(rng.choice([0, 5, 5], n)) * M_LON,
        speed_mps=speed_mps.astype(np.float32),
        load_kg=load_kg.astype(np.float32),
        load_ratio=np.where(rng.random(n) < 0.5, share, np.nan).astype(np.float32),
        satellites=rng.choice([-1, 3, 9], n, p=[0.1, 0.1, 0.8]),
    )


def twin(track: FixBatch, world: World) -> list[Found]:
    return [found for found in judge_track(track, world)[0] if found.kind == NAME]


def strict(world: World) -> World:
    """Return a city whose permits say what may be loaded."""
    permits = [permit | {"max_load_kg": 12_000} for permit in world.documents["permits"]]
    return World.from_documents(world.documents | {"permits": permits})


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32), cuts=st.lists(st.integers(0, 800), max_size=8), by_permit=st.booleans())
def test_the_twin_finds_the_same_however_the_rows_are_cut(
    world: World, seed: int, cuts: list[int], by_permit: bool
) -> None:
    rng, world = np.random.default_rng(seed), strict(world) if by_permit else world
    tracks = [dense(rng, vehicle) for vehicle in (0, 2, 3)]
    rows = by_time(tracks)
    events, carry = found_in_batches(rows, [], world, NAME)
    cut_events, cut_carry = found_in_batches(rows, cuts, world, NAME)
    assert comparable(events) == comparable(found_by_twin(tracks, world, twin))
    assert comparable(events) == comparable(cut_events)
    assert carry == cut_carry


def test_the_random_tracks_hold_events(world: World) -> None:
    rng = np.random.default_rng(1)
    assert sum(len(found_in_batches(dense(rng, 3), [], world, NAME)[0]) for _ in range(40)) > 20
