"""`/metrics`: what the API counts about itself, for a Prometheus on this host or for operators."""

from __future__ import annotations

from ipaddress import ip_address

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from api.errors import NotLoggedInError, NotPermittedError, problem_responses
from api.recognition import recognized
from api.services import ServicesDependency
from api.viewer import Permission

router = APIRouter(tags=["operation"])


@router.get(
    "/metrics",
    summary="Counters for Prometheus",
    response_class=Response,
    responses=problem_responses(NotLoggedInError, NotPermittedError),
)
async def metrics(request: Request, services: ServicesDependency) -> Response:
    """Return the counters in Prometheus' text format, to this host or to who may operate."""
    if not _is_of_this_host(request):
        await recognized(request, Permission.OPERATE)
    return Response(generate_latest(services.instruments.registry), media_type=CONTENT_TYPE_LATEST)


def _is_of_this_host(request: Request) -> bool:
    """Tell whether nobody else asks; what a proxy of this host passes on is somebody else's."""
    passed_on = "x-forwarded-for" in request.headers or "forwarded" in request.headers
    return not passed_on and request.client is not None and ip_address(request.client.host).is_loopback
