"""The queue's worker: procrastinate on our database, kept up while the database comes and goes."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable
from functools import partial
from typing import Any

import procrastinate
import psycopg
import structlog
from psycopg import Connection
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg_pool import PoolTimeout

from storage.connect import connect_writer, conninfo
from storage.errors import StorageError
from storage.sealing import Seal
from storage.work_queue import SCHEMA
from worker.settings import WorkSettings
from worker.tasks import TASKS, Task
from worker.tasks_context import TaskContext

log = structlog.get_logger(__name__)

AGAIN_S = 2.0  # pause before the queue is opened again
POLL_S = 1.0  # a lost notification delays a job by no more than this
GRACE_S = 20.0  # tasks under way may end within this; then another worker finds them again
WAIT_FIRST_S = 4  # before the second attempt of a task that raised; each further wait is four times as long
POOL_WAIT_S = 5.0


def make_queue(
    database_url: str,
    settings: WorkSettings,
    seal: Seal | None = None,
    stopping: threading.Event | None = None,
    tasks: tuple[Task, ...] = TASKS,
) -> procrastinate.App:
    """Return the queue with its tasks; `stopping` tells those that take long to give up."""
    info = conninfo(database_url, application_name="muckline-work-queue")
    options = f"{conninfo_to_dict(info).get('options') or ''} -c search_path={SCHEMA},public"
    connector = procrastinate.PsycopgConnector(
        conninfo=make_conninfo(info, options=options.strip()),
        min_size=2,
        max_size=settings.concurrency + 4,
        timeout=POOL_WAIT_S,
    )
    app = procrastinate.App(connector=connector)
    context = TaskContext(partial(_connect, database_url), settings, database_url, stopping or threading.Event(), seal)
    for task in tasks:
        retry = procrastinate.RetryStrategy(max_attempts=task.attempts, exponential_wait=WAIT_FIRST_S)
        app.task(name=task.name, queue="work", retry=retry)(_runner(task, context))
    return app


def _runner(task: Task, context: TaskContext) -> Callable[..., Any]:
    async def run(**arguments: Any) -> None:
        try:
            await asyncio.to_thread(task.run, context, **arguments)
        except (psycopg.OperationalError, StorageError) as error:
            log.warning("task_waits", task=task.name, meaning=str(error).strip())
            raise
        except Exception:
            log.exception("task_failed", task=task.name, arguments=arguments)
            raise

    return run


def _connect(database_url: str) -> Connection:
    return connect_writer(database_url, application_name="muckline-work-task")


async def serve_queue(database_url: str, settings: WorkSettings, seal: Seal | None, stop: asyncio.Event) -> None:
    """Do tasks until told to stop."""
    logging.getLogger("apprise").setLevel(logging.CRITICAL)  # its messages may hold a channel's URL
    logging.getLogger("procrastinate").setLevel(logging.CRITICAL)  # what it has to say is said here, once
    logging.getLogger("psycopg.pool").setLevel(logging.ERROR)
    while not stop.is_set():
        stopping = threading.Event()
        app = make_queue(database_url, settings, seal, stopping)
        try:
            async with app.open_async():
                await _work(app, settings, stop, stopping)
        except (procrastinate.exceptions.ProcrastinateException, psycopg.Error, PoolTimeout, OSError) as error:
            log.warning("queue_waits", meaning=str(error).strip() or type(error).__name__)
            await _pause(stop, AGAIN_S)


async def _work(
    app: procrastinate.App, settings: WorkSettings, stop: asyncio.Event, tasks_stop: threading.Event
) -> None:
    """Work until told to stop, or until the worker gives up."""
    working = asyncio.create_task(
        app.run_worker_async(
            queues=["work"],
            concurrency=settings.concurrency,
            fetch_job_polling_interval=POLL_S,
            listen_notify=True,
            delete_jobs="successful",
            install_signal_handlers=False,
            shutdown_graceful_timeout=GRACE_S,
        ),
        name="queue worker",
    )
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait([working, stopping], return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    tasks_stop.set()
    if not working.done():
        working.cancel()
    await asyncio.wait([working])
    if not working.cancelled() and (error := working.exception()) is not None:
        raise error


async def _pause(stop: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        return
