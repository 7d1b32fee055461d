"""`/v1/imports/{register}`: files of registers taken in, all of a file or nothing, with a fault for each bad row."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from api.answers import json_answer
from api.crs import Crs, CrsQuery
from api.errors import (
    ChangedMeanwhileError,
    NotPermittedError,
    RegisterItemNotFoundError,
    RegisterRefusedError,
    problem_responses,
)
from api.parameters import Name
from api.registers.editing import Change, change_items, in_wgs84, refused_error
from api.registers.schemas import answers, body
from api.registers.writing import ReasonQuery
from api.services import ServicesDependency
from api.viewer import Permission, Registrar
from supervision.registers.faults import Refused
from supervision.registers.files import Row, columns, read_file, write_csv
from supervision.registers.plan import Planned
from supervision.registers.table import REGISTERS, Register

router = APIRouter(tags=["registers"])

TOLD_MOST = 200  # changes that an answer shows; the numbers count all
MEDIA_TYPES = ("text/csv", "application/json", "application/geo+json")
RegisterPath = Annotated[Name, Path(description="A register, by its address.", examples=["vehicle-register"])]


class ImportedItem(BaseModel):
    """One item that an import creates or changes."""

    id: str
    action: Literal["created", "changed"]
    before: dict[str, Any] | None
    after: dict[str, Any]


class Imported(BaseModel):
    """What an import did, or would do."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "dry_run": True,
                "rows": 2,
                "created": 1,
                "changed": 0,
                "unchanged": 1,
                "changes": [
                    {"id": "C2", "action": "created", "before": None, "after": {"company_id": "C2", "name": "二"}}
                ],
            }
        }
    )

    dry_run: bool
    rows: int
    created: int
    changed: int
    unchanged: int
    changes: list[ImportedItem] = Field(description=f"The first {TOLD_MOST} of them.")


def known_register(name: str) -> Register:
    """Return a register that takes files.

    Raises:
        RegisterItemNotFoundError: There is none of this name.
    """
    register = REGISTERS.get(name)
    if register is None or not register.may_write:
        expected = ", ".join(each.name for each in REGISTERS.values() if each.may_write)
        raise RegisterItemNotFoundError(f"expected one of {expected}, got {name!r}", id=name)
    return register


@router.post(
    "/v1/imports/{register_name}",
    summary="Take in a file of a register",
    response_model=Imported,
    responses=problem_responses(
        RegisterItemNotFoundError, RegisterRefusedError, ChangedMeanwhileError, NotPermittedError
    ),
    openapi_extra=body({"type": "string", "format": "binary"}, MEDIA_TYPES),
)
async def take_in(
    request: Request,
    services: ServicesDependency,
    viewer: Registrar,
    register_name: RegisterPath,
    *,
    dry_run: Annotated[bool, Query(description="Only tell what would change.")] = False,
    crs: CrsQuery = "wgs84",
    reason: ReasonQuery = None,
) -> Response:
    """Create and change items as a CSV (UTF-8 or GBK), JSON or GeoJSON file says, all of them or none.

    A column or member that the file does not have leaves what is there; an empty one takes it away. An item that names
    its `version` is changed only if it is still that one. Nothing is retired.
    """
    register = known_register(register_name)
    if not viewer.may(Permission(register.permission)):
        raise NotPermittedError(f"expected a role that may {register.permission}, got {viewer.role}", role=viewer.role)
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    content = await request.body()
    try:
        rows = await asyncio.to_thread(_rows, register, content, media_type, crs)
    except Refused as refused:
        raise refused_error(refused) from refused
    versions = {str(row.item.get(register.id_name)): row.version for row in rows if row.version is not None}
    change = Change(viewer, register, "import", False, versions, reason=reason, dry_run=dry_run)
    plans = await change_items(services, rows, change)
    return json_answer(_told(plans, dry_run=dry_run))


def _rows(register: Register, content: bytes, media_type: str, crs: Crs) -> list[Row]:
    looks_like_json = content[:100].lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in {b"[", b"{"}
    kind = media_type if media_type in MEDIA_TYPES else ("application/json" if looks_like_json else "text/csv")
    return [replace(row, item=in_wgs84(row.item, crs)) for row in read_file(register, content, kind)]


def _told(plans: list[Planned], *, dry_run: bool) -> dict[str, Any]:
    changed = [plan for plan in plans if plan.action != "unchanged"]
    counts = {action: sum(plan.action == action for plan in plans) for action in ("created", "changed", "unchanged")}
    changes = [
        {"id": plan.item_id, "action": plan.action, "before": plan.before, "after": plan.after}
        for plan in changed[:TOLD_MOST]
    ]
    return {"dry_run": dry_run, "rows": len(plans), **counts, "changes": changes}


@router.get(
    "/v1/imports/{register_name}/template.csv",
    response_class=Response,
    summary="An empty file to fill in",
    responses=answers({"type": "string"}, media_type="text/csv") | problem_responses(RegisterItemNotFoundError),
)
async def template(_viewer: Registrar, register_name: RegisterPath) -> Response:
    """Return the titles of a register's columns with one line of examples."""
    register = known_register(register_name)
    line = {field.name: field.example for field in columns(register)}
    headers = {"content-disposition": f'attachment; filename="{register.name}-template.csv"'}
    return Response(write_csv(register, [line]), media_type="text/csv; charset=utf-8", headers=headers)
