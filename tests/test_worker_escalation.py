"""Who is told as time goes by: cases of long ago, cases that the records take back and bring again, full channels."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from psycopg import Connection
from psycopg.types.json import Jsonb

from storage.connect import connect_writer
from storage.notices_deliveries import WAITING_MOST
from supervision.case_steps import StepWanted, take_step
from supervision.casework import open_cases
from tests.case_rows import OPENED, add_city, after, dumping, opened, rows, worker
from tests.storage_rows import event
from worker.job import JobContext
from worker.notices_job import escalate, make_notices
from worker.settings import WorkSettings


@pytest.fixture
def connection(migrated_url: str) -> Iterator[Connection[Any]]:
    with connect_writer(migrated_url) as opened_:
        add_city(opened_)
        yield opened_


def subscribe(connection: Connection[Any], owner_no: int, **members: Any) -> None:
    """Add a channel and a subscription to all that is told."""
    channel = uuid4()
    connection.execute(
        "insert into channels (channel_id, owner_no, kind, name, url, per_minute)"
        " values (%s, %s, 'robot', 'x', 'json://127.0.0.1:9', 20)",
        [channel, owner_no],
    )
    row = {
        "subscription_id": uuid4(),
        "owner_no": owner_no,
        "name": "x",
        "language": "en",
        "min_severity": 1,
        "reasons": ["opened", "assigned", "unacknowledged", "overdue", "ended"],
        "channel_ids": [channel],
        "quiet_passes": 3,
        "digest_over": 60,
        "levels": Jsonb([{"after_s": 600, "channel_ids": [str(channel)]}]),
        "repeats": 0,
        "repeat_every_s": 900,
    } | members
    places = ", ".join(f"%({name})s" for name in row)
    connection.execute(f"insert into subscriptions ({', '.join(row)}) values ({places})", row)


def at(connection: Connection[Any], now: datetime) -> None:
    """Do what the worker does at an instant."""
    context = JobContext(connection, now, WorkSettings(), "w")
    escalate(context)
    make_notices(context)


def told(connection: Connection[Any]) -> list[tuple[str, bool]]:
    """Return the reasons of notices in order, and whether each was told."""
    return connection.execute("select reason, told_at is not null from notices order by notice_no").fetchall()


def begin(connection: Connection[Any]) -> None:
    """Let the reader of cases begin here, as a worker that runs already has."""
    at(connection, OPENED - timedelta(days=1))


def test_a_case_that_was_given_weeks_is_told_of_when_they_are_over(connection: Connection[Any]) -> None:
    wang = worker(connection)
    subscribe(connection, int(wang.user_no or 0), levels=Jsonb([]))
    begin(connection)
    (case,) = opened(connection, event(0, kind="sensor_fault", severity=1))
    assert case["due_at"] == after(168)
    take_step(connection, case["case_id"], StepWanted("acknowledge", 1), wang, after(0.1))
    at(connection, after(167))
    assert ("overdue", True) not in told(connection)
    at(connection, after(168.1))
    assert told(connection).count(("overdue", True)) == 1
    at(connection, after(400))
    assert told(connection).count(("overdue", True)) == 1


def test_who_is_sent_is_told_of_it_also_where_the_case_pages_nobody(connection: Connection[Any]) -> None:
    wang, li = worker(connection), worker(connection, "li", "inspector")
    for one in (wang, li):
        subscribe(connection, int(one.user_no or 0))
    begin(connection)
    (case,) = opened_late(connection)
    assert not case["paged"]
    at(connection, after(0.1))
    assert told(connection) == []
    take_step(connection, case["case_id"], StepWanted("assign", 1, assignee="li"), wang, after(0.2))
    at(connection, after(0.3))
    assert told(connection) == [("assigned", True)]


def opened_late(connection: Connection[Any]) -> list[dict[str, Any]]:
    """Return the case of an event that was found an hour after it began."""
    opened(connection, dumping(end_seq=5), now=OPENED)
    connection.execute("alter table case_steps disable trigger user")
    for statement in (
        "delete from case_events",
        "delete from case_steps",
        "alter table cases disable trigger cases_are_kept",
        "delete from cases",
        "update events set back_dated = true",
        "update case_cursor set change_no = 0",
    ):
        connection.execute(statement)
    open_cases(connection, OPENED)
    return rows(connection, "select * from cases")


def test_what_the_records_bring_again_is_a_case_with_its_full_time_and_is_told_of(connection: Connection[Any]) -> None:
    wang = worker(connection)
    subscribe(connection, int(wang.user_no or 0))
    begin(connection)
    opened(connection, dumping(end_seq=5))
    at(connection, after(0.05))
    connection.execute("update events set withdrawn_at = now()")
    open_cases(connection, after(0.1))
    at(connection, after(0.1))
    assert told(connection) == [("opened", True), ("ended", True)]
    connection.execute("update events set withdrawn_at = null")
    open_cases(connection, after(72))
    (case,) = rows(connection, "select * from cases")
    assert (case["status"], case["extensions"]) == ("new", 0)
    assert case["acknowledge_by"] == case["step_due_at"] == after(72 + 1 / 6)
    assert case["due_at"] == case["first_due_at"] == after(72 + 24)
    at(connection, after(72.01))
    assert told(connection)[2:] == [("opened", True)]  # not yet late, so nobody further up is told
    at(connection, after(72.2))
    assert told(connection)[3:] == [("unacknowledged", True)]
    connection.execute("update events set withdrawn_at = now()")
    open_cases(connection, after(73))
    at(connection, after(73))
    assert told(connection)[4:] == [("ended", True)]


def test_a_channel_that_takes_nothing_does_not_fill_the_database(connection: Connection[Any]) -> None:
    wang = worker(connection)
    subscribe(connection, int(wang.user_no or 0))
    begin(connection)
    connection.execute(
        "insert into deliveries (delivery_id, channel_id, about, object_id, title, body, status, created_at, next_at)"
        " select gen_random_uuid(), channel_id, 'notice', '1', 't', 'b', 'waiting', now(), now()"
        " from channels, generate_series(1, %s)",
        [WAITING_MOST],
    )
    opened(connection, dumping())
    at(connection, after(0.05))
    assert told(connection) == [("opened", True)]
    new = "select status, ended_at is not null from deliveries order by delivery_no desc limit 1"
    assert connection.execute(new).fetchone() == ("dead", True)
