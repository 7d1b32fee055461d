"""Empty, heavy, and the moment between."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from oracles.scenes import NAN, START_MS, Scene, loaded
from oracles.tracks import city

from rules_engine.carry import Carry
from rules_engine.engine import evaluate
from rules_engine.fix_batch import FixBatch
from rules_engine.world import World


@pytest.fixture(scope="module")
def world() -> World:
    return city()


def test_loading_is_told_with_where_and_by_which_permit(world: World) -> None:
    (event,), _ = loaded().judge(world)
    assert (event.kind, event.severity, event.vehicle_id) == ("loading", 0, "T0")
    assert (event.opening["site_id"], event.opening["permit_id"]) == ("S1", "P0")
    assert event.opening["load_kg"] >= 0.4 * event.opening["capacity_kg"]
    assert event.confirmed_ms - event.start.fix_time_ms >= 10_000
    assert event.end_ms == event.confirmed_ms


def test_loading_away_from_every_site_has_no_site(world: World) -> None:
    events, (trip,) = Scene(at=(1500.0, 1500.0)).stand(60).load(15_000).judge(world)
    (event,) = [event for event in events if event.kind == "loading"]
    assert event.opening["site_id"] is None
    assert (trip.site_id, trip.permit_id) == (None, None)


def test_a_truck_first_seen_heavy_was_not_loaded(world: World) -> None:
    scene = Scene()
    scene.load_kg = 15_000
    assert scene.stand(300).kinds(world) == []


def test_half_a_load_is_neither_empty_nor_heavy(world: World) -> None:
    assert Scene().stand(60).load(0.35 * 16_000).stand(300).kinds(world) == []


def test_one_wild_reading_is_no_loading(world: World) -> None:
    scene = Scene(interval_s=2).stand(60)
    scene.load_kg = 15_000
    scene.fix(0.1)
    scene.load_kg = 0
    assert scene.stand(60).kinds(world) == []


def test_wandering_around_a_threshold_loads_once(world: World) -> None:
    scene = Scene().stand(60).load(6_400)
    for load_kg in [6_300, 6_500] * 20:
        scene.load_kg = load_kg
        scene.fix(0.1)
    assert scene.kinds(world) == ["loading"]


def test_an_absent_sensor_is_not_zero(world: World) -> None:
    scene = loaded()
    scene.load_kg = NAN
    scene.stand(600)
    scene.load_kg = 15_000
    assert scene.stand(300).kinds(world) == ["loading"]


def test_a_negative_reading_is_an_empty_truck(world: World) -> None:
    scene = Scene()
    scene.load_kg = -300
    assert scene.stand(60).load(15_000).kinds(world) == ["loading"]


def as_ratio(batch: FixBatch, capacity_kg: float) -> FixBatch:
    """Return the same rows from an uncalibrated sensor."""
    ratio = (batch.load_kg / capacity_kg).astype(np.float32)
    return dataclasses.replace(batch, load_ratio=ratio, load_kg=np.full(len(batch), NAN, np.float32))


def test_a_ratio_does_as_well_as_a_mass(world: World) -> None:
    scene = loaded()
    (event,) = evaluate(as_ratio(scene.batch(), 16_000), world, Carry()).events
    assert event.event_id == scene.judge(world)[0][0].event_id


def test_an_unknown_capacity_is_assumed(world: World) -> None:
    (event,), _ = loaded(vehicle=2).judge(world)
    assert event.opening["capacity_kg"] == 15_500


def test_when_the_truck_was_last_empty_is_told(world: World) -> None:
    scene = Scene().stand(60)
    last_empty_ms = START_MS + round((scene.time_s - scene.interval_s) * 1000)
    scene.load_kg = 8_000
    (event,), (trip,) = scene.stand(60).judge(world)
    assert trip.loading_start_ms == last_empty_ms
    assert event.closing == {"since_empty_s": (event.confirmed_ms - last_empty_ms) / 1000}
