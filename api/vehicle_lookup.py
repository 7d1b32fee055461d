"""The vehicle that a path names, as far as the viewer sees it."""

from __future__ import annotations

from typing import Any

from psycopg import AsyncConnection
from psycopg.rows import DictRow

from api.errors import VehicleNotFoundError
from api.masking import shown_plate
from api.viewer import Viewer
from storage.queries.vehicles import read_vehicle


async def known_vehicle(connection: AsyncConnection[Any], vehicle_id: str, *, viewer: Viewer) -> DictRow:
    """Return the registry's row of a vehicle, its plate as the viewer may see it.

    Raises:
        VehicleNotFoundError: The registry does not hold it, or the viewer does not see it.
    """
    row = await read_vehicle(connection, vehicle_id, viewer=viewer.user_no)
    if row is None:
        raise VehicleNotFoundError(f"expected a vehicle of the registry, got {vehicle_id!r}", vehicle_id=vehicle_id)
    return row | {"plate": shown_plate(viewer, row["plate"])}
