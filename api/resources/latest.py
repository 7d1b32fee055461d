"""`/v1/positions/latest`: where every truck was last seen, ten thousand of them in one answer."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from enum import StrEnum
from functools import partial
from typing import Annotated, Any

import numpy as np
from fastapi import APIRouter, Query, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict

from api.answers import json_answer
from api.audit import noted
from api.coarse_positions import HOLD_S, coarse_columns
from api.errors import BadBboxError, TooManyRequestsError, problem_responses
from api.fix_columns_answer import LEGEND, Column, ReadingColumns, columns_answer, listed
from api.masking import shown_plate
from api.parameters import Bbox, BboxQuery
from api.services import Services, ServicesDependency
from api.viewer import Looker, Permission, Viewer
from storage.queries.latest import Latest as Newest
from storage.queries.latest import read_latest

router = APIRouter(tags=["vehicles"])


class LatestFormat(StrEnum):
    """How positions are given out."""

    COLUMNS = "columns"
    GEOJSON = "geojson"


class LatestColumns(ReadingColumns):
    """One list per field, one element per vehicle; null where no vehicle of the answer has the field.

    Attributes:
        fix_time: Of the newest fix.
        position_time: Of the newest fix that had a position, which is the one given.
    """

    vehicle_id: list[str]
    plate: list[str | None]
    fix_time: list[AwareDatetime]
    received_at: list[AwareDatetime]
    position_time: list[AwareDatetime | None]
    epoch: list[int]
    seq: list[int]
    hdop: list[float | None] | None
    satellites: list[int | None] | None


class Latest(BaseModel):
    """The newest fix of each vehicle that ever sent one."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "count": 1,
                "columns": {
                    "vehicle_id": ["T1"],
                    "plate": ["苏D12345"],
                    "fix_time": ["2026-05-01T12:00:10Z"],
                    "received_at": ["2026-05-01T12:00:11.230Z"],
                    "position_time": ["2026-05-01T12:00:10Z"],
                    "epoch": [7],
                    "seq": [4711],
                    "hdop": [0.9],
                    "satellites": [14],
                    "lat_deg": [31.7722],
                    "lon_deg": [119.9719],
                    "speed_mps": [7.0],
                    "course_deg": [80.5],
                    "load_kg": [15200.0],
                    "load_ratio": None,
                    "lift_deg": [0.0],
                    "cover": ["closed"],
                    "ignition": [True],
                    "main_power": [True],
                    "faults": [0],
                    "alarms": [0],
                },
                "legend": {"faults": {"load_sensor": 1}, "alarms": {"main_power_cut": 1}},
            }
        }
    )

    count: int
    columns: LatestColumns
    legend: dict[str, dict[str, int]]


@router.get(
    "/v1/positions/latest",
    response_model=Latest,
    summary="Where all vehicles are",
    responses={
        200: {
            "content": {
                "application/geo+json": {
                    "schema": {"type": "object"},
                    "example": {
                        "type": "FeatureCollection",
                        "features": [
                            {
                                "type": "Feature",
                                "id": "T1",
                                "geometry": {"type": "Point", "coordinates": [119.9719, 31.7722]},
                                "properties": {"plate": "苏D12345", "fix_time": "2026-05-01T12:00:10Z"},
                            }
                        ],
                    },
                }
            }
        },
        **problem_responses(BadBboxError),
    },
)
async def latest(
    services: ServicesDependency,
    viewer: Looker,
    bbox: BboxQuery,
    format_: Annotated[
        LatestFormat, Query(alias="format", description="`columns`, or a GeoJSON feature for each vehicle.")
    ] = LatestFormat.COLUMNS,
) -> Response:
    """Return the newest fix of every vehicle, or of those last seen in the box.

    A viewer without the permission `track` is given the middle of a square of 0.01 degrees and times in whole ten
    minutes, without speed and course, and within ten minutes the same again. The first look of an hour is logged.
    """
    await _note_first_look(services, viewer)
    newest = await _newest(services, viewer)
    columns: dict[str, Any] = {
        "vehicle_id": np.array(newest.vehicle_ids, object),
        "plate": np.array([shown_plate(viewer, plate) for plate in newest.plates], object),
    }
    columns |= newest.columns
    if bbox is not None:
        columns = inside(columns, bbox)
    if format_ is LatestFormat.GEOJSON:
        features = await asyncio.to_thread(feature_collection, columns)  # a tenth of a second for 10,000 trucks
        return json_answer(features, "application/geo+json")
    count = len(columns["vehicle_id"])
    return json_answer({"count": count, "columns": latest_columns(columns), "legend": LEGEND})


async def _newest(services: Services, viewer: Viewer) -> Newest:
    """Return what a viewer may know of where everything is."""
    read = partial(services.database.read, partial(read_latest, viewer=viewer.user_no))
    if viewer.may(Permission.TRACK):
        return await read()

    async def coarse() -> Newest:
        exact = await read()
        return exact._replace(columns=coarse_columns(exact.columns))

    held = await services.held.of(viewer.user_no, time.time(), coarse)
    if held is None:
        raise TooManyRequestsError("expected fewer viewers of rough positions; try again later", retry_after_s=HOLD_S)
    return held


async def _note_first_look(services: Services, viewer: Viewer) -> None:
    if not services.first_looks.is_first(viewer.user_no, time.time()):
        return
    try:
        await noted(services, viewer, "look_latest", "fleet", "all")
    except BaseException:
        services.first_looks.forget(viewer.user_no)
        raise


def inside(columns: Mapping[str, Column], box: Bbox) -> dict[str, Column]:
    """Return the rows whose position lies in the box."""
    lon_deg, lat_deg = columns["lon_deg"], columns["lat_deg"]
    in_box = (
        (lon_deg >= box.west_deg) & (lon_deg <= box.east_deg) & (lat_deg >= box.south_deg) & (lat_deg <= box.north_deg)
    )
    return {name: column[in_box] for name, column in columns.items()}


def latest_columns(columns: Mapping[str, Column]) -> dict[str, Any]:
    """Return the columns as `json_bytes` writes them; a vehicle that never had a position has no time of it."""
    answer = columns_answer(columns)
    unplaced = np.isnan(columns["lat_deg"])
    if unplaced.any():
        times = answer["position_time"].astype(object)
        times[unplaced] = None
        answer["position_time"] = list(times)
    return answer


def feature_collection(columns: Mapping[str, Column]) -> dict[str, Any]:
    """Return one GeoJSON feature per vehicle that has a position."""
    placed = ~np.isnan(columns["lat_deg"])
    rows = {name: column[placed] for name, column in columns.items()}
    points = np.round(np.column_stack((rows.pop("lon_deg"), rows.pop("lat_deg"))), 7)
    vehicle_ids = rows.pop("vehicle_id")
    answer = columns_answer(rows)
    values = zip(*(listed(column, len(points)) for column in answer.values()), strict=True)
    features = [
        {
            "type": "Feature",
            "id": vehicle_id,
            "geometry": {"type": "Point", "coordinates": point},
            "properties": dict(zip(answer, row, strict=True)),
        }
        for vehicle_id, point, row in zip(vehicle_ids.tolist(), points.tolist(), values, strict=True)
    ]
    return {"type": "FeatureCollection", "features": features}
