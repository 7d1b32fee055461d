"""XLSX, row by row: a million rows are written in the memory of one. Text is written as text, never as a formula."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

import xlsxwriter

from supervision.exports.rows import Row, Sheet, cell

# What a sheet holds below its header, and a cell; both are the format's own.
ROWS_MOST = 1_048_575
CELL_MOST = 32_767
WIDTHS = {"time": 27, "text": 16, "plate": 12, "json": 30}


def write_xlsx(sheet: Sheet, rows: Iterator[Row], target: BinaryIO) -> None:
    """Write one sheet with a header that stays and filters."""
    with xlsxwriter.Workbook(target, {"constant_memory": True}) as book:
        book.set_properties({"title": sheet.title})
        page = book.add_worksheet(sheet.order.thing.zh if sheet.order.language == "zh" else sheet.order.thing.en)
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        page.freeze_panes(1, 0)
        for place, column in enumerate(sheet.columns):
            page.set_column(place, place, WIDTHS.get(column.kind, 11))
        for place, words in enumerate(sheet.header):
            page.write_string(0, place, words, bold)
        number = 0
        for number, row in enumerate(rows, 1):
            for place, column in enumerate(sheet.columns):
                value = cell(column, row[column.name])
                if isinstance(value, str):
                    page.write_string(number, place, value if len(value) <= CELL_MOST else value[: CELL_MOST - 1] + "…")
                elif isinstance(value, bool):
                    page.write_boolean(number, place, value)
                elif value is not None:
                    page.write_number(number, place, value)
        page.autofilter(0, 0, number, len(sheet.columns) - 1)
