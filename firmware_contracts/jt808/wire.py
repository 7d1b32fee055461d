"""How values stand in a body: one object per kind, which reads and writes it.

A message is a table `{field name: kind}` in the order of its bytes (`Layout`). Strings are GBK, numbers big-endian.
Fixed strings are padded with zero bytes behind; terminals that pad with spaces are read too.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from firmware_contracts.errors import MessageError, RejectReason

HEX_DIGITS = frozenset("0123456789abcdef")


class Cursor:
    """Bytes and how far they are read."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def take(self, size: int, name: str) -> bytes:
        """Return the next bytes.

        Raises:
            MessageError: There are fewer.
        """
        taken = self.data[self.at : self.at + size]
        if len(taken) < size:
            detail = f"expected {size} bytes of {name} at byte {self.at}, got {len(taken)}"
            raise MessageError(RejectReason.BAD_SIZE, detail)
        self.at += size
        return taken

    def rest(self) -> bytes:
        """Return all that is left."""
        taken = self.data[self.at :]
        self.at = len(self.data)
        return taken


class Kind(ABC):
    """How one value is read and written."""

    @abstractmethod
    def read(self, cursor: Cursor, name: str) -> Any:
        """Return the value; raises a ContractError where the bytes are none."""

    @abstractmethod
    def write(self, value: Any, name: str) -> bytes:
        """Return the bytes; raises ValueError where the value does not fit."""


Layout = Mapping[str, Kind]


def read_layout(layout: Layout, body: bytes) -> dict[str, Any]:
    """Return the fields of a body; bytes behind the last are ignored, since editions only add at the end.

    Raises:
        ContractError: The body is too short, or a field is none.
    """
    cursor = Cursor(body)
    return {name: kind.read(cursor, name) for name, kind in layout.items()}


def write_layout(layout: Layout, record: object) -> bytes:
    """Return the body of a record that has the layout's fields as attributes.

    Raises:
        ValueError: A value does not fit.
    """
    return b"".join([kind.write(getattr(record, name), name) for name, kind in layout.items()])


@dataclass(frozen=True, slots=True)
class Unsigned(Kind):
    """A whole number of `size` bytes."""

    size: int

    def read(self, cursor: Cursor, name: str) -> int:
        """Return it."""
        return int.from_bytes(cursor.take(self.size, name), "big")

    def write(self, value: int, name: str) -> bytes:
        """Return its bytes."""
        if not 0 <= value < 1 << 8 * self.size:
            raise ValueError(f"expected {name} in [0, {(1 << 8 * self.size) - 1}], got {value}")
        return value.to_bytes(self.size, "big")


U8, U16, U32 = Unsigned(1), Unsigned(2), Unsigned(4)


@dataclass(frozen=True, slots=True)
class String(Kind):
    """GBK text of exactly `size` bytes."""

    size: int

    def read(self, cursor: Cursor, name: str) -> str:
        """Return it without its padding."""
        return gbk_text(cursor.take(self.size, name), name)

    def write(self, value: str, name: str) -> bytes:
        """Return it padded."""
        data = gbk_bytes(value, name)
        if len(data) > self.size:
            raise ValueError(f"expected {name} of at most {self.size} bytes, got {len(data)}")
        return data.ljust(self.size, b"\0")


class RestString(Kind):
    """GBK text up to the end of the body."""

    def read(self, cursor: Cursor, name: str) -> str:
        """Return it without its padding."""
        return gbk_text(cursor.rest(), name)

    def write(self, value: str, name: str) -> bytes:
        """Return its bytes."""
        return gbk_bytes(value, name)


class CountedString(Kind):
    """GBK text behind one byte with its length."""

    def read(self, cursor: Cursor, name: str) -> str:
        """Return it without its padding."""
        return gbk_text(cursor.take(U8.read(cursor, name), name), name)

    def write(self, value: str, name: str) -> bytes:
        """Return its length and bytes."""
        data = gbk_bytes(value, name)
        return U8.write(len(data), f"the length of {name}") + data


class RestBytes(Kind):
    """Bytes up to the end of the body."""

    def read(self, cursor: Cursor, name: str) -> bytes:  # noqa: ARG002  # every kind is called alike
        """Return them."""
        return cursor.rest()

    def write(self, value: bytes, name: str) -> bytes:  # noqa: ARG002
        """Return them."""
        return value


@dataclass(frozen=True, slots=True)
class Counted(Kind):
    """A tuple of values behind their number; what follows the body's end is told, never invented."""

    count: Unsigned
    item: Kind

    def read(self, cursor: Cursor, name: str) -> tuple[Any, ...]:
        """Return them."""
        return tuple([self.item.read(cursor, name) for _ in range(self.count.read(cursor, name))])

    def write(self, value: tuple[Any, ...], name: str) -> bytes:
        """Return their number and bytes."""
        return self.count.write(len(value), f"the number of {name}") + b"".join(
            [self.item.write(one, name) for one in value]
        )


@dataclass(frozen=True, slots=True)
class Tagged(Kind):
    """A pair (id, bytes): an id, a length, and that many bytes."""

    id: Unsigned
    length: Unsigned = U8

    def read(self, cursor: Cursor, name: str) -> tuple[int, bytes]:
        """Return the pair."""
        tag = self.id.read(cursor, name)
        return tag, cursor.take(self.length.read(cursor, name), f"{name} {tag:#x}")

    def write(self, value: tuple[int, bytes], name: str) -> bytes:
        """Return its bytes."""
        tag, data = value
        return self.id.write(tag, name) + self.length.write(len(data), f"the length of {name} {tag:#x}") + data


@dataclass(frozen=True, slots=True)
class Digits(Kind):
    """`size` bytes of digits, two in each, kept as text; an ICCID may end in an f."""

    size: int

    def read(self, cursor: Cursor, name: str) -> str:
        """Return the digits."""
        return cursor.take(self.size, name).hex()

    def write(self, value: str, name: str) -> bytes:
        """Return them with zeros in front."""
        if len(value) > 2 * self.size or not set(value) <= HEX_DIGITS:
            raise ValueError(f"expected {name} of at most {2 * self.size} digits, got {value!r}")
        return bytes.fromhex(value.zfill(2 * self.size))


@dataclass(frozen=True, slots=True)
class Sequence(Kind):
    """Several values side by side, as a tuple."""

    kinds: tuple[Kind, ...]

    def read(self, cursor: Cursor, name: str) -> tuple[Any, ...]:
        """Return them."""
        return tuple([kind.read(cursor, name) for kind in self.kinds])

    def write(self, value: tuple[Any, ...], name: str) -> bytes:
        """Return their bytes."""
        return b"".join([kind.write(one, name) for kind, one in zip(self.kinds, value, strict=True)])


def gbk_text(data: bytes, name: str) -> str:
    """Return GBK bytes as text, without padding and without what stands behind a zero byte.

    Raises:
        MessageError: They are none.
    """
    shown = data.strip(b"\0 ").partition(b"\0")[0]
    try:
        return shown.decode("gb18030")  # GBK and what later editions added to it
    except UnicodeDecodeError:
        raise MessageError(RejectReason.BAD_TYPE, f"expected {name} in GBK, got {data[:32].hex()}") from None


def gbk_bytes(text: str, name: str) -> bytes:
    """Return text as GBK bytes.

    Raises:
        ValueError: It has characters that no terminal can show.
    """
    try:
        return text.encode("gbk")
    except UnicodeEncodeError:
        raise ValueError(f"expected {name} in characters of GBK, got {text!r}") from None
