"""Figures computed in the database against a slow, obvious computation of the same; and pages of many cases in time."""

from __future__ import annotations

import asyncio
import random
import statistics
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from psycopg import Connection

from storage.connect import connect_reader, connect_writer
from storage.queries.case_figures import read_false_positives, read_figures
from storage.queries.case_page import CaseChoice, count_by_status, read_case_page
from storage.queries.reports import read_report_figures
from storage.queries.scopes import read_scopes
from supervision.case_steps import StepWanted, take_step
from supervision.cases.errors import CaseRefused
from supervision.reports.making import count_report
from tests.case_rows import OPENED, add_city, after, opened, rows, worker
from tests.storage_rows import event

pytestmark = pytest.mark.services

# A page of a hundred thousand cases, and their counts by status, take no longer.
PAGE_S, COUNT_S = 0.2, 0.5
STEPS = (
    StepWanted("acknowledge"),
    StepWanted("assign", assignee="wang"),
    StepWanted("extend", reason="weather"),
    StepWanted("handle", comment="x"),
    StepWanted("send_back", comment="x"),
    StepWanted("verify"),
    StepWanted("close", comment="x"),
    StepWanted("call_back", satisfaction=5),
    StepWanted("call_back", satisfaction=3),
    StepWanted("reopen", comment="x"),
    StepWanted("false_positive", reason="gps_error", comment="x"),
    StepWanted("false_positive", reason="duplicate", comment="x"),
)
# Enough of them lead on, so that many cases come to their end.
WEIGHTS = (9, 9, 2, 9, 3, 9, 9, 2, 2, 1, 3, 3)


@pytest.fixture
def connection(migrated_url: str) -> Iterator[Connection[Any]]:
    with connect_writer(migrated_url) as opened_connection:
        add_city(opened_connection)
        yield opened_connection


def ask(url: str, query: Any) -> Any:
    async def asked() -> Any:
        async with await connect_reader(url) as reader:
            return await query(reader)

    return asyncio.run(asked())


def late_before(steps: list[dict[str, Any]]) -> bool:
    """Tell whether a case was reopened after it had ended late."""
    for again in (step for step in steps if step["step"] == "reopen"):
        ends = [
            step["at"]
            for step in steps
            if step["step_no"] < again["step_no"] and step["step"] in ("close", "false_positive")
        ]
        if max(ends) > datetime.fromisoformat(again["detail"]["was_due_at"]):
            return True
    return False


def by_hand(cases: list[dict[str, Any]], steps: list[dict[str, Any]], now: Any) -> dict[str, Any]:
    """Return the figures of some cases, one case and one step after the other, from the steps."""
    closed = [case for case in cases if case["status"] == "closed"]
    marks = {"on_time": 0, "extended": 0, "late": 0}
    for case in closed:
        end = max(step["at"] for step in steps if step["case_id"] == case["case_id"] and step["step"] == "close")
        mark = "on_time" if end <= case["first_due_at"] else "extended" if end <= case["due_at"] else "late"
        if late_before([step for step in steps if step["case_id"] == case["case_id"]]):
            mark = "late"
        marks[mark] += 1
    overdue = [case for case in cases if case["status"] not in ("closed", "false_positive") and case["due_at"] < now]
    judged = len(closed) + len(overdue)
    reworked = [step["case_id"] for step in steps if step["step"] in ("send_back", "reopen")]
    acknowledged = []
    for case in cases:
        first = [
            step["at"]
            for step in steps
            if step["case_id"] == case["case_id"]
            and (step["step"] in ("acknowledge", "assign") or (step["step"] == "reopen"))
        ]
        if first:
            acknowledged.append((min(first) - case["opened_at"]).total_seconds())
    ended = [(case["ended_at"] - case["opened_at"]).total_seconds() for case in closed]
    satisfied = [case["satisfaction"] for case in cases if case["satisfaction"]]
    score = 1.0 * marks["on_time"] + 0.6 * marks["extended"] + 0.3 * marks["late"]
    return {
        "opened": len(cases),
        "closed": len(closed),
        "closed_on_time": marks["on_time"],
        "closed_extended": marks["extended"],
        "closed_late": marks["late"],
        "judged": judged,
        "closure_score": score / judged if judged else None,
        "first_time": sum(case["case_id"] not in reworked for case in closed),
        "rework": sum(step_case in {case["case_id"] for case in cases} for step_case in reworked),
        "satisfaction": statistics.mean(satisfied) if satisfied else None,
        "median_acknowledge_s": statistics.median(acknowledged) if acknowledged else None,
        "median_end_s": statistics.median(ended) if ended else None,
    }


