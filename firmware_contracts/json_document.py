"""JSON payloads read slowly and exactly: what msgspec will not say about a broken message is found out here.

The standard library's reader is used because it lets a repeated member, a NaN and the place of each array item be seen,
so that one bad record can be named, cut out and kept while its neighbours pass.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass
from math import isfinite, nan
from typing import Any

from firmware_contracts.errors import MessageError, RecordError, RejectReason

VERSION = 1
MAX_COUNTER = 2**32 - 1  # epoch and seq are 32-bit counters in the terminal's flash
MAX_TIME_MS = 2**53  # the largest integer that every JSON reader keeps exact
MAX_STRING = 1000  # of a member that nobody reads; the longest that the contract knows is a reply's result
MAX_DEPTH = 16  # the contract needs 4; the rest is room for additions, far from the reader's recursion limit

# The closing quote may be missing: a search that fails at every quote of an open string takes a minute for 64 kB.
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"?', re.DOTALL)
_BRACKET = re.compile(r"[\[\]{}]")
_SPACE = re.compile(r"[ \t\n\r]*")


class Members(dict[str, Any]):
    """A JSON object; a member given twice keeps the last value and is named in `repeated`."""

    __slots__ = ("repeated",)

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        self.repeated = _repeated(pairs) if len(self) < len(pairs) else None


def _repeated(pairs: list[tuple[str, Any]]) -> str:
    """Return the first name that is given again; there is one."""
    counts = Counter(name for name, _ in pairs)
    return next(name for name, count in counts.items() if count > 1)


@dataclass(frozen=True, slots=True)
class NotFinite:
    """Stands for a NaN or Infinity token, which JSON forbids and terminals print."""

    token: str


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a list of records: its value and the bytes it was written as."""

    value: Any
    source: bytes


_DECODER = json.JSONDecoder(object_pairs_hook=Members, parse_constant=NotFinite)


def read_document(payload: bytes) -> tuple[Members, str]:
    """Return a payload's top object, its version checked, and its text.

    Raises:
        MessageError: It is no JSON object of version 1.
    """
    text = _text(payload)
    if _depth(text) > MAX_DEPTH:
        raise MessageError(RejectReason.BAD_JSON, f"expected at most {MAX_DEPTH} levels of nesting, got more")
    try:
        document = _DECODER.decode(text)
    except ValueError as error:  # also for integers of more digits than the interpreter takes
        raise MessageError(RejectReason.BAD_JSON, str(error)) from None
    if not isinstance(document, Members):
        raise MessageError(RejectReason.BAD_JSON, f"expected an object, got {type(document).__name__}")
    if document.repeated is not None:
        raise MessageError(RejectReason.DUPLICATE_FIELD, f"expected {document.repeated} once, got it again")
    version = document.get("v")
    if type(version) is not int or version != VERSION:
        raise MessageError(RejectReason.BAD_VERSION, f"expected v {VERSION}, got {version!r:.40}")
    return document, text


def read_items(document: Members, text: str, name: str) -> list[Item]:
    """Return the items of a top-level list.

    Raises:
        MessageError: There is no such list.
    """
    if not isinstance(document.get(name), list):
        reason = RejectReason.BAD_TYPE if document.get(name) is not None else RejectReason.MISSING_FIELD
        raise MessageError(reason, f"expected a list {name}")
    items: list[Item] = []
    at = _skip(text, _start_of(text, name) + 1)
    while text[at] != "]":
        value, stop = _DECODER.raw_decode(text, at)
        items.append(Item(value, text[at:stop].encode()))
        at = _skip(text, stop)
        at = _skip(text, at + 1) if text[at] == "," else at
    return items


def _text(payload: bytes) -> str:
    if b"\0" in payload:
        raise MessageError(RejectReason.NUL_BYTE, f"expected no NUL byte, got one at {payload.index(0)}")
    try:
        return payload.decode()
    except UnicodeDecodeError as error:
        raise MessageError(RejectReason.BAD_UTF8, f"{error.reason} at byte {error.start}") from None


def _depth(text: str) -> int:
    deepest = depth = 0
    for bracket in _BRACKET.findall(_STRING.sub("", text)):
        depth += 1 if bracket in "[{" else -1
        deepest = max(deepest, depth)
    return deepest


