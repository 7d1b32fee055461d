"""`muckline device`: devices admitted, suspended, revoked and listed, and their certificates."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from muckline.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from storage.devices import ListedDevice

device = typer.Typer(no_args_is_help=True, help="Devices: admit, suspend, revoke, list, certify.")


class Kind(StrEnum):
    """What a device is."""

    TRUCK = "truck"
    WASHER = "washer"
    GATE = "gate"


class Protocol(StrEnum):
    """What a device speaks where it is not contract v1 over MQTT."""

    JT808 = "jt808"


class Status(StrEnum):
    """What a device may be."""

    PROVISIONED = "provisioned"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    REVOKED = "revoked"


TABLE_ROWS = 100  # as many as a person reads
# Where a device of each kind stands: the option that says so.
PLACES = {Kind.TRUCK: ("vehicle",), Kind.WASHER: ("site", "dump_point"), Kind.GATE: ("dump_point", "site")}

Id = Annotated[str, typer.Argument(metavar="ID", help="The device: 1 to 32 letters, digits and hyphens.")]
Reason = Annotated[str | None, typer.Option(help="Why; it stands in the audit.")]


@device.command()
def add(
    context: typer.Context,
    name: Id,
    *,
    region: Annotated[str, typer.Option(help="Six-digit administrative code; it is accepted under this one only.")],
    kind: Annotated[Kind, typer.Option(help="What it is.")] = Kind.TRUCK,
    vehicle: Annotated[str | None, typer.Option(help="The truck it is in.")] = None,
    site: Annotated[str | None, typer.Option(help="The site it stands at.")] = None,
    dump_point: Annotated[str | None, typer.Option(help="The dump point it stands at.")] = None,
    protocol: Annotated[Protocol | None, typer.Option(help="jt808: it connects to the bridge.")] = None,
    phone: Annotated[str | None, typer.Option(help="Its phone number, with --protocol jt808.")] = None,
    vendor: Annotated[str | None, typer.Option(help="Name of its maker's mapping file, likewise.")] = None,
    maker_id: Annotated[
        str | None, typer.Option(help="Its own id, which it must register with: a phone number is no secret.")
    ] = None,
    bench: Annotated[
        bool, typer.Option("--bench", help="Not yet in service (provisioned): what it sends is kept as rejected.")
    ] = False,
) -> None:
    """Admit a device, or one that was revoked anew; a running ingest accepts it at once."""
    from admission.names import device_name
    from muckline.admitting import refusals_told, who_asks
    from muckline.commands.db import connected
    from storage.devices import NewDevice, add_device

    _check_region(region)
    _check_place(kind, {"vehicle": vehicle, "site": site, "dump_point": dump_point})
    _check_phone(protocol, phone, vendor or maker_id)
    said = {"protocol": protocol and protocol.value, "phone": phone, "vendor": vendor, "maker_id": maker_id}
    with refusals_told():
        new = NewDevice(
            device_name(name),
            kind.value,
            region,
            "provisioned" if bench else "active",
            vehicle,
            site,
            dump_point,
            {key: value for key, value in said.items() if value is not None},
        )
    with connected(context.obj) as connection:
        add_device(connection, new, who_asks())
    typer.echo(f"{name} is {new.status}. Its certificate: muckline device cert {name} --out FOLDER")


@device.command()
def activate(context: typer.Context, name: Id, *, reason: Reason = None) -> None:
    """Put a device into service that was provisioned on a bench or suspended."""
    before = _change(context.obj, name, "activated", reason)
    typer.echo(f"{name} is active; it was {before}.")


@device.command()
def suspend(context: typer.Context, name: Id, *, reason: Reason = None) -> None:
    """Accept nothing more of a device for now; its certificate stays, what it sends is kept as rejected."""
    before = _change(context.obj, name, "suspended", reason)
    typer.echo(f"{name} is suspended; it was {before}. Back into service: muckline device activate {name}")


@device.command()
def revoke(context: typer.Context, name: Id, *, reason: Reason = None) -> None:
    """Accept nothing more of a device and revoke its certificates: the broker lets it in no more."""
    from muckline.admitting import chosen_authority, refusals_told, tell_broker
    from muckline.commands.db import connected
    from storage.devices import certificates_of, note_revoked

    settings: Settings = context.obj
    before = _change(settings, name, "revoked", reason)  # first: ingest refuses it, whatever becomes of the rest
    typer.echo(f"{name} is revoked; it was {before}. Ingest accepts nothing more of it.")
    typer.echo("Now its certificates; where this ends with a fault, mend that and revoke it again.")
    with connected(settings) as connection, refusals_told():
        authority = chosen_authority(settings)
        serials = [*certificates_of(connection, name), *authority.valid_serials(name)]
        revoked = authority.revoke_serials(serials)
        note_revoked(connection, serials)
        typer.echo(f"{len(revoked)} certificates revoked. {tell_broker(settings, authority)}")


@device.command()
def cert(
    context: typer.Context,
    name: Id,
    *,
    out: Annotated[Path, typer.Option(help="Folder for the certificate, its key and ca.crt.")],
    days: Annotated[float | None, typer.Option(min=0.01, help="How long it holds instead of the setting.")] = None,
    csr: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="Sign this request: the key stays in the device.")
    ] = None,
) -> None:
    """Issue a certificate to a device of the registry."""
    from admission.files import write_whole
    from admission.identities import write_identity
    from admission.names import device_name
    from muckline.admitting import certificates_folder, chosen_authority, refusals_told, who_asks
    from muckline.commands.db import connected
    from storage.devices import note_certificate, require_admitted

    settings: Settings = context.obj
    holds = settings.admission.certificate_days if days is None else days
    with connected(settings) as connection, refusals_told():
        require_admitted(connection, device_name(name))
        authority, folder = chosen_authority(settings), certificates_folder(out)
        issued = authority.issue(name, holds) if csr is None else authority.sign(csr.read_bytes(), name, holds)
        note_certificate(connection, name, issued.serial, issued.end, who_asks())
        certificate, key = write_identity(folder, issued)
        write_whole(out / "ca.crt", authority.ca_file.read_bytes())
    typer.echo(f"{certificate} until {issued.end:%Y-%m-%d %H:%M} UTC, serial {issued.serial:x}; trust {out / 'ca.crt'}")
    typer.echo(
        f"The private key: {key} (mode 600)" if csr is None else "The private key stays where the request was made."
    )


@device.command(name="list")
def list_(
    context: typer.Context,
    *,
    kind: Annotated[Kind | None, typer.Option(help="Only this kind.")] = None,
    status: Annotated[Status | None, typer.Option(help="Only those of this status.")] = None,
    search: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Only those whose name, plate, place or region contains it.")
    ] = None,
    limit: Annotated[
        int | None, typer.Option(min=0, help="At most so many; 0 for all. As a table 100 where not given.")
    ] = None,
    json_: Annotated[bool, typer.Option("--json", help="One JSON array to standard output.")] = False,
) -> None:
    """List the devices of the registry: status, place, when last heard, end of the certificate."""
    import json

    from muckline.admitting import chosen_authority, refusals_told
    from muckline.commands.db import connected
    from storage.devices import list_devices

    settings: Settings = context.obj
    with connected(settings) as connection, refusals_told():
        listed = list_devices(connection, kind and kind.value, status and status.value, search)
        ends = chosen_authority(settings).valid_until()
    most = (0 if json_ else TABLE_ROWS) if limit is None else limit
    rows = [_row(each, ends.get(each.terminal_id)) for each in listed[: most or None]]
    if json_:
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=1))
    else:
        _print_table(rows)
        typer.echo(_counted(listed, len(rows)))


@device.command()
def history(context: typer.Context, name: Id) -> None:
    """Tell what was done to a device, when, by whom and why, the first first."""
    from muckline.commands.db import connected
    from storage.devices import read_audit

    with connected(context.obj) as connection:
        rows = read_audit(connection, name)
    if not rows:
        typer.echo(f"expected a device of the registry, got {name}, of which nothing is written down", err=True)
        raise typer.Exit(1)
    for row in rows:
        change = row["to_status"] if row["from_status"] is None else f"{row['from_status']} -> {row['to_status']}"
        detail = ", ".join(f"{key} {value}" for key, value in row["detail"].items())
        typer.echo(f"{row['at']:%Y-%m-%d %H:%M:%S} UTC  {row['what']} by {row['who']}  {change}  {detail}".rstrip())


def _row(each: ListedDevice, end: Any) -> dict[str, Any]:
    """Return a device as it is listed; what the authority issued without the registry counts too."""
    ends = [one for one in (each.valid_to, end) if one is not None]
    return {
        "device": each.terminal_id,
        "kind": each.kind,
        "region": each.region,
        "status": each.status,
        "place": each.place,
        "protocol": each.protocol,
        "last_seen": each.last_seen and each.last_seen.isoformat(timespec="seconds"),
        "certificate_until": max(ends).isoformat(timespec="seconds") if ends else None,
    }


def _print_table(rows: Sequence[dict[str, Any]]) -> None:
    from rich.console import Console
    from rich.table import Table

    colours = {"active": "green", "provisioned": "cyan", "suspended": "yellow", "revoked": "red"}
    table = Table("device", "kind", "region", "status", "place", "protocol", "last seen", "certificate until")
    for row in rows:
        shown = [str(value or "") for value in row.values()]
        shown[3] = f"[{colours.get(row['status'], 'white')}]{row['status']}[/]"
        shown[6:] = [value.replace("T", " ").removesuffix("+00:00") for value in shown[6:]]
        table.add_row(*shown)
    Console().print(table)


def _counted(listed: Sequence[ListedDevice], shown: int) -> str:
    """Return how many there are of each status, and how to see those that are not shown."""
    from collections import Counter

    counts = ", ".join(f"{number} {status}" for status, number in Counter(one.status for one in listed).most_common())
    text = f"Devices: {counts or 'none'}. Times are UTC."
    if shown == len(listed):
        return text
    return f"{text} Shown are {shown}: narrow with --search, --kind or --status, or see all with --limit 0."


def _change(settings: Settings, name: str, what: str, reason: str | None) -> str:
    from muckline.admitting import who_asks
    from muckline.commands.db import connected
    from storage.devices import change_status

    with connected(settings) as connection:
        return change_status(connection, name, what, who_asks(), {"reason": reason})


def _check_region(region: str) -> None:
    if len(region) != 6 or not (region.isascii() and region.isdigit()):
        raise typer.BadParameter(f"expected --region with six digits, got {region!r}")


def _check_place(kind: Kind, places: dict[str, str | None]) -> None:
    given = [name for name, value in places.items() if value is not None]
    if not given or (given == [given[0]] and given[0] in PLACES[kind]):
        return
    wanted = " or ".join(f"--{name.replace('_', '-')}" for name in PLACES[kind])
    got = " and ".join(f"--{name.replace('_', '-')}" for name in given)
    raise typer.BadParameter(f"expected {wanted} of a {kind.value}, got {got}")


def _check_phone(protocol: Protocol | None, phone: str | None, more: str | None) -> None:
    if protocol is None and (phone or more):
        raise typer.BadParameter("expected --phone, --vendor and --maker-id with --protocol jt808, got them without")
    if protocol is not None and not (phone and phone.isascii() and phone.isdigit() and len(phone) <= 20):
        raise typer.BadParameter(f"expected --phone with up to 20 digits for {protocol.value}, got {phone!r}")
