"""`/v1/session`: logging in and out, and what keeps a console logged in; `/v1/tickets` for streams.

The access cookie lives for minutes and goes with every request; the refresh cookie goes to this path alone and is good
for one refresh. A refresh token that comes twice was stolen from somebody: its session ends for everybody who holds it.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from psycopg.rows import DictRow
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from api.access import lockout, passwords
from api.access.addresses import address_of
from api.answers import json_answer
from api.audit import noted
from api.errors import (
    NotLoggedInError,
    TooManyLoginsError,
    TooManyRequestsError,
    WeakPasswordError,
    WrongOriginError,
    WrongPasswordError,
    problem_responses,
)
from api.recognition import COOKIE, assert_own_page, viewer_of
from api.services import Services, ServicesDependency
from api.tokens import ACCESS_S, DEVICE_S, access_token, device_of, device_token, random_token, session_of
from api.viewer import GRANTS, Permission, Role, Somebody, Viewer
from storage.audit_log import Entry
from storage.queries.users import read_login, read_session, read_session_of_refresh
from storage.sessions import (
    add_ticket,
    begin_session,
    clear_attempts,
    count_attempt,
    end_session,
    end_sessions,
    rotate,
)
from storage.users import set_password

router = APIRouter(tags=["access"])

REFRESH_COOKIE = "muckline_refresh"
DEVICE_COOKIE = "muckline_device"
PATH = "/v1/session"
# A browser opens its stream at once. [s]
TICKET_S = 30

Text = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00]+$")]


class LogIn(BaseModel):
    """Name and password.

    Attributes:
        token: Also answer with the access token, for programs that keep no cookies.
    """

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"name": "wang", "password": "a long password"}}
    )

    name: Text
    password: Text
    token: bool = False


class NewPassword(BaseModel):
    """A password in the place of another."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"password": "a long password", "new_password": "a longer password"}},
    )

    password: Text
    new_password: Text


class User(BaseModel):
    """Who is logged in.

    Attributes:
        permissions: What it may do.
        must_change_password: Nothing else is answered before it has.
    """

    name: str
    display_name: str
    role: Role
    company_id: str | None
    district_ids: list[str]
    permissions: list[Permission]
    must_change_password: bool


class LoggedIn(BaseModel):
    """Who is logged in.

    Attributes:
        expires_at: Refresh before this.
        access_token: Where it was asked for.
    """

    user: User
    expires_at: AwareDatetime
    access_token: str | None = None


class Who(BaseModel):
    """Who is logged in."""

    user: User


class Ticket(BaseModel):
    """Opens one stream within 30 s, as `?ticket=` in its address."""

    ticket: str
    expires_at: AwareDatetime = Field(examples=["2026-05-01T12:00:30Z"])


@router.post(
    PATH,
    response_model=LoggedIn,
    response_model_exclude_none=True,
    summary="Log in",
    responses=problem_responses(WrongPasswordError, TooManyLoginsError, TooManyRequestsError, WrongOriginError),
)
async def log_in(request: Request, services: ServicesDependency, login: LogIn) -> Response:
    """Begin a session; its cookies come with the answer."""
    if request.headers.get("sec-fetch-site", "same-origin") != "same-origin":
        assert_own_page(request)
    tried = _tried(request, services, login.name.lower())
    services.rates.take_login(tried.device or tried.address)
    row = await _right(services, tried, login.password)
    refresh, idle_s, longest_s = random_token(), *_lifetimes(services)
    begin = partial(
        begin_session,
        user_no=row["user_no"],
        longest_s=longest_s,
        refresh=(refresh, idle_s),
        address=tried.address,
        program=request.headers.get("user-agent"),
    )
    session_id: UUID = await services.writer.write(begin)
    await noted(services, viewer_of(row), "log_in", "session", str(session_id), detail={"address": tried.address})
    answer = _logged_in(request, services, row, session_id, refresh, told=login.token)
    known = device_token(services.secret, tried.name, time.time())
    _set_cookie(request, answer, DEVICE_COOKIE, known, DEVICE_S, PATH)
    return answer


