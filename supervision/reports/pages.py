"""A report on paper: tiles, a picture of the hours or days, rankings as bars, tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from supervision.drawing.chart import Bar, Bars, Columns
from supervision.drawing.page import SECTION, SMALL, TITLE, WIDTH, document, table, text
from supervision.drawing.paper import Flowable, KeepTogether, Spacer
from supervision.drawing.pen import ACCENT, DURING, FAINT, LINE, PAPER, box, say
from supervision.reports import words
from supervision.reports.making import Report
from supervision.reports.sheets import Sheet, headlines, shown, written

TILES_PER_ROW = 5
TILE_PT = 42.0
MOST_BARS = 10
MOST_ROWS = 40  # of a table on paper; the workbook has all


class Tiles(Flowable):  # type: ignore[misc]  # reportlab has no types
    """The figures at the top."""

    def __init__(self, figures: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        rows = -(-len(figures) // TILES_PER_ROW)
        self.width, self.height = WIDTH, rows * (TILE_PT + 5)
        self._figures = figures

    def draw(self) -> None:
        """Draw on the canvas that platypus has set."""
        wide = WIDTH / TILES_PER_ROW
        for at, (label, value) in enumerate(self._figures):
            x, y = at % TILES_PER_ROW * wide, self.height - (at // TILES_PER_ROW + 1) * (TILE_PT + 5) + 5
            box(self.canv, (x, y, wide - 5, TILE_PT), PAPER, LINE)
            box(self.canv, (x, y, 2.2, TILE_PT), ACCENT)
            say(self.canv, label, (x + 9, y + TILE_PT - 13), size=7.5, colour=FAINT)
            say(self.canv, value, (x + 9, y + 9), size=15, bold=True)


def report_pdf(report: Report, language: str) -> bytes:
    """Return the file."""
    title = f"{words.of(words.TITLES[report.period], language)} {report.name}"
    about = f"{words.scope(report, language)} · {words.span(report)}"
    made = f"{words.of(words.MADE_AT, language)} {report.made_at:%Y-%m-%d %H:%M}Z"
    story = [
        text(title, TITLE),
        text(f"{about} · {made}", SMALL),
        Spacer(0, 8),
        Tiles([(words.of(label, language), written(value, form)) for label, value, form in headlines(report)]),
        *_picture(report, language),
        *(part for sheet, rows in shown(report, language) for part in _table(sheet, rows, language)),
        Spacer(0, 8),
        text(words.of(words.NOTE, language), SMALL),
        text(f"{words.of(words.DIGEST, language)} {report.sha256}", SMALL),
    ]
    platform = words.of(words.PLATFORM, language)
    return document(story, title=title, head=(platform, title), foot=(about, f"SHA-256 {report.sha256[:16]}…"))


def _picture(report: Report, language: str) -> list[Flowable]:
    hours = {row["key"]: row["trips"] for row in report.content["hours"]}
    bars = [Bar(f"{hour:02d}", hours.get(hour, 0), str(hours.get(hour, 0))) for hour in range(24)]
    return [KeepTogether([text(words.of(words.HOURS, language), SECTION), Columns(bars, WIDTH, 92)])]


def _table(sheet: Sheet, rows: Sequence[Any], language: str) -> list[Flowable]:
    heading = text(words.of(sheet.title, language), SECTION)
    head = [words.of(column.title, language) for column in sheet.columns]
    cells = [[written(row.get(column.member), column.form) for column in sheet.columns] for row in rows[:MOST_ROWS]]
    widths = [2.6 if column.form == "text" else 1.3 for column in sheet.columns]
    ranked = [row for row in rows[:MOST_BARS] if row.get("violations")]
    named = [
        Bar(str(row.get("plate") or row.get("name") or row["key"]), row["violations"], str(row["violations"]))
        for row in ranked
    ]
    drawn = [Bars(named, WIDTH, DURING), Spacer(0, 4)] if len(named) > 1 and sheet.columns[0].member != "key" else []
    made = table(head, cells, widths)
    return [KeepTogether([heading, *drawn]), made] if drawn else [heading, made]
