"""`/v1/basemap`: what the console's map is drawn on, from this host alone."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter, Response
from fastapi.responses import FileResponse
from pydantic import BaseModel, ConfigDict

from api.answers import json_answer
from api.basemap_files import BasemapFile, find_basemap
from api.errors import BasemapNotFoundError, problem_responses
from api.services import Services, ServicesDependency
from api.viewer import Looker
from storage.queries.basemap import read_bounds, read_roads

router = APIRouter(tags=["places"])

FILES = {"geojson": "/v1/basemap/streets.geojson", "pmtiles": "/v1/basemap/city.pmtiles"}
ROADS = "/v1/basemap/roads"
# Files of a base map are exchanged now and then; a browser asks whether its copy still holds.
HEADERS = {"cache-control": "private, no-cache"}


class Basemap(BaseModel):
    """How to draw the ground.

    Attributes:
        kind: `none` leaves it to the registered roads.
        url: Of the file: GeoJSON, or PMTiles to be read by ranges.
        roads_url: Registered roads as GeoJSON in WGS 84, where there is no file.
        crs: Datum of the file; positions are shifted to it before they are drawn.
        attribution: To be shown with the map, always.
        approval_no: Likewise, the approval number (审图号) of the map.
        bounds: West, south, east, north of what is registered. [deg]
    """

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "kind": "pmtiles",
                "url": "/v1/basemap/city.pmtiles",
                "roads_url": None,
                "crs": "wgs84",
                "attribution": "常州市自然资源和规划局",
                "approval_no": "苏C(2025)012号",
                "bounds": [119.9, 31.65, 120.05, 31.78],
            }
        }
    )

    kind: Literal["none", "geojson", "pmtiles"]
    url: str | None
    roads_url: str | None
    crs: Literal["wgs84", "gcj02"]
    attribution: str
    approval_no: str
    bounds: tuple[float, float, float, float] | None


def basemap_file(services: Services) -> BasemapFile | None:
    """Return the file that the operator gave, None for none."""
    folder = services.settings.basemap
    return None if folder is None else find_basemap(folder)


@router.get("/v1/basemap", response_model=Basemap, summary="The ground of the map")
async def basemap(services: ServicesDependency, viewer: Looker) -> Response:  # noqa: ARG001 - for whoever may look
    """Return what the map is drawn on; nothing of it lies on another host."""
    file, settings = basemap_file(services), services.settings
    return json_answer(
        {
            "kind": file.kind if file else "none",
            "url": FILES[file.kind] if file else None,
            "roads_url": None if file else ROADS,
            "crs": settings.basemap_crs,
            "attribution": settings.basemap_attribution,
            "approval_no": settings.basemap_approval_no,
            "bounds": await services.database.read(read_bounds),
        }
    )


@router.get(
    ROADS,
    summary="Registered roads",
    response_class=Response,
    responses={200: {"content": {"application/geo+json": {"schema": {"type": "object"}}}}},
)
async def roads(services: ServicesDependency, viewer: Looker) -> Response:  # noqa: ARG001 - streets are no secret
    """Return the roads of the world in force as a GeoJSON FeatureCollection."""
    features = await services.database.read(read_roads)
    return Response(f'{{"type":"FeatureCollection","features":{features}}}', media_type="application/geo+json")


@router.get(
    "/v1/basemap/streets.geojson",
    summary="Streets of the base map",
    response_class=FileResponse,
    responses=problem_responses(BasemapNotFoundError),
)
async def streets(services: ServicesDependency, viewer: Looker) -> Response:  # noqa: ARG001 - streets are no secret
    """Return the streets that the operator gave as GeoJSON."""
    return _file(services, "geojson", "application/geo+json")


@router.get(
    "/v1/basemap/city.pmtiles",
    summary="Tiles of the base map",
    response_class=FileResponse,
    responses=problem_responses(BasemapNotFoundError),
)
async def tiles(services: ServicesDependency, viewer: Looker) -> Response:  # noqa: ARG001 - streets are no secret
    """Return the vector tiles that the operator gave, by ranges (RFC 9110) as PMTiles readers ask for them."""
    return _file(services, "pmtiles", "application/vnd.pmtiles")


def _file(services: Services, kind: str, media_type: str) -> Response:
    file = basemap_file(services)
    if file is None or file.kind != kind:
        raise BasemapNotFoundError(f"expected a base map of kind {kind} in the settings, got {file and file.kind}")
    return FileResponse(file.path, media_type=media_type, headers=HEADERS)
