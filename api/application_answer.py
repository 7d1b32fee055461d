"""An application for a permit as lists and single answers give it out, with the names of what it names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, WithJsonSchema
from pydantic.config import JsonDict

from api.masking import shown_plate
from api.registers.members import GEOMETRIES, field_schema
from api.services import Services
from api.viewer import Permission, Viewer
from storage.queries.city import city_now
from storage.queries.permit_applications import (
    read_facts,
    read_last_steps,
    read_names,
    read_one,
    read_steps,
)
from supervision.permits.content import ASKED, GRANTED, NOTE, differences, fields_of
from supervision.permits.errors import UnknownApplication
from supervision.permits.life import OPEN, Kind, Side, Status, allowed_steps
from supervision.permits.office import Person
from supervision.permits.remarks import remarks_of
from supervision.registers.permit_life import DENSITY_KG_M3

CONTENT_EXAMPLE: JsonDict = {
    "vehicle_ids": ["V1", "V2"],
    "site_id": "S1",
    "dump_point_ids": ["P1"],
    "valid_from": "2026-12-01T00:00:00+08:00",
    "valid_to": "2027-03-01T00:00:00+08:00",
    "windows": [{"from": "20:00", "to": "06:00"}],
    "spoil": "工程渣土",
    "quota_m3": 12000,
    "note": "基坑土方外运，拟走金坛路",
}
EXAMPLE: JsonDict = {
    "application_id": "5b0f9a52-7a8e-4d0c-8a56-5d3b0c1f9e77",
    "application_no": "2026-000012",
    "kind": "new",
    "status": "submitted",
    "version": 2,
    "company_id": "C1",
    "company_name": "恒达渣土运输有限公司",
    "permit_id": None,
    "content": CONTENT_EXAMPLE,
    "places": [{"kind": "site", "id": "S1", "name": "延政大道综合体"}],
    "submitted_at": "2026-11-20T01:20:00Z",
    "created_at": "2026-11-20T01:00:00Z",
    "updated_at": "2026-11-20T01:20:00Z",
    "waiting_days": 2,
    "last_step": {"step": "submit", "at": "2026-11-20T01:20:00Z", "by": "li", "by_name": "李经理", "comment": None},
    "remarks": [{"code": "failing_trucks", "stop": False, "ids": ["V2"], "count": 1}],
    "allowed_steps": ["approve", "send_back", "reject"],
}


def content_schema(names: tuple[str, ...], *, answer: bool = False) -> JsonDict:
    """Return the JSON schema of a content: members of a permit, each of which a draft may lack."""
    properties: Any = {name: field_schema(field, answer=answer) for name, field in fields_of(names).items()}
    return {"type": "object", "properties": properties, "example": CONTENT_EXAMPLE}


Content = Annotated[dict[str, Any], WithJsonSchema(content_schema((*ASKED, NOTE.name)))]
# What is kept holds nothing that is empty.
KeptContent = Annotated[dict[str, Any], WithJsonSchema(content_schema((*ASKED, NOTE.name), answer=True))]
Shape = Annotated[dict[str, Any], WithJsonSchema({"anyOf": [GEOMETRIES["area"], GEOMETRIES["line"]]})]
Changes = Annotated[
    dict[str, Any],
    WithJsonSchema(content_schema((*GRANTED, "permit_id")) | {"example": {"quota_m3": 8000, "conditions": "限夜间"}}),
]


class NamedPlace(BaseModel):
    """A site, dump point or corridor that is applied for."""

    kind: Literal["site", "dump_point", "corridor"]
    id: str
    name: str | None
    geometry: Shape | None = None


class NamedTruck(BaseModel):
    """A truck that is applied for."""

    vehicle_id: str
    plate: str | None


class LastStep(BaseModel):
    """What was done last."""

    step: str
    at: AwareDatetime
    by: str
    by_name: str
    comment: str | None


class Remark(BaseModel):
    """What an officer should look at.

    Attributes:
        code: `strange_trucks`, `gone`, `permit_not_in_force`, `failing_trucks`, `expired_inspections`, `overlaps`,
            `licence_expired`, `permit_changed`, `over`, `no_corridor`, `site_quota`, `dump_point_capacity` or
            `dump_point_closes`; new ones may come.
        stop: It cannot be approved so.
        ids: Of the trucks, permits or places that it is about, some of many.
        limit_m3: What the site declared, or what the dump point takes.
        granted_m3: Of other permits in force.
        at: When the dump point closes.
    """

    code: str
    stop: bool
    ids: list[str] = []
    count: int = 0
    limit_m3: float | None = None
    granted_m3: float | None = None
    asked_m3: float | None = None
    at: AwareDatetime | None = None


class Application(BaseModel):
    """What a company applies for.

    Attributes:
        application_no: The number that people say.
        version: Grows with every step and with every writing at a draft.
        permit_id: Which is to be changed, or what came of it.
        content: Members of the permit; to officers as it was sent in, to the company as it writes at it.
        waiting_days: Whole days since it was sent in, while it waits for a decision.
        remarks: While it is open: what to look at before it is decided.
        allowed_steps: Steps that the asker could take now.
    """

    model_config = ConfigDict(json_schema_extra={"example": EXAMPLE})

    application_id: UUID
    application_no: str
    kind: Kind
    status: Status
    version: int
    company_id: str
    company_name: str | None
    permit_id: str | None
    content: KeptContent
    places: list[NamedPlace]
    submitted_at: AwareDatetime | None
    created_at: AwareDatetime
    updated_at: AwareDatetime
    waiting_days: int | None
    last_step: LastStep
    remarks: list[Remark]
    allowed_steps: list[str]


class Difference(BaseModel):
    """A member that is otherwise."""

    member: str
    before: Any
    after: Any


class ApplicationStep(BaseModel):
    """A step that was taken; never changed afterwards.

    Attributes:
        changes: Of what is sent in again: what is otherwise than when it was sent in before.
        detail: Of an approval: the permit, and what the officer set otherwise than applied for.
    """

    step_no: int
    at: AwareDatetime
    by: str
    by_name: str
    step: Literal["create", "submit", "send_back", "approve", "reject", "withdraw"]
    from_status: Status | None
    to_status: Status
    comment: str | None
    changes: list[Difference]
    detail: dict[str, Any]


class WholeApplication(Application):
    """An application with all that is known of it.

    Attributes:
        vehicles: Its trucks with their plates.
        changes: Of a change or extension: what would be otherwise than in the permit as it was when it was sent in.
        steps: The first one first.
    """

    vehicles: list[NamedTruck]
    changes: list[Difference]
    steps: list[ApplicationStep]


def person_of(viewer: Viewer) -> Person:
    """Return who acts."""
    sides: dict[Side, Permission] = {"company": Permission.APPLY, "officer": Permission.PERMIT}
    may = frozenset(side for side, permission in sides.items() if viewer.may(permission))
    return Person(viewer.user_no, viewer.name, viewer.display_name, viewer.company_id, may)


async def application_answers(
    services: Services, viewer: Viewer, rows: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Return the members of `Application` of each row of `storage.queries.permit_applications`."""
    if not rows:
        return []
    local_now = await services.database.read(city_now)
    now = local_now.astimezone(UTC)
    ids = [row["application_id"] for row in rows]
    last = await services.database.read(partial(read_last_steps, ids=ids))
    names = await services.database.read(partial(read_names, named=_named(rows)))
    facts = await services.database.read(
        partial(
            read_facts,
            viewer=viewer.user_no,
            ids=[row["application_id"] for row in rows if row["status"] in OPEN],
            now=now,
            today=local_now.date(),
            density_kg_m3=DENSITY_KG_M3,
        )
    )
    return [
        _answer(viewer, row, last[row["application_id"]], facts.get(row["application_id"]), now)
        | {"places": _places(row, names, shapes=False)}
        for row in rows
    ]


