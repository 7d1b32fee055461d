"""Standing loaded for long outside of every place, and what is not that."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles.cuts import by_time, comparable, found_by_twin, found_in_batches
from oracles.found import Found
from oracles.judge import judge_track
from oracles.scenes import START_MS, Scene, loaded
from oracles.tracks import LAT, LON, M_LAT, M_LON, city

from rules_engine.event import Event
from rules_engine.fix_batch import FixBatch
from rules_engine.world import World

NAME = "long_stop"
ROADSIDE = (1500.0, 0.0)


@pytest.fixture(scope="module")
def world() -> World:
    return city()


def found(scene: Scene, world: World) -> list[Event]:
    return [event for event in scene.judge(world)[0] if event.kind == NAME]


def on_the_way(interval_s: float = 10.0) -> Scene:
    return loaded(interval_s=interval_s).drive(ROADSIDE)


def parked(scene: Scene, duration_s: float, noise_m: float, seed: int = 0, excursion_m: float = 0.0) -> Scene:
    """Stand with a place that wanders, and now and then is far off for one fix or two."""
    rng, (east, north) = np.random.default_rng(seed), scene.place
    for step in range(round(duration_s / scene.interval_s)):
        off_m = excursion_m if step % 97 > 95 else 0.0
        scene.place = (east + off_m + noise_m * rng.standard_normal(), north + noise_m * rng.standard_normal())
        scene.fix(1.6 if step % 50 == 7 else float(rng.uniform(0, 0.4)))
    scene.place = (east, north)
    return scene


def test_a_long_stop_is_found_and_ends_when_the_truck_moves(world: World) -> None:
    (event,) = found(on_the_way().stand(2400).drive("D1"), world)
    assert event.severity == 1
    assert event.confirmed_ms - event.start.fix_time_ms == 30 * 60 * 1000
    assert event.closing is not None
    assert event.closing["stood_s"] == pytest.approx(2400, abs=20)
    assert found(on_the_way().stand(2400), world)[0].end_ms is None


@pytest.mark.parametrize("duration_s", [300, 1500, 1700])
def test_lights_jams_and_short_stops_are_none(world: World, duration_s: float) -> None:
    scene = on_the_way()
    for east in (1600.0, 1700.0, 1800.0):
        scene.stand(duration_s).drive((east, 0.0))
    assert found(scene, world) == []


@pytest.mark.parametrize("interval_s", [1, 10, 30, 300])
def test_however_seldom_fixes_come(world: World, interval_s: float) -> None:
    assert len(found(on_the_way(interval_s).stand(3600).drive("D1"), world)) == 1


def test_a_night_beside_the_road_is_one_event_however_the_place_wanders(world: World) -> None:
    assert len(found(parked(on_the_way(30.0), 10 * 3600, 12.0, excursion_m=200.0).drive("D1"), world)) == 1


def test_a_queue_that_creeps_on_is_no_stop(world: World) -> None:
    scene = on_the_way()
    for east in range(1500, 2400, 15):
        scene.place = (float(east), 0.0)
        scene.fix(1.0)
        scene.stand(60)
    assert found(scene, world) == []


@pytest.mark.parametrize("place", ["S1", "D1", "S2"])
def test_sites_and_dump_points_are_there_to_stand_in(world: World, place: str) -> None:
    assert found(loaded().drive(place).stand(7200), world) == []


def test_parking_zones_are_too_at_their_hours(world: World) -> None:
    ring = [[LON + (1500 + x) * M_LON, LAT + y * M_LAT] for x, y in ((-90, -90), (90, -90), (90, 90), (-90, 90))]
    for windows, events in (([], 0), ([{"from": "00:00", "to": "00:01"}], 1)):
        properties: dict[str, Any] = {"zone_id": "P", "rule": "parking"} | ({"windows": windows} if windows else {})
        geometry = {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}
        feature = {"type": "Feature", "properties": properties, "geometry": geometry}
        zones = {"type": "FeatureCollection", "features": [feature]}
        with_parking = World.from_documents(world.documents | {"zones": zones})
        assert len(found(on_the_way().stand(3600), with_parking)) == events


def test_an_empty_truck_may_stand_where_it_wants(world: World) -> None:
    assert found(Scene().stand(60).drive(ROADSIDE).stand(7200), world) == []


@pytest.mark.parametrize("stands_before", [True, False])
def test_a_stop_may_be_a_silence(world: World, stands_before: bool) -> None:
    scene = on_the_way()
    if stands_before:
        scene.stand(60)
    scene.wait(35 * 60)
    scene.fix(0.0)
    (event,) = found(scene.drive("D1"), world)
    assert event.opening["stood_s"] == pytest.approx(2100, abs=80)


def test_a_truck_that_drives_at_once_after_the_silence_stood_all_the_same(world: World) -> None:
    scene = on_the_way().stand(30).wait(35 * 60)
    scene.fix(6.0)
    assert len(found(scene.drive("D1"), world)) == 1


def test_a_silence_that_ends_elsewhere_is_no_stop(world: World) -> None:
    scene = on_the_way().stand(60).wait(35 * 60)
    scene.place = (2000.0, 0.0)
    assert found(scene.stand(300).drive("D1"), world) == []


def test_what_was_dumped_in_the_silence_is_another_matter(world: World) -> None:
    scene = on_the_way().stand(60).wait(35 * 60)
    scene.load_kg = 0.0
    assert found(scene.stand(300).drive("D1"), world) == []


def test_limits_are_settings(world: World) -> None:
    limits = {"limits": {"companies": {"C1": {f"{NAME}.hold_s": 600}}}}
    assert len(found(on_the_way().stand(900), World.from_documents(world.documents | limits))) == 1


def dense(rng: np.random.Generator, vehicle: int) -> FixBatch:
    """Return a loaded truck that stands here and there, creeps, wanders, falls silent and is emptied."""
    n = int(rng.integers(1, 300))
    gap_s = rng.choice([20, 60, 130, 500, 2000], n, p=[0.3, 0.4, 0.15, 0.1, 0.05])
    speed_mps = np.repeat(rng.choice([0.1, 0.1, 0.2, 1.0, 9.0, np.nan], n), rng.integers(1, 25, n))[:n]
    step_m = np.where(speed_mps > 5, 300.0, 0.0) + rng.choice([0.0, 0.0, 0.0, 0.0, 20.0, 60.0, 200.0], n)
    noise_m = rng.choice([0.0, 10.0, 30.0]) * rng.standard_normal(n) + np.where(rng.random(n) < 0.03, 100.0, 0.0)
    lat_deg = LAT + noise_m * M_LAT
    lat_deg[rng.random(n) < 0.03] = np.nan
    load_kg = np.repeat(rng.choice([15_000, 15_000, 15_000, 0], n), rng.integers(10, 60, n))[:n].astype(np.float32)
    load_kg[rng.random(n) < 0.05] = np.nan
    return FixBatch.of_columns(
        vehicle=np.full(n, vehicle, np.int32),
        fix_time_ms=START_MS + np.cumsum(gap_s) * 1000,
        seq=np.arange(n),
        lat_deg=lat_deg,
        lon_deg=np.where(np.isnan(lat_deg), np.nan, LON + (np.cumsum(step_m) % 9000) * M_LON),
        speed_mps=speed_mps.astype(np.float32),
        load_kg=load_kg,
        satellites=rng.choice([-1, 3, 9], n, p=[0.1, 0.05, 0.85]),
    )


def twin(track: FixBatch, world: World) -> list[Found]:
    return [found for found in judge_track(track, world)[0] if found.kind == NAME]


@settings(max_examples=80, deadline=None)
@given(seed=st.integers(0, 2**32), cuts=st.lists(st.integers(0, 800), max_size=8))
def test_the_twin_finds_the_same_however_the_rows_are_cut(world: World, seed: int, cuts: list[int]) -> None:
    rng = np.random.default_rng(seed)
    tracks = [dense(rng, vehicle) for vehicle in (0, 2, 3)]
    rows = by_time(tracks)
    events, carry = found_in_batches(rows, [], world, NAME)
    cut_events, cut_carry = found_in_batches(rows, cuts, world, NAME)
    assert comparable(events) == comparable(found_by_twin(tracks, world, twin))
    assert comparable(events) == comparable(cut_events)
    assert carry == cut_carry


def test_the_random_tracks_hold_events(world: World) -> None:
    rng = np.random.default_rng(1)
    assert sum(len(found_in_batches(dense(rng, 0), [], world, NAME)[0]) for _ in range(40)) > 20
