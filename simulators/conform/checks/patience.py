"""Patience: how a terminal waits while nobody answers, records on meanwhile, and comes back when the link does."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from statistics import median

from firmware_contracts.columns import Switch
from firmware_contracts.fix import Fix
from simulators.conform.check import Check, Find, Finding
from simulators.conform.observed import LEAST_APART, Content, Delivery, Key, Log

SLOW_MPS = 2.8  # 10 km/h: slower counts as standing
LATE = 1.5  # of an interval, for a slow timer
PARKED_S, HEARTBEAT_S = 1830.0, 130.0  # the longest that the contract lets a parked truck and a washer be silent
BACKOFF_GROWS = 1.2  # each wait is longer than the one before by at least this factor


def _rounds(log: Log) -> Iterator[tuple[Key, list[Delivery]]]:
    """Yield the records of the silent step with each of their arrivals in it."""
    step = log.step("withhold")
    if step is not None:
        for key, heard in log.deliveries.items():
            within = [one for one in heard if step.began_ms <= one.at_ms <= step.ended_ms]
            if len(within) > 1:
                yield key, within


def _too_soon(log: Log) -> Iterator[Finding]:
    least_ms = log.timing.retry_least_s * 1000
    for key, heard in _rounds(log):
        soon = next(((a, b) for a, b in pairwise(heard) if b.at_ms - a.at_ms < least_ms), None)
        if soon is not None:
            waited_s = (soon[1].at_ms - soon[0].at_ms) / 1000
            en = f"expected at least {log.timing.retry_least_s:g} s before a record is sent again, got {waited_s:.2f} s"
            zh = f"重发前应至少等待 {log.timing.retry_least_s:g} 秒，实为 {waited_s:.2f} 秒"
            yield Finding(
                soon[1].content.message,
                f"{en} (seq {key[1]}, sent {len(heard)} times)",
                f"{zh}（seq {key[1]}，共发 {len(heard)} 次）",
                soon[1].source,
            )


def _no_backoff(log: Log) -> Iterator[Finding]:
    growths, last = [], None
    for _, heard in _rounds(log):
        waits = [b.at_ms - a.at_ms for a, b in pairwise(heard)]
        if len(waits) >= 2:
            growths.append(waits[-1] / max(waits[0], 1))
            last = heard[-1]
    if last is not None and median(growths) < BACKOFF_GROWS:
        en = f"the wait grows by a factor of only {median(growths):.2f} from the first repetition to the last"
        zh = f"从首次到末次重发，等待时间仅增至 {median(growths):.2f} 倍"
        yield Finding(last.content.message, en, zh, last.source)


def _window(log: Log) -> Iterator[Finding]:
    """Count messages that came before the first repetition in the silent step: none of them is answered."""
    step = log.step("withhold")
    if step is None:
        return
    seen: set[Key] = set()
    flying: list[Content] = []
    for content in log.up:
        if not step.began_ms <= content.message.at_ms <= step.ended_ms or not content.records:
            continue
        if seen & set(content.keys):
            break
        seen |= set(content.keys)
        flying.append(content)
    if len(flying) > log.timing.window_most:
        en = f"expected at most {log.timing.window_most} messages in flight, got {len(flying)} without an answer"
        zh = f"未确认的在途报文应不超过 {log.timing.window_most} 条，实为 {len(flying)} 条"
        yield Finding(flying[-1].message, en, zh)


def _records_while_silent(log: Log) -> Iterator[Finding]:
    """The records' own times must cover the silence as densely as the time before it."""
    for name in ("withhold", "cut"):
        step = log.step(name)
        if step is None:
            continue
        times, usual = sorted(log.times_ms.values()), log.apart_ms("listen")
        if len(usual) < LEAST_APART:
            continue
        allowed_ms = 4 * max(usual) + 1000 * log.timing.grace_s
        within = [t for t in times if step.began_ms - max(usual) <= t <= step.ended_ms + max(usual)]
        edges = pairwise([step.began_ms, *within, step.ended_ms])
        holes = [(b - a, b) for a, b in edges if b - a > max(allowed_ms, _restful_ms(log, a, b))]
        if holes:
            hole_s = max(holes)[0] / 1000
            en = f"no record for {hole_s:.1f} s without answers; before, one every {median(usual) / 1000:.1f} s"
            zh = f"无应答期间有 {hole_s:.1f} 秒没有任何记录，此前约每 {median(usual) / 1000:.1f} 秒一条"
            yield Finding(None, en, zh)


