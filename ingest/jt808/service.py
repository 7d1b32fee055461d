"""Joins the parts of the bridge and runs them until told to stop."""

from __future__ import annotations

import asyncio
import contextlib
import resource
import signal
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog

from firmware_contracts.jt808.vendor import VendorMapping
from firmware_contracts.transport import BrokerAddress
from ingest.jt808.authentication import Authenticator
from ingest.jt808.bureau import Bureau
from ingest.jt808.enrolment import Enrolment
from ingest.jt808.enrolment_watch import EnrolmentWatch
from ingest.jt808.frames_file import frames_stream
from ingest.jt808.metrics import BridgeMetrics
from ingest.jt808.server import Bridge
from ingest.jt808.settings import BridgeSettings

log = structlog.get_logger(__name__)

CHECK_S = 0.5  # how often the watch of the registry is looked at while nothing is known yet
OTHER_FILES = 256  # beside the connections: libraries, logs, the broker, the database


@dataclass(frozen=True, slots=True)
class Registry:
    """Where the terminals stand: in a database, or in documents at hand.

    Attributes:
        database_url: libpq connection string; None to take `terminals` for good.
        terminals: Documents of terminals.
    """

    database_url: str | None = None
    terminals: Iterable[Mapping[str, Any]] = ()


async def run(
    settings: BridgeSettings,
    broker: BrokerAddress,
    registry: Registry,
    *,
    mappings: Mapping[str, VendorMapping],
    secret: bytes,
    ready: Callable[[int], None] = lambda _port: None,
    frames: Path | None = None,
) -> None:
    """Bridge until told to stop (SIGTERM, SIGINT).

    Args:
        settings: What an operator may set.
        broker: Where contract v1 is spoken.
        registry: Who may speak.
        mappings: Vendors' mappings by name.
        secret: Makes authentication codes.
        ready: Called with the port once terminals may connect.
        frames: File that received bytes are written to.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    allow_connections(settings.max_connections)
    bureau = Bureau(Authenticator(secret), Enrolment())
    written = frames_stream(frames) if frames is not None else None
    try:
        bridge = Bridge(settings, broker, bureau, written)
        watch = await _enrol(bridge, registry, mappings, settings.region)
        try:
            BridgeMetrics(bureau).serve(settings.metrics_host, settings.metrics_port)
            await bridge.start()
            ready(bridge.port)
            await bridge.run(stop, lambda: None if watch is None else watch.check())
        finally:
            await bridge.close()
            if watch is not None:
                await asyncio.to_thread(watch.close)
    finally:
        if written is not None:
            written.close()


async def _enrol(
    bridge: Bridge, registry: Registry, mappings: Mapping[str, VendorMapping], region: str
) -> EnrolmentWatch | None:
    """Take in who may speak, and go on watching where there is a database; returns when it is known."""
    if registry.database_url is None:
        bridge.enrol(Enrolment.of(registry.terminals, mappings, region))
        return None
    loop, known = asyncio.get_running_loop(), asyncio.Event()

    def take(enrolment: Enrolment) -> None:
        bridge.enrol(enrolment)
        known.set()

    def hand_over(enrolment: Enrolment) -> None:
        loop.call_soon_threadsafe(take, enrolment)

    watch = EnrolmentWatch(registry.database_url, mappings, region, hand_over)
    watch.start()
    while not known.is_set():
        watch.check()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(CHECK_S):
                await known.wait()
    return watch


def allow_connections(count: int) -> None:
    """Let this process hold so many connections; select-based limits do not concern epoll."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = count + OTHER_FILES
    if soft != resource.RLIM_INFINITY and soft < wanted:
        most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
        if most < wanted:
            log.warning("few_open_files", wanted=wanted, got=most, meaning="set the hard limit of open files higher")
