"""One batch of ingest into the database: ONE transaction, and when `write` returns it is on disk.

    identity    which records of the batch are stored already, by the ledger
    fixes       fresh ones by COPY, late ones past what exists, known ones only compared
    the rest    device events, states, latest, checkpoints, refused records, ledger
    findings    trips, then events: late, as changes of events are numbered under a lock held until the commit
    washers     what became known of them, and whose departures were judged without knowing it

Nothing of one truck's past is read here and no rule is known.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import psycopg
from numpy.typing import NDArray
from psycopg import Connection

from storage import event_rows, fix_rows, latest_rows, ledger, ledger_news, record_rows, refused, trip_rows
from storage.checkpoints import write_checkpoints
from storage.copy_binary import register_arrays
from storage.downlink_replies import apply_replies, send_again_to_who_is_back
from storage.ledger_news import LedgerNews
from storage.refused import Refused
from storage.seq_ranges import SeqRanges, identity_order, inside, ranges_of, repeated
from storage.times import utc
from storage.washers import write_news
from storage.write_batch import (
    Checkpoint,
    DeviceEventRow,
    DeviceStateRow,
    Received,
    RejectedRow,
    StoredFixes,
    WriteBatch,
    WriteResult,
)

__all__ = [
    "BatchWriter",
    "Checkpoint",
    "DeviceEventRow",
    "DeviceStateRow",
    "Received",
    "RejectedRow",
    "StoredFixes",
    "WriteBatch",
    "WriteResult",
]

Index = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Written:
    """What became of one table's rows."""

    inserted: int
    late_inserted: int
    refused: list[Refused]

    def refused_index(self) -> Index:
        """Return the indices of the rows that are not in the table."""
        return np.array([row.index for row in self.refused], np.intp)

    def conflicts(self) -> int:
        """Return how many were refused because another content is stored under their identity."""
        return sum(row.reason == refused.CONFLICT for row in self.refused)


