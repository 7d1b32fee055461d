"""Members of JSON payloads as a table: one row says how a member is read, described and published.

A payload's members are a `dict[str, Field]`. From the same rows come the reader, the JSON Schema, the AsyncAPI document
and the field tables of the human pages, so that none of them can say something else.

Members that no row names are ignored: an addition of a later version never makes an older reader refuse.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import isnan
from typing import Any

from firmware_contracts import json_document as document_of
from firmware_contracts.errors import RecordError, RejectReason
from firmware_contracts.json_document import Members

MAX_WORD = 64


@dataclass(frozen=True, kw_only=True, slots=True)
class Field(ABC):
    """One member.

    Attributes:
        en: What it means, in English.
        zh: The same in Chinese.
        unit: Its unit, empty for none.
        required: A record without it is rejected.
    """

    en: str = ""
    zh: str = ""
    unit: str = ""
    required: bool = False

    def read(self, members: Members, name: str) -> Any:
        """Return the member's value, None where it is absent or null.

        Raises:
            RecordError: It is missing though required, of another type, or out of range.
        """
        value = self._value(members, name)
        if value is None and self.required:
            raise RecordError(RejectReason.MISSING_FIELD, f"expected {name}, got none")
        return value

    @abstractmethod
    def _value(self, members: Members, name: str) -> Any:
        """Return the value where it is given, None otherwise."""

    @abstractmethod
    def schema(self) -> dict[str, Any]:
        """Return the JSON Schema of the value."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Number(Field):
    """A finite number in [least, most]."""

    least: float
    most: float

    def _value(self, members: Members, name: str) -> float | None:
        value = document_of.number(members, name)
        if isnan(value):
            return None
        if not self.least <= value <= self.most:
            detail = f"expected {name} in [{self.least}, {self.most}], got {value:.6g}"
            raise RecordError(RejectReason.OUT_OF_RANGE, detail)
        return value

    def schema(self) -> dict[str, Any]:
        """Return a number with its limits."""
        return {"type": "number", "minimum": self.least, "maximum": self.most}


@dataclass(frozen=True, kw_only=True, slots=True)
class Integer(Field):
    """A whole number in [least, most]; `true` and 1.0 are none."""

    least: int = 0
    most: int

    def _value(self, members: Members, name: str) -> int | None:
        value = document_of.integer(members, name, self.most)
        if value is not None and value < self.least:
            raise RecordError(RejectReason.OUT_OF_RANGE, f"expected {name} in [{self.least}, {self.most}], got {value}")
        return value

    def schema(self) -> dict[str, Any]:
        """Return an integer with its limits."""
        return {"type": "integer", "minimum": self.least, "maximum": self.most}


