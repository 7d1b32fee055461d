"""Users written: added, changed, disabled, given a password."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import psycopg
from psycopg import Connection
from psycopg.sql import SQL, Identifier, Placeholder

from storage.errors import UserRefused
from storage.revisions import ANY, assert_standing, rows_of
from storage.sessions import end_sessions

ADD = """
    insert into users (name, display_name, role, company_id, district_ids, password_hash, must_change_password)
    values (%(name)s, %(display_name)s, %(role)s, %(company_id)s, %(district_ids)s, %(password_hash)s,
        %(must_change_password)s)
    returning user_no
"""
CHANGEABLE = ("display_name", "role", "company_id", "district_ids", "disabled")
USER_NO = "select user_no from users where name = %s for update"
STANDING = """
    select display_name, role, company_id, district_ids, disabled_at is not null as disabled
    from users where user_no = %(user_no)s
"""
# Taken by whoever adds, changes or disables a user, so that two at once do not disable the last two administrators.
LOCK = "lock table users in share row exclusive mode"
ADMINISTRATORS = "select count(*) from users where role = 'administrator' and disabled_at is null"
UNKNOWN_SCOPE = """
    select 'company_id', %(company_id)s where %(company_id)s::text is not null
        and %(company_id)s not in (select company_id from companies)
    union all
    select 'district_ids', district_id from unnest(%(district_ids)s::text[]) as district_id
    where district_id not in (select district_id from districts)
"""
# Made as somebody who saw something else.
EXPIRE_EXPORTS = "update exports set expires_at = now() where user_no = %s and status = 'done' and expires_at > now()"
NEW_HASH = """
    update users set password_hash = %(password_hash)s, must_change_password = %(must_change)s
    where user_no = %(user_no)s
"""


def add_user(
    connection: Connection,
    name: str,
    *,
    role: str,
    display_name: str | None = None,
    company_id: str | None = None,
    district_ids: Sequence[str] = (),
    password_hash: str | None = None,
    must_change_password: bool = False,
) -> int:
    """Add a user and return its number.

    Raises:
        UserRefused: The name is taken or none, or the role does not go with the company or the districts.
    """
    parameters = {
        "name": name,
        "display_name": display_name or name,
        "role": role,
        "company_id": company_id,
        "district_ids": list(district_ids),
        "password_hash": password_hash,
        "must_change_password": must_change_password,
    }
    try:
        row = connection.execute(ADD, parameters).fetchone()
    except psycopg.IntegrityError as error:
        raise UserRefused(_said(error, name)) from error
    if row is None:
        raise RuntimeError("expected the number of the user, got nothing")
    return int(row[0])


def add_first_administrator(connection: Connection, name: str, password_hash: str) -> bool:
    """Add an administrator where there is no user at all; return whether it was added."""
    with connection.transaction():
        connection.execute(LOCK)
        if connection.execute("select 1 from users limit 1").fetchone():
            return False
        add_user(connection, name, role="administrator", password_hash=password_hash, must_change_password=True)
    return True


def change_user(connection: Connection, name: str, changes: Mapping[str, Any], *, expected: str | None = ANY) -> bool:
    """Change a user, ending sessions and exports of what it saw or did before; return whether there is one.

    Args:
        connection: In autocommit.
        name: Who.
        changes: New values of some of `CHANGEABLE`.
        expected: Revision of the user that the author of the changes saw.

    Raises:
        EditedMeanwhile: Somebody else changed the user since.
        UserRefused: The role does not go with the company or the districts, or the last administrator would go.
    """
    with connection.transaction():
        connection.execute(LOCK)
        row = connection.execute(USER_NO, [name]).fetchone()
        if row is None:
            return False
        (standing,) = rows_of(connection, STANDING, {"user_no": row[0]})
        assert_standing(expected, standing, standing, wanted={**standing, **changes})
        had_administrator = _has_administrator(connection)
        try:
            _update(connection, row[0], changes)
        except psycopg.IntegrityError as error:
            raise UserRefused(_said(error, name)) from error
        if had_administrator and not _has_administrator(connection):
            raise UserRefused("expected an administrator to remain, this is the last one")
        if set(changes) - {"display_name"}:
            end_sessions(connection, row[0], "disabled" if changes.get("disabled") else "changed")
            connection.execute(EXPIRE_EXPORTS, [row[0]])
    return True


def set_password(connection: Connection, user_no: int, password_hash: str, *, must_change: bool) -> None:
    """Give a user a password."""
    parameters = {"user_no": user_no, "password_hash": password_hash, "must_change": must_change}
    connection.execute(NEW_HASH, parameters)


def unknown_scope(connection: Connection, company_id: str | None, district_ids: Sequence[str]) -> list[tuple[str, str]]:
    """Return which of a company and districts the registry does not hold: member and id."""
    parameters = {"company_id": company_id, "district_ids": list(district_ids)}
    return connection.execute(UNKNOWN_SCOPE, parameters).fetchall()


def _update(connection: Connection, user_no: int, changes: Mapping[str, Any]) -> None:
    values = {column: changes[column] for column in CHANGEABLE[:-1] if column in changes}
    sets = [SQL("{} = {}").format(Identifier(column), Placeholder(column)) for column in values]
    if "disabled" in changes:
        sets.append(
            SQL("disabled_at = case when {} then coalesce(disabled_at, now()) end").format(Placeholder("disabled"))
        )
        values["disabled"] = changes["disabled"]
    if sets:
        statement = SQL("update users set {} where user_no = {}").format(SQL(", ").join(sets), Placeholder("user_no"))
        connection.execute(statement, values | {"user_no": user_no})


def _has_administrator(connection: Connection) -> bool:
    """Tell whether anybody can manage users; a database that was fed from elsewhere may never have had one."""
    row = connection.execute(ADMINISTRATORS).fetchone()
    return row is not None and row[0] > 0


# What the constraints of the table mean to people.
_CONSTRAINTS = {
    "users_name_key": "expected a name that is not taken",
    "users_name_check": "expected a name of 1 to 40 of a-z, 0-9, '.', '_' and '-'",
    "users_role_check": "expected a role",
    "company_of_its_role": "expected a company for the role company, and for no other",
    "districts_of_their_role": "expected districts for the role district, and for no other",
}


def _said(error: psycopg.IntegrityError, name: str) -> str:
    return f"{_CONSTRAINTS.get(error.diag.constraint_name or '', str(error))}, got {name!r}"
