"""Settings: they are answered, and what is recorded follows them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from statistics import median

from simulators.conform.check import Check, Finding
from simulators.conform.checks.downlink import final_replies
from simulators.conform.motion_pairs import turn_deg
from simulators.conform.observed import Content, Log, StepMark

INTERVAL_OFF = 0.5  # of the interval asked for, in either direction


MOVING_MPS = 2.8  # 10 km/h: below it the course is noise


SLOW_MOST = 0.34  # of the intervals; a receiver misses one now and then


def _config_unanswered(log: Log) -> Iterator[Finding]:
    if "config" in log.ids and not final_replies(log, "config"):
        yield Finding(None, f"no final reply to the settings ({log.ids['config']})", "参数设置未得到最终应答")


def _after_config(log: Log) -> tuple[StepMark, float] | None:
    """Return the settings' step, and from when on what is recorded must follow them. [ms]"""
    step, answers = log.step("config"), final_replies(log, "config")
    if step is None or not answers:
        return None
    return step, answers[0][0].message.at_ms + 1000.0 * min(log.timing.config_interval_s, log.timing.grace_s)


def _intervals(log: Log) -> list[tuple[float, float, Content]]:
    """Return (seconds, change of course, message) of neighbouring fixes recorded under the new settings."""
    found = _after_config(log)
    if found is None:
        return []
    step, from_ms = found
    rows = [row for row in log.track if from_ms <= row.fix.fix_time_ms <= step.ended_ms]
    by_message = {id(content.message): content for content in log.up}
    return [
        (
            (b.fix.fix_time_ms - a.fix.fix_time_ms) / 1000,
            turn_deg(a.fix.course_deg, b.fix.course_deg) if min(a.fix.speed_mps, b.fix.speed_mps) > MOVING_MPS else 0.0,
            by_message[id(b.message)],
        )
        for a, b in pairwise(rows)
        if b.fix.seq - a.fix.seq == 1 and a.fix.epoch == b.fix.epoch
    ]


def _interval(log: Log) -> Iterator[Finding]:
    asked_s, corner = log.timing.config_interval_s, log.timing.corner_deg
    found = _intervals(log)
    slow = [one for one in found if one[0] > asked_s * (1 + INTERVAL_OFF)]
    straight = [one[0] for one in found if not one[1] > 0.6 * corner]
    if len(slow) > SLOW_MOST * len(found):
        longest_s = max(one[0] for one in slow)
        en = f"expected a fix every {asked_s} s, got {len(slow)} of {len(found)} above, up to {longest_s:.1f} s"
        zh = f"应每 {asked_s} 秒一条，{len(found)} 个间隔中有 {len(slow)} 个超出，最长 {longest_s:.1f} 秒"
        yield Finding(slow[0][2].message, en, zh)
    elif len(straight) >= 3 and median(straight) < asked_s * INTERVAL_OFF:
        en = f"expected a fix every {asked_s} s, got one every {median(straight):.2f} s on a straight line"
        yield Finding(found[0][2].message, en, f"应每 {asked_s} 秒一条，直行时却每 {median(straight):.2f} 秒一条")


def _corner(log: Log) -> Iterator[Finding]:
    corner = log.timing.corner_deg
    sharp = [one for one in _intervals(log) if one[1] > 2 * corner and one[0] >= 0.5 * log.timing.config_interval_s]
    if len(sharp) >= 2:
        en = (
            f"the course changed by {sharp[0][1]:.0f} deg between two fixes, {len(sharp)} times; the corner is {corner}"
        )
        zh = f"两条定位之间航向变化 {sharp[0][1]:.0f} 度，共 {len(sharp)} 次；设置的拐点角为 {corner} 度"
        yield Finding(sharp[0][2].message, en, zh)


CHECKS = (
    Check(
        "config_answered",
        "must",
        ("step config",),
        "downlink",
        "Settings are answered.",
        "参数设置须应答。",
        _config_unanswered,
    ),
    Check(
        "interval_kept",
        "must",
        ("config_accepted", "reports"),
        "reporting",
        "The interval that is set is kept.",
        "按设置的间隔上报。",
        _interval,
    ),
    Check(
        "corner_kept",
        "must",
        ("config_accepted", "turning"),
        "reporting",
        "A change of course beyond the corner records a fix at once.",
        "航向变化超过拐点角时立即补点。",
        _corner,
    ),
)
