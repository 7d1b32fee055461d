"""`/v1/duplicates` and `/v1/merges`: items that are probably the same, and making one of them."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response
from psycopg import Connection
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from api.answers import json_answer
from api.errors import RegisterItemNotFoundError, RegisterRefusedError, problem_responses
from api.registers.editing import REASON_MOST, not_found, refused_error
from api.services import ServicesDependency
from api.viewer import Registrar, Viewer
from storage.audit_log import Entry, append
from storage.queries.registers import read_names
from storage.registers.authorship import Author, editing
from storage.registers.edits import read_current
from storage.registers.merges import merge_item
from supervision.registers.duplicates import SAMENESS, groups
from supervision.registers.faults import Fault, Refused
from supervision.registers.table import REGISTERS

router = APIRouter(tags=["registers"])

Kind = Literal["vehicles", "companies"]
GROUPS_MOST = 1_000  # shown at once; who has more merges first
MERGED_MOST = 20  # items that one merge takes: somebody has looked at each
_OF_KIND = {register.document: register for register in REGISTERS.values() if register.document in SAMENESS}
Id = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=r"^[^\x00]+$")]


class SameItems(BaseModel):
    """Items whose plates or names are the same but for how they are written."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"kind": "vehicles", "member": "plate", "name": "苏D12345", "ids": ["V1", "V9"]}}
    )

    kind: Kind
    member: Literal["plate", "name"]
    name: str = Field(description="In its normal form.")
    ids: list[str]


class Duplicates(BaseModel):
    """Groups of items that are probably the same."""

    duplicates: list[SameItems]


class Merge(BaseModel):
    """What shall become one."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"kind": "vehicles", "keep": "V1", "merge": ["V9"], "reason": "重复登记"}},
    )

    kind: Kind
    keep: Id = Field(description="The item that stays, as it is.")
    merge: Annotated[list[Id], Field(min_length=1, max_length=MERGED_MOST, description="Those that go.")]
    reason: Annotated[str, StringConstraints(min_length=1, max_length=REASON_MOST, pattern=r"^[^\x00]+$")]


class Merged(BaseModel):
    """What came of a merge."""

    kind: Kind
    keep: str
    merged: list[str]


@router.get("/v1/duplicates", summary="Items that are probably the same", response_model=Duplicates)
async def duplicates(
    services: ServicesDependency,
    viewer: Registrar,
    kind: Annotated[Kind, Query(description="Trucks of one plate, or companies of one name.")] = "vehicles",
) -> Response:
    """Return groups of trucks whose plates, or companies whose names, are the same but for how they are written."""
    member, _ = SAMENESS[kind]
    query = partial(read_names, viewer=viewer.user_no, document=kind, member=member)
    found = await asyncio.to_thread(groups, kind, await services.database.read(query))
    return json_answer({"duplicates": found[:GROUPS_MOST]})


@router.post(
    "/v1/merges",
    status_code=201,
    response_model=Merged,
    summary="Make one item of several",
    responses=problem_responses(RegisterItemNotFoundError, RegisterRefusedError),
)
async def merge(services: ServicesDependency, viewer: Registrar, wanted: Merge) -> Response:
    """Let everything that refers to some items refer to another, and retire them; records keep what they came under."""
    try:
        await services.writer.write(partial(_merge, wanted=wanted, viewer=viewer))
    except Refused as refused:
        raise refused_error(refused) from refused
    answer = json_answer({"kind": wanted.kind, "keep": wanted.keep, "merged": wanted.merge})
    answer.status_code = 201
    return answer


def _merge(connection: Connection, *, wanted: Merge, viewer: Viewer) -> None:
    register = _OF_KIND[wanted.kind]
    if wanted.keep in wanted.merge or len(set(wanted.merge)) < len(wanted.merge):
        raise Refused([Fault("merge", "other items than the one to keep, each once", ", ".join(wanted.merge))])
    with editing(connection, Author(viewer.name, viewer.user_no, "merge", wanted.reason)):
        there: dict[str, Any] = read_current(connection, wanted.kind, [wanted.keep, *wanted.merge])
        for name in (wanted.keep, *wanted.merge):
            if there.get(name, (None, 0))[0] is None:
                raise not_found(register, name)
        for name in wanted.merge:
            merge_item(connection, wanted.kind, wanted.keep, name)
        detail = {"merged": wanted.merge, "reason": wanted.reason}
        entry = Entry(
            viewer.user_no, viewer.name, viewer.role, "merge_register", wanted.kind, wanted.keep, detail=detail
        )
        append(connection, [entry])
