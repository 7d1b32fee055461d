"""Joins the parts of ingest and runs them until told to stop."""

from __future__ import annotations

import gc
import threading
import time
from collections.abc import Callable

import structlog

from firmware_contracts.transport import BrokerAddress
from ingest.batcher import Batcher
from ingest.broker_watch import BrokerWatch
from ingest.commit_acks import CommitAcknowledger
from ingest.committing import Committer
from ingest.database import Database, Stopped
from ingest.delivery import Batch
from ingest.downlink import DownlinkSender
from ingest.job import JobRunner
from ingest.jobs import JOBS
from ingest.metrics import IngestMetrics
from ingest.pipeline import Pipeline
from ingest.refusal_watch import RefusalWatch
from ingest.registry import Registry
from ingest.rejudging import Rejudging, restore
from ingest.settings import IngestSettings
from ingest.subscriber import Subscriber
from ingest.world_watch import WorldWatch
from rules_engine.carry import Carry
from rules_engine.world import World
from storage.errors import WriterTaken
from storage.ingest_status import IngestStatus
from storage.washers import read_heard
from storage.world_store import read_documents, world_version

log = structlog.get_logger(__name__)

GROW_S = 0.005  # how often an old batch that waits for its turn is looked at again: it may have become full
STANDBY_S = 2.0  # how often a standby tries to take over
REJUDGE_S = 1.0  # a truck is judged again at least this often, however busy the live batches are
COLLECT_S = 10.0  # how often the cyclic garbage collector runs, between batches
SILENT_S = 10.0  # how long nothing may come while messages are held before it is told


def run(
    settings: IngestSettings,
    broker: BrokerAddress,
    database_url: str,
    stop: threading.Event,
    ready: Callable[[int], None] = lambda _port: None,
) -> None:
    """Ingest until `stop` is set, then flush, commit, acknowledge and take leave; the broker keeps the session.

    Args:
        settings: What an operator may set.
        broker: Where the messages come from.
        database_url: libpq connection string of a migrated database.
        stop: Ends it.
        ready: Called with the port of the metrics once messages are being read.
    """
    metrics = IngestMetrics()
    port = metrics.serve(settings.metrics_host, settings.metrics_port)
    while not stop.is_set():
        database = Database(database_url, settings.client_id, stop, metrics)
        try:
            ingest = Ingest(settings, broker, database_url=database_url, database=database, metrics=metrics, stop=stop)
            ingest.run(lambda: ready(port))
        except WriterTaken as error:
            log.warning("standby", meaning=str(error))
            stop.wait(STANDBY_S)
        except Stopped:
            log.warning("stopped_degraded", meaning="what was not committed stays with the broker and comes again")
        finally:
            database.close()


