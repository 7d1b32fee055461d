"""Loading outside every known place, and what is not that."""

from __future__ import annotations

import pytest
from oracles.scenes import NAN, Scene
from oracles.tracks import city

from rules_engine.event import Event
from rules_engine.world import World


@pytest.fixture(scope="module")
def world() -> World:
    return city()


def found(scene: Scene, world: World) -> list[Event]:
    return [event for event in scene.judge(world)[0] if event.kind == "suspicious_loading"]


def at(*place: float, interval_s: float = 10.0) -> Scene:
    return Scene(at=(place[0], place[1]), interval_s=interval_s)


def test_a_black_site_is_found(world: World) -> None:
    (event,) = found(at(1500, 1200).stand(60).load(15_000).stand(60).drive("D1"), world)
    assert (event.severity, event.opening["confidence"], event.opening["by"]) == (2, 1.0, ["load"])
    assert event.opening["nearest_site_id"] == "S1"
    assert event.opening["nearest_site_m"] == pytest.approx(1710, abs=10)
    assert event.end_ms == event.confirmed_ms
    assert event.closing == {}


@pytest.mark.parametrize("interval_s", [1, 10, 30, 60])
def test_however_seldom_fixes_come(world: World, interval_s: float) -> None:
    scene = at(1500, 1200, interval_s=interval_s).stand(120).load(15_000, 300).stand(120).drive("D1")
    assert len(found(scene, world)) == 1


def test_far_from_everything_no_site_is_named(world: World) -> None:
    (event,) = found(at(-9000, 9000).stand(60).load(15_000).stand(60), world)
    assert (event.opening["nearest_site_id"], event.opening["nearest_site_m"]) == (None, None)


@pytest.mark.parametrize("place", [(0.0, 0.0), (140.0, 140.0), (190.0, 0.0), (240.0, 0.0), (3000.0, 220.0)])
def test_in_a_known_place_and_on_the_street_beside_it_is_none(world: World, place: tuple[float, float]) -> None:
    assert found(at(*place).stand(60).load(15_000).stand(60), world) == []


def test_what_appears_while_driving_is_the_sensors(world: World) -> None:
    scene = Scene().stand(60).drive((1000.0, 1000.0))
    scene.load_kg = 12_000.0
    assert found(scene.drive((3000.0, 1500.0)), world) == []


def test_a_sensor_that_drifts_or_a_silence_is_doubted(world: World) -> None:
    silent = at(1500, 1200).stand(60).wait(2400)
    silent.load_kg = 15_000.0
    (event,) = found(silent.stand(60).drive("D1"), world)
    assert (event.severity, event.opening["confidence"]) == (1, 0.5)
    drifted = at(1500, 1200).stand(60).load(15_000, 6 * 3600)
    assert [event.severity for event in found(drifted, world)] == [1]


def test_a_slope_makes_no_load(world: World) -> None:
    scene = at(1500, 1200).stand(60)
    scene.load_kg = 5_000.0  # of 16 t
    assert found(scene.stand(300), world) == []
    unknown = at(1500, 1200)
    unknown.load_kg = NAN
    assert found(unknown.stand(300), world) == []


def test_a_reading_that_comes_and_goes_is_one_event_a_stop(world: World) -> None:
    scene = at(1500, 1200)
    for _ in range(4):
        scene.stand(60).load(15_000, 40).stand(30).ramp(0, 40)
    assert len(found(scene, world)) == 1
    scene.stand(1800).load(15_000, 40).stand(30)
    assert len(found(scene, world)) == 2


def test_where_the_place_is_not_known_nothing_is_suspicious(world: World) -> None:
    scene = Scene(at=(NAN, NAN))
    assert found(scene.stand(60).load(15_000).stand(60), world) == []
