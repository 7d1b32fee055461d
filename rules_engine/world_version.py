"""Names what a world's documents say, so that evidence can tell which world it was judged by.

The same world has one name from a folder and from the database, which leaves out null members, writes instants in UTC,
gives numbers to trucks and terminals and says what a terminal is by default.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import orjson

from rules_engine.world_documents import DOCUMENTS

NUMBERS = ("vehicle_no", "terminal_no")
# A number from here on is no integer that JSON writes in one spelling.
WHOLE_MOST = 2**63
DEFAULTS: dict[str, dict[str, Any]] = {"terminals": {"kind": "truck", "status": "active", "assignments": []}}


def version_of(documents: Mapping[str, Any]) -> str:
    """Return a name of the documents' content; the order of items and the spelling of a value do not change it."""
    content = {name: _canonical(documents.get(name), DEFAULTS.get(name, {})) for name in DOCUMENTS}
    return hashlib.sha256(_json(content)).hexdigest()[:16]


def _canonical(document: Any, defaults: Mapping[str, Any]) -> Any:
    items = document.get("features", document) if isinstance(document, dict) else document
    if not isinstance(items, list):
        return _plain(items) or None
    return sorted(_json({**defaults, **_plain(item)}).decode() for item in items) or None


def _json(value: Any) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def _plain(value: Any) -> Any:
    """Return a value in its one spelling."""
    if isinstance(value, dict):
        return {
            name: SPELLINGS.get(name, _plain)(member)
            for name, member in value.items()
            if member is not None and name not in NUMBERS
        }
    if isinstance(value, list):
        return [_plain(member) for member in value]
    if isinstance(value, float) and value.is_integer() and abs(value) < WHOLE_MOST:
        return int(value)
    return value


def _instant(value: Any) -> Any:
    """Return an instant in UTC; anything else as it is, as other members may bear the name of one."""
    try:
        instant = datetime.fromisoformat(value)
        return instant.astimezone(UTC).isoformat() if instant.tzinfo else value
    except (TypeError, ValueError, OverflowError):
        return _plain(value)


def _set(value: Any) -> Any:
    """Return a list whose order says nothing in one order."""
    return sorted(_plain(value), key=_json) if isinstance(value, list) else _plain(value)


SPELLINGS: dict[str, Callable[[Any], Any]] = {
    "from": _instant,
    "to": _instant,
    "valid_from": _instant,
    "valid_to": _instant,
    "assignments": _set,
}
