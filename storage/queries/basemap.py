"""What the map shows of a city where it has no other base map: its registered roads, and how far the city reaches."""

from __future__ import annotations

from typing import Any

from psycopg import AsyncConnection

# A large city's registered roads; more would be a base map, which belongs into a file of tiles.
ROADS_MOST = 50_000

ROADS = "select coalesce(json_agg(feature), '[]')::text from (select feature from roads limit %(most)s) as listed"

# A corner is an array that begins with a number, at whatever depth the geometry has it.
BOUNDS = """
    with places as (
        select feature from sites union all select feature from dump_points
        union all select feature from corridors union all select feature from districts
    ), corners as (
        select jsonb_path_query(
            feature -> 'geometry' -> 'coordinates', 'strict $.** ? (@.type() == "array" && @[0].type() == "number")'
        ) as corner
        from places
    )
    select min((corner ->> 0)::float8), min((corner ->> 1)::float8), max((corner ->> 0)::float8),
        max((corner ->> 1)::float8)
    from corners
"""


async def read_roads(connection: AsyncConnection[Any]) -> str:
    """Return the registered roads as a JSON array of GeoJSON features."""
    row = await (await connection.execute(ROADS, {"most": ROADS_MOST})).fetchone()
    return row[0] if row else "[]"


async def read_bounds(connection: AsyncConnection[Any]) -> tuple[float, float, float, float] | None:
    """Return west, south, east, north of everything registered; None where nothing is."""
    row = await (await connection.execute(BOUNDS)).fetchone()
    return None if row is None or row[0] is None else (row[0], row[1], row[2], row[3])
