"""Readings that cannot be true, and such as never move: no violation comes of them, and what is true is still found."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles.cuts import by_time, comparable, found_by_twin
from oracles.judge import judge_track
from oracles.scenes import NAN, Scene, loaded
from oracles.tracks import city
from test_rules_engine_engine import judge_in_batches

from rules_engine.fix_batch import FixBatch, Mark
from rules_engine.world import World

WILD = (1500.0, 1500.0)
FAR = (6000.0, 6000.0)
CAPACITY_KG = 16_000
OF_SENSORS = {
    "illegal_dumping",
    "unloading",
    "loading",
    "lift_while_moving",
    "overload",
    "spillage",
    "weight_loss",
    "suspicious_loading",
    "sensor_fault",
}


@pytest.fixture(scope="module")
def world() -> World:
    return city()


def kinds(scene: Scene, world: World) -> list[str]:
    return [kind for kind in scene.kinds(world) if kind in OF_SENSORS]


def sway(scene: Scene, rounds: int = 6) -> Scene:
    """Drive to and fro."""
    home = scene.place
    for _ in range(rounds):
        scene.drive(FAR).drive(home)
    return scene


# What cannot be true


@pytest.mark.parametrize("mad_kg", [70_000.0, -3000.0])
def test_a_mad_load_sensor_is_a_fault_and_nothing_else(world: World, mad_kg: float) -> None:
    scene = loaded().drive(WILD)
    scene.load_kg = mad_kg
    scene = sway(scene).stand(300)
    scene.load_kg = 0.0
    assert kinds(sway(scene.stand(300), 2), world) == ["loading", "sensor_fault"]


def test_a_mad_reading_in_a_stand_is_no_load_that_was_lost(world: World) -> None:
    scene = loaded().drive(WILD).stand(60)
    scene.load_kg = 70_000.0
    scene.stand(120)
    scene.load_kg = 15_000.0
    assert kinds(scene.stand(120).drive("D1"), world) == ["loading", "sensor_fault"]


def test_a_dump_after_a_mad_reading_is_found(world: World) -> None:
    scene = loaded().drive(WILD)
    scene.load_kg = 70_000.0
    scene.stand(120)
    scene.load_kg = 15_000.0
    found = kinds(scene.stand(60).ramp(0, 40, lift_deg=40).stand(60).drive("S1"), world)
    assert found == ["illegal_dumping", "loading", "sensor_fault"]


@pytest.mark.parametrize("mad_deg", [140.0, -60.0])
def test_a_mad_lift_sensor_is_a_fault_and_nothing_else(world: World, mad_deg: float) -> None:
    scene = loaded()
    scene.lift_deg = mad_deg
    scene.drive(WILD).stand(300).drive(FAR)
    scene.lift_deg = 0.0
    assert kinds(scene.drive(WILD).stand(60), world) == ["loading", "sensor_fault"]


def test_a_lift_sensor_torn_off_while_the_bed_was_up_does_not_keep_it_up(world: World) -> None:
    scene = loaded().drive("D1").stand(30).ramp(0, 60, lift_deg=40)
    scene.lift_deg = 40.0
    scene.stand(30)
    scene.lift_deg = NAN
    scene.stand(60).drive("S1").load(15_000).stand(60).drive(WILD).stand(300).drive("S1")
    assert kinds(scene, world) == ["loading", "loading", "unloading"]


# What never moves


def stuck(raised: bool = False) -> Scene:
    """Return a truck whose load sensor shows the same ever since its first haul, for hours; it is in the wild now."""
    scene = loaded(load_kg=14_000.0).drive("D1").stand(60)
    scene.lift_deg = 40.0 if raised else 0.0
    scene.stand(60)
    scene.lift_deg = 0.0
    return sway(scene.drive(WILD), 5)


@pytest.mark.parametrize("stood_s", [0, 10, 300])
def test_a_stuck_load_sensor_that_comes_back_unloaded_nothing(world: World, stood_s: float) -> None:
    scene = stuck().stand(stood_s)
    scene.load_kg = 0.0
    scene = scene.stand(600).drive("S1")
    assert kinds(scene, world) == ["loading"]
    scene = stuck()
    scene.load_kg = 0.0
    assert kinds(scene.drive(FAR).stand(600), world) == ["loading"]


def test_a_load_that_reads_the_same_after_the_bed_was_raised_is_stuck(world: World) -> None:
    scene = stuck(raised=True)
    (event,) = [event for event in scene.judge(world)[0] if event.kind == "sensor_fault"]
    assert event.opening["faults"] == [{"sensor": "load", "how": "stuck", "load_kg": 14_000.0}]
    unloaded = [event for event in scene.judge(world)[0] if event.kind == "unloading"]
    assert event.confirmed_ms - unloaded[0].confirmed_ms < 600_000


def test_a_load_that_reads_the_same_after_a_gate_saw_the_truck_leave_is_stuck(world: World) -> None:
    scene = loaded(load_kg=14_000.0).drive("D1").stand(120)
    scene.washed()
    scene.rows[-1] = (scene.rows[-1][0], Mark.GATE_OUT, *scene.rows[-1][2:])
    assert kinds(sway(scene, 1), world) == ["loading", "sensor_fault"]


def test_neither_a_raised_bed_on_an_empty_truck_nor_a_wandering_load_is_stuck(world: World) -> None:
    scene = loaded().drive("D1").stand(30).ramp(0, 60, lift_deg=40).stand(30)
    scene.lift_deg = 40.0
    scene.stand(60)
    scene.lift_deg = 0.0
    assert kinds(sway(scene, 3), world) == ["loading", "unloading"]
    scene = loaded().drive("D1")
    scene.lift_deg = 40.0
    scene.stand(60)
    scene.lift_deg = 0.0
    for turn in range(60):
        scene.load_kg = 15_000.0 + 20 * (turn % 7)
        scene.drive(WILD if turn % 2 else "D1")
    assert kinds(scene, world) == ["loading", "unloading"]


@pytest.mark.parametrize(("lift_deg", "duration_s"), [(40.0, 10), (40.0, 40), (NAN, 60)])
def test_a_dump_is_found_however_long_the_load_read_the_same(world: World, lift_deg: float, duration_s: float) -> None:
    scene = stuck().stand(60).ramp(0, duration_s, lift_deg=lift_deg)
    scene.lift_deg = lift_deg
    scene.stand(40)
    scene.lift_deg = 0.0
    assert kinds(scene.drive("S1"), world) == ["illegal_dumping", "loading"]


# What nobody saw


@pytest.mark.parametrize(("way", "found"), [(FAR, ["loading"]), ((1550.0, 1550.0), ["illegal_dumping", "loading"])])
def test_a_load_gone_after_an_hour_unseen_was_tipped_here_only_if_the_truck_stayed_here(
    world: World, way: tuple[float, float], found: list[str]
) -> None:
    scene = loaded().drive(WILD).stand(60).wait(3000)
    scene.load_kg, scene.place = 0.0, way
    assert kinds(scene.stand(0).drive(WILD, 6.0).drive("S1"), world) == found


def test_two_loads_with_an_hour_unseen_between_are_not_compared(world: World) -> None:
    scene = loaded(load_kg=15_000.0)
    for _ in range(3):
        scene.drive(FAR).drive(WILD)
    scene.wait(1800)
    scene.load_kg = 13_900.0
    for _ in range(3):
        scene.drive(FAR).drive(WILD)
    assert kinds(scene, world) == ["loading"]


# The twins


def ailing(rng: np.random.Generator) -> FixBatch:
    """Return the track of a truck whose readings stay the same for an hour or so, whatever it does, and then jump."""
    scene = loaded(interval_s=float(rng.choice([10.0, 60.0])), load_kg=float(rng.choice([9000.0, 15_000.0])))
    for _ in range(int(rng.integers(3, 9))):
        if rng.random() < 0.6:
            scene.interval_s = 60.0
            for _ in range(int(rng.integers(1, 9))):
                scene.drive(FAR if rng.random() < 0.5 else WILD).stand(float(rng.choice([0, 60, 600])))
            scene.interval_s = float(rng.choice([5.0, 10.0, 60.0]))
        act = rng.integers(0, 7)
        if act == 0:
            scene.lift_deg = float(rng.choice([12.0, 40.0, 140.0, NAN]))
            scene.stand(float(rng.choice([10, 60, 300])))
            scene.lift_deg = float(rng.choice([0.0, 0.0, NAN]))
        elif act == 1:
            scene.washed()
            scene.rows[-1] = (scene.rows[-1][0], Mark.GATE_OUT, *scene.rows[-1][2:])
        elif act == 2:
            scene.ramp(float(rng.choice([0.0, 5000.0, 15_000.0])), 40, lift_deg=float(rng.choice([0.0, 40.0])))
        elif act == 3:
            scene.wait(float(rng.choice([300, 700])))
        elif act == 4:
            kept, scene.load_kg = scene.load_kg, float(rng.choice([NAN, 80_000.0, -9000.0]))
            scene.stand(float(rng.choice([10, 300]))).drive(WILD)
            scene.load_kg = float(rng.choice([kept, 0.0]))
        else:
            scene.load_kg = float(rng.choice([0.0, 4000.0, 9000.0, 15_000.0]))
        scene.stand(float(rng.choice([0, 30, 120])))
    return scene.batch()


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32), cuts=st.lists(st.integers(0, 600), max_size=12))
def test_cuts_change_nothing_and_the_twins_find_the_same(world: World, seed: int, cuts: list[int]) -> None:
    track = ailing(np.random.default_rng(seed))
    whole, _, carry = judge_in_batches(by_time([track]), [], world)
    pieces, _, carry_of_pieces = judge_in_batches(by_time([track]), cuts, world)
    assert comparable(pieces.values()) == comparable(whole.values())
    assert carry_of_pieces.rows.tobytes() == carry.rows.tobytes()
    expected = found_by_twin([track], world, lambda rows, city: judge_track(rows, city)[0])
    assert comparable(whole.values()) == comparable(expected)


def test_the_random_tracks_are_eventful_enough_to_mean_something(world: World) -> None:
    found: list[str] = []
    for seed in range(60):
        events, _, _ = judge_in_batches(by_time([ailing(np.random.default_rng(seed))]), [], world)
        for event in events.values():
            faults = event.opening.get("faults", [])
            found += [event.kind, *(str(fault["how"]) for fault in faults)]
    assert all(found.count(word) >= 5 for word in ("illegal_dumping", "implausible", "stuck")), found
