"""`/metrics`: what the API counts about itself."""

from __future__ import annotations

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from api.services import ServicesDependency

router = APIRouter(tags=["operation"])


@router.get("/metrics", summary="Counters for Prometheus", response_class=Response)
async def metrics(services: ServicesDependency) -> Response:
    """Return the counters in Prometheus' text format."""
    return Response(generate_latest(services.instruments.registry), media_type=CONTENT_TYPE_LATEST)
