"""Load lost on the road, told apart from a sensor that wanders and from dumping."""

from __future__ import annotations

import numpy as np
import pytest
from oracles.scenes import CLOSED, OPEN, Scene, loaded
from oracles.tracks import city

from rules_engine.event import Event
from rules_engine.world import World

FAR = (-40_000.0, 0.0)


@pytest.fixture(scope="module")
def world() -> World:
    return city()


def spillages(scene: Scene, world: World) -> list[Event]:
    return [event for event in scene.judge(world)[0] if event.kind == "spillage"]


def noisy(scene: Scene, share: float, seed: int) -> Scene:
    """Let every reading of the scene wander by a share of it."""
    rng = np.random.default_rng(seed)
    scene.rows = [(*row[:6], row[6] * (1 + share * rng.standard_normal()), *row[7:]) for row in scene.rows]
    return scene


def haul(lost_kg: float, lost_over_s: float = 240.0, cover: int = CLOSED, interval_s: float = 10.0) -> Scene:
    """Drive ten minutes with the load, some minutes losing it, ten minutes with what is left."""
    scene = loaded(interval_s=interval_s).drive((-7200.0, 0.0))
    scene.cover = cover
    scene.drive((-7200.0 - 12 * lost_over_s, 0.0), lost_kg=lost_kg)
    return scene.drive((-14_400.0 - 12 * lost_over_s, 0.0))


def test_a_loss_is_found_once_with_how_much(world: World) -> None:
    (event,) = spillages(haul(1_500), world)
    assert event.severity == 2
    assert event.opening["peak_kg"] == pytest.approx(15_000, rel=0.01)
    assert event.opening["lost_kg"] >= event.opening["lost_above_kg"] >= 750
    assert event.opening["level_kg"] == pytest.approx(event.opening["peak_kg"] - event.opening["lost_kg"])
    assert event.start.fix_time_ms < event.confirmed_ms == event.end_ms


def test_it_is_worse_with_the_cover_open(world: World) -> None:
    (event,) = spillages(haul(1_500, cover=OPEN), world)
    assert (event.severity, event.opening["cover_open"]) == (3, True)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("share", [0.01, 0.02])
def test_a_loss_of_eight_percent_is_found_under_noise_and_noise_alone_is_not(
    world: World, share: float, seed: int
) -> None:
    assert len(spillages(noisy(haul(0.08 * 15_000), share, seed), world)) == 1
    assert spillages(noisy(haul(0), share, seed), world) == []


@pytest.mark.parametrize("interval_s", [1, 10, 30])
def test_however_seldom_fixes_come(world: World, interval_s: float) -> None:
    assert len(spillages(haul(1_500, interval_s=interval_s), world)) == 1


@pytest.mark.parametrize("lost_kg", [0, 300, 600])
def test_a_little_is_not_enough(world: World, lost_kg: float) -> None:
    assert spillages(haul(lost_kg), world) == []


def test_a_light_load_must_lose_half_a_ton(world: World) -> None:
    scene = loaded(load_kg=6_800).drive((-7200.0, 0.0)).drive((-10_000.0, 0.0), lost_kg=450).drive((-17_000.0, 0.0))
    assert spillages(scene, world) == []


def test_a_sensor_that_waves_slowly_is_no_spillage(world: World) -> None:
    scene = loaded()
    for minute in range(60):
        scene.load_kg = 15_000 * (1 + 0.03 * np.sin(minute / 2.0))
        scene.drive((scene.place[0] - 720.0, 0.0))
    assert spillages(scene, world) == []


def test_what_comes_back_was_not_lost(world: World) -> None:
    scene = loaded().drive((-7200.0, 0.0))
    scene.load_kg = 13_000
    scene.drive((-8300.0, 0.0))
    scene.load_kg = 15_000
    assert spillages(scene.drive((-16_000.0, 0.0)), world) == []


def test_unloading_half_is_no_spillage(world: World) -> None:
    scene = loaded().drive((-7200.0, 0.0)).ramp(8_000, 40, lift_deg=40).stand(60).drive((-16_000.0, 0.0))
    assert spillages(scene, world) == []


def test_what_went_while_the_truck_stood_for_long_did_not_fall_on_the_road(world: World) -> None:
    scene = loaded().drive((-7200.0, 0.0)).ramp(12_000, 180).drive((-16_000.0, 0.0))
    assert spillages(scene, world) == []


def test_a_raised_bed_starts_the_comparison_anew(world: World) -> None:
    scene = loaded().drive((-7200.0, 0.0)).ramp(12_500, 30, 8.0, lift_deg=30).drive((-16_000.0, 0.0))
    assert spillages(scene, world) == []


def test_red_lights_hide_no_loss(world: World) -> None:
    scene = loaded().drive((-3000.0, 0.0))
    for _ in range(8):
        scene.drive((scene.place[0] - 720.0, 0.0), lost_kg=250).stand(40)
    assert len(spillages(scene.drive((scene.place[0] - 5000.0, 0.0)), world)) == 1


def test_the_next_load_is_judged_anew(world: World) -> None:
    scene = haul(1_500).drive("D1", 20.0).ramp(0, 40, lift_deg=40).stand(60).drive("S1")
    scene.stand(60).load(15_000).stand(60).drive((-7200.0, 0.0)).drive((-10_000.0, 0.0), lost_kg=1_500)
    assert len(spillages(scene.drive((-17_000.0, 0.0)), world)) == 2
