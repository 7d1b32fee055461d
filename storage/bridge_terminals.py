"""The registry's terminals as a bridge of another protocol needs them: without geometry and assignments."""

from __future__ import annotations

from typing import Any

from psycopg import Connection


def read_bridge_terminals(connection: Connection, protocol: str) -> list[dict[str, Any]]:
    """Return the documents of the terminals in the registry that speak a protocol, by their number."""
    return [document for (document,) in connection.execute(READ, [protocol]).fetchall()]


READ = """
select jsonb_strip_nulls(jsonb_build_object(
    'terminal_id', terminal_id, 'kind', kind, 'region', region, 'status', status
)) || more
from terminals where retired_at is null and more ->> 'protocol' = %s order by terminal_no
"""
