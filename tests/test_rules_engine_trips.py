"""A haul cycle from loading to return, and what binds a truck on the way."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles.cuts import by_time, comparable
from oracles.scenes import Scene, loaded
from oracles.tracks import city, random_track

from rules_engine import trip_changes
from rules_engine.carry import Carry
from rules_engine.engine import evaluate
from rules_engine.event import Trip
from rules_engine.fix_batch import FixBatch
from rules_engine.trip_changes import Change
from rules_engine.trip_log import TripLog
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


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 2**32), size=st.integers(1, 150))
def test_sorting_out_changes_that_cannot_matter_leaves_everything_as_it_is(world: World, seed: int, size: int) -> None:
    rng = np.random.default_rng(seed)
    rows = by_time([random_track(rng, vehicle, 16_000) for vehicle in (0, 3)])
    cuts = range(size, len(rows), size)
    with patch.object(trip_changes, "WORTH_SORTING_OUT", 0):
        sorted_out = judged(rows, cuts, world)
    with patch.object(trip_changes, "WORTH_SORTING_OUT", 2**60):
        assert sorted_out == judged(rows, cuts, world)


def judged(rows: FixBatch, cuts: range, world: World) -> tuple[list[str], list[str], bytes]:
    carry, trips, events = Carry(4), [], []
    for start, stop in pairwise([0, *cuts, len(rows)]):
        batch = rows.take(slice(start, stop))
        judgement = evaluate(batch.take(batch.key_order()), world, carry)
        carry.apply(judgement.update)
        trips += [repr(trip) for trip in judgement.trips]
        events += comparable(judgement.events)
    return trips, events, carry.rows.tobytes()


def test_passing_other_sites_on_the_way_is_sorted_out(world: World) -> None:
    on_its_way = loaded().drive((600.0, 0.0))
    first = on_its_way.batch()
    rest = on_its_way.drive("S2").drive("D1").batch()
    carry = Carry(4)
    carry.apply(evaluate(first, world, carry).update)
    applied: list[Change] = []
    follow = TripLog.follow

    def noted(log: TripLog, changes: Iterator[Change]) -> None:
        applied.extend(changes)
        follow(log, iter(applied))

    with patch.object(trip_changes, "WORTH_SORTING_OUT", 0), patch.object(TripLog, "follow", noted):
        evaluate(rest.take(slice(len(first), None)), world, carry)
    assert applied == []
