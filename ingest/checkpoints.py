"""Checkpoints: one carry row per truck and hour of its event time, from which its past can be judged again. Pure."""

from __future__ import annotations

import numpy as np

from rules_engine.carry import Carry, CarryUpdate
from rules_engine.carry_rows import Rows
from rules_engine.world import World
from storage.write_batch import Checkpoint

CHECKPOINT_MS = 3_600_000  # an hour: a late record costs at most an hour's rows more, a truck-day at most 24 rows
# Each truck's hour begins at its own minute, or all of a city's trucks would have theirs in the same batch.
STAGGER_MS = 977_000


def due_checkpoints(carry: Carry, update: CarryUpdate, world: World) -> list[Checkpoint]:
    """Return the carry rows that are to be kept: of each truck that a batch brings into another hour.

    Args:
        carry: As it was before the batch, with a row for every truck of the world.
        update: What the batch makes of it.
        world: Names the trucks.
    """
    if not len(update.vehicles):
        return []
    vehicle_no = world.vehicle_no[update.vehicles]
    phase_ms = vehicle_no * STAGGER_MS
    before_ms = carry.before(update.vehicles)["clock"]["fix_time_ms"]
    after_ms = update.after["clock"]["fix_time_ms"]
    due = np.flatnonzero((before_ms + phase_ms) // CHECKPOINT_MS != (after_ms + phase_ms) // CHECKPOINT_MS)
    rows = update.rows_of(due)
    return [checkpoint_of(int(number), rows[n : n + 1]) for n, number in enumerate(vehicle_no[due])]


def checkpoint_of(vehicle_no: int, row: Rows) -> Checkpoint:
    """Return one truck's carry, shape (1,), as a checkpoint."""
    clock = row["clock"][0]
    return Checkpoint(
        vehicle_no,
        fix_time_ms=int(clock["fix_time_ms"]),
        epoch=int(clock["epoch"]),
        seq=int(clock["seq"]),
        mark=int(clock["mark"]),
        layout=Carry.layout,
        row=row.tobytes(),
    )
