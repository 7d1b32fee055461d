"""What a report shows, as sheets of rows: the same in a workbook and on paper. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from supervision.kinds import Words, kind_of
from supervision.reports.making import Report

Figures = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its title, the member of a row, and how a workbook writes it."""

    title: Words
    member: str
    form: str = "text"  # "text", "count", "tonnes", "share"


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table of a report."""

    title: Words
    columns: tuple[Column, ...]
    rows: Callable[[Figures, str], Sequence[Figures]]


TRIPS = Column(Words("运次", "Trips"), "trips", "count")
TONNES = Column(Words("吨数", "Tonnes"), "tonnes", "tonnes")
VIOLATIONS = Column(Words("违规", "Violations"), "violations", "count")
CRITICAL = Column(Words("严重", "Critical"), "critical", "count")
VEHICLES = Column(Words("车辆数", "Trucks"), "vehicles", "count")
USES = {
    "dump": Words("消纳（填埋）", "Dump points"),
    "wharf": Words("中转码头", "Transfer wharves"),
    "recycling": Words("资源化利用", "Recycling plants"),
}
WITHOUT = Words("未归属", "none")


def _of(name: str) -> Callable[[Figures, str], Sequence[Figures]]:
    return lambda figures, language: [
        {**row, "key": row["key"] if row["key"] not in (None, "") else getattr(WITHOUT, language)}
        for row in figures[name]
    ]


def _ranked(name: str) -> Callable[[Figures, str], Sequence[Figures]]:
    def rows(figures: Figures, language: str) -> Sequence[Figures]:
        named = _of(name)(figures, language)
        return [
            {**row, "rank": rank, "per_hundred": 100 * row["violations"] / row["trips"] if row.get("trips") else None}
            for rank, row in enumerate(named, 1)
        ]

    return rows


def _kinds(name: str) -> Callable[[Figures, str], Sequence[Figures]]:
    return lambda figures, language: [{**row, "name": getattr(kind_of(row["key"]), language)} for row in figures[name]]


def _places(kind: str) -> Callable[[Figures, str], Sequence[Figures]]:
    return lambda figures, _language: [row for row in figures["places"] if row["place_kind"] == kind]


def _uses(figures: Figures, language: str) -> Sequence[Figures]:
    return [{**row, "name": getattr(USES.get(row["key"], USES["dump"]), language)} for row in figures["uses"]]


NAME = Column(Words("名称", "Name"), "name")
PLACE_COLUMNS = (
    Column(Words("编号", "Id"), "key"),
    NAME,
    Column(Words("车次", "Loads"), "loads", "count"),
    Column(Words("到达", "Arrived"), "arrived", "count"),
    Column(Words("运出（吨）", "Sent (t)"), "sent_tonnes", "tonnes"),
    Column(Words("接收（吨）", "Received (t)"), "received_tonnes", "tonnes"),
    Column(Words("不平衡天数", "Days out of balance"), "imbalanced_days", "count"),
)
SHEETS: tuple[Sheet, ...] = (
    Sheet(
        Words("逐日", "By day"),
        (Column(Words("日期", "Day"), "key"), TRIPS, TONNES, VIOLATIONS),
        _of("days"),
    ),
    Sheet(
        Words("违规类型", "Violations by kind"),
        (NAME, VIOLATIONS, CRITICAL, VEHICLES),
        _kinds("by_kind"),
    ),
    Sheet(
        Words("企业排名", "Ranking of companies"),
        (
            Column(Words("名次", "Rank"), "rank", "count"),
            Column(Words("企业编号", "Company"), "key"),
            NAME,
            TRIPS,
            TONNES,
            VIOLATIONS,
            CRITICAL,
            Column(Words("每百运次违规", "Per 100 trips"), "per_hundred", "tonnes"),
        ),
        _ranked("by_company"),
    ),
    Sheet(
        Words("辖区", "By district"),
        (
            Column(Words("名次", "Rank"), "rank", "count"),
            Column(Words("辖区", "District"), "key"),
            VIOLATIONS,
            CRITICAL,
        ),
        _ranked("by_district"),
    ),
    Sheet(
        Words("车辆排名", "Ranking of trucks"),
        (
            Column(Words("名次", "Rank"), "rank", "count"),
            Column(Words("车牌", "Plate"), "plate"),
            Column(Words("车辆编号", "Truck"), "key"),
            Column(Words("企业", "Company"), "company_name"),
            VIOLATIONS,
            CRITICAL,
        ),
        _ranked("by_vehicle"),
    ),
    Sheet(Words("工地出土", "Sites"), PLACE_COLUMNS, _places("site")),
    Sheet(Words("消纳场接收", "Dump points"), PLACE_COLUMNS, _places("dump_point")),
    Sheet(Words("资源化利用", "Use of the material"), (NAME, TRIPS, TONNES), _uses),
    Sheet(
        Words("案件", "Cases"),
        (
            NAME,
            Column(Words("立案", "Opened"), "opened", "count"),
            Column(Words("结案", "Closed"), "closed", "count"),
            Column(Words("按期", "In time"), "on_time", "count"),
            Column(Words("延期内", "Extended"), "extended", "count"),
            Column(Words("超期", "Overdue"), "overdue", "count"),
            Column(Words("误报", "False positives"), "false_positives", "count"),
            Column(Words("期末未结", "Open at the end"), "open_at_end", "count"),
        ),
        _kinds("cases"),
    ),
    Sheet(
        Words("终端状况", "Terminals"),
        (NAME, Column(Words("次数", "Events"), "events", "count"), VEHICLES),
        _kinds("terminal_events"),
    ),
)

# The figures at the top: title, where they stand, and how they are written.
HEADLINES: tuple[tuple[Words, tuple[str, str], str], ...] = (
    (Words("运次", "Trips"), ("loads", "trips"), "count"),
    (Words("运输吨数", "Tonnes hauled"), ("loads", "tonnes"), "tonnes"),
    (Words("规范消纳", "Delivered"), ("loads", "delivered"), "count"),
    (Words("偷倒", "Dumped"), ("loads", "dumped"), "count"),
    (Words("出车数", "Trucks at work"), ("loads", "vehicles"), "count"),
    (Words("违规", "Violations"), ("violations", "violations"), "count"),
    (Words("严重违规", "Critical"), ("violations", "critical"), "count"),
    (Words("立案", "Cases opened"), ("closure", "opened"), "count"),
    (Words("加权结案率", "Closure, weighted"), ("closure", "closure_rate"), "share"),
    (Words("一次办结率", "Done at first"), ("closure", "first_time_rate"), "share"),
    (Words("在册车辆", "Trucks in service"), ("terminals", "vehicles"), "count"),
    (Words("从未上线", "Never heard"), ("terminals", "never_heard"), "count"),
)


def headlines(report: Report) -> list[tuple[Words, Any, str]]:
    """Return the figures at the top, recycling last."""
    content = report.content
    found = [(words, content[section][name], form) for words, (section, name), form in HEADLINES]
    return [*found, (Words("资源化利用率", "Recycled"), content["recycled_share"], "share")]


def shown(report: Report, language: str) -> list[tuple[Sheet, Sequence[Figures]]]:
    """Return the sheets that have rows, in their order."""
    filled = [(sheet, sheet.rows(report.content, language)) for sheet in SHEETS]
    return [(sheet, rows) for sheet, rows in filled if rows]


def written(value: Any, form: str) -> str:
    """Return a value as it stands on paper."""
    if value is None:
        return "—"
    forms: dict[str, Callable[[Any], str]] = {
        "count": lambda number: f"{number:,}",
        "tonnes": lambda number: f"{number:,.1f}",
        "share": lambda number: f"{number * 100:.1f} %",
    }
    return forms.get(form, str)(value)
