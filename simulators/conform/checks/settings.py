"""Settings: they are answered, and what is recorded follows them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from firmware_contracts.columns import Switch
from simulators.conform.check import Check, Finding
from simulators.conform.checks.downlink import final_replies
from simulators.conform.motion_pairs import course_change_deg, is_prompted
from simulators.conform.observed import Log, Row, StepMark

INTERVAL_OFF = 0.5  # of the interval asked for, in either direction
LEAST_PAIRS = 3
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


class _Interval(NamedTuple):
    """Two neighbouring fixes under the new settings; whether something else than the interval asked for the second."""

    seconds: float
    turned_deg: float
    is_prompted: bool
    before: Row
    after: Row


def _intervals(log: Log) -> list[_Interval]:
    """Return the neighbours that were recorded under the new settings."""
    found = _after_config(log)
    if found is None:
        return []
    step, from_ms = found
    rows = [row for row in log.track if from_ms <= row.fix.fix_time_ms <= step.ended_ms]
    return [
        _Interval(
            (b.fix.fix_time_ms - a.fix.fix_time_ms) / 1000,
            course_change_deg(a, b),
            is_prompted(log, a, b),
            a,
            b,
        )
        for a, b in pairwise(rows)
        if b.fix.seq - a.fix.seq == 1 and a.fix.epoch == b.fix.epoch
    ]


def _unprompted(intervals: list[_Interval]) -> list[_Interval]:
    """Return those between two fixes recorded for the interval's sake: a clock may run on through a change."""
    prompted = [one.is_prompted for one in intervals]
    return [one for one, now, before in zip(intervals, prompted, [False, *prompted], strict=False) if not now | before]


def _silent_s(log: Log) -> float:
    """Return how long the end of the settings' step was without a fix, 0 of a parked truck. [s]"""
    found = _after_config(log)
    rows = [row.fix for row in log.track if found is not None and row.fix.fix_time_ms <= found[0].ended_ms]
    if found is None or not rows or rows[-1].ignition == Switch.OFF:
        return 0.0
    return (found[0].ended_ms - max(found[1], rows[-1].fix_time_ms)) / 1000


def _interval(log: Log) -> Iterator[Finding]:
    asked_s = log.timing.config_interval_s
    found = [one for one in _intervals(log) if one.before.fix.ignition != Switch.OFF]
    slow = [one for one in found if one.seconds > asked_s * (1 + INTERVAL_OFF)]
    free = _unprompted(found)
    if len(slow) > SLOW_MOST * len(found):
        longest = max(slow, key=lambda one: one.seconds)
        en = f"expected a fix every {asked_s} s, got {len(slow)} of {len(found)} above, up to {longest.seconds:.1f} s"
        zh = f"应每 {asked_s} 秒一条，{len(found)} 个间隔中有 {len(slow)} 个超出，最长 {longest.seconds:.1f} 秒"
        yield Finding(longest.after.message, en, zh, longest.after.source)
    elif (gone_s := _silent_s(log)) > log.timing.retry_first_most_s + 3 * asked_s:
        en = f"expected a fix every {asked_s} s, got none in the last {gone_s:.0f} s of the step"
        yield Finding(None, en, f"应每 {asked_s} 秒一条，该步骤最后 {gone_s:.0f} 秒却没有任何定位")
    elif len(free) >= LEAST_PAIRS and (usual_s := median(one.seconds for one in free)) < asked_s * INTERVAL_OFF:
        early = min(free, key=lambda one: one.seconds)
        en = f"expected a fix every {asked_s} s, got one every {usual_s:.2f} s while nothing changed"
        zh = f"应每 {asked_s} 秒一条，无任何变化时却每 {usual_s:.2f} 秒一条"
        yield Finding(early.after.message, en, zh, early.after.source)


def _corner(log: Log) -> Iterator[Finding]:
    corner, least_s = log.timing.corner_deg, 0.5 * log.timing.config_interval_s
    sharp = [one for one in _intervals(log) if one.turned_deg > 2 * corner and one.seconds >= least_s]
    if len(sharp) >= 2:
        turned = sharp[0].turned_deg
        en = f"the course changed by {turned:.0f} deg between two fixes, {len(sharp)} times; the corner is {corner}"
        zh = f"两条定位之间航向变化 {turned:.0f} 度，共 {len(sharp)} 次；设置的拐点角为 {corner} 度"
        yield Finding(sharp[0].after.message, en, zh, sharp[0].after.source)


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
