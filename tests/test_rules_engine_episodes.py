"""The one helper: runs, hysteresis and debounce over many tracks, in any batches, against a loop over the rows."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules_engine.carry_rows import UNSET_MS, carried
from rules_engine.episodes import EPISODE, MUTED, SETTLED, Origins, find, settle
from rules_engine.tracks import Tracks, latch, ranges, reduce_slices, stepwise

RUN = carried([*EPISODE, ("most", "f8"), ("first_most", "f8")], most=-np.inf, first_most=-np.inf)
MUTED_RUN = carried([*EPISODE, *MUTED, ("most", "f8"), ("first_most", "f8")], most=-np.inf, first_most=-np.inf)
SIDE = carried(SETTLED)
ON, OFF, UNDECIDED = 1, 0, -1


@dataclass
class Batch:
    """Rows of three tracks: who, when, what is decided, and a number."""

    track: np.ndarray
    time_ms: np.ndarray
    decision: np.ndarray
    number: np.ndarray

    def take(self, rows: np.ndarray) -> Batch:
        return Batch(self.track[rows], self.time_ms[rows], self.decision[rows], self.number[rows])

    def tracks(self) -> Tracks:
        edges = np.searchsorted(self.track, np.arange(4))
        return Tracks(edges[:-1], edges[1:], self.time_ms)


batches = st.lists(
    st.tuples(
        st.integers(0, 2), st.sampled_from([0, 500, 1000, 4000, 30_000]), st.sampled_from([ON, ON, OFF, UNDECIDED])
    ),
    min_size=1,
    max_size=60,
)
parameters = st.tuples(
    st.sampled_from([0.0, 1.0, 5.0, 20.0]), st.integers(1, 4), st.sampled_from([None, 0.0, 3.0, 40.0, 100.0])
)
CUTS = st.lists(st.integers(0, 60), max_size=5)


def arrange(drawn: list[tuple[int, int, int]]) -> Batch:
    """Return the rows in the order of time."""
    track, step_ms, decision = (np.array(column) for column in zip(*drawn, strict=True))
    return Batch(track, np.cumsum(step_ms), decision, np.arange(len(drawn)) * 7.0 % 11)


def in_batches(whole: Batch, cuts: list[int]) -> list[Batch]:
    edges = [0, *sorted(min(cut, len(whole.track)) for cut in cuts), len(whole.track)]
    parts = [whole.take(np.arange(start, stop)) for start, stop in pairwise(edges)]
    return [part.take(np.argsort(part.track, kind="stable")) for part in parts]


def expected_runs(
    whole: Batch, hold_s: float, min_fixes: int, mute_s: float | None
) -> dict[tuple[int, int, int], tuple[object, ...]]:
    """Return (track, first number's row) -> (confirmed at, most at confirmation, most, count, over) by a loop."""
    found = {}
    for track in range(3):
        run: list[int] = []
        quiet_ms = UNSET_MS
        for row in [*np.flatnonzero((whole.track == track) & (whole.decision != UNDECIDED)), None]:
            if row is not None and whole.decision[row] == ON:
                run.append(row)
                continue
            confirm = [
                n
                for n, r in enumerate(run)
                if whole.time_ms[r] - whole.time_ms[run[0]] >= hold_s * 1000
                and n + 1 >= min_fixes
                and whole.time_ms[r] >= quiet_ms
            ]
            if confirm:
                n = confirm[0]
                found[track, int(whole.time_ms[run[0]]), int(whole.number[run[0]])] = (
                    int(whole.time_ms[run[n]]),
                    float(whole.number[run[: n + 1]].max()),
                    float(whole.number[run].max()),
                    len(run),
                    row is not None,
                )
                if mute_s is not None:
                    quiet_ms = max(quiet_ms, int(whole.time_ms[run[-1]] + mute_s * 1000))
            run = []
    return found


@settings(max_examples=300, deadline=None)
@given(drawn=batches, how=parameters, cuts=CUTS)
def test_episodes_are_those_of_a_loop_however_they_are_cut(
    drawn: list[tuple[int, int, int]], how: tuple[float, int, float | None], cuts: list[int]
) -> None:
    whole, (hold_s, min_fixes, mute_s) = arrange(drawn), how
    initial = RUN if mute_s is None else MUTED_RUN
    carry = np.full(3, initial)
    found = {}
    for batch in in_batches(whole, cuts):
        on, off = batch.decision == ON, batch.decision == OFF
        nowhere = np.zeros(len(on))
        origins = Origins(batch.number.astype(np.int64), batch.number.astype(np.int64), nowhere, nowhere)
        episodes = find(
            on,
            off,
            carry,
            initial,
            batch.tracks(),
            hold_s=hold_s,
            min_fixes=min_fixes,
            mute_s=mute_s or 0.0,
            origins=origins,
        )
        episodes.fold(np.maximum, "most", batch.number[episodes.rows])
        carry = carry.copy()
        episodes.store(carry)
        for run in episodes.told:
            state = episodes.state[run]
            found[int(episodes.track[run]), int(state["since_ms"]), int(state["seq"])] = (
                int(state["confirmed_ms"]),
                float(state["first_most"]),
                float(state["most"]),
                int(state["count"]),
                bool(episodes.ended[run]),
            )
    for run in np.flatnonzero(carry["confirmed_ms"] != UNSET_MS):  # those that go on: told when confirmed
        state = carry[run]
        key = int(run), int(state["since_ms"]), int(state["seq"])
        found[key] = (*found[key][:2], float(state["most"]), int(state["count"]), False)
    assert found == expected_runs(whole, hold_s, min_fixes, mute_s)


@settings(max_examples=300, deadline=None)
@given(drawn=batches, how=parameters, cuts=CUTS)
def test_both_sides_settle_as_in_a_loop_however_they_are_cut(
    drawn: list[tuple[int, int, int]], how: tuple[float, int, float | None], cuts: list[int]
) -> None:
    whole, (hold_s, min_fixes, _) = arrange(drawn), how
    carry = np.full(3, SIDE)
    found = set()
    for batch in in_batches(whole, cuts):
        on, off = batch.decision == ON, batch.decision == OFF
        sides = settle(on, off, carry, SIDE, batch.tracks(), hold_s=hold_s, min_fixes=min_fixes)
        carry = carry.copy()
        sides.store(carry)
        now = sides.confirmed_now
        state = sides.state[now]
        found |= set(zip(sides.track[now].tolist(), state["confirmed_ms"].tolist(), state["on"].tolist(), strict=True))
    expected = set()
    for side in (ON, OFF):
        flipped = Batch(whole.track, whole.time_ms, whole.decision, whole.number)
        flipped.decision = np.where(whole.decision == UNDECIDED, UNDECIDED, whole.decision == side)
        runs = expected_runs(flipped, hold_s, min_fixes, None)
        expected |= {(track, told[0], side == ON) for (track, _, _), told in runs.items()}
    assert found == expected


@given(drawn=batches, cuts=CUTS)
def test_a_latch_holds_what_was_decided_last(drawn: list[tuple[int, int, int]], cuts: list[int]) -> None:
    whole, before, last = arrange(drawn), np.array([False, True, False]), [False, True, False]
    for batch in in_batches(whole, cuts):
        state = latch(batch.decision == ON, batch.decision == OFF, before, batch.tracks())
        for row in range(len(batch.track)):
            if batch.decision[row] != UNDECIDED:
                last[batch.track[row]] = batch.decision[row] == ON
            assert state[row] == last[batch.track[row]]
        before = np.array(last)


def test_a_stepwise_value_changes_where_it_is_set() -> None:
    tracks = Tracks(np.array([0, 4]), np.array([4, 6]), np.zeros(6, np.int64))
    steps = stepwise(np.array([7, 8]), np.array([2, 2, 4]), np.array([1, 2, 3]), tracks)
    assert steps.tolist() == [7, 7, 2, 2, 3, 3]


@pytest.mark.parametrize(("first", "stop"), [([0, 3, 3], [3, 3, 6]), ([1], [2]), ([], []), ([6], [6])])
def test_slices_are_reduced_each_on_its_own(first: list[int], stop: list[int]) -> None:
    values = np.array([3.0, 1.0, 2.0, 9.0, 8.0, 7.0])
    empty = np.full(len(first), -1.0)
    got = reduce_slices(np.maximum, values, np.array(first, int), np.array(stop, int), empty)
    assert got.tolist() == [max(values[a:b], default=-1.0) for a, b in zip(first, stop, strict=True)]


def test_ranges_are_laid_end_to_end() -> None:
    assert ranges(np.array([5, 2, 9]), np.array([7, 2, 10])).tolist() == [5, 6, 9]


def test_tracks_find_the_first_row_at_or_after_a_time() -> None:
    tracks = Tracks(np.array([0, 3]), np.array([3, 5]), np.array([10, 20, 20, 5, 50]))
    track, time_ms = np.array([0, 0, 0, 1, 1]), np.array([-(10**15), 20, 21, 6, 10**15])
    assert tracks.row_at(track, time_ms).tolist() == [0, 1, 3, 4, 5]


def test_a_carry_row_without_a_past_says_so() -> None:
    assert RUN["since_ms"] == UNSET_MS
    assert np.isnan(RUN["lat_deg"])
    assert RUN.dtype.itemsize % 8 == 0
