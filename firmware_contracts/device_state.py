"""A terminal's word about itself: `.../up/state/json`, retained, with `offline` as its last will.

    {"v": 1, "state": "boot", "time_ms": 1767225600000, "epoch": 7, "firmware": "2.4.1"}

A last will is written when the terminal connects and spoken by the broker much later; the time in it is not kept.
"""

from __future__ import annotations

from typing import Any

import msgspec

from firmware_contracts import json_document as document_of
from firmware_contracts.errors import MessageError, RecordError
from firmware_contracts.json_document import MAX_COUNTER, MAX_TIME_MS
from firmware_contracts.json_fields import Field, Integer, Text, Word, read_members
from firmware_contracts.reading import DeviceState

STATES = ("boot", "online", "offline")
MAX_FIRMWARE = 64

STATE: dict[str, Field] = {
    "state": Word(
        words=STATES,
        required=True,
        en="boot after power-up, online after a connection was made, offline as the last will.",
        zh="boot 上电后，online 连接建立后，offline 作为遗嘱。",
    ),
    "time_ms": Integer(
        most=MAX_TIME_MS,
        unit="ms since 1970-01-01 UTC",
        en="The terminal's clock; left out until it is known to be right, and in a last will.",
        zh="终端时钟；时钟未校准前及遗嘱中不给出。",
    ),
    "epoch": Integer(most=MAX_COUNTER, en="The epoch that new records bear.", zh="新记录所用的计数纪元。"),
    "firmware": Text(most=MAX_FIRMWARE, en="Version of its program.", zh="固件版本。"),
}


def encode(state: str, time_ms: int | None = None, epoch: int | None = None, firmware: str | None = None) -> bytes:
    """Return the payload of one state message."""
    members: dict[str, Any] = {"v": document_of.VERSION, "state": state}
    given = {"time_ms": time_ms, "epoch": epoch, "firmware": firmware}
    return msgspec.json.encode(members | {name: value for name, value in given.items() if value is not None})


def read(payload: bytes, device: str, message: int) -> DeviceState:
    """Return the state that one message tells; its time is still to be checked.

    Raises:
        MessageError: It tells none.
    """
    document, _ = document_of.read_document(payload)
    document_of.check_device(document, device)
    try:
        given = read_members(document, STATE)
    except RecordError as error:
        raise MessageError(error.reason, error.detail) from None
    time_ms = None if given["state"] == "offline" else given.get("time_ms")
    return DeviceState(message, given["state"], time_ms, given.get("epoch"), given.get("firmware"))
