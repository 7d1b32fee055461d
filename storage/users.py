"""Users written: added, changed, disabled."""

from __future__ import annotations

from collections.abc import Sequence

from psycopg import Connection

ADD = """
    insert into users (name, display_name, role, company_id, district_ids)
    values (%(name)s, %(display_name)s, %(role)s, %(company_id)s, %(district_ids)s)
    returning user_no
"""


def add_user(
    connection: Connection,
    name: str,
    *,
    role: str,
    display_name: str | None = None,
    company_id: str | None = None,
    district_ids: Sequence[str] = (),
) -> int:
    """Add a user and return its number."""
    parameters = {
        "name": name,
        "display_name": display_name or name,
        "role": role,
        "company_id": company_id,
        "district_ids": list(district_ids),
    }
    row = connection.execute(ADD, parameters).fetchone()
    if row is None:
        raise RuntimeError("expected the number of the user, got nothing")
    return int(row[0])
