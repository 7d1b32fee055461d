"""`/v1/compliance`: 七统一、一必须, what each truck must have by the bureau's own checklist.

A truck that lacks a required item, or whose proof has expired, is shown with the permits that it drives under.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import partial
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request, Response
from psycopg import Connection
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from api.answers import json_answer
from api.audit import noted
from api.errors import BadCursorError, PageTooLargeError, PhotoNotFoundError, problem_responses
from api.masking import shown_plate
from api.pages import decode_cursor, name_part, next_link
from api.parameters import CursorQuery, LimitQuery, Name, VehicleIdPath
from api.resources.photos import refuse_strange
from api.revisions import Revision, with_revision
from api.services import Services, ServicesDependency
from api.viewer import Looker, Registrar, Viewer
from storage.errors import EditedMeanwhile, UnknownPaper
from storage.papers import ITEM_EDITED, Check, check, set_item
from storage.queries.city import city_now
from storage.queries.papers import read_compliance, read_items

router = APIRouter(tags=["compliance"])

ItemId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Text = Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True, pattern=r"^[^\x00]+$")]
State = Literal["passed", "failed", "expired", "unchecked"]


class Item(BaseModel):
    """One item of the checklist.

    Attributes:
        revision: To be named by who defines it anew.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "item_id": "cover",
                "position": 5,
                "name_zh": "统一密闭装置",
                "name_en": "Closed cover",
                "required": True,
                "in_use": True,
                "at": "2026-05-01T12:00:00Z",
                "by": "supervisor",
                "revision": "4f53cda18c2baa0c",
            }
        }
    )

    item_id: str
    position: int
    name_zh: str
    name_en: str
    required: bool
    in_use: bool
    at: AwareDatetime
    by: str
    revision: Revision


class ItemOrder(BaseModel):
    """What an item is to be.

    Attributes:
        expected_revision: Of the item that the author saw; absent for a new one.
    """

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {"position": 9, "name_zh": "右转盲区预警", "name_en": "Blind spot warning", "required": False}
        },
    )

    position: Annotated[int, Field(ge=0, le=1000)]
    name_zh: Text
    name_en: Text
    required: bool = True
    in_use: bool = True
    expected_revision: Revision | None = None


class Items(BaseModel):
    """The checklist in its order."""

    items: list[Item]


class ItemState(BaseModel):
    """Where a truck stands with one item."""

    item_id: str
    required: bool
    state: State
    expires_on: date | None
    evidence: str | None
    photos: list[UUID]
    at: AwareDatetime | None
    by: str | None


class Compliance(BaseModel):
    """A truck and the checklist.

    Attributes:
        lacking: Required items that it has not.
        next_expiry: The first day on which a proof that it has expires.
        permit_ids: Permits in force that it drives under: they warn while it lacks something.
    """

    vehicle_id: str
    plate: str | None
    company_id: str | None
    compliant: bool
    lacking: int
    next_expiry: date | None
    items: list[ItemState]
    permit_ids: list[str]


class CompliancePage(BaseModel):
    """Trucks by their id."""

    vehicles: list[Compliance]
    next: str | None


class CheckOrder(BaseModel):
    """What was found of one item of a truck."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {"item_id": "cover", "passed": True, "expires_on": "2027-05-01", "evidence": "年检"}
        },
    )

    item_id: ItemId
    passed: bool
    expires_on: date | None = None
    evidence: Text | None = None
    photos: Annotated[list[UUID], Field(max_length=10)] = []


@router.get("/v1/compliance/items", response_model=Items, summary="The checklist of trucks")
async def items(
    services: ServicesDependency,
    viewer: Looker,  # noqa: ARG001 - whoever may look
    unused: Annotated[bool, Query(description="Also items that are no longer asked for.")] = False,
) -> Response:
    """Return what trucks must have, in the bureau's order."""
    return await _items(services, unused=unused)


@router.put(
    "/v1/compliance/items/{item_id}",
    response_model=Items,
    summary="Define an item",
    responses=problem_responses(EditedMeanwhile),
)
async def define(
    services: ServicesDependency,
    viewer: Registrar,
    item_id: Annotated[ItemId, Path(description="The item.", examples=["cover"])],
    order: ItemOrder,
) -> Response:
    """Put an item in the place of what it was; earlier versions stay in the book."""
    item = order.model_dump(exclude={"expected_revision"})
    define_it = partial(set_item, item_id=item_id, by_name=viewer.name, expected=order.expected_revision, **item)
    await services.writer.write(define_it)
    await noted(services, viewer, "define_item", "compliance_item", item_id, detail=item)
    return await _items(services, unused=True)


async def _items(services: Services, *, unused: bool) -> Response:
    rows = await services.database.read(partial(read_items, unused=unused))
    return json_answer({"items": [with_revision(row, ITEM_EDITED) for row in rows]})


@router.get(
    "/v1/compliance",
    response_model=CompliancePage,
    summary="Trucks and the checklist",
    responses=problem_responses(BadCursorError, PageTooLargeError),
)
async def compliance(
    request: Request,
    services: ServicesDependency,
    viewer: Looker,
    *,
    failing: Annotated[bool, Query(description="Only trucks that lack a required item.")] = False,
    vehicle_id: Annotated[Name | None, Query(description="Only this truck.")] = None,
    company_id: Annotated[Name | None, Query(description="Only of this company.")] = None,
    limit: LimitQuery,
    cursor: CursorQuery = None,
) -> Response:
    """Return trucks with the state of each item."""
    key = decode_cursor(cursor, (name_part,))
    query = partial(
        read_compliance,
        viewer=viewer.user_no,
        today=(await services.database.read(city_now)).date(),
        vehicle_id=vehicle_id,
        company_id=company_id,
        failing=failing,
        after=None if key is None else key[0],
        limit=limit,
    )
    rows = await services.database.read(query)
    link = next_link(request, rows, limit, lambda row: (row["vehicle_id"],))
    return json_answer({"vehicles": [_shown(viewer, row) for row in rows], "next": link})


@router.post(
    "/v1/vehicles/{vehicle_id}/compliance",
    status_code=201,
    response_model=Compliance,
    summary="Note what was found of a truck",
    responses=problem_responses(UnknownPaper, PhotoNotFoundError),
)
async def note(
    services: ServicesDependency, viewer: Registrar, vehicle_id: VehicleIdPath, order: CheckOrder
) -> Response:
    """Keep the finding; it takes the place of the one before, which stays in the book."""
    now = datetime.now(UTC)
    done = Check(vehicle_id=vehicle_id, **order.model_dump())
    await services.writer.write(partial(_check, done=done, viewer=viewer, now=now))
    await noted(services, viewer, "check_vehicle", "vehicle", vehicle_id, detail=order.model_dump(mode="json"))
    today = (await services.database.read(city_now)).date()
    query = partial(read_compliance, viewer=viewer.user_no, today=today, vehicle_id=vehicle_id, limit=1)
    return json_answer(_shown(viewer, (await services.database.read(query))[0]), status=201)


def _check(connection: Connection, *, done: Check, viewer: Viewer, now: datetime) -> int:
    with connection.transaction():
        refuse_strange(connection, done.photos, viewer.user_no)
        return check(connection, done, viewer=viewer.user_no, by_name=viewer.name, now=now)


def _shown(viewer: Viewer, row: dict[str, Any]) -> dict[str, Any]:
    return row | {"plate": shown_plate(viewer, row["plate"])}
