"""CSV as spreadsheets open it: UTF-8 with a byte order mark, and no cell that one would take for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any, BinaryIO

from supervision.exports.rows import Row, Sheet, cell

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def write_csv(sheet: Sheet, rows: Iterator[Row], target: BinaryIO) -> None:
    """Write a header and a line for each row."""
    text = io.TextIOWrapper(target, encoding="utf-8-sig", newline="")
    lines = csv.writer(text)
    lines.writerow(sheet.header)
    for row in rows:
        lines.writerow([harmless(cell(column, row[column.name])) for column in sheet.columns])
    text.flush()
    text.detach()


def harmless(value: Any) -> Any:
    """Return a cell that no spreadsheet computes: text that begins like a formula gets an apostrophe before it."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_STARTS) else value
