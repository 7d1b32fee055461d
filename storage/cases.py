"""Cases written: a new one, one changed, and the steps that say why. What to write is decided elsewhere.

Who writes takes `lock_cases` before any row: changes are numbered in the order of their commits, and two writers that
take row and lock in different orders would wait for each other for ever.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.rows import DictRow, dict_row
from psycopg.types.json import Jsonb

CHANNEL = "muckline_cases"

# What steps and events change of a case.
STATE = (
    "kind", "severity", "status", "version", "opened_at", "acknowledge_by", "first_due_at", "due_at", "step_due_at",
    "start_time", "end_time", "newest_time", "paged", "source", "vehicle_no", "company_id", "district_id",
    "subject_kind", "subject_id", "extensions", "assignee_no", "handler_no", "acknowledged_at", "assigned_at",
    "handled_at", "verified_at", "ended_at", "rework", "satisfaction", "false_reason",
    "was_late",
)  # fmt: skip
# What stays as it was when the case was opened.
GIVEN = (
    "case_id", "lon_deg", "lat_deg", "reporter_no", "reported_plate", "description", "contact", "reference", "match_at",
    "updated_at",
)  # fmt: skip

_STATE = ", ".join(STATE)
_SEEN = ", ".join(f"cases.{name}" for name in STATE)
READ = f"""
    select {_SEEN} from cases, scope_of(%(viewer)s) as scope
    where case_id = %(case_id)s
        and (everything or cases.company_id = scope.company_id or cases.district_id = any(scope.district_ids))
"""  # noqa: S608 - our names
# The city's year: at the turn of the year a case has the number of the calendar on the wall.
ADD = f"""
    insert into cases (case_no, {_STATE}, {", ".join(GIVEN)})
    select
        next_case_no(extract(year from %(opened_at)s at time zone 'UTC' + make_interval(mins => coalesce(
            (select (60 * (value #>> '{{}}')::float8)::integer from city where member = 'utc_offset_h'), 480
        )))::integer),
        {", ".join(f"%({name})s" for name in (*STATE, *GIVEN))}
"""  # noqa: S608 - our names
CHANGE = f"""
    update cases set {", ".join(f"{name} = %({name})s" for name in STATE)}, updated_at = %(updated_at)s
    where case_id = %(case_id)s
"""  # noqa: S608 - our names
ADD_STEP = """
    insert into case_steps (
        case_id, step_no, at, user_no, by_name, by_display_name, step, from_status, to_status, comment, detail, photos,
        retry_key
    )
    select
        %(case_id)s, 1 + coalesce((select max(step_no) from case_steps where case_id = %(case_id)s), 0), %(at)s,
        %(user_no)s, %(by_name)s, %(by_display_name)s, %(step)s, %(from_status)s, %(to_status)s, %(comment)s,
        %(detail)s, %(photos)s, %(retry_key)s
"""
TAKEN = "select 1 from case_steps where (case_id, user_no, retry_key) = (%s, %s, %s)"


def lock_cases(connection: Connection) -> None:
    """Let nobody else write cases until the transaction ends."""
    connection.execute("select lock_cases()")


def read_state(connection: Connection, case_id: UUID, viewer: int) -> DictRow | None:
    """Return what steps change of a case, None where the viewer sees no such case."""
    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(READ, {"case_id": case_id, "viewer": viewer}).fetchone()


def already_taken(connection: Connection, case_id: UUID, user_no: int, retry_key: str | None) -> bool:
    """Tell whether a user took a step of this key before: an answer was lost, and the step sent again."""
    if retry_key is None:
        return False
    return connection.execute(TAKEN, [case_id, user_no, retry_key]).fetchone() is not None


def add_cases(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write new cases, which are numbered in this order; members of `GIVEN` that a row lacks are empty."""
    empty = dict.fromkeys(GIVEN)
    with connection.cursor() as cursor:
        cursor.executemany(ADD, [empty | dict(row) for row in rows])


def change_cases(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write what became of cases: members of `STATE`, `case_id` and `updated_at`."""
    with connection.cursor() as cursor:
        cursor.executemany(CHANGE, rows)


def add_steps(connection: Connection, steps: Iterable[Mapping[str, Any]]) -> None:
    """Append steps, numbered by case in this order."""
    rows = [{"retry_key": None} | dict(step) | {"detail": Jsonb(step["detail"])} for step in steps]
    with connection.cursor() as cursor:
        cursor.executemany(ADD_STEP, rows)
