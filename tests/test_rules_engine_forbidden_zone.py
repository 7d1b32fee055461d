"""Driving within forbidden zones and those of control orders, and what is not that."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from oracles.scenes import START_MS, Scene
from oracles.tracks import M_LAT
from oracles.zoned import collection, square, zone, zoned_city

from rules_engine.event import Event
from rules_engine.world import World

HOUR_MS = 3_600_000
OLD_TOWN = square(1500, 0, 500)


def world_with(*zones: dict[str, Any], **documents: Any) -> World:
    return zoned_city(zones=collection(*zones), **documents)


@pytest.fixture(scope="module")
def world() -> World:
    return world_with(zone("F1", OLD_TOWN, rule="forbidden", name="old town"))


def entries(scene: Scene, world: World, kind: str = "forbidden_zone") -> list[Event]:
    return [event for event in scene.judge(world)[0] if event.kind == kind]


def to_and_fro(scene: Scene, north_m: float, rounds: int = 4) -> Scene:
    """Drive along a line within 300 m of the zone's middle, again and again."""
    for _ in range(rounds):
        scene.drive((1200.0, north_m), 8.0).drive((1800.0, north_m), 8.0)
    return scene


def test_driving_in_a_forbidden_zone_is_found_and_ends_outside(world: World) -> None:
    scene = to_and_fro(Scene(), 0.0).drive("D1").stand(120)
    (event,) = entries(scene, world)
    assert (event.severity, event.opening["zone_id"], event.opening["zone_name"]) == (2, "F1", "old town")
    assert event.confirmed_ms - event.start.fix_time_ms >= 120_000
    assert event.closing is not None
    assert event.end_ms is not None
    assert event.closing["duration_s"] == (event.end_ms - event.start.fix_time_ms) / 1000


@pytest.mark.parametrize("interval_s", [1, 10, 30, 60])
def test_however_seldom_fixes_come(world: World, interval_s: float) -> None:
    assert len(entries(to_and_fro(Scene(interval_s=interval_s), 0.0), world)) == 1


def test_crossing_a_corner_of_it_takes_too_short(world: World) -> None:
    assert entries(Scene().drive("D1", 12.0).drive("S1", 12.0), world) == []


def test_standing_in_it_all_night_is_no_driving(world: World) -> None:
    assert entries(Scene(at=(1500.0, 0.0)).stand(8 * 3600), world) == []


def test_a_red_light_neither_makes_nor_ends_it(world: World) -> None:
    scene = Scene(at=(1300.0, 0.0)).drive((1500.0, 0.0), 10.0).stand(100)
    assert len(entries(scene.drive((1700.0, 0.0), 10.0).stand(60), world)) == 1
    assert len(entries(to_and_fro(to_and_fro(Scene(), 0.0).stand(300), 0.0), world)) == 1


@pytest.mark.parametrize("noise_m", [0.0, 8.0, 15.0])
@pytest.mark.parametrize("off_m", [10.0, 15.0, 40.0])
def test_the_road_along_it_is_outside(world: World, off_m: float, noise_m: float) -> None:
    rng = np.random.default_rng(int(off_m + noise_m))
    scene = to_and_fro(Scene(interval_s=5), 500.0 + off_m, rounds=8)
    scene.rows = [
        (t, mark, lat + noise_m / 2 * rng.standard_normal() * M_LAT, *rest) for t, mark, lat, *rest in scene.rows
    ]
    assert entries(scene, world) == []


def test_bad_fixes_and_jumps_decide_nothing(world: World) -> None:
    scene = Scene(at=(1500.0, 3000.0))
    scene.hdop = 25.0
    scene.place = (1500.0, 0.0)
    assert entries(to_and_fro(scene, 0.0), world) == []


def test_shortly_out_is_the_same_event_and_within_two_hours_there_is_no_other(world: World) -> None:
    scene = to_and_fro(Scene(), 0.0)
    for pause_s in (20, 600, 3600):
        scene.drive((1500.0, 700.0)).stand(pause_s)
        to_and_fro(scene, 0.0)
    assert len(entries(scene, world)) == 1
    scene.drive((1500.0, 900.0)).stand(7300)
    assert len(entries(to_and_fro(scene, 0.0), world)) == 2


def test_a_fence_has_its_own_patience() -> None:
    hasty = world_with(zone("F1", OLD_TOWN, rule="forbidden", hold_s=30))
    (event,) = entries(Scene().drive("D1", 12.0), hasty)
    assert event.opening["hold_s"] == 30


