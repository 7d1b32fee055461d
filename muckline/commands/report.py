"""`muckline report`: the figures of a day or a month, made as the worker makes them each morning."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from muckline.settings import Settings

report = typer.Typer(no_args_is_help=True, help="Daily and monthly reports as XLSX or PDF.")

Out = Annotated[Path | None, typer.Option(help="File to write, .xlsx or .pdf; report-….xlsx unless told.")]
Language = Annotated[str, typer.Option(help="zh or en.")]
Company = Annotated[str | None, typer.Option(help="Only of this company.")]


@report.command()
def day(
    context: typer.Context,
    of: Annotated[str, typer.Argument(metavar="YYYY-MM-DD", help="The day.")],
    *,
    out: Out = None,
    language: Language = "zh",
    company: Company = None,
) -> None:
    """Make the report of a day, keep it, and write it as a file."""
    _write(context.obj, "day", of, out, language=language, company=company)


@report.command()
def month(
    context: typer.Context,
    of: Annotated[str, typer.Argument(metavar="YYYY-MM", help="The month.")],
    *,
    out: Out = None,
    language: Language = "zh",
    company: Company = None,
) -> None:
    """Make the report of a month, keep it, and write it as a file."""
    _write(context.obj, "month", f"{of}-01" if len(of) == 7 else of, out, language=language, company=company)


def _write(settings: Settings, period: str, of: str, out: Path | None, *, language: str, company: str | None) -> None:
    from datetime import UTC, datetime

    from muckline.commands.db import connected
    from supervision.reports.files import FORMATS
    from supervision.reports.making import make_report

    try:
        first = date.fromisoformat(of)
    except ValueError as error:
        raise typer.BadParameter(f"expected a date, got {of!r}") from error
    target = out or Path(f"report-{period}-{of}.xlsx")
    write = FORMATS.get(target.suffix.removeprefix("."))
    if write is None or language not in ("zh", "en"):
        raise typer.BadParameter(f"expected .xlsx or .pdf and zh or en, got {target.name} and {language!r}")
    with connected(settings) as connection:
        made = make_report(connection, period, first, datetime.now(UTC), company_id=company)
    target.write_bytes(write(made, language))
    typer.echo(f"{target}: figures {made.sha256}")
