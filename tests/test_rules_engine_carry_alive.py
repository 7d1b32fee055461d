"""Carry rows that differ in what can no longer matter mean the same; all else that differs is a difference."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from oracles.tracks import city, random_track

from rules_engine.carry import CARRY_DTYPE, Carry
from rules_engine.carry_alive import mean_the_same
from rules_engine.engine import evaluate
from rules_engine.fix_batch import Mark
from rules_engine.world import World

DAY_MS = 86_400_000


@pytest.fixture(scope="module")
def world() -> World:
    return city()


@pytest.fixture
def row(world: World) -> Any:
    """Return the carry of a truck whose newest row is a fix, with no gap that waits."""
    track = random_track(np.random.default_rng(3), 0, 16_000)
    track = track.take(track.mark == Mark.FIX)
    carry = Carry(4)
    carry.apply(evaluate(track, world, carry).update)
    row = carry.of(np.array([0]))
    row["track_gap"]["since_ms"] = -(2**62)
    return row


def with_value(row: Any, block: str, name: str, value: int) -> bytes:
    changed = np.frombuffer(row.tobytes(), CARRY_DTYPE).copy()
    changed[block][name] = value
    return changed.tobytes()


def test_until_when_a_truck_was_quiet_matters_only_until_then(row: Any, world: World) -> None:
    now_ms = int(row["clock"]["fix_time_ms"][0])
    past, present, future = (with_value(row, "offline", "quiet_ms", now_ms + t) for t in (-1, 0, 1))
    assert mean_the_same(past, present, world)
    assert not mean_the_same(past, future, world)


def test_after_a_washer_saw_it_a_truck_may_have_been_silent_for_longer(row: Any, world: World) -> None:
    now_ms = int(row["clock"]["fix_time_ms"][0])
    row["clock"]["mark"] = Mark.WASHED
    values = [with_value(row, "offline", "quiet_ms", now_ms - t) for t in (1, 2)]
    assert not mean_the_same(*values, world)


def test_on_which_day_a_gap_was_told_matters_on_that_day(row: Any, world: World) -> None:
    today = (int(row["clock"]["fix_time_ms"][0]) + world.windows.utc_offset_ms) // DAY_MS
    older, yesterday, now = (with_value(row, "track_gap", "day", today - days) for days in (7, 1, 0))
    assert mean_the_same(older, yesterday, world)
    assert not mean_the_same(yesterday, now, world)


def test_and_always_while_a_gap_waits(row: Any, world: World) -> None:
    row["track_gap"]["since_ms"] = row["clock"]["fix_time_ms"] - 1000
    today = (int(row["clock"]["fix_time_ms"][0]) + world.windows.utc_offset_ms) // DAY_MS
    older, yesterday = (with_value(row, "track_gap", "day", today - days) for days in (7, 1))
    assert not mean_the_same(older, yesterday, world)


def test_whatever_else_differs_is_a_difference(row: Any, world: World) -> None:
    same = row.tobytes()
    assert mean_the_same(same, same, world)
    assert not mean_the_same(same, with_value(row, "clock", "seq", 10**9), world)
