"""`/v1/vehicles/{vehicle_id}/track`: every fix of one truck in a time range, as columns or as one GeoJSON line.

Thousands of rows go from the database's binary answer through NumPy to JSON without a Python object per row.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import partial
from typing import Annotated, Any

import numpy as np
from fastapi import APIRouter, Query, Response
from psycopg import AsyncConnection
from psycopg.rows import DictRow
from pydantic import AwareDatetime, BaseModel, ConfigDict

from api.answers import json_answer
from api.audit import looked
from api.errors import (
    AnswerTooLargeError,
    BadIntervalError,
    NaiveTimeError,
    RangeTooLongError,
    VehicleNotFoundError,
    problem_responses,
)
from api.fix_columns_answer import LEGEND, Column, ReadingColumns, columns_answer
from api.parameters import IntervalQuery, VehicleIdPath
from api.services import ServicesDependency
from api.times import Interval, earlier
from api.vehicle_lookup import known_vehicle
from api.viewer import Tracker, Viewer
from storage.queries.track import read_track
from storage.queries.vehicle_history import read_instants
from supervision.history.thinning import thinned

router = APIRouter(tags=["vehicles"])

# A month at one fix in five seconds; twice that would hold the event loop, and every stream in it, for a second.
MAX_FIXES = 600_000
# A line of that many fixes is drawn without a visible difference, and sent in a tenth of a second.
THINNED_TO = 20_000
# Ranges up to this are given out exactly unless a limit is asked for.
EXACT_RANGE = timedelta(days=1)
# What a track without `datetime` covers.
DEFAULT_RANGE = timedelta(days=1)


class TrackFormat(StrEnum):
    """How a track is given out."""

    COLUMNS = "columns"
    GEOJSON = "geojson"


class FixColumnsAnswer(ReadingColumns):
    """One list per field, one element per fix, in time order; null where no fix of the answer has the field.

    Attributes:
        epoch: With seq the identity of the record.
    """

    fix_time: list[AwareDatetime]
    epoch: list[int]
    seq: list[int]
    received_at: list[AwareDatetime]
    hdop: list[float | None] | None
    satellites: list[int | None] | None


class Track(BaseModel):
    """The fixes of one vehicle from `start` to before `end`.

    Attributes:
        count: How many fixes are given.
        of: How many the range holds.
        thinned: Whether fixes were left out.
        deviation_m: How far those left out are at most off the line between the others in place and time, where 20 kg
            of load and half a degree of lift count as a metre. [m]
    """

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "vehicle_id": "T1",
                "plate": "苏D12345",
                "start": "2026-05-01T12:00:00Z",
                "end": "2026-05-02T00:00:00Z",
                "count": 2,
                "of": 2,
                "thinned": False,
                "deviation_m": 0.0,
                "columns": {
                    "fix_time": ["2026-05-01T12:00:00Z", "2026-05-01T12:00:10Z"],
                    "epoch": [7, 7],
                    "seq": [4711, 4712],
                    "received_at": ["2026-05-01T12:00:01.205Z", "2026-05-01T12:00:11.230Z"],
                    "lat_deg": [31.7721, 31.7722],
                    "lon_deg": [119.9712, 119.9719],
                    "speed_mps": [6.5, 7.0],
                    "course_deg": [81.0, 80.5],
                    "hdop": [0.9, 0.9],
                    "satellites": [14, 15],
                    "load_kg": [15200.0, None],
                    "load_ratio": None,
                    "lift_deg": [0.0, 0.0],
                    "cover": ["closed", "closed"],
                    "ignition": [True, True],
                    "main_power": [True, True],
                    "faults": [0, 1],
                    "alarms": [0, 0],
                },
                "legend": {"faults": {"load_sensor": 1}, "alarms": {"main_power_cut": 1}},
            }
        }
    )

    vehicle_id: str
    plate: str | None
    start: AwareDatetime
    end: AwareDatetime
    count: int
    of: int
    thinned: bool
    deviation_m: float
    columns: FixColumnsAnswer
    legend: dict[str, dict[str, int]]


@router.get(
    "/v1/vehicles/{vehicle_id}/track",
    response_model=Track,
    summary="Where a vehicle was",
    responses={
        200: {
            "content": {
                "application/geo+json": {
                    "schema": {"type": "object"},
                    "example": {
                        "type": "Feature",
                        "geometry": {"type": "LineString", "coordinates": [[119.9712, 31.7721], [119.9719, 31.7722]]},
                        "properties": {
                            "vehicle_id": "T1",
                            "fix_time": ["2026-05-01T12:00:00Z", "2026-05-01T12:00:10Z"],
                        },
                    },
                }
            }
        },
        **problem_responses(
            VehicleNotFoundError, NaiveTimeError, BadIntervalError, RangeTooLongError, AnswerTooLargeError
        ),
    },
)
async def track(
    services: ServicesDependency,
    viewer: Tracker,
    vehicle_id: VehicleIdPath,
    interval: IntervalQuery,
    *,
    format_: Annotated[
        TrackFormat, Query(alias="format", description="`columns`, or one GeoJSON feature with the same columns.")
    ] = TrackFormat.COLUMNS,
    max_fixes: Annotated[
        int | None,
        Query(
            ge=2,
            le=MAX_FIXES,
            description="Thinned to so many fixes: stops, bends, load changes and instants of events stay. "
            f"Unless told, a day is exact and a longer range thinned to {THINNED_TO}.",
        ),
    ] = None,
) -> Response:
    """Return the fixes of the range; an open end is now, and without a start the last day before the end is meant."""
    start, end = closed_range(interval, datetime.now(UTC), services.settings.max_track_days)
    most = max_fixes or (MAX_FIXES if end - start <= EXACT_RANGE else THINNED_TO)
    query = partial(vehicle_and_track, viewer=viewer, vehicle_id=vehicle_id, start=start, end=end, most=most)
    async with looked(services, viewer, "look_track", vehicle_id, start, end):
        vehicle, columns, instants_ms = await services.database.read(query)
    if len(columns["seq"]) > MAX_FIXES:
        raise AnswerTooLargeError(f"expected up to {MAX_FIXES} fixes, there are more; ask for a shorter range")
    about = {"vehicle_id": vehicle_id, "plate": vehicle["plate"], "start": start, "end": end}
    thinness, columns = await asyncio.to_thread(thinned_columns, columns, most, instants_ms)
    about |= thinness
    if format_ is TrackFormat.GEOJSON:
        return json_answer(line_feature(about, columns), "application/geo+json")
    return json_answer({**about, "count": len(columns["seq"]), "columns": columns_answer(columns), "legend": LEGEND})


async def vehicle_and_track(
    connection: AsyncConnection[Any], viewer: Viewer, vehicle_id: str, start: datetime, end: datetime, *, most: int
) -> tuple[DictRow, dict[str, Column], list[int]]:
    """Return a vehicle, its fixes, at most one more than an answer may hold, and the instants to keep of too many."""
    vehicle = await known_vehicle(connection, vehicle_id, viewer=viewer)
    columns = await read_track(connection, vehicle["vehicle_nos"], start, end, limit=MAX_FIXES + 1)
    instants: list[datetime] = []
    if len(columns["seq"]) > most:
        instants = await read_instants(connection, vehicle["vehicle_nos"], start, end)
    return vehicle, columns, [int(instant.timestamp() * 1000) for instant in instants]


def thinned_columns(
    columns: dict[str, Column], most: int, instants_ms: list[int]
) -> tuple[dict[str, Any], dict[str, Column]]:
    """Return the members of `Track` that tell what was left out, and what is left of the fixes, at most `most`."""
    stored = len(columns["seq"])
    if stored <= most:
        return {"of": stored, "thinned": False, "deviation_m": 0.0}, columns
    kept = thinned(columns, most, instants_ms)
    about = {"of": stored, "thinned": True, "deviation_m": round(kept.deviation_m, 1)}
    return about, {name: column[kept.rows] for name, column in columns.items()}


def closed_range(interval: Interval, now: datetime, max_days: int) -> tuple[datetime, datetime]:
    """Return the range of a track with both ends.

    Raises:
        RangeTooLongError: Longer than `max_days`.
        BadIntervalError: It begins after now and has no end.
    """
    end = interval.end or now
    start = interval.start or earlier(end, DEFAULT_RANGE)
    if start >= end:
        raise BadIntervalError(f"expected a start before now, got {start.isoformat()}")
    if end - start > timedelta(days=max_days):
        raise RangeTooLongError(f"expected up to {max_days} days, got {(end - start) / timedelta(days=1):.1f}")
    return start, end


def line_feature(about: Mapping[str, Any], columns: Mapping[str, Column]) -> dict[str, Any]:
    """Return the fixes that have a position as one GeoJSON feature, its other columns aligned with the coordinates.

    The geometry is a LineString, a Point for a single position, null for none.
    """
    placed = ~np.isnan(columns["lat_deg"])
    rows = {name: column[placed] for name, column in columns.items()}
    coordinates = np.round(np.column_stack((rows.pop("lon_deg"), rows.pop("lat_deg"))), 7)
    properties = {**about, "count": len(coordinates), **columns_answer(rows), "legend": LEGEND}
    return {"type": "Feature", "geometry": _geometry(coordinates), "properties": properties}


def _geometry(coordinates: Column) -> dict[str, Any] | None:
    if len(coordinates) == 0:
        return None
    if len(coordinates) == 1:
        return {"type": "Point", "coordinates": coordinates[0]}
    return {"type": "LineString", "coordinates": coordinates}
