"""`/v1/api-keys`: keys of programs, each acting for a user; told once, revoked at once."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from api.answers import json_answer
from api.audit import noted
from api.errors import BadCursorError, KeyNotFoundError, PageTooLargeError, UserNotFoundError, problem_responses
from api.pages import decode_cursor, name_part, next_link
from api.parameters import CursorQuery, LimitQuery, Name
from api.services import ServicesDependency
from api.tokens import key_text, new_key
from api.viewer import Permission, UserManager
from storage.queries.users import read_keys, read_user_named
from storage.sessions import add_key, revoke_key

router = APIRouter(tags=["access"])

# Ten years: whoever wants longer wants no end, and says so by leaving it out.
DAYS_MOST = 3_650


class NewKey(BaseModel):
    """A key to be made.

    Attributes:
        user: Whose role and scope it has.
        label: What it is for.
        permissions: All that it may do of what the role may; null for all.
        valid_days: How long it is in force; null for no end.
    """

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"user": "exchange", "label": "traffic police", "permissions": ["exchange"]}},
    )

    user: Name
    label: Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=r"^[^\x00]+$")]
    permissions: Annotated[list[Permission], Field(min_length=1, max_length=len(Permission))] | None = None
    valid_days: Annotated[int, Field(ge=1, le=DAYS_MOST)] | None = None


class ApiKey(BaseModel):
    """A key without its secret."""

    key_id: str
    user: str
    label: str
    permissions: list[Permission] | None
    created_at: AwareDatetime
    created_by: str
    expires_at: AwareDatetime | None
    revoked_at: AwareDatetime | None


class ApiKeyPage(BaseModel):
    """Keys in the order of their ids."""

    keys: list[ApiKey]
    next: str | None


class MadeKey(BaseModel):
    """The key, told here and never again; send it as `Authorization: Bearer KEY`."""

    key_id: str
    key: str = Field(examples=["mk_1f2e3d4c5b6a_..."])


@router.get(
    "/v1/api-keys",
    response_model=ApiKeyPage,
    summary="Keys of programs",
    responses=problem_responses(BadCursorError, PageTooLargeError),
)
async def api_keys(
    request: Request,
    services: ServicesDependency,
    _viewer: UserManager,
    *,
    user: Annotated[Name | None, Query(description="Only of this user.")] = None,
    limit: LimitQuery,
    cursor: CursorQuery = None,
) -> Response:
    """Return keys, also revoked ones."""
    key = decode_cursor(cursor, (name_part,))
    rows = await services.database.read(partial(read_keys, user=user, after=key[0] if key else None, limit=limit))
    return json_answer({"keys": rows, "next": next_link(request, rows, limit, lambda row: (row["key_id"],))})


@router.post(
    "/v1/api-keys",
    status_code=201,
    response_model=MadeKey,
    summary="Make a key for a program",
    responses=problem_responses(UserNotFoundError),
)
async def make(services: ServicesDependency, viewer: UserManager, new: NewKey) -> Response:
    """Make a key that acts for a user, which is told once."""
    row = await services.database.read(partial(read_user_named, name=new.user))
    if row is None:
        raise UserNotFoundError(f"expected the name of a user, got {new.user!r}", name=new.user)
    key = new_key()
    write = partial(
        add_key,
        key_id=key.key_id,
        secret=key.secret,
        user_no=row["user_no"],
        label=new.label,
        by=viewer.name,
        permissions=None if new.permissions is None else sorted(set(new.permissions)),
        valid_days=new.valid_days,
    )
    await services.writer.write(write)
    await noted(services, viewer, "make_key", "api_key", key.key_id, detail=new.model_dump(mode="json"))
    answer = json_answer({"key_id": key.key_id, "key": key_text(key)})
    answer.status_code = 201
    return answer


@router.delete(
    "/v1/api-keys/{key_id}", status_code=204, summary="Revoke a key", responses=problem_responses(KeyNotFoundError)
)
async def revoke(
    services: ServicesDependency,
    viewer: UserManager,
    key_id: Annotated[Name, Path(description="The key.", examples=["1f2e3d4c5b6a"])],
) -> Response:
    """Revoke a key at once."""
    if not await services.writer.write(partial(revoke_key, key_id=key_id)):
        raise KeyNotFoundError(f"expected the id of a key in force, got {key_id!r}", key_id=key_id)
    await noted(services, viewer, "revoke_key", "api_key", key_id)
    return Response(status_code=204)
