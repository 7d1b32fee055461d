"""What is wrong with an item of a register: which row and field, what was expected and what came."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from rules_engine.world_error import WorldError
from supervision.registers.fault_words import code_of, got_in_chinese, in_chinese

GOT_MOST = 200  # characters of what came that are said back
NAMED_MOST = 5  # faults that a sentence names; all of them stand beside it

_PATH = re.compile(r" - at `(\$[^`]*)`")
_REFERENCE = re.compile(r"^a (\w+) that the world has$")


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong.

    Attributes:
        item: Id of the item, None where it has none.
        field: Its member, None where it is about the item as a whole.
        row: Row of a file, the first one after the header being 2; None where there is no file.
    """

    field: str | None
    expected: str
    got: str
    item: str | None = None
    row: int | None = None

    def told(self) -> dict[str, Any]:
        """Return the members for a program, with the fault's code and its words in Chinese."""
        words = {"expected_zh": in_chinese(self.expected), "got_zh": got_in_chinese(self.got)}
        return {"code": code_of(self.expected)} | asdict(self) | words

    def __str__(self) -> str:
        where = [f"row {self.row}" if self.row is not None else "", self.item or "", self.field or ""]
        return f"{', '.join(filter(None, where)) or 'item'}: expected {self.expected}, got {self.got}"


class Refused(Exception):  # noqa: N818 - reads as what it is
    """Items that cannot be taken as they are; nothing of them was."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        more = f"; and {len(faults) - NAMED_MOST} more" if len(faults) > NAMED_MOST else ""
        super().__init__("; ".join(map(str, faults[:NAMED_MOST])) + more)
        self.faults = tuple(faults)


def shown(value: Any) -> str:
    """Return a value as a fault says it."""
    return "nothing" if value is None else repr(value)[:GOT_MOST]


def of_world_error(error: WorldError) -> Fault:
    """Return what the world's own reading of an item found."""
    expected = _PATH.sub("", error.expected)
    return Fault(_field(error.expected), expected, error.got[:GOT_MOST], error.item)


def _field(expected: str) -> str | None:
    path, reference = _PATH.search(expected), _REFERENCE.match(expected)
    if path is not None:
        return path[1].removeprefix("$").removeprefix(".").removeprefix("properties.") or None
    if reference is not None:
        return reference[1]
    return next((field for words, field in _FIELDS.items() if expected.startswith(words)), None)


# Fields of what the world says without a path.
_FIELDS = {"valid_to": "valid_to", "a ring": "geometry", "assignments": "assignments", "one truck": "assignments"}