class Ingest:
    """One life of ingest: from the claim of its name to its end."""

    def __init__(
        self,
        settings: IngestSettings,
        broker: BrokerAddress,
        *,
        database_url: str,
        database: Database,
        metrics: IngestMetrics,
        stop: threading.Event,
    ) -> None:
        self._database = database
        self._metrics = metrics
        self._stop = stop
        self._batcher = Batcher(settings.flush_fixes, settings.flush_age_ms)
        self._rejudging = Rejudging(database, metrics, settings.page_within_s * 1000)
        self._collected_s = self._rejudged_s = time.monotonic()
        self._told_silent = False

        version = database.run(world_version)  # before the documents: a world written in between is then read again
        world = World.from_documents(database.run(read_documents))
        carry = Carry(len(world.vehicle_ids))
        heard = database.run(read_heard)
        restored = database.run(lambda connection: restore(connection, world, carry, heard))
        log.info("restored", checkpoints=restored.checkpoints, rows=restored.rows, world=world.version)
        known = restored.checkpoints + restored.rows > 0  # an earlier run stored something, so it had a session
        self._subscriber = Subscriber(broker, settings, expect_session=known)
        self._acknowledger = CommitAcknowledger(broker, settings)
        self._broker_watch = BrokerWatch(broker, settings, metrics)
        self._committer = Committer()
        self._watch = WorldWatch(
            database_url,
            world,
            version,
            lambda in_force: IngestStatus(settings.client_id, in_force, _age_s(self._subscriber.oldest_ms())),
        )
        self._refusals = RefusalWatch(database_url)
        self._pipeline = Pipeline(
            Registry(world),
            carry,
            heard,
            database=database,
            subscriber=self._subscriber,
            acknowledger=self._acknowledger,
            committer=self._committer,
            metrics=metrics,
            settings=settings,
            catch_up=self._catch_up,
        )
        self._jobs = JobRunner(database_url, lambda: self._pipeline.registry.world, settings.page_within_s * 1000, JOBS)
        self._downlink = DownlinkSender(broker, settings, database_url, metrics)
        self._observe()

    def run(self, ready: Callable[[], None]) -> None:
        """Read, judge, write and acknowledge until told to stop.

        Raises:
            Stopped: Told to stop while the database was away.
            WriterTaken: Another ingest took our name while the database was away.
        """
        self._watch.start()
        self._refusals.start()
        self._jobs.start()
        self._downlink.start()
        self._committer.start()
        self._acknowledger.start()
        self._broker_watch.start()
        self._subscriber.start()
        _freeze()
        gc.disable()  # a full pass in the middle of a batch costs more than the batch; see _keep_house
        try:
            told_ready = False
            while not self._stop.is_set():
                self._turn()
                if not told_ready and self._subscriber.session.ready.is_set():
                    told_ready = True
                    ready()
            self._finish()
        finally:
            gc.enable()
            self._downlink.close()
            self._jobs.close()
            self._committer.close()
            self._watch.close()
            self._refusals.close()
            self._subscriber.close()
            self._acknowledger.close()
            self._broker_watch.close()

    def _turn(self) -> None:
        """Take in what has come, write what is due, and use the time that is left."""
        wait_s = max(self._batcher.due_in_ms(_now_ms()), 0) / 1000
        self._batcher.add(self._subscriber.take(wait_s))
        old = self._batcher.due_in_ms(_now_ms()) <= 0
        idle = self._committer.settle(GROW_S if old else 0)
        self._write_due(only_full=not idle and not self._subscriber.is_exhausted())
        overdue = time.monotonic() - self._rejudged_s > REJUDGE_S
        if overdue or (self._committer.settle(0) and self._batcher.due_in_ms(_now_ms()) > 0):
            self._rejudged_s = time.monotonic()
            self._committer.settle()
            self._rejudging.turn(self._pipeline.registry.world, self._pipeline.carry, self._pipeline.heard)
        self._keep_house()

    def _write_due(self, *, flush: bool = False, only_full: bool = False) -> bool:
        """Prepare the next batch where one is due and hand it over to be written; return whether one was."""
        deliveries = self._batcher.take(_now_ms(), flush=flush, only_full=only_full)
        if deliveries:
            self._refuse()
            batch = Batch.of(deliveries)
            fixes = self._pipeline.run(batch)
            self._batcher.learn(len(batch.block.buffer), fixes)
        return bool(deliveries)

    def _finish(self) -> None:
        """Read no more, write what has been read, acknowledge it."""
        self._subscriber.stop_reading()
        self._batcher.add(self._subscriber.take(0))
        while self._write_due(flush=True):
            self._batcher.add(self._subscriber.take(0))
        self._committer.settle()

    def _keep_house(self) -> None:
        """Exchange the world, collect garbage and tell of silence, all before the next batch is prepared."""
        if self._take_world():
            gc.unfreeze()
            _freeze()
        if time.monotonic() - self._collected_s > COLLECT_S:
            gc.collect()
            self._collected_s = time.monotonic()
        silent = self._subscriber.silent_s() > SILENT_S
        if silent and not self._told_silent:
            log.warning("broker_silent", held=self._subscriber.held, meaning=BROKER_SILENT)
        self._told_silent = silent

    def _take_world(self) -> bool:
        changed = self._watch.take()
        if changed is None:
            return False
        self._committer.settle()
        self._database.run(lambda connection: self._pipeline.exchange_world(connection, changed))
        self._watch.took_over()
        self._refuse()
        return True

    def _refuse(self) -> None:
        """Let the registry know which terminals were refused since its world was read."""
        self._pipeline.registry.refuse(self._refusals.later_than(self._watch.in_force))

    def _catch_up(self) -> bool:
        """Take the newest world over at once; return whether there was a newer one."""
        self._committer.settle()
        self._database.run(self._watch.catch_up)
        return self._take_world()

    def _observe(self) -> None:
        """Let the gauges ask the parts."""
        metrics, subscriber = self._metrics, self._subscriber
        metrics.observe(metrics.connected, lambda: float(subscriber.session.ready.is_set()))
        metrics.observe(metrics.inflight, lambda: float(subscriber.held))
        metrics.observe(metrics.session_lost, lambda: float(subscriber.session.lost_sessions))
        metrics.observe(metrics.silent_seconds, subscriber.silent_s)
        metrics.observe(metrics.oldest_seconds, lambda: _age_s(subscriber.oldest_ms()))
        metrics.observe(metrics.commit_acks_dropped, lambda: float(self._acknowledger.dropped))
        metrics.observe(metrics.commit_acks_sent, lambda: float(self._acknowledger.sent))


BROKER_SILENT = (
    "nothing arrives although messages are held: where the database is well, the broker's max_inflight_messages is "
    "smaller than a batch, see deploy/mosquitto.conf"
)


def _freeze() -> None:
    """Let the collector never again look at what stays: the world and the libraries."""
    gc.collect()
    gc.freeze()


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


def _age_s(since_ms: int | None) -> float:
    return 0.0 if since_ms is None else max(_now_ms() - since_ms, 0) / 1000
