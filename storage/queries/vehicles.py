"""The registry's trucks that are in service."""

from __future__ import annotations

from typing import Any

from psycopg import AsyncConnection
from psycopg.rows import DictRow, dict_row

from storage.scope import numbers_of, seen, shown_plate

_VEHICLES = """
    select v.vehicle_no, v.vehicle_id, v.plate, v.company_id, c.name as company_name, v.capacity_kg, v.tare_kg,
        array(
            select t.terminal_id from terminal_assignments a join terminals t using (terminal_no)
            where a.vehicle_no = v.vehicle_no and a.valid @> now() order by t.terminal_id
        ) as terminal_ids{more}
    from vehicles v left join companies c using (company_id)
"""

LIST = f"""{_VEHICLES.format(more=", null::text as merged_into")}
    where v.retired_at is null and v.vehicle_id in {seen("vehicle")}
        and (%(company_id)s::text is null or v.company_id = %(company_id)s)
        and (%(search)s::text is null
            or strpos(lower(concat_ws(' ', v.vehicle_id, {shown_plate("v.plate")})), lower(%(search)s)) > 0)
        and (%(after)s::text is null or v.vehicle_id > %(after)s)
    order by v.vehicle_id
    limit %(limit)s
"""

# Only of one truck: a list holds none that was merged into another.
_MERGED = f"""
    , (select kept from kept_vehicle(v.vehicle_id) as kept where kept in {seen("vehicle")}) as merged_into,
    {numbers_of("array[v.vehicle_id]")} as vehicle_nos
"""  # noqa: S608 - made of our own conditions
ONE = f"""{_VEHICLES.format(more=_MERGED)}
    where v.vehicle_id = %(vehicle_id)s and v.vehicle_id in {seen("vehicle")}
"""


async def read_vehicles(
    connection: AsyncConnection[Any],
    *,
    viewer: int,
    plates_in_full: bool,
    company_id: str | None = None,
    search: str | None = None,
    after: str | None = None,
    limit: int = 100,
) -> list[DictRow]:
    """Return the trucks that the viewer sees by their name.

    Args:
        connection: Any.
        viewer: Who asks.
        plates_in_full: Whether the viewer is shown whole plates; a search sees no more than the viewer.
        company_id: Only of this company.
        search: Only those whose name or plate contains this, whatever its case.
        after: Name of the last truck of the page before.
        limit: Most rows.
    """
    parameters = {
        "viewer": viewer,
        "plates_in_full": plates_in_full,
        "company_id": company_id,
        "search": search,
        "after": after,
        "limit": limit,
    }
    async with connection.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(LIST, parameters)
        return await cursor.fetchall()


async def read_vehicle(connection: AsyncConnection[Any], vehicle_id: str, *, viewer: int) -> DictRow | None:
    """Return one truck, also one out of service whose records are still there; None where the viewer sees none.

    `vehicle_nos` are the numbers under which its records stand for this viewer, `merged_into` the truck that it became.
    """
    async with connection.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(ONE, {"vehicle_id": vehicle_id, "viewer": viewer})
        return await cursor.fetchone()
