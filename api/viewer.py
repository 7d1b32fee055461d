"""Who asks, and what a role may do: ONE table. What a viewer sees of it is decided by `visible` in the database.

A route takes one of the annotated viewers below; a route without one is refused by a test unless it is named in
`OPEN_PATHS`. Queries get `viewer.user_no` and ask `visible(%(viewer)s, 'vehicle')`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends
from fastapi.requests import HTTPConnection


class Role(StrEnum):
    """What somebody is."""

    ADMINISTRATOR = "administrator"
    BUREAU = "bureau"
    DISTRICT = "district"
    INSPECTOR = "inspector"
    COMPANY = "company"
    ASSOCIATION = "association"
    PUBLIC = "public"


class Permission(StrEnum):
    """What a route needs."""

    LOOK = "look"  # registers, positions, events, cases; of what is in scope
    TRACK = "track"  # where one truck was; each look is logged
    WORK = "work"  # take steps of cases
    VERIFY = "verify"  # the steps that end a case: verify, close, send back, false positive
    REGISTER = "register"  # edit companies, vehicles, permits and the rest of the registers
    DRAW = "draw"  # edit sites, corridors, zones, districts
    TUNE = "tune"  # change limits of rules
    COMMAND = "command"  # tell terminals something
    EXPORT = "export"
    REPORT = "report"  # tell the bureau of something seen
    APPEAL = "appeal"  # object to a deduction
    APPLY = "apply"  # apply for permits for one's own trucks
    PERMIT = "permit"  # decide on applications, suspend and cancel permits; of what is in scope
    EXCHANGE = "exchange"  # the feed and the inbox of other bureaux
    OPERATE = "operate"  # rejected messages, stray replies, state of the machinery
    USERS = "users"
    AUDIT = "audit"


_SEE = frozenset({Permission.LOOK, Permission.EXPORT})
_BUREAU = frozenset(Permission) - {Permission.USERS, Permission.AUDIT}
GRANTS: dict[Role, frozenset[Permission]] = {
    Role.ADMINISTRATOR: frozenset(Permission),
    Role.BUREAU: _BUREAU | {Permission.AUDIT},
    Role.DISTRICT: _SEE | {Permission.TRACK, Permission.WORK, Permission.VERIFY, Permission.REPORT, Permission.PERMIT},
    Role.INSPECTOR: _SEE | {Permission.TRACK, Permission.WORK, Permission.REPORT},
    Role.COMPANY: _SEE | {Permission.TRACK, Permission.APPEAL, Permission.REPORT, Permission.APPLY},
    Role.ASSOCIATION: _SEE | {Permission.EXCHANGE},
    Role.PUBLIC: frozenset({Permission.REPORT}),
}


@dataclass(frozen=True, slots=True)
class Viewer:
    """A user who was recognized.

    Attributes:
        user_no: What the database's `visible` is asked with.
        name: Login.
        display_name: For people.
        role: Decides what it may do.
        company_id: Of role `company`.
        district_ids: Of role `district`.
        session_id: What it logged in with; None where a program's key stands for it.
        key_id: The program's key.
        narrowed: All that such a key may do of what the role may; None for all.
    """

    user_no: int
    name: str
    display_name: str
    role: Role
    company_id: str | None = None
    district_ids: tuple[str, ...] = ()
    session_id: UUID | None = None
    key_id: str | None = None
    narrowed: frozenset[Permission] | None = None

    @property
    def login(self) -> str | None:
        """Return the session or the key that it came with."""
        return self.key_id if self.session_id is None else str(self.session_id)

    def may(self, permission: Permission) -> bool:
        """Tell whether the role, and the key where there is one, has the permission."""
        return permission in GRANTS[self.role] and (self.narrowed is None or permission in self.narrowed)


def requires(permission: Permission | None) -> Any:
    """Return a dependency that gives the viewer, refusing one without the permission; None needs none but a log-in.

    Raises:
        NotLoggedInError: Nobody is known by what the request carries.
        NotPermittedError: The role has no such permission.
    """

    async def viewer(request: HTTPConnection) -> Viewer:
        from api.recognition import recognized  # the access module knows the services, which know the settings

        return await recognized(request, permission)

    viewer.permission = permission  # type: ignore[attr-defined]
    return Depends(viewer)


# What is open to everybody: nothing of the city's is told there. `/metrics` decides by itself.
OPEN_PATHS = frozenset(
    {
        "/healthz",
        "/readyz",
        "/metrics",
        "/problems",
        "/problems/{name}",
        "/docs",
        "/openapi.json",
        "/v1/session/refresh",  # by its own cookie
        "/v1/shared/{token}",  # by the link's token
        "/v1/shared/{token}/basemap",
        "/v1/shared/{token}/basemap/{file}",
    }
)
# Open for one method alone: logging in and out.
OPEN_METHODS = frozenset({("POST", "/v1/session"), ("DELETE", "/v1/session")})

Somebody = Annotated[Viewer, requires(None)]
Looker = Annotated[Viewer, requires(Permission.LOOK)]
Tracker = Annotated[Viewer, requires(Permission.TRACK)]
CaseWorker = Annotated[Viewer, requires(Permission.WORK)]
Verifier = Annotated[Viewer, requires(Permission.VERIFY)]
Registrar = Annotated[Viewer, requires(Permission.REGISTER)]
Drawer = Annotated[Viewer, requires(Permission.DRAW)]
Tuner = Annotated[Viewer, requires(Permission.TUNE)]
Commander = Annotated[Viewer, requires(Permission.COMMAND)]
Exporter = Annotated[Viewer, requires(Permission.EXPORT)]
Reporter = Annotated[Viewer, requires(Permission.REPORT)]
Appellant = Annotated[Viewer, requires(Permission.APPEAL)]
Applicant = Annotated[Viewer, requires(Permission.APPLY)]
PermitOfficer = Annotated[Viewer, requires(Permission.PERMIT)]
Exchanger = Annotated[Viewer, requires(Permission.EXCHANGE)]
Operator = Annotated[Viewer, requires(Permission.OPERATE)]
UserManager = Annotated[Viewer, requires(Permission.USERS)]
Auditor = Annotated[Viewer, requires(Permission.AUDIT)]
