"""`muckline status`: which servers are used, and whether the embedded ones run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from embedded.server_status import ServerStatus
    from muckline.settings import Settings


def status(context: typer.Context) -> None:
    """Print where the database and the broker are."""
    print_status(context.obj)


def print_status(settings: Settings) -> None:
    """Print one line for each server."""
    from embedded.broker import EmbeddedBroker
    from embedded.postgres import EmbeddedPostgres
    from muckline.doctor.addresses import shown_url

    database, broker = settings.database, settings.broker
    typer.echo(
        "database  " + (_configured(shown_url(database.url)) or _embedded(EmbeddedPostgres(settings.embedded).status()))
    )
    typer.echo(
        "broker    "
        + (
            _configured(broker.host and f"{broker.host}:{broker.port}")
            or _embedded(EmbeddedBroker(settings.embedded).status())
        )
    )


def _configured(address: str) -> str:
    return address and f"{address}  (configured)"


def _embedded(server: ServerStatus) -> str:
    return f"{server.address}  (embedded, process {server.pid})" if server.running else "not running  (embedded)"
