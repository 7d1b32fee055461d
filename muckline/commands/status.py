"""`muckline status`: which servers are used, whether the embedded ones run, and what supervises the city."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from embedded.server_status import ServerStatus
    from muckline.doctor.finding import Finding
    from muckline.settings import Settings

UNKNOWN = "unknown while the database is away or of another schema"


def status(context: typer.Context) -> None:
    """Print where the database and the broker are, and how background process, console, users and evidence key are."""
    print_status(context.obj)


def print_status(settings: Settings) -> None:
    """Print one line for each server and each part that supervises."""
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
    for name, finding in _supervision(settings):
        typer.echo(f"{name:<9} {_told(finding)}")


def _supervision(settings: Settings) -> list[tuple[str, Finding | None]]:
    """Return the parts in the order in which they are started, each as the doctor finds it."""
    from api.console_files import FOLDER
    from muckline.doctor import supervision

    facts = supervision.read_facts(settings)
    return [
        ("worker", None if facts is None else supervision.worker_finding(facts.silence_s)),
        ("console", supervision.console_finding(FOLDER)),
        ("users", None if facts is None else supervision.users_finding(facts)),
        ("evidence", supervision.evidence_key_finding(settings)),
    ]


def _told(finding: Finding | None) -> str:
    if finding is None:
        return UNKNOWN
    return finding.cause + (f"  ({finding.fix})" if finding.fix else "")


def _configured(address: str) -> str:
    return address and f"{address}  (configured)"


def _embedded(server: ServerStatus) -> str:
    return f"{server.address}  (embedded, process {server.pid})" if server.running else "not running  (embedded)"
