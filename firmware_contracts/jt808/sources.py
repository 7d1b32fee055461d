"""Where a raw value stands, and what is made of it: the parts of a vendor's mapping that run for every location."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple, cast

MAX_NUMBER_BYTES = 8


class Source(NamedTuple):
    """Where a raw value stands.

    Attributes:
        kind: `status`, `alarm`, `item` or `transparent`.
        id: Of the item, or the type of the transparent data.
        bytes: First byte and how many, None for all of them.
        bits: First bit from the lowest and how many, None for all of them.
        endian: `big` or `little`.
        signed: Whether the number is two's complement; with `bits`, of that many bits.
    """

    kind: str
    id: int = 0
    bytes: tuple[int, int] | None = None
    bits: tuple[int, int] | None = None
    endian: str = "big"
    signed: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading of a fix: `values` by raw value, or else `raw * scale + add`; a value in `absent` is none."""

    name: str
    source: Source
    values: Mapping[int, float | int] | None = None
    scale: float = 1.0
    add: float = 0.0
    absent: frozenset[int] = frozenset()

    def value_of(self, raw: int | None) -> float | int | None:
        """Return what a raw value says, None where it is absent."""
        if raw is None or raw in self.absent:
            return None
        return raw * self.scale + self.add if self.values is None else self.values.get(raw)


class Bit(NamedTuple):
    """What raises a bit of `Fault` or `Alarm`: the raw values of `when`, or every one but 0."""

    flag: int
    source: Source
    when: frozenset[int] | None = None

    def raised(self, raw: int | None) -> int:
        """Return the bit, or 0."""
        if raw is None:
            return 0
        return self.flag if (raw != 0 if self.when is None else raw in self.when) else 0


class Carrier(NamedTuple):
    """What raw values are taken from: a location's words and items, or transparent data of one type."""

    words: Mapping[str, int]
    data: Mapping[tuple[str, int], bytes]

    def raw(self, source: Source) -> int | None:
        """Return the raw value, None where this carrier does not hold it."""
        word = self.words.get(source.kind)
        if word is None:
            data = self.data.get((source.kind, source.id))
            word = None if data is None else _number(data, source)
        if word is None or source.bits is None:
            return word
        first, count = source.bits
        value = word >> first & ((1 << count) - 1)
        return value - (1 << count) if source.signed and value >> count - 1 else value


def _number(data: bytes, source: Source) -> int | None:
    """Return the number in an item's bytes, None where the item is shorter, or longer than any number."""
    if source.bytes is not None:
        first, count = source.bytes
        data = data[first : first + count] if first + count <= len(data) else b""
    if not 1 <= len(data) <= MAX_NUMBER_BYTES:
        return None
    signed = source.signed and source.bits is None
    return int.from_bytes(data, cast(Literal["big", "little"], source.endian), signed=signed)
