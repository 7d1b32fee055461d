"""`/v1/permits`: permits with their life (申报, 核准, 注销), what trips used up of them, and what is printed of one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response
from psycopg import Connection
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from api.answers import json_answer
from api.crs import Crs
from api.errors import (
    BadCursorError,
    BadTimeError,
    ChangedMeanwhileError,
    PageTooLargeError,
    PermitStepError,
    RegisterItemNotFoundError,
    RegisterRefusedError,
    problem_responses,
)
from api.pages import decode_cursor, name_part, next_link
from api.parameters import CursorQuery, LimitQuery, Name
from api.registers.editing import REASON_MOST, Change, not_found, refused_error
from api.registers.filters import filtered
from api.registers.reading import ItemIdPath, add_files, item_response, items_of, one_of
from api.registers.schemas import answers, item_schema, page_schema, printed_schema
from api.registers.writing import add_writing
from api.services import Services, ServicesDependency
from api.times import parse_time
from api.viewer import Looker, PermitOfficer, Viewer
from storage.audit_log import Entry, append
from storage.permit_applications import decides
from storage.queries.permit_applications import read_of_permit
from storage.queries.registers import Wanted
from storage.registers.authorship import Author, editing
from storage.registers.edits import absent, read_current
from storage.registers.permits import note_step, read_steps, read_use, set_status
from supervision.registers.faults import Fault, Refused
from supervision.registers.fields import IDS_MOST
from supervision.registers.permit_life import COMMENTED, STEPS, allowed_steps, quota
from supervision.registers.table import REGISTERS

router = APIRouter(tags=["registers"])
PERMITS = REGISTERS["permits"]
_FILTERS = filtered(PERMITS)


class PermitStep(BaseModel):
    """What somebody does with a permit."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"step": "approve", "expected_version": 812, "comment": "同意"}}
    )

    step: Literal["apply", "approve", "reject", "suspend", "resume", "cancel"]
    expected_version: int = Field(ge=0, le=2**62, description="Version of the permit that was read.")
    comment: Annotated[str, StringConstraints(min_length=1, max_length=REASON_MOST, pattern=r"^[^\x00]+$")] | None = (
        None
    )


