"""Users, their sessions and keys as requests need them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.rows import DictRow, dict_row

from storage.sessions import token_hash

_WHO = "u.user_no, u.name, u.display_name, u.role, u.company_id, u.district_ids, u.disabled_at, u.must_change_password"

BY_SESSION = f"""
    select {_WHO}, s.session_id, s.expires_at, null::text as key_id, null::text[] as permissions
    from sessions as s join users as u using (user_no)
    where s.session_id = %(session_id)s and s.ended_at is null and s.expires_at > now() and u.disabled_at is null
"""  # noqa: S608 - likewise
BY_KEY = f"""
    select {_WHO}, null::uuid as session_id, k.expires_at, k.key_id, k.permissions, k.secret_hash
    from api_keys as k join users as u using (user_no)
    where k.key_id = %(key_id)s and k.revoked_at is null and coalesce(k.expires_at, 'infinity') > now()
        and u.disabled_at is null
"""  # noqa: S608 - likewise
LOGIN = f"""
    select {_WHO}, u.password_hash from users as u where u.name = %(name)s and u.disabled_at is null
"""  # noqa: S608 - likewise
_ABOUT = f"""
    select {_WHO}, u.created_at, u.password_hash is not null as has_password,
        (select max(begun_at) from sessions where user_no = u.user_no) as last_login
    from users as u
"""  # noqa: S608 - likewise
LIST = f"""{_ABOUT}
    where (%(role)s::text is null or u.role = %(role)s) and (%(after)s::text is null or u.name > %(after)s)
        and (%(search)s::text is null or strpos(lower(u.name || ' ' || u.display_name), lower(%(search)s)) > 0)
    order by u.name limit %(limit)s
"""
ONE = f"{_ABOUT} where u.name = %(name)s"
SESSION_OF_REFRESH = "select session_id from refresh_tokens where token_hash = %(hash)s"
KEYS = """
    select key_id, u.name as "user", label, permissions, k.created_at, k.created_by, k.expires_at, k.revoked_at
    from api_keys as k join users as u using (user_no)
    where (%(user)s::text is null or u.name = %(user)s) and (%(after)s::text is null or key_id > %(after)s)
    order by key_id limit %(limit)s
"""


async def read_session(connection: AsyncConnection[Any], session_id: UUID) -> DictRow | None:
    """Return the user of a session that goes on; None for any other."""
    return await _one(connection, BY_SESSION, {"session_id": session_id})


async def read_key(connection: AsyncConnection[Any], key_id: str) -> DictRow | None:
    """Return the user of a key in force, and the hash of its secret; None for any other."""
    return await _one(connection, BY_KEY, {"key_id": key_id})


async def read_login(connection: AsyncConnection[Any], name: str) -> DictRow | None:
    """Return a user who is not disabled with the hash of the password; None where there is none."""
    return await _one(connection, LOGIN, {"name": name})


async def read_users(
    connection: AsyncConnection[Any], *, role: str | None, search: str | None, after: str | None, limit: int
) -> list[DictRow]:
    """Return users by name.

    Args:
        connection: Reads in UTC.
        role: Only of this role.
        search: Only those whose names contain this, whatever its case.
        after: Name of the last one of the page before.
        limit: Most rows.
    """
    return await _rows(connection, LIST, {"role": role, "search": search, "after": after, "limit": limit})


async def read_user_named(connection: AsyncConnection[Any], name: str) -> DictRow | None:
    """Return all about a user; None where there is none."""
    return await _one(connection, ONE, {"name": name})


async def read_keys(
    connection: AsyncConnection[Any], *, user: str | None, after: str | None, limit: int
) -> list[DictRow]:
    """Return keys of programs, also revoked ones, without their secrets."""
    return await _rows(connection, KEYS, {"user": user, "after": after, "limit": limit})


async def read_session_of_refresh(connection: AsyncConnection[Any], token: str) -> UUID | None:
    """Return the session that a refresh token was given out for; None where it was never given out."""
    row = await _one(connection, SESSION_OF_REFRESH, {"hash": token_hash(token)})
    return None if row is None else row["session_id"]


async def _one(connection: AsyncConnection[Any], query: str, parameters: dict[str, Any]) -> DictRow | None:
    rows = await _rows(connection, query, parameters)
    return rows[0] if rows else None


async def _rows(connection: AsyncConnection[Any], query: str, parameters: dict[str, Any]) -> list[DictRow]:
    async with connection.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(query, parameters)
        return await cursor.fetchall()
