"""A terminal's answer to a command: `.../up/reply/json`.

{"v": 1, "id": "c-81", "result": "done"}
"""

from __future__ import annotations

import msgspec

from firmware_contracts import json_document as document_of
from firmware_contracts.errors import MessageError, RecordError, RejectReason
from firmware_contracts.json_document import Members
from firmware_contracts.reading import Reply

MAX_ID = 64
MAX_RESULT = 1000


def encode(command_id: str, result: str) -> bytes:
    """Return the payload of one reply."""
    return msgspec.json.encode({"v": document_of.VERSION, "id": command_id, "result": result})


def read(payload: bytes, device: str, message: int) -> Reply:
    """Return the reply that one message gives.

    Raises:
        MessageError: It gives none.
    """
    document, _ = document_of.read_document(payload)
    document_of.check_device(document, device)
    try:
        return Reply(message, _required(document, "id", MAX_ID), _required(document, "result", MAX_RESULT))
    except RecordError as error:
        raise MessageError(error.reason, error.detail) from None


def _required(document: Members, name: str, most: int) -> str:
    value = document_of.string(document, name, most)
    if value is None:
        raise RecordError(RejectReason.MISSING_FIELD, f"expected {name}, got none")
    return value
