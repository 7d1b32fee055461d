"""A terminal's word about itself: `.../up/state/json`, retained, with `offline` as its last will.

    {"v": 1, "state": "boot", "time_ms": 1767225600000, "epoch": 7, "firmware": "2.4.1"}

A last will is written when the terminal connects and spoken by the broker much later; the time in it is not kept.
"""

from __future__ import annotations

from typing import Any

import msgspec

from firmware_contracts import json_document as document_of
from firmware_contracts.errors import MessageError, RecordError, RejectReason
from firmware_contracts.json_document import MAX_COUNTER, MAX_TIME_MS
from firmware_contracts.reading import DeviceState

STATES = ("boot", "online", "offline")
MAX_FIRMWARE = 64


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
        state = document_of.string(document, "state", 64)
        if state not in STATES:
            raise RecordError(RejectReason.UNKNOWN_VALUE, f"expected one of {', '.join(STATES)}, got {state!r}")
        time_ms = document_of.integer(document, "time_ms", MAX_TIME_MS)
        epoch = document_of.integer(document, "epoch", MAX_COUNTER)
        firmware = document_of.string(document, "firmware", MAX_FIRMWARE)
    except RecordError as error:
        raise MessageError(error.reason, error.detail) from None
    return DeviceState(message, state, None if state == "offline" else time_ms, epoch, firmware)
