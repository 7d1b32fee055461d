"""The carry: small, kept only where it says something, and of no weight on a batch that does not concern it."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles.tracks import city, random_track

from rules_engine.carry import BLOCKS, CARRY_DTYPE, INITIAL, SPARSE, Carry
from rules_engine.carry_blocks import DenseBlock, SparseBlock
from rules_engine.carry_rows import carried, repeated
from rules_engine.engine import evaluate
from rules_engine.fix_batch import FixBatch
from rules_engine.world import World

FLEET = 400
CAPACITY_KG = 16_000
ROW = carried([("since_ms", "i8"), ("count", "i4"), ("on", "?")])


@pytest.fixture(scope="module")
def world() -> World:
    """Return the small city with a fleet of trucks."""
    documents = dict(city().documents)
    trucks = [{"vehicle_id": f"F{k}", "company_id": "C1", "capacity_kg": CAPACITY_KG} for k in range(FLEET)]
    permit = documents["permits"][0] | {"permit_id": "PF", "vehicle_ids": [truck["vehicle_id"] for truck in trucks]}
    documents |= {"vehicles": documents["vehicles"] + trucks, "permits": [*documents["permits"], permit]}
    return World.from_documents(documents)


def fleet_rows(trucks: int, seed: int) -> FixBatch:
    """Return random tracks of some trucks of the fleet, in order."""
    rng = np.random.default_rng(seed)
    return FixBatch.concatenate([random_track(rng, 4 + k, CAPACITY_KG) for k in range(trucks)])


operations = st.lists(
    st.tuples(
        st.sampled_from(["put", "grow", "copy"]),
        st.lists(st.integers(0, 11), unique=True, max_size=8),
        st.lists(st.integers(0, 2), min_size=8, max_size=8),
    ),
    max_size=20,
)


@settings(max_examples=200, deadline=None)
@given(drawn=operations)
def test_blocks_kept_sparsely_hold_what_dense_ones_do(drawn: list[tuple[str, list[int], list[int]]]) -> None:
    dense, sparse = DenseBlock(ROW, 12), SparseBlock(ROW, 12)
    for what, vehicles, counts in drawn:
        if what == "grow":
            dense.grow(1)
            sparse.grow(1)
        elif what == "copy":
            dense, sparse = dense.copy(), sparse.copy()
        else:
            rows = repeated(ROW, len(vehicles))
            rows["count"] = counts[: len(vehicles)]
            dense.put(np.array(vehicles, np.int32), rows)
            sparse.put(np.array(vehicles, np.int32), rows)
        everyone = np.arange(len(dense) + 3)
        assert sparse.take(everyone).tobytes() == dense.take(everyone).tobytes()
        says = dense.rows["count"] != 0
        assert len(sparse.rows) - len(sparse.free) == says.sum()
        assert sparse.idle(np.arange(4)) == (not says[:4].any())


def test_the_carry_of_a_busy_fleet_is_below_2_kb_a_truck(world: World) -> None:
    carry = Carry(len(world.vehicle_ids))
    rows = fleet_rows(FLEET, 5)
    edges = np.searchsorted(rows.vehicle, np.arange(4, 4 + FLEET + 1, 40))
    for start, stop in pairwise(edges):
        carry.apply(evaluate(rows.take(slice(int(start), int(stop))), world, carry).update)
    something = (carry.rows[4:].view(np.uint8) != np.frombuffer(INITIAL.tobytes() * FLEET, np.uint8)).mean()
    assert something > 0.02
    assert carry.nbytes / FLEET < 2000
    # what is kept is all there is
    again = Carry(len(world.vehicle_ids))
    for vehicle in range(len(world.vehicle_ids)):
        again.restore(vehicle, carry.checkpoint(vehicle))
    assert again.rows.tobytes() == carry.rows.tobytes()
    assert again.nbytes / FLEET < 2000


def test_an_idle_truck_takes_no_more_than_the_facts() -> None:
    sparse_bytes = sum(CARRY_DTYPE.fields[name][0].itemsize for name in SPARSE)  # type: ignore[index]
    assert Carry(1000).nbytes == 1000 * (CARRY_DTYPE.itemsize - sparse_bytes + 4 * len(SPARSE))


def allocated(world: World, carry: Carry, rows: FixBatch) -> int:
    """Return the most memory that judging a batch takes at once. [B]"""
    evaluate(rows, world, carry)  # what is built once per world
    tracemalloc.start()
    judgement = evaluate(rows, world, carry)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert judgement.update.vehicles.size
    return peak


@pytest.mark.parametrize("fleet", [4_000, 40_000])
def test_a_batch_costs_the_same_whatever_the_fleet(world: World, fleet: int) -> None:
    rows = fleet_rows(3, 2)
    small, large = allocated(world, Carry(FLEET + 4), rows), allocated(world, Carry(fleet), rows)
    # an array of one byte for each truck of the larger fleet would show
    assert large < small + fleet // 2


def test_a_batch_costs_the_same_whatever_the_history(world: World) -> None:
    rows = fleet_rows(1, 11)
    carry, peaks = Carry(FLEET + 4), []
    for part in np.array_split(np.arange(len(rows)), 12):
        peaks.append(allocated(world, carry, rows.take(part)) / len(part))
        carry.apply(evaluate(rows.take(part), world, carry).update)
    assert np.median(peaks[6:]) < 1.5 * np.median(peaks[:6])


def touched(world: World, carry: Carry, rows: FixBatch, monkeypatch: pytest.MonkeyPatch) -> int:
    """Return how many rows of blocks a batch reads and writes, until it is taken over."""
    counts: list[int] = []

    def counting(method: Callable[..., Any]) -> Callable[..., Any]:
        def counted(block: Any, vehicles: Any, *others: Any) -> Any:
            counts.append(len(vehicles))
            return method(block, vehicles, *others)

        return counted

    with monkeypatch.context() as patch:
        for kind in (DenseBlock, SparseBlock):
            for name in ("take", "put", "idle", "says"):
                patch.setattr(kind, name, counting(getattr(kind, name)))
        carry.apply(evaluate(rows, world, carry).update)
    return sum(counts)


def test_a_batch_touches_its_own_trucks_only(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    rows, trucks = fleet_rows(20, 4), 20
    alone, busy = Carry(FLEET + 4), Carry(40_000)
    every = fleet_rows(FLEET, 6)
    busy.apply(evaluate(every.take(every.vehicle >= 4 + trucks), world, busy).update)
    count = touched(world, alone, rows, monkeypatch)
    assert 0 < count < 6 * len(BLOCKS) * trucks
    # rows that others keep are looked at once in a while, where a block is full; the fleet never is
    assert touched(world, busy, rows, monkeypatch) <= count + 2 * len(SPARSE) * FLEET


def test_a_batch_touches_no_more_after_a_long_history(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = fleet_rows(1, 11)
    carry = Carry(FLEET + 4)
    counts = [touched(world, carry, rows.take(part), monkeypatch) for part in np.array_split(np.arange(len(rows)), 24)]
    assert np.mean(counts[12:]) < 1.5 * np.mean(counts[:12])
    assert max(counts) < 6 * len(BLOCKS)


def test_a_changed_block_replaces_and_a_changed_part_completes(world: World) -> None:
    carry = Carry(FLEET + 4)
    rows = fleet_rows(30, 3)
    update: Any = evaluate(rows, world, carry).update
    assert update.after.parts
    whole_rows = update.rows_of(np.arange(len(update.vehicles)))
    carry.apply(update)
    assert carry.of(update.vehicles).tobytes() == whole_rows.tobytes()


def test_to_be_quiet_is_forgotten_once_it_is_over() -> None:
    carry, vehicle = Carry(FLEET + 4), np.array([7], np.int32)
    row = carry.of(vehicle)
    row["clock"]["fix_time_ms"], row["route_deviation"]["quiet_ms"] = 1000, 2000
    carry.restore(7, row.tobytes())
    assert carry.of(vehicle)["route_deviation"]["quiet_ms"] == 2000
    assert not carry.before(vehicle).idle("route_deviation")
    row["clock"]["fix_time_ms"] = 2000
    carry.restore(7, row.tobytes())
    assert carry.of(vehicle)["route_deviation"].tobytes() == INITIAL["route_deviation"].tobytes()
    # and its row is let go of before there would be more of them
    block = carry.blocks["route_deviation"]
    assert isinstance(block, SparseBlock)
    carry._free_quiet("route_deviation")
    assert len(block.vehicles) == 0
