"""Hauling and loading out of hours, and what is not that."""

from __future__ import annotations

from typing import Any

import pytest
from oracles.scenes import NAN, Scene, loaded
from oracles.tracks import city
from oracles.zoned import collection, zoned_city

from rules_engine.event import Event
from rules_engine.world import World

DAY = [{"from": "06:00", "to": "20:00"}]
NIGHT = [{"from": "20:00", "to": "06:00"}]
ENDS_NOW = [{"from": "06:00", "to": "22:12"}]


def world_with(haul: Any = None, work: Any = None, permit: Any = None, **documents: Any) -> World:
    """Return the city with hours of its own, of S1 and of P0; scenes begin at 22:13."""
    own = city().documents
    first, *others = own["sites"]["features"]
    sites = collection(first | {"properties": first["properties"] | ({"work_windows": work} if work else {})}, *others)
    permits = [own["permits"][0] | ({"windows": permit} if permit else {}), *own["permits"][1:]]
    hours = {"utc_offset_h": 8} | ({"haul_windows": haul} if haul else {})
    return zoned_city(sites=sites, permits=permits, city=hours, **documents)


def found(scene: Scene, world: World) -> list[Event]:
    return [event for event in scene.judge(world)[0] if event.kind == "out_of_hours"]


def haul() -> Scene:
    return loaded().drive("D1", 10.0).ramp(0, 40, lift_deg=40).stand(60)


def test_hauling_out_of_the_citys_hours_is_found_and_ends_with_the_load() -> None:
    (event,) = found(haul(), world_with(haul=DAY))
    assert (event.opening["what"], event.opening["hours_of"], event.opening["site_id"]) == ("hauling", "city", "S1")
    assert (event.opening["permit_id"], event.opening["local_time"], event.severity) == ("P0", "22:17", 2)
    assert event.confirmed_ms - event.start.fix_time_ms >= 120_000
    assert event.closing is not None


@pytest.mark.parametrize(
    ("windows", "by"),
    [
        ({"haul": NIGHT}, None),
        ({}, None),
        ({"haul": DAY, "work": NIGHT}, None),
        ({"haul": DAY, "work": DAY, "permit": NIGHT}, None),
        ({"haul": NIGHT, "permit": DAY}, "permit"),
        ({"haul": DAY, "permit": DAY}, "permit"),
        ({"haul": [{"from": "20:00", "to": "06:00", "days": [2, 3]}]}, "city"),
        ({"haul": [{"from": "20:00", "to": "06:00", "days": [1]}]}, None),
    ],
)
def test_the_narrowest_hours_hold(windows: dict[str, Any], by: str | None) -> None:
    assert [event.opening["hours_of"] for event in found(haul(), world_with(**windows))] == ([by] if by else [])


def test_a_loading_before_the_site_may_work_and_its_haul_are_one_event() -> None:
    (event,) = found(haul(), world_with(haul=DAY, work=DAY))
    assert (event.opening["what"], event.opening["hours_of"], event.opening["site_id"]) == ("loading", "site", "S1")
    assert event.opening["permit_id"] == "P0"
    assert event.confirmed_ms == event.start.fix_time_ms
    assert event.closing is not None
    assert event.closing["duration_s"] > 200


def test_loading_at_a_site_that_may_work_is_none() -> None:
    assert found(Scene().stand(60).load(15_000).stand(300), world_with(haul=DAY)) == []
    assert found(Scene().stand(60).load(15_000).stand(300), world_with(work=NIGHT)) == []


def test_who_set_out_in_time_may_finish() -> None:
    assert found(haul(), world_with(haul=ENDS_NOW)) == []
    slow = loaded().drive("D1", 10.0).drive("S2", 10.0)
    (event,) = found(slow, world_with(haul=ENDS_NOW))
    assert event.opening["local_time"] >= "22:22"
    assert len(found(haul(), world_with(haul=ENDS_NOW, limits={"city": {"out_of_hours.grace_s": 0}}))) == 1


def test_an_empty_truck_may_drive_at_any_time() -> None:
    assert found(Scene().stand(60).drive("D1").drive("S2"), world_with(haul=DAY)) == []
    unknown = Scene(vehicle=2)
    unknown.load_kg = NAN
    assert found(unknown.stand(60).drive("D1").drive("S2"), world_with(haul=DAY)) == []


def test_standing_loaded_and_moving_within_places_are_no_hauling() -> None:
    assert found(loaded().drive((300.0, 0.0)).stand(4 * 3600), world_with(haul=DAY)) == []
    scene = loaded()
    for _ in range(30):
        scene.drive((100.0, 0.0), 3.0).drive((-100.0, 0.0), 3.0)
    assert found(scene, world_with(haul=DAY)) == []


def test_a_night_of_trips_gives_one_event_in_two_hours() -> None:
    scene = Scene()
    for _ in range(6):
        scene.stand(60).load(15_000).stand(30).drive("D1", 10.0).ramp(0, 40, lift_deg=40).stand(60).drive("S1", 10.0)
    events = found(scene, world_with(haul=DAY))
    assert len(events) == 1
    for _ in range(2):
        scene.stand(4000).load(15_000).stand(30).drive("D1", 10.0).ramp(0, 40, lift_deg=40).stand(60).drive("S1", 10.0)
    assert len(found(scene, world_with(haul=DAY))) == 2


def test_a_load_that_is_only_presumed_weighs_less() -> None:
    scene = Scene(vehicle=2)
    scene.load_kg = scene.lift_deg = NAN
    (event,) = found(scene.stand(900).drive("D1", 10.0).stand(600).drive("S1", 10.0), world_with(haul=DAY))
    assert (event.severity, event.opening["by"], event.opening["what"]) == (1, ["stay"], "hauling")
