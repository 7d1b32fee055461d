"""Who a request comes from: its bearer token, else the console's cookie."""

from __future__ import annotations

from functools import partial

from fastapi import Request

from api.errors import NotLoggedInError, NotPermittedError
from api.services import Services
from api.tokens import user_of
from api.viewer import Permission, Role, Viewer
from storage.queries.users import read_user

COOKIE = "muckline_access"


async def recognized(request: Request, permission: Permission) -> Viewer:
    """Return who asks.

    Raises:
        NotLoggedInError: Nobody is known by what the request carries.
        NotPermittedError: The role has no such permission.
    """
    services: Services = request.app.state.services
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        token = request.cookies.get(COOKIE, "")
    user_no = user_of(services.secret, token)
    row = None if user_no is None else await services.database.read(partial(read_user, user_no=user_no))
    if row is None or row["disabled_at"] is not None:
        raise NotLoggedInError("expected a valid access token, got none")
    viewer = Viewer(
        user_no=row["user_no"],
        name=row["name"],
        display_name=row["display_name"],
        role=Role(row["role"]),
        company_id=row["company_id"],
        district_ids=tuple(row["district_ids"]),
    )
    if not viewer.may(permission):
        raise NotPermittedError(f"expected a role that may {permission}, got {viewer.role}", role=viewer.role)
    return viewer
