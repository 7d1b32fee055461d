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
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from firmware_contracts import json_document as document_of
from firmware_contracts.errors import ContractError
from firmware_contracts.json_document import MAX_COUNTER, MAX_TIME_MS, Item, Members
from firmware_contracts.json_fields import Field, Integer, Number, Text, Word, Words, read_members
from firmware_contracts.reading import BadRecord, DeviceEvent

MAX_PLATE = 16
MAX_TICKET = 64
MAX_FAULTS = 16

_WASH_RESULTS = ("washed", "too_short", "not_washed", "bypass", "unknown")
_PLATE = Text(most=MAX_PLATE, en="Licence plate as read.", zh="识别到的车牌号。")

EVENT_TYPES: dict[str, dict[str, Field]] = {
    "washer_passage": {
        "plate": _PLATE,
        "enter_ms": Integer(most=MAX_TIME_MS, unit="ms since 1970-01-01 UTC", en="Drove in.", zh="驶入时刻。"),
        "leave_ms": Integer(most=MAX_TIME_MS, unit="ms since 1970-01-01 UTC", en="Drove out.", zh="驶出时刻。"),
        "wash_left_s": Number(least=0.0, most=3600.0, unit="s", en="Left side washed for.", zh="左侧冲洗时长。"),
        "wash_right_s": Number(least=0.0, most=3600.0, unit="s", en="Right side washed for.", zh="右侧冲洗时长。"),
        "result": Word(words=_WASH_RESULTS, required=True, en="What came of it.", zh="冲洗结果。"),
        "clean_grade": Integer(least=1, most=4, en="Cleanliness, 1 dirty to 4 clean.", zh="洁净等级，1 脏，4 净。"),
    },
    "gate_passage": {
        "direction": Word(words=("in", "out"), required=True, en="Into or out of the dump point.", zh="进场或出场。"),
        "plate": _PLATE,
        "gross_kg": Number(least=0.0, most=655_340.0, unit="kg", en="Truck and load.", zh="毛重。"),
        "tare_kg": Number(least=0.0, most=655_340.0, unit="kg", en="The empty truck.", zh="皮重。"),
        "ticket": Text(most=MAX_TICKET, en="Weighing ticket.", zh="磅单号。"),
    },
    "heartbeat": {},
    "fault": {"faults": Words(most=MAX_FAULTS, en="What is broken.", zh="故障。")},
}


_TYPE = Word(words=tuple(EVENT_TYPES), required=True, en="What happened.", zh="事件类型。")


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
        return _event_of(document_of.record_of(item.value), epoch, message), item.source
    except ContractError as error:
        return BadRecord(error, epoch, document_of.identity_of(item.value), item.source)


def _event_of(members: Members, epoch: int, message: int) -> DeviceEvent:
    event_type = str(_TYPE.read(members, "type"))
    body = read_members(members, EVENT_TYPES[event_type])
    return DeviceEvent(
        message,
        epoch,
        document_of.required_integer(members, "seq", MAX_COUNTER),
        document_of.required_integer(members, "time_ms", MAX_TIME_MS),
        event_type,
        body.pop("plate", None),
        body,
    )
