"""`muckline score`: precision, recall and delay per rule."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from simulators.score import Interval, RuleScore
    from simulators.trial import Report


def score(
    paths: Annotated[
        list[Path],
        typer.Argument(
            exists=True,
            help="EVENTS TRUTH, as `muckline detect` and `muckline simulate` write them; several such pairs; "
            "or folders of runs, each run with events.ndjson and truth.ndjson.",
        ),
    ],
    tolerance_s: Annotated[
        float, typer.Option(min=0.0, help="Seconds that an event may lie beside a happening and still find it.")
    ] = 120.0,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the figures as JSON, missed and false ones named.")
    ] = False,
) -> None:
    """Compare events with the truth: precision, recall and delay per rule, with 95 % confidence intervals."""
    from simulators.trial import read_run, report_of

    try:
        report = report_of((read_run(events, truth) for events, truth in _pairs(paths)), tolerance_s)
    except ValueError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    if as_json:
        typer.echo(_json(report))
    else:
        _print_report(report)


def _pairs(paths: list[Path]) -> list[tuple[Path, Path]]:
    """Return events and truth of each run.

    Raises:
        ValueError: A folder holds no run, or a file of events has no truth.
    """
    from simulators.trial import runs_below

    if all(path.is_dir() for path in paths):
        return [pair for path in paths for pair in runs_below(path)]
    files = [path for path in paths if path.is_file()]
    if len(files) != len(paths) or len(files) % 2:
        raise ValueError(f"expected folders of runs, or pairs of EVENTS and TRUTH, got {len(paths)} paths")
    return list(zip(files[::2], files[1::2], strict=True))


def _json(report: Report) -> str:
    import msgspec

    from simulators.trial import report_document

    return msgspec.json.format(msgspec.json.encode(report_document(report)), indent=2).decode()


def _print_report(report: Report) -> None:
    from rich.console import Console

    console = Console()
    console.print(_table(list(report.rules.items())))
    if report.split:
        console.print(_table([(f"{kind}, {group}", row) for (kind, group), row in sorted(report.split.items())]))
    rate = report.false_per_truck_day()
    if rate is not None:
        facts = report.false_per_truck_day(facts=True)
        console.print(
            f"{report.runs} runs, {report.truck_days:.1f} truck-days: {rate:.3f} false violations and {facts:.3f} "
            "false facts per truck-day"
        )


def _table(rows: list[tuple[str, RuleScore]]) -> object:
    from rich.table import Table

    names = ("rule", "truth", "events", "precision", "95 %", "recall", "95 %", "p50 [s]", "95 %", "p95", "max")
    table = Table(*names, caption="delay from the act to the event; measured: with load or lift sensor")
    table.columns[0].no_wrap = True
    for name, row in rows:
        p50, p95, longest = ("-",) * 3 if row.delay_s is None else (f"{delay:.0f}" for delay in row.delay_s)
        table.add_row(
            name,
            str(row.happened),
            str(row.found),
            _share(row.precision),
            _interval(row.precision_interval, 3),
            _share(row.recall),
            _interval(row.recall_interval, 3),
            p50,
            _interval(row.delay_interval_s, 0),
            p95,
            longest,
        )
    for column in table.columns[1:]:
        column.justify = "right"
    return table


def _share(share: float | None) -> str:
    return "-" if share is None else f"{share:.3f}"


def _interval(interval: Interval | None, digits: int) -> str:
    return "-" if interval is None else f"{interval[0]:.{digits}f}-{interval[1]:.{digits}f}"
