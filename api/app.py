"""The API, built and joined in one place.

A resource is a module in `api/resources` and a row in `ROUTERS`. Resources ask `storage.queries` through
`Services.database`, answer with `api.answers`, and raise types of `api.errors`; how an error looks on the wire is
decided there alone.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version

import structlog
from fastapi import APIRouter, Depends, FastAPI

from api.access.described import describe_access
from api.access.headers import SecureHeaders
from api.access.known_parameters import known_parameters
from api.access.passwords import Passwords
from api.access.rates import make_rates
from api.access.trail import Trail
from api.body_limit import LimitBody
from api.coarse_positions import FirstLooks, Held
from api.console_files import mount_console
from api.database import Database
from api.docs import installed_assets, mount_docs
from api.errors import install_errors
from api.event_feed import EventFeed
from api.export_maker import ExportMaker
from api.instruments import CountRequests, Instruments
from api.live_positions import LivePositions
from api.registers.described import describe_registers
from api.resources import (
    api_keys,
    audit,
    balances,
    basemap,
    candidate_places,
    case_figures,
    case_steps,
    case_stream,
    cases,
    channels,
    compliance,
    data_quality,
    deliveries,
    device_commands,
    duplicates,
    duty_roster,
    event_stream,
    events,
    evidence,
    exchange_feed,
    exchange_inbox,
    exports,
    health,
    history,
    imports,
    kinds,
    latest,
    live_positions,
    manifests,
    metrics,
    passages,
    permit_applications,
    permits,
    photos,
    problems,
    projects,
    register_fields,
    register_history,
    registers,
    rejected,
    reports,
    reports_in,
    rule_settings,
    scores,
    session,
    shared,
    shares,
    statistics,
    stray_replies,
    subscriptions,
    today,
    track,
    trips,
    users,
    vehicle_search,
    vehicles,
    webhooks,
)
from api.services import Services
from api.settings import ApiSettings
from api.writer import Writer
from firmware_contracts.transport import BrokerAddress
from storage.sealing import Seal, new_key

log = structlog.get_logger(__name__)

# The stream stands before the events, one of which could else be named "stream".
ROUTERS: tuple[APIRouter, ...] = (
    health.router,
    metrics.router,
    session.router,
    users.router,
    api_keys.router,
    audit.router,
    vehicles.router,
    latest.router,
    live_positions.router,
    track.router,
    trips.router,
    today.router,
    history.router,
    vehicle_search.router,
    event_stream.router,
    events.router,
    candidate_places.router,
    exports.router,
    balances.router,
    basemap.router,
    passages.router,
    device_commands.router,
    stray_replies.router,
    compliance.router,
    manifests.router,
    projects.router,
    scores.router,
    channels.router,
    deliveries.router,
    exchange_feed.router,
    exchange_inbox.router,
    subscriptions.router,
    webhooks.router,
    rule_settings.router,
    rejected.router,
    problems.router,
    registers.router,
    permit_applications.router,
    permits.router,
    register_fields.router,
    register_history.router,
    imports.router,
    duplicates.router,
    kinds.router,
    case_stream.router,
    case_steps.router,
    cases.router,
    photos.router,
    reports_in.router,
    case_figures.router,
    duty_roster.router,
    evidence.router,
    statistics.router,
    data_quality.router,
    reports.router,
    shares.router,
    shared.router,
)

DESCRIPTION = """Supervision of construction-waste trucks: where they are, where they were, and what the rules found.

Times are RFC 3339 with offset, in and out. Positions are WGS 84. Errors are `application/problem+json` with a stable
`type`. Lists are pages: follow `next` until it is null.
"""


def create_app(
    settings: ApiSettings,
    database_url: str,
    broker: BrokerAddress,
    *,
    database_password: str | None = None,
    statement_timeout_s: int = 30,
    secret: bytes | None = None,
    seal: Seal | None = None,
) -> FastAPI:
    """Return the API as an ASGI application; serve it with `api.server`.

    Args:
        settings: What the operator may set.
        database_url: libpq URL or keyword string.
        broker: Whose reachability `/readyz` tells.
        database_password: Where the URL holds none.
        statement_timeout_s: Longest a query may run. [s]
        secret: Signs access tokens; None makes one that dies with the process.
        seal: Encrypts addresses of channels, likewise.
    """
    instruments = Instruments()
    database = Database(database_url, database_password, settings.pool_size, statement_timeout_s)
    services = Services(
        settings=settings,
        database=database,
        broker=broker,
        feed=EventFeed(database_url, database_password, settings.max_streams, statement_timeout_s, instruments),
        instruments=instruments,
        writer=Writer(database_url, database_password),
        trail=Trail(database_url, database_password),
        passwords=Passwords(),
        rates=make_rates(settings),
        live=LivePositions(database),
        held=Held(),
        first_looks=FirstLooks(),
        exports=ExportMaker(database_url, database_password, statement_timeout_s),
        secret=secret or secrets.token_bytes(32),
        seal=seal or Seal([new_key()]),
    )
    app = FastAPI(
        title="Muckline",
        version=version("muckline"),
        description=DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        lifespan=_lifespan,
        dependencies=[Depends(known_parameters)],
    )
    app.state.services = services
    app.add_middleware(LimitBody)
    app.add_middleware(CountRequests, instruments=instruments)
    app.add_middleware(SecureHeaders)
    install_errors(app)
    for router in ROUTERS:
        app.include_router(router)
    describe_registers(app)
    describe_access(app)
    assets = installed_assets()
    if assets is not None:
        mount_docs(app, assets)
    mount_console(app)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    services: Services = app.state.services
    await services.database.open()
    following = asyncio.create_task(services.feed.run(), name="event feed")
    following.add_done_callback(_report_end)
    try:
        yield
    finally:
        services.feed.finish()
        following.cancel()
        await asyncio.wait([following])
        await services.trail.close()
        await services.database.close()


def _report_end(following: asyncio.Task[None]) -> None:
    """Say that the feed ended by a mistake of ours; `/readyz` says so too."""
    if not following.cancelled() and (error := following.exception()) is not None:
        log.error("event_feed_ended", exc_info=error)
