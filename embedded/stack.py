"""Which servers a command talks to: the configured ones, else those of this checkout, started when needed."""

from __future__ import annotations

from embedded.broker import EmbeddedBroker
from embedded.postgres import EmbeddedPostgres
from embedded.settings import EmbeddedSettings
from embedded.steps import Steps
from firmware_contracts.transport import BrokerAddress


def resolve_database_url(settings: EmbeddedSettings, url: str, steps: Steps | None = None) -> str:
    """Return the configured database URL, or that of the embedded TimescaleDB, running.

    Raises:
        EmbeddedError: The embedded database cannot run here.
    """
    return url or EmbeddedPostgres(settings, steps).ensure()


def resolve_broker(settings: EmbeddedSettings, address: BrokerAddress, steps: Steps | None = None) -> BrokerAddress:
    """Return the configured broker, or where its host is empty the embedded Mosquitto, running.

    Raises:
        EmbeddedError: The embedded broker cannot run here.
    """
    return address if address.host else EmbeddedBroker(settings, steps).ensure()
