# ruff: noqa: S608 - the statements are made of our own fragments
"""Applications for permits written: begun, written at, and the steps that say what became of them.

Who approves has the world's lock already (`storage.registers.authorship.editing`); nobody takes it after a row's.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.rows import DictRow, dict_row
from psycopg.types.json import Jsonb

from storage.scope import APPLICATION_VISIBLE, PLACES_TO_APPLY_FOR, seen

# The city's year, as cases have it.
BEGIN = """
    insert into permit_applications (application_id, application_no, kind, status, company_id, permit_id, base, content,
        since, created_at, updated_at)
    select %(application_id)s, next_permit_application_no(extract(
            year from %(now)s at time zone 'UTC' + make_interval(mins => coalesce(
                (select (60 * (value #>> '{}')::float8)::integer from city where member = 'utc_offset_h'), 480
            ))
        )::integer), %(kind)s, 'draft', %(company_id)s, %(permit_id)s, %(base)s, %(content)s, %(now)s, %(now)s, %(now)s
"""
LOCKED = f"""
    select a.* from permit_applications a
    where a.application_id = %(application_id)s and {APPLICATION_VISIBLE}
    for update of a
"""
WRITE = """
    update permit_applications set content = %(content)s, version = version + 1, updated_at = %(now)s
    where application_id = %(application_id)s
"""
MOVE = """
    update permit_applications
    set status = %(status)s, version = version + 1, permit_id = %(permit_id)s, base = %(base)s, updated_at = %(now)s,
        content = %(content)s, submitted = case when %(sent)s then %(content)s else submitted end,
        submitted_at = case when %(sent)s then %(now)s else submitted_at end,
        since = case when %(sent)s then %(now)s else since end
    where application_id = %(application_id)s
"""
ADD_STEP = """
    insert into permit_application_steps (application_id, step_no, at, user_no, by_name, by_display_name, step,
        from_status, to_status, comment, content, detail)
    select %(application_id)s,
        1 + coalesce((select max(step_no) from permit_application_steps where application_id = %(application_id)s), 0),
        %(now)s, %(user_no)s, %(by_name)s, %(by_display_name)s, %(step)s, %(from_status)s, %(to_status)s, %(comment)s,
        %(content)s, %(detail)s
"""
OPEN_CHANGE = """
    select application_no from permit_applications
    where permit_id = %s and kind <> 'new' and status in ('draft', 'submitted', 'returned')
"""
SENDER = """
    select by_name, user_no, at from permit_application_steps
    where application_id = %s and step = 'submit' order by step_no desc limit 1
"""
OPEN_OF_COMPANY = """
    select count(*) from permit_applications
    where company_id = %s and status in ('draft', 'submitted', 'returned')
"""


def begin(connection: Connection, values: Mapping[str, Any]) -> None:
    """Begin an application; `base` and `content` are documents."""
    documents = {name: None if values[name] is None else Jsonb(values[name]) for name in ("base", "content")}
    connection.execute(BEGIN, {**values, **documents})


def read_locked(connection: Connection, application_id: UUID, viewer: int) -> DictRow | None:
    """Return an application that nobody else changes until the transaction ends; None where the viewer sees none."""
    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(LOCKED, {"application_id": application_id, "viewer": viewer}).fetchone()


def write_content(connection: Connection, application_id: UUID, content: Mapping[str, Any], now: datetime) -> None:
    """Put another content in the place of a draft's."""
    connection.execute(WRITE, {"application_id": application_id, "content": Jsonb(content), "now": now})


def move(connection: Connection, application_id: UUID, values: Mapping[str, Any]) -> None:
    """Write what a step makes of an application: `status`, `permit_id`, `base`, `content`, and whether it is `sent`."""
    documents = {name: None if values[name] is None else Jsonb(values[name]) for name in ("base", "content")}
    connection.execute(MOVE, {**values, **documents, "application_id": application_id})


def add_step(connection: Connection, values: Mapping[str, Any]) -> None:
    """Append a step."""
    content = None if values["content"] is None else Jsonb(values["content"])
    connection.execute(ADD_STEP, {**values, "content": content, "detail": Jsonb(values["detail"])})


def open_change_of(connection: Connection, permit_id: str) -> str | None:
    """Return the number of the application that a permit's change is asked for in already."""
    row = connection.execute(OPEN_CHANGE, [permit_id]).fetchone()
    return None if row is None else str(row[0])


def lock_company(connection: Connection, company_id: str) -> None:
    """Let nobody else begin applications of a company until the transaction ends."""
    key = f"permit applications {company_id}"
    connection.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])


def open_of_company(connection: Connection, company_id: str) -> int:
    """Return how many applications of a company wait for somebody."""
    row = connection.execute(OPEN_OF_COMPANY, [company_id]).fetchone()
    return int(row[0]) if row else 0


def read_sender(connection: Connection, application_id: UUID) -> tuple[str, int | None, datetime] | None:
    """Return who sent an application in last, and when."""
    return connection.execute(SENDER, [application_id]).fetchone()


# What an applicant may name, by member: its own trucks in service, any site and dump point, corridors in its sight.
NAMEABLE: Mapping[str, str] = {
    "vehicle_ids": """
        select vehicle_id from vehicles where vehicle_id = any(%(ids)s) and retired_at is null
            and company_id = %(company_id)s
    """,
    "site_id": f"select site_id from sites where site_id = any(%(ids)s) and {PLACES_TO_APPLY_FOR}",
    "dump_point_ids": f"""
        select dump_point_id from dump_points where dump_point_id = any(%(ids)s) and {PLACES_TO_APPLY_FOR}
    """,
    "corridor_ids": f"""
        select corridor_id from corridors where corridor_id = any(%(ids)s) and corridor_id in {seen("corridor")}
    """,
}


def unnameable(connection: Connection, member: str, ids: Collection[str], *, viewer: int, company_id: str) -> list[str]:
    """Return the ids that somebody may not name: not there, or a truck of another company."""
    parameters = {"ids": list(ids), "viewer": viewer, "company_id": company_id}
    known = {row[0] for row in connection.execute(NAMEABLE[member], parameters)}
    return [each for each in ids if each not in known]


OWN_PERMIT = f"""
    select status, document from permits
    where permit_id = %(permit_id)s and permit_id in {seen("permit")}
"""


def read_own_permit(connection: Connection, permit_id: str, viewer: int) -> tuple[str, dict[str, Any]] | None:
    """Return status and document of a permit that the viewer sees, None where it sees none."""
    return connection.execute(OWN_PERMIT, {"permit_id": permit_id, "viewer": viewer}).fetchone()


# A district decides what is dug up in it; where spoil is only brought to, it looks.
DECIDES = """
    select exists (select from scope_of(%(viewer)s) as scope where scope.everything or exists (
        select from place_districts as part where part.place_kind = 'site' and part.place_id = %(site_id)s
            and part.district_id = any(scope.district_ids)
    ))
"""


def decides(connection: Connection, site_id: str | None, viewer: int) -> bool:
    """Tell whether permits to haul from a site are the viewer's to decide on."""
    row = connection.execute(DECIDES, {"site_id": site_id, "viewer": viewer}).fetchone()
    return bool(row and row[0])
