"""Who is told what and when, as statements about any subscription and any storm of cases."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from uuid import UUID, uuid5

from hypothesis import given, settings
from hypothesis import strategies as st

from supervision.notices.decide import due, has_lapsed, is_quiet, matches, overdue, wanted
from supervision.notices.subscription import CaseNews, Level, Message, Pending, Reason, Subscription
from supervision.notices.words import BODY_MOST, digest_body, line, title

NAMES = UUID(int=7)
NOON = datetime(2026, 5, 1, 4, tzinfo=UTC)  # 12:00 in the city
CHANNEL, BOSS, CHIEF = (uuid5(NAMES, name) for name in ("channel", "boss", "chief"))

SUBSCRIPTION = Subscription(
    subscription_id=uuid5(NAMES, "subscription"),
    owner_no=1,
    language="zh",
    kinds=None,
    min_severity=1,
    district_ids=None,
    company_ids=None,
    reasons=frozenset(Reason),
    channel_ids=(CHANNEL,),
    quiet_from=None,
    quiet_to=None,
    quiet_passes=3,
    digest_over=5,
    levels=(Level(300, (BOSS,)), Level(900, (CHIEF,))),
    repeats=2,
    repeat_every_s=600,
)
CASE = CaseNews(
    case_id=uuid5(NAMES, "case"),
    case_no="2026-000001",
    kind="illegal_dumping",
    severity=3,
    status="new",
    plate="苏D10001",
    subject_id="V1",
    company_id="C1",
    company_name="甲运输公司",
    district_id="D1",
    opened_at=NOON,
    due_at=NOON + timedelta(hours=24),
    start=NOON,
    assignee_no=None,
    pages=True,
    ended=False,
    seen_by=frozenset({1}),
)


def pending(count: int, at: datetime = NOON, **members: object) -> list[Pending]:
    """Return notices of cases of their own, the oldest first."""
    one = Pending(
        0, CASE.case_id, Reason.OPENED, 3, (CHANNEL,), "【严重】偷倒 苏D10001 新案件", "案号：2026-000001", at, "new"
    )
    many = (replace(one, notice_no=number, case_id=uuid5(NAMES, str(number))) for number in range(count))
    return [replace(notice, **members) for notice in many]


def told_of(messages: list[Message]) -> list[int]:
    return sorted(number for message in messages for number in message.notice_nos)


def test_what_its_owner_may_not_see_is_told_to_nobody() -> None:
    unseen = replace(CASE, seen_by=frozenset({2, 3}))
    assert list(wanted([SUBSCRIPTION], unseen)) == []
    assert list(overdue([SUBSCRIPTION], unseen, NOON + timedelta(days=3))) == []


def test_a_case_of_long_ago_pages_nobody() -> None:
    assert list(wanted([SUBSCRIPTION], replace(CASE, pages=False))) == []
    assert list(overdue([SUBSCRIPTION], replace(CASE, pages=False), NOON + timedelta(days=3))) == []


@given(
    kinds=st.none() | st.frozensets(st.sampled_from(["illegal_dumping", "spillage"])),
    districts=st.none() | st.frozensets(st.sampled_from(["D1", "D2"])),
    companies=st.none() | st.frozensets(st.sampled_from(["C1", "C2"])),
    min_severity=st.integers(0, 3),
    case=st.builds(
        lambda kind, district, company, severity: replace(
            CASE, kind=kind, district_id=district, company_id=company, severity=severity
        ),
        st.sampled_from(["illegal_dumping", "spillage"]),
        st.sampled_from(["D1", "D2", None]),
        st.sampled_from(["C1", "C2", None]),
        st.integers(0, 3),
    ),
)
def test_a_subscription_matches_what_it_names(
    kinds: frozenset[str] | None,
    districts: frozenset[str] | None,
    companies: frozenset[str] | None,
    min_severity: int,
    case: CaseNews,
) -> None:
    one = replace(SUBSCRIPTION, kinds=kinds, district_ids=districts, company_ids=companies, min_severity=min_severity)
    pairs = ((kinds, case.kind), (districts, case.district_id), (companies, case.company_id))
    named = [chosen is None or value in chosen for chosen, value in pairs]
    assert matches(one, case) == (all(named) and case.severity >= min_severity)


@given(waited_s=st.integers(0, 5_000))
def test_escalation_climbs_its_chain_and_ends(waited_s: int) -> None:
    found = list(overdue([SUBSCRIPTION], CASE, NOON + timedelta(seconds=waited_s)))
    times = [300, 900, 1_500, 2_100]
    assert [one.nth for one in found] == list(range(sum(waited_s >= at for at in times)))
    assert [one.channel_ids for one in found] == [(BOSS,), (CHIEF,), (CHIEF,), (CHIEF,)][: len(found)]


def test_nobody_is_escalated_to_once_somebody_acknowledged() -> None:
    taken = replace(CASE, status="acknowledged")
    assert list(overdue([SUBSCRIPTION], taken, NOON + timedelta(hours=1))) == []


def test_overdue_is_told_once_for_each_due_time() -> None:
    one = replace(SUBSCRIPTION, levels=())
    late = NOON + timedelta(days=2)
    first = list(overdue([one], CASE, late))
    extended = replace(CASE, due_at=NOON + timedelta(hours=30))
    assert [found.reason for found in first] == [Reason.OVERDUE]
    assert first == list(overdue([one], CASE, late + timedelta(hours=1)))
    assert list(overdue([one], extended, late)) != first


def test_the_assigned_one_is_told() -> None:
    assigned = replace(CASE, status="assigned", assignee_no=1)
    assert Reason.ASSIGNED in {found.reason for found in wanted([SUBSCRIPTION], assigned)}
    again = {found.nth for case in (assigned, replace(assigned, rework=1)) for found in wanted([SUBSCRIPTION], case)
             if found.reason is Reason.ASSIGNED}  # fmt: skip
    assert again == {0, 1}, "a case sent back to somebody is told to them again"
    back = [found.nth for times in (1, 3) for found in wanted([SUBSCRIPTION], replace(assigned, times_sent=times))
            if found.reason is Reason.ASSIGNED]  # fmt: skip
    assert back[0] != back[1], "a case that another had meanwhile is told to them again"
    other = replace(assigned, assignee_no=2)
    assert Reason.ASSIGNED not in {found.reason for found in wanted([SUBSCRIPTION], other)}


@given(start=st.times(), end=st.times(), at=st.times())
def test_quiet_hours_may_pass_midnight(start: time, end: time, at: time) -> None:
    if start == end:
        assert not is_quiet(start, end, at)
        return
    assert is_quiet(start, end, at) != is_quiet(end, start, at)
    assert is_quiet(start, end, start)
    assert not is_quiet(start, end, end)


def test_quiet_hours_are_the_citys() -> None:
    night = replace(SUBSCRIPTION, quiet_from=time(23), quiet_to=time(6, 30))
    at_night = datetime(2026, 5, 1, 16, tzinfo=UTC)  # 00:00 in the city
    assert due(night, pending(2, severity=2), [], at_night, 8.0) == []
    assert told_of(due(night, pending(2, severity=3), [], at_night, 8.0)) == [0, 1]
    assert told_of(due(night, pending(2, severity=2), [], at_night + timedelta(hours=6.5), 8.0)) == [0, 1]


def test_what_was_dealt_with_meanwhile_lapses() -> None:
    one = pending(1)[0]
    assert not has_lapsed(one)
    assert has_lapsed(replace(one, case_status="acknowledged"))
    assert not has_lapsed(replace(one, case_status="acknowledged", reason=Reason.ASSIGNED))
    assert has_lapsed(replace(one, case_status="closed", reason=Reason.ASSIGNED))
    assert not has_lapsed(replace(one, case_status="closed", reason=Reason.ENDED))


@settings(deadline=None)  # how long it takes is the machine's load
@given(arrivals=st.lists(st.integers(0, 40), min_size=1, max_size=60), over=st.integers(1, 8))
def test_a_storm_is_told_whole_in_few_messages(arrivals: list[int], over: int) -> None:
    one = replace(SUBSCRIPTION, digest_over=over)
    waiting: list[Pending] = []
    messages: list[tuple[datetime, Message]] = []
    number = 0
    for second in range(len(arrivals) + 130):
        now = NOON + timedelta(seconds=second)
        for _ in range(arrivals[second] if second < len(arrivals) else 0):
            waiting.append(replace(pending(1, now)[0], notice_no=number))
            number += 1
        made = due(one, waiting, [at for at, _ in messages], now, 8.0)
        told = set(told_of(made))
        waiting = [notice for notice in waiting if notice.notice_no not in told]
        messages += [(now, message) for message in made]
    assert sorted(told_of([message for _, message in messages])) == list(range(number)), "told once, none forgotten"
    for at, _ in messages:
        within = sum(1 for other, _ in messages if timedelta() <= other - at < timedelta(minutes=1))
        assert within <= over + 1


def test_few_are_told_one_by_one_at_once() -> None:
    messages = due(SUBSCRIPTION, pending(5), [], NOON, 8.0)
    assert [message.is_digest for message in messages] == [False] * 5
    digest = due(SUBSCRIPTION, pending(6), [], NOON, 8.0)
    assert [message.is_digest for message in digest] == [True]
    assert digest[0].title == "6 条案件提醒"


@given(count=st.integers(2, 500))
def test_a_digest_fits_a_robot_and_says_what_it_leaves_out(count: int) -> None:
    body = digest_body("zh", pending(count))
    assert len(body) <= BODY_MOST + 40
    listed = body.count("案号")
    assert listed == count or f"另有 {count - listed} 条" in body


def test_words_in_both_languages() -> None:
    assert title("zh", CASE, Reason.OPENED) == "【严重】偷倒 苏D10001 新案件"
    assert title("en", CASE, Reason.OVERDUE) == "[Critical] Illegal dumping 苏D10001: Overdue"
    text = line("zh", CASE, 8.0, "https://muck.example")
    assert "案号：2026-000001" in text
    assert "发生：2026-05-01 12:00 +08:00" in text
    assert text.endswith(f"https://muck.example/console/cases/{CASE.case_id}")
