"""The way of a change: what was sent is planned, checked against the database, written with its author, and logged.

All in one transaction that nobody else's change of the world comes between. A dry run goes the same way and is undone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from fastapi import Request
from psycopg import Connection

from api.crs import Crs, read_geometry, read_position
from api.errors import (
    ChangedMeanwhileError,
    RegisterItemNotFoundError,
    RegisterItemThereError,
    RegisterRefusedError,
    StillReferredToError,
    VersionRequiredError,
)
from api.registers.slow_work import aside
from api.services import Services
from api.viewer import Viewer
from storage.audit_log import Entry, append
from storage.errors import InvalidWorld
from storage.registers.authorship import Author, Source, editing
from storage.registers.edits import absent, read_current, referrers, retire_item, write_items
from storage.registers.permits import note_new_permits
from supervision.registers.faults import Fault, Refused
from supervision.registers.files import Row, read_json
from supervision.registers.items import Item, given, stored
from supervision.registers.plan import (
    Current,
    Planned,
    ids_of,
    of_register,
    planned,
    reference_faults,
    wanted_references,
)
from supervision.registers.table import Register

REASON_MOST = 500  # characters


@dataclass(frozen=True, slots=True)
class Change:
    """What somebody wants changed.

    Attributes:
        whole: Items are sent whole; otherwise what is not sent stays.
        versions: The version of each item that was read, by id; None where each may be whatever it is. In an import
            those that are not named may be.
        new: Only items that are not there yet.
    """

    viewer: Viewer
    register: Register
    source: Source
    whole: bool
    versions: Mapping[str, int | None] | None = None
    new: bool = False
    reason: str | None = None
    dry_run: bool = False

    @property
    def author(self) -> Author:
        """Return who stands in the history."""
        return Author(self.viewer.name, self.viewer.user_no, self.source, self.reason)


async def sent_json(request: Request) -> Any:
    """Return the JSON of a request's body.

    Raises:
        RegisterRefusedError: It is none.
    """
    try:
        return read_json(await request.body())
    except Refused as refused:
        raise refused_error(refused) from refused


async def sent_item(register: Register, body: Any, crs: Crs) -> Item:
    """Return the item that was sent, its positions in WGS 84.

    Raises:
        RegisterRefusedError: It is no item.
    """
    try:
        item = given(register, body)
        return item if crs == "wgs84" else await aside(partial(in_wgs84, item, crs))
    except Refused as refused:
        raise refused_error(refused) from refused


def in_wgs84(item: Item, crs: Crs) -> Item:
    """Return an item with its positions in WGS 84."""
    if crs == "wgs84":
        return item
    if "geometry" in item:
        item = item | {"geometry": read_geometry(item["geometry"], crs)}
    lon, lat = item.get("lon_deg"), item.get("lat_deg")
    if isinstance(lon, int | float) and isinstance(lat, int | float):
        item = item | dict(zip(("lon_deg", "lat_deg"), read_position(lon, lat, crs), strict=True))
    return item


def sent_version(request: Request, body: Any) -> int | None:
    """Return the version that was read, from `If-Match` or from the body; None where none is named.

    Raises:
        RegisterRefusedError: It is no version.
    """
    header = request.headers.get("if-match")
    named: Any = body.get("version") if isinstance(body, dict) else None
    if named is None and isinstance(body, dict) and isinstance(body.get("properties"), dict):
        named = body["properties"].get("version")
    if header is not None:
        text = header.strip().removeprefix("W/").strip('"')
        named = int(text) if text.isascii() and text.isdigit() and len(text) < 19 else header
    if named is None or (isinstance(named, int) and not isinstance(named, bool)):
        return named
    fault = Fault("version", "the version that an answer gave", repr(named)[:100])
    raise refused_error(Refused([fault]))


async def change_items(services: Services, rows: Sequence[Row], change: Change) -> list[Planned]:
    """Do a change and return what came of each item.

    Raises:
        RegisterRefusedError: Something is wrong with an item.
        ChangedMeanwhileError: An item is no longer the one that was read.
        VersionRequiredError: It is not said which one was read.
        RegisterItemThereError: An item that shall be new is there.
    """
    try:
        return await services.writer.write(partial(_change, rows=rows, change=change))
    except Refused as refused:
        raise refused_error(refused) from refused
    except InvalidWorld as error:
        fault = Fault(None, "what the registers can hold together", str(error))
        raise refused_error(Refused([fault])) from error


def _change(connection: Connection, *, rows: Sequence[Row], change: Change) -> list[Planned]:
    register = change.register
    ids = ids_of(register, rows)
    with editing(connection, change.author, dry_run=change.dry_run):
        found = read_current(connection, register.document, ids)
        current = {name: Current(of_register(register, item), version) for name, (item, version) in found.items()}
        for name in ids:
            _check_version(change, name, current.get(name))
        plans = planned(register, rows, current, whole=change.whole)
        faults = reference_faults(register, rows, plans, absent(connection, wanted_references(register, plans)))
        if faults:
            raise Refused(faults)
        changed = [plan for plan in plans if plan.action != "unchanged"]
        if changed:
            write_items(connection, register.document, [stored(register, plan.content) for plan in changed])
        if register.name == "permits":
            new = {plan.item_id: str(plan.after.get("status") or "applied") for plan in changed if plan.before is None}
            note_new_permits(connection, new, change.author)
        _log(connection, change, [plan.item_id for plan in changed])
    return plans


def _check_version(change: Change, name: str, now: Current | None) -> None:
    there = now is not None and now.stored is not None
    if change.new and there:
        raise RegisterItemThereError(f"expected an id that is free, got {name!r}", id=name)
    if change.versions is None or change.new or (change.source == "import" and name not in change.versions):
        return
    version = change.versions.get(name)
    if now is None or not there:
        if version:
            raise ChangedMeanwhileError(f"expected {name!r} of version {version}, got none: it is gone", id=name)
        return
    if version is None:
        detail = f"expected If-Match or a version, as {name!r} is there, got neither"
        raise VersionRequiredError(detail, id=name, version=now.version)
    if version != now.version:
        detail = f"expected version {now.version} of {name!r}, which is in force, got {version}"
        raise ChangedMeanwhileError(detail, id=name, version=now.version, current=now.stored)


async def retire(services: Services, item_id: str, change: Change) -> None:
    """Take an item out of service.

    Raises:
        RegisterItemNotFoundError: It is not there.
        StillReferredToError: Others refer to it.
        ChangedMeanwhileError: It is no longer the one that was read.
        VersionRequiredError: It is not said which one was read.
    """
    await services.writer.write(partial(_retire, item_id=item_id, change=change))


def _retire(connection: Connection, *, item_id: str, change: Change) -> None:
    document = change.register.document
    with editing(connection, change.author):
        item, version = read_current(connection, document, [item_id]).get(item_id, (None, 0))
        if item is None:
            raise not_found(change.register, item_id)
        _check_version(change, item_id, Current(item, version))
        others = referrers(connection, document, item_id)
        if others:
            named = ", ".join(f"{kind} {name}" for kind, name in others[:5])
            facts = [{"kind": kind, "id": name} for kind, name in others]
            raise StillReferredToError(f"expected nothing that refers to {item_id!r}, got {named}", referred_by=facts)
        retire_item(connection, document, item_id)
        _log(connection, change, [item_id])


def _log(connection: Connection, change: Change, ids: Sequence[str]) -> None:
    """Write into the audit log what was done; of many items the history has each."""
    if not ids or change.dry_run:
        return
    entry = Entry(
        user_no=change.viewer.user_no,
        user_name=change.viewer.name,
        role=change.viewer.role,
        action="edit_register" if change.source == "console" else f"{change.source}_register",
        object_kind=change.register.document,
        object_id=ids[0] if len(ids) == 1 else "",
        detail={"items": len(ids), "reason": change.reason},
    )
    append(connection, [entry])


def refused_error(refused: Refused) -> RegisterRefusedError:
    """Return the problem that tells all faults."""
    return RegisterRefusedError(str(refused), errors=[fault.told() for fault in refused.faults])


def not_found(register: Register, item_id: str) -> RegisterItemNotFoundError:
    """Return the problem of an item that is not there, or that the viewer does not see."""
    return RegisterItemNotFoundError(f"expected an item of {register.name}, got {item_id!r}", id=item_id)
