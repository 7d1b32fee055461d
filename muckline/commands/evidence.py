"""`muckline evidence`: take evidence out of the database, and check what somebody brings."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer

from muckline.settings import Settings

if TYPE_CHECKING:
    from supervision.evidence.verify import Finding, Verdict

evidence = typer.Typer(no_args_is_help=True, help="Signed evidence: export it, verify it, make its key.")


@evidence.command()
def verify(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="A bundle: evidence-….zip.")],
    *,
    key: Annotated[
        list[Path] | None,
        typer.Option(help="Public key (PEM) to accept, got through another channel; may be repeated."),
    ] = None,
    database: Annotated[
        bool, typer.Option(help="Ask the database, too, whether the records are still the same.")
    ] = False,
) -> None:
    """Check a bundle offline; exits with 1 where anything differs, and names the first file that does."""
    from supervision.evidence.keys import EvidenceKeyError, read_public_pem
    from supervision.evidence.verify import verify as check

    try:
        trusted = [read_public_pem(path.read_bytes()) for path in key or ()]
        bundle = file.read_bytes()
    except (OSError, EvidenceKeyError) as error:
        typer.echo(f"Cannot verify: {error}", err=True)
        raise typer.Exit(2) from error
    verdict = check(bundle, trusted)
    findings = list(verdict.findings)
    if database and verdict.ok:
        findings += _compared(context.obj, verdict)
    _tell(file, verdict, findings, has_key=bool(trusted))


@evidence.command()
def export(
    context: typer.Context,
    object_id: Annotated[
        str, typer.Argument(metavar="EVENT|CASE", help="Id of an event or case, or number of a case.")
    ],
    *,
    out: Annotated[Path | None, typer.Option(help="File to write; evidence-….zip unless told.")] = None,
    language: Annotated[str, typer.Option(help="zh or en.")] = "zh",
) -> None:
    """Write the signed bundle of an event or a case."""
    import asyncio
    from datetime import UTC, datetime

    from muckline.signing import evidence_key_file
    from supervision.evidence.dossier import Reader
    from supervision.evidence.keys import EvidenceKeyError, read_key
    from supervision.evidence.making import make_evidence

    settings: Settings = context.obj
    if language not in ("zh", "en"):
        raise typer.BadParameter(f"expected zh or en, got {language!r}")
    dossier = asyncio.run(_dossier(settings, object_id))
    if dossier is None:
        typer.echo(f"expected an event or a case of this name, got {object_id!r}", err=True)
        raise typer.Exit(1)
    try:
        signing = read_key(evidence_key_file(settings))
    except EvidenceKeyError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    made = make_evidence(dossier, Reader(language), signing, datetime.now(UTC))
    _note(settings, dossier, signing, made)
    target = out or Path(f"evidence-{dossier['object_kind']}-{dossier['object_id']}.zip")
    target.write_bytes(made.archive)
    typer.echo(f"{target}: manifest {made.manifest_sha256}, signed by {signing.fingerprint}")


@evidence.command("key")
def key_command(file: Annotated[Path, typer.Argument(help="A new file for the private key (PEM).")]) -> None:
    """Make a key that signs evidence; name it as api.evidence_key_file. Prints its public half."""
    from muckline.signing import write_new_key
    from supervision.evidence.keys import public_pem, read_key

    if file.exists():
        typer.echo(f"expected a file that does not exist, got {file}", err=True)
        raise typer.Exit(1)
    write_new_key(file)
    made = read_key(file)
    typer.echo(f"{public_pem(made.public)}fingerprint {made.fingerprint}")


def _tell(file: Path, verdict: Verdict, findings: list[Finding], *, has_key: bool) -> None:
    from supervision.evidence.bundle import SIGNATURE

    for finding in findings:
        typer.echo(f"{'ok  ' if finding.ok else 'BAD '} {finding.name}: {finding.detail}")
    wrong = next((finding for finding in findings if not finding.ok), None)
    if wrong is not None:
        typer.echo(f"{file} is NOT what was signed. First that differs: {wrong.name}: {wrong.detail}", err=True)
        raise typer.Exit(1)
    about = verdict.manifest.get("object", {})
    typer.echo(f"{file}: evidence of {about.get('kind')} {about.get('id')}, as it was signed.")
    if not has_key:
        named = verdict.signature.get("fingerprint")
        typer.echo(
            f"No --key was given: compare the fingerprint in {SIGNATURE} with the platform's own: {named}", err=True
        )


def _compared(settings: Settings, verdict: Verdict) -> list[Finding]:
    """Return what the database says of the bundle's records."""
    import asyncio
    from datetime import datetime

    from supervision.evidence.comparing import compare
    from supervision.evidence.verify import Finding

    try:
        object_id, span = str(verdict.manifest["object"]["id"]), verdict.manifest["range"]
        start, end = datetime.fromisoformat(span["start"]), datetime.fromisoformat(span["end"])
    except (KeyError, TypeError, ValueError) as error:
        return [Finding("manifest.json", False, f"expected object and range of the records, got none: {error!r}")]
    vehicle_id = verdict.manifest.get("vehicle_id")
    dossier, fixes = asyncio.run(_dossier_and_fixes(settings, object_id, vehicle_id, start, end))
    return compare(verdict.files, dossier, fixes)


async def _dossier_and_fixes(
    settings: Settings, object_id: str, vehicle_id: str | None, start: Any, end: Any
) -> tuple[dict[str, Any] | None, list[Any]]:
    from muckline.commands.db import database_address
    from storage.connect import connect_reader
    from storage.queries.evidence import read_fix_rows

    dossier = await _dossier(settings, object_id)
    url, password = database_address(settings)
    async with await connect_reader(url, application_name="muckline-cli", password=password) as connection:
        return dossier, await read_fix_rows(connection, vehicle_id or "", start, end)


async def _dossier(settings: Settings, object_id: str) -> dict[str, Any] | None:
    """Return what the database knows of an event, or else of a case."""
    from muckline.commands.db import database_address, told_plainly
    from storage.connect import connect_reader
    from storage.queries.evidence import read_case_dossier, read_case_id, read_event_dossier

    with told_plainly():
        url, password = database_address(settings)
        async with await connect_reader(url, application_name="muckline-cli", password=password) as connection:
            try:
                named = UUID(object_id)
            except ValueError:
                case_id = await read_case_id(connection, object_id)
                return None if case_id is None else await read_case_dossier(connection, case_id, None)
            event = await read_event_dossier(connection, named, None)
            return event if event is not None else await read_case_dossier(connection, named, None)


def _note(settings: Settings, dossier: dict[str, Any], signing: Any, made: Any) -> None:
    from muckline.commands.db import connected
    from storage.evidence import note_issued

    with connected(settings) as connection:
        note_issued(
            connection,
            fingerprint=signing.fingerprint,
            public_key=signing.public,
            user_name="operator",
            object_kind=dossier["object_kind"],
            object_id=dossier["object_id"],
            manifest_sha256=made.manifest_sha256,
        )
