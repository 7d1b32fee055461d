"""What notices say, in Chinese and English: one table of words, and how a case becomes a title and a line. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from supervision.kinds import SEVERITIES, kind_of
from supervision.notices.subscription import CaseNews, Pending, Reason

LISTED_MOST = 30  # lines of a digest: robots refuse texts above some 2,000 characters
BODY_MOST = 1_900

WORDS: dict[str, dict[str, str]] = {
    "zh": {
        Reason.OPENED: "新案件",
        Reason.ASSIGNED: "已派遣给您",
        Reason.UNACKNOWLEDGED: "无人受理",
        Reason.OVERDUE: "已超期",
        Reason.ENDED: "已办结",
        "digest": "{count} 条案件提醒",
        "more": "……另有 {count} 条",
        "case": "案号",
        "truck": "车辆",
        "subject": "对象",
        "company": "企业",
        "district": "网格",
        "began": "发生",
        "due": "时限",
        "test": "渣土监管通知测试",
        "test_body": "收到本消息说明通道可用。",
    },
    "en": {
        Reason.OPENED: "New case",
        Reason.ASSIGNED: "Assigned to you",
        Reason.UNACKNOWLEDGED: "Nobody has taken it up",
        Reason.OVERDUE: "Overdue",
        Reason.ENDED: "Ended",
        "digest": "{count} notices of cases",
        "more": "... and {count} more",
        "case": "Case",
        "truck": "Truck",
        "subject": "Subject",
        "company": "Company",
        "district": "District",
        "began": "Began",
        "due": "Due",
        "test": "Test of a Muckline channel",
        "test_body": "If you can read this, the channel works.",
    },
}


def title(language: str, case: CaseNews, reason: Reason) -> str:
    """Return the first line: how bad, what, who, and why this is told."""
    kind, severity = kind_of(case.kind), SEVERITIES[min(max(case.severity, 0), 3)]
    who = case.plate or case.subject_id or ""
    if language == "zh":
        return f"【{severity.zh}】{kind.zh} {who} {WORDS['zh'][reason]}".replace("  ", " ")
    return f"[{severity.en}] {kind.en} {who}: {WORDS['en'][reason]}".replace("  ", " ")


def line(language: str, case: CaseNews, utc_offset_h: float, console_url: str) -> str:
    """Return what else there is to know, a fact a line; the case's page last, where the city has named its console."""
    words = WORDS[language]
    facts = [
        (words["case"], case.case_no),
        (words["truck"] if case.plate else words["subject"], case.plate or case.subject_id),
        (words["company"], case.company_name or case.company_id),
        (words["district"], case.district_id),
        (words["began"], local_time(case.start, utc_offset_h)),
        (words["due"], None if case.due_at is None else local_time(case.due_at, utc_offset_h)),
    ]
    colon = "：" if language == "zh" else ": "
    lines = [f"{name}{colon}{value}" for name, value in facts if value]
    if console_url:
        lines.append(f"{console_url.rstrip('/')}/console/cases/{case.case_id}")
    return "\n".join(lines)


def digest_title(language: str, listed: Sequence[Pending]) -> str:
    """Return the first line of a digest."""
    return WORDS[language]["digest"].format(count=len(listed))


def digest_body(language: str, listed: Sequence[Pending]) -> str:
    """Return a digest's list: a line each, as many as a robot takes, and how many are left out."""
    lines: list[str] = []
    length = 0
    for one in listed[:LISTED_MOST]:
        number = one.line.split("\n", 1)[0]
        entry = f"{one.title} ({number})"
        length += len(entry) + 1
        if length > BODY_MOST:
            break
        lines.append(entry)
    left = len(listed) - len(lines)
    if left:
        lines.append(WORDS[language]["more"].format(count=left))
    return "\n".join(lines)


def local_time(at: datetime, utc_offset_h: float) -> str:
    """Return an instant as the city's clocks show it, with the offset."""
    local = at + timedelta(hours=utc_offset_h) - (at.utcoffset() or timedelta())
    minutes = round(abs(utc_offset_h) * 60)
    sign = "+" if utc_offset_h >= 0 else "-"
    return f"{local:%Y-%m-%d %H:%M} {sign}{minutes // 60:02d}:{minutes % 60:02d}"
