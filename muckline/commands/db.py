"""`muckline db-upgrade` and `muckline db-status`: the schema of the database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer

from muckline.settings import Settings, read_secret

if TYPE_CHECKING:
    import psycopg


def db_upgrade(context: typer.Context) -> None:
    """Bring the database to the schema that this release expects."""
    from muckline.commands.seal import seal_what_is_plain
    from storage.migrate import upgrade

    settings: Settings = context.obj
    with told_plainly():
        address = database_address(settings)
        typer.echo(f"Schema version {upgrade(*address)}.")
        seal_what_is_plain(settings, *address)


def db_status(context: typer.Context) -> None:
    """Say which schema the database has and which one this release expects; exits with 1 where they differ."""
    from storage.migrate import current, expected

    settings: Settings = context.obj
    with told_plainly():
        got = current(*database_address(settings))
    typer.echo(f"Schema version {got or 'none'}, expected {expected()}.")
    if got != expected():
        typer.echo("Run `muckline db-upgrade`.", err=True)
        raise typer.Exit(1)


def database_address(settings: Settings) -> tuple[str, str | None]:
    """Return URL and password of the database, the embedded one started where none is configured."""
    from embedded.stack import resolve_database_url

    url = resolve_database_url(settings.embedded, settings.database.url)
    return url, read_secret(settings.database.password_file)


@contextmanager
def connected(settings: Settings) -> Iterator[psycopg.Connection]:
    """Yield a connection to a database that has the expected schema; end the command plainly where there is none."""
    from storage.connect import connect_writer
    from storage.migrate import check_current

    with told_plainly():
        url, password = database_address(settings)
        check_current(url, password)
        with connect_writer(url, application_name="muckline-cli", password=password) as connection:
            yield connection


@contextmanager
def told_plainly() -> Iterator[None]:
    """End the command with one line instead of a traceback where the database is at fault."""
    import psycopg

    from admission.errors import AdmissionError
    from embedded.errors import EmbeddedError
    from storage.errors import StorageError

    try:
        yield
    except (AdmissionError, EmbeddedError, StorageError, psycopg.OperationalError) as error:
        typer.echo(str(error).strip(), err=True)
        raise typer.Exit(1) from error
