"""`muckline audit`: whether the log of looks and deeds is as it was written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    import psycopg

audit = typer.Typer(no_args_is_help=True, help="The log of who looked at what: verify it.")


@audit.callback()
def group() -> None:
    """Hold commands of their own."""


@audit.command()
def verify(
    context: typer.Context,
    *,
    head: Annotated[
        str | None,
        typer.Option(
            metavar="NUMBER:HASH",
            help="What an earlier verification printed: shows also whether the end of the log was cut off.",
        ),
    ] = None,
) -> None:
    """Follow the chain of hashes from the first row to the last; exits with 1 and names the first broken row.

    Note the number and hash that it prints somewhere else: who may write to the database could cut off the end of the
    log, or compute it anew from some row on, which only somebody who kept an earlier hash can show.
    """
    from muckline.commands.db import connected
    from storage.audit_log import verify as verified

    expected = None if head is None else _read_head(head)
    with connected(context.obj) as connection:
        chain = verified(connection)
        missing = expected is not None and not _stands(connection, *expected)
    if chain.broken is not None:
        typer.echo(f"Broken at row {chain.broken}: {chain.why}. {chain.rows} rows before it hold.", err=True)
        raise typer.Exit(1)
    if missing:
        typer.echo(f"Broken: expected row {head}, as was noted earlier; it is gone or another one.", err=True)
        raise typer.Exit(1)
    typer.echo(f"{chain.rows} rows hold. Head: {chain.rows}:{chain.head.hex()}")


def _read_head(text: str) -> tuple[int, bytes]:
    number, _, hash_hex = text.partition(":")
    try:
        return int(number), bytes.fromhex(hash_hex)
    except ValueError as error:
        raise typer.BadParameter(f"expected NUMBER:HASH as an earlier verification printed it, got {text!r}") from error


def _stands(connection: psycopg.Connection, audit_no: int, expected: bytes) -> bool:
    from storage.audit_log import hash_at

    return audit_no == 0 or hash_at(connection, audit_no) == expected
