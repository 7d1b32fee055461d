"""`muckline api`: serve the HTTP API until told to stop."""

from __future__ import annotations

from typing import Annotated

import typer


def api(
    context: typer.Context, log_level: Annotated[str, typer.Option(help="uvicorn's log level.")] = "warning"
) -> None:
    """Serve vehicles, tracks, events and the event stream over HTTP, until told to stop (SIGTERM, Ctrl-C)."""
    import psycopg

    from api.app import create_app
    from api.server import listening_socket, make_server
    from embedded.stack import resolve_broker
    from muckline.commands.db import database_address, told_plainly
    from muckline.settings import Settings
    from muckline.signing import with_evidence_key
    from storage.migrate import check_current

    settings: Settings = context.obj
    with told_plainly():
        url, password = database_address(settings)
        broker = resolve_broker(settings.embedded, settings.broker.address())
        try:
            check_current(url, password)
        except psycopg.OperationalError as error:
            typer.echo(f"The database does not answer yet: {error}", err=True)
    try:
        listener = listening_socket(settings.api.host, settings.api.port)
    except OSError as error:
        address = f"{settings.api.host}:{settings.api.port}"
        typer.echo(f"expected a free address for the API, got {address}: {error.strerror}", err=True)
        raise typer.Exit(1) from error
    app = create_app(
        with_evidence_key(settings),
        url,
        broker,
        database_password=password,
        statement_timeout_s=settings.database.statement_timeout_s,
    )
    host, port = listener.getsockname()[:2]
    typer.echo(f"Muckline API: http://{host}:{port}")
    make_server(app, log_level).run(sockets=[listener])