def test_zones_that_overlap_are_one_event_of_the_one_entered_first() -> None:
    both = world_with(
        zone("F1", square(1500, 0, 400), rule="forbidden"), zone("F2", square(1100, 0, 500), rule="forbidden")
    )
    (event,) = entries(to_and_fro(Scene(at=(-500.0, 0.0)).drive((900.0, 0.0), 8.0), 0.0), both)
    assert event.opening["zone_id"] == "F2"


def test_a_strip_as_wide_as_a_road_still_counts() -> None:
    strip = world_with(zone("F1", square(1500, 0, 600, 15), rule="forbidden"))
    assert len(entries(to_and_fro(Scene(), 0.0), strip)) == 1
    assert entries(to_and_fro(Scene(), 30.0), strip) == []


@pytest.mark.parametrize(
    ("windows", "found"),
    [
        ([{"from": "22:00", "to": "06:00"}], 1),
        ([{"from": "22:00", "to": "06:00", "days": [1]}], 1),  # Monday's night
        ([{"from": "22:00", "to": "06:00", "days": [2, 3, 4, 5, 6, 7]}], 0),
        ([{"from": "07:00", "to": "22:00"}], 0),
        ([{"from": "07:00", "to": "09:00"}, {"from": "22:10", "to": "22:30"}], 1),
    ],
)
def test_it_is_forbidden_at_its_hours_only(windows: list[dict[str, Any]], found: int) -> None:
    at_hours = world_with(zone("F1", OLD_TOWN, rule="forbidden", windows=windows))
    assert len(entries(to_and_fro(Scene(), 0.0), at_hours)) == found


def test_its_hours_end_it() -> None:
    evening = world_with(zone("F1", OLD_TOWN, rule="forbidden", windows=[{"from": "18:00", "to": "22:20"}]))
    (event,) = entries(to_and_fro(Scene(), 0.0, rounds=12), evening)
    assert event.end_ms is not None
    assert event.end_ms < START_MS + 400_000  # 22:13:20 and 400 s


def test_a_control_order_is_dated_and_named() -> None:
    order = {"rule": "control", "order": "smog 2026-7"}
    current = world_with(
        zone("O1", OLD_TOWN, **order, valid_from="2026-09-21T22:00:00+08:00", valid_to="2026-09-22T00:00:00+08:00"),
        city={"utc_offset_h": 8},
    )
    (event,) = entries(to_and_fro(Scene(), 0.0), current, "control_order")
    assert (event.opening["order"], event.opening["zone_id"]) == ("smog 2026-7", "O1")
    assert entries(to_and_fro(Scene(), 0.0), current) == []
    late = to_and_fro(Scene().wait(7200), 0.0)
    assert entries(late, current, "control_order") == []


def test_zones_of_other_rules_forbid_nothing() -> None:
    others = world_with(
        zone("P", OLD_TOWN, rule="parking"), zone("V", OLD_TOWN, rule="speed", limit_kmh=20), zone("N", OLD_TOWN)
    )
    scene = to_and_fro(Scene(), 0.0)
    assert entries(scene, others) + entries(scene, others, "control_order") == []


def test_every_level_of_limits_counts(world: World) -> None:
    """A permit that lets its trucks pass, a site that is stricter, a company, the city: the narrower one wins."""
    name = "forbidden_zone.hold_s"
    permits = world.documents["permits"]
    lenient = [permits[0] | {"limits": {name: 10_000}}, *permits[1:]]

    def holds_s(scene: Scene, **documents: Any) -> list[float]:
        return [
            event.opening["hold_s"] for event in entries(scene, zoned_city(zones=world.documents["zones"], **documents))
        ]

    def loaded() -> Scene:
        return to_and_fro(Scene().stand(60).load(15_000).stand(30).drive((900.0, 0.0)), 0.0)

    everyone = {"city": {name: 60}, "companies": {"C1": {name: 90}}, "sites": {"S1": {name: 80}}}
    assert holds_s(to_and_fro(Scene(), 0.0), limits={"city": {name: 60}}) == [60]
    assert holds_s(to_and_fro(Scene(), 0.0), limits=everyone) == [90]
    assert holds_s(loaded(), limits={"city": {name: 60}, "sites": {"S1": {name: 80}}}) == [80]
    assert holds_s(loaded(), limits=everyone, permits=lenient) == []
    # a truck without permit, on a trip from the site
    assert holds_s(loaded(), limits={"city": {name: 60}, "sites": {"S1": {name: 80}}}, permits=[]) == [80]
