"""Where a reader of the feed stands: a number for each type of document, written as one opaque word. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

_PART = re.compile(r"([a-z_]{1,20})\.([0-9]{1,18})")
_VERSION = "1"


class BadFeedCursor(ValueError):  # noqa: N818 - reads as what it is
    """A cursor was not given out by the feed."""


def write_cursor(positions: Mapping[str, int]) -> str:
    """Return the cursor of how far each type was read."""
    return "~".join([_VERSION, *(f"{name}.{number}" for name, number in sorted(positions.items()))])


def read_cursor(cursor: str | None, types: Sequence[str]) -> dict[str, int]:
    """Return how far each type was read, 0 where the cursor does not name it: a type that was added later.

    Raises:
        BadFeedCursor: Not one of ours.
    """
    positions = dict.fromkeys(types, 0)
    if cursor is None:
        return positions
    version, *parts = cursor.split("~")
    matches = [_PART.fullmatch(part) for part in parts]
    if version != _VERSION or not all(matches) or len(parts) > 50:
        raise BadFeedCursor(f"expected a cursor given out by the feed, got {cursor[:80]!r}")
    found = {match[1]: int(match[2]) for match in matches if match}
    return positions | {name: number for name, number in found.items() if name in positions}
