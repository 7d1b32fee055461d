"""Store and forward: a record is kept until it is named, and is never sent after it was named."""

from __future__ import annotations

from collections.abc import Iterator

from simulators.conform.check import Check, Find, Finding
from simulators.conform.observed import Delivery, Log

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
    """A terminal that has just connected sends before it hears what was said in its absence: that is no fault."""
    grace_ms = log.timing.grace_s * 1000
    connected = [content.message.at_ms for content in log.states if not content.message.stored]
    for key, acked_ms in log.acked_ms.items():
        heard = log.deliveries.get(key, [])
        named = {
            one.time_ms for one in heard if one.at_ms <= acked_ms
        }  # another record may bear the number of this one
        again = [one for one in heard[1:] if one.at_ms > acked_ms + grace_ms and one.time_ms in named]
        if again and not any(acked_ms - grace_ms <= at_ms <= again[0].at_ms + grace_ms for at_ms in connected):
            after_s = (again[0].at_ms - acked_ms) / 1000
            en = f"epoch {key[0]}, seq {key[1]} came again {after_s:.1f} s after it was acknowledged"
            zh = f"epoch {key[0]}、seq {key[1]} 在确认 {after_s:.1f} 秒后仍被重发"
            yield Finding(again[0].content.message, en, zh, again[0].source)


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
        "refused_set_aside",
        "must",
        ("refusals",),
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
)
