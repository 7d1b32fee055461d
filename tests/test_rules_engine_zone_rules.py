"""Where and when trucks may drive: the rules against their twins on random tracks, however these are cut."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles.cuts import by_time, comparable, found_by_twin, found_in_batches
from oracles.scenes import Scene
from oracles.tracks import random_track
from oracles.zoned import collection, strict_city, zoned_city
from oracles.zones import judge_zones

from rules_engine.carry import Carry
from rules_engine.engine import evaluate
from rules_engine.fix_batch import FixBatch
from rules_engine.world import World

CAPACITIES_KG = (16_000, 60_000, 15_500, 16_000)
KINDS = ("forbidden_zone", "control_order", "out_of_hours", "no_permit", "suspicious_loading")


WORLD = strict_city()


def tracks_of(seed: int) -> list[FixBatch]:
    """Return tracks of some trucks, some of which have no sensors but their receiver."""
    rng = np.random.default_rng(seed)
    tracks = [random_track(rng, int(v), CAPACITIES_KG[v]) for v in rng.permutation(4)[: rng.integers(1, 5)]]
    return [blind(track) if rng.random() < 0.25 else track for track in tracks]


def blind(track: FixBatch) -> FixBatch:
    nothing = np.full(len(track), np.nan, np.float32)
    return replace(track, load_kg=nothing, load_ratio=nothing, lift_deg=nothing)


def judged(rows: FixBatch, cuts: Iterable[int], world: World) -> tuple[list[str], dict[str, bytes]]:
    """Return the newest form of every event of these rules, and what they carry in the end."""
    carry, events = Carry(len(world.vehicle_ids)), {}
    for start, stop in pairwise([0, *sorted(min(cut, len(rows)) for cut in cuts), len(rows)]):
        batch = rows.take(slice(start, stop))
        judgement = evaluate(batch.take(batch.key_order()), world, carry)
        carry.apply(judgement.update)
        events |= {event.event_id: event for event in judgement.events if event.kind in KINDS}
    return comparable(events.values()), {kind: carry.rows[kind].tobytes() for kind in KINDS}


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32), cuts=st.lists(st.integers(0, 1500), max_size=12))
def test_the_twins_find_the_same_however_rows_are_cut(seed: int, cuts: list[int]) -> None:
    tracks = tracks_of(seed)
    rows = by_time(tracks)
    events, carried = judged(rows, [], WORLD)
    assert judged(rows, cuts, WORLD) == (events, carried)
    assert events == comparable(found_by_twin(tracks, WORLD, judge_zones))


def test_the_random_tracks_break_every_rule_often_enough() -> None:
    found: Counter[str] = Counter()
    for seed in range(40):
        rows = by_time(tracks_of(seed))
        found.update(kind for kind in KINDS for _ in found_in_batches(rows, [], WORLD, kind)[0])
    assert all(found[kind] >= 10 for kind in KINDS), found


def test_hours_that_open_between_loading_and_its_confirmation_count_wherever_it_is_cut() -> None:
    own = strict_city().documents
    sites = [
        site | {"properties": site["properties"] | {"work_windows": [{"from": "22:16", "to": "22:00"}]}}
        for site in own["sites"]["features"]
    ]
    world = zoned_city(sites=collection(*sites), permits=own["permits"][:2], zones=collection())
    rows = Scene().stand(60).wait(45).load(15_000).stand(120).batch()  # heavy from 22:15:55 on
    (event,), _ = found_in_batches(rows, [], world, "out_of_hours")
    assert (event.opening["what"], event.opening["local_time"]) == ("loading", "22:16")
    whole = judged(rows, [], world)
    for cut in range(len(rows)):
        assert judged(rows, [cut], world) == whole
