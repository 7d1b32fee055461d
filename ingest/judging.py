"""From resolved records to the engine's input, and from its judgement to what is written. Pure.

The engine wants each truck's rows sorted; the database wants every row as it came, with the engine's word on which of
them are new. `origin` leads from one to the other.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from firmware_contracts.passages import net_mass_kg, passages_among
from ingest.registry import NONE
from ingest.resolving import Resolved
from rules_engine.fix_batch import FixBatch
from rules_engine.world import World
from storage.write_batch import DeviceEventRow, StoredFixes


@dataclass(frozen=True, slots=True)
class Rows:
    """What the engine is to judge.

    Attributes:
        batch: Sorted by the engine's key, B rows.
        origin: Where each row came from: n < N is fix n of the records, N + e is their device event e, shape (B,).
    """

    batch: FixBatch
    origin: NDArray[np.intp]


def rows_to_judge(records: Resolved, world: World) -> Rows:
    """Return the accepted fixes, and what washers and gates saw of trucks, in the order of the engine."""
    batch = FixBatch.of_fixes(records.vehicle, records.fixes)
    origin = np.arange(len(batch))
    index, marks = _marks(records, world)
    if len(index):
        batch = FixBatch.concatenate([batch, marks])
        origin = np.concatenate([origin, len(origin) + index])
    order = _key_order(batch)
    return Rows(batch.take(order), origin[order])


def stored_rows(records: Resolved, rows: Rows, late: NDArray[np.bool_]) -> tuple[StoredFixes, list[DeviceEventRow]]:
    """Return what the database stores, marked as fresh where the engine took it as new; `late` has shape (B,)."""
    count = len(records.fixes)
    fresh = np.zeros(count + len(records.device_events), np.bool_)
    fresh[rows.origin[~late]] = True
    fixes = StoredFixes(records.vehicle_no, records.terminal_no, records.received_at_ms, records.fixes, fresh[:count])
    judged = set((rows.origin[rows.origin >= count] - count).tolist())
    events = [
        replace(row, fresh=bool(fresh[count + n])) if n in judged else row
        for n, row in enumerate(records.device_events)
    ]
    return fixes, events


def _marks(records: Resolved, world: World) -> tuple[NDArray[np.intp], FixBatch]:
    """Return which device events tell of a known truck's passage, and these as rows of the trucks, in no order."""
    found = passages_among((event.type, event.body) for event in records.device_events)
    vehicle = np.array(records.event_vehicle, np.int32)[found.index]
    known = vehicle != NONE
    index, vehicle = found.index[known], vehicle[known]
    events = [records.device_events[n] for n in index.tolist()]
    identity = np.array([(event.event_time_ms, event.epoch, event.seq) for event in events], np.int64).reshape(-1, 3)
    weight_kg = net_mass_kg(found.gross_kg[known], found.tare_kg[known], world.tare_kg[vehicle])
    device = np.array(records.event_terminal, np.int32)[index]
    return index, FixBatch.of_marks(vehicle, identity, mark=found.mark[known], device=device, weight_kg=weight_kg)


def _key_order(batch: FixBatch) -> NDArray[np.intp]:
    """Return `batch.key_order()`, in a third of the time where no truck has two rows of one instant."""
    if not len(batch):
        return batch.key_order()
    time_ms = batch.fix_time_ms - batch.fix_time_ms.min()
    bits = int(time_ms.max()).bit_length()  # 60 days take 33 bits, so that trucks keep 30
    if bits + int(batch.vehicle.max()).bit_length() > 62:
        return batch.key_order()
    key = (batch.vehicle.astype(np.int64) << bits) | time_ms
    order = np.argsort(key)
    in_order = key[order]
    return batch.key_order() if (in_order[1:] == in_order[:-1]).any() else order
