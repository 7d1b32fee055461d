"""Words of a report in both languages."""

from __future__ import annotations

from supervision.kinds import Words
from supervision.reports.making import Report

PLATFORM = Words("建筑垃圾运输监管", "Construction-waste supervision")
TITLES = {
    "day": Words("运输监管日报", "Daily report"),
    "month": Words("运输监管月报", "Monthly report"),
}
OVERVIEW = Words("概览", "Overview")
HOURS = Words("运次按小时分布", "Trips by hour")
FIGURE = Words("指标", "Figure")
VALUE = Words("数值", "Value")
PERIOD = Words("统计时段", "Period")
MADE_AT = Words("生成时间", "Made at")
SCOPE = Words("统计范围", "Of")
CITY = Words("全市", "the whole city")
DIGEST = Words("数据摘要 (SHA-256)", "Digest of the figures (SHA-256)")
NOTE = Words(
    "吨数以地磅净重为准，无地磅时以车载称重为准。被补传记录推翻的违规不计入。加权结案率：按期 1、延期内 0.6、"
    "超期 0.3。",
    "Tonnes are those of the weighbridge, else of the trucks' sensors. Violations that late records made untrue do "
    "not count. "
    "Closure: 1 in time, 0.6 after an extension, 0.3 overdue.",
)


def of(words: Words, language: str) -> str:
    """Return one of a pair of words."""
    return str(getattr(words, language))


def scope(report: Report, language: str) -> str:
    """Return what a report is of."""
    districts = report.content.get("district_ids")
    return report.company_id or (", ".join(districts) if districts else of(CITY, language))


def span(report: Report) -> str:
    """Return first and last day with the city's offset."""
    content = report.content
    hours = content["utc_offset_h"]
    return f"{content['first_day']} … {content['last_day']} (UTC{hours:+g})"