async def with_use(services: Services, permits: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return permits with what is used up of them."""
    limited = [
        permit["permit_id"] for permit in permits if any(permit.get(f"quota_{unit}") for unit in ("trips", "t", "m3"))
    ]
    used = await services.database.read(partial(read_use, ids=limited)) if limited else {}
    return [
        permit
        | {
            "in_force": permit["status"] == "approved",
            "quota": quota(permit, used.get(permit["permit_id"], {})),
            "allowed_steps": allowed_steps(permit["status"]),
        }
        for permit in permits
    ]


async def whole_permit(services: Services, viewer: Viewer, permit_id: str) -> dict[str, Any]:
    """Return one permit with its use, its steps, and the applications that it came from and was changed by.

    Raises:
        RegisterItemNotFoundError: There is none, or the viewer does not see it.
    """
    permit = await one_of(services, viewer, PERMITS, permit_id, "wgs84")
    (permit,) = await with_use(services, [permit])
    steps = await services.database.read(partial(read_steps, permit_id=permit_id))
    query = partial(read_of_permit, viewer=viewer.user_no, permit_id=permit_id)
    return permit | {"steps": steps, "applications": await services.database.read(query)}


@router.get(
    "/v1/permits",
    summary="Permits (准运证)",
    responses=answers(page_schema(PERMITS)) | problem_responses(BadCursorError, PageTooLargeError, BadTimeError),
)
async def permits(
    request: Request,
    services: ServicesDependency,
    viewer: Looker,
    *,
    valid_at: Annotated[
        str | None,
        Query(description="Only those in force at this instant.", examples=["2026-05-01T20:00:00+08:00"]),
    ] = None,
    vehicle_id: Annotated[Name | None, Query(description="Only those that hold for this truck.")] = None,
    q: Annotated[Name | None, Query(description="Only where the id, company, site or spoil contains this.")] = None,
    equal: dict[str, Any] = _FILTERS,
    limit: LimitQuery,
    cursor: CursorQuery = None,
) -> Response:
    """Return permits of every status by id, each with what trips used up of it."""
    key = decode_cursor(cursor, (name_part,))
    wanted = Wanted(
        equal=equal,
        text=q,
        searched=PERMITS.searched,
        after=key[0] if key else None,
        valid_at=None if valid_at is None else parse_time(valid_at),
        vehicle_id=vehicle_id,
        limit=limit,
    )
    rows = await items_of(services, viewer, PERMITS, wanted, "wgs84")
    link = next_link(request, rows, limit, lambda permit: (permit["permit_id"],))
    return json_answer({"permits": await with_use(services, rows), "next": link})


add_files(router, PERMITS)


@router.get(
    "/v1/permits/{item_id}",
    summary="One permit",
    responses=answers(item_schema(PERMITS, answer=True)) | problem_responses(RegisterItemNotFoundError),
)
async def permit(services: ServicesDependency, viewer: Looker, item_id: ItemIdPath) -> Response:
    """Return a permit with every step of its life, the first one first, and what is used up of it."""
    return item_response(PERMITS, await whole_permit(services, viewer, item_id))


async def _whole(services: Services, change: Change, permit_id: str, _crs: Crs) -> dict[str, Any]:
    return await whole_permit(services, change.viewer, permit_id)


add_writing(router, PERMITS, _whole)


@router.post(
    "/v1/permits/{item_id}/steps",
    status_code=201,
    summary="Take a step of a permit's life",
    responses=answers(item_schema(PERMITS, answer=True), 201)
    | problem_responses(RegisterItemNotFoundError, PermitStepError, ChangedMeanwhileError, RegisterRefusedError),
)
async def step(
    services: ServicesDependency, viewer: PermitOfficer, item_id: ItemIdPath, wanted: PermitStep
) -> Response:
    """Approve, reject, suspend, resume or cancel a permit; rules hold it in force while it is approved.

    A district takes steps of permits to haul from the sites in it.
    """
    try:
        await services.writer.write(partial(_step, permit_id=item_id, wanted=wanted, viewer=viewer))
    except Refused as refused:
        raise refused_error(refused) from refused
    return item_response(PERMITS, await whole_permit(services, viewer, item_id), 201)


def _step(connection: Connection, *, permit_id: str, wanted: PermitStep, viewer: Viewer) -> None:
    author = Author(viewer.name, viewer.user_no, "step", wanted.comment)
    with editing(connection, author):
        item, version = read_current(connection, "permits", [permit_id]).get(permit_id, (None, 0))
        if item is None or not decides(connection, item.get("site_id"), viewer.user_no):
            raise not_found(PERMITS, permit_id)
        if version != wanted.expected_version:
            detail = f"expected version {version}, which is in force, got {wanted.expected_version}"
            raise ChangedMeanwhileError(detail, id=permit_id, version=version, current=item)
        before, (allowed, after) = item["status"], STEPS[wanted.step]
        if before not in allowed:
            detail = (
                f"expected one of {', '.join(allowed_steps(before)) or 'none'}, as it is {before}, got {wanted.step}"
            )
            raise PermitStepError(detail, permit_status=before, allowed_steps=allowed_steps(before))
        if wanted.step in COMMENTED and wanted.comment is None:
            raise Refused([Fault("comment", f"a reason to {wanted.step}", "nothing", permit_id)])
        if after == "approved":
            _check_references(connection, permit_id, item)
        set_status(connection, permit_id, after)
        note_step(connection, permit_id, wanted.step, (before, after), author)
        entry = Entry(viewer.user_no, viewer.name, viewer.role, f"permit_{wanted.step}", "permit", permit_id)
        append(connection, [entry])


def _check_references(connection: Connection, permit_id: str, item: dict[str, Any]) -> None:
    """Refuse what has gone since the permit was applied for: rules would refuse the whole world."""
    references = PERMITS.references(item)
    wanted: dict[str, set[str]] = {}
    for field, value in references:
        wanted.setdefault(str(field.refers), set()).add(value)
    gone = absent(connection, wanted)
    faults = [
        Fault(field.name, f"one of {field.refers} that is there", repr(value), permit_id)
        for field, value in references
        if value in gone.get(str(field.refers), ())
    ]
    if faults:
        raise Refused(faults)


@router.get(
    "/v1/permits/{item_id}/print",
    summary="What is printed of a permit",
    responses=answers(printed_schema()) | problem_responses(RegisterItemNotFoundError),
)
async def printed(services: ServicesDependency, viewer: Looker, item_id: ItemIdPath) -> Response:
    """Return a permit with everything that it names, as far as the viewer sees it."""
    found = await whole_permit(services, viewer, item_id)
    named = {
        name: await _named(services, viewer, name, found.get(member))
        for name, member in (
            ("companies", "company_id"),
            ("vehicle-register", "vehicle_ids"),
            ("sites", "site_id"),
            ("dump-points", "dump_point_ids"),
            ("corridors", "corridor_ids"),
        )
    }
    return json_answer(
        {
            "permit": found,
            "company": next(iter(named["companies"]), None),
            "vehicles": named["vehicle-register"],
            "site": next(iter(named["sites"]), None),
            "dump_points": named["dump-points"],
            "corridors": named["corridors"],
            "printed_at": datetime.now(UTC),
        }
    )


async def _named(services: Services, viewer: Viewer, name: str, ids: str | list[str] | None) -> list[dict[str, Any]]:
    """Return the items of a register that a permit names."""
    if not ids:
        return []
    wanted = Wanted(equal={}, ids=[ids] if isinstance(ids, str) else ids, limit=IDS_MOST)
    return await items_of(services, viewer, REGISTERS[name], wanted, "wgs84")
