"""`muckline world-load` and `muckline world-save`: a world folder into the database and out of it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from muckline.settings import Settings


def world_load(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(help="World folder: GeoJSON and JSON files (see docs/world.md).")],
) -> None:
    """Put a world folder in the place of the world in the database; a running ingest takes it over."""
    from muckline.commands.db import connected
    from rules_engine.world import World, WorldError
    from simulators.world_folder import WorldFolderError, read_world
    from storage.world_store import empty_documents, write_documents

    settings: Settings = context.obj
    try:
        documents = read_world(folder)
        world = World.from_documents(documents)
        with connected(settings) as connection:
            version = write_documents(connection, {**empty_documents(), **documents})
    except (WorldFolderError, WorldError) as error:
        typer.echo(f"The world was not loaded: {error}", err=True)
        raise typer.Exit(1) from error
    typer.echo(f"World {version} ({world.version}) is in force: {len(world.vehicle_ids)} vehicles.")


def world_save(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(help="Folder to write; its documents are replaced.")],
) -> None:
    """Write the world in the database as a world folder."""
    from muckline.commands.db import connected
    from simulators.world_folder import WorldFolderError, write_world
    from storage.world_store import read_documents

    settings: Settings = context.obj
    try:
        with connected(settings) as connection:
            write_world(folder, read_documents(connection, numbered=False))
    except WorldFolderError as error:
        typer.echo(f"The world was not saved: {error}", err=True)
        raise typer.Exit(1) from error
    typer.echo(f"The world stands in {folder}.")
