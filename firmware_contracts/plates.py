"""Licence plates as cameras and people write them, made one: the normal form is compared, the text is kept.

    "苏d·1234 5"   "苏Ｄ12345"   "苏D12345黄牌"   "苏DI2345"      all are 苏D12345

A Chinese plate has no I and no O behind its region's letter: what a camera reads as those is a 1 and a 0.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
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


def similar(plate: str, known: Mapping[str, str], most: int = 5) -> list[str]:
    """Return the names of the known plates that differ from a plate in one character, in their order.

    Args:
        plate: As it was read.
        known: Names by plates in normal form.
        most: At most so many.
    """
    wanted = normal_plate(plate)
    close = (
        name
        for other, name in known.items()
        if len(other) == len(wanted) and sum(a != b for a, b in zip(other, wanted, strict=True)) == 1
    )
    return [name for name, _ in zip(close, range(most), strict=False)]
