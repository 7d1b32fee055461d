"""A TOML table that is asked for its keys one by one and then closed: what was not asked for is refused by name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from math import isfinite
from typing import Any


class Table:
    """One table of a mapping file; every error names the key from the top."""

    def __init__(self, values: object, path: str) -> None:
        if not isinstance(values, dict):
            raise ValueError(f"{path}: expected a table, got {values!r:.60}")
        self.path = path
        self._left: dict[str, Any] = dict(values)
        self._asked: list[str] = []

    def _key(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key

    def _wrong(self, key: str, expected: str, got: object) -> ValueError:
        return ValueError(f"{self._key(key)}: expected {expected}, got {got!r:.60}")

    def _take(self, key: str) -> Any:
        self._asked.append(key)
        return self._left.pop(key, None)

    def close(self) -> None:
        """Refuse what nobody asked for."""
        if self._left:
            expected = f"one of {', '.join(self._asked)}"
            raise ValueError(f"{self._key(min(self._left))}: expected {expected}, got an unknown key")

    def text(self, key: str) -> str:
        """Return a text that is not empty."""
        value = self._take(key)
        if not isinstance(value, str) or not 1 <= len(value) <= 64:
            raise self._wrong(key, "1 to 64 characters", value)
        return value

    def word(self, key: str, words: tuple[str, ...], default: str | None = None) -> str:
        """Return one of some words."""
        value = self._take(key)
        value = default if value is None else value
        if value not in words:
            raise self._wrong(key, f"one of {', '.join(words)}", value)
        return str(value)

    def flag(self, key: str, default: bool) -> bool:
        """Return true or false."""
        value = self._take(key)
        value = default if value is None else value
        if not isinstance(value, bool):
            raise self._wrong(key, "true or false", value)
        return value

    def number(self, key: str, default: float) -> float:
        """Return a finite number."""
        value = self._take(key)
        value = default if value is None else value
        if not _is_number(value):
            raise self._wrong(key, "a finite number", value)
        return float(value)

    def integer(self, key: str, most: int) -> int:
        """Return a required whole number in [0, most]."""
        value = self._take(key)
        if not _is_integer(value) or not 0 <= value <= most:
            raise self._wrong(key, f"a whole number in [0, {most}]", value)
        return int(value)

    def integers(self, key: str) -> list[int]:
        """Return a list of whole numbers, empty where it is not given."""
        value = self._take(key)
        value = [] if value is None else value
        if not isinstance(value, list) or not all(_is_integer(one) for one in value):
            raise self._wrong(key, "a list of whole numbers", value)
        return value

    def pair(self, key: str, size: int, most_count: int, required: bool = False) -> tuple[int, int] | None:
        """Return [first, how many], None where it is not given."""
        value = self._take(key)
        if value is None and not required:
            return None
        expected = f"[first, how many], 1 to {most_count} of {size}"
        if not (isinstance(value, list) and len(value) == 2 and all(_is_integer(one) for one in value)):
            raise self._wrong(key, expected, value)
        first, count = value
        if first < 0 or not 1 <= count <= most_count or first + count > size:
            raise self._wrong(key, expected, value)
        return first, count

    def values(self, key: str, words: Mapping[str, int] | None, required: bool) -> dict[int, float | int] | None:
        """Return {raw value: word's number, or number}, None where it is not given."""
        value = self._take(key)
        if value is None and not required:
            return None
        meaning = f"one of {', '.join(words)}" if words else "a number"
        if not isinstance(value, dict) or not value:
            raise self._wrong(key, f"a table of raw value = {meaning}", value)
        meanings: dict[int, float | int] = {}
        for raw, said in value.items():
            if said not in words if words else not _is_number(said):
                raise self._wrong(f"{key}.{raw}", meaning, said)
            meanings[self._whole(key, raw)] = words[said] if words else float(said)
        return meanings

    def numbers_by_id(self, key: str, most: int) -> dict[int, int]:
        """Return {id: whole number}, both in [0, most], empty where it is not given."""
        value = self._take(key)
        value = {} if value is None else value
        if not isinstance(value, dict):
            raise self._wrong(key, "a table of id = whole number", value)
        for one, number in value.items():
            if not _is_integer(number) or not 0 <= number <= most:
                raise self._wrong(f"{key}.{one}", f"a whole number in [0, {most}]", number)
        return {self._whole(key, one): number for one, number in value.items()}

    def _whole(self, key: str, text: str) -> int:
        """Return a key such as 3 or 0xF1 as a number; the keys of TOML are text."""
        try:
            return int(text, 0)
        except ValueError:
            raise self._wrong(key, "whole numbers as keys", text) from None

    def table(self, key: str) -> Table:
        """Return a table within, an empty one where it is not given."""
        value = self._take(key)
        return Table({} if value is None else value, self._key(key))

    def tables(self, key: str, names: Iterable[str]) -> Iterator[tuple[str, Table]]:
        """Yield the tables within a table, each under one of the names."""
        outer = self.table(key)
        for name in names:
            inner = outer._take(name)
            if inner is not None:
                yield name, Table(inner, outer._key(name))
        outer.close()


def _is_integer(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)
