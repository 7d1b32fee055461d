"""What must go on whatever goes wrong: channels that are gone, workers that died, trials that nobody ends."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
import pytest
from api_server import as_user, serving
from conftest import Broker
from receiver import Receiver, receiving, until
from test_worker_deliveries import ended_delivery, send_test
from test_worker_notices import BUREAU, COMPANY, add_channel, count, subscribe
from test_worker_process import work_process
from working import add_event, add_trucks, working

from storage import exports, notices_deliveries, rule_limits
from storage.connect import connect_writer
from storage.errors import TooManyTrials
from storage.notices import PENDING_MOST, take_pending
from storage.rule_limits import TRIALS_WAITING_MOST, ask_for_trial
from storage.work_queue import defer
from supervision.casework import open_cases
from worker.job import JobContext
from worker.rule_trial import TrialGivenUp, try_rules
from worker.settings import WorkSettings
from worker.tasks import TASKS
from worker.tasks_context import TaskContext
from worker.upkeep_job import STALLED_AFTER, find_lost_work

pytestmark = pytest.mark.services


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as running:
        yield running


@pytest.fixture
def connection(migrated_url: str) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(migrated_url, autocommit=True) as opened:
        add_trucks(opened)
        yield opened


def test_a_channel_that_was_deleted_silences_nobody_else(
    migrated_url: str, connection: psycopg.Connection[Any], receiver: Receiver
) -> None:
    with serving(migrated_url, viewer="bureau") as client:
        boss = as_user(migrated_url, "administrator", name="boss")
        gone = add_channel(client, receiver, "/gone", headers=boss, shared=True)
        first = subscribe(client, receiver, COMPANY)
        body = {"name": "值班", "channel_ids": [*first["channel_ids"], gone]}
        body["expected_revision"] = first["revision"]
        client.put(f"/v1/subscriptions/{first['subscription_id']}", json=body).raise_for_status()
        subscribe(client, receiver, BUREAU)
        client.delete(f"/v1/channels/{gone}", headers=boss).raise_for_status()
        with working(migrated_url):
            add_event(connection)
            until(lambda: len(receiver.bodies(BUREAU)) == 1 and len(receiver.bodies(COMPANY)) == 1)
            until(lambda: count(connection, "notices where told_at is null") == 0)
    assert not receiver.bodies("/gone")


def test_what_waits_for_the_end_of_quiet_hours_is_in_nobodys_way(connection: psycopg.Connection[Any]) -> None:
    connection.execute("insert into users (name, display_name, role) values ('u', 'u', 'bureau')")
    quiet, other = uuid.uuid4(), uuid.uuid4()
    connection.execute(
        "insert into subscriptions (subscription_id, owner_no, name, language, min_severity, reasons, channel_ids,"
        " quiet_passes, digest_over, levels, repeats, repeat_every_s)"
        " select id, (select user_no from users where name = 'u'), 'x', 'zh', 1, '{opened}', '{}', 3, 5, '[]', 0, 60"
        " from unnest(%s::uuid[]) as id",
        [[quiet, other]],
    )
    add_event(connection)
    open_cases(connection, datetime.now(UTC))
    case_id = _one(connection, "select case_id from cases")
    connection.execute(
        "insert into notices (subscription_id, case_id, reason, nth, channel_ids, severity, title, line, created_at)"
        " select %s, %s, 'unacknowledged', nth, '{}', 1, '', '', now() from generate_series(1, %s) as nth",
        [quiet, case_id, PENDING_MOST + 10],
    )
    for name in (quiet, other):
        connection.execute(
            "insert into notices (subscription_id, case_id, reason, nth, channel_ids, severity, title, line,"
            " created_at) values (%s, %s, 'opened', 0, '{}', 3, '', '', now())",
            [name, case_id],
        )
    with connection.transaction():
        taken = take_pending(connection, [quiet, other])
    assert {row["subscription_id"] for row in taken if row["severity"] == 3} == {quiet, other}
    assert len(taken) == PENDING_MOST + 1
    assert [row["notice_no"] for row in taken] == sorted(row["notice_no"] for row in taken)


def test_work_of_the_dead_is_found_again_also_where_more_of_it_waits(connection: psycopg.Connection[Any]) -> None:
    channel = str(uuid.uuid4())
    held = [
        defer(connection, "deliver", once=f"deliver {channel}", channel_id=channel),
        defer(connection, "make_export", export_id=str(uuid.uuid4())),
    ]
    connection.execute("update queue.procrastinate_jobs set status = 'doing'")  # and the worker is gone
    waiting = defer(connection, "deliver", once=f"deliver {channel}", channel_id=channel)
    later = datetime.now(UTC) + STALLED_AFTER + timedelta(seconds=1)
    find_lost_work(JobContext(connection, later, WorkSettings(), "w"))
    jobs = connection.execute("select id, status from queue.procrastinate_jobs order by id").fetchall()
    assert jobs == [(held[1], "todo"), (waiting, "todo")]


def test_a_killed_worker_loses_nothing_of_what_it_had_in_hand(
    migrated_url: str, connection: psycopg.Connection[Any], receiver: Receiver, broker: Broker, tmp_path: Path
) -> None:
    receiver.answers = {"/slow": ["hang", 200]}
    with serving(migrated_url, viewer="bureau") as client:
        delivery_id = send_test(client, receiver.url("/slow"))
        with pytest.MonkeyPatch.context() as patched:
            patched.setenv("MUCKLINE_WORK__ALLOWED_HOSTS", "127.0.0.1")
            with work_process(migrated_url, broker, tmp_path / "work.log") as process:
                until(lambda: len(receiver.bodies("/slow")) == 1, 30)
                process.kill()
                process.wait()
        assert count(connection, "queue.procrastinate_jobs where status = 'doing'") == 1
        # As a minute later, when the next worker looks: the dead one is not heard, its channel no longer held.
        connection.execute("update channels set busy_until = now()")
        later = datetime.now(UTC) + STALLED_AFTER + timedelta(seconds=1)
        find_lost_work(JobContext(connection, later, WorkSettings(), "w"))
        with working(migrated_url):
            ended = ended_delivery(client, delivery_id)
    assert ended["status"] == "delivered"
    assert [attempt["http_status"] for attempt in ended["attempts_made"]] == [200]
    assert len(receiver.bodies("/slow")) == 2
    assert count(connection, "queue.procrastinate_jobs") == 0


def test_every_task_that_is_asked_for_is_known() -> None:
    asked_for = {notices_deliveries.TASK, exports.TASK, rule_limits.TASK}
    assert asked_for == {task.name for task in TASKS}


def test_a_trial_is_made_by_the_worker(migrated_url: str, connection: psycopg.Connection[Any]) -> None:
    trial_id, now = ask_trial(connection)
    with working(migrated_url):
        until(lambda: status_of(connection, trial_id) in {"done", "failed"}, 60)
    row = connection.execute("select status, error, asked_at from rule_trials").fetchone()
    assert row == ("done", None, now)


def test_a_trial_ends_with_its_process_and_is_made_anew(migrated_url: str, connection: psycopg.Connection[Any]) -> None:
    trial_id, _ = ask_trial(connection)
    stopping = threading.Event()
    stopping.set()
    context = TaskContext(partial(connect_writer, migrated_url), WorkSettings(), migrated_url, stopping)
    began_s = time.monotonic()
    with pytest.raises(TrialGivenUp):
        try_rules(context, str(trial_id))
    assert time.monotonic() - began_s < 10
    assert status_of(connection, trial_id) == "running"
    stopping.clear()
    try_rules(context, str(trial_id))
    assert status_of(connection, trial_id) == "done"


def test_trials_that_were_lost_are_in_nobodys_way(connection: psycopg.Connection[Any]) -> None:
    for _ in range(TRIALS_WAITING_MOST):
        ask_trial(connection)
    with pytest.raises(TooManyTrials):
        ask_trial(connection)
    connection.execute("update rule_trials set status = 'running', asked_at = asked_at - interval '25 hours'")
    ask_trial(connection)


def ask_trial(connection: psycopg.Connection[Any]) -> tuple[uuid.UUID, datetime]:
    trial_id, now = uuid.uuid4(), datetime.now(UTC)
    span = (now - timedelta(hours=1), now)
    ask_for_trial(connection, trial_id, {"city": {}}, span=span, kinds=[], asked_by="u", now=now)
    return trial_id, now


def status_of(connection: psycopg.Connection[Any], trial_id: uuid.UUID) -> Any:
    row = connection.execute("select status from rule_trials where trial_id = %s", [trial_id]).fetchone()
    return row[0] if row else None


def _one(connection: psycopg.Connection[Any], query: str) -> Any:
    row = connection.execute(query).fetchone()  # type: ignore[arg-type]
    return row[0] if row else None
