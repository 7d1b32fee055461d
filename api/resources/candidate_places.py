"""`/v1/candidate-places`: unknown places at which trucks load or unload again and again, as a map layer."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict

from api.answers import json_answer
from api.errors import BadBboxError, BadIntervalError, NaiveTimeError, PageTooLargeError, problem_responses
from api.parameters import BboxQuery, IntervalQuery, LimitQuery
from api.services import ServicesDependency
from api.viewer import Looker
from storage.queries.places import read_candidates

router = APIRouter(tags=["places"])


class Candidate(BaseModel):
    """What is known of a candidate place.

    Attributes:
        kind: `loading` for a candidate black site, `unloading` for a candidate black dump point.
        first_time: When the earliest visit began, within the last 90 days.
        visits: Loadings or unloadings pooled here.
        vehicles: Trucks that did them.
        load_kg: Mass loaded or unloaded, as far as sensors told. [kg]
        measured_share: Share of the visits whose mass is known.
        event_ids: The visits, earliest first.
    """

    kind: Literal["loading", "unloading"]
    first_time: AwareDatetime
    last_time: AwareDatetime
    visits: int
    vehicles: int
    load_kg: float | None
    measured_share: float
    lat_deg: float
    lon_deg: float
    event_ids: list[UUID]
    world_version: str


class Outline(BaseModel):
    """GeoJSON: a ring around all visits."""

    type: Literal["Polygon"]
    coordinates: list[list[tuple[float, float]]]


class CandidateFeature(BaseModel):
    """One place; `id` is the name of its earliest visit's event."""

    type: Literal["Feature"]
    id: UUID
    geometry: Outline
    properties: Candidate


class CandidatePlaces(BaseModel):
    """A GeoJSON FeatureCollection, the place with the most visits first."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "type": "FeatureCollection",
                "features": [
                    {
                        "type": "Feature",
                        "id": "8f14e45f-ceea-567d-9d3a-6d7c2b1f0a11",
                        "geometry": {
                            "type": "Polygon",
                            "coordinates": [[[119.97, 31.77], [119.972, 31.77], [119.971, 31.772], [119.97, 31.77]]],
                        },
                        "properties": {
                            "kind": "unloading",
                            "first_time": "2026-05-01T13:20:10Z",
                            "last_time": "2026-05-09T22:02:40Z",
                            "visits": 7,
                            "vehicles": 3,
                            "load_kg": 104300.0,
                            "measured_share": 1.0,
                            "lat_deg": 31.7711,
                            "lon_deg": 119.9712,
                            "event_ids": ["8f14e45f-ceea-567d-9d3a-6d7c2b1f0a11"],
                            "world_version": "b61e",
                        },
                    }
                ],
            }
        }
    )

    type: Literal["FeatureCollection"]
    features: list[CandidateFeature]


@router.get(
    "/v1/candidate-places",
    response_model=CandidatePlaces,
    summary="Candidate black sites and black dump points",
    responses=problem_responses(NaiveTimeError, BadIntervalError, BadBboxError, PageTooLargeError),
)
async def candidate_places(
    services: ServicesDependency,
    viewer: Looker,
    *,
    interval: IntervalQuery,
    bbox: BboxQuery,
    kind: Annotated[
        Literal["loading", "unloading"] | None, Query(description="Only places of this kind.", examples=["unloading"])
    ] = None,
    limit: LimitQuery,
) -> Response:
    """Return the places visited in the range whose middle lies in the box."""
    rows = await services.database.read(
        partial(
            read_candidates,
            viewer=viewer.user_no,
            kind=kind,
            interval=(interval.start, interval.end),
            box=bbox,
            limit=limit,
        )
    )
    collection = {"type": "FeatureCollection", "features": [_feature(row) for row in rows]}
    return json_answer(collection, "application/geo+json")


def _feature(row: Mapping[str, Any]) -> dict[str, Any]:
    properties = {name: value for name, value in row.items() if name not in ("place_id", "geometry")}
    return {"type": "Feature", "id": row["place_id"], "geometry": row["geometry"], "properties": properties}
