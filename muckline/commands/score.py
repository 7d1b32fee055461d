"""`muckline score`: precision, recall and delay per rule."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from simulators.score import RuleScore


def score(
    events: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help="Events as `muckline detect` writes them.")
    ],
    truth: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="Truth as `muckline simulate` writes it.")],
    tolerance_s: Annotated[
        float, typer.Option(min=0.0, help="Seconds that an event may lie beside a happening and still find it.")
    ] = 120.0,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the figures as JSON, missed and false ones named.")
    ] = False,
) -> None:
    """Compare events with the truth: precision, recall and delay per rule."""
    from simulators.score import read_events
    from simulators.score import score as score_events
    from simulators.truth import read_truth

    try:
        rows = score_events(read_events(events), read_truth(truth), tolerance_s)
    except ValueError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    if as_json:
        typer.echo(_json(rows))
    else:
        _print_table(rows)


def _json(rows: list[RuleScore]) -> str:
    from dataclasses import asdict

    import msgspec

    figures = [asdict(row) | {"precision": row.precision, "recall": row.recall} for row in rows]
    return msgspec.json.format(msgspec.json.encode(figures), indent=2).decode()


def _print_table(rows: list[RuleScore]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(
        "rule", "truth", "events", "precision", "recall", "p50 [s]", "p95", "max", caption="delay from start to event"
    )
    table.columns[0].no_wrap = True
    for row in rows:
        delays = ["-"] * 3 if row.delay_s is None else [f"{delay:.0f}" for delay in row.delay_s]
        shares = ["-" if share is None else f"{share:.3f}" for share in (row.precision, row.recall)]
        table.add_row(row.kind, str(row.happened), str(row.found), *shares, *delays)
    for column in table.columns[1:]:
        column.justify = "right"
    Console().print(table)