async def whole_application(services: Services, viewer: Viewer, application_id: UUID) -> dict[str, Any]:
    """Return the members of `WholeApplication`.

    Raises:
        UnknownApplication: The viewer sees none.
    """
    row = await services.database.read(partial(read_one, viewer=viewer.user_no, application_id=application_id))
    if row is None:
        raise UnknownApplication(f"expected an application, got {application_id}")
    (answer,) = await application_answers(services, viewer, [row])
    names = await services.database.read(partial(read_names, named=_named([row], trucks=True)))
    steps = await services.database.read(partial(read_steps, application_id=application_id))
    content = row["content"]
    return answer | {
        "places": _places(row, names, shapes=True),
        "vehicles": [
            {"vehicle_id": each, "plate": shown_plate(viewer, _name(names, "vehicle", each))}
            for each in content.get("vehicle_ids") or []
        ],
        "changes": [] if row["base"] is None else _but_note(differences(row["base"], content)),
        "steps": _steps(steps),
    }


def _answer(
    viewer: Viewer, row: Mapping[str, Any], last: Mapping[str, Any], facts: Mapping[str, Any] | None, now: datetime
) -> dict[str, Any]:
    sides: set[Side] = {"company"} if row["own"] else set()
    sides |= {"officer"} if row["decides"] else set()
    mine = person_of(viewer).sides & sides
    waits = row["status"] == "submitted"
    as_they_are = (
        "application_id", "application_no", "kind", "status", "version", "company_id", "company_name", "permit_id",
        "content", "submitted_at", "created_at", "updated_at",
    )  # fmt: skip
    return {name: row[name] for name in as_they_are} | {
        "waiting_days": (now - row["submitted_at"]).days if waits else None,
        "last_step": _person(last),
        "remarks": [] if facts is None else remarks_of(row, facts, now, officer=not row["own"]),
        "allowed_steps": allowed_steps(row["status"], frozenset(mine)),
    }


