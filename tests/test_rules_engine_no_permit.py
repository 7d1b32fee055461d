"""Hauling without a valid permit, and what is not that."""

from __future__ import annotations

from typing import Any

import pytest
from oracles.scenes import NAN, Scene, loaded
from oracles.tracks import city
from oracles.zoned import zoned_city

from rules_engine.event import Event
from rules_engine.world import World

PERMITS = city().documents["permits"]


def world_with(*permits: dict[str, Any], **documents: Any) -> World:
    return zoned_city(permits=list(permits), **documents)


def found(scene: Scene, world: World) -> list[Event]:
    return [event for event in scene.judge(world)[0] if event.kind == "no_permit"]


def trip(scene: Scene, to: str = "D1") -> Scene:
    return scene.stand(60).load(15_000).stand(30).drive(to, 10.0).ramp(0, 40, lift_deg=40).stand(60)


def test_a_haul_without_any_permit_is_found() -> None:
    (event,) = found(trip(Scene(vehicle=2)), city())
    assert (event.severity, event.opening["what"], event.opening["site_id"]) == (3, "no_permit", "S1")
    assert (event.opening["permit_id"], event.opening["permit_valid_to_ms"]) == (None, None)
    assert event.opening["local_day"] == "2026-09-21"
    assert event.confirmed_ms - event.start.fix_time_ms >= 120_000
    assert event.closing is not None


def test_a_permit_that_ended_is_named() -> None:
    (event,) = found(trip(Scene()), world_with(PERMITS[0] | {"valid_to": "2026-09-21T20:00:00+08:00"}))
    assert (event.opening["what"], event.opening["permit_id"]) == ("no_permit", "P0")
    assert event.opening["permit_valid_to_ms"] == 1_789_992_000_000


def test_a_permit_for_another_site_is_the_wrong_one() -> None:
    (event,) = found(trip(Scene()), world_with(PERMITS[1]))
    assert (event.severity, event.opening["what"], event.opening["site_id"]) == (2, "wrong_site", "S1")
    assert event.opening["permit_id"] == "P1"


@pytest.mark.parametrize(
    "permit",
    [
        {},
        {"vehicle_ids": None},  # of the whole company
        {"site_id": None},  # wherever loaded
        {"binding": "period"},
        {"binding": "period", "site_id": None},
        {"valid_to": None},
        {"valid_to": "2026-09-21T22:17:00+08:00"},  # ends on the way
        {"valid_to": "2026-09-21T21:30:00+08:00"},  # ended a moment ago
        {"valid_from": "2026-09-21T22:15:30+08:00"},  # begins after loading
    ],
)
def test_whoever_has_a_permit_gives_nothing(permit: dict[str, Any]) -> None:
    assert found(trip(Scene()), world_with(PERMITS[0] | permit)) == []


def test_an_empty_truck_needs_none() -> None:
    assert found(Scene(vehicle=2).stand(60).drive("D1").drive("S2"), city()) == []


def test_a_truck_first_seen_heavy_may_come_from_any_site() -> None:
    scene = Scene(at=(1000.0, 0.0))
    scene.load_kg = 15_000.0
    scene.drive("D1", 5.0)
    assert found(scene, world_with(PERMITS[1])) == []
    assert len(found(scene, world_with(PERMITS[1] | {"vehicle_ids": ["T1"]}))) == 1


def test_moving_within_the_site_is_no_haul() -> None:
    scene = loaded(vehicle=2)
    for _ in range(30):
        scene.drive((100.0, 0.0), 3.0).drive((-100.0, 0.0), 3.0)
    assert found(scene, city()) == []


def test_a_city_without_permits_asks_for_none() -> None:
    assert found(trip(Scene(vehicle=2)), world_with()) == []


def test_one_event_a_day_of_the_city() -> None:
    scene = Scene(vehicle=2)
    for _ in range(20):  # from 22:13 on, some 12 minutes each
        trip(scene).drive("S1", 10.0)
    events = sorted(found(scene, city()), key=lambda event: event.start)
    assert [event.opening["local_day"] for event in events] == ["2026-09-21", "2026-09-22"]
    east = sorted(found(scene, zoned_city(city={"utc_offset_h": 9})), key=lambda event: event.start)
    assert [event.opening["local_day"] for event in east] == ["2026-09-21", "2026-09-22"]
    assert east[1].start.fix_time_ms < events[1].start.fix_time_ms - 3_000_000


def test_every_level_of_limits_counts() -> None:
    name = "no_permit.hold_s"
    limits = {"city": {name: 60}, "sites": {"S1": {name: 90}}}
    (event,) = found(trip(Scene(vehicle=2)), zoned_city(limits=limits))
    assert event.opening["hold_s"] == 90
    (event,) = found(trip(Scene(vehicle=2)), zoned_city(limits=limits | {"companies": {"C1": {name: 70}}}))
    assert event.opening["hold_s"] == 70


def test_a_load_that_is_only_presumed_weighs_less() -> None:
    scene = Scene(vehicle=2)
    scene.load_kg = scene.lift_deg = NAN
    (event,) = found(scene.stand(900).drive("D1", 10.0).stand(600).drive("S1", 10.0), city())
    assert (event.severity, event.opening["by"], event.opening["confidence"]) == (2, ["stay"], 0.6)
    assert (event.opening["what"], event.opening["site_id"]) == ("no_permit", "S1")
    assert event.closing is not None
    assert event.closing["duration_s"] < 400  # not on the way back
