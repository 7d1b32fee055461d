"""What every resource may use; built and joined in `api.app`, handed out by one dependency."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from api.access.passwords import Passwords
from api.access.rates import Rates
from api.access.trail import Trail
from api.coarse_positions import FirstLooks, Held
from api.database import Database
from api.event_feed import EventFeed
from api.export_maker import ExportMaker
from api.instruments import Instruments
from api.live_positions import LivePositions
from api.settings import ApiSettings
from api.writer import Writer
from firmware_contracts.transport import BrokerAddress
from storage.queries.latest import Latest
from storage.sealing import Seal


@dataclass(frozen=True, slots=True)
class Services:
    """The parts of one running API.

    Attributes:
        held: Rough positions of these ten minutes, by viewer.
        first_looks: Who looked where everything is within this hour.
        secret: Signs access tokens; every API of a city needs the same.
        seal: Encrypts addresses of channels; likewise, and every background process.
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
    held: Held[Latest]
    first_looks: FirstLooks
    exports: ExportMaker
    secret: bytes
    seal: Seal


def services(request: Request) -> Services:
    """Return the parts of the app that got this request."""
    parts: Services = request.app.state.services
    return parts


ServicesDependency = Annotated[Services, Depends(services)]