def _person(step: Mapping[str, Any]) -> dict[str, Any]:
    """Return a step with its author as answers name one."""
    renamed = {"by_name": "by", "by_display_name": "by_name"}
    return {renamed.get(name, name): value for name, value in step.items()}


def _steps(steps: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = []
    before: Mapping[str, Any] | None = None
    for step in steps:
        content = step["content"]
        changes = [] if content is None or before is None else differences(before, content)
        before = before if content is None else content
        told.append({name: value for name, value in _person(step).items() if name != "content"} | {"changes": changes})
    return told


def _but_note(changes: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    return [change for change in changes if change["member"] != NOTE.name]


PLACES = (("site", "site_id", "sites"), ("dump_point", "dump_point_ids", "dump_points"))
ALL_PLACES = (*PLACES, ("corridor", "corridor_ids", "corridors"))


def _ids(content: Mapping[str, Any], member: str) -> list[str]:
    value = content.get(member)
    return [] if value is None else value if isinstance(value, list) else [value]


def _named(rows: Sequence[Mapping[str, Any]], *, trucks: bool = False) -> dict[str, set[str]]:
    named = {kind: {each for row in rows for each in _ids(row["content"], m)} for _, m, kind in ALL_PLACES}
    return named | {
        "vehicles": {each for row in rows for each in _ids(row["content"], "vehicle_ids")} if trucks else set()
    }


def _name(names: Mapping[tuple[str, str], Mapping[str, Any]], kind: str, name: str) -> Any:
    return (names.get((kind, name)) or {}).get("name")


def _places(
    row: Mapping[str, Any], names: Mapping[tuple[str, str], Mapping[str, Any]], *, shapes: bool
) -> list[dict[str, Any]]:
    return [
        {"kind": kind, "id": each, "name": _name(names, kind, each)}
        | ({"geometry": (names.get((kind, each)) or {}).get("geometry")} if shapes else {})
        for kind, member, _ in ALL_PLACES
        for each in _ids(row["content"], member)
    ]
