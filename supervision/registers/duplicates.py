"""Items that are probably the same: trucks of one plate, companies of one name."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from firmware_contracts.plates import normal_plate

_NOT_OF_A_NAME = re.compile(r"[\s()（）·.,，。、\-]+")


def normal_name(text: str) -> str:
    """Return a company's name without what people write in two ways: width, case, spaces, brackets."""
    return _NOT_OF_A_NAME.sub("", unicodedata.normalize("NFKC", text).casefold())


# Document: the member that tells them apart, and its normal form.
SAMENESS: Mapping[str, tuple[str, Callable[[str], str]]] = {
    "vehicles": ("plate", normal_plate),
    "companies": ("name", normal_name),
}


def groups(document: str, named: Iterable[tuple[str, str | None]]) -> list[dict[str, Any]]:
    """Return the groups of ids that bear the same name, the name in its normal form.

    Args:
        document: A key of `SAMENESS`.
        named: Id and name of each item.
    """
    member, normal = SAMENESS[document]
    found: defaultdict[str, list[str]] = defaultdict(list)
    for item_id, name in named:
        if name and normal(name):
            found[normal(name)].append(item_id)
    return [
        {"kind": document, "member": member, "name": name, "ids": sorted(ids)}
        for name, ids in sorted(found.items())
        if len(ids) > 1
    ]
