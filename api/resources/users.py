"""`/v1/users`: who may log in, as what, and what it sees. Nobody is deleted, as the audit log names them."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from api.access import passwords
from api.answers import json_answer
from api.audit import noted
from api.errors import BadCursorError, PageTooLargeError, UserNotFoundError, problem_responses
from api.pages import decode_cursor, name_part, next_link
from api.parameters import CursorQuery, LimitQuery, Name
from api.resources.session import keep_password
from api.revisions import Revision, edited_part
from api.services import Services, ServicesDependency
from api.viewer import Role, UserManager
from storage.errors import EditedMeanwhile, UserRefused
from storage.queries.users import read_user_named, read_users
from storage.revisions import revision_of
from storage.users import CHANGEABLE, add_user, change_user, unknown_scope

router = APIRouter(tags=["access"])

UserName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]{0,39}$")]
DisplayName = Annotated[
    str, StringConstraints(min_length=1, max_length=80, pattern=r"^[^\x00]+$", strip_whitespace=True)
]
UserPath = Annotated[Name, Path(description="The user's name.", examples=["wang"])]
# Districts of a city; each is a word of its answer and of every query of the user.
DISTRICTS_MOST = 200
EDITED = CHANGEABLE[:-1]  # a user's own columns; whether it is disabled, the answer tells by since when

EXAMPLE: dict[str, Any] = {
    "name": "wang",
    "display_name": "王巡查",
    "role": "district",
    "company_id": None,
    "district_ids": ["G1"],
}


class NewUser(BaseModel):
    """A user to be added; a company goes with the role `company` alone, districts with `district`."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": EXAMPLE})

    name: UserName
    display_name: DisplayName
    role: Role
    company_id: Name | None = None
    district_ids: Annotated[list[Name], Field(max_length=DISTRICTS_MOST)] = []


class UserChanges(BaseModel):
    """What shall be otherwise; members that are left out stay.

    Attributes:
        expected_revision: Of the user that the author of the changes saw.
    """

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"role": "inspector", "district_ids": []}})

    display_name: DisplayName | None = None
    role: Role | None = None
    company_id: Name | None = None
    district_ids: Annotated[list[Name] | None, Field(max_length=DISTRICTS_MOST)] = None
    disabled: bool | None = None
    expected_revision: Revision | None = None


