"""What ingest tells Prometheus; each ending of a record is counted."""

from __future__ import annotations

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, start_http_server

COMMIT_BUCKETS_S = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0)
BATCH_BUCKETS = (1, 10, 100, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000)


class IngestMetrics:
    """The counters and gauges of one ingest."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.messages = self._counter("messages", "MQTT messages that reached an ending")
        self.accepted = self._counter("accepted", "Records newly stored")
        self.rejected = self._counter("rejected", "Records rejected and kept, by reason", "reason")
        self.duplicate = self._counter("duplicate", "Records that were stored before")
        self.late = self._counter("late", "Fixes newly stored behind newer ones of their truck")
        self.retried = self._counter("retried", "Tries of a transaction that failed and were repeated")
        self.unread_passages = self._counter(
            "unread_passages", "Passages of washers and gates that name no known truck"
        )
        self.events = self._counter("events", "Events given out by the rules, openings and closings", "kind")
        self.rejudged = self._counter("rejudged", "Trucks whose past was judged again")
        self.batch_fixes = self._histogram("batch_fixes", "Accepted fixes in a batch", BATCH_BUCKETS)
        self.commit_seconds = self._histogram("commit_seconds", "Time from BEGIN to COMMIT", COMMIT_BUCKETS_S)
        self.batch_seconds = self._histogram("batch_seconds", "Time of a batch, decode to COMMIT", COMMIT_BUCKETS_S)
        self.degraded = self._gauge("degraded", "1 while the database does not take what we have")
        self.connected = self._gauge("connected", "1 while connected to the broker and subscribed")
        self.inflight = self._gauge("inflight", "Messages held and not acknowledged")
        self.oldest_seconds = self._gauge("oldest_uncommitted_seconds", "Age of the oldest message not committed")
        self.silent_seconds = self._gauge("silent_seconds", "Silence of the broker while messages are held")
        self.session_lost = self._gauge("session_lost", "Times the broker had forgotten our session")
        self.commit_acks_dropped = self._gauge("commit_acks_dropped", "Commit acknowledgements that were not sent")
        self.commit_acks_sent = self._gauge("commit_acks_sent", "Commit acknowledgements given to the broker")
        self.broker = self._gauge("broker", "What the broker says of itself ($SYS), by figure", "figure")
        self.downlink_sent = self._counter("downlink_sent", "Commands and settings that the broker took", "channel")
        self.downlink_commands = self._gauge("downlink_commands", "Commands and settings, by status", "status")
        self.downlink_connected = self._gauge("downlink_connected", "1 while the downlink is connected; 0 where idle")
        self.rejudge_pending = self._gauge("rejudge_pending", "Trucks that wait to be judged again")

    def observe(self, gauge: Gauge, value: Callable[[], float]) -> None:
        """Let a gauge be asked for its value whenever it is read."""
        gauge.set_function(value)

    def serve(self, host: str, port: int) -> int:
        """Serve the metrics over HTTP and return the port."""
        server, _thread = start_http_server(port, host, self.registry)
        return int(server.server_port)

    def _counter(self, name: str, text: str, *labels: str) -> Counter:
        return Counter(f"muckline_ingest_{name}", text, labels, registry=self.registry)

    def _gauge(self, name: str, text: str, *labels: str) -> Gauge:
        return Gauge(f"muckline_ingest_{name}", text, labels, registry=self.registry)

    def _histogram(self, name: str, text: str, buckets: tuple[float, ...]) -> Histogram:
        return Histogram(f"muckline_ingest_{name}", text, registry=self.registry, buckets=buckets)
