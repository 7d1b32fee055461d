"""`muckline seal`: the key that addresses and secrets of channels are encrypted with in the database."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from muckline.settings import Settings
    from storage.sealing import Seal

seal = typer.Typer(no_args_is_help=True, help="The key that robots' tokens and mail passwords are encrypted with.")


@seal.command()
def rotate(context: typer.Context) -> None:
    """Put a new key first in the file and seal every channel with it; older keys still open what they sealed."""
    from muckline.kept_secrets import read_seal_keys, seal_file, write_seal_keys
    from storage.sealing import new_key

    settings: Settings = context.obj
    _seal_of(settings)  # made where there is none
    path = seal_file(settings)
    # The file first: should the rest fail, the old keys are still there.
    write_seal_keys(path, [new_key(), *read_seal_keys(path)])
    count = _sealed_anew(settings)
    typer.echo(f"{count} channels sealed with a new key in {path}. Give the file to every machine and restart")
    typer.echo("`muckline api` and `muckline work` there; then `muckline seal forget` takes the old keys out.")


@seal.command()
def forget(context: typer.Context) -> None:
    """Take the old keys out of the file, once every process knows the new one."""
    from muckline.kept_secrets import read_seal_keys, seal_file, write_seal_keys

    settings: Settings = context.obj
    count = _sealed_anew(settings)
    path = seal_file(settings)
    keys = read_seal_keys(path)
    write_seal_keys(path, keys[:1])
    typer.echo(f"{count} channels are sealed with the key in {path}; {len(keys) - 1} older are gone.")


def _sealed_anew(settings: Settings) -> int:
    from muckline.commands.db import connected
    from storage.sealing import SealError
    from supervision.notices.sealing import seal_anew

    found = _seal_of(settings)
    with connected(settings) as connection:
        try:
            return seal_anew(connection, found)
        except SealError as error:
            typer.echo("A channel cannot be opened with any key of the file; nothing was changed.", err=True)
            raise typer.Exit(1) from error


def seal_what_is_plain(settings: Settings, url: str, password: str | None) -> Seal:
    """Return the seal, channels from before there was one sealed with it; a database that is away waits."""
    import psycopg

    from storage.connect import connect_writer
    from storage.migrate import current, expected
    from supervision.notices.sealing import seal_plain_channels

    found = _seal_of(settings)
    try:
        if current(url, password) == expected():
            with connect_writer(url, application_name="muckline-cli", password=password) as connection:
                count = seal_plain_channels(connection, found)
            if count:
                typer.echo(f"{count} channels were not encrypted yet, and are now.")
    except psycopg.OperationalError:
        typer.echo(
            "The database does not answer: channels that are not encrypted yet stay so until a restart.", err=True
        )
    return found


def _seal_of(settings: Settings) -> Seal:
    """Return the seal; end the command plainly where its file is at fault."""
    from muckline.kept_secrets import channel_seal
    from muckline.settings import SettingsError

    try:
        return channel_seal(settings)
    except SettingsError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
