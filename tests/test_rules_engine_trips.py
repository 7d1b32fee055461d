"""A haul cycle from loading to return, and what binds a truck on the way."""

from __future__ import annotations

import pytest
from oracles.scenes import Scene, loaded
from oracles.tracks import city

from rules_engine.event import Trip
from rules_engine.world import World


@pytest.fixture(scope="module")
def world() -> World:
    return city()


def cycle() -> Scene:
    """Return a whole cycle to D1 and back to S1."""
    scene = loaded().washed().drive("D1").stand(30).ramp(0, 40, lift_deg=40).stand(60)
    return scene.drive("S1").stand(120)


def trips_of(scene: Scene, world: World) -> list[Trip]:
    return sorted(scene.judge(world)[1], key=lambda trip: trip.start)


def test_a_cycle_is_told_from_loading_to_return(world: World) -> None:
    (trip,) = trips_of(cycle(), world)
    assert (trip.site_id, trip.permit_id, trip.corridor_id, trip.dump_point_id) == ("S1", "P0", "K1", "D1")
    assert trip.load_kg == 15_000
    steps = [
        trip.loading_start_ms,
        trip.start.fix_time_ms,
        trip.loaded_ms,
        trip.washed_ms,
        trip.left_site_ms,
        trip.unloading_start_ms,
        trip.unloading_end_ms,
        trip.end_ms,
    ]
    times = [step for step in steps if step is not None]
    assert len(times) == len(steps)
    assert times == sorted(times)


def test_a_trip_goes_on_until_the_truck_is_back(world: World) -> None:
    (trip,) = trips_of(loaded().drive("D1"), world)
    assert (trip.end_ms, trip.unloading_start_ms, trip.dump_point_id) == (None, None, None)
    assert trip.left_site_ms is not None


def test_loading_again_ends_the_trip_and_opens_another(world: World) -> None:
    scene = cycle()
    first, second = trips_of(scene.load(14_000).stand(60), world)
    assert first.end_ms is not None
    assert second.start.fix_time_ms >= first.end_ms
    assert second.end_ms is None


def test_loading_away_from_a_site_ends_the_trip_where_the_load_began(world: World) -> None:
    scene = loaded().drive("D1").ramp(0, 40, lift_deg=40).stand(60).drive((1500.0, 1500.0)).load(14_000).stand(60)
    first, second = trips_of(scene, world)
    assert first.end_ms == second.start.fix_time_ms
    assert second.permit_id is None


def test_a_heavy_truck_that_passes_through_a_site_is_still_on_its_trip(world: World) -> None:
    (trip,) = trips_of(loaded().drive("S2").stand(60).drive("D1"), world)
    assert trip.end_ms is None


def test_a_truck_without_permit_makes_trips_too(world: World) -> None:
    (trip,) = trips_of(loaded(vehicle=2), world)
    assert (trip.site_id, trip.permit_id, trip.corridor_id) == ("S1", None, None)


def test_washing_counts_until_ten_minutes_after_leaving(world: World) -> None:
    in_time = loaded().drive((600.0, 0.0)).washed().drive("D1")
    assert trips_of(in_time, world)[0].washed_ms is not None
    too_late = loaded().drive((600.0, 0.0)).stand(700).washed().drive("D1")
    assert trips_of(too_late, world)[0].washed_ms is None


def test_a_washer_that_sees_a_truck_without_trip_says_nothing_of_it(world: World) -> None:
    assert trips_of(Scene().stand(60).washed().stand(60), world) == []


def test_noise_at_the_fence_is_no_leaving(world: World) -> None:
    scene = loaded()
    for _ in range(5):
        scene.place = (151.0, 0.0)
        scene.fix(0.1)
        scene.place = (149.0, 0.0)
        scene.stand(30)
    assert trips_of(scene, world)[0].left_site_ms is None
