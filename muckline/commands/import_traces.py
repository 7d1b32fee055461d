"""`muckline import`: recorded traces of real trucks as a capture and its world."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from simulators.importers import ImportReport


def import_traces(
    context: typer.Context,  # noqa: ARG001 - every command is called with it; nothing here is set by an operator
    source: Annotated[
        str,
        typer.Argument(help="buses_wmata, haul_quarry_telemetry, nmea_gpsd, truck_json_events or trucks_athens."),
    ],
    folder: Annotated[Path, typer.Argument(exists=True, file_okay=False, help="The folder with the recording.")],
    out: Annotated[Path, typer.Option(help="Folder for world/, capture.ndjson.gz and report.json.")],
    *,
    now: Annotated[
        str | None,
        typer.Option(help="RFC 3339 instant that recordings are moved to end before, by whole days; default now."),
    ] = None,
    without_dump_zones: Annotated[
        bool, typer.Option("--without-dump-zones", help="Leave dump points out: each unloading is an illegal one.")
    ] = False,
) -> None:
    """Turn a recorded trace into a capture and its world; say what was left out and why."""
    from simulators.importers import ImporterError, ImportOptions, import_folder
    from simulators.instant import parse_instant
    from simulators.live import unix_ms

    try:
        options = ImportOptions(unix_ms() if now is None else parse_instant(now), without_dump_zones)
        report = import_folder(source, folder, out, options)
    except (ImporterError, ValueError) as error:
        raise typer.BadParameter(str(error)) from error
    for line in report_lines(report):
        typer.echo(line)
    typer.echo(f"{out}: world/, capture.ndjson.gz, report.json")


def report_lines(report: ImportReport) -> Iterator[str]:
    """Yield what an import took, left out and decided, a line each; what did not occur is not told."""
    for title, counts in (("", report.counts), ("left out: ", report.left_out)):
        for name, count in counts.items():
            if count:
                yield f"{count:>9,} {title}{name}"
    for note in report.notes:
        yield f"{'':>9} {note}"
