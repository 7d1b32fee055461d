"""The life of a case and how events become cases, decided without a database."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.viewer import GRANTS, Permission
from storage.cases import STATE
from supervision.case_steps import WORKING_ROLES
from supervision.cases.due import due_times, overdue
from supervision.cases.errors import CaseMovedOn, CaseRefused, StepIncomplete, StepNotAllowed, StepNotPermitted
from supervision.cases.life import LIFE, allowed_steps, is_critical, take
from supervision.cases.needs import EXTENSION_MOST, EXTENSIONS_MOST
from supervision.cases.opening import CaseBook, EventSeen, enter
from supervision.cases.reasons import FALSE_POSITIVE_REASONS
from supervision.cases.state import Actor, CaseState, StepOrder, StepRecord, Truck
from supervision.cases.words import STATUSES, STEPS
from supervision.kinds import BY_KIND, GROUPS, KINDS, SEVERITIES, kind_of

NOW = datetime(2026, 6, 1, 8, tzinfo=UTC)
CHIEF = Actor(1, "chief", "主任", may_work=True, may_verify=True)
INSPECTOR = Actor(2, "inspector", "巡查员", may_work=True, may_verify=False)
STRANGER = Actor(3, "company", "公司", may_work=False, may_verify=False)


def a_case(kind: str = "spillage", severity: int = 2, source: str = "event") -> CaseState:
    acknowledge_by, due_at = due_times(kind, severity, NOW)
    return CaseState(
        kind=kind,
        severity=severity,
        status="new",
        version=1,
        opened_at=NOW,
        acknowledge_by=acknowledge_by,
        first_due_at=due_at,
        due_at=due_at,
        step_due_at=acknowledge_by,
        start_time=NOW,
        end_time=None,
        newest_time=NOW,
        paged=True,
        source=source,
        vehicle_no=1,
    )


def walked(state: CaseState, *orders: StepOrder) -> CaseState:
    for order in orders:
        state, _ = take(state, order, CHIEF, NOW)
    return state


def outcome(
    state: CaseState, order: StepOrder, actor: Actor, now: datetime
) -> tuple[CaseState, StepRecord] | CaseRefused:
    try:
        return take(state, order, actor, now)
    except CaseRefused as refused:
        return refused


SENT = StepOrder("assign", assignee_no=2, assignee_name="inspector")
DONE = StepOrder("handle", comment="done")


ORDERS = st.builds(
    StepOrder,
    step=st.sampled_from(sorted(LIFE)),
    expected_version=st.one_of(st.none(), st.integers(1, 12)),
    comment=st.sampled_from([None, "看过"]),
    assignee_no=st.sampled_from([None, 1, 2]),
    due_at=st.one_of(st.none(), st.integers(-5, 400).map(lambda hours: NOW + timedelta(hours=hours))),
    reason=st.sampled_from([None, "weather", "gps_error", "other", "mood"]),
    satisfaction=st.one_of(st.none(), st.integers(0, 6)),
    truck=st.sampled_from([None, Truck(7, "V7", "C7")]),
)
MOVES = st.lists(
    st.tuples(ORDERS, st.sampled_from([CHIEF, INSPECTOR, STRANGER]), st.integers(0, 60)), min_size=1, max_size=25
)


@settings(max_examples=150, deadline=None)
@given(
    moves=MOVES,
    kind=st.sampled_from([row.kind for row in KINDS]),
    severity=st.integers(1, 3),
    source=st.sampled_from(["event", "hotline"]),
)
def test_no_sequence_of_steps_breaks_a_case(
    moves: list[tuple[StepOrder, Actor, int]], kind: str, severity: int, source: str
) -> None:
    """Whatever is asked of a case in whatever order: it is refused without a trace, or every promise holds after it."""
    state, now = a_case(kind, severity, source), NOW
    for order, actor, minutes in moves:
        now += timedelta(minutes=minutes)
        allowed = allowed_steps(state, actor, now)
        taken = outcome(state, order, actor, now)
        if isinstance(taken, CaseRefused):
            by_the_table = isinstance(taken, StepNotPermitted | StepNotAllowed | CaseMovedOn)
            for_its_parts = isinstance(taken, StepIncomplete | CaseMovedOn)
            assert for_its_parts if order.step in allowed else by_the_table
            continue
        after, step = taken
        assert order.step in allowed
        assert after.version == state.version + 1
        assert (step.from_status, step.to_status) == (state.status, after.status)
        assert order.step == "comment" or order.expected_version in (None, state.version)
        assert after.ended == (after.ended_at is not None) == (after.step_due_at is None)
        assert (after.status == "false_positive") == (after.false_reason is not None)
        assert after.false_reason is None or after.false_reason in FALSE_POSITIVE_REASONS
        assert after.due_at >= state.due_at >= state.first_due_at == after.first_due_at
        assert (after.due_at > after.first_due_at) <= (after.extensions > 0)
        assert after.due_at - state.due_at <= max(EXTENSION_MOST, timedelta(hours=kind_of(kind).due_h) + (now - NOW))
        assert after.rework - state.rework == (order.step in ("send_back", "reopen"))
        assert after.status != "assigned" or after.assignee_no is not None
        reached = [after.acknowledged_at, after.assigned_at or after.handled_at, after.handled_at, after.verified_at]
        times = [time for time in reached if time is not None]
        assert times == sorted(times)
        assert after.ended_at is None or not is_critical(state) or step.comment or state.ended
        state = after


def test_a_case_closes_in_the_citys_steps_and_a_critical_one_only_verified_with_a_comment() -> None:
    critical = walked(a_case("illegal_dumping", 3), StepOrder("acknowledge"), SENT, DONE)
    with pytest.raises(StepNotAllowed, match="expected a case that is verified for close, this one is handled"):
        take(critical, StepOrder("close", comment="x"), CHIEF, NOW)
    verified = walked(critical, StepOrder("verify"))
    with pytest.raises(StepIncomplete, match="expected a comment, as the case is critical"):
        take(verified, StepOrder("close"), CHIEF, NOW)
    assert walked(verified, StepOrder("close", comment="属实")).status == "closed"
    assert walked(a_case("offline", 1), StepOrder("acknowledge"), StepOrder("close")).status == "closed"
    with pytest.raises(StepNotAllowed):
        take(walked(a_case(), StepOrder("acknowledge")), StepOrder("close"), CHIEF, NOW)
    with pytest.raises(StepIncomplete, match="comment"):
        take(a_case("illegal_dumping", 2), StepOrder("false_positive", reason="gps_error"), CHIEF, NOW)


def test_who_may_what() -> None:
    handled = walked(a_case(), StepOrder("acknowledge"), SENT, DONE)
    assert allowed_steps(handled, INSPECTOR, NOW) == ["comment"]
    assert allowed_steps(handled, CHIEF, NOW) == ["verify", "close", "send_back", "false_positive", "comment"]
    assert allowed_steps(handled, STRANGER, NOW) == []
    with pytest.raises(StepNotPermitted):
        take(handled, StepOrder("verify"), INSPECTOR, NOW)


def test_sending_back_is_rework_and_reopening_gives_new_time() -> None:
    back = walked(a_case(), StepOrder("acknowledge"), DONE, StepOrder("send_back", comment="残留"))
    assert (back.status, back.rework, back.assignee_no) == ("assigned", 1, CHIEF.user_no)
    closed = walked(back, DONE, StepOrder("verify"), StepOrder("close"))
    later = NOW + timedelta(days=9)
    reopened, _ = take(closed, StepOrder("reopen", comment="再次投诉"), CHIEF, later)
    assert (reopened.status, reopened.rework, reopened.ended_at) == ("acknowledged", 2, None)
    assert reopened.due_at == later + timedelta(hours=4)
    assert not overdue(reopened, later)


def test_extending_has_bounds_and_comes_before_the_time_is_over() -> None:
    state = walked(a_case(), SENT)
    extend = StepOrder("extend", reason="weather")
    state, step = take(state, extend, INSPECTOR, NOW)
    assert state.due_at == state.step_due_at == NOW + timedelta(hours=8)
    assert step.detail["was_due_at"] == (NOW + timedelta(hours=4)).isoformat()
    with pytest.raises(StepNotAllowed, match="at most 1 extensions by this role"):
        take(state, extend, INSPECTOR, NOW)
    for _ in range(EXTENSIONS_MOST - 1):
        state, _ = take(state, extend, CHIEF, NOW)
    with pytest.raises(StepNotAllowed, match="at most 3"):
        take(state, extend, CHIEF, NOW)
    late = walked(a_case(), SENT)
    with pytest.raises(StepNotAllowed, match="it is late"):
        take(late, extend, CHIEF, NOW + timedelta(hours=5))
    with pytest.raises(StepIncomplete, match="at most 7 days"):
        take(late, replace(extend, due_at=NOW + timedelta(days=8)), CHIEF, NOW)


@st.composite
def histories(draw: st.DrawFn) -> list[EventSeen]:
    """Draw events of two trucks as they are told: opened, over, more severe, withdrawn and found again."""
    told: list[EventSeen] = []
    for number in range(draw(st.integers(1, 8))):
        start = NOW + timedelta(minutes=draw(st.integers(0, 600)))
        event = EventSeen(
            event_id=UUID(int=number),
            kind=draw(st.sampled_from(["spillage", "overload"])),
            severity=draw(st.integers(0, 3)),
            vehicle_no=draw(st.integers(1, 2)),
            company_id=None,
            district_id=None,
            subject_kind="vehicle",
            subject_id=None,
            lon_deg=None,
            lat_deg=None,
            start_time=start,
            end_time=None,
            newest_time=start,
            back_dated=draw(st.booleans()),
            withdrawn=False,
        )
        told.append(event)
        for _ in range(draw(st.integers(0, 3))):
            end = start + timedelta(minutes=draw(st.integers(1, 200)))
            ended = replace(event, end_time=end, newest_time=end)
            told.append(draw(st.sampled_from([ended, replace(ended, withdrawn=True), replace(event, severity=3)])))
    order = draw(st.permutations(range(len(told))))
    return [told[index] for index in order]


@settings(max_examples=150, deadline=None)
@given(history=histories(), again=st.integers(0, 30))
def test_events_become_cases_once_in_whatever_order_they_come(history: list[EventSeen], again: int) -> None:
    book = CaseBook()
    for event in history:
        enter(book, event, NOW)
    seen = {event.event_id for event in history if event.severity >= 1 and not event.withdrawn}
    assert seen <= set(book.case_of)
    for case_id, state in book.states.items():
        kept = book.events[case_id]
        assert {book.case_of[event_id] for event_id in kept} == {case_id}
        holding = [event for event in kept.values() if not event.withdrawn]
        assert (state.status == "false_positive") == (not holding)
        if holding:
            assert state.severity == max(event.severity for event in holding)
            assert state.start_time == min(event.start_time for event in holding)
            assert (state.end_time is None) == any(event.end_time is None for event in holding)
    assert len(book.opened) == len(set(book.opened)) == len(book.states)
    # Told once more what each event is now, nothing happens.
    states, steps = dict(book.states), len(book.steps)
    newest = {event.event_id: event for event in history if event.event_id in book.case_of}
    for event in newest.values():
        enter(book, event, NOW + timedelta(minutes=again))
    assert (book.states, len(book.steps)) == (states, steps)


def test_a_case_that_was_dealt_with_takes_only_what_happened_before() -> None:
    def seen(number: int, minutes: int) -> EventSeen:
        start = NOW + timedelta(minutes=minutes)
        return EventSeen(
            UUID(int=number),
            "spillage",
            2,
            1,
            None,
            None,
            "vehicle",
            None,
            None,
            None,
            start,
            start,
            start,
            False,
            False,
        )

    book = CaseBook()
    enter(book, seen(1, 0), NOW)
    (case_id,) = book.states
    book.states[case_id] = replace(book.states[case_id], status="handled", handled_at=NOW + timedelta(minutes=30))
    enter(book, seen(2, 20), NOW)
    enter(book, seen(3, 40), NOW)
    assert [book.case_of[UUID(int=number)] == case_id for number in (1, 2, 3)] == [True, True, False]
    ended = replace(book.states[case_id], status="closed", ended_at=NOW)
    book.states[case_id] = ended
    enter(book, replace(seen(1, 0), withdrawn=True), NOW)
    assert replace(book.states[case_id], version=ended.version, start_time=ended.start_time) == ended
    assert book.steps[-1][1].step == "withdrawn"


def test_every_kind_step_and_status_has_words_and_columns() -> None:
    assert len(BY_KIND) == len(KINDS)
    assert {row.group for row in KINDS} == set(GROUPS)
    assert {row.severity for row in KINDS} == set(SEVERITIES)
    assert all(row.due_h > 0 and row.zh and row.en for row in KINDS)
    assert set(LIFE) <= set(STEPS)
    assert {rule.target for rule in LIFE.values()} - {None} <= set(STATUSES)
    assert {field.name for field in fields(CaseState)} == set(STATE)
    assert set(WORKING_ROLES) == {role.value for role, granted in GRANTS.items() if Permission.WORK in granted}


def test_every_step_is_explained() -> None:
    page = (Path(__file__).parents[1] / "docs" / "cases.md").read_text("utf-8")
    assert [step for step in LIFE if f"| `{step}` | {STEPS[step].zh} |" not in page] == []
