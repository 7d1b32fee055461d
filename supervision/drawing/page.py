"""A4 pages: title, sections, tables, running head and foot; the same bytes for the same content."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Any

from supervision.drawing.fonts import LATIN, markup
from supervision.drawing.paper import (
    A4,
    BaseDocTemplate,
    Canvas,
    Flowable,
    Frame,
    PageTemplate,
    Paragraph,
    ParagraphStyle,
    Table,
    mm,
)
from supervision.drawing.pen import ACCENT, FAINT, INK, LINE, PAPER, line, say

MARGIN = 18 * mm
WIDTH = A4[0] - 2 * MARGIN

BODY = ParagraphStyle("body", fontName=LATIN, fontSize=8.6, leading=13, textColor=INK, wordWrap="CJK")
SMALL = ParagraphStyle("small", parent=BODY, fontSize=7.2, leading=10.2, textColor=FAINT)
CELL = ParagraphStyle("cell", parent=BODY, fontSize=7.8, leading=10.6)
HEAD_CELL = ParagraphStyle("head_cell", parent=CELL, textColor=FAINT, fontSize=7.4)
MONO = ParagraphStyle("mono", parent=CELL, fontName="Courier", fontSize=6.6, leading=8.6, wordWrap="CJK")
TITLE = ParagraphStyle("title", parent=BODY, fontSize=19, leading=25, textColor=INK)
SECTION = ParagraphStyle(
    "section", parent=BODY, fontSize=11, leading=15, textColor=ACCENT, spaceBefore=9, spaceAfter=4, keepWithNext=1
)


def text(content: str, style: ParagraphStyle = BODY) -> Paragraph:
    """Return a paragraph of plain text."""
    return Paragraph(markup(content), style)


def pairs(rows: Sequence[tuple[str, str]], columns: int = 2) -> Table:
    """Return labels and values, several pairs side by side."""
    cells: list[list[Any]] = []
    per_row = [rows[at : at + columns] for at in range(0, len(rows), columns)]
    for each in per_row:
        cells.append([])
        for label, value in [*each, *[("", "")] * (columns - len(each))]:
            cells[-1] += [text(label, HEAD_CELL), text(value, CELL)]
    label_width = (26 if columns > 1 else 68) * mm
    value_width = WIDTH / columns - label_width
    return _styled(Table(cells, colWidths=[label_width, value_width] * columns), head=False)


def table(
    head: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[float], *, mono: Sequence[int] = ()
) -> Table:
    """Return a table; `widths` are shares of the page's width, `mono` the columns set in a fixed pitch."""
    cells = [[text(label, HEAD_CELL) for label in head]]
    cells += [[text(value, MONO if at in mono else CELL) for at, value in enumerate(row)] for row in rows]
    whole = sum(widths)
    return _styled(Table(cells, colWidths=[WIDTH * share / whole for share in widths], repeatRows=1), head=True)


def _styled(made: Table, *, head: bool) -> Table:
    style: list[tuple[Any, ...]] = [
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LINEBELOW", (0, 0), (-1, -1), 0.35, LINE),
        ("LEFTPADDING", (0, 0), (-1, -1), 3),
        ("RIGHTPADDING", (0, 0), (-1, -1), 3),
        ("TOPPADDING", (0, 0), (-1, -1), 2.2),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 2.6),
    ]
    if head:
        style += [("BACKGROUND", (0, 0), (-1, 0), PAPER), ("LINEABOVE", (0, 0), (-1, 0), 0.9, ACCENT)]
    made.setStyle(style)
    return made


class _Counted(Canvas):  # type: ignore[misc]  # reportlab has no types
    """Writes the foot once the number of pages is known."""

    def __init__(self, *args: Any, **rest: Any) -> None:
        super().__init__(*args, **rest)
        self._pages: list[dict[str, Any]] = []

    def showPage(self) -> None:  # noqa: N802 - the name is reportlab's
        """Keep the page until the last one is drawn."""
        self._pages.append(dict(self.__dict__))
        self._startPage()

    def save(self) -> None:
        """Write every page with its number."""
        pages = list(self._pages)
        for number, page in enumerate(pages, 1):
            self.__dict__.update(page)
            say(self, f"{number} / {len(pages)}", (A4[0] / 2, 9 * mm), size=7, colour=FAINT, anchor="middle")
            super().showPage()
        super().save()


def document(story: Sequence[Flowable], *, title: str, head: tuple[str, str], foot: tuple[str, str]) -> bytes:
    """Return a PDF file.

    Args:
        story: What stands on the pages.
        title: For the reader's window.
        head: Left and right of each page's top.
        foot: Likewise at its bottom.
    """

    def frame(canvas: Any, _document: Any) -> None:
        top = A4[1] - 12 * mm
        say(canvas, head[0], (MARGIN, top), size=7.5, colour=ACCENT, bold=True)
        say(canvas, head[1], (A4[0] - MARGIN, top), size=7.5, colour=FAINT, anchor="end")
        line(canvas, [(MARGIN, top - 4), (A4[0] - MARGIN, top - 4)], ACCENT, 0.8)
        line(canvas, [(MARGIN, 13 * mm), (A4[0] - MARGIN, 13 * mm)], LINE, 0.5)
        say(canvas, foot[0], (MARGIN, 9 * mm), size=6.5, colour=FAINT)
        say(canvas, foot[1], (A4[0] - MARGIN, 9 * mm), size=6.5, colour=FAINT, anchor="end")

    target = BytesIO()
    paper = BaseDocTemplate(target, pagesize=A4, title=title, author="Muckline", invariant=1, lang="zh-CN")
    body = Frame(MARGIN, 16 * mm, WIDTH, A4[1] - 34 * mm, leftPadding=0, rightPadding=0, topPadding=2, bottomPadding=0)
    paper.addPageTemplates(PageTemplate(frames=[body], onPage=frame))
    paper.build(list(story), canvasmaker=_Counted)
    return target.getvalue()
