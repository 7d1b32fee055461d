"""Events become cases, and cases are worked, on a real database."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from psycopg import Connection

from storage.connect import connect_writer
from storage.notices import take_changed_cases
from supervision import casework
from supervision.case_steps import StepWanted, take_step
from supervision.cases.errors import CaseMovedOn, NobodyOnDuty, StepIncomplete, UnknownCase
from supervision.casework import open_cases
from tests.case_rows import OPENED, add_city, after, dumping, opened, rows, worker, write
from tests.storage_rows import event

pytestmark = pytest.mark.services


@pytest.fixture
def connection(migrated_url: str) -> Iterator[Connection[Any]]:
    with connect_writer(migrated_url) as opened_connection:
        add_city(opened_connection)
        yield opened_connection


def steps(connection: Connection[Any]) -> list[tuple[Any, ...]]:
    found = rows(connection, "select step, from_status, to_status, by_name from case_steps order by case_id, step_no")
    return [tuple(row.values()) for row in found]


def test_a_violation_is_a_case_at_once_with_company_district_and_due_time(connection: Connection[Any]) -> None:
    (case,) = opened(connection, dumping(), event(5, kind="unloading", severity=0))
    assert (case["case_no"], case["status"], case["severity"]) == ("2026-000001", "new", 3)
    assert (case["company_id"], case["district_id"], case["vehicle_no"]) == ("C1", "D1", 1)
    assert case["due_at"] == OPENED + timedelta(hours=24)
    assert case["acknowledge_by"] == OPENED + timedelta(minutes=10)
    assert steps(connection) == [("open", None, "new", "records")]


def test_an_event_of_the_same_truck_and_kind_joins_and_others_do_not(connection: Connection[Any]) -> None:
    first, second, third = opened(
        connection, event(0, end_seq=9), event(60), event(61, kind="overload"), event(62, vehicle="V2")
    )
    assert (first["kind"], first["version"]) == ("spillage", 2)
    assert {second["kind"], third["kind"]} == {"overload", "spillage"}
    much_later = event(60 + 6 * 60 + 30)  # an hour later than the merge time of spillage allows
    write(connection, event(60, end_seq=70))
    assert len(opened(connection, much_later)) == 4


def test_reading_again_changes_nothing_and_a_back_dated_event_pages_nobody(connection: Connection[Any]) -> None:
    before = opened(connection, dumping(), event(3))
    connection.execute("update case_cursor set change_no = 0")
    assert open_cases(connection, after(1)) == 2
    assert rows(connection, "select * from cases order by case_no") == before
    write(connection, event(9, vehicle="V3"), found_at_ms=1_790_000_000_000)
    open_cases(connection, OPENED)
    assert [row["paged"] for row in rows(connection, "select paged from cases order by case_no")] == [True, True, False]


def test_a_crash_between_leaves_nothing_half_done(connection: Connection[Any], monkeypatch: Any) -> None:
    write(connection, dumping(), event(3))

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(casework, "advance", die)
        with pytest.raises(KeyboardInterrupt):
            open_cases(connection, OPENED)
    assert rows(connection, "select * from cases") == []
    open_cases(connection, OPENED)
    assert [row["case_no"] for row in rows(connection, "select case_no from cases order by 1")] == [
        "2026-000001",
        "2026-000002",
    ]


def test_two_workers_open_each_case_once(connection: Connection[Any], migrated_url: str) -> None:
    done = threading.Event()

    def work() -> None:
        with connect_writer(migrated_url) as own:
            while not done.is_set():
                open_cases(own, OPENED)
            open_cases(own, OPENED)

    workers = [threading.Thread(target=work) for _ in range(2)]
    for thread in workers:
        thread.start()
    for seq in range(60):
        # Each far from the last, so that each is a case of its own; then over.
        write(connection, event(seq * 1000, vehicle=f"V{1 + seq % 4}"))
        write(connection, event(seq * 1000, vehicle=f"V{1 + seq % 4}", end_seq=seq * 1000 + 5))
    done.set()
    for thread in workers:
        thread.join()
    found = rows(connection, "select case_no, end_time from cases order by 1")
    assert [row["case_no"] for row in found] == [f"2026-{n:06}" for n in range(1, 61)]
    assert all(row["end_time"] is not None for row in found)
    assert len(steps(connection)) == 60


def test_what_is_withdrawn_ends_untouched_cases_and_is_told_of_touched_ones(connection: Connection[Any]) -> None:
    actor = worker(connection)
    first, second = opened(connection, dumping(), event(3))
    take_step(connection, second["case_id"], StepWanted("acknowledge", 1), actor, OPENED)
    connection.execute("update events set withdrawn_at = now()")
    open_cases(connection, after(1))
    found = {row["case_id"]: row for row in rows(connection, "select * from cases")}
    assert (found[first["case_id"]]["status"], found[first["case_id"]]["false_reason"]) == (
        "false_positive",
        "withdrawn",
    )
    assert found[second["case_id"]]["status"] == "acknowledged"
    assert sorted(step[0] for step in steps(connection)) == [
        "acknowledge",
        "false_positive",
        "open",
        "open",
        "withdrawn",
    ]
    connection.execute("update events set withdrawn_at = null")
    open_cases(connection, after(2))
    found = {row["case_id"]: row for row in rows(connection, "select * from cases")}
    assert (found[first["case_id"]]["status"], found[second["case_id"]]["status"]) == ("new", "acknowledged")
    assert sorted(step[0] for step in steps(connection)).count("reopen") == 1


def test_steps_lead_to_the_end_and_cannot_be_changed(connection: Connection[Any]) -> None:
    actor = worker(connection)
    (case,) = opened(connection, dumping())
    way = [
        StepWanted("acknowledge", 1),
        StepWanted("assign", 2, assignee="wang"),
        StepWanted("handle", 3, comment="已清理"),
        StepWanted("verify", 4),
        StepWanted("close", 5, comment="结案"),
    ]
    for hour, wanted in enumerate(way):
        assert take_step(connection, case["case_id"], wanted, actor, after(hour))
    (case,) = rows(connection, "select * from cases")
    assert (case["status"], case["ended_at"], case["step_due_at"]) == ("closed", after(4), None)
    for change in ("update case_steps set comment = 'x'", "delete from case_steps", "truncate case_steps"):
        with pytest.raises(psycopg.errors.IntegrityError, match="appended to only"):
            connection.execute(change)
    with pytest.raises(psycopg.errors.IntegrityError):
        connection.execute("delete from cases")


def test_a_case_is_sent_anew_whenever_another_had_it_meanwhile(connection: Connection[Any]) -> None:
    actor = worker(connection)
    worker(connection, "zhao")
    (case,) = opened(connection, dumping())
    take_changed_cases(connection)
    times = []
    for minute, assignee in enumerate(("wang", "zhao", "wang", "wang")):
        at = after(minute / 60)
        take_step(connection, case["case_id"], StepWanted("assign", assignee=assignee), actor, at)
        times.append([row["times_sent"] for row in take_changed_cases(connection)])
    assert times == [[1], [2], [3], [3]]


def test_of_many_at_once_one_wins_and_no_comment_is_lost(connection: Connection[Any], migrated_url: str) -> None:
    actor = worker(connection)
    (case,) = opened(connection, dumping())
    start, outcomes = threading.Barrier(8), list[str]()

    def work(number: int) -> None:
        with connect_writer(migrated_url) as own:
            start.wait()
            for wanted in (StepWanted("acknowledge", 1), StepWanted("comment", 1, comment=f"{number}")):
                try:
                    take_step(own, case["case_id"], wanted, actor, OPENED)
                    outcomes.append(wanted.step)
                except CaseMovedOn:
                    outcomes.append("moved on")

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes).count("comment") == 8
    assert sorted(outcomes).count("acknowledge") == 1
    assert sorted(outcomes).count("moved on") == 7
    kept = rows(connection, "select comment from case_steps where step = 'comment'")
    assert {row["comment"] for row in kept} == {str(number) for number in range(8)}
    assert rows(connection, "select version from cases") == [{"version": 10}]


def test_a_step_sent_again_with_its_key_is_one_step(connection: Connection[Any]) -> None:
    actor = worker(connection)
    (case,) = opened(connection, dumping())
    wanted = StepWanted("comment", 1, comment="看过", retry_key="0123456789")
    assert take_step(connection, case["case_id"], wanted, actor, OPENED)
    assert not take_step(connection, case["case_id"], wanted, actor, OPENED)
    assert len(steps(connection)) == 2


def test_assigning_picks_who_is_on_duty_with_the_least_to_do(connection: Connection[Any]) -> None:
    actor = worker(connection)
    li, zhao = worker(connection, "li", "inspector"), worker(connection, "zhao", "district", district_ids=["D1"])
    worker(connection, "qian", "district", district_ids=["D2"])
    cases = opened(connection, *(event(0, vehicle=f"V{n}") for n in (1, 2, 3)))
    with pytest.raises(NobodyOnDuty, match="district D1"):
        take_step(connection, cases[0]["case_id"], StepWanted("assign", 1), actor, OPENED)
    for user_no in (li.user_no, zhao.user_no):
        connection.execute(
            "insert into duty_shifts (district_id, user_no, valid) values ('D1', %s, tstzrange(%s, %s))",
            [user_no, after(-1), after(1)],
        )
    for case in cases[:2]:
        take_step(connection, case["case_id"], StepWanted("assign", 1), actor, OPENED)
    assigned = rows(connection, "select u.name from cases join users u on u.user_no = assignee_no order by case_no")
    assert [row["name"] for row in assigned] == ["li", "zhao"]
    with pytest.raises(NobodyOnDuty):
        take_step(connection, cases[2]["case_id"], StepWanted("assign", 1), actor, after(2))
    with pytest.raises(StepIncomplete, match="works cases of district D1"):
        take_step(connection, cases[2]["case_id"], StepWanted("assign", 1, assignee="qian"), actor, OPENED)


def test_who_does_not_see_a_case_takes_no_step_of_it(connection: Connection[Any]) -> None:
    (case,) = opened(connection, dumping())
    stranger = worker(connection, "qian", "district", district_ids=["D2"])
    for case_id in (case["case_id"], uuid4()):
        with pytest.raises(UnknownCase):
            take_step(connection, case_id, StepWanted("acknowledge", 1), stranger, OPENED)
