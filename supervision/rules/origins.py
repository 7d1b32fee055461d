"""Who set which limit: what stands in the books of changes, read once from the oldest on. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

# As the rules take them, the widest first; the narrowest that says something holds.
LEVELS = {"city": "city", "sites": "site", "companies": "company"}
Key = tuple[str, str | None, str]


@dataclass(frozen=True, slots=True)
class Origin:
    """One limit that somebody set.

    Attributes:
        level: `city`, `site`, `company` or `permit`.
        id: Of the site, company or permit; None for the city.
        by: Who set it last to this value; None where no change of it is on record.
    """

    name: str
    level: str
    id: str | None
    value: float
    by: str | None
    at: datetime | None
    reason: str | None


def flat(limits: Mapping[str, Any]) -> dict[Key, float]:
    """Return each limit of a document by level, id and name."""
    found: dict[Key, float] = {("city", None, name): value for name, value in (limits.get("city") or {}).items()}
    for scope in ("sites", "companies"):
        for owner, given in (limits.get(scope) or {}).items():
            found |= {(LEVELS[scope], owner, name): value for name, value in given.items()}
    return found


def origins_of(limits: Mapping[str, Any], changes: Iterable[Mapping[str, Any]]) -> list[Origin]:
    """Return who set each limit in force.

    Args:
        limits: The document.
        changes: Of its parts, the oldest first: `scope`, `after`, `who`, `at` and `reason` of each.
    """
    held: dict[Key, tuple[float, Mapping[str, Any]]] = {}
    for change in changes:
        now = flat({change["scope"]: change["after"]})
        level = LEVELS.get(change["scope"])
        for key in [key for key in held if key[0] == level and key not in now]:
            del held[key]
        held |= {key: (value, change) for key, value in now.items() if held.get(key, (None,))[0] != value}
    return [_origin(key, value, held.get(key)) for key, value in flat(limits).items()]


def _origin(key: Key, value: float, found: tuple[float, Mapping[str, Any]] | None) -> Origin:
    level, owner, name = key
    change = found[1] if found is not None and found[0] == value else {}
    return Origin(name, level, owner, value, change.get("who"), change.get("at"), change.get("reason"))
