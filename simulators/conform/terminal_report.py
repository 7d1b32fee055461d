"""A verdict on the terminal: breaches first, with their bytes; then what could not be tried; then one line."""

from __future__ import annotations

from rich.console import Console, Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from simulators.conform.check import Finding
from simulators.conform.contract_pages import PAGES
from simulators.conform.excerpt import excerpt, shown
from simulators.conform.verdict import Outcome, Verdict, Word, is_heard
from simulators.instant import from_milliseconds

_WORDS: dict[Word, tuple[str, str]] = {
    "conforms": ("CONFORMS / 符合", "bold green"),
    "no_breach_in_capture": ("NO BREACH IN WHAT A CAPTURE CAN SHOW / 录制所能体现的内容中未见不符合", "bold green"),
    "does_not_conform": ("DOES NOT CONFORM / 不符合", "bold red"),
    "incomplete": ("NO BREACH FOUND, BUT INCOMPLETE / 未见不符合，但检验不完整", "bold yellow"),
    "not_judged": ("COULD NOT BE JUDGED / 无法判定", "bold yellow"),
}
_NOTHING = "nothing was heard from it"
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
    said += "; the trial was ended before it was through" if verdict.log.cut_short else ""
    words, style = _WORDS[verdict.word]
    lines = [Text.assemble((words, style), f"  {verdict.log.device}: {said if is_heard(verdict.log) else _NOTHING}")]
    if verdict.word == "incomplete":
        lines += [Text(f"  {need.en} / {need.zh}") for need in verdict.lacking]
    return Text("\n").join(lines)
