"""The engine's law: cutting a truck's rows into any batches changes nothing, and the twins find the same."""

from __future__ import annotations

import dataclasses
from itertools import pairwise
from typing import Any
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles.judge import judge_track
from oracles.scenes import loaded
from oracles.tracks import city, random_track

from rules_engine.carry import LAYOUT, Carry
from rules_engine.engine import evaluate
from rules_engine.event import Event, Trip
from rules_engine.fix_batch import FixBatch
from rules_engine.world import World

CAPACITIES_KG = (16_000, 60_000, 15_500, 16_000)


@pytest.fixture(scope="module")
def world() -> World:
    return city()


def arrivals(seed: int) -> tuple[list[FixBatch], FixBatch]:
    """Return tracks of some trucks, and all their rows in the order of time."""
    rng = np.random.default_rng(seed)
    tracks = [random_track(rng, int(v), CAPACITIES_KG[v]) for v in rng.permutation(4)[: rng.integers(1, 5)]]
    rows = FixBatch.concatenate(tracks)
    return tracks, rows.take(np.lexsort((rows.seq, rows.epoch, rows.mark, rows.fix_time_ms)))


def judge_in_batches(
    rows: FixBatch, cuts: list[int], world: World
) -> tuple[dict[UUID, Event], dict[UUID, Trip], Carry]:
    """Return the newest form of every event and trip, and the carry that is left."""
    carry, events, trips = Carry(4), {}, {}
    edges = [0, *sorted(min(cut, len(rows)) for cut in cuts), len(rows)]
    for start, stop in pairwise(edges):
        batch = rows.take(slice(start, stop))
        judgement = evaluate(batch.take(batch.key_order()), world, carry)
        assert not judgement.late.any()
        carry.apply(judgement.update)
        events |= {event.event_id: event for event in judgement.events}
        trips |= {trip.trip_id: trip for trip in judgement.trips}
    return events, trips, carry


def comparable(items: Any) -> list[str]:
    """Return events or trips as text, because NaN differs from itself."""
    return sorted(repr(sorted(dataclasses.asdict(item).items(), key=repr)) for item in items)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32), cuts=st.lists(st.integers(0, 1500), max_size=12))
def test_batching_changes_neither_events_nor_trips_nor_carry(world: World, seed: int, cuts: list[int]) -> None:
    _, rows = arrivals(seed)
    events, trips, carry = judge_in_batches(rows, [], world)
    cut_events, cut_trips, cut_carry = judge_in_batches(rows, cuts, world)
    assert comparable(events.values()) == comparable(cut_events.values())
    assert comparable(trips.values()) == comparable(cut_trips.values())
    assert carry.rows.tobytes() == cut_carry.rows.tobytes()


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 2**32), cuts=st.lists(st.integers(0, 1500), max_size=12), mute_s=st.integers(0, 600))
def test_nor_does_it_where_the_quiet_time_is_short(world: World, seed: int, cuts: list[int], mute_s: int) -> None:
    muted = ("route_deviation", "lift_while_moving", "overload", "overspeed", "jamming", "no_permit", "long_stop")
    limits = {"city": {f"{name}.mute_s": mute_s for name in muted}}
    short = World.from_documents(world.documents | {"limits": limits}, world)
    _, rows = arrivals(seed)
    events, _, carry = judge_in_batches(rows, [], short)
    cut_events, _, cut_carry = judge_in_batches(rows, cuts, short)
    assert comparable(events.values()) == comparable(cut_events.values())
    assert carry.rows.tobytes() == cut_carry.rows.tobytes()


@pytest.mark.parametrize("seed", [200069, 200078, 300128, 300170])
def test_small_batches_change_nothing_either(world: World, seed: int) -> None:
    """A batch of one row in which a run neither ends nor counts on still moves what the run carries."""
    _, rows = arrivals(seed)
    events, trips, carry = judge_in_batches(rows, [], world)
    cut_events, cut_trips, cut_carry = judge_in_batches(rows, list(range(len(rows))), world)
    assert comparable(events.values()) == comparable(cut_events.values())
    assert comparable(trips.values()) == comparable(cut_trips.values())
    assert carry.rows.tobytes() == cut_carry.rows.tobytes()


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_the_twins_find_the_same(world: World, seed: int) -> None:
    tracks, rows = arrivals(seed)
    events, trips, _ = judge_in_batches(rows, [], world)
    expected_events, expected_trips = [], []
    for track in tracks:
        found, found_trips = judge_track(track, world)
        vehicle_id = world.vehicle_ids[track.vehicle[0]]
        for item in found:
            columns = vars(item) | {"vehicle_id": vehicle_id}
            lat_deg, lon_deg = columns.pop("place")
            expected_events.append(Event(**columns, lat_deg=lat_deg, lon_deg=lon_deg))
        expected_trips += found_trips
    assert comparable(events.values()) == comparable(expected_events)
    assert comparable(trips.values()) == comparable(expected_trips)


