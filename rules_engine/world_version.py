"""Names what a world's documents say, so that evidence can tell which world it was judged by."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import orjson

from rules_engine.world_documents import DOCUMENTS

NUMBERS = ("vehicle_no", "terminal_no")


def version_of(documents: Mapping[str, Any]) -> str:
    """Return a name of the documents' content; the order of items and the database's numbers do not change it."""
    content = {name: _canonical(documents.get(name)) for name in DOCUMENTS}
    return hashlib.sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest()[:16]


def _canonical(document: Any) -> Any:
    items = document.get("features", document) if isinstance(document, dict) else document
    if not isinstance(items, list):
        return items or None
    plain = [{k: v for k, v in item.items() if k not in NUMBERS} for item in items]
    return sorted(orjson.dumps(item, option=orjson.OPT_SORT_KEYS).decode() for item in plain) or None