class UserAnswer(BaseModel):
    """A user.

    Attributes:
        revision: To be named by who changes the user.
        has_password: Whether it can log in by password.
        disabled_at: Since when nothing is answered to it.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "example": EXAMPLE
            | {
                "must_change_password": False,
                "has_password": True,
                "created_at": "2026-05-01T12:00:00Z",
                "disabled_at": None,
                "last_login": "2026-05-02T08:00:00Z",
                "revision": "4f53cda18c2baa0c",
            }
        }
    )

    name: str
    display_name: str
    role: Role
    company_id: str | None
    district_ids: list[str]
    must_change_password: bool
    has_password: bool
    created_at: AwareDatetime
    disabled_at: AwareDatetime | None
    last_login: AwareDatetime | None
    revision: Revision


class UserWithPassword(UserAnswer):
    """A user and the password to be handed over: it is told here and never again, and must be changed at first use."""

    password: str


class UserPage(BaseModel):
    """Users in the order of their names."""

    users: list[UserAnswer]
    next: str | None


class GivenPassword(BaseModel):
    """The password to be handed over; it must be changed at first use."""

    password: str


@router.get(
    "/v1/users",
    response_model=UserPage,
    summary="All users",
    responses=problem_responses(BadCursorError, PageTooLargeError),
)
async def users(
    request: Request,
    services: ServicesDependency,
    _viewer: UserManager,
    *,
    role: Annotated[Role | None, Query(description="Only of this role.")] = None,
    search: Annotated[Name | None, Query(description="Only where a name contains this.")] = None,
    limit: LimitQuery,
    cursor: CursorQuery = None,
) -> Response:
    """Return users, also disabled ones."""
    key = decode_cursor(cursor, (name_part,))
    query = partial(read_users, role=role, search=search, after=key[0] if key else None, limit=limit)
    rows = await services.database.read(query)
    link = next_link(request, rows, limit, lambda row: (row["name"],))
    return json_answer({"users": [_answer(row) for row in rows], "next": link})


@router.get(
    "/v1/users/{name}", response_model=UserAnswer, summary="One user", responses=problem_responses(UserNotFoundError)
)
async def user(services: ServicesDependency, _viewer: UserManager, name: UserPath) -> Response:
    """Return one user."""
    return json_answer(await _known(services, name))


@router.post(
    "/v1/users",
    status_code=201,
    response_model=UserWithPassword,
    summary="Add a user",
    responses=problem_responses(UserRefused),
)
async def add(services: ServicesDependency, viewer: UserManager, new: NewUser) -> Response:
    """Add a user with a random password, which is told once."""
    await _assert_scope(services, new.company_id, new.district_ids)
    password = passwords.random_password()
    kept = await services.passwords.hashed(password)
    given = new.model_dump() | {"password_hash": kept, "must_change_password": True}
    await services.writer.write(partial(add_user, **given))
    await noted(services, viewer, "add_user", "user", new.name, detail=new.model_dump(mode="json"))
    answer = json_answer(await _known(services, new.name) | {"password": password})
    answer.status_code = 201
    answer.headers["location"] = f"/v1/users/{new.name}"
    return answer


@router.patch(
    "/v1/users/{name}",
    response_model=UserAnswer,
    summary="Change or disable a user",
    responses=problem_responses(UserNotFoundError, UserRefused, EditedMeanwhile),
)
async def change(services: ServicesDependency, viewer: UserManager, name: UserPath, wanted: UserChanges) -> Response:
    """Change a user; its sessions end where it sees or may do something else now."""
    changes = wanted.model_dump(exclude_unset=True, exclude={"expected_revision"})
    for member in ("display_name", "role", "disabled", "district_ids"):
        if member in changes and changes[member] is None:
            del changes[member]
    await _assert_scope(services, changes.get("company_id"), changes.get("district_ids", []))
    change_it = partial(change_user, name=name, changes=changes, expected=wanted.expected_revision)
    if not await services.writer.write(change_it):
        raise _unknown(name)
    await noted(services, viewer, "change_user", "user", name, detail=changes)
    return json_answer(await _known(services, name))


@router.post(
    "/v1/users/{name}/password",
    status_code=201,
    response_model=GivenPassword,
    summary="Give a user a new password",
    responses=problem_responses(UserNotFoundError),
)
async def reset_password(services: ServicesDependency, viewer: UserManager, name: UserPath) -> Response:
    """Return a random password, which is told once, and end the user's sessions."""
    user_no = (await _row(services, name))["user_no"]
    password = passwords.random_password()
    await keep_password(services, user_no, password, must_change=True)
    await noted(services, viewer, "reset_password", "user", name)
    answer = json_answer({"password": password})
    answer.status_code = 201
    return answer


async def _known(services: Services, name: str) -> dict[str, Any]:
    return _answer(await _row(services, name))


async def _row(services: Services, name: str) -> dict[str, Any]:
    row = await services.database.read(partial(read_user_named, name=name))
    if row is None:
        raise _unknown(name)
    return row


def _unknown(name: str) -> UserNotFoundError:
    return UserNotFoundError(f"expected the name of a user, got {name!r}", name=name)


def _answer(row: dict[str, Any]) -> dict[str, Any]:
    answer = {member: value for member, value in row.items() if member != "user_no"}
    return answer | {"revision": revision_of({"disabled": row["disabled_at"] is not None} | edited_part(row, EDITED))}


async def _assert_scope(services: Services, company_id: str | None, district_ids: list[str]) -> None:
    unknown: list[tuple[str, str]] = await services.writer.write(
        partial(unknown_scope, company_id=company_id, district_ids=district_ids)
    )
    if unknown:
        named = ", ".join(f"{member} {name!r}" for member, name in unknown)
        raise UserRefused(f"expected a company and districts of the registry, got {named[:300]}")
