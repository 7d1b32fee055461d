"""What the contract's own readers refuse, one check for each kind of reason.

The reader's words are quoted: there is one judge of what is right.
"""

from __future__ import annotations

from collections.abc import Iterator

from firmware_contracts.errors import RejectReason as R
from simulators.conform.check import Check, Find, Finding
from simulators.conform.observed import Log


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
)
