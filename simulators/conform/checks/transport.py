"""Topics, quality of service, retained messages, and what a terminal says of its own state."""

from __future__ import annotations

from collections.abc import Iterator

from firmware_contracts.errors import RejectReason
from simulators.conform.check import Check, Finding
from simulators.conform.observed import Log

CHURN_MOST = 2  # connections in the whole trial that nobody asked for


def _bad_topic(log: Log) -> Iterator[Finding]:
    for content in log.up:
        if content.topic is None:
            detail = next((bad.detail for bad in content.rejected if bad.reason == RejectReason.BAD_TOPIC), "")
            yield Finding(content.message, detail, f"主题不符合 v1：{detail}", content.message.topic.encode())


def _several_addresses(log: Log) -> Iterator[Finding]:
    first = ""
    for content in log.up:
        if content.topic is None:
            continue
        address = f"{content.topic.region}/{content.topic.kind}"
        first = first or address
        if address != first:
            en = f"expected region and kind {first} as before, got {address}"
            yield Finding(
                content.message, en, f"区划与类别应始终为 {first}，实为 {address}", content.message.topic.encode()
            )


def _qos_0(log: Log) -> Iterator[Finding]:
    for content in log.up:
        if content.message.qos == 0 and not content.message.stored:
            yield Finding(content.message, "expected QoS 1, got QoS 0", "应以 QoS 1 发布，实为 QoS 0")


def _retained(log: Log) -> Iterator[Finding]:
    for content in log.up:
        if content.message.retained and content.topic is not None and content.topic.channel != "state":
            channel = content.topic.channel
            yield Finding(
                content.message,
                f"a retained {channel}: it comes again to every new listener",
                f"{channel} 报文不应置保留标志",
            )


def _state_not_retained(log: Log) -> Iterator[Finding]:
    for content in log.states:
        if content.message.retained is False:
            en = "expected the state to be retained, got it unretained"
            yield Finding(content.message, en, "状态报文应置保留标志，实际未置")


def _no_state(log: Log) -> Iterator[Finding]:
    if not log.deliveries or log.states:
        return
    refused = [c for c in log.up if c.topic is not None and c.topic.channel == "state" and c.rejected]
    for content in refused:
        bad = content.rejected[0]
        en = f"a state was there and had to be refused, {bad.reason}: {bad.detail}"
        yield Finding(content.message, en, f"状态报文已收到但被拒收，{bad.reason}：{bad.detail}")
    if not refused:
        en = "expected boot or online, retained, from a terminal that reports; got no state at all"
        yield Finding(None, en, "终端在上报定位，却从未发布 boot 或 online 状态")


def _state_offline_while_reporting(log: Log) -> Iterator[Finding]:
    said_offline: int | None = None
    grace_ms = log.timing.grace_s * 1000
    for content in log.up:
        if content.state is not None:
            said_offline = content.message.at_ms if content.state.state == "offline" else None
        elif content.keys and said_offline is not None and content.message.at_ms - said_offline > grace_ms:
            en = "reports though its state still says offline: it must say online after each connection"
            yield Finding(content.message, en, "状态仍为 offline 却在上报：每次连接后须发布 online")
            return


def _state_without_epoch(log: Log) -> Iterator[Finding]:
    for content in log.states:
        if content.state is not None and content.state.state != "offline" and content.state.epoch is None:
            en = "expected the epoch in a state message, got none: a lost counter is then noticed late"
            yield Finding(content.message, en, "状态报文缺少 epoch，计数器丢失将无法及时发现")


def _churn(log: Log) -> Iterator[Finding]:
    """A state message that tells of a connection, outside the steps that cut the link or the power."""
    after_ms = 1000 * log.timing.return_s
    asked = [(s.began_ms, s.ended_ms + after_ms) for name in ("cut", "power") if (s := log.step(name)) is not None]
    unasked = [
        content
        for content in log.states
        if content.state is not None
        and content.state.state != "offline"
        and not content.message.stored
        and not any(from_ms <= content.message.at_ms <= to_ms for from_ms, to_ms in asked)
    ]
    for content in unasked[CHURN_MOST:]:
        en = f"expected at most {CHURN_MOST} connections that nobody asked for, got {len(unasked)}"
        yield Finding(content.message, en, f"非人为断线重连应不超过 {CHURN_MOST} 次，实为 {len(unasked)} 次")


def _no_will(log: Log) -> Iterator[Finding]:
    cut = log.step("cut")
    if cut is not None and not any(
        content.state is not None and content.state.state == "offline"
        for content in log.states
        if content.message.at_ms >= cut.began_ms
    ):
        en = "the link was cut and no offline appeared: no last will on the state topic"
        yield Finding(None, en, "链路被切断后未出现 offline：未在状态主题设置遗嘱")


CHECKS = (
    Check(
        "topic_grammar",
        "must",
        ("messages",),
        "topics",
        "Topics are muck/v1/REGION/KIND/DEVICE/up/CHANNEL/ENCODING.",
        "主题为 muck/v1/区划/类别/设备/up/通道/编码。",
        _bad_topic,
    ),
    Check(
        "one_address",
        "must",
        ("messages",),
        "topics",
        "A device has one region and one kind.",
        "一台设备只有一个区划和一个类别。",
        _several_addresses,
    ),
    Check("qos_1", "must", ("live",), "topics", "Everything is published with QoS 1.", "一律以 QoS 1 发布。", _qos_0),
    Check(
        "not_retained",
        "must",
        ("live",),
        "topics",
        "Reports, events and replies are not retained.",
        "定位、事件、应答报文不置保留标志。",
        _retained,
    ),
    Check(
        "state_retained",
        "must",
        ("live", "states"),
        "state",
        "State messages are retained.",
        "状态报文置保留标志。",
        _state_not_retained,
    ),
    Check(
        "state_told",
        "must",
        ("live", "records"),
        "state",
        "A terminal says boot or online when it has connected.",
        "终端连接后发布 boot 或 online。",
        _no_state,
    ),
    Check(
        "state_true",
        "must",
        ("states", "records"),
        "state",
        "After each connection the state says online again.",
        "每次重连后状态恢复为 online。",
        _state_offline_while_reporting,
    ),
    Check(
        "state_epoch",
        "should",
        ("states",),
        "state",
        "The state names the present epoch.",
        "状态报文带当前 epoch。",
        _state_without_epoch,
    ),
    Check(
        "connection_churn",
        "must",
        ("live",),
        "connection",
        "A connection is kept; nothing that is sent down ends it.",
        "保持长连接；任何下行报文都不应使其断开。",
        _churn,
    ),
    Check(
        "last_will",
        "must",
        ("proxy", "step cut"),
        "connection",
        "The last will on the state topic says offline, retained.",
        "在状态主题设置遗嘱 offline，置保留标志。",
        _no_will,
    ),
)
