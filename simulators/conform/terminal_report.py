"""A verdict on the terminal: breaches first, with their bytes; then what could not be tried; then one line."""

from __future__ import annotations

from rich.console import Console, Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from simulators.conform.check import Finding
from simulators.conform.contract_pages import PAGES
from simulators.conform.excerpt import excerpt, shown
from simulators.conform.verdict import Outcome, Verdict
from simulators.instant import from_milliseconds

_COLOURS = {"must": "red", "should": "yellow"}


def print_verdict(verdict: Verdict, console: Console) -> None:
    """Print a verdict."""
    for outcome in verdict.of("breaks"):
        console.print(_panel(outcome))
    not_tried = verdict.of("not_tried")
    if not_tried:
        console.print(_not_tried(not_tried))
    console.print(_last_line(verdict))


def _panel(outcome: Outcome) -> Panel:
    colour = _COLOURS[outcome.check.severity]
    part = PAGES[outcome.check.part]
    more = outcome.total - len(outcome.findings)
    lines: list[RenderableType] = [
        Text.assemble(
            (outcome.check.en, "bold"),
            "\n",
            outcome.check.zh,
            "\n",
            (f"Contract v1, section {part.number}, {part.en}: {part.where('en')}", "dim"),
        )
    ]
    lines += [line for finding in outcome.findings for line in _finding(finding)]
    if more > 0:
        lines.append(Text(f"... and {more} more", style="dim"))
    title = f"[{colour}]{outcome.check.severity}[/] {outcome.check.id}"
    return Panel(Group(*lines), title=title, title_align="left", border_style=colour)


def _finding(finding: Finding) -> list[RenderableType]:
    said: list[RenderableType] = [Text(f"\n{shown(finding.en)}")]
    if finding.message is not None:
        at = from_milliseconds(finding.message.at_ms)
        said.append(Text(f"{at}  {shown(finding.message.topic)}", style="dim"))
        said.append(Text(excerpt(finding.offending or finding.message.payload), style="cyan"))
    return said


def _not_tried(outcomes: list[Outcome]) -> Table:
    table = Table(title="Not tried", title_justify="left", box=None, padding=(0, 2, 0, 0), title_style="bold")
    table.add_column("check", no_wrap=True)
    table.add_column("why", overflow="fold")
    for outcome in outcomes:
        table.add_row(outcome.check.id, outcome.missing.en if outcome.missing is not None else "")
    return table


def _last_line(verdict: Verdict) -> Text:
    counts = {status: len(verdict.of(status)) for status in ("conforms", "breaks", "not_tried")}
    said = f"{counts['conforms']} checks passed, {counts['breaks']} found breaches, {counts['not_tried']} not tried"
    words, style = {
        0: ("CONFORMS / 符合", "bold green"),
        1: ("DOES NOT CONFORM / 不符合", "bold red"),
        2: ("COULD NOT BE JUDGED / 无法判定", "bold yellow"),
    }[verdict.exit_code]
    said += "; the trial was ended before it was through" if verdict.log.cut_short else ""
    return Text.assemble((words, style), f"  {verdict.log.device}: {said}")
