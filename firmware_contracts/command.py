"""Commands to a terminal: `.../down/command`, answered on `.../up/reply/json` (see `reply`).

    {"v": 1, "id": "c-81", "expires_ms": 1767229200000, "kind": "text", "text": "前方200米禁行", "speak": true}
    {"v": 1, "id": "c-82", "expires_ms": 1767229200000, "kind": "lock", "target": "lift", "locked": true}
    {"v": 1, "id": "c-83", "expires_ms": 1767229200000, "kind": "speed_limit", "limit_mps": 8.33}
    {"v": 1, "id": "c-84", "expires_ms": 1767229200000, "kind": "locate"}

The platform sends a command again until it is answered or has expired. A terminal answers each delivery, carries each
`id` out at most once, and refuses what has expired by its own clock. A new kind is a new row of `COMMANDS`; a terminal
that does not know it answers `refused`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import isfinite
from typing import Any

import msgspec

from firmware_contracts import json_document as document_of
from firmware_contracts.errors import MessageError, RecordError
from firmware_contracts.json_document import MAX_TIME_MS
from firmware_contracts.json_fields import Field, Flag, Integer, Number, Text, Word, read_members

MAX_ID = 64
MAX_TEXT = 200

HEAD: dict[str, Field] = {
    "id": Text(
        least=1,
        most=MAX_ID,
        required=True,
        en="Names the command; repeated deliveries carry the same.",
        zh="指令编号，重发时不变。",
    ),
    "expires_ms": Integer(
        most=MAX_TIME_MS,
        required=True,
        unit="ms since 1970-01-01 UTC",
        en="Not to be carried out after this.",
        zh="过期时刻，过后不得执行。",
    ),
}
KIND = Text(
    least=1,
    most=MAX_ID,
    required=True,
    en="What is to be done: a key of the table of commands; an unknown one is refused.",
    zh="指令类型；未知类型应答 refused。",
)
COMMANDS: dict[str, dict[str, Field]] = {
    "text": {
        "text": Text(least=1, most=MAX_TEXT, required=True, en="Text to the driver.", zh="发给驾驶员的文本。"),
        "speak": Flag(en="Read it aloud as well.", zh="同时语音播报。"),
    },
    "lock": {
        "target": Word(words=("lift", "engine"), required=True, en="What is locked.", zh="锁定对象：举升或发动机。"),
        "locked": Flag(required=True, en="Lock, or let go.", zh="锁定或解锁。"),
    },
    "speed_limit": {
        "limit_mps": Number(
            least=0.0,
            most=60.0,
            unit="m/s",
            en="Highest speed; absent lifts the limit.",
            zh="最高车速；缺省表示取消限速。",
        ),
    },
    "locate": {},
}


@dataclass(frozen=True, slots=True)
class Command:
    """One command.

    Attributes:
        id: Names it.
        expires_ms: Not to be carried out after this, milliseconds since 1970-01-01 UTC.
        kind: A key of `COMMANDS`; a terminal may meet one of a later version.
        body: The members of its kind.
    """

    id: str
    expires_ms: int
    kind: str
    body: Mapping[str, Any] = field(default_factory=dict)


def encode(command: Command) -> bytes:
    """Return the payload of one command.

    Raises:
        ValueError: Its kind is unknown, or a member is missing or does not fit.
    """
    if command.kind not in COMMANDS:
        raise ValueError(f"expected a command of {', '.join(COMMANDS)}, got {command.kind!r}")
    known = COMMANDS[command.kind]
    if strange := set(command.body) - set(known):
        raise ValueError(f"{command.kind}: expected {', '.join(known) or 'nothing'}, got {', '.join(sorted(strange))}")
    head = {"v": document_of.VERSION, "id": command.id, "expires_ms": command.expires_ms, "kind": command.kind}
    payload = encode_exactly(head | dict(command.body))
    decode(payload)  # what a terminal would refuse is never sent
    return payload


def encode_exactly(members: Mapping[str, Any]) -> bytes:
    """Return JSON of a payload's members.

    Raises:
        ValueError: A number is not finite: JSON would say null, and an absent limit lifts the limit.
    """
    _check_finite(members)
    return msgspec.json.encode(members)


def _check_finite(value: Any) -> None:
    if isinstance(value, float) and not isfinite(value):
        raise ValueError(f"expected finite numbers, got {value}")
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list | tuple):
        for one in value:
            _check_finite(one)


def decode(payload: bytes) -> Command:
    """Return a command, as a terminal reads it; one of an unknown kind comes without a body.

    Raises:
        ContractError: It is none.
    """
    document, _ = document_of.read_document(payload)
    try:
        head = read_members(document, HEAD | {"kind": KIND})
        body = read_members(document, COMMANDS.get(head["kind"], {}))
    except RecordError as error:
        raise MessageError(error.reason, error.detail) from None
    return Command(head["id"], head["expires_ms"], head["kind"], body)
