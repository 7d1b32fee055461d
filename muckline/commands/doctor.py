"""`muckline doctor`: what is missing here, and how to mend it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from muckline.doctor.finding import Finding

STYLES = {"fine": "green", "note": "cyan", "warning": "yellow", "blocking": "bold red"}


def doctor(
    context: typer.Context,
    json: Annotated[bool, typer.Option("--json", help="Print the findings as a JSON array.")] = False,
) -> None:
    """Look at this machine, the database and the broker; exit with 1 if anything keeps Muckline from running."""
    from muckline.doctor.checks import blocks, run_checks

    findings = list(run_checks(context.obj))
    _print_json(findings) if json else _print_table(findings)
    raise typer.Exit(1 if blocks(findings) else 0)


def _print_json(findings: list[Finding]) -> None:
    from dataclasses import asdict

    import orjson

    typer.echo(orjson.dumps([asdict(finding) for finding in findings], option=orjson.OPT_INDENT_2))


def _print_table(findings: list[Finding]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table("code", "", "what", "found", box=None, pad_edge=False)
    for finding in findings:
        found = Text(finding.cause)
        if finding.fix:
            found.append(f"\n{finding.fix}", style="dim")
        level = Text(finding.level, style=STYLES[finding.level])
        table.add_row(finding.code, level, finding.subject, found)
    Console().print(table)
