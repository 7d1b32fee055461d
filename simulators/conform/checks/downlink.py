"""Commands: each is answered, once carried out, and nothing that is sent down harms."""

from __future__ import annotations

from collections.abc import Iterator

from simulators.conform.check import Check, Finding
from simulators.conform.checks.patience import stopped
from simulators.conform.locating import located_rows
from simulators.conform.observed import Content, Log

ANSWERED = ("text", "locate", "unknown_kind", "expired", "alive")


FINAL = {"accepted", "refused"}


def _replies_to(log: Log, purpose: str) -> list[Content]:
    name = log.ids.get(purpose)
    return [content for content in log.replies if content.reply is not None and content.reply.id == name]


def final_replies(log: Log, purpose: str) -> list[tuple[Content, str, str]]:
    """Return the last words to one order: message, status and result."""
    return [
        (content, content.reply.status, content.reply.result)
        for content in _replies_to(log, purpose)
        if content.reply is not None and content.reply.status in FINAL
    ]


def _missing(log: Log) -> Iterator[Finding]:
    for purpose in ANSWERED:
        if purpose in log.ids and not _replies_to(log, purpose):
            yield Finding(
                None, f"no reply to {purpose} ({log.ids[purpose]})", f"对 {purpose}（{log.ids[purpose]}）无应答"
            )


def _not_final(log: Log) -> Iterator[Finding]:
    for purpose in ANSWERED:
        heard = _replies_to(log, purpose)
        if heard and not final_replies(log, purpose):
            en = f"{purpose} was delivered and neither accepted nor refused"
            yield Finding(heard[-1].message, en, f"{purpose} 只回 delivered，未回 accepted 或 refused")


def _wrong_id(log: Log) -> Iterator[Finding]:
    known = set(log.ids.values())
    for content in log.replies:
        if content.reply is not None and content.reply.id not in known and not content.message.stored:
            en = f"a reply to {content.reply.id!r:.70}, which nobody sent"
            yield Finding(content.message, en, f"应答编号 {content.reply.id!r:.70} 从未下发")


def _late(log: Log) -> Iterator[Finding]:
    step = log.step("commands")
    first = {purpose: _replies_to(log, purpose)[:1] for purpose in ANSWERED}
    for purpose, heard in first.items():
        sent = log.sent_ms.get(log.ids.get(purpose, ""), [])
        for content in heard if sent and step is not None else ():
            waited_s = (content.message.at_ms - sent[0]) / 1000
            if waited_s > log.timing.reply_s:
                en = f"{purpose} was answered after {waited_s:.1f} s, expected within {log.timing.reply_s:g} s"
                yield Finding(
                    content.message, en, f"{purpose} {waited_s:.1f} 秒后才应答，应在 {log.timing.reply_s:g} 秒内"
                )


def _accepted(purpose: str, en: str, zh: str, log: Log) -> Iterator[Finding]:
    for content, status, _ in final_replies(log, purpose):
        if status == "accepted":
            yield Finding(content.message, en, zh)


def _expired(log: Log) -> Iterator[Finding]:
    return _accepted("expired", "a command that had expired was carried out", "执行了已过期的指令", log)


def _unknown_kind(log: Log) -> Iterator[Finding]:
    return _accepted("unknown_kind", "a command of an unknown kind was accepted", "接受了未知类型的指令", log)


def _malformed(log: Log) -> Iterator[Finding]:
    return _accepted("malformed", "a command without its expiry was accepted", "接受了缺少有效期的指令", log)


def _twice(log: Log) -> Iterator[Finding]:
    for purpose in ("text", "locate"):
        answers = final_replies(log, purpose)
        other = next((one for one in answers if one[1:] != answers[0][1:]), None)
        if other is not None:
            en = f"{purpose} was answered {answers[0][1:]} and, when repeated, {other[1:]}"
            zh = f"{purpose} 首次应答 {answers[0][1:]}，重发后应答 {other[1:]}"
            yield Finding(other[0].message, en, zh)


