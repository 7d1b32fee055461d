"""What the API counts about itself, for Prometheus."""

from __future__ import annotations

import time

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.process_collector import ProcessCollector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# From a health check to a month's track. [s]
_SECONDS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0)


class Instruments:
    """Counters of one app, in a registry of their own so that two apps of one process do not meet."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        labels = ("method", "route", "status")
        self.requests = Counter("muckline_api_requests", "Answered requests.", labels, registry=self.registry)
        self.seconds = Histogram(
            "muckline_api_request_seconds",
            "Time to the first byte of the answer.",
            ("route",),
            buckets=_SECONDS,
            registry=self.registry,
        )
        self.streams = Gauge("muckline_api_event_streams", "Open event streams.", registry=self.registry)
        self.streams_cut = Counter(
            "muckline_api_event_streams_cut", "Streams ended because their reader was too slow.", registry=self.registry
        )
        self.changes = Counter(
            "muckline_api_event_changes", "Changes of events read from the database.", registry=self.registry
        )
        case_changes = Counter(
            "muckline_api_case_changes", "Changes of cases read from the database.", registry=self.registry
        )
        self.changes_of = {"event": self.changes, "case": case_changes}
        self.feed_up = Gauge(
            "muckline_api_event_feed_up", "1 while the database listener is connected.", registry=self.registry
        )


class CountRequests:
    """ASGI middleware that counts answers by route template, never by raw path: labels must stay few."""

    def __init__(self, app: ASGIApp, instruments: Instruments) -> None:
        self._app = app
        self._instruments = instruments

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and count its answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()

        async def counted_send(message: Message) -> None:
            if message["type"] == "http.response.start":
                route = getattr(scope.get("route"), "path", "unmatched")
                self._instruments.requests.labels(scope["method"], route, message["status"]).inc()
                self._instruments.seconds.labels(route).observe(time.perf_counter() - began)
            await send(message)

        await self._app(scope, receive, counted_send)