@router.get(PATH, response_model=Who, summary="Who is logged in", responses=problem_responses(NotLoggedInError))
async def who(services: ServicesDependency, viewer: Somebody) -> Response:
    """Return the user that the request is made in the name of."""
    return json_answer({"user": user_answer(viewer, must_change=await _must_change(services, viewer))})


@router.post(
    f"{PATH}/refresh",
    response_model=LoggedIn,
    response_model_exclude_none=True,
    summary="Stay logged in",
    responses=problem_responses(NotLoggedInError, WrongOriginError),
)
async def refresh(request: Request, services: ServicesDependency) -> Response:
    """Put new cookies in the place of the old ones; the refresh cookie is good for one refresh."""
    token = request.cookies.get(REFRESH_COOKIE)
    if not token:
        raise NotLoggedInError("expected the refresh cookie, got none")
    assert_own_page(request)
    new, (idle_s, _) = random_token(), _lifetimes(services)
    rotation = await services.writer.write(partial(rotate, token=token, new_token=new, idle_s=idle_s))
    if rotation.outcome == "reused":
        await services.trail.append(
            Entry(rotation.user_no, "", "", "reuse_refresh_token", "session", str(rotation.session_id), allowed=False)
        )
    row = None
    if rotation.outcome == "rotated" and rotation.session_id is not None:
        row = await services.database.read(partial(read_session, session_id=rotation.session_id))
    if row is None:
        raise NotLoggedInError(f"expected a refresh token in force, this one is {rotation.outcome}")
    return _logged_in(request, services, row, row["session_id"], new)


