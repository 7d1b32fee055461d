"""Trucks without sensors: what their stays, gates and trips let presume, against the twins and in any batches."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles.cuts import by_time, comparable
from oracles.hauls import gated_city, random_day
from oracles.judge import judge_track
from test_rules_engine_engine import judge_in_batches

from rules_engine.event import ENDINGS, Event
from rules_engine.fix_batch import FixBatch

KINDS = ("loading", "unloading", "illegal_dumping", "undelivered_load", "weight_loss", "route_deviation")


WORLD = gated_city()


def days(seed: int) -> list[FixBatch]:
    rng = np.random.default_rng(seed)
    return [random_day(rng, vehicle) for vehicle in range(4)]


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_the_twins_find_the_same(seed: int) -> None:
    tracks = days(seed)
    events, trips, _ = judge_in_batches(by_time(tracks), [], WORLD)
    expected, expected_trips = [], []
    for track in tracks:
        found, found_trips = judge_track(track, WORLD)
        for item in found:
            columns = vars(item) | {"vehicle_id": WORLD.vehicle_ids[track.vehicle[0]]}
            lat_deg, lon_deg = columns.pop("place")
            expected.append(Event(**columns, lat_deg=lat_deg, lon_deg=lon_deg))
        expected_trips += found_trips
    assert comparable(e for e in events.values() if e.kind in KINDS) == comparable(
        e for e in expected if e.kind in KINDS
    )
    assert sorted(map(repr, trips.values())) == sorted(map(repr, expected_trips))


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32), cuts=st.lists(st.integers(0, 4000), max_size=12))
def test_cuts_change_nothing(seed: int, cuts: list[int]) -> None:
    rows = by_time(days(seed))
    events, trips, carry = judge_in_batches(rows, [], WORLD)
    cut_events, cut_trips, cut_carry = judge_in_batches(rows, cuts, WORLD)
    assert comparable(events.values()) == comparable(cut_events.values())
    assert comparable(trips.values()) == comparable(cut_trips.values())
    assert carry.rows.tobytes() == cut_carry.rows.tobytes()


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_every_loading_opens_one_trip_and_every_trip_that_is_over_has_an_ending(seed: int) -> None:
    events, trips, _ = judge_in_batches(by_time(days(seed)), [], WORLD)
    loadings = {(event.vehicle_id, event.start) for event in events.values() if event.kind == "loading"}
    assert loadings == {(trip.vehicle_id, trip.start) for trip in trips.values()}
    for trip in trips.values():
        assert trip.ending in ENDINGS or (trip.ending is None and trip.end_ms is None)
        assert (trip.ending in {"delivered", "dumped"}) >= (trip.unloading_start_ms is not None)


def test_the_random_days_are_eventful_enough_to_mean_something() -> None:
    events = [e for seed in range(30) for e in judge_in_batches(by_time(days(seed)), [], WORLD)[0].values()]
    presumed = [event.kind for event in events if "confidence" in event.opening]
    few = {"loading": 20, "unloading": 10, "illegal_dumping": 10, "undelivered_load": 5}
    assert all(presumed.count(kind) >= least for kind, least in few.items())
    measured = [event.kind for event in events if "confidence" not in event.opening]
    assert all(measured.count(kind) >= 3 for kind in ("undelivered_load", "weight_loss"))
