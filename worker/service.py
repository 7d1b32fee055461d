"""The background process, built and joined in one place, and ended in order."""

from __future__ import annotations

import asyncio
import os
import socket
import threading
from collections.abc import Callable

import structlog

from firmware_contracts.transport import BrokerAddress
from storage.sealing import Seal
from worker.alerts import publish_alerts
from worker.job import JobRunner
from worker.jobs import LANES
from worker.queue import serve_queue
from worker.settings import WorkSettings

log = structlog.get_logger(__name__)

LOOK_S = 0.1  # how often it is looked whether to stop


def run(
    settings: WorkSettings,
    broker: BrokerAddress,
    database_url: str,
    stop: threading.Event,
    ready: Callable[[], None] = lambda: None,
    *,
    seal: Seal | None = None,
) -> None:
    """Do jobs, tasks and alerts until told to stop.

    Args:
        settings: What the operator may set.
        broker: Where alerts are published.
        database_url: libpq URL or keyword string, password included.
        stop: Set to end in order.
        ready: Called once everything has been started.
        seal: Opens addresses of channels, as the API has sealed them.
    """
    worker_id = f"{socket.gethostname()}-{os.getpid()}"
    runners = [JobRunner(database_url, settings, worker_id, lane, jobs) for lane, jobs in LANES.items()]
    for runner in runners:
        runner.start()
    try:
        asyncio.run(_serve(settings, broker, database_url, stop, ready, seal))
    finally:
        for runner in runners:
            runner.close()
        log.info("work_ended")


async def _serve(  # noqa: PLR0917 - those of `run`
    settings: WorkSettings,
    broker: BrokerAddress,
    database_url: str,
    stop: threading.Event,
    ready: Callable[[], None],
    seal: Seal | None,
) -> None:
    stopping = asyncio.Event()
    parts = [asyncio.create_task(serve_queue(database_url, settings, seal, stopping), name="queue")]
    if settings.alerts:
        parts.append(asyncio.create_task(publish_alerts(database_url, broker, settings, stopping), name="alerts"))
    ready()
    try:
        while not stop.is_set():
            await asyncio.sleep(LOOK_S)
            for part in parts:
                if part.done():
                    part.result()  # a part ends by a mistake of ours only: let it be seen
    finally:
        stopping.set()
        await asyncio.wait(parts)