def _carried_out_again(log: Log) -> Iterator[Finding]:
    """Repeated deliveries of one `locate` made it record fixes beyond its rhythm; one alone may be chance."""
    rows = located_rows(log, "locate")
    again = [row for row in rows[1:] if row is not None]
    if len(again) > 1:
        en = f"locate was sent {len(rows)} times under one id; a fix was recorded for {len(again)} of the repetitions"
        zh = f"同一编号的 locate 下发 {len(rows)} 次，其中 {len(again)} 次重发又补记了定位：被重复执行"
        yield Finding(again[0].message, en, zh, again[0].source)


def _repeat_unanswered(log: Log) -> Iterator[Finding]:
    for purpose in ("text", "locate"):
        answers = final_replies(log, purpose)
        if len(answers) == 1:
            en = f"{purpose} was sent twice and answered once: a lost reply would never be made good"
            yield Finding(answers[0][0].message, en, f"{purpose} 下发两次仅应答一次：丢失的应答无法补回")


def _survives(log: Log) -> Iterator[Finding]:
    step = log.step("commands")
    if step is None:
        return
    yield from stopped("commands")(log)
    for content in log.states:
        if step.began_ms <= content.message.at_ms <= step.ended_ms and content.state is not None:
            en = f"the connection ended while commands were sent: state {content.state.state}"
            yield Finding(content.message, en, f"下发指令期间断线：状态 {content.state.state}")
    if "alive" in log.ids and _replies_to(log, "text") and not _replies_to(log, "alive"):
        yield Finding(
            None, "no command is answered any more after unreadable ones", "收到无法解析的指令后不再应答任何指令"
        )


CHECKS = (
    Check(
        "reply_given",
        "must",
        ("step commands",),
        "downlink",
        "Every command is answered, refused ones too.",
        "每条指令都要应答，拒绝的也要。",
        _missing,
    ),
    Check(
        "reply_final",
        "must",
        ("step commands",),
        "downlink",
        "The last word is accepted or refused.",
        "最终应答为 accepted 或 refused。",
        _not_final,
    ),
    Check(
        "reply_id",
        "must",
        ("step commands",),
        "downlink",
        "A reply names the id that it answers.",
        "应答带原指令编号。",
        _wrong_id,
    ),
    Check(
        "reply_soon",
        "should",
        ("step commands",),
        "downlink",
        "A reply comes within seconds.",
        "应答在数秒内发出。",
        _late,
    ),
    Check(
        "expired_refused",
        "must",
        ("step commands",),
        "downlink",
        "What has expired is refused.",
        "过期指令须拒绝。",
        _expired,
    ),
    Check(
        "unknown_refused",
        "must",
        ("step commands",),
        "downlink",
        "A kind that is not known is refused.",
        "未知类型的指令须拒绝。",
        _unknown_kind,
    ),
    Check(
        "malformed_refused",
        "must",
        ("step commands",),
        "downlink",
        "What breaks the contract is not carried out.",
        "不符合协议的指令不得执行。",
        _malformed,
    ),
    Check(
        "same_words",
        "must",
        ("step commands",),
        "downlink",
        "A repeated delivery gets the same answer again.",
        "重复下发得到相同应答。",
        _twice,
    ),
    Check(
        "once_only",
        "must",
        ("step commands", "locate_seen"),
        "downlink",
        "An id is carried out at most once.",
        "同一编号至多执行一次。",
        _carried_out_again,
    ),
    Check(
        "repeat_answered",
        "must",
        ("step commands",),
        "downlink",
        "Each delivery is answered.",
        "每次下发都要应答。",
        _repeat_unanswered,
    ),
    Check(
        "survives_commands",
        "must",
        ("step commands",),
        "downlink",
        "Unreadable commands change nothing.",
        "无法解析的指令不产生影响。",
        _survives,
    ),
)
