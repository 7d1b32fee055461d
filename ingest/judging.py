"""From resolved records to the engine's input, and from its judgement to what is written. Pure.

The engine wants each truck's rows sorted; the database wants every row as it came, with the engine's word on which of
them are new. `origin` leads from one to the other.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ingest.registry import NONE
from ingest.resolving import Resolved
from rules_engine.fix_batch import FixBatch, Mark
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


def rows_to_judge(records: Resolved) -> Rows:
    """Return the accepted fixes and the washings of trucks in the order of the engine."""
    batch = FixBatch.of_fixes(records.vehicle, records.fixes)
    washed = [n for n, row in enumerate(records.device_events) if row.is_washing and records.event_vehicle[n] != NONE]
    origin = np.arange(len(batch))
    if washed:
        batch = FixBatch.concatenate([batch, _washings(records, washed)])
        origin = np.concatenate([origin, len(origin) + np.array(washed)])
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


def _washings(records: Resolved, washed: list[int]) -> FixBatch:
    events = [records.device_events[n] for n in washed]
    identity = np.array([(event.event_time_ms, event.epoch, event.seq) for event in events], np.int64)
    vehicle = np.array([records.event_vehicle[n] for n in washed], np.int32)
    return FixBatch.of_marks(vehicle, identity, mark=np.full(len(washed), Mark.WASHED))


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
