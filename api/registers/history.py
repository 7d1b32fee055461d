"""Pages of changes, as the history of one item and that of all registers answer them."""

from __future__ import annotations

from functools import partial
from typing import Any

from fastapi import Request, Response

from api.answers import json_answer
from api.pages import next_link
from api.services import Services
from storage.queries.registers import read_register_history

_EXAMPLE = {
    "history_no": 812,
    "at": "2026-05-01T12:00:00Z",
    "who": "wang",
    "user_no": 3,
    "source": "console",
    "kind": "zones",
    "id": "Z1",
    "action": "changed",
    "before": {"type": "Feature", "properties": {"zone_id": "Z1"}, "geometry": None},
    "after": {"type": "Feature", "properties": {"zone_id": "Z1", "rule": "speed"}, "geometry": None},
    "reason": "临时管制",
}
HISTORY_SCHEMA: dict[str, Any] = {
    "type": "object",
    "title": "Changes of registers, newest first",
    "properties": {"changes": {"type": "array", "items": {"type": "object", "example": _EXAMPLE}}, "next": {}},
    "required": ["changes", "next"],
}


async def history_answer(request: Request, services: Services, limit: int, **which: Any) -> Response:
    """Return a page of changes."""
    rows = await services.database.read(partial(read_register_history, limit=limit, **which))
    return json_answer({"changes": rows, "next": next_link(request, rows, limit, lambda row: (row["history_no"],))})
