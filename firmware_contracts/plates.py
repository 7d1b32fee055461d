"""Licence plates as cameras and people write them, made one: the normal form is compared, the text is kept.

    "苏d·1234 5"   "苏Ｄ12345"   "苏D12345黄牌"   "苏DI2345"      all are 苏D12345

A Chinese plate has no I and no O behind its region's letter: what a camera reads as those is a 1 and a 0.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Self

_SEPARATORS = re.compile(r"[\s·•・.．\-－—_]+")
_COLOUR = re.compile(r"^[黄蓝绿白黑](?:牌|色)?(?=[一-鿿][A-Z])|(?:\(?[黄蓝绿白黑][牌色]?\)?)+$")
_LOOKS_LIKE = str.maketrans("IO", "10")
_CHINESE = re.compile(r"[一-鿿][A-Z]")


def normal_plate(text: str) -> str:
    """Return a plate's normal form; a text that is no plate comes back cleaned of case, width and separators."""
    plate = unicodedata.normalize("NFKC", _SEPARATORS.sub("", unicodedata.normalize("NFKC", text).upper()))
    plate = _COLOUR.sub("", plate)
    return plate[:2] + plate[2:].translate(_LOOKS_LIKE) if _CHINESE.match(plate) else plate


def normal_tag(text: str) -> str:
    """Return a tag's normal form: readers differ in case and in separators between bytes."""
    return _SEPARATORS.sub("", text).replace(":", "").upper()


@dataclass(frozen=True, slots=True)
class PlateIndex:
    """Which truck a plate or a tag names.

    Attributes:
        by_plate: Rows by plates in normal form; one that two trucks bear is not there.
        by_tag: Likewise by tags.
    """

    by_plate: Mapping[str, int]
    by_tag: Mapping[str, int]

    @classmethod
    def of(cls, plates: Iterable[str | None], tags: Iterable[str | None] = ()) -> Self:
        """Return the index of trucks by what is registered of each, None where nothing is."""
        return cls(
            unambiguous(None if plate is None else normal_plate(plate) for plate in plates),
            unambiguous(None if tag is None else normal_tag(tag) for tag in tags),
        )

    def row(self, plate: str | None, tag: str | None) -> int:
        """Return the row of the truck that was read, -1 for none: also where plate and tag name different ones."""
        by_plate = -1 if plate is None else self.by_plate.get(normal_plate(plate), -1)
        by_tag = -1 if tag is None else self.by_tag.get(normal_tag(tag), -1)
        if -1 not in {by_plate, by_tag} and by_plate != by_tag:
            return -1
        return max(by_plate, by_tag)


def unambiguous(names: Iterable[str | None]) -> dict[str, int]:
    """Return the index of each normal form that exactly one of some names has, None being no name."""
    rows: defaultdict[str, list[int]] = defaultdict(list)
    for row, name in enumerate(names):
        if name:
            rows[name].append(row)
    return {name: found[0] for name, found in rows.items() if len(found) == 1}


class SimilarPlates:
    """Finds the plates that differ from one in a single character, by what is left of each without one of its own.

    Whoever compared a page of plates with those of a city one by one would be busy for ten seconds.
    """

    def __init__(self, known: Mapping[str, str]) -> None:
        """Learn plates.

        Args:
            known: Names by plates as they are registered.
        """
        self._known = [(normal_plate(plate), name) for plate, name in known.items()]
        self._rest: defaultdict[tuple[int, str], list[int]] = defaultdict(list)
        for row, (plate, _) in enumerate(self._known):
            for rest in _rests(plate):
                self._rest[rest].append(row)

    def of(self, plate: str, most: int = 5) -> list[str]:
        """Return at most so many names, in the order of the known plates."""
        wanted = normal_plate(plate)
        close = {row for rest in _rests(wanted) for row in self._rest.get(rest, ())}
        return [self._known[row][1] for row in sorted(close) if self._known[row][0] != wanted][:most]


def _rests(plate: str) -> Iterator[tuple[int, str]]:
    return ((at, plate[:at] + plate[at + 1 :]) for at in range(len(plate)))
