"""The command line: one row per command, each in its own module of `muckline/commands`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from muckline.commands import COMMANDS, GROUPS
from muckline.settings import SettingsError, read_settings

app = typer.Typer(
    name="muckline",
    help="Muckline watches the trucks that carry construction waste through a city.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.callback()
def root(
    context: typer.Context,
    config: Annotated[
        Path | None, typer.Option(help="Settings file (TOML); default muckline.toml where it exists.")
    ] = None,
    set_: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="SECTION.NAME=VALUE", help="Override one setting; may be repeated."),
    ] = None,
) -> None:
    """Read the settings once, for whichever command follows."""
    try:
        context.obj = read_settings(config, set_ or [])
    except SettingsError as error:
        raise typer.BadParameter(str(error)) from error


for name, command in COMMANDS.items():
    app.command(name)(command)
for name, group in GROUPS.items():
    app.add_typer(group, name=name)


def main() -> None:
    """Run the command line."""
    sys.exit(app())