@dataclass(frozen=True, kw_only=True, slots=True)
class Flag(Field):
    """True or false."""

    def _value(self, members: Members, name: str) -> bool | None:
        return document_of.boolean(members, name)

    def schema(self) -> dict[str, Any]:
        """Return a boolean."""
        return {"type": "boolean"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Text(Field):
    """A string of `least` to `most` characters."""

    most: int
    least: int = 0

    def _value(self, members: Members, name: str) -> str | None:
        value = document_of.string(members, name, self.most)
        if value is not None and len(value) < self.least:
            detail = f"expected at least {self.least} characters in {name}, got {len(value)}"
            raise RecordError(RejectReason.OUT_OF_RANGE, detail)
        return value

    def schema(self) -> dict[str, Any]:
        """Return a string with its shortest and longest length."""
        return {"type": "string", **({"minLength": self.least} if self.least else {}), "maxLength": self.most}


@dataclass(frozen=True, kw_only=True, slots=True)
class Word(Field):
    """One word of a closed list: a new word is a new version, or a new member."""

    words: tuple[str, ...]

    def _value(self, members: Members, name: str) -> str | None:
        value = document_of.string(members, name, MAX_WORD)
        if value is not None and value not in self.words:
            detail = f"expected {name} to be one of {', '.join(self.words)}, got {value!r}"
            raise RecordError(RejectReason.UNKNOWN_VALUE, detail)
        return value

    def schema(self) -> dict[str, Any]:
        """Return the closed list."""
        return {"type": "string", "enum": list(self.words)}


@dataclass(frozen=True, kw_only=True, slots=True)
class Words(Field):
    """A list of at most `most` words; any word is taken, `known` ones mean what the contract says."""

    most: int
    known: tuple[str, ...] = ()

    def _value(self, members: Members, name: str) -> list[str] | None:
        words = members.get(name)
        if words is None:
            return None
        if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
            raise RecordError(RejectReason.BAD_TYPE, f"expected a list of strings {name}, got {words!r:.40}")
        if len(words) > self.most:
            raise RecordError(RejectReason.OUT_OF_RANGE, f"expected at most {self.most} {name}, got {len(words)}")
        for word in words:
            document_of.check_string(name, word, MAX_WORD)
        return words

    def schema(self) -> dict[str, Any]:
        """Return a list of strings, the known ones as examples."""
        items: dict[str, Any] = {"type": "string", "maxLength": MAX_WORD}
        return {"type": "array", "maxItems": self.most, "items": items | {"examples": list(self.known)}}


@dataclass(frozen=True, kw_only=True, slots=True)
class Group(Field):
    """An object with members of its own."""

    members: Mapping[str, Field] = field(default_factory=dict)

    def _value(self, members: Members, name: str) -> dict[str, Any] | None:
        value = members.get(name)
        if value is None:
            return None
        if not isinstance(value, Members):
            raise RecordError(RejectReason.BAD_TYPE, f"expected an object {name}, got {value!r:.40}")
        return read_members(document_of.record_of(value), self.members)

    def schema(self) -> dict[str, Any]:
        """Return an object."""
        return object_schema(self.members)


@dataclass(frozen=True, kw_only=True, slots=True)
class Groups(Field):
    """A list of at most `most` objects with the same members."""

    most: int
    members: Mapping[str, Field] = field(default_factory=dict)

    def _value(self, members: Members, name: str) -> list[dict[str, Any]] | None:
        values = members.get(name)
        if values is None:
            return None
        if not isinstance(values, list):
            raise RecordError(RejectReason.BAD_TYPE, f"expected a list {name}, got {values!r:.40}")
        if len(values) > self.most:
            raise RecordError(RejectReason.OUT_OF_RANGE, f"expected at most {self.most} {name}, got {len(values)}")
        return [read_members(document_of.record_of(value), self.members) for value in values]

    def schema(self) -> dict[str, Any]:
        """Return a list of objects."""
        return {"type": "array", "maxItems": self.most, "items": object_schema(self.members)}


@dataclass(frozen=True, kw_only=True, slots=True)
class Positions(Field):
    """A list of [lon_deg, lat_deg] pairs, WGS 84, as in GeoJSON."""

    least: int
    most: int

    def _value(self, members: Members, name: str) -> list[list[float]] | None:
        values = members.get(name)
        if values is None:
            return None
        if not isinstance(values, list) or not all(isinstance(pair, list) and len(pair) == 2 for pair in values):
            raise RecordError(
                RejectReason.BAD_TYPE, f"expected a list of [lon_deg, lat_deg] {name}, got {values!r:.40}"
            )
        if not self.least <= len(values) <= self.most:
            detail = f"expected {self.least} to {self.most} positions in {name}, got {len(values)}"
            raise RecordError(RejectReason.OUT_OF_RANGE, detail)
        return [_position(pair, name) for pair in values]

    def schema(self) -> dict[str, Any]:
        """Return a list of pairs of numbers."""
        lon, lat = ({"type": "number", "minimum": -most, "maximum": most} for most in (180.0, 90.0))
        pair = {"type": "array", "prefixItems": [lon, lat], "items": False, "minItems": 2}
        return {"type": "array", "minItems": self.least, "maxItems": self.most, "items": pair}


def _position(pair: list[Any], name: str) -> list[float]:
    named = Members([("lon_deg", pair[0]), ("lat_deg", pair[1])])
    lon, lat = document_of.number(named, "lon_deg"), document_of.number(named, "lat_deg")
    if not (abs(lon) <= 180.0 and abs(lat) <= 90.0):  # NaN, an absent one, fails as well
        raise RecordError(RejectReason.OUT_OF_RANGE, f"expected [lon_deg, lat_deg] in {name}, got {pair!r:.40}")
    return [lon, lat]


def read_members(members: Members, fields: Mapping[str, Field]) -> dict[str, Any]:
    """Return the members that are given, read by their rows.

    Raises:
        RecordError: One is missing though required, of another type, or out of range.
    """
    values = {name: one.read(members, name) for name, one in fields.items()}
    return {name: value for name, value in values.items() if value is not None}


def object_schema(fields: Mapping[str, Field]) -> dict[str, Any]:
    """Return the JSON Schema of an object with these members; others are allowed, null counts as absent."""
    properties = {name: member_schema(one) for name, one in fields.items()}
    required = [name for name, one in fields.items() if one.required]
    return {"type": "object", "properties": properties} | ({"required": required} if required else {})


def member_schema(one: Field) -> dict[str, Any]:
    """Return a member's JSON Schema with what it means, in Chinese under `x-zh`."""
    unit = f"[{one.unit}]" if one.unit else ""
    said = {"description": " ".join(filter(None, (one.en, unit))), "x-zh": " ".join(filter(None, (one.zh, unit)))}
    schema = one.schema()
    if not one.required:
        schema = {"anyOf": [schema, {"type": "null"}]}
    return {name: text for name, text in said.items() if text} | schema
