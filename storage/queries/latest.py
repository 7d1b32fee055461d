"""The newest fix of each truck, as columns."""

from __future__ import annotations

from typing import Any, NamedTuple

import orjson
from numpy.typing import NDArray
from psycopg import AsyncConnection
from psycopg.pq.abc import PGresult

from storage.copy_binary import TIMESTAMPTZ
from storage.packed_rows import FIELDS, Sent, packed_select, read_packed_rows
from storage.queries.fix_columns import FIX_COLUMNS
from storage.scope import seen

COLUMNS = {**FIX_COLUMNS, "position_time_ms": Sent("coalesce(position_time, 'epoch')", TIMESTAMPTZ)}
_TEXTS = ("vehicle_id", "plate")

LATEST = f"""
    select {packed_select(COLUMNS)}, {", ".join(f"json_agg({name})" for name in _TEXTS)}
    from latest join vehicles using (vehicle_no)
    where retired_at is null and vehicle_id in {seen("vehicle")}
        and (%(vehicle_ids)s::text[] is null or vehicle_id = any(%(vehicle_ids)s))
"""  # noqa: S608 - made of our own column names


class Latest(NamedTuple):
    """The newest fix of each truck, in no particular order.

    Attributes:
        vehicle_ids: Whose it is, V names.
        plates: Likewise, None where none is known.
        columns: Arrays of shape (V,), those of `FIX_COLUMNS` and `position_time_ms`: `lat_deg` and `lon_deg` are of
            that instant, which lies before `fix_time_ms` while the receiver has no position; 0 where it never had one.
    """

    vehicle_ids: list[str]
    plates: list[str | None]
    columns: dict[str, NDArray[Any]]


async def read_latest(connection: AsyncConnection[Any], vehicle_ids: list[str] | None = None, *, viewer: int) -> Latest:
    """Return the newest fix of these trucks, of all trucks in service that the viewer sees where none are named."""
    async with connection.cursor(binary=True) as cursor:
        await cursor.execute(LATEST, {"vehicle_ids": vehicle_ids, "viewer": viewer})
        columns = read_packed_rows(cursor.pgresult, COLUMNS)
        vehicle_ids, plates = (_texts(cursor.pgresult, FIELDS + number) for number in range(len(_TEXTS)))
    return Latest(vehicle_ids, plates, columns)


def _texts(result: PGresult | None, field: int) -> list[Any]:
    data = result.get_value(0, field) if result else None
    return orjson.loads(data) if data else []
