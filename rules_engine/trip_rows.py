"""Trips as the engine gives them out, made from what the log of a batch touched."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from typing import Any

import numpy as np

from rules_engine.carry_rows import UNSET_MS
from rules_engine.event import FixKey, Trip
from rules_engine.trip_log import TripLog
from rules_engine.trip_state import ENDING_NAMES, TRIP_FIELDS, trip_values

_IN_ORDER = [field.name for field in fields(Trip)]


def trips_of(log: TripLog) -> list[Trip]:
    """Return every trip that was touched, as it now stands."""
    touched = log.ended + [(track, trip, None) for track, trip in log.going_on.items() if trip.is_open]
    if not touched:
        return []
    keys, world = log.context.keys, log.context.world
    tracks, states, end_ms = zip(*touched, strict=True)
    column = dict(zip(TRIP_FIELDS, zip(*map(trip_values, states), strict=True), strict=True))
    permit = [keys.permits.row_of.get(key, -1) for key in column["permit"]]
    vehicle = log.context.vehicle[np.array(tracks)].tolist()
    site_of, dump_point_of = keys.sites.id_of.get, keys.dump_points.id_of.get
    columns: dict[str, Iterable[Any]] = {
        "vehicle_id": map(world.vehicle_ids.__getitem__, vehicle),
        "start": map(FixKey, column["start_ms"], column["epoch"], column["seq"]),
        "site_id": map(site_of, column["site"]),
        "permit_id": map(keys.permits.id_of.get, column["permit"]),
        "corridor_id": map(keys.corridor_id.__getitem__, permit),
        "loaded_ms": column["loaded_ms"],
        "dump_point_id": map(dump_point_of, column["dump_point"]),
        "gate_dump_point_id": map(dump_point_of, column["gate_point"]),
        "end_ms": end_ms,
        "ending": map(ENDING_NAMES.__getitem__, column["ending"]),
        "inferred": column["presumed"],
    }
    for name in _IN_ORDER:
        if name not in columns:
            plain = _kilograms if name.endswith("_kg") else _time
            columns[name] = map(plain, column[name])
    return list(map(Trip, *(columns[name] for name in _IN_ORDER)))


def _time(time_ms: int) -> int | None:
    return None if time_ms == UNSET_MS else time_ms


def _kilograms(mass_kg: int) -> float | None:
    return float(mass_kg) if mass_kg >= 0 else None
