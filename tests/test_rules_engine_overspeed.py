"""Driving too fast by zone, permit, road, class and everywhere, and what is not that."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles.cuts import by_time, comparable, found_by_twin, found_in_batches
from oracles.found import Found
from oracles.judge import judge_track
from oracles.scenes import NAN, START_MS, Scene
from oracles.tracks import LAT, LON, M_LAT, M_LON, city

from rules_engine.event import Event
from rules_engine.fix_batch import FixBatch
from rules_engine.world import World

NAME = "overspeed"


def place(east_m: float, north_m: float) -> list[float]:
    return [LON + east_m * M_LON, LAT + north_m * M_LAT]


def road(name: str, road_class: str, points: list[tuple[float, float]], limit_kmh: float | None = None) -> Any:
    geometry = {"type": "LineString", "coordinates": [place(*point) for point in points]}
    properties = {"road_id": name, "road_class": road_class, "limit_kmh": limit_kmh}
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def zone(name: str, limit_kmh: float, west: float, east: float, **more: Any) -> Any:
    ring = [place(x, y) for x, y in ((west, -200), (east, -200), (east, 200), (west, 200), (west, -200))]
    properties = {"zone_id": name, "rule": "speed", "limit_kmh": limit_kmh} | more
    return {"type": "Feature", "properties": properties, "geometry": {"type": "Polygon", "coordinates": [ring]}}


def collection(*features: Any) -> Any:
    return {"type": "FeatureCollection", "features": list(features)}


ROADS = collection(
    road("R1", "ordinary", [(-20_000, 0), (20_000, 0)]),
    road("R2", "fast", [(-20_000, 1000), (20_000, 1000)]),
    road("R3", "expressway", [(-20_000, 1030), (20_000, 1030)]),
    road("R4", "ordinary", [(-20_000, 2000), (20_000, 2000)], 70),
)


@pytest.fixture(scope="module")
def world() -> World:
    return World.from_documents(city().documents | {"roads": ROADS})


def found(scene: Scene, world: World) -> list[Event]:
    return [event for event in scene.judge(world)[0] if event.kind == NAME]


def driven(kmh: float, north_m: float = 0.0, duration_s: float = 120.0, interval_s: float = 5.0) -> Scene:
    """Return a truck without any load that passes along a road, slow before and after."""
    scene = Scene(interval_s=interval_s, at=(500.0, north_m))
    for speed_kmh, for_s in ((20.0, 60.0), (kmh, duration_s), (20.0, 60.0)):
        onward(scene, speed_kmh, for_s)
    return scene


def onward(scene: Scene, kmh: float, duration_s: float, told_kmh: float | None = None) -> Scene:
    for _ in range(round(duration_s / scene.interval_s)):
        scene.place = (scene.place[0] + kmh / 3.6 * scene.interval_s, scene.place[1])
        scene.fix((kmh if told_kmh is None else told_kmh) / 3.6)
    return scene


@pytest.mark.parametrize(
    ("kmh", "north_m", "limit_kmh", "by"),
    [
        (46.0, 10.0, 40, ("road_class", "R1")),
        (68.0, 980.0, 60, ("road_class", "R2")),
        (90.0, 1040.0, 80, ("road_class", "R3")),
        (78.0, 2000.0, 70, ("road", "R4")),
        (90.0, 500.0, 80, ("everywhere", None)),
    ],
)
def test_each_road_has_its_limit(
    world: World, kmh: float, north_m: float, limit_kmh: float, by: tuple[str, str | None]
) -> None:
    (event,) = found(driven(kmh, north_m), world)
    told = event.opening
    assert (told["limit_kmh"], (told["by"], told["road_id"])) == (limit_kmh, by)
    assert told["max_speed_mps"] == pytest.approx(kmh / 3.6)
    assert event.confirmed_ms - event.start.fix_time_ms >= 10_000
    assert event.closing is not None
    assert found(driven(1.08 * limit_kmh, north_m), world) == []


def test_between_two_roads_the_higher_limit_holds(world: World) -> None:
    assert found(driven(75.0, 1015.0), world) == []
    assert found(driven(90.0, 1015.0), world)[0].opening["road_id"] == "R3"


@pytest.mark.parametrize(("kmh", "severity"), [(46, 1), (52, 2), (62, 3)])
def test_it_is_graded_by_how_much_too_fast(world: World, kmh: float, severity: int) -> None:
    assert found(driven(kmh), world)[0].severity == severity


@pytest.mark.parametrize("interval_s", [1, 10, 30])
def test_however_seldom_fixes_come(world: World, interval_s: float) -> None:
    assert len(found(driven(50.0, interval_s=interval_s), world)) == 1


def test_a_moment_is_nothing(world: World) -> None:
    scene = driven(40.0, interval_s=1.0)
    for _ in range(20):
        onward(onward(scene, 43.0, 30), 50.0, 5)
    assert found(scene, world) == []


def test_an_event_goes_on_just_above_the_limit_and_ends_below(world: World) -> None:
    scene = driven(50.0)
    del scene.rows[-12:]
    onward(scene, 42.0, 60)
    assert found(scene, world)[0].end_ms is None
    assert found(onward(scene, 39.0, 10), world)[0].end_ms is not None


def test_again_soon_is_the_same_and_again_later_is_not(world: World) -> None:
    scene = driven(50.0)
    assert len(found(onward(onward(scene, 20.0, 300), 50.0, 60), world)) == 1
    assert len(found(onward(onward(scene, 20.0, 2000), 50.0, 60), world)) == 2


def test_a_zone_in_force_goes_before_the_road(world: World) -> None:
    zones = collection(zone("Z1", 30, -20_000, 20_000), zone("Z2", 20, 900, 1500, valid_to="2020-01-01T00:00:00Z"))
    (event,) = found(driven(36.0), World.from_documents(world.documents | {"zones": zones}))
    assert (event.opening["limit_kmh"], event.opening["by"], event.opening["zone_id"]) == (30, "zone", "Z1")
    faster = collection(zone("Z1", 60, -20_000, 20_000))
    assert found(driven(60.0), World.from_documents(world.documents | {"zones": faster})) == []


def test_a_zone_counts_only_at_its_hours(world: World) -> None:
    hours = [{"from": "00:00", "to": "00:01"}]
    zones = collection(zone("Z1", 20, -20_000, 20_000, windows=hours))
    assert found(driven(36.0), World.from_documents(world.documents | {"zones": zones})) == []


def test_a_permit_may_ask_for_less(world: World) -> None:
    permits = [
        permit | {"limits": {"overspeed.limit_kmh": 25}} if permit["permit_id"] == "P2" else permit
        for permit in world.documents["permits"]
    ]
    scene = driven(36.0)
    scene.vehicle = 3  # bound for a period
    (event,) = found(scene, World.from_documents(world.documents | {"permits": permits}))
    assert (event.opening["limit_kmh"], event.opening["by"]) == (25, "permit")


def test_a_speed_that_got_stuck_is_none(world: World) -> None:
    scene = driven(20.0)
    assert found(onward(scene, 0.0, 600, told_kmh=90.0), world) == []


@pytest.mark.parametrize("kmh", [NAN, 400.0])
def test_no_speed_and_no_possible_speed_are_nothing(world: World, kmh: float) -> None:
    assert found(onward(driven(20.0), 60.0, 120, told_kmh=kmh), world) == []


def test_bad_geometry_decides_nothing(world: World) -> None:
    scene = driven(20.0)
    scene.hdop = 20.0
    assert found(onward(scene, 60.0, 120), world) == []


def test_roads_that_did_not_change_are_taken_over(world: World) -> None:
    again = World.from_documents(world.documents | {"zones": collection()}, world)
    assert again.roads.lines is world.roads.lines
    fewer = World.from_documents(world.documents | {"roads": collection(*ROADS["features"][:2])}, world)
    assert fewer.roads.road_ids == ["R1", "R2"]
    assert fewer.roads.lines is not world.roads.lines


def dense(rng: np.random.Generator, vehicle: int) -> FixBatch:
    """Return a track that stays about the limits and between the roads."""
    n = int(rng.integers(1, 300))
    gap_s = rng.choice([1, 3, 5, 20, 1000], n, p=[0.4, 0.3, 0.2, 0.09, 0.01])
    speed_kmh = np.repeat(rng.choice([20, 38, 42, 50, 64, 70, 90, 95, 300, np.nan], n), rng.integers(1, 9, n))[:n]
    way_m = np.where(rng.random(n) < 0.9, gap_s * np.nan_to_num(speed_kmh) / 3.6, 0.0)
    lat_deg = LAT + np.repeat(rng.choice([0, 20, 30, 990, 1015, 1040, 2000], n), rng.integers(1, 60, n))[:n] * M_LAT
    lat_deg[rng.random(n) < 0.02] = np.nan
    return FixBatch.of_columns(
        vehicle=np.full(n, vehicle, np.int32),
        fix_time_ms=START_MS + np.cumsum(gap_s) * 1000,
        seq=np.arange(n),
        lat_deg=lat_deg,
        lon_deg=np.where(np.isnan(lat_deg), np.nan, LON + (np.cumsum(way_m) % 15_000) * M_LON),
        speed_mps=(speed_kmh / 3.6).astype(np.float32),
        satellites=rng.choice([-1, 3, 9], n, p=[0.1, 0.05, 0.85]),
    )


def twin(track: FixBatch, world: World) -> list[Found]:
    return [found for found in judge_track(track, world)[0] if found.kind == NAME]


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32), cuts=st.lists(st.integers(0, 800), max_size=8), zoned=st.booleans())
def test_the_twin_finds_the_same_however_the_rows_are_cut(
    world: World, seed: int, cuts: list[int], zoned: bool
) -> None:
    rng = np.random.default_rng(seed)
    if zoned:
        zones = collection(zone("Z1", 30, 2000, 9000), zone("Z2", 60, 7000, 12_000))
        world = World.from_documents(world.documents | {"zones": zones}, world)
    tracks = [dense(rng, vehicle) for vehicle in (0, 3)]
    rows = by_time(tracks)
    events, carry = found_in_batches(rows, [], world, NAME)
    cut_events, cut_carry = found_in_batches(rows, cuts, world, NAME)
    assert comparable(events) == comparable(found_by_twin(tracks, world, twin))
    assert comparable(events) == comparable(cut_events)
    assert carry == cut_carry


def test_the_random_tracks_hold_events(world: World) -> None:
    rng = np.random.default_rng(1)
    assert sum(len(found_in_batches(dense(rng, 0), [], world, NAME)[0]) for _ in range(40)) > 15