def _skip(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return match.end() if match else at


def _start_of(text: str, name: str) -> int:
    """Return where the value of a top-level member begins; the text is known to be valid and to hold it once."""
    at = _skip(text, _skip(text, 0) + 1)
    while True:
        key, at = _DECODER.raw_decode(text, at)
        at = _skip(text, _skip(text, at) + 1)
        if key == name:
            return at
        _, at = _DECODER.raw_decode(text, at)
        at = _skip(text, _skip(text, at) + 1)


def record_of(value: Any) -> Members:
    """Return a record's object.

    Raises:
        RecordError: It is no object, or names a member twice.
    """
    if not isinstance(value, Members):
        raise RecordError(RejectReason.BAD_TYPE, f"expected an object, got {value!r:.40}")
    if value.repeated is not None:
        raise RecordError(RejectReason.DUPLICATE_FIELD, f"expected {value.repeated} once, got it again")
    return value


def integer(members: Members, name: str, most: int) -> int | None:
    """Return an integer member in [0, most], None where it is absent or null.

    Raises:
        RecordError: It is out of range or something else; `true` and 1.0 are no integers.
    """
    value = members.get(name)
    if value is None:
        return None
    if type(value) is int:
        if not 0 <= value <= most:
            raise RecordError(RejectReason.OUT_OF_RANGE, f"expected {name} in [0, {most}], got {value!r:.40}")
        return value
    if isinstance(value, NotFinite):
        raise RecordError(RejectReason.NOT_FINITE, f"expected an integer {name}, got {value.token}")
    raise RecordError(RejectReason.BAD_TYPE, f"expected an integer {name}, got {value!r:.40}")


def required_integer(members: Members, name: str, most: int) -> int:
    """Return an integer member that must be there, in [0, most].

    Raises:
        RecordError: It is absent, null, no integer or out of range.
    """
    value = integer(members, name, most)
    if value is None:
        raise RecordError(RejectReason.MISSING_FIELD, f"expected an integer {name}, got none")
    return value


def number(members: Members, name: str) -> float:
    """Return a number member, NaN where it is absent or null.

    Raises:
        RecordError: It is something else, or not finite.
    """
    value = members.get(name)
    if value is None:
        return nan
    if isinstance(value, NotFinite):
        raise RecordError(RejectReason.NOT_FINITE, f"expected a number {name}, got {value.token}")
    if type(value) not in {int, float}:
        raise RecordError(RejectReason.BAD_TYPE, f"expected a number {name}, got {value!r:.40}")
    try:
        as_float = float(value)
    except OverflowError:
        as_float = float("inf")
    if not isfinite(as_float):
        raise RecordError(RejectReason.NOT_FINITE, f"expected a finite {name}, got a number beyond the double's range")
    return as_float


def boolean(members: Members, name: str) -> bool | None:
    """Return a boolean member, None where it is absent or null.

    Raises:
        RecordError: It is something else.
    """
    value = members.get(name)
    if value is None or isinstance(value, bool):
        return value
    raise RecordError(RejectReason.BAD_TYPE, f"expected true or false for {name}, got {value!r:.40}")


def string(members: Members, name: str, most: int) -> str | None:
    """Return a string member of at most `most` characters that a database takes, None where absent or null.

    Raises:
        RecordError: It is something else, too long, or holds NUL or half a surrogate pair.
    """
    value = members.get(name)
    if value is None:
        return None
    if not isinstance(value, str):
        raise RecordError(RejectReason.BAD_TYPE, f"expected a string {name}, got {value!r:.40}")
    check_string(name, value, most)
    return value


def check_string(name: str, value: str, most: int) -> None:
    """Check that a database takes a string.

    Raises:
        RecordError: It is too long, or holds NUL or half a surrogate pair.
    """
    if len(value) > most:
        raise RecordError(RejectReason.OUT_OF_RANGE, f"expected at most {most} characters in {name}, got {len(value)}")
    if "\0" in value:
        raise RecordError(RejectReason.NUL_BYTE, f"expected no NUL in {name}, got one")
    if any("\ud800" <= character <= "\udfff" for character in value):
        raise RecordError(RejectReason.BAD_UTF8, f"expected whole characters in {name}, got half a surrogate pair")


def plain(value: Any) -> Any:
    """Return a value that nobody has read, made of plain dicts and lists that a database takes.

    Raises:
        RecordError: It holds a repeated member, a number that is not finite or too large to stay exact, or a string
            that a database does not take.
    """
    if isinstance(value, Members) and value.repeated is not None:
        raise RecordError(RejectReason.DUPLICATE_FIELD, f"expected {value.repeated} once, got it again")
    if isinstance(value, dict):
        for name in value:
            check_string("a name", name, MAX_STRING)
        return {name: plain(one) for name, one in value.items()}
    if isinstance(value, list):
        return [plain(one) for one in value]
    if isinstance(value, str):
        check_string("a member", value, MAX_STRING)
    elif isinstance(value, NotFinite) or (isinstance(value, float) and not isfinite(value)):
        raise RecordError(RejectReason.NOT_FINITE, f"expected finite numbers, got {value!r:.40}")
    elif isinstance(value, int) and abs(value) > MAX_TIME_MS:
        raise RecordError(RejectReason.OUT_OF_RANGE, f"expected integers up to {MAX_TIME_MS}, got {value!r:.40}")
    return value


def check_device(document: Members, device: str) -> None:
    """Check that a payload that names a device names the one that its topic names.

    Raises:
        MessageError: It names another, or something that is no name.
    """
    named = document.get("device")
    if named is not None and named != device:
        raise MessageError(RejectReason.DEVICE_MISMATCH, f"expected device {device}, got {named!r:.80}")


def read_epoch(document: Members) -> int:
    """Return a message's epoch.

    Raises:
        MessageError: It has none, or one that is no 32-bit counter.
    """
    try:
        return required_integer(document, "epoch", MAX_COUNTER)
    except RecordError as error:
        raise MessageError(error.reason, error.detail) from None


def identity_of(value: Any) -> int | None:
    """Return a record's seq where it can be read beyond doubt: a terminal forgets what it is told is kept."""
    seq = value.get("seq") if isinstance(value, Members) and value.repeated is None else None
    return seq if type(seq) is int and 0 <= seq <= MAX_COUNTER else None