def test_the_random_tracks_are_eventful_enough_to_mean_something(world: World) -> None:
    kinds = [event.kind for seed in range(60) for event in judge_in_batches(arrivals(seed)[1], [], world)[0].values()]
    few = {
        "loading": 20,
        "illegal_dumping": 20,
        "route_deviation": 10,
        "uncovered_haul": 5,
        "unloading": 2,
        "spillage": 2,
    }
    assert all(kinds.count(kind) >= least for kind, least in few.items())


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 2**32), size=st.integers(20, 200))
def test_repeated_and_late_rows_are_flagged_and_change_nothing(world: World, seed: int, size: int) -> None:
    rng = np.random.default_rng(seed)
    _, rows = arrivals(seed)
    expected, _, _ = judge_in_batches(rows, [], world)
    carry, events, stop = Carry(4), {}, 0
    while stop < len(rows):
        start, stop = stop, min(stop + size, len(rows))
        again = rng.integers(0, stop, int(rng.integers(0, 40)))
        batch = FixBatch.concatenate([rows.take(slice(start, stop)), rows.take(again)])
        order = batch.key_order()
        judgement = evaluate(batch.take(order), world, carry)
        assert judgement.late.sum() == len(again)
        carry.apply(judgement.update)
        events |= {event.event_id: event for event in judgement.events}
    assert comparable(events.values()) == comparable(expected.values())


def test_evaluate_changes_none_of_its_arguments(world: World) -> None:
    batch, carry = loaded().batch(), Carry(2)
    before, rows_before = repr(batch), carry.rows.tobytes()
    evaluate(batch, world, carry)
    assert repr(batch) == before
    assert carry.rows.tobytes() == rows_before


def test_a_batch_without_rows_means_nothing(world: World) -> None:
    judgement = evaluate(loaded().batch().take(slice(0, 0)), world, Carry())
    assert (judgement.events, judgement.trips, len(judgement.late), len(judgement.update.vehicles)) == ([], [], 0, 0)


def test_rows_out_of_order_are_refused(world: World) -> None:
    batch = loaded().batch()
    with pytest.raises(ValueError, match="sorted by vehicle and time"):
        evaluate(batch.take(slice(None, None, -1)), world, Carry())
    twins = dataclasses.replace(batch, fix_time_ms=np.full(len(batch), batch.fix_time_ms[0]), seq=batch.seq[::-1])
    with pytest.raises(ValueError, match="epoch and seq"):
        evaluate(twins, world, Carry())


def test_a_checkpoint_is_the_whole_past(world: World) -> None:
    rows = loaded().drive("D2").ramp(0, 40, lift_deg=40).stand(60).drive("S1").batch()
    whole = evaluate(rows, world, Carry())
    half = len(rows) // 2
    first = evaluate(rows.take(slice(0, half)), world, Carry())
    carry = Carry()
    carry.apply(first.update)
    restarted = Carry()
    restarted.restore(0, carry.checkpoint(0))
    second = evaluate(rows.take(slice(half, None)), world, restarted)
    newest = {e.event_id: e for e in [*first.events, *second.events]}
    assert comparable(newest.values()) == comparable(whole.events)


def test_the_layout_of_the_carry_is_named() -> None:
    assert Carry.layout == LAYOUT
    assert len(LAYOUT) == 16


def test_bytes_of_another_layout_are_refused() -> None:
    with pytest.raises(ValueError, match="expected"):
        Carry().restore(0, b"too short")


def test_the_carry_grows_with_the_fleet(world: World) -> None:
    carry = Carry()
    carry.apply(evaluate(loaded(vehicle=3).batch(), world, carry).update)
    assert len(carry.rows) >= 4
    other = carry.copy()
    other.restore(3, None)
    assert other.checkpoint(3) == Carry().checkpoint(3) != carry.checkpoint(3)
