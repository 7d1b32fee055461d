"""What the bridge tells Prometheus: everything the sessions counted, by what happened."""

from __future__ import annotations

from collections.abc import Iterable

from prometheus_client import CollectorRegistry, start_http_server
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from ingest.jt808.bureau import Bureau


class BridgeMetrics(Collector):
    """Reads the counts when it is asked."""

    def __init__(self, bureau: Bureau) -> None:
        self._bureau = bureau

    def collect(self) -> Iterable[Metric]:
        """Return the present counts."""
        counted = CounterMetricFamily("muckline_bridge_jt808", "What happened, by its name", labels=["what"])
        for what, count in self._bureau.counts.copy().items():
            counted.add_metric([what], count)
        yield counted
        waiting = self._bureau.waiting
        yield GaugeMetricFamily("muckline_bridge_jt808_waiting", "Records that wait for their commit", value=waiting)

    def serve(self, host: str, port: int) -> int:
        """Serve the counts over HTTP and return the port."""
        registry = CollectorRegistry()
        registry.register(self)
        server, _thread = start_http_server(port, host, registry)
        return int(server.server_port)
