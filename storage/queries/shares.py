"""Links with an expiry: one by its token, with its maker as whom it looks; and a person's own."""

from __future__ import annotations

from typing import Any

from psycopg import AsyncConnection
from psycopg.rows import DictRow, dict_row

from storage.scope import CASE_VISIBLE, seen
from storage.sessions import token_hash

# The maker's role, scope and key as they are now: a link never shows more than its maker would see.
OPENED = """
    select s.share_id, s.kind, s.case_id, s.vehicle_id, s.start_time, s.end_time, s.created_at, s.masked, s.expires_at,
        u.user_no, u.name, u.display_name, u.role, u.company_id, u.district_ids, k.key_id, k.permissions,
        s.revoked_at is null and s.expires_at > now() and u.disabled_at is null
            and (s.key_id is null or k.revoked_at is null and coalesce(k.expires_at, 'infinity') > now()) as in_force
    from shares s join users u on u.user_no = s.owner_no left join api_keys k using (key_id)
    where s.token_hash = %(hash)s
"""
# What its maker does not see any more is not named to it either.
OWN = f"""
    select s.share_no, s.share_id, s.kind, s.case_id, c.case_no, s.vehicle_id, v.plate, s.start_time as start,
        s.end_time as end, s.masked, s.created_at, s.expires_at, s.revoked_at,
        s.revoked_at is null and s.expires_at > now() as in_force
    from shares s
    left join cases c on c.case_id = s.case_id and {CASE_VISIBLE}
    left join vehicles v on v.vehicle_id = s.vehicle_id and v.vehicle_id in {seen("vehicle")}
    where s.owner_no = %(viewer)s and (%(before)s::bigint is null or s.share_no < %(before)s)
    order by s.share_no desc limit %(limit)s
"""  # noqa: S608 - our names


async def read_share(connection: AsyncConnection[Any], token: str) -> DictRow | None:
    """Return the link that a token opens with its maker, also one that has ended; None for an unknown token."""
    async with connection.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(OPENED, {"hash": token_hash(token)})
        return await cursor.fetchone()


async def read_shares(
    connection: AsyncConnection[Any], viewer: int, *, before: int | None, limit: int
) -> list[DictRow]:
    """Return somebody's links, newest first, those that ended lately too.

    Args:
        connection: Reads in UTC.
        viewer: Whose.
        before: Number of the last one of the page before.
        limit: Most rows.
    """
    async with connection.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(OWN, {"viewer": viewer, "before": before, "limit": limit})
        return await cursor.fetchall()
