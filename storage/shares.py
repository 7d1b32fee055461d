"""Links with an expiry, written. A link's token is a long random text, of which only SHA-256 stands here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.rows import DictRow, dict_row

from storage.sessions import token_hash

# Links of one person that can be opened at the same time: more are a program's mistake.
IN_FORCE_MOST = 200
# How long its maker is told of a link that has ended. [d]
KEPT_DAYS = 30

FORGET = f"delete from shares where owner_no = %(owner_no)s and expires_at < now() - interval '{KEPT_DAYS} days'"  # noqa: S608 - our own number
# One at a time for each person, so that two at once do not both find the last place.
LOCK = "select from users where user_no = %(owner_no)s for no key update"
ADD = f"""
    insert into shares
        (token_hash, owner_no, key_id, kind, case_id, vehicle_id, start_time, end_time, masked, expires_at)
    select %(hash)s, %(owner_no)s, %(key_id)s, %(kind)s, %(case_id)s, %(vehicle_id)s, %(start)s, %(end)s,
        %(masked)s, now() + %(hours)s * interval '1 h'
    where (
        select count(*) from shares where owner_no = %(owner_no)s and revoked_at is null and expires_at > now()
    ) < {IN_FORCE_MOST}
    returning share_id, expires_at
"""  # noqa: S608 - likewise
REVOKE = """
    update shares set revoked_at = now()
    where share_id = %s and owner_no = %s and revoked_at is null and expires_at > now()
"""


def add_share(connection: Connection, token: str, row: Mapping[str, Any]) -> DictRow | None:
    """Add a link and return its id and when it ends; None where its maker has as many as one may have."""
    with connection.transaction(), connection.cursor(row_factory=dict_row) as cursor:
        cursor.execute(LOCK, row)
        cursor.execute(FORGET, row)
        return cursor.execute(ADD, {**row, "hash": token_hash(token)}).fetchone()


def revoke_share(connection: Connection, share_id: UUID, owner_no: int) -> bool:
    """End somebody's link at once; return whether there was one in force."""
    return connection.execute(REVOKE, [share_id, owner_no]).rowcount == 1
