"""Where and when trucks may drive: the rules against their twins on random tracks, however these are cut."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles.cuts import by_time, comparable, found_by_twin, found_in_batches
from oracles.tracks import random_track
from oracles.zoned import strict_city
from oracles.zones import judge_zones

from rules_engine.fix_batch import FixBatch
from rules_engine.world import World

CAPACITIES_KG = (16_000, 60_000, 15_500, 16_000)
KINDS = ("forbidden_zone", "control_order", "out_of_hours", "no_permit", "suspicious_loading")


@pytest.fixture(scope="module")
def world() -> World:
    return strict_city()


def tracks_of(seed: int) -> list[FixBatch]:
    """Return tracks of some trucks, some of which have no sensors but their receiver."""
    rng = np.random.default_rng(seed)
    tracks = [random_track(rng, int(v), CAPACITIES_KG[v]) for v in rng.permutation(4)[: rng.integers(1, 5)]]
    return [blind(track) if rng.random() < 0.25 else track for track in tracks]


def blind(track: FixBatch) -> FixBatch:
    nothing = np.full(len(track), np.nan, np.float32)
    return replace(track, load_kg=nothing, load_ratio=nothing, lift_deg=nothing)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32), cuts=st.lists(st.integers(0, 1500), max_size=12))
def test_the_twins_find_the_same_however_rows_are_cut(world: World, seed: int, cuts: list[int]) -> None:
    tracks = tracks_of(seed)
    rows = by_time(tracks)
    expected = found_by_twin(tracks, world, judge_zones)
    for kind in KINDS:
        whole, carry = found_in_batches(rows, [], world, kind)
        in_pieces, carry_of_pieces = found_in_batches(rows, cuts, world, kind)
        assert comparable(whole) == comparable(in_pieces)
        assert comparable(whole) == comparable(event for event in expected if event.kind == kind)
        assert carry == carry_of_pieces


def test_the_random_tracks_break_every_rule_often_enough(world: World) -> None:
    found: Counter[str] = Counter()
    for seed in range(40):
        rows = by_time(tracks_of(seed))
        found.update(kind for kind in KINDS for _ in found_in_batches(rows, [], world, kind)[0])
    assert all(found[kind] >= 10 for kind in KINDS), found
