"""The log of looks and deeds, appended to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from psycopg import Connection
from psycopg.types.json import Jsonb

APPEND = """
    insert into audit_log (user_no, user_name, role, action, object_kind, object_id, allowed, detail)
    values (%s, %s, %s, %s, %s, %s, %s, %s)
"""


def append(
    connection: Connection,
    *,
    user_no: int | None,
    user_name: str,
    role: str,
    action: str,
    object_kind: str,
    object_id: str,
    allowed: bool,
    detail: Mapping[str, Any],
) -> None:
    """Append one row; the database numbers and chains it."""
    values = [user_no, user_name, role, action, object_kind, object_id, allowed, Jsonb(dict(detail))]
    connection.execute(APPEND, values)
