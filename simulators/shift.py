"""Moves a capture's messages in time, so that a recording of last year is accepted today.

Every time in a message moves by the same whole offset, so order and distances stay. A moved record is another record:
its epoch moves by the offset's seconds too, or the platform would rightly call it a conflict with the first one.
A message that breaks the contract is left as it is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import msgspec

from firmware_contracts import report_bin, report_nmea
from firmware_contracts.columns import FixColumns
from firmware_contracts.decode import decode_block
from firmware_contracts.message_block import MessageBlock
from firmware_contracts.topic_table import TopicTable
from simulators.capture import CaptureMessage

EPOCHS = 2**32  # epochs are 32 bits on the wire; moving wraps around
_TIMES = ("time_ms", "enter_ms", "leave_ms")


class Shift:
    """Moves messages by one offset.

    Attributes:
        offset_ms: How far; 0 leaves every message as it is.
    """

    def __init__(self, offset_ms: int) -> None:
        self.offset_ms = offset_ms
        self._topics = TopicTable()

    def __call__(self, message: CaptureMessage) -> CaptureMessage:
        """Return a message as if it had been sent `offset_ms` later."""
        if self.offset_ms == 0:
            return message
        payload = message.payload
        block = MessageBlock.from_messages([(message.topic, payload, message.received_at_ms)])
        content = decode_block(block, self._topics)
        if not content.rejected:
            topic = content.topics[int(content.sender[0])]
            payload = _SHIFTS[topic.encoding](payload, content.fixes, topic.device, self.offset_ms)
        return CaptureMessage(message.received_at_ms + self.offset_ms, message.topic, payload)


def _shift_json(payload: bytes, fixes: FixColumns, device: str, offset_ms: int) -> bytes:  # noqa: ARG001 - the table's
    document = msgspec.json.decode(payload)
    for record in (document, *document.get("fixes", ()), *document.get("events", ())):
        _move_times(record, offset_ms)
    if document.get("epoch") is not None:
        document["epoch"] = (document["epoch"] + offset_ms // 1000) % EPOCHS
    return msgspec.json.encode(document)


def _move_times(record: dict[str, Any], offset_ms: int) -> None:
    record |= {name: record[name] + offset_ms for name in _TIMES if record.get(name) is not None}


def _shift_bin(payload: bytes, fixes: FixColumns, device: str, offset_ms: int) -> bytes:  # noqa: ARG001 - the table's
    return report_bin.encode(_moved(fixes, offset_ms), device)


def _shift_nmea(payload: bytes, fixes: FixColumns, device: str, offset_ms: int) -> bytes:  # noqa: ARG001 - the table's
    return report_nmea.encode(_moved(fixes, offset_ms))


def _moved(fixes: FixColumns, offset_ms: int) -> FixColumns:
    epoch = (fixes.epoch + offset_ms // 1000) % EPOCHS
    return replace(fixes, fix_time_ms=fixes.fix_time_ms + offset_ms, epoch=epoch)


_SHIFTS: dict[str, Callable[[bytes, FixColumns, str, int], bytes]] = {
    "json": _shift_json,
    "bin": _shift_bin,
    "nmea": _shift_nmea,
}
