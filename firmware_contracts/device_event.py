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

from collections.abc import Callable, Iterator
from functools import partial
from math import isnan
from typing import Any

import msgspec

from firmware_contracts import json_document as document_of
from firmware_contracts.errors import ContractError, RecordError, RejectReason
from firmware_contracts.json_document import MAX_COUNTER, MAX_TIME_MS, Item, Members
from firmware_contracts.reading import BadRecord, DeviceEvent

MAX_PLATE = 16
MAX_TICKET = 64
MAX_FAULTS = 16

FieldReader = Callable[[Members, str], Any]


def _ranged(members: Members, name: str, *, least: float, most: float) -> float | None:
    value = document_of.number(members, name)
    if isnan(value):
        return None
    if not least <= value <= most:
        raise RecordError(RejectReason.OUT_OF_RANGE, f"expected {name} in [{least}, {most}], got {value:.6g}")
    return value


def _word(members: Members, name: str, *, words: tuple[str, ...], required: bool = False) -> str | None:
    value = document_of.string(members, name, 64)
    if value is None and required:
        raise RecordError(RejectReason.MISSING_FIELD, f"expected {name}, got none")
    if value is not None and value not in words:
        raise RecordError(RejectReason.UNKNOWN_VALUE, f"expected {name} to be one of {', '.join(words)}, got {value!r}")
    return value


def _grade(members: Members, name: str) -> int | None:
    value = document_of.integer(members, name, 4)
    if value == 0:
        raise RecordError(RejectReason.OUT_OF_RANGE, f"expected {name} in [1, 4], got 0")
    return value


def _fault_words(members: Members, name: str) -> list[str] | None:
    words = members.get(name)
    if words is None:
        return None
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        raise RecordError(RejectReason.BAD_TYPE, f"expected a list of strings {name}, got {words!r:.40}")
    if len(words) > MAX_FAULTS:
        raise RecordError(RejectReason.OUT_OF_RANGE, f"expected at most {MAX_FAULTS} {name}, got {len(words)}")
    for word in words:
        document_of.check_string(name, word, 64)
    return words


_PLATE: FieldReader = partial(document_of.string, most=MAX_PLATE)
_INSTANT_MS: FieldReader = partial(document_of.integer, most=MAX_TIME_MS)
_WASH_S: FieldReader = partial(_ranged, least=0.0, most=3600.0)
_MASS_KG: FieldReader = partial(_ranged, least=0.0, most=655_340.0)
_WASH_RESULTS = ("washed", "too_short", "not_washed", "bypass", "unknown")

EVENT_TYPES: dict[str, dict[str, FieldReader]] = {
    "washer_passage": {
        "plate": _PLATE,
        "enter_ms": _INSTANT_MS,
        "leave_ms": _INSTANT_MS,
        "wash_left_s": _WASH_S,
        "wash_right_s": _WASH_S,
        "result": partial(_word, words=_WASH_RESULTS, required=True),
        "clean_grade": _grade,
    },
    "gate_passage": {
        "direction": partial(_word, words=("in", "out"), required=True),
        "plate": _PLATE,
        "gross_kg": _MASS_KG,
        "tare_kg": _MASS_KG,
        "ticket": partial(document_of.string, most=MAX_TICKET),
    },
    "heartbeat": {},
    "fault": {"faults": _fault_words},
}


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
    event_type = _word(members, "type", words=tuple(EVENT_TYPES), required=True)
    readings = {name: reader(members, name) for name, reader in EVENT_TYPES[str(event_type)].items()}
    body = {name: value for name, value in readings.items() if value is not None}
    return DeviceEvent(
        message,
        epoch,
        document_of.required_integer(members, "seq", MAX_COUNTER),
        document_of.required_integer(members, "time_ms", MAX_TIME_MS),
        str(event_type),
        body.pop("plate", None),
        body,
    )
