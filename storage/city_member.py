"""What the city's document says of its clocks."""

from __future__ import annotations

from psycopg import Connection

DEFAULT_UTC_OFFSET_H = 8.0  # as `rules_engine.world_documents` has it


def utc_offset_h(connection: Connection) -> float:
    """Return how far the city's clocks are ahead of UTC. [h]"""
    row = connection.execute("select value from city where member = 'utc_offset_h'").fetchone()
    return DEFAULT_UTC_OFFSET_H if row is None else float(row[0])
