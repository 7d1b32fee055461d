"""What every resource may use; built and joined in `api.app`, handed out by one dependency."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from api.access.passwords import Passwords
from api.access.rates import Rates
from api.access.trail import Trail
from api.database import Database
from api.event_feed import EventFeed
from api.export_maker import ExportMaker
from api.instruments import Instruments
from api.live_positions import LivePositions
from api.settings import ApiSettings
from api.writer import Writer
from firmware_contracts.transport import BrokerAddress


@dataclass(frozen=True, slots=True)
class Services:
    """The parts of one running API.

    Attributes:
        secret: Signs access tokens; every API of a city needs the same.
    """

    settings: ApiSettings
    database: Database
    broker: BrokerAddress
    feed: EventFeed
    instruments: Instruments
    writer: Writer
    trail: Trail
    passwords: Passwords
    rates: Rates
    live: LivePositions
    exports: ExportMaker
    secret: bytes


def services(request: Request) -> Services:
    """Return the parts of the app that got this request."""
    parts: Services = request.app.state.services
    return parts


ServicesDependency = Annotated[Services, Depends(services)]
