"""Frames in a byte stream and back: 0x7e at both ends, 0x7e and 0x7d escaped within, an XOR checksum before the end.

    7e  header  body  checksum  7e      on the wire 7e stands as 7d 02 and 7d as 7d 01 in between

0x7e never stands inside a frame, so the stream is cut at every 0x7e and each piece between two of them is a frame or is
told as a bad one. That finds the next sound frame after any garbage, whether two frames share one 0x7e or have their
own. What is too short for any frame is only counted. An escape that is none (7d and another byte) is left as it is:
checksum and length judge the frame.
"""

from __future__ import annotations

from typing import NamedTuple

from firmware_contracts.errors import ContractError, MessageError, RejectReason
from firmware_contracts.jt808.header import (
    MAX_BODY_BYTES,
    MIN_HEADER_BYTES,
    Header,
    Package,
    Version,
    pack_header,
    parse_header,
)

EDGE = b"\x7e"
MAX_HEADER_BYTES = 21  # the 2019 header in packages
MAX_ESCAPED_BYTES = 2 * (MAX_HEADER_BYTES + MAX_BODY_BYTES + 1)  # every byte escaped, the checksum's too: 2,090
MIN_FRAME_BYTES = MIN_HEADER_BYTES + 1
MAX_PACKAGES = 0xFFFF


class Frame(NamedTuple):
    """One sound frame: checksum and length are right; the body is not escaped any more."""

    header: Header
    body: bytes


class BadFrame(NamedTuple):
    """Bytes between two 0x7e that are no frame; the header is given where it could be read."""

    error: ContractError
    raw: bytes
    header: Header | None


class Framer:
    """Cuts one connection's bytes into frames.

    Attributes:
        skipped_bytes: Bytes before the first 0x7e, and of pieces that are shorter or longer than any frame.
    """

    def __init__(self) -> None:
        self.skipped_bytes = 0
        self._piece = bytearray()
        self._is_skipping = True  # until the first 0x7e, and after a piece grew too long

    @property
    def pending_bytes(self) -> int:
        """Return how many bytes of a frame wait for the rest, its first 0x7e included; never above 2,091."""
        return len(self._piece) + 1 if self._piece else 0

    def feed(self, data: bytes) -> list[Frame | BadFrame]:
        """Return what ends within these bytes; linear in their number, whatever they are."""
        found: list[Frame | BadFrame] = []
        *ended, rest = data.split(EDGE)
        for piece in ended:
            self._grow(piece, found)
            if len(self._piece) >= MIN_FRAME_BYTES:
                found.append(read_frame(bytes(self._piece)))
            else:
                self.skipped_bytes += len(self._piece)
            self._piece.clear()
            self._is_skipping = False
        self._grow(rest, found)
        return found

    def _grow(self, piece: bytes, found: list[Frame | BadFrame]) -> None:
        """Add to the piece under way; one that grew past every legal frame is told once and then skipped."""
        if self._is_skipping:
            self.skipped_bytes += len(piece)
            return
        self._piece += piece
        if len(self._piece) > MAX_ESCAPED_BYTES:
            detail = f"expected 7e after at most {MAX_ESCAPED_BYTES} bytes, got none"
            found.append(BadFrame(MessageError(RejectReason.TOO_LARGE, detail), bytes(self._piece[:64]), None))
            self.skipped_bytes += len(self._piece)
            self._piece.clear()
            self._is_skipping = True


def read_frame(escaped: bytes) -> Frame | BadFrame:
    """Return the frame that stands between two 0x7e."""
    plain = escaped.replace(b"\x7d\x02", EDGE).replace(b"\x7d\x01", b"\x7d") if b"\x7d" in escaped else escaped
    content = plain[:-1]
    header: Header | None = None
    try:
        if xor_of(plain):  # first, since nothing of a damaged frame can be trusted
            expected, got = xor_of(content), plain[-1]
            raise MessageError(RejectReason.BAD_CHECKSUM, f"expected checksum {expected:02x}, got {got:02x}")
        header, body_at, body_bytes = parse_header(content)
        if len(content) - body_at != body_bytes:
            detail = f"expected a body of {body_bytes} bytes, got {len(content) - body_at}"
            raise MessageError(RejectReason.BAD_SIZE, detail)
    except MessageError as error:
        return BadFrame(error.with_traceback(None), escaped, header)  # a traceback would hold all it saw
    return Frame(header, content[body_at:])


def xor_of(data: bytes) -> int:
    """Return all bytes XORed; halves are folded onto each other as one big number, which is one step per doubling."""
    size = 1 << max(len(data) - 1, 0).bit_length()
    value, bits = int.from_bytes(data, "big"), size * 8
    while bits > 8:
        bits >>= 1
        value = (value >> bits) ^ (value & ((1 << bits) - 1))
    return value


def write_frame(header: Header, body: bytes) -> bytes:
    """Return one whole frame, escaped, with both 0x7e.

    Raises:
        ValueError: The body is too long, or the header does not fit.
    """
    content = pack_header(header, len(body)) + body
    plain = content + bytes([xor_of(content)])
    return EDGE + plain.replace(b"\x7d", b"\x7d\x01").replace(EDGE, b"\x7d\x02") + EDGE


def to_frames(message_id: int, body: bytes, phone: str, serial: int, version: Version = Version.V2013) -> list[bytes]:
    """Return the frames of one message: one, or packages with serials that follow each other.

    Raises:
        ValueError: The body needs more than 65,535 packages, or a field does not fit.
    """
    header = Header(message_id, phone, serial, version)
    if len(body) <= MAX_BODY_BYTES:
        return [write_frame(header, body)]
    parts = [body[at : at + MAX_BODY_BYTES] for at in range(0, len(body), MAX_BODY_BYTES)]
    if len(parts) > MAX_PACKAGES:
        raise ValueError(f"expected at most {MAX_PACKAGES} packages, got {len(parts)}")
    return [
        write_frame(header._replace(serial=(serial + at) & 0xFFFF, package=Package(len(parts), at + 1)), part)
        for at, part in enumerate(parts)
    ]
