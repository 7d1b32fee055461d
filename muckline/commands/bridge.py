"""`muckline bridge jt808`: terminals of another protocol, with contract v1 upwards."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from muckline.settings import Settings, SettingsError

if TYPE_CHECKING:
    from collections.abc import Coroutine

SECRET_NAME = "bridge.secret"  # noqa: S105 - the name of a file


class Protocol(StrEnum):
    """Protocols that there is a bridge for."""

    JT808 = "jt808"


def bridge(
    context: typer.Context,
    protocol: Annotated[Protocol, typer.Argument(help="Protocol of the terminals: jt808.")],
    registry: Annotated[
        Path | None,
        typer.Option(help="World folder whose terminals.json says who may speak; without it the database does."),
    ] = None,
    frames: Annotated[
        Path | None, typer.Option(help="File to append every received byte to, as NDJSON; up to 1 GiB a run.")
    ] = None,
) -> None:
    """Take terminals of another protocol in and speak contract v1 for them, until told to stop (SIGTERM, Ctrl-C)."""
    import asyncio

    settings: Settings = context.obj
    run = {Protocol.JT808: _jt808}[protocol]
    try:
        asyncio.run(run(settings, registry, frames))
    except OSError as error:
        typer.echo(f"expected to listen at {settings.bridge.host}:{settings.bridge.port}: {error}", err=True)
        raise typer.Exit(1) from error


def _jt808(settings: Settings, registry: Path | None, frames: Path | None) -> Coroutine[Any, Any, None]:
    """Return the bridge of JT/T 808, ready to run."""
    from firmware_contracts.jt808.vendor import MappingError
    from ingest.jt808.service import run
    from ingest.jt808.vendor_files import read_mappings
    from muckline.commands.db import told_plainly
    from simulators.world_folder import WorldFolderError

    def ready(port: int) -> None:
        typer.echo(f"Muckline takes JT/T 808 terminals at {settings.bridge.host}:{port}.")

    with told_plainly():
        try:
            return run(
                settings.bridge,
                _broker(settings),
                _registry(settings, registry),
                mappings=read_mappings(settings.bridge.vendors_folder),
                secret=_secret(settings),
                ready=ready,
                frames=frames,
            )
        except (MappingError, SettingsError, WorldFolderError) as error:
            typer.echo(str(error), err=True)
            raise typer.Exit(1) from error


def _broker(settings: Settings) -> Any:
    from embedded.broker import EmbeddedBroker

    return settings.broker.address() if settings.broker.host else EmbeddedBroker(settings.embedded).ensure()


def _registry(settings: Settings, folder: Path | None) -> Any:
    """Return where the terminals stand: a world folder given, or the database."""
    from psycopg.conninfo import make_conninfo

    from ingest.jt808.service import Registry
    from muckline.commands.db import database_address
    from simulators.world_folder import read_world

    if folder is not None:
        return Registry(terminals=read_world(folder).get("terminals", []))
    url, password = database_address(settings)
    return Registry(make_conninfo(url, **({"password": password} if password else {})))


def _secret(settings: Settings) -> bytes:
    """Return the secret of the settings, or the one that is kept in the home folder, made when there is none.

    Raises:
        SettingsError: It cannot be read, or is too short to be one.
    """
    from ingest.jt808.authentication import SECRET_BYTES_LEAST
    from muckline.kept_secrets import kept_secret

    return kept_secret(settings, settings.bridge.secret_file, SECRET_NAME, SECRET_BYTES_LEAST)