class BatchWriter:
    """Writes batches on one connection, which nobody else may use meanwhile."""

    def __init__(self, connection: Connection) -> None:
        """Take a connection made by `storage.connect.connect_writer`.

        While it lives, nobody else may write records of the same terminals (`storage.connect.claim_writer`).
        """
        register_arrays(connection)
        latest_rows.prepare(connection)
        self._connection = connection
        self._heads = ledger.Heads()
        self._news = self._settled_news()

    def write(self, batch: WriteBatch) -> WriteResult:
        """Store the batch and return after COMMIT.

        Records that the database refuses, or whose identity is stored with another content, are kept as rejected.

        Raises:
            psycopg.OperationalError: Nothing is known to be stored; write the same batch again on a new connection.
            UnknownVehicle: Events or trips name a truck that is not in the registry.
        """
        batch = replace(batch, fixes=batch.fixes.take(fix_rows.key_order(batch.fixes)))
        identity = _identity(batch)
        order = identity_order(identity)
        ranges = ranges_of(identity, order).counted
        with self._connection.transaction():
            news = self._settled_news() if self._news.are_due else self._news
            known = repeated(identity, order)
            known |= ledger.stored_before(self._connection, self._heads, news, identity, ranges)
            result, stored = self._write(batch, identity, known)
        news.add(stored)
        self._news = news
        self._heads.advance(ranges)
        return result

    def _settled_news(self) -> LedgerNews:
        ledger_news.settle(self._connection)
        return LedgerNews()

    def _write(self, batch: WriteBatch, identity: Received, known: NDArray[np.bool_]) -> tuple[WriteResult, SeqRanges]:
        connection = self._connection
        fixes = self._write_fixes(batch.fixes, known[: len(batch.fixes)])
        events = self._write_device_events(batch.device_events, known[len(batch.fixes) :])

        record_rows.insert_states(connection, batch.states)
        apply_replies(connection, batch.replies)
        send_again_to_who_is_back(connection, batch.states, batch.found_at_ms)
        write_checkpoints(connection, batch.checkpoints)
        rejected = refused.rejected_fixes(connection, batch.fixes, fixes.refused)
        rejected += refused.rejected_device_events(connection, batch.device_events, events.refused)
        record_rows.keep_rejected(connection, batch.rejected + rejected)
        gone = np.concatenate([fixes.refused_index(), len(batch.fixes) + events.refused_index()])
        stored = ranges_of(_without(identity, np.union1d(np.flatnonzero(known), gone))).counted
        ledger_news.enter(connection, stored)
        ledger.enter_refused(connection, _beyond(batch.received, _without(identity, gone)).counted)
        self._write_findings(batch)
        write_news(connection, batch.washers)

        records = len(identity.seq)
        inserted = fixes.inserted + events.inserted
        result = WriteResult(
            inserted=fixes.inserted,
            duplicates=records - inserted - len(rejected),
            late_inserted=fixes.late_inserted,
            conflicts=fixes.conflicts() + events.conflicts(),
            poison=[row for row in rejected if row.reason == refused.REFUSED],
            device_events_inserted=events.inserted,
        )
        return result, stored

    def _write_fixes(self, rows: StoredFixes, known: NDArray[np.bool_]) -> Written:
        connection = self._connection
        straight, late = np.flatnonzero(~known & rows.fresh), np.flatnonzero(~known & ~rows.fresh)

        def write_straight(index: Index) -> int:
            return self._insert_fresh(rows.take(index))

        def write_late(index: Index) -> int:
            return fix_rows.insert_absent(connection, rows.take(index), rejudge=True)

        fresh_inserted, poison = refused.write_what_is_accepted(connection, straight, write_straight)
        late_inserted, late_poison = refused.write_what_is_accepted(connection, late, write_late)
        poison += late_poison
        # Rows that went in straight are as they came unless the fall-back found some of them stored already.
        doubtful = np.flatnonzero(known)
        if late_inserted < len(late):
            doubtful = np.concatenate([doubtful, late])
        if fresh_inserted < len(straight):
            doubtful = np.concatenate([doubtful, straight])
        doubtful = np.setdiff1d(doubtful, [row.index for row in poison])
        differing = doubtful[fix_rows.not_as_stored(connection, rows.take(doubtful))]
        refusals = poison + refused.conflicts(differing)

        gone = np.zeros(len(rows), np.bool_)
        gone[[row.index for row in refusals]] = True
        latest_rows.update_latest(connection, rows.take(~known & ~gone))
        # A fresh row has been judged already; where it is not stored after all, its truck must be judged without it.
        fix_rows.queue_rejudgement(connection, rows.take(gone & rows.fresh))
        return Written(fresh_inserted + late_inserted, late_inserted, refusals)

    def _insert_fresh(self, rows: StoredFixes) -> int:
        try:
            with self._connection.transaction():
                fix_rows.insert_fresh(self._connection, rows)
        except psycopg.errors.UniqueViolation:
            return fix_rows.insert_absent(self._connection, rows, rejudge=False)
        return len(rows)

    def _write_device_events(self, rows: list[DeviceEventRow], known: NDArray[np.bool_]) -> Written:
        connection = self._connection

        def write(index: Index) -> int:
            return record_rows.insert_device_events(connection, [rows[n] for n in index])

        new = np.flatnonzero(~known)
        inserted, poison = refused.write_what_is_accepted(connection, new, write)
        doubtful = np.arange(len(rows)) if inserted < len(new) else np.flatnonzero(known)
        doubtful = np.setdiff1d(doubtful, [row.index for row in poison])
        differing = doubtful[record_rows.device_events_not_as_stored(connection, [rows[n] for n in doubtful])]
        return Written(inserted, 0, poison + refused.conflicts(differing))

    def _write_findings(self, batch: WriteBatch) -> None:
        connection = self._connection
        if not batch.events and not batch.trips:
            return
        named = {event.vehicle_id for event in batch.events} | {trip.vehicle_id for trip in batch.trips}
        vehicle_nos = event_rows.vehicle_numbers(connection, named)
        judged_to = _judged_to_ms(batch)
        fallback = max(judged_to.values(), default=batch.found_at_ms)
        to_ms = {name: judged_to.get(number, fallback) for name, number in vehicle_nos.items()}
        trips = trip_rows.trip_documents(((to_ms[trip.vehicle_id], trip) for trip in batch.trips), vehicle_nos)
        trip_rows.write_trips(connection, trips, world_version=batch.world_version)
        events = event_rows.event_documents(((to_ms[event.vehicle_id], event) for event in batch.events), vehicle_nos)
        event_rows.write_events(
            connection,
            events,
            found_at=utc(batch.found_at_ms),
            page_within_ms=batch.page_within_ms,
            world_version=batch.world_version,
        )


def _identity(batch: WriteBatch) -> Received:
    """Return which records the batch wants stored: its fixes, then its device events."""
    fixes, events = fix_rows.identity(batch.fixes), record_rows.device_event_identity(batch.device_events)
    return Received(
        np.concatenate([fixes.terminal_no, events.terminal_no]),
        np.concatenate([fixes.epoch, events.epoch]),
        np.concatenate([fixes.seq, events.seq]),
    )


def _without(records: Received, gone: Index) -> Received:
    return Received(np.delete(records.terminal_no, gone), np.delete(records.epoch, gone), np.delete(records.seq, gone))


def _beyond(received: Received, stored: Received) -> SeqRanges:
    """Return what was received and is not stored: nothing, as a rule, which is told without looking at each."""
    ranges = ranges_of(stored)
    if ranges_of(received).equals(ranges):
        return SeqRanges.empty()
    return ranges_of(_without(received, np.flatnonzero(inside(received, ranges))))


def _judged_to_ms(batch: WriteBatch) -> dict[int, int]:
    """Return how far each truck of the batch has been judged with it: its newest fresh row, marks included."""
    fresh = batch.fixes.fresh
    vehicle_no, time_ms = batch.fixes.vehicle_no[fresh], batch.fixes.fixes.fix_time_ms[fresh]
    order = np.lexsort((time_ms, vehicle_no))
    judged: dict[int, int] = dict(zip(vehicle_no[order].tolist(), time_ms[order].tolist(), strict=True))
    for row in batch.device_events:
        if row.fresh and row.is_passage and row.vehicle_no is not None:
            judged[row.vehicle_no] = max(judged.get(row.vehicle_no, row.event_time_ms), row.event_time_ms)
    return judged
