"""`muckline api`: serve the HTTP API until told to stop."""

from __future__ import annotations

from typing import Annotated

import typer


def api(
    context: typer.Context, log_level: Annotated[str, typer.Option(help="uvicorn's log level.")] = "warning"
) -> None:
    """Serve console and API (registers, history, cases, streams, exports) until told to stop (SIGTERM, Ctrl-C)."""
    import psycopg

    from api.app import create_app
    from api.server import listening_socket, make_server
    from embedded.stack import resolve_broker
    from muckline.commands.db import database_address, told_plainly
    from muckline.commands.seal import seal_what_is_plain
    from muckline.kept_secrets import api_secret
    from muckline.settings import Settings, SettingsError
    from muckline.signing import with_evidence_key
    from storage.migrate import check_current

    settings: Settings = context.obj
    with told_plainly():
        url, password = database_address(settings)
        seal = seal_what_is_plain(settings, url, password)
        broker = resolve_broker(settings.embedded, settings.broker.address())
        try:
            check_current(url, password)
            _first_administrator(url, password)
        except psycopg.OperationalError as error:
            typer.echo(f"The database does not answer yet: {error}", err=True)
    try:
        listener = listening_socket(settings.api.host, settings.api.port)
    except OSError as error:
        address = f"{settings.api.host}:{settings.api.port}"
        typer.echo(f"expected a free address for the API, got {address}: {error.strerror}", err=True)
        raise typer.Exit(1) from error
    try:
        secret = api_secret(settings)
    except SettingsError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    app = create_app(
        with_evidence_key(settings),
        url,
        broker,
        database_password=password,
        statement_timeout_s=settings.database.statement_timeout_s,
        secret=secret,
        seal=seal,
    )
    host, port = listener.getsockname()[:2]
    typer.echo(f"Muckline API: http://{host}:{port}")
    make_server(app, log_level).run(sockets=[listener])


def _first_administrator(url: str, password: str | None) -> None:
    """Make a user where there is none, or nobody could make one; told once, to whoever sits at the machine."""
    import sys

    from api.access.passwords import hashed, random_password
    from storage.connect import connect_writer
    from storage.users import add_first_administrator

    with connect_writer(url, application_name="muckline-cli", password=password) as connection:
        if connection.execute("select 1 from users limit 1").fetchone():
            return
        if not sys.stdout.isatty():  # what is said here is kept in a log, which is no place for a password
            typer.echo("There is no user yet: muckline user add admin --role administrator", err=True)
            return
        first = random_password()
        if add_first_administrator(connection, "admin", hashed(first)):
            typer.echo(f"There was no user: log in as admin with the password {first}. It is not shown again.")
