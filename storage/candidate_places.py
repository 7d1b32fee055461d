"""Visits to unknown places, read from the events, and the places that were made of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import orjson
from psycopg import Connection
from psycopg.rows import dict_row

from storage.times import utc

# Which events are visits of which kind of place.
VISITS_OF = {"loading": "suspicious_loading", "unloading": "illegal_dumping"}


def read_visits(connection: Connection, kind: str, since_ms: int) -> list[dict[str, Any]]:
    """Return the visits since an instant, as rows of event_id, vehicle_no, start_time, lat_deg, lon_deg and load_kg.

    Args:
        connection: In autocommit.
        kind: "loading" or "unloading".
        since_ms: Earlier ones do not count any more. [ms]
    """
    with connection.cursor(row_factory=dict_row) as cursor:
        cursor.execute(VISITS, {"kind": VISITS_OF[kind], "since": utc(since_ms)})
        return cursor.fetchall()


def replace_places(
    connection: Connection, kind: str, places: Sequence[tuple[UUID, dict[str, Any]]], world_version: str
) -> None:
    """Make `places` (name, columns) all the places of a kind, in one transaction."""
    documents = [columns | {"place_id": name, "kind": kind} for name, columns in places]
    parameters = {
        "documents": orjson.dumps(documents).decode(),
        "kind": kind,
        "found": [name for name, _ in places],
        "world_version": world_version,
    }
    with connection.transaction():
        connection.execute(
            "delete from candidate_places where kind = %(kind)s and place_id <> all(%(found)s)", parameters
        )
        connection.execute(WRITE, parameters)


# What was carried off or in: the gain of a loading, the loss of an unloading, as far as the closing or opening tells.
VISITS = """
select event_id, vehicle_no, start_time, lat_deg, lon_deg,
    coalesce(
        (coalesce(closing, opening) ->> 'load_before_kg')::float8 - (coalesce(closing, opening) ->> 'load_kg')::float8,
        (opening ->> 'gained_kg')::float8
    ) as load_kg
from events
where kind = %(kind)s and start_time >= %(since)s and withdrawn_at is null and lat_deg is not null and lat_deg <> 'NaN'
"""

_COLUMNS = "first_time, last_time, visits, vehicles, load_kg, measured_share, lat_deg, lon_deg, geometry, event_ids"

WRITE = f"""
insert into candidate_places (place_id, kind, {_COLUMNS}, world_version)
select place_id, kind, {_COLUMNS}, %(world_version)s
from jsonb_populate_recordset(null::candidate_places, %(documents)s::jsonb)
on conflict (place_id) do update
set ({_COLUMNS}, world_version) = row({", ".join(f"excluded.{name}" for name in _COLUMNS.split(", "))},
    excluded.world_version)
"""  # noqa: S608 - made of our own column names
