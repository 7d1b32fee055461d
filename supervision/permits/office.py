"""Applications in the database: begun, written at, and taken a step further, each in one transaction.

Two who act at once: a step names the version that its asker saw, and the row is locked while it is taken. The approval
writes the register of permits by the code by which any change of a register is planned and checked, so that ingest
judges by the permit a second or two later; everything before it changes nothing that rules read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.rows import DictRow

from storage.errors import InvalidWorld
from storage.permit_applications import (
    NAMEABLE,
    add_step,
    begin,
    decides,
    lock_company,
    move,
    open_change_of,
    open_of_company,
    read_locked,
    read_own_permit,
    read_sender,
    unnameable,
    write_content,
)
from storage.registers.authorship import Author, editing
from storage.registers.edits import absent, read_current, write_items
from storage.registers.permits import note_step
from supervision.permits.content import (
    ASKED,
    GRANTED,
    NOTE,
    PERMITS,
    base_of,
    cleaned,
    patch_of,
    permit_item,
    sent_faults,
    written_faults,
)
from supervision.permits.errors import (
    ApplicationMovedOn,
    ApplicationStepRefused,
    NotTheirsToDecide,
    UnknownApplication,
)
from supervision.permits.life import EDITABLE, STEPS, Kind, Side, allowed_steps
from supervision.registers.faults import Fault, Refused, shown
from supervision.registers.fields import is_id
from supervision.registers.files import Row
from supervision.registers.items import Item, stored
from supervision.registers.plan import Current, planned, reference_faults, wanted_references

# Papers of one company that wait: a large haulier has some dozens; more is a program gone wrong.
OPEN_MOST = 500
PERMIT_STEPS: Mapping[Kind, str] = {"change": "change", "extension": "extend"}


@dataclass(frozen=True, slots=True)
class Person:
    """Who acts.

    Attributes:
        company_id: Of a company's user.
        sides: What the role may be in the life of an application.
    """

    user_no: int
    name: str
    display_name: str
    company_id: str | None
    sides: frozenset[Side]


@dataclass(frozen=True, slots=True)
class Asked:
    """A step as it is asked for.

    Attributes:
        expected_version: Which the asker saw.
        changes: Members that an officer sets otherwise than applied for; `permit_id` numbers a new permit.
    """

    step: str
    expected_version: int
    comment: str | None = None
    changes: Mapping[str, Any] | None = None


def begin_application(
    connection: Connection,
    person: Person,
    *,
    application_id: UUID,
    kind: Kind,
    permit_id: str | None,
    content: Mapping[str, Any],
    now: datetime,
) -> None:
    """Keep a draft; of a change, what is not said is as the permit has it.

    Raises:
        NotTheirsToDecide: It is no company's user.
        Refused: The content is not what it must be, or the permit cannot be changed.
    """
    company_id = _company_of(person)
    with connection.transaction():
        lock_company(connection, company_id)
        if open_of_company(connection, company_id) >= OPEN_MOST:
            raise Refused([Fault(None, f"at most {OPEN_MOST} applications that wait", "one more")])
        base = None if kind == "new" else _base(connection, person, permit_id)
        if kind == "new" and permit_id is not None:
            raise Refused([Fault("permit_id", "none: the officer numbers a new permit", shown(permit_id))])
        begun = cleaned(content if base is None else {**base, **content})
        _check_written(connection, person, begun, base)
        values = {"application_id": application_id, "kind": kind, "company_id": company_id, "permit_id": permit_id}
        begin(connection, {**values, "base": base, "content": begun, "now": now})
        _note(connection, application_id, person, "create", (None, "draft"), now=now)


def edit_application(
    connection: Connection,
    person: Person,
    application_id: UUID,
    *,
    expected_version: int,
    content: Mapping[str, Any],
    now: datetime,
) -> None:
    """Put another content in the place of a draft's, or of one that was sent back.

    Raises:
        UnknownApplication: The asker sees none.
        NotTheirsToDecide: It is not its company's user who writes.
        ApplicationMovedOn: It is no longer the one that was read.
        ApplicationStepRefused: It lies at the bureau, or has ended.
        Refused: The content is not what it must be.
    """
    with connection.transaction():
        row = _locked(connection, person, application_id, expected_version)
        if row["company_id"] != person.company_id or "company" not in person.sides:
            raise NotTheirsToDecide(f"expected a user of {row['company_id']}, got {person.name}")
        if row["status"] not in EDITABLE:
            raise ApplicationStepRefused(
                f"expected one of {', '.join(EDITABLE)}, as only such are written at, it is {row['status']}",
                allowed_steps=allowed_steps(row["status"], person.sides),
            )
        written = cleaned(content)
        _check_written(connection, person, written, row["base"])
        write_content(connection, application_id, written, now)


def take_step(connection: Connection, person: Person, application_id: UUID, asked: Asked, now: datetime) -> str | None:
    """Take a step; return the permit that it made or changed.

    Raises:
        UnknownApplication: The asker sees none.
        NotTheirsToDecide: The step is somebody else's to take.
        ApplicationMovedOn: Somebody was faster.
        ApplicationStepRefused: It does not lead on from what the application is.
        Refused: A comment is missing, or the content cannot be sent in or granted.
    """
    if asked.step == "approve":
        author = Author(person.name, person.user_no, "step", asked.comment)
        with editing(connection, author):
            row = _ready(connection, person, application_id, asked)
            try:
                permit_id, detail = _grant(connection, row, asked, author, now)
            except InvalidWorld as error:
                raise Refused([Fault(None, "what the registers can hold together", str(error))]) from error
            _moved(connection, person, row, asked, now, permit_id=permit_id, detail=detail)
        return permit_id
    with connection.transaction():
        row = _ready(connection, person, application_id, asked)
        if asked.step == "submit":
            _rebase(connection, person, row)
            _check_written(connection, person, row["content"], row["base"])
            faults = sent_faults(row["content"], row["base"], row["kind"], now)
            if faults:
                raise Refused(faults)
        _moved(connection, person, row, asked, now, permit_id=row["permit_id"], detail={})
    return None


def _company_of(person: Person) -> str:
    if person.company_id is None or "company" not in person.sides:
        raise NotTheirsToDecide(f"expected a company's user, got {person.name}")
    return person.company_id


def _locked(connection: Connection, person: Person, application_id: UUID, expected_version: int) -> DictRow:
    row = read_locked(connection, application_id, person.user_no)
    if row is None:
        raise UnknownApplication(f"expected an application, got {application_id}")
    if row["version"] != expected_version:
        raise ApplicationMovedOn(
            f"expected version {row['version']}, as it is now, got {expected_version}", version=row["version"]
        )
    return row


def _ready(connection: Connection, person: Person, application_id: UUID, asked: Asked) -> DictRow:
    """Return the locked application, of which the step may be taken."""
    row, step = _locked(connection, person, application_id, asked.expected_version), STEPS[asked.step]
    own = person.company_id is not None and person.company_id == row["company_id"]
    theirs = step.side in person.sides and (
        own if step.side == "company" else decides(connection, row["content"].get("site_id"), person.user_no)
    )
    if not theirs:
        whose = f"a user of {row['company_id']}" if step.side == "company" else "an officer of the site's district"
        raise NotTheirsToDecide(f"expected {whose}, got {person.name}")
    if row["status"] not in step.before:
        allowed = allowed_steps(row["status"], person.sides)
        raise ApplicationStepRefused(
            f"expected one of {', '.join(allowed) or 'none'}, as it is {row['status']}, got {asked.step}",
            allowed_steps=allowed,
        )
    if step.commented and asked.comment is None:
        raise Refused([Fault("comment", f"a reason to {asked.step}", "nothing")])
    if asked.changes and asked.step != "approve":
        raise Refused([Fault("changes", "none but with an approval", shown(dict(asked.changes)))])
    return row


def _base(connection: Connection, person: Person, permit_id: str | None, row: DictRow | None = None) -> Item:
    """Return what of the permit could be asked for; it must be the company's, in force, and not asked about twice."""
    found = None if permit_id is None else read_own_permit(connection, permit_id, person.user_no)
    if found is None:
        raise Refused([Fault("permit_id", "a permit of the company", shown(permit_id))])
    status, document = found
    if status != "approved":
        raise Refused([Fault("permit_id", "a permit that is approved", f"{permit_id}, which is {status}")])
    other = open_change_of(connection, str(permit_id)) if row is None else None
    if other is not None:
        raise Refused([Fault("permit_id", "a permit whose change is not applied for yet", f"application {other}")])
    return base_of(document)


