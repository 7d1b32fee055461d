"""Times: UTC in milliseconds, from a clock that neither lies nor goes back."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from statistics import median

from firmware_contracts.columns import Switch
from simulators.conform.check import Check, Finding
from simulators.conform.observed import Log, Row
from simulators.instant import from_milliseconds

HOUR_MS = 3_600_000
NEAR_MS = 150_000  # a message waits so long at most before it is sent at the first time
LEAST_RECORDS = 5
WEEKS_1024_MS = 1024 * 7 * 24 * HOUR_MS
MOVING_MPS = 2.8  # 10 km/h
# The longest that settings may ask for, and what the contract says of a parked truck; a little for a slow timer.
SILENT_MOST_S = {"moving": 310.0, "standing": 3610.0, "parked": 1830.0}
HEARTBEAT_LEAST_S, HEARTBEAT_MOST_S = 55.0, 130.0  # 60 to 120 s, and what a slow timer adds
AHEAD_MS = 3000.0


def _lags(log: Log) -> list[tuple[float, Row]]:
    """Return by how much each fix is older than its first arrival, smallest first. [ms]"""
    firsts: dict[tuple[int, int], Row] = {}
    for row in log.rows:
        firsts.setdefault(row.key, row)
    return sorted(((row.message.at_ms - row.fix.fix_time_ms, row) for row in firsts.values()), key=lambda pair: pair[0])


def _best_lag(log: Log) -> tuple[float, Row] | None:
    """Return the freshest fix: whatever a backlog does, some record is new when it is sent."""
    lags = [pair for pair in _lags(log) if pair[1].fix.fix_time_ms > 10**11]
    return lags[0] if len(lags) >= LEAST_RECORDS else None


def _zone(log: Log) -> Iterator[Finding]:
    best = _best_lag(log)
    if best is None:
        return
    lag_ms, row = best
    hours = round(lag_ms / (HOUR_MS / 2)) / 2
    if hours and abs(hours) <= 14 and abs(lag_ms - hours * HOUR_MS) < NEAR_MS:
        en = f"the freshest fix is {abs(hours):g} h {'old' if hours > 0 else 'ahead'}: local time sent as UTC"
        zh = f"最新定位比收到时刻{'早' if hours > 0 else '晚'} {abs(hours):g} 小时：疑似把本地时间当作 UTC"
        yield Finding(row.message, en, zh, row.source)


def _rollover(log: Log) -> Iterator[Finding]:
    best = _best_lag(log)
    if best is not None and abs(best[0] - WEEKS_1024_MS) < NEAR_MS * 4:
        en, zh = (
            "the clock is 1024 weeks behind: the receiver's week number rolled over",
            "时钟落后 1024 周：GPS 周数翻转",
        )
        yield Finding(best[1].message, en, zh, best[1].source)


def _seconds(log: Log) -> Iterator[Finding]:
    for row in log.rows:
        if 10**8 < row.fix.fix_time_ms < 10**11:
            en = f"expected milliseconds, got {row.fix.fix_time_ms}, which are seconds"
            yield Finding(row.message, en, f"应为毫秒，{row.fix.fix_time_ms} 显然是秒", row.source)


def _ahead(log: Log) -> Iterator[Finding]:
    best = _best_lag(log)
    if best is not None and -300_000 <= best[0] < -AHEAD_MS:
        leap = ", as GPS time without the 18 leap seconds is" if abs(best[0] + 18_000) < AHEAD_MS / 2 else ""
        en = f"the clock is {-best[0] / 1000:.1f} s ahead{leap}"
        zh = f"时钟快 {-best[0] / 1000:.1f} 秒{'（GPS 时未扣除 18 个闰秒？）' if leap else ''}"
        yield Finding(best[1].message, en, zh, best[1].source)


def _behind(log: Log) -> Iterator[Finding]:
    best = _best_lag(log)
    if best is not None and NEAR_MS < best[0] < 14 * HOUR_MS and not list(_zone(log)):
        en = f"the freshest fix of all was {best[0] / 1000:.0f} s old when it came"
        yield Finding(best[1].message, en, f"所有定位中最新的一条到达时已过 {best[0] / 1000:.0f} 秒", best[1].source)


def _backward(log: Log) -> Iterator[Finding]:
    for before, after in pairwise(log.track):
        back_ms = before.fix.fix_time_ms - after.fix.fix_time_ms
        if before.fix.epoch == after.fix.epoch and after.fix.seq - before.fix.seq == 1 and back_ms > 0:
            en = f"seq {after.fix.seq} is {back_ms / 1000:g} s earlier than seq {before.fix.seq}"
            zh = f"seq {after.fix.seq} 比 seq {before.fix.seq} 早 {back_ms / 1000:g} 秒"
            yield Finding(after.message, en, zh, after.source)


def _same_time(log: Log) -> Iterator[Finding]:
    for before, after in pairwise(log.track):
        if before.fix.epoch == after.fix.epoch and before.fix.fix_time_ms == after.fix.fix_time_ms:
            time = from_milliseconds(after.fix.fix_time_ms)
            en = f"seq {before.fix.seq} and {after.fix.seq} have the same time {time}"
            zh = f"seq {before.fix.seq} 与 {after.fix.seq} 时间相同（{time}）"
            yield Finding(after.message, en, zh, after.source)


def _doing(row: Row) -> str:
    if row.fix.speed_mps > MOVING_MPS:
        return "moving"
    return "parked" if row.fix.ignition == Switch.OFF else "standing"


def _silent(log: Log) -> Iterator[Finding]:
    for before, after in pairwise(log.track):
        gap_s = (after.fix.fix_time_ms - before.fix.fix_time_ms) / 1000
        most_s = SILENT_MOST_S[_doing(before)]
        if before.fix.epoch == after.fix.epoch and after.fix.seq - before.fix.seq == 1 and gap_s > most_s:
            en = f"{_doing(before)}: expected a fix within {most_s:.0f} s, got none for {gap_s:.0f} s"
            zh = f"应在 {most_s:.0f} 秒内有一条定位，seq {after.fix.seq} 之前中断 {gap_s:.0f} 秒"
            yield Finding(after.message, f"{en} before seq {after.fix.seq}", zh, after.source)


def _heartbeats(log: Log) -> Iterator[Finding]:
    beats = sorted(
        {
            (event.epoch, event.seq): (event.time_ms, content)
            for content in log.up
            for event in content.events
            if event.type == "heartbeat"
        }.values(),
        key=lambda beat: beat[0],
    )
    gaps_s = [(after[0] - before[0]) / 1000 for before, after in pairwise(beats)]
    for gap_s, (_, content) in zip(gaps_s, beats[1:], strict=True):
        if gap_s > HEARTBEAT_MOST_S:
            en = f"expected a heartbeat every 60 to 120 s, got one after {gap_s:.0f} s"
            yield Finding(content.message, en, f"心跳间隔应为 60 至 120 秒，实为 {gap_s:.0f} 秒")
    if gaps_s and median(gaps_s) < HEARTBEAT_LEAST_S:
        en = f"expected a heartbeat every 60 to 120 s, got one every {median(gaps_s):.0f} s"
        yield Finding(beats[-1][1].message, en, f"心跳间隔应为 60 至 120 秒，实为 {median(gaps_s):.0f} 秒")


def _no_heartbeat(log: Log) -> Iterator[Finding]:
    heard = [content for content in log.up if content.topic is not None and content.topic.channel == "event"]
    times = [event.time_ms for content in heard for event in content.events]
    spans = bool(times) and max(times) - min(times) > HEARTBEAT_MOST_S * 1000
    if spans and not any(event.type == "heartbeat" for content in heard for event in content.events):
        en, zh = (
            "events but no heartbeat: a dead washer would look like a quiet one",
            "有事件而无心跳：设备失效无法发现",
        )
        yield Finding(heard[-1].message, en, zh)


CHECKS = (
    Check("time_zone", "must", ("reports",), "time", "Times are UTC.", "时间为 UTC。", _zone),
    Check(
        "time_unit",
        "must",
        ("reports",),
        "time",
        "Times are milliseconds since 1970-01-01 UTC.",
        "时间为自 1970-01-01 UTC 起的毫秒数。",
        _seconds,
    ),
    Check("week_rollover", "must", ("reports",), "time", "The receiver knows its week.", "接收机周数正确。", _rollover),
    Check(
        "clock_ahead",
        "should",
        ("reports",),
        "time",
        "A fix is not later than its arrival.",
        "定位时间不晚于到达时间。",
        _ahead,
    ),
    Check(
        "clock_behind", "should", ("reports",), "time", "Some fix is new when it arrives.", "应有新鲜的定位。", _behind
    ),
    Check(
        "time_backward",
        "must",
        ("reports",),
        "time",
        "Times do not go back from one seq to the next.",
        "时间随 seq 不倒退。",
        _backward,
    ),
    Check(
        "time_unique",
        "should",
        ("reports",),
        "time",
        "Each fix has its own time.",
        "每条定位时间各不相同。",
        _same_time,
    ),
    Check(
        "alive",
        "must",
        ("reports",),
        "reporting",
        "A moving truck records fixes at its interval, a parked one every 30 minutes at least.",
        "行驶时按间隔记录定位，熄火停放时至少每 30 分钟一条。",
        _silent,
    ),
    Check(
        "heartbeat",
        "must",
        ("washer_or_gate", "events"),
        "events",
        "Washers and gates send a heartbeat every 60 to 120 s.",
        "洗车机和卡口每 60 至 120 秒发一次心跳。",
        _heartbeats,
    ),
    Check(
        "heartbeat_sent",
        "must",
        ("washer_or_gate", "events"),
        "events",
        "Washers and gates send heartbeats.",
        "洗车机和卡口须发送心跳。",
        _no_heartbeat,
    ),
)
