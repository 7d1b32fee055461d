"""The header of every JT/T 808 message: who speaks, which message, which part of it.

    0  message id    u16
    2  attributes    u16  bits 0-9 body bytes, 10-12 encryption, 13 in packages, 14 version byte follows (2019)
    4  revision      u8   2019 only; 1 in the first edition
    -  phone         BCD  6 bytes, 10 in 2019
    -  serial        u16  counts messages of this sender
    -  packages      u16  total and u16 number from 1, with attribute bit 13

A phone number is kept without leading zeros, so that one terminal has one number in 12 and in 20 digits.
"""

from __future__ import annotations

from enum import IntEnum
from struct import Struct
from typing import NamedTuple

from firmware_contracts.errors import MessageError, RejectReason

MAX_BODY_BYTES = 1023  # ten bits of length
MIN_HEADER_BYTES = 12
IN_PACKAGES = 1 << 13
HAS_REVISION = 1 << 14
_START = Struct(">HH")
_U16 = Struct(">H")
_PACKAGE = Struct(">HH")


class Version(IntEnum):
    """Edition of the standard; only 2019 can be told from 2013 by the header."""

    V2011 = 2011
    V2013 = 2013
    V2019 = 2019


class Package(NamedTuple):
    """Which part of a message that was too long for one frame; `number` counts from 1."""

    total: int
    number: int


class Header(NamedTuple):
    """One header.

    Attributes:
        message_id: What the body is.
        phone: The terminal's number, digits without leading zeros.
        serial: Counter of the sender, answered by the receiver.
        version: V2019 where the header says so, else V2013, which also stands for V2011.
        package: Part of a longer message, None for a whole one.
        encryption: 0 for none, 1 for RSA, others reserved.
        revision: Of the 2019 edition.
    """

    message_id: int
    phone: str
    serial: int
    version: Version = Version.V2013
    package: Package | None = None
    encryption: int = 0
    revision: int = 1


def normal_phone(text: str) -> str:
    """Return a phone number as headers give it.

    Raises:
        ValueError: It is none: 1 to 20 digits.
    """
    if not (text.isascii() and text.isdigit() and len(text) <= 20):
        raise ValueError(f"expected a phone number of 1 to 20 digits, got {text!r}")
    return text.lstrip("0") or "0"


def parse_header(frame: bytes) -> tuple[Header, int, int]:
    """Return the header, where the body starts, and how many bytes it says the body has.

    Raises:
        MessageError: Too short, a phone that is no BCD, or a package outside its message.
    """
    if len(frame) < MIN_HEADER_BYTES:
        raise MessageError(RejectReason.BAD_SIZE, f"expected a header of {MIN_HEADER_BYTES} bytes, got {len(frame)}")
    message_id, attributes = _START.unpack_from(frame)
    revision, phone_at, phone_to = (frame[4], 5, 15) if attributes & HAS_REVISION else (1, 4, 10)
    body_at = phone_to + 2 + (4 if attributes & IN_PACKAGES else 0)
    if len(frame) < body_at:
        raise MessageError(RejectReason.BAD_SIZE, f"expected a header of {body_at} bytes, got {len(frame)}")
    digits = frame[phone_at:phone_to].hex()
    if not digits.isdigit():
        raise MessageError(RejectReason.BAD_TYPE, f"expected a phone number in BCD digits, got {digits}")
    header = Header(
        message_id,
        digits.lstrip("0") or "0",
        _U16.unpack_from(frame, phone_to)[0],
        Version.V2019 if attributes & HAS_REVISION else Version.V2013,
        _package(frame, phone_to + 2) if attributes & IN_PACKAGES else None,
        attributes >> 10 & 7,
        revision,
    )
    return header, body_at, attributes & MAX_BODY_BYTES


def _package(frame: bytes, at: int) -> Package:
    package = Package(*_PACKAGE.unpack_from(frame, at))
    if not 1 <= package.number <= package.total:
        detail = f"expected a package between 1 and {package.total}, got {package.number}"
        raise MessageError(RejectReason.OUT_OF_RANGE, detail)
    return package


def pack_header(header: Header, body_bytes: int) -> bytes:
    """Return the header of a body.

    Raises:
        ValueError: The body is too long, or a field does not fit.
    """
    if not 0 <= body_bytes <= MAX_BODY_BYTES:
        raise ValueError(f"expected a body of at most {MAX_BODY_BYTES} bytes, got {body_bytes}")
    for name, value, most in (
        ("message_id", header.message_id, 0xFFFF),
        ("serial", header.serial, 0xFFFF),
        ("encryption", header.encryption, 7),
        ("revision", header.revision, 0xFF),
    ):
        if not 0 <= value <= most:
            raise ValueError(f"expected {name} in [0, {most}], got {value}")
    is_2019 = header.version is Version.V2019
    attributes = body_bytes | header.encryption << 10
    attributes |= (IN_PACKAGES if header.package else 0) | (HAS_REVISION if is_2019 else 0)
    return b"".join(
        [
            _START.pack(header.message_id, attributes),
            bytes([header.revision]) if is_2019 else b"",
            _phone_bytes(header.phone, 10 if is_2019 else 6),
            _U16.pack(header.serial),
            _PACKAGE.pack(*header.package) if header.package else b"",
        ]
    )


def _phone_bytes(phone: str, size: int) -> bytes:
    digits = normal_phone(phone)
    if len(digits) > 2 * size:
        raise ValueError(f"expected a phone number of at most {2 * size} digits, got {phone!r}")
    return bytes.fromhex(digits.zfill(2 * size))
