"""The table of a report's formats."""

from __future__ import annotations

from collections.abc import Callable

from supervision.reports.making import Report
from supervision.reports.pages import report_pdf
from supervision.reports.workbook import report_workbook

FORMATS: dict[str, Callable[[Report, str], bytes]] = {"xlsx": report_workbook, "pdf": report_pdf}
MEDIA_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
}
