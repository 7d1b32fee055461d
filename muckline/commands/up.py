"""`muckline up`: start what this checkout embeds, and print where it is."""

from __future__ import annotations

import typer


def up(context: typer.Context) -> None:
    """Start the embedded database and broker where none are configured; print the addresses."""
    from admission.errors import AdmissionError
    from embedded.errors import EmbeddedError
    from embedded.stack import resolve_broker, resolve_database_url
    from embedded.steps import told_on_stderr
    from muckline.commands.status import print_status

    settings, steps = context.obj, told_on_stderr()
    try:
        resolve_database_url(settings.embedded, settings.database.url, steps)
        resolve_broker(settings.embedded, settings.broker.address(), steps)
    except (AdmissionError, EmbeddedError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    print_status(settings)
