"""`muckline down`: stop what this checkout embeds."""

from __future__ import annotations

import typer


def down(context: typer.Context) -> None:
    """Stop the embedded broker and database; configured servers are left alone."""
    from embedded.broker import EmbeddedBroker
    from embedded.errors import EmbeddedError
    from embedded.postgres import EmbeddedPostgres
    from muckline.commands.status import print_status

    settings = context.obj
    try:
        EmbeddedBroker(settings.embedded).stop()
        EmbeddedPostgres(settings.embedded).stop()
    except EmbeddedError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    print_status(settings)
