"""`muckline authority`: the certificate authority of a city, and certificates that are no device's."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from muckline.settings import Settings

authority = typer.Typer(no_args_is_help=True, help="The certificate authority: make it, certify the broker and us.")

Out = Annotated[Path, typer.Option(help="Folder for the certificate and its key.")]


@authority.command()
def create(
    folder: Annotated[
        Path, typer.Argument(help="An empty folder; name it as authority under admission in muckline.toml.")
    ],
    *,
    days: Annotated[float, typer.Option(min=1.0, help="How long it holds.")] = 7300.0,
) -> None:
    """Make a certificate authority. Whoever reads its ca.key can be every device: keep it off the broker's machine."""
    from admission.authority import Authority
    from muckline.admitting import made_folder, refusals_told

    with refusals_told():
        made = Authority.create(made_folder(folder), days)
    typer.echo(f"The broker needs {made.ca_file} and {made.crl_file}; nobody but the admitting office needs ca.key.")


@authority.command()
def server(
    context: typer.Context,
    out: Out,
    host: Annotated[list[str], typer.Option(help="Name or address that devices connect to; may be repeated.")],
    *,
    days: Annotated[float, typer.Option(min=1.0, help="How long it holds.")] = 730.0,
) -> None:
    """Issue the broker's own certificate: server.crt and server.key."""
    from dataclasses import replace

    from admission.identities import write_identity
    from muckline.admitting import certificates_folder, chosen_authority, refusals_told

    with refusals_told():
        chosen, folder = chosen_authority(context.obj), certificates_folder(out)
        issued = chosen.issue_server(host, days)
        certificate, key = write_identity(folder, replace(issued, name="server"))
    typer.echo(f"{certificate} for {', '.join(host)} until {issued.end:%Y-%m-%d}; its key: {key} (mode 600)")


@authority.command()
def platform(
    context: typer.Context,
    out: Out,
    *,
    name: Annotated[
        list[str] | None, typer.Option(help="Only this name, such as that of another ingest; may be repeated.")
    ] = None,
    days: Annotated[float, typer.Option(min=1.0, help="How long they hold.")] = 730.0,
) -> None:
    """Issue the certificates that Muckline itself connects with; name their folder under broker in muckline.toml."""
    from admission.identities import write_identity
    from admission.names import PLATFORM_NAMES, platform_name
    from muckline.admitting import certificates_folder, chosen_authority, refusals_told

    settings: Settings = context.obj
    with refusals_told():
        names = [platform_name(each) for each in name or PLATFORM_NAMES]
        chosen, folder = chosen_authority(settings), certificates_folder(out)
        for each in names:
            issued = chosen.issue(each, days)
            certificate, _ = write_identity(folder, issued)
            typer.echo(f"{certificate} until {issued.end:%Y-%m-%d}: {PLATFORM_NAMES.get(each, 'as deploy/acl says')}")
