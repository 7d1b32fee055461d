"""What is known of places over time: candidate black sites and dump points, and daily mass balances."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from psycopg import AsyncConnection
from psycopg.rows import DictRow, dict_row

from storage.scope import in_scope, place_in_scope

# A place pools visits of trucks of many companies: none of them sees it.
CANDIDATES = f"""
    select place_id, kind, first_time, last_time, visits, vehicles, load_kg, measured_share, lat_deg, lon_deg, geometry,
        event_ids, world_version
    from candidate_places
    where {in_scope("null", "district_at(lon_deg, lat_deg)")}
        and (%(kind)s::text is null or kind = %(kind)s)
        and (%(start)s::timestamptz is null or last_time >= %(start)s)
        and (%(end)s::timestamptz is null or first_time < %(end)s)
        and (%(west)s::float8 is null
            or lon_deg between %(west)s and %(east)s and lat_deg between %(south)s and %(north)s)
    order by visits desc, place_id
    limit %(limit)s
"""  # noqa: S608 - made of our own conditions

# Likewise.
BALANCES = f"""
    select place_kind, place_id, day, loads, arrived, unweighed, sent_kg, received_kg, gap_share, settled, imbalanced,
        world_version
    from mass_balance
    where {place_in_scope("mass_balance.place_kind", "mass_balance.place_id")}
        and (%(place_kind)s::text is null or place_kind = %(place_kind)s)
        and (%(place_id)s::text is null or place_id = %(place_id)s)
        and (%(start)s::date is null or day >= %(start)s) and (%(end)s::date is null or day < %(end)s)
        and (%(before)s::text[] is null or (day, place_kind, place_id)
            < ((%(before)s::text[])[1]::date, (%(before)s::text[])[2], (%(before)s::text[])[3]))
    order by day desc, place_kind desc, place_id desc
    limit %(limit)s
"""  # noqa: S608 - likewise


async def read_candidates(
    connection: AsyncConnection[Any],
    *,
    viewer: int,
    kind: str | None,
    interval: tuple[datetime | None, datetime | None],
    box: tuple[float, float, float, float] | None,
    limit: int,
) -> list[DictRow]:
    """Return candidate places, those visited most first.

    Args:
        connection: Reads in UTC.
        viewer: Who asks.
        kind: "loading", "unloading", or None for both.
        interval: Only those visited at or after its start, and before its end; None is open.
        box: Only those whose middle lies in (west, south, east, north). [deg]
        limit: Most rows.
    """
    west, south, east, north = box or (None, None, None, None)
    start, end = interval
    parameters = {"viewer": viewer, "kind": kind, "start": start, "end": end, "limit": limit}
    return await _rows(
        connection, CANDIDATES, parameters | {"west": west, "south": south, "east": east, "north": north}
    )


async def read_balances(
    connection: AsyncConnection[Any],
    *,
    viewer: int,
    place: tuple[str | None, str | None],
    days: tuple[date | None, date | None],
    before: Sequence[str] | None,
    limit: int,
) -> list[DictRow]:
    """Return daily balances, newest first.

    Args:
        connection: Reads in UTC.
        viewer: Who asks.
        place: Kind and id, None for all.
        days: First day, and the one after the last; None is open.
        before: Key (day, place_kind, place_id) of the last row of the page before.
        limit: Most rows.
    """
    (place_kind, place_id), (start, end) = place, days
    parameters: dict[str, Any] = {"viewer": viewer, "place_kind": place_kind, "place_id": place_id, "limit": limit}
    parameters |= {"start": start, "end": end}
    return await _rows(connection, BALANCES, parameters | {"before": None if before is None else list(before)})


async def _rows(connection: AsyncConnection[Any], query: str, parameters: dict[str, Any]) -> list[DictRow]:
    async with connection.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(query, parameters)
        return await cursor.fetchall()
