"""Who asks, and what a role may do: ONE table. What a viewer sees of it is decided by `visible` in the database.

A route takes one of the annotated viewers below; a route without one is refused by a test unless it is named in
`OPEN_PATHS`. Queries get `viewer.user_no` and ask `visible(%(viewer)s, 'vehicle')`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any

from fastapi import Depends, Request


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
    EXCHANGE = "exchange"  # the feed and the inbox of other bureaux
    OPERATE = "operate"  # rejected messages, stray replies, state of the machinery
    USERS = "users"
    AUDIT = "audit"


_SEE = frozenset({Permission.LOOK, Permission.EXPORT})
_BUREAU = frozenset(Permission) - {Permission.USERS, Permission.AUDIT}
GRANTS: dict[Role, frozenset[Permission]] = {
    Role.ADMINISTRATOR: frozenset(Permission),
    Role.BUREAU: _BUREAU | {Permission.AUDIT},
    Role.DISTRICT: _SEE | {Permission.TRACK, Permission.WORK, Permission.VERIFY, Permission.REPORT},
    Role.INSPECTOR: _SEE | {Permission.TRACK, Permission.WORK, Permission.REPORT},
    Role.COMPANY: _SEE | {Permission.TRACK, Permission.APPEAL, Permission.REPORT},
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
    """

    user_no: int
    name: str
    display_name: str
    role: Role
    company_id: str | None = None
    district_ids: tuple[str, ...] = ()

    def may(self, permission: Permission) -> bool:
        """Tell whether the role has the permission."""
        return permission in GRANTS[self.role]


def requires(permission: Permission) -> Any:
    """Return a dependency that gives the viewer, refusing one without the permission.

    Raises:
        NotLoggedInError: Nobody is known by what the request carries.
        NotPermittedError: The role has no such permission.
    """

    async def viewer(request: Request) -> Viewer:
        from api.recognition import recognized  # the access module knows the services, which know the settings

        return await recognized(request, permission)

    viewer.permission = permission  # type: ignore[attr-defined]
    return Depends(viewer)


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
Exchanger = Annotated[Viewer, requires(Permission.EXCHANGE)]
Operator = Annotated[Viewer, requires(Permission.OPERATE)]
UserManager = Annotated[Viewer, requires(Permission.USERS)]
Auditor = Annotated[Viewer, requires(Permission.AUDIT)]
