"""Store and forward: a record is kept until it is named, sent again with patience, and never after it was named."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from statistics import median

from simulators.conform.check import Check, Find, Finding
from simulators.conform.observed import Content, Delivery, Key, Log

BACKOFF_GROWS = 1.2  # each wait is longer than the one before by at least this factor
UNNAMED_MOST = 0.34  # of the records that must come again; one that the end of the step cut off is no proof


def _came_again(heard: list[Delivery], from_ms: float, until_ms: float) -> bool:
    return any(from_ms < one.at_ms <= until_ms for one in heard[1:])


def _forgotten(step_name: str, en: str, zh: str) -> Find:
    """Return what finds the records that were left unnamed in a step and did not come again."""

    def find(log: Log) -> Iterator[Finding]:
        step = log.step(step_name)
        if step is None:
            return
        heard = log.unnamed_in(step_name)
        lost = [key for key, found in heard.items() if not _came_again(found, found[0].at_ms, step.ended_ms)]
        if heard and len(lost) > UNNAMED_MOST * len(heard):
            first = heard[lost[0]][0]
            named = f"epoch {lost[0][0]}, seq {lost[0][1]}"
            said = f"{en} ({len(lost)} of {len(heard)} records, the first {named})"
            said_zh = f"{zh}（{len(heard)} 条中的 {len(lost)} 条，首条 {named}）"
            yield Finding(first.content.message, said, said_zh, first.source)

    return find


def _came_alone(heard: list[Delivery], from_ms: int) -> bool:
    again = [one for one in heard if one.at_ms > from_ms]
    return bool(again) and len(again[0].content.keys) == 1


def _ignores_acks(log: Log) -> Iterator[Finding]:
    grace_ms = log.timing.grace_s * 1000
    for key, acked_ms in log.acked_ms.items():
        again = [one for one in log.deliveries.get(key, ())[1:] if one.at_ms > acked_ms + grace_ms]
        if again:
            after_s = (again[0].at_ms - acked_ms) / 1000
            en = f"epoch {key[0]}, seq {key[1]} came again {after_s:.1f} s after it was acknowledged"
            zh = f"epoch {key[0]}、seq {key[1]} 在确认 {after_s:.1f} 秒后仍被重发"
            yield Finding(again[0].content.message, en, zh, again[0].source)


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
    listened = log.step("listen")
    for name in ("withhold", "cut"):
        step = log.step(name)
        if step is None or listened is None:
            continue
        times = sorted(log.times_ms.values())
        usual = [b - a for a, b in pairwise(times) if listened.began_ms <= a <= b <= listened.ended_ms]
        if len(usual) < 3:
            continue
        allowed_ms = 4 * max(usual) + 1000 * log.timing.grace_s
        within = [t for t in times if step.began_ms - max(usual) <= t <= step.ended_ms + max(usual)]
        holes = [(b - a, b) for a, b in pairwise([step.began_ms, *within, step.ended_ms]) if b - a > allowed_ms]
        if holes:
            hole_s = max(holes)[0] / 1000
            en = f"no record for {hole_s:.1f} s without answers; before, one every {median(usual) / 1000:.1f} s"
            zh = f"无应答期间有 {hole_s:.1f} 秒没有任何记录，此前约每 {median(usual) / 1000:.1f} 秒一条"
            yield Finding(None, en, zh)


def _refused_again(log: Log) -> Iterator[Finding]:
    grace_ms = log.timing.grace_s * 1000
    for content in log.up:
        refused_ms = log.refused_ms.get(content.message.payload)
        if refused_ms is not None and content.message.at_ms > refused_ms + grace_ms:
            after_s = (content.message.at_ms - refused_ms) / 1000
            en = f"the same message came again {after_s:.1f} s after it was refused by its CRC-32"
            yield Finding(content.message, en, f"报文按 CRC-32 拒收 {after_s:.1f} 秒后原样重发")


def _refused_lost(log: Log) -> Iterator[Finding]:
    """Of a refused message of several records each comes again alone."""
    step = log.step("refuse")
    if step is None:
        return
    for content in log.up:
        refused_ms = log.refused_ms.get(content.message.payload)
        in_step = step.began_ms <= content.message.at_ms <= step.ended_ms - log.timing.retry_first_most_s * 1000
        if refused_ms is None or not in_step or len(content.keys) < 2 or content.rejected:
            continue
        gone = [key for key in content.keys if not _came_alone(log.deliveries[key], refused_ms)]
        if gone:
            en = f"a message of {len(content.keys)} records was refused; {len(gone)} of them did not come again alone"
            zh = f"含 {len(content.keys)} 条记录的报文被拒收后，有 {len(gone)} 条未单独重发"
            yield Finding(content.message, en, zh)
        return


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


def _duplicates(log: Log) -> Iterator[Finding]:
    """In one message no record stands twice."""
    for content in log.up:
        twice = [key for key, many in Counter(row.key for row in content.rows).items() if many > 1]
        if twice:
            en = f"epoch {twice[0][0]}, seq {twice[0][1]} stands twice in one message"
            yield Finding(content.message, en, f"同一报文内 epoch {twice[0][0]}、seq {twice[0][1]} 重复")


_FORGETS = (
    "nothing was acknowledged and the records did not come again: forgotten too early",
    "未获确认的记录没有重发：过早删除",
)
_PARTIAL = (
    "records that the acknowledgement did not name did not come again: its ranges were not read",
    "确认中未列出的记录没有重发：未按 seq 区间处理",
)
_EPOCH = (
    "an acknowledgement of another epoch made the terminal forget: its epoch was not read",
    "其他 epoch 的确认导致记录被删除：未核对 epoch",
)

CHECKS = (
    Check(
        "keeps_unacknowledged",
        "must",
        ("step withhold", "unnamed withhold"),
        "resend",
        "A record is forgotten only when an acknowledgement names it; until then it is sent again.",
        "只有被确认点名的记录才可删除，否则须重发。",
        _forgotten("withhold", *_FORGETS),
    ),
    Check(
        "keeps_unnamed",
        "must",
        ("step partial", "unnamed partial"),
        "resend",
        "An acknowledgement covers exactly the ranges that it names.",
        "确认只覆盖其列出的区间。",
        _forgotten("partial", *_PARTIAL),
    ),
    Check(
        "keeps_other_epoch",
        "must",
        ("step other_epoch", "unnamed other_epoch"),
        "resend",
        "An acknowledgement covers only the epoch that it names.",
        "确认只覆盖其列出的 epoch。",
        _forgotten("other_epoch", *_EPOCH),
    ),
    Check(
        "forgets_acknowledged",
        "must",
        ("acks", "records"),
        "resend",
        "What was acknowledged is not sent again.",
        "已确认的记录不再发送。",
        _ignores_acks,
    ),
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
        ("step withhold", "records"),
        "storage",
        "A terminal goes on recording while nobody answers; the newest are not lost for the oldest.",
        "无人应答时照常记录，不得因旧记录而丢弃新记录。",
        _records_while_silent,
    ),
    Check(
        "refused_set_aside",
        "must",
        ("acks", "messages"),
        "resend",
        "A message that is refused by its CRC-32 is never sent again as it was.",
        "按 CRC-32 拒收的报文不得原样重发。",
        _refused_again,
    ),
    Check(
        "refused_alone",
        "must",
        ("step refuse", "records"),
        "resend",
        "Each record of a refused message is sent again alone.",
        "被拒收报文中的记录须逐条单独重发。",
        _refused_lost,
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
        "record_once",
        "must",
        ("reports",),
        "identity",
        "A record stands once in a message.",
        "同一报文内记录不重复。",
        _duplicates,
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
