"""Driving heavy with the cover open, and what is not that."""

from __future__ import annotations

import pytest
from oracles.scenes import CLOSED, HALF, NAN, OPEN, Scene, loaded
from oracles.tracks import city

from rules_engine.event import Event
from rules_engine.world import World


@pytest.fixture(scope="module")
def world() -> World:
    return city()


def hauls(scene: Scene, world: World) -> list[Event]:
    return [event for event in scene.judge(world)[0] if event.kind == "uncovered_haul"]


def on_the_road(cover: int = OPEN, interval_s: float = 10.0) -> Scene:
    scene = loaded(interval_s=interval_s).drive((300.0, 0.0))
    scene.cover = cover
    return scene


@pytest.mark.parametrize(("speed_mps", "severity"), [(4.0, 1), (12.0, 2)])
def test_an_uncovered_haul_is_found_and_graded_by_speed(world: World, speed_mps: float, severity: int) -> None:
    scene = on_the_road().drive((1000.0, 0.0), speed_mps)
    scene.cover = CLOSED
    (event,) = hauls(scene.drive("D1"), world)
    assert event.severity == severity
    assert event.opening["max_speed_mps"] == pytest.approx(speed_mps)
    assert event.confirmed_ms - event.start.fix_time_ms >= 30_000
    assert event.closing is not None
    assert event.end_ms is not None


@pytest.mark.parametrize("interval_s", [1, 10, 30])
def test_however_seldom_fixes_come(world: World, interval_s: float) -> None:
    assert len(hauls(on_the_road(interval_s=interval_s).drive("D1"), world)) == 1


def test_red_lights_make_neither_more_nor_fewer_events(world: World) -> None:
    scene = on_the_road()
    for east in range(400, 2600, 400):
        scene.drive((float(east), 0.0)).stand(90)
    assert len(hauls(scene, world)) == 1
    assert hauls(on_the_road().stand(3600), world) == []


def test_a_cover_that_flaps_is_one_event(world: World) -> None:
    scene = on_the_road(interval_s=2)
    for step in range(60):
        scene.cover = CLOSED if step % 5 == 0 else OPEN
        scene.fix(10.0)
    assert len(hauls(scene, world)) == 1


def test_a_cover_that_was_closed_in_between_makes_two(world: World) -> None:
    scene = on_the_road().drive((1000.0, 0.0))
    scene.cover = CLOSED
    scene.drive((1400.0, 0.0))
    scene.cover = OPEN
    assert len(hauls(scene.drive((2400.0, 0.0)), world)) == 2


def test_it_ends_where_the_dump_point_begins(world: World) -> None:
    (event,) = hauls(on_the_road().drive("D1").ramp(0, 40, lift_deg=40).stand(60), world)
    assert event.end_ms is not None


@pytest.mark.parametrize("cover", [CLOSED, HALF, -1])
def test_closed_half_open_or_unknown_is_not_open(world: World, cover: int) -> None:
    assert hauls(on_the_road(cover).drive("D1"), world) == []


def test_half_open_counts_where_a_city_says_so(world: World) -> None:
    strict = World.from_documents(world.documents | {"limits": {"city": {"uncovered_haul.half_is_open": 1}}})
    assert len(hauls(on_the_road(HALF).drive("D1"), strict)) == 1


def test_an_empty_truck_may_be_open(world: World) -> None:
    scene = Scene().stand(60)
    scene.cover = OPEN
    assert hauls(scene.drive("D1"), world) == []
    scene = Scene().stand(60)
    scene.cover, scene.load_kg = OPEN, NAN
    assert hauls(scene.drive("D1"), world) == []


def test_within_the_site_covers_may_be_open(world: World) -> None:
    scene = loaded()
    scene.cover = OPEN
    scene.drive((140.0, 0.0), 2.0).drive((-140.0, 0.0), 2.0)
    assert hauls(scene, world) == []


def test_creeping_is_not_driving(world: World) -> None:
    assert hauls(on_the_road().drive((400.0, 0.0), 1.0), world) == []
