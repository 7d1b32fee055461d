"""`/v1/cases/{case_id}/steps`: what is done about cases. Steps are added, never changed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from http import HTTPStatus
from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import APIRouter, Header, Response
from psycopg import Connection
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from api.answers import json_answer, json_bytes
from api.audit import noted
from api.case_answer import Case, StepName, WholeCase, actor_of, case_answer, whole_case_answer
from api.errors import kind_of, problem_responses
from api.parameters import Name
from api.services import Services, ServicesDependency
from api.times import EnteredTime
from api.viewer import CaseWorker, Viewer
from storage.queries.cases import read_case, read_cases
from supervision.case_steps import PHOTOS_MOST, StepWanted, take_step
from supervision.cases.errors import (
    CaseMovedOn,
    CaseRefused,
    NobodyOnDuty,
    StepIncomplete,
    StepNotAllowed,
    StepNotPermitted,
    UnknownCase,
)
from supervision.cases.state import Actor

router = APIRouter(tags=["cases"])

# A page of text; more belongs into a photo or a file.
Comment = Annotated[str, StringConstraints(max_length=2_000, pattern=r"^[^\x00]*$")]
RetryKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=8,
        max_length=100,
        pattern=r"^[\x21-\x7e]+$",
        description="The same for the same step sent again: it is taken once.",
    ),
]
# Two pages of the inbox; all of them are written in one request, which others wait for.
BULK_MOST = 200
EXAMPLE: dict[str, Any] = {
    "step": "handle",
    "expected_version": 3,
    "comment": "现场清理完毕，已开具整改通知书",
    "photos": ["0b8c6f0e-5f0e-4f53-9a0c-2d7f3d1f4a10"],
}


class StepOrder(BaseModel):
    """A step to be taken.

    Attributes:
        comment: Compulsory to end a critical case, to send back and to reopen.
        assignee: Login of who is sent, for `assign`; whoever is on duty in the district where it is absent.
        due_at: Until when, for `extend`; as long again where it is absent.
        reason: For `extend` and `false_positive`, of the tables of `/v1/kinds`.
        satisfaction: For `call_back`: 1 not at all to 5 fully.
        vehicle_id: For `confirm_vehicle`.
        photos: Sent before by the same user to `/v1/photos`.
    """

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": EXAMPLE})

    step: StepName
    comment: Comment | None = None
    assignee: Name | None = None
    due_at: EnteredTime | None = None
    reason: Name | None = None
    satisfaction: Annotated[int, Field(ge=1, le=5)] | None = None
    vehicle_id: Name | None = None
    photos: Annotated[list[UUID], Field(max_length=PHOTOS_MOST)] = []


class OneStepOrder(StepOrder):
    """A step of one case.

    Attributes:
        expected_version: `version` of the case that was seen; another one answers 409 with the case as it is.
    """

    expected_version: Annotated[int, Field(ge=1, lt=2**31)]


class BulkStepOrder(StepOrder):
    """The same step of several cases; each is taken or refused by itself."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"case_ids": ["3c1f0a52-7a8e-5d0c-8a56-5d3b0c1f9e77"], "step": "acknowledge"}},
    )

    case_ids: Annotated[list[UUID], Field(min_length=1, max_length=BULK_MOST)]


class BulkProblem(BaseModel):
    """Why one of the cases stayed as it was; members as of a problem."""

    type: str
    title: str
    status: int
    detail: str


class BulkResult(BaseModel):
    """What became of one case."""

    case_id: UUID
    ok: bool
    case: Case | None = None
    problem: BulkProblem | None = None


class BulkAnswer(BaseModel):
    """What became of each case, in the order of the request."""

    results: list[BulkResult]