def _rebase(connection: Connection, person: Person, row: DictRow) -> None:
    """Let a change be one of the permit as it is today: what was changed meanwhile stays, if it is not asked for."""
    if row["kind"] == "new":
        return
    base = _base(connection, person, row["permit_id"], row)
    asked = patch_of(row["content"], row["base"] or {})
    note = {NOTE.name: row["content"].get(NOTE.name)}
    row["base"], row["content"] = base, cleaned({**base, **asked, **note})


def _check_written(
    connection: Connection, person: Person, content: Mapping[str, Any], base: Mapping[str, Any] | None
) -> None:
    """Refuse a content with members of the wrong kind, or that names what is not there or another company's."""
    faults = written_faults(content, (*ASKED, NOTE.name))
    if faults:
        raise Refused(faults)
    for member in NAMEABLE:
        named = _ids(content.get(member))
        kept = set(_ids((base or {}).get(member)))  # what the permit names already may stay
        unknown = unnameable(
            connection, member, [each for each in named if each not in kept], viewer=person.user_no,
            company_id=_company_of(person),
        )  # fmt: skip
        expected = "trucks of the company in service" if member == "vehicle_ids" else "what the registers have"
        faults += [Fault(member, expected, shown(each)) for each in unknown]
    if faults:
        raise Refused(faults)


