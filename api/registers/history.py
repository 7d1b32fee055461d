"""Pages of changes, as the history of one item and that of all registers answer them."""

from __future__ import annotations

from functools import partial
from typing import Any, Literal

from fastapi import Request, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from api.answers import json_answer
from api.pages import next_link
from api.services import Services
from storage.queries.registers import read_register_history

_EXAMPLE: JsonDict = {
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


class RegisterChange(BaseModel):
    """One change of one item, as its document held it before and after."""

    model_config = ConfigDict(json_schema_extra={"example": _EXAMPLE})

    history_no: int
    at: AwareDatetime
    who: str
    user_no: int | None
    source: str = Field(description="Where it came from: the console, an import, a world folder, ...")
    kind: str = Field(description="Document that holds the item.")
    id: str
    action: Literal["created", "changed", "retired"]
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    reason: str | None


class RegisterChangePage(BaseModel):
    """Changes of registers, the newest first."""

    changes: list[RegisterChange]
    next: str | None


async def history_answer(request: Request, services: Services, limit: int, **which: Any) -> Response:
    """Return a page of changes."""
    rows = await services.database.read(partial(read_register_history, limit=limit, **which))
    return json_answer({"changes": rows, "next": next_link(request, rows, limit, lambda row: (row["history_no"],))})
