"""A report as a workbook: overview, then a sheet for each table. The same figures give the same cells."""

from __future__ import annotations

import io
from typing import Any

import xlsxwriter

from supervision.reports import words
from supervision.reports.making import Report
from supervision.reports.sheets import headlines, shown

FORMS = {"count": "#,##0", "tonnes": "#,##0.0", "share": "0.0%"}


def report_workbook(report: Report, language: str) -> bytes:
    """Return the file."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    title_of = words.of(words.TITLES[report.period], language)
    book.set_properties({"title": title_of, "created": report.made_at.replace(tzinfo=None)})
    forms = {name: book.add_format({"num_format": form}) for name, form in FORMS.items()}
    head = book.add_format({"bold": True, "bg_color": "#0b4f8a", "font_color": "#ffffff", "border": 1})
    title = book.add_format({"bold": True, "font_size": 16, "font_color": "#0b4f8a"})
    _overview(book.add_worksheet(words.of(words.OVERVIEW, language)), report, language, (title, head, forms))
    for sheet, rows in shown(report, language):
        page = book.add_worksheet(words.of(sheet.title, language)[:31])
        page.freeze_panes(1, 0)
        for at, column in enumerate(sheet.columns):
            page.write_string(0, at, words.of(column.title, language), head)
            page.set_column(at, at, 12 if column.form != "text" else 24)
            for row, figures in enumerate(rows, 1):
                _cell(page, (row, at), figures.get(column.member), forms.get(column.form))
        page.autofilter(0, 0, len(rows), len(sheet.columns) - 1)
    book.close()
    return target.getvalue()


def _overview(page: Any, report: Report, language: str, styles: tuple[Any, Any, dict[str, Any]]) -> None:
    title, head, forms = styles
    page.set_column(0, 0, 28)
    page.set_column(1, 1, 40)
    page.write_string(0, 0, f"{words.of(words.TITLES[report.period], language)} {report.name}", title)
    about = [
        (words.SCOPE, words.scope(report, language)),
        (words.PERIOD, words.span(report)),
        (words.MADE_AT, report.made_at.isoformat(timespec="seconds")),
        (words.DIGEST, report.sha256),
    ]
    for row, (label, value) in enumerate(about, 1):
        page.write_string(row, 0, words.of(label, language))
        page.write_string(row, 1, value)
    page.write_string(6, 0, words.of(words.FIGURE, language), head)
    page.write_string(6, 1, words.of(words.VALUE, language), head)
    for row, (label, value, form) in enumerate(headlines(report), 7):
        page.write_string(row, 0, words.of(label, language))
        _cell(page, (row, 1), value, forms.get(form))
    page.write_string(7 + len(headlines(report)) + 1, 0, words.of(words.NOTE, language))


def _cell(page: Any, at: tuple[int, int], value: Any, form: Any) -> None:
    if value is None:
        page.write_blank(*at, None, form)
    elif isinstance(value, int | float):
        page.write_number(*at, value, form)
    else:
        page.write_string(*at, str(value))
