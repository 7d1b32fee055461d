"""The vehicle that a path names."""

from __future__ import annotations

from typing import Any

from psycopg import AsyncConnection
from psycopg.rows import DictRow

from api.errors import VehicleNotFoundError
from storage.queries.vehicles import read_vehicle


async def known_vehicle(connection: AsyncConnection[Any], vehicle_id: str) -> DictRow:
    """Return the registry's row of a vehicle.

    Raises:
        VehicleNotFoundError: The registry does not hold it.
    """
    row = await read_vehicle(connection, vehicle_id)
    if row is None:
        raise VehicleNotFoundError(f"expected a vehicle of the registry, got {vehicle_id!r}", vehicle_id=vehicle_id)
    return row