def _ids(value: Any) -> list[str]:
    return [] if value is None else value if isinstance(value, list) else [value]


def _grant(
    connection: Connection, row: DictRow, asked: Asked, author: Author, now: datetime
) -> tuple[str, dict[str, Any]]:
    """Write the permit that an application makes or changes; return its id and what the step tells of it."""
    changes = dict(asked.changes or {})
    permit_id = str(changes.pop("permit_id", None) or row["permit_id"] or f"ZY-{row['application_no']}")
    if not is_id(permit_id) or (row["kind"] != "new" and permit_id != row["permit_id"]):
        raise Refused([Fault("permit_id", "an id" if row["kind"] == "new" else row["permit_id"], shown(permit_id))])
    faults = written_faults(changes, GRANTED)
    if faults:
        raise Refused(faults)
    before, version = read_current(connection, "permits", [permit_id]).get(permit_id, (None, 0))
    if row["kind"] == "new":
        if before is not None:
            raise Refused([Fault("permit_id", "a number that is free", shown(permit_id))])
        changes.setdefault("issuer", author.who)
        item = permit_item({**row["content"], **changes}, permit_id, row["company_id"])
    else:
        if before is None or before["status"] != "approved":
            status = None if before is None else before["status"]
            raise Refused([Fault("permit_id", "a permit that is approved", shown(status))])
        item = {**patch_of(row["content"], row["base"] or {}), **changes, "permit_id": permit_id}
    _write_permit(connection, row, item, Current(before, version))
    _note_permit(connection, row, permit_id, author, now)
    granted = {name: value for name, value in changes.items() if row["kind"] != "new" or name != "issuer"}
    return permit_id, {"permit_id": permit_id, **({"changes": granted} if granted else {})}


def _write_permit(connection: Connection, row: DictRow, item: Item, before: Current) -> None:
    """Write a permit as any change of its register is; a truck must be the company's on the day of the approval."""
    rows = [Row(1, item)]
    plans = planned(PERMITS, rows, {item["permit_id"]: before}, whole=False)
    faults = reference_faults(PERMITS, rows, plans, absent(connection, wanted_references(PERMITS, plans)))
    (plan,) = plans
    kept = set(_ids((before.stored or {}).get("vehicle_ids")))
    named = [each for each in _ids(plan.after.get("vehicle_ids")) if each not in kept]
    strange = unnameable(connection, "vehicle_ids", named, viewer=0, company_id=row["company_id"])
    faults += [Fault("vehicle_ids", f"trucks of {row['company_id']} in service", shown(each)) for each in strange]
    if faults:
        raise Refused(faults)
    write_items(connection, "permits", [stored(PERMITS, plan.content)])


def _note_permit(connection: Connection, row: DictRow, permit_id: str, author: Author, now: datetime) -> None:
    """Tell in the permit's own steps who applied for it and who granted it."""
    number = row["application_no"]
    sender = read_sender(connection, row["application_id"])
    told = Author(author.who, author.user_no, "step", " · ".join(filter(None, (number, author.reason))))
    if row["kind"] != "new":
        note_step(connection, permit_id, PERMIT_STEPS[row["kind"]], ("approved", "approved"), told, now)
        return
    name, user_no, sent_at = sender or (row["company_id"], None, now)
    note_step(connection, permit_id, "apply", (None, "applied"), Author(name, user_no, "step", number), sent_at)
    note_step(connection, permit_id, "approve", ("applied", "approved"), told, now)


def _moved(
    connection: Connection,
    person: Person,
    row: DictRow,
    asked: Asked,
    now: datetime,
    *,
    permit_id: str | None,
    detail: Mapping[str, Any],
) -> None:
    sent = asked.step == "submit"
    values = {"status": STEPS[asked.step].after, "permit_id": permit_id, "sent": sent, "now": now}
    values |= {"base": row["base"], "content": row["content"]}
    move(connection, row["application_id"], values)
    _note(
        connection, row["application_id"], person, asked.step, (row["status"], STEPS[asked.step].after), now=now,
        comment=asked.comment, content=row["content"] if sent else None, detail=detail,
    )  # fmt: skip


def _note(
    connection: Connection,
    application_id: UUID,
    person: Person,
    step: str,
    change: tuple[str | None, str],
    *,
    now: datetime,
    comment: str | None = None,
    content: Mapping[str, Any] | None = None,
    detail: Mapping[str, Any] | None = None,
) -> None:
    who = {"user_no": person.user_no, "by_name": person.name, "by_display_name": person.display_name}
    what = {"step": step, "from_status": change[0], "to_status": change[1], "comment": comment, "content": content}
    add_step(connection, {"application_id": application_id, "now": now, "detail": detail or {}, **who, **what})