def _restful_ms(log: Log, from_ms: int, until_ms: int) -> float:
    """Return how long a terminal may record nothing between two times, 0 where it moves at both."""
    if log.kind in {"washer", "gate"}:
        return 1000 * HEARTBEAT_S
    last = max((row.fix for row in log.rows if row.fix.fix_time_ms <= from_ms), key=_time_ms, default=None)
    first = min((row.fix for row in log.rows if row.fix.fix_time_ms >= until_ms), key=_time_ms, default=None)
    at_rest = [fix for fix in (last, first) if fix is not None and not fix.speed_mps > SLOW_MPS]
    if not at_rest:
        return 0.0
    if any(fix.ignition == Switch.OFF for fix in at_rest):
        return 1000 * PARKED_S
    return 1000 * (LATE * log.standing_s(until_ms) + log.timing.grace_s)


def _time_ms(fix: Fix) -> int:
    return fix.fix_time_ms


def stopped(step_name: str) -> Find:
    """Return what finds a terminal that reported before a step and never afterwards."""

    def find(log: Log) -> Iterator[Finding]:
        step = log.step(step_name)
        if step is None:
            return
        before = [c for c in log.up if c.records and c.message.at_ms <= step.began_ms]
        later = [c for c in log.up if c.records and c.message.at_ms >= step.began_ms]
        spent_ms = log.end_ms - step.began_ms
        waits = [b.message.at_ms - a.message.at_ms for a, b in pairwise(before)]
        if before and not later and waits and spent_ms > 5 * max(waits):
            en = f"nothing was reported for {spent_ms / 1000:.0f} s from then on"
            yield Finding(before[-1].message, en, f"此后 {spent_ms / 1000:.0f} 秒再无上报")

    return find


def _survives_acks(log: Log) -> Iterator[Finding]:
    yield from stopped("repeat")(log)
    step = log.step("repeat")
    for content in log.states:
        if step is not None and step.began_ms <= content.message.at_ms <= step.ended_ms:
            said = content.state.state if content.state is not None else ""
            en = f"the connection ended on a repeated or unreadable acknowledgement: state {said}"
            yield Finding(content.message, en, f"收到重复或无法解析的确认后断线：状态 {said}")


def _reconnect_storm(log: Log) -> Iterator[Finding]:
    cut = log.step("cut")
    if cut is None:
        return
    seconds = (cut.ended_ms - cut.began_ms) / 1000
    tries = [at_ms for at_ms in log.attempts_ms if cut.began_ms < at_ms < cut.ended_ms]
    most = max(3.0, seconds / log.timing.connect_least_s)
    if len(tries) > most:
        en = f"expected at most {most:.0f} attempts to connect in {seconds:.0f} s, got {len(tries)}"
        yield Finding(None, en, f"{seconds:.0f} 秒内重连应不超过 {most:.0f} 次，实为 {len(tries)} 次")


def _did_not_return(log: Log) -> Iterator[Finding]:
    cut = log.step("cut")
    if cut is not None and not any(c.records and c.message.at_ms > cut.ended_ms for c in log.up):
        yield Finding(None, "nothing was heard after the link was whole again", "链路恢复后未再收到任何记录")


CHECKS = (
    Check(
        "retry_patience",
        "must",
        ("step withhold", "records"),
        "resend",
        "Some seconds pass before a record is sent again.",
        "重发之间须间隔数秒。",
        _too_soon,
    ),
    Check(
        "retry_backoff",
        "should",
        ("step withhold", "records"),
        "resend",
        "The wait grows with each silent round.",
        "每轮无应答后等待时间递增。",
        _no_backoff,
    ),
    Check(
        "window",
        "must",
        ("step withhold", "records"),
        "resend",
        "At most 4 messages are in flight, without acknowledgement.",
        "在途未确认的报文至多 4 条。",
        _window,
    ),
    Check(
        "records_while_silent",
        "must",
        ("step withhold", "records", "rhythm"),
        "storage",
        "A terminal goes on recording while nobody answers; the newest are not lost for the oldest.",
        "无人应答时照常记录，不得因旧记录而丢弃新记录。",
        _records_while_silent,
    ),
    Check(
        "survives_acks",
        "must",
        ("step repeat",),
        "resend",
        "Repeated and unreadable acknowledgements change nothing.",
        "重复或无法解析的确认不产生影响。",
        _survives_acks,
    ),
    Check(
        "reconnect_patience",
        "must",
        ("proxy", "step cut"),
        "connection",
        "Attempts to connect are spread and become rarer.",
        "重连须错开且逐渐放缓。",
        _reconnect_storm,
    ),
    Check(
        "returns",
        "must",
        ("proxy", "step cut"),
        "connection",
        "When the link is back, the backlog comes.",
        "链路恢复后补传积压。",
        _did_not_return,
    ),
)
