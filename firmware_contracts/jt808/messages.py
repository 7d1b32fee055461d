"""Bodies to records and back: one table of messages, both directions. A new message is a row of `UP` or `DOWN`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from firmware_contracts.errors import MessageError, RejectReason
from firmware_contracts.jt808.down_messages import (
    ALARM_CONFIRMED,
    DONE,
    DOWN,
    FAILED,
    UNSUPPORTED,
    WRONG,
    AlarmConfirm,
    LocateQuery,
    PlatformAnswer,
    QueryAttributes,
    QueryParameters,
    QuerySomeParameters,
    RegistrationAnswer,
    ResendPackages,
    SetParameters,
    TerminalControl,
    Text,
    TimeAnswer,
    TrackLocation,
    TransparentDown,
    VehicleControl,
)
from firmware_contracts.jt808.framing import to_frames
from firmware_contracts.jt808.header import Header, Version
from firmware_contracts.jt808.up_messages import (
    BLIND_ZONE,
    NORMAL,
    UP,
    Attributes,
    Authentication,
    ControlAnswer,
    GeneralAnswer,
    Heartbeat,
    LocationAnswer,
    LocationBatch,
    LocationReport,
    Logout,
    MediaEvent,
    MediaUpload,
    ParameterAnswer,
    Registration,
    ResendRequest,
    TimeQuery,
    Transparent,
)

MESSAGES = {**UP, **DOWN}
_IDS = {kind.record: message_id for message_id, kind in MESSAGES.items()}


@dataclass(frozen=True, slots=True)
class Unknown:
    """A message that no row names, with its body."""

    message_id: int
    body: bytes


Message = Any  # a record of MESSAGES, or Unknown


def parse(header: Header, body: bytes) -> Message:
    """Return the record of a whole message.

    Raises:
        ContractError: A part of a message, an encrypted one, or a body that is none of its id.
    """
    if header.package is not None:
        detail = f"expected a whole message, got package {header.package.number} of {header.package.total}"
        raise MessageError(RejectReason.BAD_SIZE, detail)
    if header.encryption:
        detail = f"expected a body that is not encrypted, got encryption {header.encryption}"
        raise MessageError(RejectReason.UNKNOWN_VALUE, detail)
    kind = MESSAGES.get(header.message_id)
    return Unknown(header.message_id, body) if kind is None else kind.read(body, header.version)


def message_id_of(message: Message) -> int:
    """Return the id that a record is sent with."""
    return message.message_id if isinstance(message, Unknown) else _IDS[type(message)]


def pack(message: Message, version: Version) -> bytes:
    """Return the body of a record.

    Raises:
        ValueError: A value does not fit.
    """
    return message.body if isinstance(message, Unknown) else MESSAGES[message_id_of(message)].write(message, version)


def encode(message: Message, phone: str, serial: int, version: Version = Version.V2013) -> list[bytes]:
    """Return the frames of a record, several where it is long.

    Raises:
        ValueError: A value does not fit.
    """
    return to_frames(message_id_of(message), pack(message, version), phone, serial, version)


__all__ = [
    "ALARM_CONFIRMED",
    "BLIND_ZONE",
    "DONE",
    "FAILED",
    "MESSAGES",
    "NORMAL",
    "UNSUPPORTED",
    "WRONG",
    "AlarmConfirm",
    "Attributes",
    "Authentication",
    "ControlAnswer",
    "GeneralAnswer",
    "Heartbeat",
    "LocateQuery",
    "LocationAnswer",
    "LocationBatch",
    "LocationReport",
    "Logout",
    "MediaEvent",
    "MediaUpload",
    "Message",
    "ParameterAnswer",
    "PlatformAnswer",
    "QueryAttributes",
    "QueryParameters",
    "QuerySomeParameters",
    "Registration",
    "RegistrationAnswer",
    "ResendPackages",
    "ResendRequest",
    "SetParameters",
    "TerminalControl",
    "Text",
    "TimeAnswer",
    "TimeQuery",
    "TrackLocation",
    "Transparent",
    "TransparentDown",
    "Unknown",
    "VehicleControl",
    "encode",
    "message_id_of",
    "pack",
    "parse",
]
