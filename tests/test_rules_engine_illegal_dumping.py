"""Unloading: from lift, from load, from both, in the right place and the wrong one, and what only looks like it."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from oracles.quarry import quarry_track, quarry_world
from oracles.scenes import NAN, Scene, loaded
from oracles.tracks import city

from rules_engine.carry import Carry
from rules_engine.engine import evaluate
from rules_engine.world import World

WILD = (1500.0, 1500.0)
DATA = Path(os.environ.get("MUCKLINE_TEST_DATA", "../shared/data")) / "haul_quarry_telemetry"


@pytest.fixture(scope="module")
def world() -> World:
    return city()


def dumpings(scene: Scene, world: World) -> list[str]:
    return [kind for kind in scene.kinds(world) if kind in {"unloading", "illegal_dumping"}]


@pytest.mark.parametrize("interval_s", [0.5, 2, 10, 30])
@pytest.mark.parametrize("sensors", ["both", "load", "lift"])
@pytest.mark.parametrize("duration_s", [30, 50])
@pytest.mark.parametrize(("where", "kind"), [("D1", "unloading"), (WILD, "illegal_dumping")])
def test_a_dump_is_found_once(
    world: World, *, interval_s: float, sensors: str, duration_s: float, where: str | tuple[float, float], kind: str
) -> None:
    scene = loaded(interval_s=interval_s).drive(where).stand(30)
    if sensors == "lift":
        scene.rows = [(*row[:6], NAN, *row[7:]) for row in scene.rows]
        scene.load_kg = NAN
    scene.ramp(scene.load_kg if sensors == "lift" else 0, duration_s, lift_deg=0 if sensors == "load" else 40)
    if sensors == "load":
        scene.rows = [(*row[:7], NAN, row[8]) for row in scene.rows]
        scene.lift_deg = NAN
    assert dumpings(scene.stand(60).drive("S1"), world) == [kind]


def test_what_showed_it_is_told(world: World) -> None:
    events, _ = loaded().drive("D1").stand(30).ramp(0, 60, lift_deg=40).stand(60).drive("S1").judge(world)
    (event,) = [event for event in events if event.kind == "unloading"]
    assert "lift" in event.opening["by"]
    assert event.opening | {"by": None} == {
        "rule_version": 3,
        "world_version": world.version,
        "permit_id": "P0",
        "dump_point_id": "D1",
        "by": None,
        "lift_deg": 40.0,
        "load_before_kg": 15_000.0,
        "load_kg": event.opening["load_kg"],
        "lift_above_deg": 15.0,
        "lost_share_above": 0.4,
        "hold_s": 10.0,
    }
    assert event.closing is not None
    assert (event.closing["load_kg"], event.closing["load_before_kg"]) == (0.0, 15_000.0)
    assert event.end_ms == event.start.fix_time_ms + round(event.closing["duration_s"] * 1000)


def test_a_registered_dump_point_that_the_permit_does_not_name_is_the_wrong_one(world: World) -> None:
    at_other_site = Scene(at="S2").stand(60).load(15_000).stand(30).drive("S1")
    assert dumpings(at_other_site.ramp(0, 40, lift_deg=40).stand(60), world) == ["illegal_dumping"]
    scene = Scene(3).stand(60).load(15_000).drive("D1").ramp(0, 40, lift_deg=40).stand(60)
    events, _ = scene.judge(world)
    (event,) = [event for event in events if event.kind == "illegal_dumping"]
    assert (event.opening["permit_id"], event.opening["dump_point_id"]) == ("P2", "D1")


def test_without_permit_every_registered_dump_point_will_do(world: World) -> None:
    scene = loaded(vehicle=2).drive("D2").ramp(0, 40, lift_deg=40).stand(60)
    assert dumpings(scene, world) == ["unloading"]
    assert dumpings(loaded(vehicle=2).drive(WILD).ramp(0, 40).stand(60), world) == ["illegal_dumping"]


@pytest.mark.parametrize(("off_m", "kind"), [(40.0, "unloading"), (60.0, "illegal_dumping")])
def test_the_fence_has_the_margin_that_gps_needs(world: World, off_m: float, kind: str) -> None:
    scene = loaded().drive((3000.0 + 150.0 + off_m, 0.0)).ramp(0, 40, lift_deg=40).stand(60)
    assert dumpings(scene, world) == [kind]


def test_half_here_and_half_there_are_two(world: World) -> None:
    scene = loaded().drive("D1").ramp(7_500, 40).stand(60).drive(WILD).ramp(0, 40).stand(60).drive("S1")
    assert dumpings(scene, world) == ["illegal_dumping", "unloading"]


def test_shaking_the_bed_and_creeping_on_is_still_one(world: World) -> None:
    scene = loaded().drive(WILD).ramp(6_000, 40, lift_deg=40).stand(20).ramp(0, 40, 1.0, lift_deg=40).stand(60)
    assert dumpings(scene.ramp(0, 30, lift_deg=45).stand(600).drive("S1"), world) == ["illegal_dumping"]


def test_loaded_and_unloaded_again_without_going_anywhere_are_two(world: World) -> None:
    scene = Scene(at=WILD).stand(60)
    for _ in range(2):
        scene.load(15_000).stand(60).ramp(0, 40, lift_deg=40).stand(60)
    assert dumpings(scene, world) == ["illegal_dumping"] * 2


def test_a_truck_that_parks_where_it_unloaded_was_not_unloading_all_night(world: World) -> None:
    scene = loaded().drive("D1").ramp(0, 40, lift_deg=40).stand(4 * 3600).drive("S1")
    (event,) = [event for event in scene.judge(world)[0] if event.kind == "unloading"]
    assert event.end_ms is not None
    assert event.end_ms - event.start.fix_time_ms < 120_000


@pytest.mark.parametrize(
    "scene",
    [
        pytest.param(Scene().stand(60).ramp(0, 60, lift_deg=40).stand(60), id="an empty bed is raised"),
        pytest.param(loaded().drive("S2").stand(3600).drive("S1"), id="a long stop with the load"),
        pytest.param(loaded().ramp(12_000, 600).ramp(15_000, 600).stand(300), id="a sensor that drifts while parked"),
        pytest.param(loaded().drive(WILD).ramp(15_000, 60, lift_deg=12).stand(60), id="lifted a little"),
        pytest.param(loaded(interval_s=2).drive(WILD).ramp(15_000, 6, lift_deg=40).stand(60), id="lifted a moment"),
    ],
)
def test_what_only_looks_like_it_is_nothing(world: World, scene: Scene) -> None:
    assert dumpings(scene, world) == []


@pytest.mark.parametrize("interval_s", [2, 10, 30])
@pytest.mark.parametrize("wild_kg", [0.0, 40_000.0])
def test_one_wild_reading_is_nothing(world: World, interval_s: float, wild_kg: float) -> None:
    scene = loaded(interval_s=interval_s).drive(WILD).stand(60)
    for _ in range(3):
        scene.load_kg = wild_kg
        scene.fix(0.1)
        scene.load_kg = 15_000
        scene.stand(90)
    assert dumpings(scene.drive("S1"), world) == []


def test_a_scale_that_is_switched_off_and_on_again_is_nothing(world: World) -> None:
    scene = loaded().drive(WILD).stand(60)
    scene.load_kg = NAN
    scene.stand(3600)
    scene.load_kg = 15_000
    assert dumpings(scene.stand(300).drive("S1"), world) == []


def test_a_mad_lift_sensor_is_no_raised_bed(world: World) -> None:
    assert dumpings(loaded().drive(WILD).stand(30).ramp(15_000, 60, lift_deg=139).stand(60).drive("S1"), world) == []


def test_without_any_sensor_nothing_is_measured(world: World) -> None:
    scene = Scene()
    scene.load_kg, scene.lift_deg, scene.cover = NAN, NAN, -1
    events, _ = scene.stand(300).drive("D1").stand(300).drive(WILD).stand(600).drive("S1").judge(world)
    assert sorted(event.kind for event in events) == ["loading", "unloading"]
    assert all(event.opening["by"] == ["stay"] and event.opening["confidence"] < 1 for event in events)


def test_a_stop_that_appears_as_a_gap_hides_no_dump(world: World) -> None:
    scene = loaded().drive(WILD).wait(300)
    scene.load_kg = 0
    assert dumpings(scene.drive("S1"), world) == ["illegal_dumping"]


def test_where_the_place_is_unknown_nothing_illegal_can_be_shown(world: World) -> None:
    scene = Scene(vehicle=2, at=(NAN, NAN)).stand(60).load(15_000).ramp(0, 40, lift_deg=40).stand(60)
    assert dumpings(scene, world) == ["unloading"]


@pytest.mark.real_data
@pytest.mark.parametrize(
    ("name", "dumps"), [("lake-605-8-0883_2025-08-11.parquet", 5), ("lake-605-8-0898_2025-07-30.parquet", 2)]
)
@pytest.mark.parametrize("with_dump_points", [True, False])
def test_every_dump_of_a_quarry_truck_is_found_once_and_nothing_else(
    name: str, dumps: int, with_dump_points: bool
) -> None:
    world, track = quarry_world(DATA, with_dump_points=with_dump_points), quarry_track(DATA / name)
    told = evaluate(track, world, Carry()).events
    events = [event for event in told if event.kind in {"loading", "unloading", "illegal_dumping", "undelivered_load"}]
    kind = "unloading" if with_dump_points else "illegal_dumping"
    assert sorted(event.kind for event in events) == sorted([kind, "loading"] * dumps)
    for event in (event for event in events if event.kind == kind):
        during = (track.fix_time_ms >= event.start.fix_time_ms - 30_000) & (track.fix_time_ms <= event.confirmed_ms)
        assert np.nanmax(track.load_kg[during]) > 55_000
        assert event.opening["load_kg"] < 30_000