@router.delete(PATH, status_code=204, summary="Log out", responses=problem_responses(WrongOriginError))
async def log_out(request: Request, services: ServicesDependency) -> Response:
    """End the session at once, for its refresh and access tokens alike; without one this does nothing."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        token = request.cookies.get(COOKIE, "")
        if token or REFRESH_COOKIE in request.cookies:
            assert_own_page(request)
    session_id = session_of(services.secret, token) or await _session_of_refresh(services, request)
    if session_id is not None:
        await _end(services, session_id)
    answer = Response(status_code=204)
    answer.delete_cookie(COOKIE, path="/", httponly=True, samesite="strict", secure=_is_secure(request))
    answer.delete_cookie(REFRESH_COOKIE, path=PATH, httponly=True, samesite="strict", secure=_is_secure(request))
    return answer


@router.post(
    f"{PATH}/password",
    status_code=204,
    summary="Change the own password",
    responses=problem_responses(WrongPasswordError, WeakPasswordError, TooManyLoginsError, NotLoggedInError),
)
async def change_password(
    request: Request, services: ServicesDependency, viewer: Somebody, change: NewPassword
) -> Response:
    """Change it, ending every other session of the user."""
    await _right(services, _tried(request, services, viewer.name), change.password)
    passwords.assert_strong(change.new_password, viewer.name)
    if change.new_password == change.password:
        raise WeakPasswordError("expected a password other than the old one")
    await keep_password(services, viewer.user_no, change.new_password, must_change=False, but=viewer.session_id)
    await noted(services, viewer, "change_password", "user", viewer.name)
    return Response(status_code=204)


@router.post(
    "/v1/tickets",
    response_model=Ticket,
    status_code=201,
    summary="A ticket for a stream",
    responses=problem_responses(NotLoggedInError),
)
async def ticket(services: ServicesDependency, viewer: Somebody) -> Response:
    """Return a ticket for clients that cannot send a header when they open a stream."""
    text = random_token()
    add = partial(add_ticket, ticket=text, valid_s=TICKET_S, session_id=viewer.session_id, key_id=viewer.key_id)
    await services.writer.write(add)
    answer = json_answer({"ticket": text, "expires_at": datetime.now(UTC) + timedelta(seconds=TICKET_S)})
    answer.status_code = 201
    return answer


def user_answer(viewer: Viewer, *, must_change: bool) -> dict[str, Any]:
    """Return the members of `User`."""
    return {
        "name": viewer.name,
        "display_name": viewer.display_name,
        "role": viewer.role,
        "company_id": viewer.company_id,
        "district_ids": list(viewer.district_ids),
        "permissions": sorted(permission for permission in GRANTS[viewer.role] if viewer.may(permission)),
        "must_change_password": must_change,
    }


async def keep_password(
    services: Services, user_no: int, password: str, *, must_change: bool, but: UUID | None = None
) -> None:
    """Give a user a password and end its sessions, but one."""
    kept = await services.passwords.hashed(password)
    await services.writer.write(partial(set_password, user_no=user_no, password_hash=kept, must_change=must_change))
    await services.writer.write(partial(end_sessions, user_no=user_no, why="password_changed", but=but))


@dataclass(frozen=True, slots=True)
class Tried:
    """A log-in that is tried: as whom, from where, and in which browser where the user has logged in there before."""

    name: str
    address: str
    device: str | None


def _tried(request: Request, services: Services, name: str) -> Tried:
    address = address_of(request)
    return Tried(name, address, device_of(services.secret, request.cookies.get(DEVICE_COOKIE, ""), name))


async def _right(services: Services, tried: Tried, password: str) -> DictRow:
    """Return the user whose password it is; what takes time takes as long for a name that nobody has.

    Raises:
        TooManyLoginsError: Too many failed before; right or wrong is not told.
        WrongPasswordError: It is not.
    """
    who = (tried.name, tried.address, tried.device)
    locked_s: float = await services.writer.write(partial(count_attempt, locks=lockout.tried(*who)))
    if locked_s > 0:
        await services.trail.append(_refused(tried, "locked"))
        wait_s = int(locked_s) + 1
        raise TooManyLoginsError(f"expected a pause of {wait_s} s after failed log-ins", retry_after_s=wait_s)
    row = await services.database.read(partial(read_login, name=tried.name))
    if not await services.passwords.matches(row["password_hash"] if row else None, password) or row is None:
        await services.trail.append(_refused(tried, "wrong"))
        raise WrongPasswordError("expected a name and its password, got something else")
    await services.writer.write(partial(clear_attempts, tried=lockout.cleared(*who)))
    return row


async def _end(services: Services, session_id: UUID) -> None:
    row = await services.database.read(partial(read_session, session_id=session_id))
    if row is not None:
        await services.writer.write(partial(end_session, session_id=session_id, why="logged_out"))
        await noted(services, viewer_of(row), "log_out", "session", str(session_id))


def _refused(tried: Tried, why: str) -> Entry:
    detail = {"address": tried.address, "why": why, "known_browser": tried.device is not None}
    return Entry(None, tried.name[:100], "", "log_in", "session", "", allowed=False, detail=detail)


def _logged_in(
    request: Request, services: Services, row: DictRow, session_id: UUID, refresh: str, *, told: bool = False
) -> Response:
    now_s = time.time()
    token = access_token(services.secret, session_id, now_s)
    body = {
        "user": user_answer(viewer_of(row), must_change=row["must_change_password"]),
        "expires_at": datetime.fromtimestamp(int(now_s + ACCESS_S), UTC),
    }
    answer = json_answer(body | {"access_token": token} if told else body)
    idle_s, _ = _lifetimes(services)
    _set_cookie(request, answer, COOKIE, token, ACCESS_S, "/")
    _set_cookie(request, answer, REFRESH_COOKIE, refresh, int(idle_s), PATH)
    return answer


def _set_cookie(  # noqa: PLR0917 - in the order of a cookie's own line
    request: Request, answer: Response, name: str, value: str, max_age_s: int, path: str
) -> None:
    secure = _is_secure(request)
    answer.set_cookie(name, value, max_age=max_age_s, path=path, httponly=True, samesite="strict", secure=secure)


def _lifetimes(services: Services) -> tuple[float, float]:
    """Return how long a session may lie unused and how long it lasts at most. [s]"""
    return services.settings.session_idle_hours * 3_600.0, services.settings.session_days * 86_400.0


def _is_secure(request: Request) -> bool:
    return request.url.scheme == "https"


async def _must_change(services: Services, viewer: Viewer) -> bool:
    if viewer.session_id is None:
        return False
    row = await services.database.read(partial(read_session, session_id=viewer.session_id))
    return row is not None and bool(row["must_change_password"])


async def _session_of_refresh(services: Services, request: Request) -> UUID | None:
    token = request.cookies.get(REFRESH_COOKIE)
    if not token:
        return None
    return await services.database.read(partial(read_session_of_refresh, token=token))
