"""The engine's law for all rules at once: any cuts of any trucks' rows leave the same events and the same carry."""

from __future__ import annotations

from itertools import pairwise
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles.cuts import by_time, comparable
from oracles.tracks import LAT, LON, M_LAT, M_LON
from oracles.zoned import strict_city
from test_rules_engine_zone_rules import tracks_of

from rules_engine.carry import Carry
from rules_engine.engine import evaluate
from rules_engine.event import Event
from rules_engine.fix_batch import FixBatch
from rules_engine.world import World


def city_of_everything() -> World:
    """Return a city in which much is forbidden, with roads, permitted loads and limits of every level."""
    documents = dict(strict_city().documents)
    line = [[LON + east * M_LON, LAT + north * M_LAT] for east, north in ((-500, 0), (6000, 0), (3000, 3000))]
    road = {
        "type": "Feature",
        "properties": {"road_id": "R1", "road_class": "ordinary"},
        "geometry": {"type": "LineString", "coordinates": line},
    }
    limits = {
        "city": {"overspeed.limit_kmh": 30, "long_stop.hold_s": 300},
        "companies": {"C1": {"overspeed.hold_s": 5, "overload.hold_s": 30}},
        "sites": {"S1": {"overload.above_share": 0.9, "long_stop.below_mps": 0.6, "route_deviation.hold_s": 60}},
    }
    permits = [permit | {"max_load_kg": 12_000} for permit in documents["permits"]]
    permits[0] |= {"limits": {"forbidden_zone.hold_s": 30, "uncovered_haul.hold_s": 10}}
    roads = {"type": "FeatureCollection", "features": [road]}
    return World.from_documents(documents | {"roads": roads, "limits": limits, "permits": permits})


WORLDS = (strict_city(), city_of_everything())


def judged(rows: FixBatch, cuts: list[int], world: World) -> tuple[list[str], dict[str, bytes], Carry]:
    """Return the newest form of every event, and each block of the carry in the end."""
    carry, events = Carry(len(world.vehicle_ids)), dict[UUID, Event]()
    for start, stop in pairwise([0, *sorted(min(cut, len(rows)) for cut in cuts), len(rows)]):
        batch = rows.take(slice(start, stop))
        judgement = evaluate(batch.take(batch.key_order()), world, carry)
        carry.apply(judgement.update)
        events |= {event.event_id: event for event in judgement.events}
    left = carry.rows
    return comparable(events.values()), {name: left[name].tobytes() for name in left.dtype.names or ()}, carry


def same_however_cut(seed: int, cuts: list[int], world: World) -> None:
    rows = by_time(tracks_of(seed))
    whole, cut = judged(rows, [], world), judged(rows, cuts, world)
    assert cut[:2] == whole[:2]
    assert cut[2].rows.tobytes() == whole[2].rows.tobytes()


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 2**32), cuts=st.lists(st.integers(0, 1500), max_size=12), world=st.sampled_from(WORLDS))
def test_no_cut_changes_an_event_or_a_byte_of_the_carry(seed: int, cuts: list[int], world: World) -> None:
    same_however_cut(seed, cuts, world)


@pytest.mark.parametrize("world", WORLDS)
@pytest.mark.parametrize("seed", [12, 1024])
def test_trucks_without_sensors_beside_others(seed: int, world: World) -> None:
    count = len(by_time(tracks_of(seed)))
    same_however_cut(seed, np.random.default_rng(seed).integers(0, count, 6).tolist(), world)
