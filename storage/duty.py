"""Who may be sent to a case, and who is on duty: read where a step is taken, in its transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.rows import DictRow, dict_row
from psycopg.types.range import Range

from storage.revisions import ANY, assert_standing, edited, rows_of
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
STANDING_SHIFTS = """
    select s.district_id, u.name as assignee, u.display_name as assignee_name, lower(s.valid) as start,
        upper(s.valid) as end
    from duty_shifts s join users u using (user_no)
    where s.district_id = %(district_id)s and s.valid && tstzrange(%(start)s, %(end)s)
    order by lower(s.valid), u.name
"""
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


def plan_of(shifts: Sequence[Mapping[str, Any]]) -> list[list[Any]]:
    """Return what of shifts is planned: who, from when until when, in an order of its own."""
    return sorted([shift["assignee"], shift["start"], shift["end"]] for shift in shifts)


def replace_shifts(
    connection: Connection,
    district_id: str,
    start: datetime,
    end: datetime,
    shifts: Sequence[dict[str, Any]],
    *,
    expected: str | None = ANY,
) -> None:
    """Make shifts all those of a district that touch a time range, in a transaction.

    Args:
        connection: In autocommit.
        district_id: Whose plan it is.
        start: From here on.
        end: Up to here.
        shifts: `user_no`, `start` and `end` of each, and `assignee`, the login, where a revision is expected.
        expected: Revision of the plan of this time that the author saw, None where there was none.

    Raises:
        EditedMeanwhile: Another plan stands.
        psycopg.errors.ExclusionViolation: One user twice at the same time.
    """
    with edited(connection, f"duty {district_id}"):
        standing = rows_of(connection, STANDING_SHIFTS, {"district_id": district_id, "start": start, "end": end})
        if expected != ANY:
            assert_standing(expected, plan_of(standing), {"shifts": standing}, wanted=plan_of(shifts))
        connection.execute(FORGET_SHIFTS, [district_id, Range(start, end)])
        with connection.cursor() as cursor:
            cursor.executemany(ADD_SHIFT, [{"district_id": district_id} | shift for shift in shifts])


def _one(connection: Connection, query: str, parameters: dict[str, Any]) -> tuple[int, str] | None:
    row = connection.execute(query, parameters).fetchone()
    return None if row is None else (row[0], row[1])
