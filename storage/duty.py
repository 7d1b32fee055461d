"""Who may be sent to a case, and who is on duty: read where a step is taken, in its transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.rows import DictRow, dict_row
from psycopg.types.range import Range

from storage.scope import seen

# Whoever works in one district only is not sent to another.
SUITABLE = """
    u.disabled_at is null and u.role = any(%(roles)s)
    and (u.role <> 'district' or %(district_id)s = any(u.district_ids))
"""
NAMED = f"select u.user_no, u.name from users u where u.name = %(name)s and {SUITABLE}"  # noqa: S608 - our names
# Of several the one with the least to do.
ON_DUTY = f"""
    select u.user_no, u.name
    from duty_shifts s join users u using (user_no)
    where s.district_id = %(district_id)s and s.valid @> %(at)s::timestamptz and {SUITABLE}
    order by (select count(*) from cases c where c.assignee_no = u.user_no and c.status = 'assigned'), u.name
    limit 1
"""  # noqa: S608 - our names
# One that the user sees, or that was near what the case is about.
TRUCK = f"""
    select vehicle_no, vehicle_id, company_id from vehicles
    where vehicle_id = %(vehicle_id)s and (
        vehicle_id in {seen("vehicle")}
        or exists (select from case_candidates n where n.case_id = %(case_id)s and n.vehicle_no = vehicles.vehicle_no)
    )
"""  # noqa: S608 - our names
# Photos that a step may show: the user's own; kept until the step is.
OWN_PHOTOS = "select photo_id from photos where photo_id = any(%s) and uploader_no = %s for key share"
FORGET_SHIFTS = "delete from duty_shifts where district_id = %s and valid && %s"
ADD_SHIFT = """
    insert into duty_shifts (district_id, user_no, valid)
    values (%(district_id)s, %(user_no)s, tstzrange(%(start)s, %(end)s))
"""


def worker_named(
    connection: Connection, name: str, district_id: str | None, roles: Sequence[str]
) -> tuple[int, str] | None:
    """Return number and login of a user who may be sent to a district, None where there is none of this name."""
    return _one(connection, NAMED, {"name": name, "district_id": district_id, "roles": list(roles)})


def on_duty(
    connection: Connection, district_id: str | None, at: datetime, roles: Sequence[str]
) -> tuple[int, str] | None:
    """Return number and login of whom the roster names for a district at a time, None where it names nobody."""
    return _one(connection, ON_DUTY, {"district_id": district_id, "at": at, "roles": list(roles)})


def truck_named(connection: Connection, vehicle_id: str, viewer: int, case_id: UUID | None = None) -> DictRow | None:
    """Return a truck that a viewer sees, or that is a candidate of a case."""
    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(TRUCK, {"vehicle_id": vehicle_id, "viewer": viewer, "case_id": case_id}).fetchone()


def own_photos(connection: Connection, photos: Sequence[UUID], user_no: int) -> set[UUID]:
    """Return those of some photos that a user has sent."""
    return {row[0] for row in connection.execute(OWN_PHOTOS, [list(photos), user_no])}


def replace_shifts(
    connection: Connection, district_id: str, start: datetime, end: datetime, shifts: Sequence[dict[str, Any]]
) -> None:
    """Make shifts all those of a district that touch a time range, in a transaction.

    Raises:
        psycopg.errors.ExclusionViolation: One user twice at the same time.
    """
    with connection.transaction():
        connection.execute(FORGET_SHIFTS, [district_id, Range(start, end)])
        with connection.cursor() as cursor:
            cursor.executemany(ADD_SHIFT, [{"district_id": district_id} | shift for shift in shifts])


def _one(connection: Connection, query: str, parameters: dict[str, Any]) -> tuple[int, str] | None:
    row = connection.execute(query, parameters).fetchone()
    return None if row is None else (row[0], row[1])
