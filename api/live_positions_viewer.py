"""What one viewer of live positions was told last, and so what it is to be told next. No I/O."""

from __future__ import annotations

import time

import numpy as np
from numpy.typing import NDArray

from api.answers import json_bytes
from api.live_positions import NOBODY, City
from api.live_positions_records import Kind, message
from api.masking import shown_plate
from api.viewer import Viewer
from storage.queries.live import Fleet


class Shown:
    """The state of one viewer."""

    def __init__(self, viewer: Viewer) -> None:
        self._viewer = viewer
        self._visible = np.empty(0, np.int32)
        self._fleet: Fleet = NOBODY
        self._tick: int | None = None
        self._has_legend = False

    def see(self, visible: NDArray[np.int32]) -> None:
        """Take in which trucks it may see, ascending; where they are others, everything is to be told anew."""
        if not np.array_equal(visible, self._visible):
            self._visible, self._has_legend = visible, False

    def legend(self, fleet: Fleet) -> str | None:
        """Return the text message that is due, None where nothing changed; everything follows it."""
        if self._has_legend and fleet is self._fleet:
            return None
        rows = np.flatnonzero(np.isin(fleet.vehicle_no, self._visible)).tolist()
        self._fleet, self._has_legend, self._tick = fleet, True, None
        vehicles = {
            "no": [int(fleet.vehicle_no[row]) for row in rows],
            "id": [fleet.vehicle_ids[row] for row in rows],
            "plate": [shown_plate(self._viewer, fleet.plates[row]) for row in rows],
            "company_id": [fleet.company_ids[row] for row in rows],
        }
        return json_bytes({"type": "legend", "vehicles": vehicles}).decode()

    def positions(self, city: City) -> bytes:
        """Return the binary message that is due: everything, or what changed after the tick told last."""
        chosen = np.isin(city.records["vehicle_no"], self._visible)
        kind = Kind.ALL if self._tick is None else Kind.CHANGES
        if self._tick is not None:
            chosen &= city.changed_at > self._tick
        self._tick = city.tick
        return message(kind, city.records[chosen], time.time())
