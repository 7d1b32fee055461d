"""One page of events chosen by truck, kind, severity, time and place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.rows import DictRow, dict_row

from storage.queries.events import EVENTS
from storage.scope import EVENT_VISIBLE, numbers_of

PAGE = f"""{EVENTS}
    where {EVENT_VISIBLE}
        {{truck}}
        and (%(kinds)s::text[] is null or e.kind = any(%(kinds)s))
        and e.severity >= %(min_severity)s
        and (%(start)s::timestamptz is null or coalesce(e.end_time, 'infinity') >= %(start)s)
        and (%(end)s::timestamptz is null or e.start_time < %(end)s)
        and (%(withdrawn)s or e.withdrawn_at is null)
        and (%(west)s::float8 is null
            or e.lon_deg between %(west)s and %(east)s and e.lat_deg between %(south)s and %(north)s)
        and (%(before_time)s::timestamptz is null
            or (e.start_time, e.event_id) < (%(before_time)s, %(before_id)s::uuid))
    order by e.start_time desc, e.event_id desc
    limit %(limit)s
"""
# In the statement only where it is asked for, so that the plan fits.
OF_TRUCK = f"and e.vehicle_no = any({numbers_of('array[%(vehicle_id)s::text]')})"


@dataclass(frozen=True, slots=True)
class EventChoice:
    """Which events; None chooses all.

    Attributes:
        vehicle_id: Only of this truck, under all of its numbers.
        kinds: Only of these kinds.
        min_severity: Only from this severity on.
        start: Only those that go on at or after this instant.
        end: Only those that began before it.
        box: Only those that began in (west, south, east, north). [deg]
        withdrawn: Also those that late records made untrue.
    """

    vehicle_id: str | None = None
    kinds: Sequence[str] | None = None
    min_severity: int = 0
    start: datetime | None = None
    end: datetime | None = None
    box: tuple[float, float, float, float] | None = None
    withdrawn: bool = False


async def read_event_page(
    connection: AsyncConnection[Any],
    choice: EventChoice,
    *,
    viewer: int,
    before: tuple[datetime, UUID] | None,
    limit: int,
) -> list[DictRow]:
    """Return the chosen events that the viewer sees, those that started last first.

    Args:
        connection: Reads in UTC.
        choice: Which events.
        viewer: Who asks.
        before: Key (start_time, event_id) of the last event of the page before.
        limit: Most rows.
    """
    before_time, before_id = before or (None, None)
    west, south, east, north = choice.box or (None, None, None, None)
    parameters = {
        "viewer": viewer,
        "vehicle_id": choice.vehicle_id,
        "kinds": None if choice.kinds is None else list(choice.kinds),
        "min_severity": choice.min_severity,
        "start": choice.start,
        "end": choice.end,
        "withdrawn": choice.withdrawn,
        "west": west,
        "south": south,
        "east": east,
        "north": north,
        "before_time": before_time,
        "before_id": before_id,
        "limit": limit,
    }
    async with connection.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(PAGE.format(truck="" if choice.vehicle_id is None else OF_TRUCK), parameters)
        return await cursor.fetchall()
