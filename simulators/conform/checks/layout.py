"""The finer points of layouts, which the readers forgive: a sender is held to more than a reader may ask for."""

from __future__ import annotations

import struct
from collections import Counter
from collections.abc import Iterator
from typing import Any

import msgspec

from firmware_contracts import report_json
from firmware_contracts.decode import MAX_PAYLOAD_BYTES
from firmware_contracts.device_event import EVENT_TYPES
from firmware_contracts.fix import Fix
from simulators.conform.check import Check, Finding
from simulators.conform.observed import Content, Log

_KNOWN_MEMBERS: dict[str, set[str]] = {
    "report": {"seq", "time_ms", "faults", "alarms"} | set(Fix._fields) - {"epoch", "fix_time_ms"},
    "event": {"seq", "time_ms", "type"} | {name for members in EVENT_TYPES.values() for name in members},
}


_KNOWN_HEADS = {"report": {"v", "device", "epoch", "fixes"}, "event": {"v", "device", "epoch", "events"}}


_LISTS = {"report": "fixes", "event": "events"}


def _too_large(log: Log) -> Iterator[Finding]:
    for content in log.up:
        # Fixed header 5, topic with its length, packet id 2; the broker's limit counts them too.
        size = len(content.message.payload) + len(content.message.topic) + 9
        if size > MAX_PAYLOAD_BYTES:
            en = f"expected at most {MAX_PAYLOAD_BYTES} bytes with topic and header, got {size}"
            yield Finding(content.message, en, f"连同主题与报头应不超过 {MAX_PAYLOAD_BYTES} 字节，实为 {size}")


def _reserved_bits(log: Log) -> Iterator[Finding]:
    for content in log.up:
        if content.topic is None or content.topic.encoding != "bin" or len(content.message.payload) < 20:
            continue
        (reserved,) = struct.unpack_from("<H", content.message.payload, 6)
        if reserved:
            en = f"expected the header's bytes 6 and 7 to be 0, got {reserved:04x}"
            yield Finding(
                content.message, en, f"报头第 6、7 字节应为 0，实为 {reserved:04x}", content.message.payload[:16]
            )
        yield from _reserved_in_records(content)


def _reserved_in_records(content: Content) -> Iterator[Finding]:
    for row in content.rows:
        flags, _faults, alarms = struct.unpack_from("<HBB", row.source, 28)
        if flags & 0xFF80 or alarms & 0x80:
            en = f"expected reserved bits 0 in seq {row.fix.seq}, got flags {flags:04x}, alarms {alarms:02x}"
            zh = f"seq {row.fix.seq} 保留位应为 0，实为 flags {flags:04x}、alarms {alarms:02x}"
            yield Finding(content.message, en, zh, row.source)


def _documents(log: Log) -> Iterator[tuple[Content, str, dict[str, Any]]]:
    """Yield the JSON objects of reports and events."""
    for content in log.up:
        topic = content.topic
        if topic is None or topic.encoding != "json" or topic.channel not in _LISTS:
            continue
        try:
            document = msgspec.json.decode(content.message.payload)
        except (msgspec.DecodeError, UnicodeDecodeError):
            continue  # told by `json_valid`
        if isinstance(document, dict):
            yield content, topic.channel, document


def _items(channel: str, document: dict[str, Any]) -> list[dict[str, Any]]:
    items = document.get(_LISTS[channel])
    return [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []


def _unknown_members(log: Log) -> Iterator[Finding]:
    for content, channel, document in _documents(log):
        strange = set(document) - _KNOWN_HEADS[channel]
        for item in _items(channel, document):
            kind = item.get("type")
            if channel == "event" and not (isinstance(kind, str) and kind in EVENT_TYPES):
                continue  # a type of a later version has members of its own
            strange |= set(item) - _KNOWN_MEMBERS[channel]
        if strange:
            names = ", ".join(sorted(strange))
            yield Finding(content.message, f"no reader of v1 knows {names}", f"v1 平台不认识成员 {names}，内容将被忽略")


def _unknown_words(log: Log) -> Iterator[Finding]:
    known = {"faults": set(report_json.FAULTS), "alarms": set(report_json.ALARMS)}
    for content, channel, document in _documents(log):
        for item in _items(channel, document) if channel == "report" else ():
            for name, words in known.items():
                given = item.get(name)
                strange = sorted({str(word) for word in given} - words) if isinstance(given, list) else []
                if strange:
                    en = f"expected words of {', '.join(sorted(words))} in {name}, got {', '.join(strange)}"
                    yield Finding(content.message, en, f"{name} 中 {', '.join(strange)} 不在词表内")


def _unknown_events(log: Log) -> Iterator[Finding]:
    for content, channel, document in _documents(log):
        for item in _items(channel, document) if channel == "event" else ():
            kind = item.get("type")
            if isinstance(kind, str) and kind not in EVENT_TYPES:
                en = f"expected a type of {', '.join(EVENT_TYPES)}, got {kind!r:.40}: kept, but judged by nobody"
                yield Finding(content.message, en, f"事件类型 {kind!r:.40} 不在 v1 中，平台只保存不判定")


def _empty(log: Log) -> Iterator[Finding]:
    for content in log.up:
        topic = content.topic
        if topic is not None and topic.channel in _LISTS and not content.records and not content.rejected:
            yield Finding(content.message, "a message without a record", "报文中没有任何记录")


def _order(log: Log) -> Iterator[Finding]:
    for content in log.up:
        keys = content.keys
        if keys != sorted(keys):
            named = ", ".join(str(seq) for _, seq in keys[:12])
            en = f"expected seqs in ascending order, got {named}"
            yield Finding(content.message, en, f"报文内 seq 应递增，实为 {named}")


def _duplicates(log: Log) -> Iterator[Finding]:
    """In one message no record stands twice."""
    for content in log.up:
        twice = [key for key, many in Counter(row.key for row in content.rows).items() if many > 1]
        if twice:
            en = f"epoch {twice[0][0]}, seq {twice[0][1]} stands twice in one message"
            yield Finding(content.message, en, f"同一报文内 epoch {twice[0][0]}、seq {twice[0][1]} 重复")


CHECKS = (
    Check(
        "payload_size",
        "must",
        ("messages",),
        "limits",
        "A message stays within 65,536 bytes.",
        "单条报文不超过 65,536 字节。",
        _too_large,
    ),
    Check(
        "bin_reserved",
        "must",
        ("bin",),
        "bin",
        "Senders write reserved bits and bytes as 0.",
        "发送方将保留位和保留字节写 0。",
        _reserved_bits,
    ),
    Check(
        "unknown_members",
        "should",
        ("json",),
        "versions",
        "Members that v1 does not know are ignored: check their spelling.",
        "v1 不认识的成员会被忽略，请检查拼写。",
        _unknown_members,
    ),
    Check(
        "unknown_words",
        "should",
        ("json",),
        "sensors",
        "Unknown faults and alarms are ignored.",
        "未知的故障、报警词会被忽略。",
        _unknown_words,
    ),
    Check(
        "unknown_events",
        "should",
        ("events",),
        "events",
        "Events of unknown type are kept and judged by nobody.",
        "未知类型的事件只保存不判定。",
        _unknown_events,
    ),
    Check(
        "empty_message",
        "should",
        ("messages",),
        "records",
        "A message holds at least one record.",
        "每条报文至少有一条记录。",
        _empty,
    ),
    Check(
        "ascending",
        "should",
        ("records",),
        "identity",
        "Records of one message stand in ascending order.",
        "同一报文内记录按 seq 递增。",
        _order,
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
)