def test_figures_are_what_a_slow_count_of_the_steps_gives(connection: Connection[Any], migrated_url: str) -> None:
    rng = random.Random(7)
    actor = worker(connection)
    found = [event(n * 3000, vehicle=f"V{1 + n % 4}", lon_deg=119.9 + 0.2 * (n % 3 == 0)) for n in range(40)]
    cases = opened(connection, *found)
    for case in cases:
        at = OPENED
        for wanted in rng.choices(STEPS, WEIGHTS, k=rng.choice([0, 15, 30])):
            at += timedelta(minutes=rng.randint(1, 45))
            with suppress(CaseRefused):
                take_step(connection, case["case_id"], wanted, actor, at)
    cases, steps = rows(connection, "select * from cases"), rows(connection, "select * from case_steps")
    assert {case["status"] for case in cases} >= {"new", "closed", "false_positive"}
    now = after(3)
    for by, member in (("district", "district_id"), ("company", "company_id"), ("kind", "kind")):
        got = ask(migrated_url, partial(read_figures, by=by, viewer=actor.user_no, start=None, end=None, now=now))
        groups = {None: cases} | {
            key: [case for case in cases if case[member] == key] for key in {case[member] for case in cases}
        }
        assert {row["key"] for row in got} == set(groups)
        assert got[0]["is_total"]
        for row in got:
            wanted = by_hand(groups[row["key"]], steps, now)
            assert {name: row[name] for name in wanted} == pytest.approx(wanted), (by, row["key"])
    noise = ask(
        migrated_url,
        lambda reader: read_false_positives(reader, actor.user_no, start=None, end=None, excused=["duplicate"]),
    )
    reasons = [case["false_reason"] for case in cases if case["false_reason"]]
    valid = sum(case["status"] == "closed" for case in cases)
    assert noise[0]["reasons"] == {reason: reasons.count(reason) for reason in set(reasons)}
    assert noise[0]["false_share"] == pytest.approx(reasons.count("gps_error") / (reasons.count("gps_error") + valid))


def test_a_case_that_was_late_stays_late_when_it_is_closed_anew(connection: Connection[Any], migrated_url: str) -> None:
    actor = worker(connection)
    late, punctual, open_again = (
        case["case_id"] for case in opened(connection, *(event(0, vehicle=f"V{n}") for n in (1, 2, 3)))
    )

    def steps(case_id: Any, begin_h: float, *names: str) -> None:
        for n, name in enumerate(names):
            take_step(connection, case_id, StepWanted(name, comment="x"), actor, after(begin_h + n / 60))

    again = ("reopen", "handle", "close")
    due_h = (rows(connection, "select due_at from cases")[0]["due_at"] - OPENED) / timedelta(hours=1)
    for case_id, end_h in ((late, due_h + 1), (punctual, 0.5), (open_again, due_h + 1)):
        steps(case_id, end_h, "acknowledge", "handle", "close")
        steps(case_id, end_h + 0.1, *(again if case_id != open_again else again[:1]))
    now = after(due_h + 2)
    whole = partial(read_figures, by="kind", viewer=actor.user_no, start=None, end=None, now=now)
    total = ask(migrated_url, whole)[0]
    marks = [total[f"closed_{mark}"] for mark in ("on_time", "extended", "late")]
    assert (marks, total["open_overdue"], total["judged"]) == ([1, 0, 1], 0, 2)
    assert total["closure_score"] == pytest.approx((1.0 + 0.3) / 2)
    span = {"first": OPENED.date(), "past": OPENED.date() + timedelta(days=9), "company_id": None, "district_ids": None}
    asked = span | {"start": OPENED, "end": OPENED + timedelta(days=9), "offset": timedelta(hours=8)}
    (of_kind,) = read_report_figures(connection, asked)["cases"]
    assert [of_kind[mark] for mark in ("on_time", "extended", "overdue")] == [1, 0, 1]
    page = ask(
        migrated_url,
        lambda reader: read_case_page(reader, CaseChoice(overdue=True), actor.user_no, before=None, limit=9),
    )
    # The one that is open again has its new time by the clock of its steps, which is long past by the server's.
    listed = {row["case_id"] for row in page}
    assert late in listed
    assert punctual not in listed
    assert rows(connection, "select was_late from cases where case_id = %s", [open_again])[0]["was_late"]


