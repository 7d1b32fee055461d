"""Who a request comes from: its bearer token or key, else a stream's ticket, else the console's cookie."""

from __future__ import annotations

import hmac
from functools import partial
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from fastapi.requests import HTTPConnection
from psycopg.rows import DictRow

from api.errors import NotLoggedInError, NotPermittedError, PasswordChangeNeededError, WrongOriginError
from api.services import Services
from api.tokens import read_key_text, session_of
from api.viewer import Permission, Role, Viewer
from storage.audit_log import Entry
from storage.queries.users import read_key, read_session
from storage.sessions import take_ticket, token_hash

COOKIE = "muckline_access"
# They change nothing, so that a page of another site gains nothing by asking for them in somebody's name.
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
# What may be asked with a ticket in the address: browsers cannot send a header with these.
STREAMS = ("/stream", "/live")
# Where a request keeps who sends it, once that was asked for its body.
KNOWN = "muckline.viewer"


async def recognized(request: HTTPConnection, permission: Permission | None) -> Viewer:
    """Return who asks.

    Args:
        request: Of HTTP or of a WebSocket.
        permission: What it needs; None for what everybody may who has logged in.

    Raises:
        NotLoggedInError: Nobody is known by what the request carries.
        NotPermittedError: The role has no such permission; the attempt is logged.
        PasswordChangeNeededError: The password must be changed before anything else.
        WrongOriginError: A page of another site asks in the name of who has logged in.
        TooManyRequestsError: The user asks too often.
    """
    known: tuple[Permission | None, Viewer] | None = request.scope.get(KNOWN)
    if known is not None and known[0] is permission:
        return known[1]
    services: Services = request.app.state.services
    row = await _who(services, request)
    if row is None:
        raise NotLoggedInError("expected a valid access token, got none")
    viewer = viewer_of(row)
    services.rates.take(viewer.name, request.url.path)
    if permission is not None:
        await _assert_may(services, request, row, permission)
    request.scope[KNOWN] = (permission, viewer)
    return viewer


async def _assert_may(services: Services, request: HTTPConnection, row: DictRow, permission: Permission) -> None:
    viewer = viewer_of(row)
    if row["must_change_password"] and viewer.key_id is None:
        raise PasswordChangeNeededError("expected a password of the user's own; change it at /v1/session/password")
    if not viewer.may(permission):
        await services.trail.append(_refusal(viewer, request, permission))
        raise NotPermittedError(f"expected a role that may {permission}, got {viewer.role}", role=viewer.role)


def viewer_of(row: DictRow) -> Viewer:
    """Return the viewer from a row of `storage.queries.users`."""
    narrowed = row.get("permissions")
    return Viewer(
        user_no=row["user_no"],
        name=row["name"],
        display_name=row["display_name"],
        role=Role(row["role"]),
        company_id=row["company_id"],
        district_ids=tuple(row["district_ids"]),
        session_id=row.get("session_id"),
        key_id=row.get("key_id"),
        narrowed=None if narrowed is None else frozenset(map(Permission, narrowed)),
    )


def assert_own_page(request: HTTPConnection) -> None:
    """Refuse what a page of another site lets a browser do with the cookies of this one.

    Browsers say where a request comes from in a header that pages cannot set; one that says nothing is refused.

    Raises:
        WrongOriginError: It comes from elsewhere.
    """
    site = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin")
    if site is not None and site != "same-origin":
        raise WrongOriginError(f"expected a page of this host, got one that is {site[:40]}")
    if origin is not None and urlsplit(origin).netloc != request.headers.get("host"):
        raise WrongOriginError(f"expected a page of this host, got one of {origin[:200]!r}")
    if site is None and origin is None:
        raise WrongOriginError("expected Sec-Fetch-Site or Origin with a cookie; programs send a bearer token instead")


async def _who(services: Services, request: HTTPConnection) -> DictRow | None:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme:
        return await _bearer(services, token) if scheme.lower() == "bearer" else None
    ticket = request.query_params.get("ticket")
    if ticket is not None and request.url.path.endswith(STREAMS):
        return await _ticket_holder(services, ticket)
    token = request.cookies.get(COOKIE, "")
    if token and (request.scope["type"] == "websocket" or request.scope["method"] not in SAFE_METHODS):
        assert_own_page(request)
    return await _session(services, session_of(services.secret, token))


async def _bearer(services: Services, token: str) -> DictRow | None:
    key = read_key_text(token)
    if key is None:
        return await _session(services, session_of(services.secret, token))
    row = await _of_key(services, key.key_id)
    is_its_secret = row is not None and hmac.compare_digest(bytes(row["secret_hash"]), token_hash(key.secret))
    return row if is_its_secret else None


async def _ticket_holder(services: Services, ticket: str) -> DictRow | None:
    holder: Any = await services.writer.write(partial(take_ticket, ticket=ticket))
    if holder is None:
        return None
    session_id, key_id = holder
    return await _session(services, session_id) if key_id is None else await _of_key(services, key_id)


async def _session(services: Services, session_id: UUID | None) -> DictRow | None:
    if session_id is None:
        return None
    return await services.database.read(partial(read_session, session_id=session_id))


async def _of_key(services: Services, key_id: str) -> DictRow | None:
    return await services.database.read(partial(read_key, key_id=key_id))


def _refusal(viewer: Viewer, request: HTTPConnection, permission: Permission) -> Entry:
    vehicle_id = request.path_params.get("vehicle_id")
    kind, name = ("vehicle", str(vehicle_id)) if vehicle_id is not None else ("route", request.url.path[:200])
    detail = {"path": request.url.path[:200], "method": request.scope.get("method", "WEBSOCKET")}
    action = f"{'look' if permission is Permission.TRACK else permission}_refused"
    return Entry(viewer.user_no, viewer.name, viewer.role, action, kind, name, allowed=False, detail=detail)
