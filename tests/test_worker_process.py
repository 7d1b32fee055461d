"""`muckline work` as a process: started, its database killed and brought back, ended in order."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from api_server import SEAL_KEY
from conftest import Broker
from receiver import until
from working import add_event, add_trucks

from embedded.postgres import EmbeddedPostgres
from muckline.child import broker_environment
from storage.migrate import upgrade
from storage.work_queue import defer
from storage.worker_status import claimed
from worker.job import Job, JobContext, JobRunner
from worker.settings import WorkSettings

pytestmark = pytest.mark.services


@contextlib.contextmanager
def work_process(url: str, broker: Broker, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    key = log.with_name("channels.key")
    key.touch(0o600)
    key.write_text(SEAL_KEY)
    settings = {"MUCKLINE_DATABASE__URL": url, "MUCKLINE_DATABASE__SEAL_KEY_FILE": str(key)}
    environment = os.environ | broker_environment(broker.address) | settings
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "muckline", "work"], env=environment, stdout=output, stderr=output
        )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def test_it_survives_its_database_and_ends_in_order(
    own_database: EmbeddedPostgres, broker: Broker, tmp_path: Path
) -> None:
    url = own_database.ensure()
    upgrade(url)
    log = tmp_path / "work.log"
    with psycopg.connect(url, autocommit=True) as connection:
        add_trucks(connection)
    with work_process(url, broker, log) as process:
        until(lambda: "Muckline work is running" in log.read_text(), 30)
        until(lambda: asked(url, "select count(*) from worker_status") == 1, 30)
        own_database.kill9()
        own_database.ensure()
        with psycopg.connect(url, autocommit=True) as connection:
            add_event(connection)
            defer(connection, "deliver", channel_id=str(uuid.uuid4()))
        until(lambda: asked(url, "select count(*) from cases") == 1, 30)
        until(lambda: asked(url, "select count(*) from queue.procrastinate_jobs") == 0, 30)
        until(lambda: seen_lately(url), 30)
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
    assert "Traceback" not in (said := log.read_text()), said


def test_a_job_is_done_by_one_worker_at_a_time(migrated_url: str) -> None:
    running, most, done = 0, 0, 0
    lock = threading.Lock()

    def counted(context: JobContext) -> None:
        nonlocal running, most, done
        with lock:
            running += 1
            most = max(most, running)
        context.connection.execute("select pg_sleep(0.05)")
        with lock:
            running -= 1
            done += 1

    def failing(_context: JobContext) -> None:
        raise ZeroDivisionError("a mistake of ours does not stop the others")

    jobs = (Job("failing", 0.01, failing), Job("counted", 0.01, counted))
    runners = [JobRunner(migrated_url, WorkSettings(), str(number), "test", jobs) for number in range(3)]
    for runner in runners:
        runner.start()
    until(lambda: done >= 6)
    for runner in runners:
        runner.close()
    assert most == 1


def test_who_dies_lets_a_job_go(migrated_url: str) -> None:
    with (
        psycopg.connect(migrated_url, autocommit=True) as first,
        psycopg.connect(migrated_url, autocommit=True) as second,
    ):
        held = claimed(first, "job")
        assert held.__enter__()
        with claimed(second, "job") as ours:
            assert not ours
        first.close()

        def free() -> bool:
            with claimed(second, "job") as ours_now:
                return ours_now

        until(free, 5)


def asked(url: str, query: str) -> Any:
    """Return the answer of a database that may be coming up."""
    with contextlib.suppress(psycopg.OperationalError), psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute(query).fetchone()  # type: ignore[arg-type]
        return row[0] if row else None
    return None


def seen_lately(url: str) -> bool:
    return bool(asked(url, "select max(seen_at) > now() - interval '6 s' from worker_status"))