MANY = """
    insert into cases (
        case_id, case_no, kind, severity, status, source, vehicle_no, company_id, district_id, subject_kind, lon_deg,
        lat_deg, start_time, end_time, newest_time, opened_at, acknowledge_by, first_due_at, due_at, ended_at, paged,
        updated_at
    )
    select gen_random_uuid(), '2025-' || lpad(n::text, 6, '0'), (array['spillage', 'overload', 'offline'])[1 + n % 3],
        1 + n % 3, case when n > 98000 then 'new' else 'closed' end, 'event', 1 + n % 4, 'C' || 1 + n % 2,
        'D' || 1 + n % 40, 'vehicle', 119.9, 31.7, at, at, at, at, at, at, at, case when n <= 98000 then at end, true,
        at
    from generate_series(1, 100000) as n cross join lateral (select now() - (100000 - n) * interval '5 min' as at) as t
"""


def test_a_report_of_a_day_says_the_same_of_closure_as_the_figures(
    connection: Connection[Any], migrated_url: str
) -> None:
    actor = worker(connection)
    four = opened(connection, *(event(n * 3000, vehicle=f"V{1 + n}") for n in range(4)))
    in_time, late, *_ = (case["case_id"] for case in four)
    for case_id, hours in ((in_time, 1), (late, 5)):  # of four
        for number, wanted in enumerate((StepWanted("acknowledge"), StepWanted("handle", comment="x"))):
            take_step(connection, case_id, wanted, actor, after(hours + number / 10))
        take_step(connection, case_id, StepWanted("close", comment="x"), actor, after(hours + 0.5))
    # On the city's clock the day ends eight hours after cases were opened; what comes shortly before is not due then.
    end = after(8)
    opened(connection, event(90_000, vehicle="V1", kind="overload"), now=after(7))
    (total, *_) = ask(
        migrated_url, partial(read_figures, by="kind", viewer=actor.user_no, start=None, end=None, now=end)
    )
    content = count_report(connection, "day", OPENED.date(), end).content
    assert (total["judged"], total["open_overdue"], total["open"]) == (4, 2, 3)
    assert total["closure_score"] == pytest.approx(1.3 / 4)
    assert content["closure"]["closure_rate"] == pytest.approx(total["closure_score"])
    assert content["closure"]["first_time_rate"] == total["first_time_share"] == 1.0
    assert content["closure"]["open_at_end"] == 3


def test_a_page_of_a_hundred_thousand_cases_comes_at_once(connection: Connection[Any], migrated_url: str) -> None:
    """The bound is generous, as other tests may run beside this one: a page measures 5 to 20 ms alone."""
    connection.execute(MANY)
    connection.execute("analyze cases")
    bureau = worker(connection).user_no
    district = worker(connection, "zhao", "district", district_ids=["D7"]).user_no
    choices = (
        CaseChoice(),
        CaseChoice(statuses=["new"]),
        CaseChoice(overdue=True),
        CaseChoice(words="P3", plates_in_full=True),
    )

    async def measured(reader: Any) -> list[tuple[float, float]]:
        taken = []
        for viewer in (bureau, district):
            for choice in choices:
                best, tries = [1e9, 1e9], 0
                # The best of three tells what it takes; of more, where the machine was busy with something else.
                while tries < 3 or (tries < 12 and not (best[0] < PAGE_S and best[1] < COUNT_S)):
                    tries += 1
                    began = time.perf_counter()
                    page = await read_case_page(reader, choice, viewer, before=None, limit=100)
                    paged = time.perf_counter()
                    counts = await count_by_status(reader, choice, viewer)
                    best = [min(best[0], paged - began), min(best[1], time.perf_counter() - paged)]
                assert page
                assert sum(counts.values()) >= len(page)
                taken.append((best[0], best[1]))
        return taken

    taken = ask(migrated_url, measured)
    assert max(page for page, _ in taken) < PAGE_S, taken
    assert max(count for _, count in taken) < COUNT_S, taken


def test_scopes_of_many_are_read_at_once_and_end_with_the_user(connection: Connection[Any], migrated_url: str) -> None:
    district = worker(connection, "zhao", "district", district_ids=["D7"]).user_no
    gone = worker(connection, "qian").user_no
    connection.execute("update users set disabled_at = now() where user_no = %s", [gone])
    scopes = ask(migrated_url, lambda reader: read_scopes(reader, {district, gone, 999}))
    assert set(scopes) == {district}
    role, scope = scopes[district]
    assert (role, scope.sees("C1", "D7"), scope.sees("C1", "D8"), scope.sees(None, None)) == (
        "district",
        True,
        False,
        False,
    )
