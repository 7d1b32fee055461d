"""`muckline up`: start what this checkout embeds, its database with the newest schema, and print where it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from muckline.settings import Settings

# What `up` does not start: these run as long as the city does, each in a terminal or a service of its own.
NEXT = "Next, each in a process of its own: muckline ingest, muckline api, muckline work"


def up(context: typer.Context) -> None:
    """Start the embedded database (newest schema) and broker where none are configured; print the addresses."""
    from admission.errors import AdmissionError
    from embedded.errors import EmbeddedError
    from embedded.stack import resolve_broker, resolve_database_url
    from embedded.steps import told_on_stderr
    from muckline.commands.db import told_plainly
    from muckline.commands.status import print_status

    settings, steps = context.obj, told_on_stderr()
    try:
        resolve_database_url(settings.embedded, settings.database.url, steps)
        resolve_broker(settings.embedded, settings.broker.address(), steps)
    except (AdmissionError, EmbeddedError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    with told_plainly():
        _upgrade_embedded(settings)
    print_status(settings)
    typer.echo(NEXT, err=True)


def _upgrade_embedded(settings: Settings) -> None:
    """Bring the embedded database to the newest schema; a configured one is its owner's, who runs `db-upgrade`."""
    from alembic.util import CommandError

    from embedded.stack import resolve_database_url
    from storage.migrate import current, expected, upgrade

    if settings.database.url:
        return
    url = resolve_database_url(settings.embedded, "")
    before = current(url)
    if before != expected():
        try:
            typer.echo(f"Schema of the embedded database: {before or 'none'} -> {upgrade(url)}", err=True)
        except CommandError as error:
            typer.echo(
                f"expected schema version {expected()} or one before it, got {before}: of a newer release", err=True
            )
            raise typer.Exit(1) from error