@router.post(
    "/v1/cases/steps",
    response_model=BulkAnswer,
    response_model_exclude_none=True,
    summary="Take the same step of several cases",
)
async def take_steps(
    services: ServicesDependency, viewer: CaseWorker, order: BulkStepOrder, retry_key: RetryKey = None
) -> Response:
    """Take a step of each case that allows it, whatever version it has; tell of each what became of it."""
    wanted = wanted_of(order, None, retry_key)
    case_ids = list(dict.fromkeys(order.case_ids))
    now = datetime.now(UTC)
    taken = partial(_take_each, case_ids=case_ids, wanted=wanted, actor=actor_of(viewer), now=now)
    refusals = await services.writer.write(taken)
    rows = await services.database.read(partial(read_cases, case_ids=case_ids, viewer=viewer.user_no))
    results = [_result(viewer, case_id, rows.get(case_id), refusals.get(case_id)) for case_id in case_ids]
    detail = {"case_ids": [str(case_id) for case_id in case_ids], "refused": len(refusals)}
    await noted(services, viewer, f"case_{order.step}", "case", "several", detail=detail)
    return json_answer({"results": results})


@router.post(
    "/v1/cases/{case_id}/steps",
    status_code=201,
    response_model=WholeCase,
    summary="Take a step of a case",
    responses=problem_responses(
        UnknownCase, CaseMovedOn, StepNotAllowed, StepNotPermitted, StepIncomplete, NobodyOnDuty
    ),
)
async def take_one_step(
    services: ServicesDependency, viewer: CaseWorker, case_id: UUID, order: OneStepOrder, retry_key: RetryKey = None
) -> Response:
    """Take a step; answers the case after it, or 409 `case-moved-on` with the case as somebody else left it."""
    wanted = wanted_of(order, order.expected_version, retry_key)
    now = datetime.now(UTC)
    try:
        await services.writer.write(partial(take_step, case_id=case_id, wanted=wanted, actor=actor_of(viewer), now=now))
    except CaseMovedOn as error:
        # Problems are written by the standard library's JSON, which knows no times and ids.
        error.facts["case"] = orjson.loads(json_bytes(await _case(services, viewer, case_id)))
        raise
    await noted(services, viewer, f"case_{order.step}", "case", str(case_id))
    answer = json_answer(await _case(services, viewer, case_id))
    answer.status_code = HTTPStatus.CREATED
    return answer


def wanted_of(order: StepOrder, expected_version: int | None, retry_key: str | None) -> StepWanted:
    """Return a step as it is asked for."""
    return StepWanted(
        step=order.step,
        expected_version=expected_version,
        comment=order.comment,
        assignee=order.assignee,
        due_at=order.due_at,
        reason=order.reason,
        satisfaction=order.satisfaction,
        vehicle_id=order.vehicle_id,
        photos=tuple(order.photos),
        retry_key=retry_key,
    )


def _take_each(
    connection: Connection, case_ids: list[UUID], wanted: StepWanted, actor: Actor, now: datetime
) -> dict[UUID, CaseRefused]:
    """Return those that were refused and why; the others are committed at once."""
    refusals: dict[UUID, CaseRefused] = {}
    with connection.transaction():
        for case_id in case_ids:
            try:
                take_step(connection, case_id, wanted, actor, now)
            except CaseRefused as error:
                refusals[case_id] = error
    return refusals


async def _case(services: Services, viewer: Viewer, case_id: UUID) -> dict[str, Any]:
    row = await services.database.read(partial(read_case, case_id=case_id, viewer=viewer.user_no))
    if row is None:
        raise UnknownCase(f"expected a case, got {case_id}", case_id=str(case_id))
    return whole_case_answer(row, viewer)


def _result(
    viewer: Viewer, case_id: UUID, row: Mapping[str, Any] | None, refusal: CaseRefused | None
) -> dict[str, Any]:
    if refusal is None and row is not None:
        return {"case_id": case_id, "ok": True, "case": case_answer(row, viewer)}
    refusal = refusal or UnknownCase(f"expected a case, got {case_id}")
    kind = kind_of(refusal)
    problem = {"type": f"/problems/{kind.name}", "title": kind.title, "status": kind.status, "detail": str(refusal)}
    return {"case_id": case_id, "ok": False, "problem": problem}
