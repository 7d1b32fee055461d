"""The way of a batch, from messages to acknowledgements: six steps, forward only.

    prepared    1 decode   2 resolve   3 judge         on the thread of the service
    finished    4 write    5 acknowledge   6 answer    on the committer's, in order, while the next batch is prepared

The carry moves on with step 3, ahead of COMMIT. Nothing later is ever written before a batch is, and a batch that is
not written ends ingest and the carry with it: docs/decisions/0004-overlap.md.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from psycopg import Connection

from firmware_contracts.decode import decode_block
from firmware_contracts.time_window import DAY_MS, TimeWindow
from firmware_contracts.topic_table import TopicTable
from ingest.checkpoints import due_checkpoints
from ingest.commit_acks import CommitAcknowledger
from ingest.committing import Committer
from ingest.database import Database
from ingest.delivery import Batch
from ingest.hearing import hear
from ingest.judging import Rows, rows_to_judge, stored_rows
from ingest.metrics import IngestMetrics
from ingest.registry import Registry
from ingest.rejudging import restore
from ingest.resolving import Resolved, resolve
from ingest.settings import IngestSettings
from ingest.subscriber import Subscriber
from rules_engine.carry import Carry
from rules_engine.device_log import Heard
from rules_engine.engine import Judgement, evaluate
from storage.washers import WasherNews
from storage.write_batch import WriteBatch, WriteResult


class Pipeline:
    """What a batch needs on its way.

    Attributes:
        registry: The world in force; exchanged between batches.
        carry: What each truck's past still means, up to the last batch that was judged.
        heard: When each washer was, likewise.
    """

    def __init__(
        self,
        registry: Registry,
        carry: Carry,
        heard: Heard,
        *,
        database: Database,
        subscriber: Subscriber,
        acknowledger: CommitAcknowledger,
        committer: Committer,
        metrics: IngestMetrics,
        settings: IngestSettings,
        catch_up: Callable[[], bool],
    ) -> None:
        self.registry = registry
        self.carry = carry
        self.heard = heard
        self._database = database
        self._subscriber = subscriber
        self._acknowledger = acknowledger
        self._committer = committer
        self._metrics = metrics
        self._topics = TopicTable()
        self._window = TimeWindow(settings.accept_past_days * DAY_MS, settings.accept_future_s * 1000)
        self._page_within_ms = settings.page_within_s * 1000
        self._catch_up = catch_up

    def run(self, batch: Batch) -> int:
        """Take a batch to its judgement, hand it over to be finished, and return its number of fixes.

        Raises:
            Stopped: Asked to stop while the database was away; neither this batch nor the one before was acknowledged.
            WriterTaken: While we were away another ingest took our name; likewise.
        """
        began_s = time.monotonic()
        decoded = decode_block(batch.block, self._topics, self._window)
        records = resolve(decoded, batch.block, self.registry)
        if records.strangers and self._catch_up():  # registered a moment ago, and already reporting
            records = resolve(decoded, batch.block, self.registry)
        world = self.registry.world
        rows, washers = rows_to_judge(records, world), hear(records, world, self.heard)
        judgement = evaluate(rows.batch, world, self.carry, self.heard)
        write = self._to_write(records, rows, judgement, washers)
        self.carry.apply(judgement.update)

        def finish() -> None:
            result = self._database.write(write)
            self._subscriber.acknowledge(batch)
            self._acknowledger.publish(records.topics, records.kept, records.refused)
            self._metrics.batch_seconds.observe(time.monotonic() - began_s)
            self._count(len(batch), records, judgement, result)

        self._committer.give(finish)
        return len(decoded.fixes)

    def exchange_world(self, connection: Connection, registry: Registry) -> None:
        """Put another world in force while no batch is under way; each truck keeps its carry, new ones get theirs."""
        before, world = self.registry.world, registry.world
        row_before = {vehicle_id: row for row, vehicle_id in enumerate(before.vehicle_ids)}
        carry = Carry(len(world.vehicle_ids))
        new = []
        for row, vehicle_id in enumerate(world.vehicle_ids):
            if vehicle_id in row_before:
                carry.restore(row, self.carry.checkpoint(row_before[vehicle_id]))
            else:
                new.append(row)
        if new:
            restore(connection, world, carry, self.heard, new)
        self.registry, self.carry = registry, carry

    def _to_write(self, records: Resolved, rows: Rows, judgement: Judgement, washers: WasherNews) -> WriteBatch:
        fixes, device_events = stored_rows(records, rows, judgement.late)
        return WriteBatch(
            fixes=fixes,
            device_events=device_events,
            states=records.states,
            replies=records.replies,
            rejected=records.rejected,
            events=judgement.events,
            trips=judgement.trips,
            checkpoints=due_checkpoints(self.carry, judgement.update, self.registry.world),
            received=records.received,
            washers=washers,
            found_at_ms=time.time_ns() // 1_000_000,
            page_within_ms=self._page_within_ms,
            world_version=self.registry.world.version,
        )

    def _count(self, messages: int, records: Resolved, judgement: Judgement, result: WriteResult) -> None:
        metrics = self._metrics
        metrics.messages.inc(messages)
        metrics.batch_fixes.observe(len(records.fixes))
        metrics.accepted.inc(result.inserted + result.device_events_inserted)
        metrics.duplicate.inc(result.duplicates)
        metrics.late.inc(result.late_inserted)
        metrics.rejected.labels("conflict").inc(result.conflicts)
        metrics.rejected.labels("refused_by_database").inc(len(result.poison))
        metrics.unread_passages.inc(records.unread_passages)
        for row in records.rejected:
            metrics.rejected.labels(row.reason).inc()
        for event in judgement.events:
            metrics.events.labels(event.kind).inc()
