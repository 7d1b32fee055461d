"""What the contract's own readers refuse, one check for each kind of reason; the layouts' finer points follow.

The reader's words are quoted: there is one judge of what is right.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Any

import msgspec

from firmware_contracts import report_json
from firmware_contracts.decode import MAX_PAYLOAD_BYTES
from firmware_contracts.device_event import EVENT_TYPES
from firmware_contracts.errors import RejectReason as R
from firmware_contracts.fix import Fix
from simulators.conform.check import Check, Find, Finding
from simulators.conform.observed import Content, Log

_KNOWN_MEMBERS: dict[str, set[str]] = {
    "report": {"seq", "time_ms", "faults", "alarms"} | set(Fix._fields) - {"epoch", "fix_time_ms"},
    "event": {"seq", "time_ms", "type"} | {name for members in EVENT_TYPES.values() for name in members},
}
_KNOWN_HEADS = {"report": {"v", "device", "epoch", "fixes"}, "event": {"v", "device", "epoch", "events"}}
_LISTS = {"report": "fixes", "event": "events"}


def _refused(*reasons: R, channels: tuple[str, ...] = (), encodings: tuple[str, ...] = ()) -> Find:
    """Return what finds the records that the readers refuse for one of these reasons."""

    def find(log: Log) -> Iterator[Finding]:
        for content in log.up:
            if channels and (content.topic is None or content.topic.channel not in channels):
                continue
            if encodings and (content.topic is None or content.topic.encoding not in encodings):
                continue
            for bad in content.rejected:
                if bad.reason in reasons:
                    name = "" if bad.seq is None else f" (epoch {bad.epoch}, seq {bad.seq})"
                    said = f"{bad.reason}: {bad.detail}{name}"
                    yield Finding(content.message, said, f"拒收，{said}", bad.record)

    return find


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
            if channel == "event" and item.get("type") not in EVENT_TYPES:
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


CHECKS = (
    Check(
        "utf8",
        "must",
        ("json",),
        "json",
        "JSON is UTF-8 without NUL.",
        "JSON 使用 UTF-8，不含 NUL。",
        _refused(R.BAD_UTF8, R.NUL_BYTE, encodings=("json",)),
    ),
    Check(
        "json_valid",
        "must",
        ("json",),
        "json",
        "A payload is one whole JSON object.",
        "载荷是一个完整的 JSON 对象。",
        _refused(R.BAD_JSON),
    ),
    Check(
        "duplicate_members",
        "must",
        ("json",),
        "json",
        "No member stands twice.",
        "成员不得重复。",
        _refused(R.DUPLICATE_FIELD),
    ),
    Check(
        "finite",
        "must",
        ("json",),
        "json",
        "Numbers are finite; NaN and Infinity are no JSON.",
        "数值有限；NaN、Infinity 不是 JSON。",
        _refused(R.NOT_FINITE),
    ),
    Check(
        "version",
        "must",
        ("messages",),
        "versions",
        "Every payload says version 1.",
        "每个载荷声明版本 1。",
        _refused(R.BAD_VERSION),
    ),
    Check(
        "device_named",
        "must",
        ("messages",),
        "identity",
        "A payload that names a device names the one of its topic (binary: its CRC-32).",
        "载荷中若有设备号，须与主题一致（二进制为其 CRC-32）。",
        _refused(R.DEVICE_MISMATCH),
    ),
    Check(
        "bin_size",
        "must",
        ("bin",),
        "bin",
        "A binary message is as long as its header says.",
        "二进制报文长度与报头一致。",
        _refused(R.BAD_SIZE),
    ),
    Check(
        "bin_crc",
        "must",
        ("bin",),
        "bin",
        "The trailer is the CRC-32 of everything before it.",
        "报尾是此前全部字节的 CRC-32。",
        _refused(R.BAD_CHECKSUM, encodings=("bin",)),
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
        "nmea_checksum",
        "must",
        ("nmea",),
        "nmea",
        "Every sentence has a right checksum.",
        "每条语句校验和正确。",
        _refused(R.BAD_CHECKSUM, encodings=("nmea",)),
    ),
    Check(
        "nmea_sentence",
        "must",
        ("nmea",),
        "nmea",
        "Sentences have the form of NMEA 0183.",
        "语句符合 NMEA 0183 格式。",
        _refused(R.BAD_SENTENCE),
    ),
    Check(
        "nmea_identity",
        "must",
        ("nmea",),
        "nmea",
        "$PMUK with epoch and seq closes each fix.",
        "每个定位点以带 epoch、seq 的 $PMUK 结束。",
        _refused(R.NO_IDENTITY),
    ),
    Check(
        "required",
        "must",
        ("messages",),
        "records",
        "What is required is there; a position has both coordinates.",
        "必填成员齐全；位置须同时有经纬度。",
        _refused(R.MISSING_FIELD, channels=("report", "state", "reply")),
    ),
    Check(
        "types",
        "must",
        ("json",),
        "records",
        "Members have their type: no text for a number, no 1.0 for an integer.",
        "成员类型正确：数字不写成文本，整数不写成 1.0。",
        _refused(R.BAD_TYPE, channels=("report", "state", "reply")),
    ),
    Check(
        "ranges",
        "must",
        ("messages",),
        "records",
        "Values lie in the ranges of the contract.",
        "数值在约定范围内。",
        _refused(R.OUT_OF_RANGE, channels=("report", "state", "reply")),
    ),
    Check(
        "words",
        "must",
        ("messages",),
        "records",
        "Words come from the closed lists.",
        "词语取自封闭词表。",
        _refused(R.UNKNOWN_VALUE, channels=("report", "state", "reply")),
    ),
    Check(
        "event_members",
        "must",
        ("events",),
        "events",
        "An event has the members of its type, in type and range.",
        "事件具备其类型规定的成员，类型与范围正确。",
        _refused(R.MISSING_FIELD, R.BAD_TYPE, R.OUT_OF_RANGE, R.UNKNOWN_VALUE, channels=("event",)),
    ),
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
        "time_past",
        "must",
        ("records",),
        "time",
        "No record is older than 60 days.",
        "记录不早于 60 天前。",
        _refused(R.TIME_PAST),
    ),
    Check(
        "time_future",
        "must",
        ("records",),
        "time",
        "No record is more than 5 minutes ahead.",
        "记录时间超前不超过 5 分钟。",
        _refused(R.TIME_FUTURE),
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
)
