"""Rules about terminals and sensors against their twins, on random tracks of terminals that ail, however cut."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles.cuts import by_time, comparable, found_by_twin
from oracles.health import judge_health
from oracles.terminals import ailing_track
from oracles.tracks import city

from rules_engine.carry import Carry
from rules_engine.engine import evaluate
from rules_engine.event import Event
from rules_engine.fix_batch import FixBatch
from rules_engine.world import World

CAPACITIES_KG = (16_000, 60_000, 15_500, 16_000)
KINDS = {"offline", "track_gap", "position_jump", "jamming", "clone", "power_cut", "sensor_fault"}


@pytest.fixture(scope="module")
def world() -> World:
    documents = dict(city().documents)
    repairs = [{"from": "2026-09-21T14:00:00Z", "to": "2026-09-21T15:00:00Z"}]
    documents["vehicles"] = [
        v | ({"out_of_service": repairs} if i == 1 else {}) for i, v in enumerate(documents["vehicles"])
    ]
    return World.from_documents(documents)


def tracks(seed: int) -> list[FixBatch]:
    rng = np.random.default_rng(seed)
    return [ailing_track(rng, int(v), CAPACITIES_KG[v]) for v in rng.permutation(4)[: rng.integers(1, 4)]]


def found(rows: FixBatch, cuts: list[int], world: World) -> tuple[list[Event], bytes]:
    carry = Carry(len(world.vehicle_ids))
    events: dict[UUID, Event] = {}
    for start, stop in pairwise([0, *sorted(min(cut, len(rows)) for cut in cuts), len(rows)]):
        batch = rows.take(slice(start, stop))
        judgement = evaluate(batch.take(batch.key_order()), world, carry)
        carry.apply(judgement.update)
        told = [event.event_id for event in judgement.events]
        assert len(told) == len(set(told))
        events |= {event.event_id: event for event in judgement.events if event.kind in KINDS}
    return list(events.values()), carry.rows.tobytes()


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32), cuts=st.lists(st.integers(0, 2500), max_size=12))
def test_cuts_change_nothing_and_the_twins_find_the_same(world: World, seed: int, cuts: list[int]) -> None:
    each = tracks(seed)
    rows = by_time(each)
    whole, carry = found(rows, [], world)
    pieces, carry_of_pieces = found(rows, cuts, world)
    assert comparable(pieces) == comparable(whole)
    assert carry_of_pieces == carry
    expected = found_by_twin(
        each, world, lambda track, city: judge_health(track, city, CAPACITIES_KG[track.vehicle[0]])
    )
    assert comparable(whole) == comparable(expected)


def test_the_random_tracks_are_eventful_enough_to_mean_something(world: World) -> None:
    events = [event for seed in range(80) for event in found(by_time(tracks(seed)), [], world)[0]]
    kinds = Counter(event.kind for event in events)
    assert all(kinds[kind] >= 10 for kind in KINDS), kinds
    how = Counter(fault["how"] for event in events if event.kind == "sensor_fault" for fault in event.opening["faults"])
    assert {"torn", "opened", "unplugged", "implausible", "absent", "stuck"} <= set(how), how
