"""Which carry rows are kept, and that a truck can be taken up again from one."""

from __future__ import annotations

import numpy as np

from ingest.checkpoints import CHECKPOINT_MS, due_checkpoints
from rules_engine.carry import Carry
from rules_engine.engine import evaluate
from rules_engine.fix_batch import FixBatch
from rules_engine.world import World

START_MS = 1_790_000_000_000
TRUCKS = 3


def world() -> World:
    return World.from_documents({"vehicles": [{"vehicle_id": f"V{n}", "vehicle_no": 10 + n} for n in range(TRUCKS)]})


def rows(first_s: int, stop_s: int) -> FixBatch:
    """Return a fix of every truck every ten seconds."""
    seq = np.tile(np.arange(first_s, stop_s, 10), TRUCKS)
    vehicle = np.repeat(np.arange(TRUCKS, dtype=np.int32), len(seq) // TRUCKS)
    return FixBatch.of_columns(
        vehicle,
        START_MS + 1000 * seq,
        epoch=np.ones(len(seq), np.int64),
        seq=seq,
        lat_deg=np.full(len(seq), 31.7),
        lon_deg=np.full(len(seq), 119.9),
    )


def test_each_truck_is_kept_at_first_and_once_an_hour_at_its_own_minute() -> None:
    carry, kept = Carry(TRUCKS), []
    for at in range(0, 4 * 3600, 100):
        update = evaluate(rows(at, at + 100), world(), carry).update
        kept.append(due_checkpoints(carry, update, world()))
        carry.apply(update)
    assert len(kept[0]) == TRUCKS
    for vehicle_no in range(10, 10 + TRUCKS):
        hours = [c.fix_time_ms // 100_000 for batch in kept[1:] for c in batch if c.vehicle_no == vehicle_no]
        assert len(hours) == 4
        assert (np.diff(hours) == CHECKPOINT_MS // 100_000).all()
    assert max(len(batch) for batch in kept[1:]) == 1, "not all of a city in one batch"


def test_a_checkpoint_names_its_row_and_restores_the_carry() -> None:
    carry = Carry(TRUCKS)
    update = evaluate(rows(0, 1000), world(), carry).update
    checkpoints = due_checkpoints(carry, update, world())
    carry.apply(update)
    again = Carry(TRUCKS)
    for vehicle, checkpoint in enumerate(checkpoints):
        assert (checkpoint.vehicle_no, checkpoint.seq, checkpoint.mark) == (10 + vehicle, 990, 0)
        assert checkpoint.fix_time_ms == START_MS + 990_000
        again.restore(vehicle, checkpoint.row)
    assert again.rows.tobytes() == carry.rows.tobytes()


def test_an_empty_batch_keeps_nothing() -> None:
    carry = Carry(TRUCKS)
    assert due_checkpoints(carry, evaluate(rows(0, 0), world(), carry).update, world()) == []
