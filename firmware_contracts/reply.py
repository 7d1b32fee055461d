"""A terminal's answer to a command or to its settings: `.../up/reply/json`.

    {"v": 1, "id": "c-81", "status": "accepted", "result": "displayed"}

`delivered` says that it came and is under way; `accepted` that it was carried out; `refused` that it will not be, with
the reason in `result`. A reply without a status is an acceptance, as the first terminals gave. The platform sends again
until it hears one of the last two: a repeated delivery is answered again with the same words, not carried out again.
"""

from __future__ import annotations

from typing import Any

import msgspec

from firmware_contracts import json_document as document_of
from firmware_contracts.errors import MessageError, RecordError, RejectReason
from firmware_contracts.json_fields import Field, Text, Word, read_members
from firmware_contracts.reading import Reply

STATUSES = ("delivered", "accepted", "refused")
MAX_ID = 64
MAX_RESULT = 1000

REPLY: dict[str, Field] = {
    "id": Text(
        least=1,
        most=MAX_ID,
        required=True,
        en="The command or settings answered.",
        zh="所应答的指令或参数编号。",
    ),
    "status": Word(words=STATUSES, en="What became of it; absent means accepted.", zh="处理结果；缺省为已接受。"),
    "result": Text(most=MAX_RESULT, en="In words; required without a status.", zh="文字说明；无 status 时必填。"),
}


def encode(command_id: str, result: str | None = None, status: str | None = None) -> bytes:
    """Return the payload of one reply; at least one of result and status is given.

    Raises:
        ValueError: The platform would refuse it.
    """
    members: dict[str, Any] = {"v": document_of.VERSION, "id": command_id}
    given = {"status": status, "result": result}
    payload = msgspec.json.encode(members | {name: value for name, value in given.items() if value is not None})
    read(payload, "", 0)
    return payload


def read(payload: bytes, device: str, message: int) -> Reply:
    """Return the reply that one message gives.

    Raises:
        MessageError: It gives none.
    """
    document, _ = document_of.read_document(payload)
    document_of.check_device(document, device)
    try:
        values = read_members(document, REPLY)
    except RecordError as error:
        raise MessageError(error.reason, error.detail) from None
    if "status" not in values and "result" not in values:
        raise MessageError(RejectReason.MISSING_FIELD, "expected a status or a result, got neither")
    return Reply(message, values["id"], values.get("result", ""), values.get("status", "accepted"))
