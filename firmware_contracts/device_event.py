"""Events of washers, gates and trucks: `.../up/event/json`.

    {"v": 1, "epoch": 3, "events": [
      {"seq": 10, "time_ms": 1767225600000, "type": "washer_passage", "plate": "苏D12345", "enter_ms": 1767225570000,
       "leave_ms": 1767225600000, "wash_left_s": 12.5, "wash_right_s": 13.0, "result": "washed", "clean_grade": 2},
      {"seq": 11, "time_ms": 1767225700000, "type": "gate_passage", "direction": "in", "plate": "苏D12345",
       "gross_kg": 38200, "tare_kg": 15400, "ticket": "A-17"},
      {"seq": 12, "time_ms": 1767225800000, "type": "heartbeat"},
      {"seq": 13, "time_ms": 1767225900000, "type": "fault", "faults": ["nozzle_blocked"]}]}

Events share the counters (epoch, seq) with the device's fixes. A new type is a new row of `EVENT_TYPES`;
what tells of a truck's passage is a row of `passages.PASSAGES` too.

An event of a type that this reader does not know is kept with all its members as they came, within bounds, and judged
by nobody: a later version's event is history that an older platform must not lose. `plate` and `tag` name the truck
in every type.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import msgspec

from firmware_contracts import json_document as document_of
from firmware_contracts.errors import ContractError, RecordError, RejectReason
from firmware_contracts.json_document import MAX_COUNTER, MAX_TIME_MS, Item, Members
from firmware_contracts.json_fields import MAX_WORD, Field, Integer, Number, Text, Word, Words, read_members
from firmware_contracts.reading import BadRecord, DeviceEvent

MAX_PLATE = 16
MAX_TICKET = 64
MAX_FAULTS = 16
FAULTS = ("radar_in", "radar_out", "pump", "nozzle_blocked", "camera", "barrier", "scale", "tag_reader")

_BARRIERS = ("none", "opened", "refused")
MAX_TAG = 64
_WASH_RESULTS = ("washed", "too_short", "not_washed", "bypass", "unknown")
_PLATE = Text(most=MAX_PLATE, en="Licence plate as read.", zh="识别到的车牌号。")
_TAG = Text(most=MAX_TAG, en="Radio tag as read, where trucks bear one.", zh="识别到的电子标签号。")
_BARRIER = Word(
    words=_BARRIERS,
    en="What the barrier did; a truck that it refused has not left.",
    zh="道闸动作；被拒放行的车辆视为未驶离。",
)

EVENT_TYPES: dict[str, dict[str, Field]] = {
    "washer_passage": {
        "plate": _PLATE,
        "tag": _TAG,
        "enter_ms": Integer(most=MAX_TIME_MS, unit="ms since 1970-01-01 UTC", en="Drove in.", zh="驶入时刻。"),
        "leave_ms": Integer(most=MAX_TIME_MS, unit="ms since 1970-01-01 UTC", en="Drove out.", zh="驶出时刻。"),
        "wash_left_s": Number(least=0.0, most=3600.0, unit="s", en="Left side washed for.", zh="左侧冲洗时长。"),
        "wash_right_s": Number(least=0.0, most=3600.0, unit="s", en="Right side washed for.", zh="右侧冲洗时长。"),
        "result": Word(words=_WASH_RESULTS, required=True, en="What came of it.", zh="冲洗结果。"),
        "pump_s": Number(least=0.0, most=3600.0, unit="s", en="The pump ran for.", zh="水泵运行时长。"),
        "clean_grade": Integer(least=1, most=4, en="Cleanliness, 1 dirty to 4 clean.", zh="洁净等级，1 脏，4 净。"),
        "clean_left_grade": Integer(least=1, most=4, en="Likewise of the left side.", zh="左侧洁净等级。"),
        "clean_right_grade": Integer(least=1, most=4, en="Likewise of the right side.", zh="右侧洁净等级。"),
        "barrier": _BARRIER,
    },
    "gate_passage": {
        "direction": Word(words=("in", "out"), required=True, en="Into or out of the dump point.", zh="进场或出场。"),
        "plate": _PLATE,
        "tag": _TAG,
        "gross_kg": Number(least=0.0, most=655_340.0, unit="kg", en="Truck and load.", zh="毛重。"),
        "tare_kg": Number(least=0.0, most=655_340.0, unit="kg", en="The empty truck.", zh="皮重。"),
        "ticket": Text(most=MAX_TICKET, en="Weighing ticket.", zh="磅单号。"),
        "barrier": _BARRIER,
    },
    "heartbeat": {},
    "fault": {"faults": Words(most=MAX_FAULTS, known=FAULTS, en="What is broken.", zh="故障。")},
}


_NAME_FORM = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True, kw_only=True, slots=True)
class Name(Text):
    """A word of an open list: small letters, digits and underscores, so that it can stand in any index and address."""

    def _value(self, members: Members, name: str) -> str | None:
        value = Text._value(self, members, name)
        if value is not None and _NAME_FORM.fullmatch(value) is None:
            raise RecordError(RejectReason.UNKNOWN_VALUE, f"expected {name} as {_NAME_FORM.pattern}, got {value!r}")
        return value

    def schema(self) -> dict[str, Any]:
        """Return a string of that form."""
        return Text.schema(self) | {"pattern": f"^{_NAME_FORM.pattern}$"}


HEAD: dict[str, Field] = {
    "seq": Integer(
        most=MAX_COUNTER,
        required=True,
        en="Counts up with every record of the device, fixes and events alike.",
        zh="设备每产生一条记录（定位或事件）加一的序号。",
    ),
    "time_ms": Integer(
        most=MAX_TIME_MS, required=True, unit="ms since 1970-01-01 UTC", en="When it happened.", zh="发生时刻。"
    ),
    "type": Name(
        most=MAX_WORD,
        required=True,
        en="What happened; a type that the reader does not know is kept and not judged.",
        zh="事件类型；读取方不认识的类型只保存，不参与判定。",
    ),
}
SUBJECT: dict[str, Field] = {"plate": _PLATE, "tag": _TAG}
MAX_OTHER_BYTES = 4096  # of an event of an unknown type: ten times the longest known one


def encode(epoch: int, events: list[dict[str, Any]], device: str | None = None) -> bytes:
    """Return one message of events, each a dict of its members with `seq`, `time_ms` and `type`."""
    head: dict[str, Any] = {"v": document_of.VERSION} | ({} if device is None else {"device": device})
    return msgspec.json.encode(head | {"epoch": epoch, "events": events})


def read(payload: bytes, device: str, message: int) -> Iterator[tuple[DeviceEvent, bytes] | BadRecord]:
    """Yield each event of one message with its bytes; times are still to be checked.

    Raises:
        MessageError: Nothing of the message can be read.
    """
    document, text = document_of.read_document(payload)
    document_of.check_device(document, device)
    epoch = document_of.read_epoch(document)
    items = document_of.read_items(document, text, "events")
    return (_read_item(item, epoch, message) for item in items)


def _read_item(item: Item, epoch: int, message: int) -> tuple[DeviceEvent, bytes] | BadRecord:
    try:
        members = document_of.record_of(item.value)
        head = read_members(members, HEAD)
        body = _body_of(members, head["type"], len(item.source))
    except ContractError as error:
        return BadRecord(error, epoch, document_of.identity_of(item.value), item.source)
    plate = body.pop("plate", None)
    return DeviceEvent(message, epoch, head["seq"], head["time_ms"], head["type"], plate, body), item.source


def _body_of(members: Members, event_type: str, size: int) -> dict[str, Any]:
    """Return the members that belong to an event's type; all of them where the type is not known.

    Raises:
        RecordError: One does not fit, or an event of an unknown type is too large to be kept unread.
    """
    if event_type in EVENT_TYPES:
        return read_members(members, EVENT_TYPES[event_type])
    if size > MAX_OTHER_BYTES:
        detail = f"expected at most {MAX_OTHER_BYTES} bytes of an event {event_type}, got {size}"
        raise RecordError(RejectReason.TOO_LARGE, detail)
    others = {name: value for name, value in members.items() if name not in HEAD and name not in SUBJECT}
    return {**document_of.plain(others), **read_members(members, SUBJECT)}
