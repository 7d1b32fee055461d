"""Leaving the permitted corridors for too long, and what is no leaving."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles.judge import judge_track
from oracles.scenes import NAN, START_MS, Scene, loaded
from oracles.tracks import LAT, LON, M_LAT, M_LON, city

from rules_engine.carry import Carry
from rules_engine.engine import evaluate
from rules_engine.event import Event
from rules_engine.world import World, WorldError


@pytest.fixture(scope="module")
def world() -> World:
    return city()


def deviations(scene: Scene, world: World) -> list[Event]:
    return [event for event in scene.judge(world)[0] if event.kind == "route_deviation"]


def detour(scene: Scene, off_m: float, duration_s: float, speed_mps: float = 4.0) -> Scene:
    """Drive beside the road S1 - D1 for a while, then on to D1."""
    scene.drive((1000.0, 0.0)).drive((1000.0, off_m), 30.0)
    return scene.drive((1000.0 + duration_s * speed_mps, off_m), speed_mps).drive((2700.0, 0.0)).drive("D1")


def test_a_detour_is_found_once_with_how_far_it_went(world: World) -> None:
    (event,) = deviations(detour(loaded(), 300.0, 240.0), world)
    assert (event.severity, event.opening["permit_id"]) == (2, "P0")
    assert event.opening["corridor_ids"] == ["K1", "K2"]
    assert event.opening["leave_above_m"] == 60.0  # of K1; K2 has none of its own
    assert event.opening["max_distance_m"] == pytest.approx(300, rel=0.02)
    assert event.confirmed_ms - event.start.fix_time_ms >= 180_000
    assert event.closing is not None
    assert event.end_ms == event.start.fix_time_ms + event.closing["duration_s"] * 1000


@pytest.mark.parametrize("interval_s", [2, 10, 30, 60])
def test_however_seldom_fixes_come(world: World, interval_s: float) -> None:
    scene = Scene(interval_s=interval_s).stand(300).load(15_000).stand(120)
    assert len(deviations(detour(scene, 300.0, 400.0), world)) == 1


@pytest.mark.parametrize(
    ("off_m", "duration_s", "found"), [(40.0, 400.0, 0), (55.0, 400.0, 0), (70.0, 400.0, 1), (300.0, 60.0, 0)]
)
def test_thresholds(world: World, off_m: float, duration_s: float, found: int) -> None:
    assert len(deviations(detour(loaded(), off_m, duration_s), world)) == found


def test_parking_at_the_corridors_edge_all_night_is_one_event_not_forty(world: World) -> None:
    scene = loaded().drive((1000.0, 0.0))
    for step in range(1000):
        scene.place = (1000.0, 62.0 if step % 3 else 52.0)
        scene.fix(0.1)
    assert len(deviations(scene.drive("D1"), world)) == 1


def test_an_empty_truck_goes_home_as_it_likes(world: World) -> None:
    scene = loaded().drive("D1").ramp(0, 40, lift_deg=40).stand(60)
    assert deviations(detour(scene, 600.0, 400.0), world) == []


def test_a_truck_that_no_permit_binds_cannot_deviate(world: World) -> None:
    assert deviations(detour(loaded(vehicle=2), 600.0, 400.0), world) == []


def test_within_a_site_or_dump_point_and_around_it_there_is_no_road(world: World) -> None:
    scene = loaded().drive("D1").drive((3000.0, 240.0)).stand(600)
    assert deviations(scene, world) == []


def test_passing_a_place_that_is_not_the_trips_own_neither_ends_nor_excuses_a_deviation(world: World) -> None:
    (event,) = deviations(loaded().drive("D1").drive("S2", 8.0).stand(600), world)
    assert event.closing is None


def test_before_it_has_left_the_site_a_truck_is_not_on_its_way(world: World) -> None:
    scene = loaded()
    scene.place = (0.0, -140.0)
    assert deviations(scene.stand(900), world) == []


@pytest.mark.parametrize("hdop", [12.0, 99.0])
def test_fixes_of_bad_geometry_decide_nothing(world: World, hdop: float) -> None:
    scene = loaded().drive((1000.0, 0.0))
    scene.hdop = hdop
    scene.drive((1000.0, 400.0)).stand(600).drive((1000.0, 0.0))
    scene.hdop = 1.0
    assert deviations(scene.drive("D1"), world) == []


def test_excursions_that_no_truck_can_drive_decide_nothing(world: World) -> None:
    scene = loaded(interval_s=2).drive((1000.0, 0.0))
    for _ in range(200):
        scene.place = (1000.0, 900.0)
        scene.fix(1)
        scene.place = (1000.0, 0.0)
        scene.fix(1)
    assert deviations(scene.drive("D1"), world) == []


def test_a_lost_position_neither_ends_nor_makes_a_deviation(world: World) -> None:
    scene = loaded().drive((1000.0, 0.0)).drive((1000.0, 400.0))
    for _ in range(30):
        scene.fix(4.0)
        place, scene.place = scene.place, (NAN, NAN)
        scene.fix(4.0)
        scene.place = place
    assert len(deviations(scene.drive((1000.0, 0.0)).drive("D1"), world)) == 1
    lost = loaded().drive((1000.0, 0.0))
    lost.place = (NAN, NAN)
    lost.stand(900)
    lost.place = (1000.0, 0.0)
    assert deviations(lost.drive("D1"), world) == []


def test_a_period_permit_binds_a_truck_without_any_sensor(world: World) -> None:
    scene = Scene(vehicle=3, at=(500.0, 0.0))
    scene.load_kg, scene.lift_deg, scene.cover = NAN, NAN, -1
    (event,) = deviations(detour(scene, 300.0, 300.0), world)
    assert event.opening["permit_id"] == "P2"


def limited(world: World, limits: dict[str, Any]) -> World:
    return World.from_documents(world.documents | {"limits": limits})


@pytest.mark.parametrize(
    ("limits", "found"),
    [
        ({"city": {"route_deviation.hold_s": 600}}, 0),
        ({"city": {"route_deviation.hold_s": 600}, "companies": {"C1": {"route_deviation.hold_s": 60}}}, 1),
        ({"sites": {"S1": {"route_deviation.min_fixes": 1000}}}, 0),
    ],
)
def test_the_narrower_limit_wins(world: World, limits: dict[str, Any], found: int) -> None:
    assert len(deviations(detour(loaded(), 300.0, 240.0), limited(world, limits))) == found


def test_the_permits_own_distance_goes_before_the_corridors_width(world: World) -> None:
    scene = Scene(at="S2").stand(60).load(15_000).stand(30).drive((5000.0, 400.0)).drive((4200.0, 300.0), 3.0)
    (event,) = deviations(scene.drive("D1"), world)
    assert (event.opening["permit_id"], event.opening["leave_above_m"]) == ("P1", 40.0)


def repeated_detours(pause_s: float) -> Scene:
    """Leave the road twice under one load, with a pause on the road in between."""
    scene = loaded().drive((1000.0, 0.0)).drive((1000.0, 300.0), 30.0).stand(300).drive((1000.0, 0.0), 30.0)
    return scene.stand(pause_s).drive((1000.0, 300.0), 30.0).stand(300).drive((1000.0, 0.0), 30.0).drive("D1")


@pytest.mark.parametrize(("pause_s", "found"), [(600.0, 1), (6800.0, 1), (7600.0, 2)])
def test_after_one_deviation_there_is_no_other_for_two_hours(world: World, pause_s: float, found: int) -> None:
    assert len(deviations(repeated_detours(pause_s), world)) == found


def test_a_deviation_that_lasts_until_the_quiet_time_is_over_is_told_then(world: World) -> None:
    scene = loaded().drive((1000.0, 0.0)).drive((1000.0, 300.0), 30.0).stand(300).drive((1000.0, 0.0), 30.0)
    first, second = deviations(scene.stand(60).drive((1000.0, 300.0), 30.0).stand(8000), world)
    assert first.end_ms is not None
    assert 0 <= second.confirmed_ms - (first.end_ms + 7_200_000) < 10_000


def test_mute_is_a_limit(world: World) -> None:
    short = limited(world, {"city": {"route_deviation.mute_s": 60}})
    assert len(deviations(repeated_detours(600.0), short)) == 2


def test_driving_on_past_the_end_of_the_corridor_is_a_deviation(world: World) -> None:
    (event,) = deviations(loaded().drive("D1").drive((6000.0, 0.0)), world)
    assert event.opening["beyond_end"] is True
    assert event.opening["corridor_ids"] == ["K1", "K2"]
    (beside,) = deviations(detour(loaded(), 300.0, 240.0), world)
    assert beside.opening["beyond_end"] is False


def temporary(world: World, valid_from: str | None, valid_to: str | None) -> World:
    """Return the world with a temporary corridor 300 m beside the road S1 - D1."""
    places = [(0.0, 0.0), (1000.0, 0.0), (1000.0, 300.0), (2700.0, 300.0), (3000.0, 0.0)]
    properties = {"corridor_id": "K9", "half_width_m": 60.0, "valid_from": valid_from, "valid_to": valid_to}
    line = {"type": "LineString", "coordinates": [[LON + east * M_LON, LAT + north * M_LAT] for east, north in places]}
    corridors = world.documents["corridors"]
    feature = {"type": "Feature", "properties": properties, "geometry": line}
    permits = [permit | {"corridor_ids": [*permit["corridor_ids"], "K9"]} for permit in world.documents["permits"]]
    return World.from_documents(
        world.documents | {"corridors": corridors | {"features": [*corridors["features"], feature]}, "permits": permits}
    )


@pytest.mark.parametrize(
    ("valid_from", "valid_to", "found"),
    [
        (None, None, 0),
        ("2026-09-21T00:00:00+00:00", "2026-09-22T00:00:00+00:00", 0),
        ("2026-09-22T00:00:00+00:00", None, 1),
        (None, "2026-09-21T00:00:00+00:00", 1),
    ],
)
def test_a_temporary_corridor_counts_between_its_dates(
    world: World, valid_from: str | None, valid_to: str | None, found: int
) -> None:
    events = deviations(detour(loaded(), 300.0, 400.0), temporary(world, valid_from, valid_to))
    assert len(events) == found
    assert all(event.opening["corridor_ids"] == ["K1", "K2"] for event in events)


def test_a_permit_whose_only_corridor_does_not_hold_yet_binds_to_no_road(world: World) -> None:
    later = temporary(world, "2030-01-01T00:00:00+00:00", None)
    permits = [permit | {"corridor_ids": ["K9"]} for permit in later.documents["permits"]]
    assert (
        deviations(detour(loaded(), 900.0, 400.0), World.from_documents(later.documents | {"permits": permits})) == []
    )


def test_a_corridor_must_not_end_before_it_begins(world: World) -> None:
    with pytest.raises(WorldError, match="valid_to after valid_from"):
        temporary(world, "2026-09-22T00:00:00+00:00", "2026-09-21T00:00:00+00:00")


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 2**32), cut=st.integers(0, 400))
def test_dated_corridors_are_judged_as_by_the_twin_however_cut(world: World, seed: int, cut: int) -> None:
    rng = np.random.default_rng(seed)
    start = np.datetime64(START_MS, "ms") + np.timedelta64(int(rng.integers(0, 3600)), "s")
    dated = temporary(world, f"{start}+00:00", f"{start + np.timedelta64(900, 's')}+00:00")
    scene = detour(loaded(), float(rng.uniform(200, 400)), float(rng.uniform(100, 1500)))
    rows = scene.batch()
    carry, found = Carry(), {}
    for part in (rows.take(slice(0, cut)), rows.take(slice(cut, None))):
        judgement = evaluate(part, dated, carry)
        carry.apply(judgement.update)
        found |= {e.start: e for e in judgement.events if e.kind == "route_deviation"}
    expected = [item for item in judge_track(rows, dated)[0] if item.kind == "route_deviation"]
    assert [(e.confirmed_ms, e.end_ms, e.opening, e.closing) for e in found.values()] == [
        (e.confirmed_ms, e.end_ms, e.opening, e.closing) for e in expected
    ]
