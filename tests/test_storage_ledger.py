"""Ranges of seq, against sets of numbers."""

from __future__ import annotations

import numpy as np
import pytest

from storage.seq_ranges import SeqRanges, identity_order, inside, ranges_of, repeated
from storage.write_batch import Received

Record = tuple[int, int, int]


def random_records(rng: np.random.Generator, count: int) -> Received:
    return Received(
        rng.integers(1, 4, count).astype(np.int32),
        rng.choice([1, 2, 2**32 - 1], count),
        rng.integers(0, 40, count) + rng.choice([0, 2**40], count),
    )


def listed(records: Received) -> list[Record]:
    return list(zip(records.terminal_no.tolist(), records.epoch.tolist(), records.seq.tolist(), strict=True))


def members(ranges: SeqRanges) -> list[Record]:
    rows = zip(ranges.terminal_no, ranges.epoch, ranges.first, ranges.last, strict=True)
    return [(int(t), int(e), s) for t, e, first, last in rows for s in range(int(first), int(last) + 1)]


@pytest.mark.parametrize("count", [0, 1, 2, 60, 200])
def test_ranges_hold_just_the_records(count: int) -> None:
    rng = np.random.default_rng(count)
    for _ in range(50):
        records = random_records(rng, count)
        ranges = ranges_of(records)
        assert members(ranges) == sorted(set(listed(records)))
        keys = list(zip(ranges.terminal_no, ranges.epoch, strict=True))
        apart = ranges.first[1:] - ranges.last[:-1] > 1
        assert all(apart[n] or keys[n] != keys[n + 1] for n in range(len(keys) - 1))


@pytest.mark.parametrize("count", [0, 1, 60])
def test_repeated_are_all_but_the_first(count: int) -> None:
    rng = np.random.default_rng(count)
    for _ in range(50):
        records = random_records(rng, count)
        seen: set[Record] = set()
        wanted = []
        for record in listed(records):
            wanted.append(record in seen)
            seen.add(record)
        assert repeated(records, identity_order(records)).tolist() == wanted


@pytest.mark.parametrize(("count", "known"), [(0, 5), (5, 0), (1, 1), (60, 40), (30, 200)])
def test_inside_is_membership(count: int, known: int) -> None:
    rng = np.random.default_rng(count)
    for _ in range(50):
        records, ranges = random_records(rng, count), ranges_of(random_records(rng, known))
        held = set(members(ranges))
        assert inside(records, ranges).tolist() == [record in held for record in listed(records)]
